//! Who is served next: hosts, independent of one another.
//!
//! Each host with waiting deliveries has a time at which it is due (`peers.due_at`). A process claims due hosts, a
//! task a host works through its lanes: one lane per (actor, inbox), in order within a lane, a few lanes at once,
//! a few rows of each in a round, so that a small lane never starves behind a big one (DEL-04, DEL-05). What fails
//! on the host makes the whole host wait ([`crate::reach`]); what fails on one activity only makes that one wait,
//! and after three tries it steps aside.

use crate::Federation;
use crate::deliver::{Due, Outcome};
use crate::peer::Peer;
use crate::settings::Settings;
use chrono::Duration;
use diesel::prelude::*;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use store::schema::{deliveries, peers};
use store::{Conn, Id, StoreError, Ts};

/// Lanes of a host under way at once (security.md, section 5).
const PER_HOST: usize = 4;
/// Rows of one lane in a round.
const TURN: usize = 8;
/// Rows looked at in a round before lanes are chosen one by one.
const WINDOW: i64 = 64;
/// Hosts under way at once that failed last (DOS-09).
const FAILING: i64 = 64;
/// Lanes in a round of a crowded host.
const LANES: i64 = 64;
/// Tries before an activity that its receiver fails on lets the others pass.
const PATIENT: i32 = 3;
/// Failing answers in a row, on different activities, that mean that the whole host fails.
const ALL_FAILING: usize = 5;

/// What a round of a host brought.
#[derive(Default)]
struct Round {
    delivered: usize,
    /// Why the host cannot be spoken to, when it cannot.
    down: Option<Outcome>,
}

impl Federation {
    /// Claims up to `limit` due hosts for this process.
    pub(crate) async fn claim_hosts(&self, limit: i64) -> Result<Vec<String>, StoreError> {
        let now = self.0.clock.ts();
        let (holder, until) = (self.0.process.clone(), self.lease_end(now));
        let found = self.0.database.read(move |c| {
            let due = peers::table.filter(peers::due_at.le(now));
            Ok::<_, StoreError>(diesel::select(diesel::dsl::exists(due)).get_result(c)?)
        });
        if !found.await? {
            return Ok(Vec::new());
        }
        self.0
            .database
            .write(move |c| {
                let hosts = claimable(c, &holder, now, limit)?;
                diesel::update(peers::table.filter(peers::host.eq_any(&hosts)))
                    .set((
                        peers::claimed_by.eq(&holder),
                        peers::claimed_until.eq(until),
                    ))
                    .execute(c)?;
                Ok::<_, StoreError>(hosts)
            })
            .await
    }

    /// When the next unclaimed host is due, if any.
    pub(crate) async fn next_host_at(&self) -> Result<Option<Ts>, StoreError> {
        self.0
            .database
            .read(|c| {
                let waiting = peers::table
                    .filter(peers::due_at.is_not_null())
                    .filter(peers::claimed_by.is_null());
                Ok(waiting
                    .select(diesel::dsl::min(peers::due_at))
                    .first::<Option<Ts>>(c)?)
            })
            .await
    }

    /// Works through what waits for a claimed host, then gives it back with its next time.
    pub(crate) async fn serve_host(&self, host: &str) -> Result<(), StoreError> {
        if self.is_unreachable(host).await? && !self.probe(host).await? {
            return Ok(());
        }
        loop {
            let due = self.due_lanes(host).await?;
            if due.is_empty() {
                break;
            }
            let round = self.round(due).await?;
            if let Some(down) = round.down {
                return self.host_failed(host, &down, round.delivered).await;
            }
            self.host_answered(host, round.delivered).await?;
            if *self.0.stopping.borrow() {
                break;
            }
        }
        self.give_back(host).await
    }

    /// The lanes of a host that may go on, each with its next rows in order.
    async fn due_lanes(&self, host: &str) -> Result<Vec<Vec<Due>>, StoreError> {
        let (host, now) = (host.to_owned(), self.0.clock.ts());
        let rows = self
            .0
            .database
            .read(move |c| waiting_rows(c, &host))
            .await?;
        let mut lanes: BTreeMap<(Id, String), Vec<Due>> = BTreeMap::new();
        let mut alone = Vec::new();
        for row in rows {
            if row.aside {
                if row.next_try_at <= now {
                    alone.push(vec![row]);
                }
            } else {
                let lane = lanes.entry((row.actor_id, row.inbox.clone())).or_default();
                if lane.len() < TURN {
                    lane.push(row);
                }
            }
        }
        let ready = |lane: &Vec<Due>| lane.first().is_some_and(|head| head.next_try_at <= now);
        Ok(lanes.into_values().filter(ready).chain(alone).collect())
    }

    async fn round(&self, lanes: Vec<Vec<Due>>) -> Result<Round, StoreError> {
        let down = AtomicBool::new(false);
        let failing = AtomicUsize::new(0);
        let mut round = Round::default();
        let mut waiting = lanes.into_iter();
        let mut under_way = FuturesUnordered::new();
        loop {
            // One at first: a host that hangs must not hold more than one of the places of all.
            let most = if round.delivered > 0 { PER_HOST } else { 1 };
            while under_way.len() < most
                && !down.load(Ordering::Relaxed)
                && let Some(lane) = waiting.next()
            {
                under_way.push(self.lane(lane, &down, &failing));
            }
            let Some(done) = under_way.next().await else {
                break;
            };
            let outcomes = done?;
            for outcome in outcomes {
                match outcome {
                    Outcome::Delivered(_) => round.delivered += 1,
                    Outcome::HostDown { .. } => round.down = Some(outcome),
                    Outcome::Later { status, reason }
                        if failing.load(Ordering::Relaxed) >= ALL_FAILING =>
                    {
                        round.down.get_or_insert(Outcome::HostDown {
                            status,
                            reason,
                            after: None,
                        });
                    }
                    _ => {}
                }
            }
        }
        Ok(round)
    }

    /// Sends the rows of a lane one after the other and writes down what came of them.
    async fn lane(
        &self,
        lane: Vec<Due>,
        down: &AtomicBool,
        failing: &AtomicUsize,
    ) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes = Vec::new();
        for row in lane {
            if down.load(Ordering::Relaxed) || *self.0.stopping.borrow() {
                break;
            }
            let Ok(_slot) = self.0.slots.acquire().await else {
                break;
            };
            let outcome = self.deliver(&row).await;
            let mut ends = false;
            match &outcome {
                Outcome::HostDown { .. } => {
                    down.store(true, Ordering::Relaxed);
                    ends = true;
                }
                Outcome::Later { .. } => {
                    if failing.fetch_add(1, Ordering::Relaxed) + 1 >= ALL_FAILING {
                        down.store(true, Ordering::Relaxed);
                    }
                    ends = row.attempts + 1 < PATIENT;
                }
                Outcome::Gone => ends = true,
                Outcome::Delivered(_) => failing.store(0, Ordering::Relaxed),
                Outcome::Refused(_) | Outcome::Unsendable(_) => {}
            }
            outcomes.push((row, outcome));
            if ends {
                break;
            }
        }
        self.note(outcomes).await
    }

    async fn note(&self, outcomes: Vec<(Due, Outcome)>) -> Result<Vec<Outcome>, StoreError> {
        if outcomes.is_empty() {
            return Ok(Vec::new());
        }
        let (settings, now) = (self.0.settings.clone(), self.0.clock.ts());
        let gone: Vec<String> = outcomes
            .iter()
            .filter(|(_, outcome)| *outcome == Outcome::Gone)
            .map(|(row, _)| row.inbox.clone())
            .collect();
        let outcomes = self
            .0
            .database
            .write_grouped(move |c| {
                for (row, outcome) in &outcomes {
                    note_outcome(c, &settings, row, outcome, now)?;
                }
                let outcomes = outcomes.into_iter().map(|(_, outcome)| outcome);
                Ok::<_, StoreError>(outcomes.collect())
            })
            .await?;
        for inbox in gone {
            self.inbox_gone(&inbox).await?;
        }
        Ok(outcomes)
    }

    /// Ends the claim and says when the host is due again: never, when nothing waits.
    async fn give_back(&self, host: &str) -> Result<(), StoreError> {
        let host = host.to_owned();
        self.0
            .database
            .write_grouped(move |c| {
                // The row first: who adds a delivery meanwhile waits for it, or is seen below.
                diesel::update(peers::table.find(&host))
                    .set((
                        peers::claimed_by.eq(None::<String>),
                        peers::claimed_until.eq(None::<Ts>),
                    ))
                    .execute(c)?;
                let next = next_row_at(c, &host)?;
                diesel::update(peers::table.find(&host))
                    .set(peers::due_at.eq(next))
                    .execute(c)?;
                Ok::<_, StoreError>(())
            })
            .await
    }

    /// Keeps what this process claimed while it lives.
    pub(crate) async fn renew_claims(&self) -> Result<(), StoreError> {
        let (holder, until) = (self.0.process.clone(), self.lease_end(self.0.clock.ts()));
        self.0
            .database
            .write(move |c| {
                let mine = peers::table.filter(peers::claimed_by.eq(holder));
                diesel::update(mine)
                    .set(peers::claimed_until.eq(until))
                    .execute(c)?;
                Ok::<_, StoreError>(())
            })
            .await
    }

    /// What an earlier process of an embedded database had claimed is free: there is only this one.
    pub(crate) async fn free_claims(&self) -> Result<(), StoreError> {
        if !self.0.database.is_embedded() {
            return Ok(());
        }
        self.0
            .database
            .write(|c| {
                diesel::update(peers::table.filter(peers::claimed_by.is_not_null()))
                    .set((
                        peers::claimed_by.eq(None::<String>),
                        peers::claimed_until.eq(None::<Ts>),
                    ))
                    .execute(c)?;
                Ok::<_, StoreError>(())
            })
            .await
    }

    /// How long a claim holds without being renewed.
    pub(crate) fn lease(&self) -> std::time::Duration {
        std::time::Duration::from_millis(if self.0.settings.fast { 1_500 } else { 15_000 })
    }

    pub(crate) fn lease_end(&self, now: Ts) -> Ts {
        let lease = Duration::from_std(self.lease()).unwrap_or(Duration::seconds(15));
        Ts::new(now.0 + lease)
    }
}

/// Due hosts that nobody works on. On PostgreSQL, processes that ask at once get different ones.
fn claimable(
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
fn waiting_rows(conn: &mut Conn, host: &str) -> Result<Vec<Due>, StoreError> {
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

/// When the first row of a host may go that does not wait behind another.
fn next_row_at(conn: &mut Conn, host: &str) -> Result<Option<Ts>, StoreError> {
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

fn note_outcome(
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
