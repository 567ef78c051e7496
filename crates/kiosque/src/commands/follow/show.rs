//! `kiosque follow show`: one server around a site.

use crate::engine::Engine;
use anyhow::Context;
use federation::Backlog;
use federation::follow::peers::{Side, one};
use sites::Site;
use store::Ts;

/// Deliveries listed at most.
const SHOWN: i64 = 200;

/// Prints a name and a value a line, then a line for each delivery that waits or did not arrive.
pub(super) fn run(engine: &Engine, site: &Site, host: &str) -> anyhow::Result<()> {
    let own = site.actor_id.context("the site is not set up")?;
    let entry = engine.database.read_now(|c| one(c, (site.id, own), host))?;
    let entry = entry.with_context(|| format!("{host}: no such server around this site"))?;
    let backlog = engine
        .database
        .read_now(|c| Backlog::of(c, site.id, host, SHOWN))?;
    let at = |at: Option<Ts>| at.map_or_else(|| "-".to_owned(), |at| at.0.to_rfc3339());
    let state = |side: &Option<Side>| match side {
        Some(side) => format!("{} {}", side.follow.state, side.actor.uri),
        None => "-".to_owned(),
    };
    println!("host\t{}", entry.host);
    println!("software\t{}", entry.software.as_deref().unwrap_or("-"));
    println!("follows us\t{}", state(&entry.follower));
    println!("followed\t{}", state(&entry.following));
    println!("blocked\t{}", if entry.blocked { "yes" } else { "no" });
    println!("last received\t{}", at(entry.last_received));
    println!("waiting\t{}", entry.waiting);
    let Some(backlog) = backlog else {
        return Ok(());
    };
    let peer = &backlog.peer;
    println!("waiting since\t{}", at(backlog.oldest));
    println!("next try\t{}", at(backlog.next_try));
    println!("delivered\t{}", peer.delivered);
    println!("refused\t{}", backlog.refused);
    println!("last success\t{}", at(peer.last_success_at));
    println!("last failure\t{}", at(peer.last_failure_at));
    println!("last error\t{}", peer.last_error.as_deref().unwrap_or("-"));
    println!("failing since\t{}", at(peer.failing_since));
    println!("unreachable since\t{}", at(peer.unreachable_at));
    for row in &backlog.undelivered {
        println!(
            "{}\t{}\t{}\t{}\t{}",
            row.state,
            row.kind,
            row.activity,
            row.inbox,
            row.last_error.as_deref().unwrap_or_default()
        );
    }
    Ok(())
}
