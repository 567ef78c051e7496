//! Whose turn it is: received activities that may take effect now, in order per actor.

use crate::Federation;
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::{HashMap, HashSet};
use store::schema::inbox_queue;
use store::{Conn, Id, StoreError, Ts};

/// Activities of one actor in a turn.
const TURN: usize = 16;
/// Rows looked at before actors are chosen one by one.
const WINDOW: i64 = 256;
/// Actors looked at where the window holds too few.
const ACTORS: i64 = 64;

/// A received activity that waits for its turn: what tells whose it is. What it says is read when it is its turn.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = inbox_queue)]
pub(crate) struct Due {
    pub(super) id: Id,
    pub(super) actor_uri: String,
    pub(super) attempts: i32,
    state: String,
    next_try_at: Ts,
    pub(super) request_id: Option<Id>,
}

impl Due {
    /// What keeps its order: the actor; what stepped aside stands alone.
    pub(crate) fn lane(&self) -> String {
        if self.state == "later" {
            self.id.to_string()
        } else {
            self.actor_uri.clone()
        }
    }

    /// The server it came from.
    pub(crate) fn host(&self) -> &str {
        let rest = self.actor_uri.split_once("://");
        rest.map_or("", |(_, rest)| rest.split('/').next().unwrap_or(rest))
    }
}

/// The activities of one actor that may take effect now, in order.
pub(crate) type Turn = Vec<Due>;

impl Federation {
    /// What may take effect now: turns of actors that are not `busy`. An actor's activities keep their order; one that
    /// waits for another server has stepped aside and is a turn of its own.
    pub(crate) async fn due_received(
        &self,
        busy: HashSet<String>,
    ) -> Result<Vec<Turn>, StoreError> {
        let now = self.0.clock.ts();
        self.0
            .database
            .read(move |c| {
                let mut turns = oldest_turns(c, &busy, now)?;
                let aside: Vec<Due> = inbox_queue::table
                    .filter(inbox_queue::state.eq("later"))
                    .filter(inbox_queue::next_try_at.le(now))
                    .order(inbox_queue::next_try_at)
                    .limit(ACTORS)
                    .select(Due::as_select())
                    .load(c)?;
                let free = |received: &Due| !busy.contains(&received.lane());
                turns.extend(
                    aside
                        .into_iter()
                        .filter(free)
                        .map(|received| vec![received]),
                );
                Ok(turns)
            })
            .await
    }

    /// When the next activity may take effect that waits for its time.
    pub(crate) async fn next_inbox_at(&self) -> Result<Option<Ts>, StoreError> {
        self.0
            .database
            .read(|c| {
                let waiting = inbox_queue::table
                    .filter(inbox_queue::state.eq_any(["queued", "later"]))
                    .filter(inbox_queue::attempts.gt(0));
                Ok(waiting
                    .select(diesel::dsl::min(inbox_queue::next_try_at))
                    .first(c)?)
            })
            .await
    }

    /// True when an activity may take effect now.
    pub(crate) async fn has_due_received(&self, now: Ts) -> Result<bool, StoreError> {
        self.0
            .database
            .read(move |c| {
                let due = inbox_queue::table
                    .filter(inbox_queue::state.eq_any(["queued", "later"]))
                    .filter(inbox_queue::next_try_at.le(now));
                Ok(diesel::select(diesel::dsl::exists(due)).get_result(c)?)
            })
            .await
    }
}

/// The oldest activities of each actor that is not busy, oldest actor first.
fn oldest_turns(conn: &mut Conn, busy: &HashSet<String>, now: Ts) -> Result<Vec<Turn>, StoreError> {
    macro_rules! queued {
        () => {
            inbox_queue::table.filter(inbox_queue::state.eq("queued"))
        };
    }
    let window: Vec<Due> = queued!()
        .order(inbox_queue::id)
        .limit(WINDOW)
        .select(Due::as_select())
        .load(conn)?;
    let whole = (window.len() as i64) < WINDOW;
    let mut turns = by_actor(window, busy, now);
    if whole || turns.len() >= 8 {
        return Ok(turns);
    }
    // A few actors fill the window: the others must not wait behind them.
    let actors: Vec<String> = queued!()
        .group_by(inbox_queue::actor_uri)
        // PostgreSQL has no smallest uuid; their texts sort as they do.
        .order(diesel::dsl::sql::<Text>("MIN(CAST(id AS TEXT))"))
        .limit(ACTORS)
        .select(inbox_queue::actor_uri)
        .load(conn)?;
    let known: HashSet<String> = turns.iter().flatten().map(Due::lane).collect();
    for actor in actors {
        if known.contains(&actor) || busy.contains(&actor) {
            continue;
        }
        let rows: Vec<Due> = queued!()
            .filter(inbox_queue::actor_uri.eq(actor))
            .order(inbox_queue::id)
            .limit(TURN as i64)
            .select(Due::as_select())
            .load(conn)?;
        turns.extend(by_actor(rows, busy, now));
    }
    Ok(turns)
}

fn by_actor(rows: Vec<Due>, busy: &HashSet<String>, now: Ts) -> Vec<Turn> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut turns: Vec<Turn> = Vec::new();
    for row in rows {
        if busy.contains(&row.actor_uri) {
            continue;
        }
        let place = *places.entry(row.actor_uri.clone()).or_insert_with(|| {
            turns.push(Turn::new());
            turns.len() - 1
        });
        if turns[place].len() < TURN {
            turns[place].push(row);
        }
    }
    // One that waits to be tried again keeps those behind it waiting.
    turns.retain(|turn| turn.first().is_some_and(|head| head.next_try_at <= now));
    turns
}
