//! Who is served next: hosts, independent of one another.
//!
//! Each host with waiting deliveries has a time at which it is due (`peers.due_at`). A process claims due hosts, a
//! task a host works through its lanes: one lane per (actor, inbox), in order within a lane, a few lanes at once,
//! a few rows of each in a round, so that a small lane never starves behind a big one (DEL-04, DEL-05). What fails
//! on the host makes the whole host wait ([`crate::reach`]); what fails on one activity only makes that one wait,
//! and after three tries it steps aside.

mod rows;

pub(crate) use rows::{make_due, spread};

use crate::Federation;
use crate::deliver::{Due, Outcome};
use chrono::Duration;
use diesel::prelude::*;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use rows::{PATIENT, TURN, claimable, first_among, next_row_at, note_outcome, waiting_rows};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use store::schema::peers;
use store::{Id, StoreError, Ts};

/// Lanes of a host under way at once (security.md, section 5).
const PER_HOST: usize = 4;
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
        let (rows, first) = self
            .0
            .database
            .read(move |c| {
                let rows = waiting_rows(c, &host)?;
                let first = first_among(c, &rows)?;
                Ok::<_, StoreError>((rows, first))
            })
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
        let mut due: Vec<Vec<Due>> = lanes.into_values().filter(ready).chain(alone).collect();
        // An Accept goes to the follower's own inbox, and what is sent because of it to the shared one, where it
        // would be refused as long as the follow is not known to be accepted. What an agenda takes back of its Delete comes
        // before the instance passes the event on again.
        let goes_first = |lane: &Vec<Due>| lane.iter().any(|row| first.contains(&row.id));
        if due.iter().any(goes_first) {
            due.retain(goes_first);
        }
        Ok(due)
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
