//! What everybody may read of the moderation of a site: measures without the people they are about.
//!
//! An entry has a day and no hour, the kind of what it is about and neither name, address nor key; a profile and the
//! account behind it are one word. So it says how the site is moderated, and gives nobody away who was not known before.

use crate::measure::on_hosts;
use crate::record::{Action, Entry, of_actions};
use crate::target::TargetKind;
use chrono::NaiveDate;
use chrono::TimeZone;
use sites::Site;
use store::{Conn, Id, StoreError, text_enum};

text_enum! {
    /// What became of a measure.
    pub enum Step {
        /// It was taken.
        Taken = "taken",
        /// Its time was over.
        Ended = "ended",
        /// It was taken back.
        Undone = "undone",
    }
}

text_enum! {
    /// What a measure is about, as told in public.
    pub enum About {
        /// A publication.
        Publication = "publication",
        /// A reply.
        Reply = "reply",
        /// A person's account or profile, here or elsewhere.
        Account = "account",
        /// A whole server.
        Server = "server",
    }
}

/// An entry of the public log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Its place: the next page begins before it.
    pub seq: i64,
    /// The day, in the site's zone.
    pub day: NaiveDate,
    /// What happened.
    pub step: Step,
    /// Word of [`crate::measure::MeasureKind`].
    pub measure: String,
    /// What it is about.
    pub about: About,
    /// Name of the server, where it is about one and the site shows which.
    pub host: Option<String>,
    /// Word of [`crate::report::Reason`].
    pub reason: String,
}

/// The log of a site before a place, newest first. Servers are named when `named`.
pub fn log(
    conn: &mut Conn,
    site: &Site,
    named: bool,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<LogEntry>, StoreError> {
    let actions = [
        Action::MeasureTaken,
        Action::MeasureEnded,
        Action::MeasureUndone,
    ];
    let entries = of_actions(conn, site.id, &actions, before, limit)?;
    Ok(entries
        .into_iter()
        .filter_map(|entry| read(site, named, &entry))
        .collect())
}

fn read(site: &Site, named: bool, entry: &Entry) -> Option<LogEntry> {
    let about = match TargetKind::from_word(&entry.target_kind)? {
        TargetKind::Object => About::Publication,
        TargetKind::Comment => About::Reply,
        TargetKind::Actor | TargetKind::Account => About::Account,
        TargetKind::Host => About::Server,
    };
    let host = match (about, named) {
        (About::Server, true) => entry.target.strip_prefix("host:").map(str::to_owned),
        _ => None,
    };
    Some(LogEntry {
        seq: entry.seq,
        day: site
            .timezone
            .from_utc_datetime(&entry.at.0.naive_utc())
            .date_naive(),
        step: match Action::from_word(&entry.action)? {
            Action::MeasureTaken => Step::Taken,
            Action::MeasureEnded => Step::Ended,
            Action::MeasureUndone => Step::Undone,
            _ => return None,
        },
        measure: entry.detail.0["kind"].as_str()?.to_owned(),
        about,
        host,
        reason: entry.reason.clone(),
    })
}

/// A server about which something is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerDecision {
    /// Its name.
    pub host: String,
    /// Words of [`crate::measure::MeasureKind`].
    pub measures: Vec<String>,
    /// Words of [`crate::report::Reason`].
    pub reasons: Vec<String>,
}

/// The servers that a site blocks or limits, by name, each with the motive. What a moderator wrote beside it stays
/// inside.
pub fn servers(conn: &mut Conn, site: Id) -> Result<Vec<ServerDecision>, StoreError> {
    let mut found: Vec<ServerDecision> = Vec::new();
    for measure in on_hosts(conn, site)? {
        let host = measure.host.unwrap_or_default();
        if found.last().is_none_or(|last| last.host != host) {
            found.push(ServerDecision {
                host,
                measures: Vec::new(),
                reasons: Vec::new(),
            });
        }
        if let Some(last) = found.last_mut() {
            last.measures.push(measure.kind);
            if !last.reasons.contains(&measure.reason) {
                last.reasons.push(measure.reason);
            }
        }
    }
    Ok(found)
}
