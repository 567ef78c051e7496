//! Traces that nobody needs any more.

use crate::Federation;
use chrono::Duration;
use diesel::prelude::*;
use store::schema::{actors, deliveries, follows, inbox_queue, peers, received_activities};
use store::{Conn, StoreError, Ts};

/// How long received ids, parked activities and finished deliveries are kept. A signature is good
/// for an hour, so that a replay older than this cannot pass the gate.
const MEMORY: Duration = Duration::days(30);
/// How long a host is remembered of which nothing was heard and to which nothing was said (DOS-09).
const HOST_MEMORY: Duration = Duration::days(120);

impl Federation {
    /// Forgets received ids, parked activities and finished deliveries of more than 30 days ago, and
    /// hosts that nobody had to do with for 120; gives how many rows went. The workers do it four times a day.
    pub async fn purge(&self) -> Result<usize, StoreError> {
        let now = self.0.clock.now();
        let (before, long_ago) = (Ts::new(now - MEMORY), Ts::new(now - HOST_MEMORY));
        self.0
            .database
            .write(move |c| {
                let received =
                    received_activities::table.filter(received_activities::received_at.lt(before));
                let parked = inbox_queue::table
                    .filter(inbox_queue::state.eq("parked"))
                    .filter(inbox_queue::received_at.lt(before));
                let finished = deliveries::table
                    .filter(deliveries::state.ne("queued"))
                    .filter(deliveries::finished_at.lt(before));
                Ok(diesel::delete(received).execute(c)?
                    + diesel::delete(parked).execute(c)?
                    + diesel::delete(finished).execute(c)?
                    + forget_hosts(c, long_ago)?)
            })
            .await
    }
}

/// Hosts that are neither blocked nor allowed by name, that nothing waits for, that no follow leads to or from, and that were
/// neither asked nor heard since.
fn forget_hosts(conn: &mut Conn, since: Ts) -> Result<usize, StoreError> {
    let either = actors::id
        .eq(follows::follower_id)
        .or(actors::id.eq(follows::target_id));
    let followed = follows::table
        .inner_join(actors::table.on(either))
        .filter(actors::host.eq(peers::host))
        .filter(follows::state.eq_any(["pending", "accepted"]));
    let waiting = deliveries::table
        .filter(deliveries::host.eq(peers::host))
        .filter(deliveries::state.eq("queued"));
    macro_rules! quiet {
        ($column:ident) => {
            peers::$column.is_null().or(peers::$column.lt(since))
        };
    }
    let rows = peers::table
        .filter(peers::blocked.eq(false))
        .filter(peers::allowed.eq(false))
        .filter(peers::due_at.is_null())
        .filter(peers::claimed_by.is_null())
        .filter(quiet!(last_success_at))
        .filter(quiet!(last_failure_at))
        .filter(quiet!(last_received_at))
        .filter(quiet!(nodeinfo_at))
        .filter(quiet!(scheme_at))
        .filter(diesel::dsl::not(diesel::dsl::exists(followed)))
        .filter(diesel::dsl::not(diesel::dsl::exists(waiting)));
    Ok(diesel::delete(rows).execute(conn)?)
}
