//! The moderation records: each entry follows from the one before.

use super::Finding;
use crate::engine::Engine;

pub(crate) fn check(engine: &Engine) -> Vec<Finding> {
    let mut found = Vec::new();
    for site in engine.sites.all() {
        let read = engine
            .database
            .read_now(|conn| moderation::record::check(conn, site.id));
        let finding = match read {
            Ok(Ok(n)) => Finding::ok("record", "record-whole").with("n", n),
            Ok(Err(broken)) => Finding::fail("record", "record-broken").with("seq", broken.seq),
            Err(error) => {
                Finding::fail("record", "record-unread").with("reason", error.to_string())
            }
        };
        found.push(finding.about(site.host.clone()));
    }
    found
}
