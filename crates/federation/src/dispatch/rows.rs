//! The rows of deliveries: which are due, and what became of them.

use crate::deliver::{Due, Outcome};
use crate::peer::Peer;
use crate::settings::Settings;
use chrono::Duration;
use diesel::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use store::schema::{activities, deliveries, peers};
use store::{Conn, Id, StoreError, Ts};

/// Rows of one lane in a round.
pub(super) const TURN: usize = 8;
/// Rows looked at in a round before lanes are chosen one by one.
const WINDOW: i64 = 64;
/// Hosts under way at once that failed last (DOS-09).
const FAILING: i64 = 64;
/// Lanes in a round of a crowded host.
const LANES: i64 = 64;
/// Tries before an activity that its receiver fails on lets the others pass.
pub(super) const PATIENT: i32 = 3;

/// Due hosts that nobody works on. On PostgreSQL, processes that ask at once get different ones.
pub(super) fn claimable(
    conn: &mut Conn,
    holder: &str,
    now: Ts,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    macro_rules! free {
        ($limit:expr, $standing:expr) => {
            peers::table
                .filter(peers::due_at.le(now))
                .filter(
                    peers::claimed_until
                        .is_null()
                        .or(peers::claimed_until.lt(now)),
                )
                .filter($standing)
                .order(peers::due_at)
                .limit($limit)
                .select(peers::host)
        };
    }
    macro_rules! take {
        ($limit:expr, $standing:expr) => {
            match conn {
                Conn::Sqlite(c) => free!($limit, $standing).load::<String>(c)?,
                Conn::Postgres(c) => free!($limit, $standing)
                    .for_update()
                    .skip_locked()
                    .load(c)?,
            }
        };
    }
    // Hosts that failed last have a part of the places, so that thousands of them hold up nobody
    // (DOS-09), and never none, so that they are not forgotten behind a busy crowd.
    let failing: i64 = peers::table
        .filter(peers::claimed_by.eq(holder))
        .filter(peers::claimed_until.ge(now))
        .filter(peers::failures.gt(0))
        .count()
        .get_result(conn)?;
    let mut hosts = take!(limit, peers::failures.eq(0));
    let left = limit - i64::try_from(hosts.len()).unwrap_or(limit);
    let room = left.min(FAILING - failing).max(0);
    let first = i64::from(failing == 0 && room == 0);
    hosts.extend(take!(room.max(first), peers::failures.gt(0)));
    Ok(hosts)
}

/// The oldest rows of a host; where many wait, the oldest of each lane.
pub(super) fn waiting_rows(conn: &mut Conn, host: &str) -> Result<Vec<Due>, StoreError> {
    macro_rules! queued {
        () => {
            deliveries::table
                .filter(deliveries::host.eq(host))
                .filter(deliveries::state.eq("queued"))
        };
    }
    let first: Vec<Due> = queued!()
        .order(deliveries::id)
        .limit(WINDOW)
        .select(Due::as_select())
        .load(conn)?;
    if (first.len() as i64) < WINDOW {
        return Ok(first);
    }
    let lanes: Vec<(Id, String)> = queued!()
        .filter(deliveries::aside.eq(false))
        .select((deliveries::actor_id, deliveries::inbox))
        .distinct()
        .limit(LANES)
        .load(conn)?;
    let mut rows: Vec<Due> = queued!()
        .filter(deliveries::aside.eq(true))
        .order(deliveries::next_try_at)
        .limit(TURN as i64)
        .select(Due::as_select())
        .load(conn)?;
    for (actor, inbox) in lanes {
        rows.extend(
            queued!()
                .filter(deliveries::aside.eq(false))
                .filter(deliveries::actor_id.eq(actor))
                .filter(deliveries::inbox.eq(inbox))
                .order(deliveries::id)
                .limit(TURN as i64)
                .select(Due::as_select())
                .load::<Due>(conn)?,
        );
    }
    Ok(rows)
}

/// Which of the rows carry an Accept or an Undo, on which what others say to the same host rests; none when all stand in one
/// lane, in order already.
pub(super) fn first_among(conn: &mut Conn, rows: &[Due]) -> Result<BTreeSet<Id>, StoreError> {
    let lane = |row: &Due| (row.actor_id, row.inbox.clone());
    let one_lane = rows.windows(2).all(|pair| lane(&pair[0]) == lane(&pair[1]));
    if one_lane {
        return Ok(BTreeSet::new());
    }
    let told: BTreeSet<Id> = rows.iter().map(|row| row.activity_id).collect();
    let accepts: BTreeSet<Id> = activities::table
        .filter(activities::id.eq_any(told))
        .filter(
            activities::kind
                .eq("Accept")
                .or(activities::kind.eq("Undo")),
        )
        .select(activities::id)
        .load(conn)?
        .into_iter()
        .collect();
    let carries = |row: &&Due| accepts.contains(&row.activity_id);
    Ok(rows.iter().filter(carries).map(|row| row.id).collect())
}

/// When the first row of a host may go that does not wait behind another.
pub(super) fn next_row_at(conn: &mut Conn, host: &str) -> Result<Option<Ts>, StoreError> {
    // A row behind a waiting one of its lane is due earlier than it may go; that costs one look in vain, so the
    // lane's head decides.
    let rows = waiting_rows(conn, host)?;
    let mut heads: BTreeMap<(Id, &str), Ts> = BTreeMap::new();
    let mut next: Option<Ts> = None;
    let mut earliest = |at: Ts| next = Some(next.map_or(at, |known| known.min(at)));
    for row in &rows {
        if row.aside {
            earliest(row.next_try_at);
        } else {
            heads
                .entry((row.actor_id, row.inbox.as_str()))
                .or_insert(row.next_try_at);
        }
    }
    heads.into_values().for_each(&mut earliest);
    Ok(next)
}

pub(super) fn note_outcome(
    conn: &mut Conn,
    settings: &Settings,
    due: &Due,
    outcome: &Outcome,
    now: Ts,
) -> Result<(), StoreError> {
    let row = deliveries::table.find(due.id);
    let attempts = due.attempts + 1;
    let (state, status, error, next, aside) = match outcome {
        // What arrived needs no row: the host's own counts tell of it.
        Outcome::Delivered(_) => {
            diesel::delete(row).execute(conn)?;
            return Ok(());
        }
        // The host waits, not the row.
        Outcome::HostDown { status, reason, .. } => {
            diesel::update(row)
                .set((
                    deliveries::last_status.eq(status.map(i32::from)),
                    deliveries::last_error.eq(reason),
                ))
                .execute(conn)?;
            return Ok(());
        }
        Outcome::Refused(status) => (
            "refused",
            Some(*status),
            format!("the server answered {status}"),
            now,
            due.aside,
        ),
        Outcome::Gone => (
            "gone",
            Some(410),
            "the inbox is gone".to_owned(),
            now,
            due.aside,
        ),
        Outcome::Unsendable(reason) => ("failed", None, reason.clone(), now, due.aside),
        Outcome::Later { status, reason } => {
            let wait = Duration::from_std(settings.backoff(attempts)).unwrap_or(Duration::days(1));
            let next = Ts::new(now.0 + spread(wait, due.id));
            let over = next.0 - due.created_at.0 > Settings::PATIENCE;
            (
                if over { "failed" } else { "queued" },
                *status,
                reason.clone(),
                next,
                attempts >= PATIENT,
            )
        }
    };
    let finished = (state != "queued").then_some(now);
    diesel::update(row)
        .set((
            deliveries::state.eq(state),
            deliveries::attempts.eq(attempts),
            deliveries::next_try_at.eq(next),
            deliveries::last_status.eq(status.map(i32::from)),
            deliveries::last_error.eq(error),
            deliveries::finished_at.eq(finished),
            deliveries::aside.eq(aside),
        ))
        .execute(conn)?;
    Ok(())
}

/// Makes a host due now, whatever it waited for; used where deliveries to it are added.
pub(crate) fn make_due(conn: &mut Conn, host: &str, now: Ts) -> Result<(), StoreError> {
    Peer::ensure(conn, host)?;
    // A host that waits for its next try goes on waiting.
    let well = peers::failures.eq(0).and(peers::unreachable_at.is_null());
    let ready = peers::table
        .filter(peers::host.eq(host))
        .filter(peers::due_at.is_null().or(well));
    diesel::update(ready)
        .set(peers::due_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// A wait moved by up to a fifth either way, so that hosts are not all asked at once. The key's
/// random part decides, so no hidden randomness is needed.
pub(crate) fn spread(wait: Duration, id: Id) -> Duration {
    let byte = i64::from(id.0.as_bytes()[15]);
    wait + wait / 5 * i32::try_from(byte - 128).unwrap_or(0) / 128
}
