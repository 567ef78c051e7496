//! Whether a host can be reached: waits that grow, days counted, and what is made good when it is back (DEL-03).
//!
//! A host that fails waits as a whole: 10 s, 1 min, 5 min, 30 min, 2 h, 6 h, then every 12 h. When it has failed on
//! seven distinct days over at least seven days it is unreachable: what waits for it is let go, and it is asked
//! once a day, for ninety days, whether it is back. The first success ends all that, and what it missed is sent.

use crate::Federation;
use crate::deliver::Outcome;
use crate::dispatch::spread;
use crate::fetch::FetchError;
use crate::peer::Peer;
use chrono::Duration;
use diesel::prelude::*;
use store::schema::{activities, actors, deliveries, follows, peers};
use store::{Conn, Id, StoreError, Ts, fresh_id};
use url::Url;

/// Distinct days of failure before a host counts as unreachable.
const DAYS: i32 = 7;
/// The least time that they span: the promised week, and one more wait.
const SPAN: Duration = Duration::hours(7 * 24 + 12);
/// How long an unreachable host is asked, once a day.
const PROBED: Duration = Duration::days(90);
/// The most activities sent again to a host that is back, the newest.
const MISSED: i64 = 500;

impl Federation {
    pub(crate) async fn is_unreachable(&self, host: &str) -> Result<bool, StoreError> {
        let host = host.to_owned();
        self.0
            .database
            .read(move |c| {
                let lost = peers::table
                    .filter(peers::host.eq(host))
                    .filter(peers::unreachable_at.is_not_null());
                Ok(diesel::select(diesel::dsl::exists(lost)).get_result(c)?)
            })
            .await
    }

    /// The daily question to an unreachable host. True when it answered: it is served again then.
    pub(crate) async fn probe(&self, host: &str) -> Result<bool, StoreError> {
        let scheme = if self.0.settings.local_test {
            "http"
        } else {
            "https"
        };
        let answered = match Url::parse(&format!("{scheme}://{host}/.well-known/nodeinfo")) {
            Ok(url) => match self
                .fetch_plain(crate::Purpose::NodeInfoLinks, &url, "application/json")
                .await
            {
                Ok(_) => true,
                // A question that was not asked, as of a blocked host, was not answered either.
                Err(FetchError::Request(_) | FetchError::Signer(_)) => false,
                Err(error) => !error.is_passing(),
            },
            Err(_) => false,
        };
        if answered {
            self.host_answered(host, 0).await?;
            return Ok(true);
        }
        let (name, now) = (host.to_owned(), self.0.clock.ts());
        self.0
            .database
            .write(move |c| {
                let since: Option<Option<Ts>> = peers::table
                    .find(&name)
                    .select(peers::unreachable_at)
                    .first(c)
                    .optional()?;
                let since = since.flatten().unwrap_or(now);
                let over = now.0 - since.0 > PROBED;
                let next = (!over).then(|| Ts::new(now.0 + Duration::days(1)));
                release(c, &name, next)?;
                diesel::update(peers::table.find(&name))
                    .set(peers::last_failure_at.eq(now))
                    .execute(c)?;
                if over {
                    lose_followers(c, &name, now)?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        Ok(false)
    }

    /// A host took something, or answered: whatever was held against it is forgotten.
    pub(crate) async fn host_answered(
        &self,
        host: &str,
        delivered: usize,
    ) -> Result<(), StoreError> {
        let (name, now) = (host.to_owned(), self.0.clock.ts());
        let delivered = i64::try_from(delivered).unwrap_or(i64::MAX);
        let missed = self
            .0
            .database
            .write_grouped(move |c| {
                let missed: Option<Option<Id>> = peers::table
                    .find(&name)
                    .filter(peers::unreachable_at.is_not_null())
                    .select(peers::missed_from)
                    .first(c)
                    .optional()?;
                let peer = peers::table.find(&name);
                if delivered > 0 || missed.is_some() {
                    diesel::update(peer)
                        .set((
                            peers::last_success_at.eq(now),
                            peers::failures.eq(0),
                            peers::last_error.eq(None::<String>),
                            peers::failing_since.eq(None::<Ts>),
                            peers::failing_days.eq(0),
                            peers::unreachable_at.eq(None::<Ts>),
                            peers::missed_from.eq(None::<Id>),
                            peers::delivered.eq(peers::delivered + delivered),
                        ))
                        .execute(c)?;
                }
                Ok::<_, StoreError>(missed.flatten())
            })
            .await?;
        match missed {
            Some(from) => self.send_missed(host, from).await,
            None => Ok(()),
        }
    }

    /// The host could not be spoken to: all that waits for it waits.
    pub(crate) async fn host_failed(
        &self,
        host: &str,
        down: &Outcome,
        delivered: usize,
    ) -> Result<(), StoreError> {
        if delivered > 0 {
            self.host_answered(host, delivered).await?;
        }
        let Outcome::HostDown { reason, after, .. } = down else {
            return Ok(());
        };
        let (name, reason, after) = (host.to_owned(), reason.clone(), *after);
        let (settings, now) = (self.0.settings.clone(), self.0.clock.ts());
        tracing::info!(host, reason, "a server cannot be reached");
        self.0
            .database
            .write_grouped(move |c| {
                let Some(peer) = Peer::by_host(c, &name)? else {
                    return Ok(());
                };
                let failures = peer.failures.saturating_add(1);
                let since = peer.failing_since.unwrap_or(now);
                let same_day = peer.failing_days > 0
                    && peer
                        .last_failure_at
                        .is_some_and(|at| at.0.date_naive() == now.0.date_naive());
                let days = peer.failing_days + i32::from(!same_day);
                let wait = after.unwrap_or_else(|| settings.backoff(failures));
                let wait = Duration::from_std(wait).unwrap_or(Duration::days(1));
                let unreachable = days >= DAYS && now.0 - since.0 >= SPAN;
                let next = if unreachable {
                    Ts::new(now.0 + Duration::days(1))
                } else {
                    Ts::new(now.0 + spread(wait, fresh_id(now.0)))
                };
                diesel::update(peers::table.find(&name))
                    .set((
                        peers::failures.eq(failures),
                        peers::failing_since.eq(since),
                        peers::failing_days.eq(days),
                        peers::last_failure_at.eq(now),
                        peers::last_error.eq(&reason),
                    ))
                    .execute(c)?;
                release(c, &name, Some(next))?;
                if unreachable {
                    let_go(c, &name, now)?;
                }
                Ok::<_, StoreError>(())
            })
            .await
    }

    /// Sends what a host missed while it was unreachable, in order.
    async fn send_missed(&self, host: &str, from: Id) -> Result<(), StoreError> {
        let ids: Vec<Id> = self
            .0
            .database
            .read(move |c| {
                let missed = activities::table
                    .filter(activities::id.ge(from))
                    .filter(activities::listed.eq(true))
                    .filter(activities::expanded_at.is_not_null());
                Ok::<_, StoreError>(
                    missed
                        .order(activities::id.desc())
                        .limit(MISSED)
                        .select(activities::id)
                        .load(c)?,
                )
            })
            .await?;
        tracing::info!(host, missed = ids.len(), "a server is back");
        for id in ids.into_iter().rev() {
            self.expand_for(id, host).await?;
        }
        Ok(())
    }

    /// Nothing more goes to an inbox that is gone; who followed through it is lost, unless the actor's own document
    /// names another one.
    pub(crate) async fn inbox_gone(&self, inbox: &str) -> Result<(), StoreError> {
        let (address, now) = (inbox.to_owned(), self.0.clock.ts());
        let owners = self
            .0
            .database
            .write(move |c| end_inbox(c, &address, now))
            .await?;
        let Some(site) = self.0.sites.all().into_iter().next() else {
            return Ok(());
        };
        for uri in owners {
            if let Ok(url) = Url::parse(&uri) {
                let _ = self.refetch_actor(&site, &url).await;
            }
        }
        Ok(())
    }

    /// After an error of the database: the host is given back, to be looked at again in a moment.
    pub(crate) async fn drop_claim(&self, host: &str) -> Result<(), StoreError> {
        let (name, now) = (host.to_owned(), self.0.clock.ts());
        self.0
            .database
            .write(move |c| release(c, &name, Some(Ts::new(now.0 + Duration::seconds(5)))))
            .await
    }
}

fn release(conn: &mut Conn, host: &str, next: Option<Ts>) -> Result<(), StoreError> {
    diesel::update(peers::table.find(host))
        .set((
            peers::claimed_by.eq(None::<String>),
            peers::claimed_until.eq(None::<Ts>),
            peers::due_at.eq(next),
        ))
        .execute(conn)?;
    Ok(())
}

/// What waits for an unreachable host is let go; from where on is remembered.
fn let_go(conn: &mut Conn, host: &str, now: Ts) -> Result<(), StoreError> {
    let waiting = || {
        deliveries::table
            .filter(deliveries::host.eq(host))
            .filter(deliveries::state.eq("queued"))
    };
    let first: Option<Id> = waiting()
        .order(deliveries::activity_id)
        .select(deliveries::activity_id)
        .first(conn)
        .optional()?;
    diesel::delete(waiting()).execute(conn)?;
    diesel::update(peers::table.find(host))
        .set((
            peers::unreachable_at.eq(now),
            peers::missed_from.eq(first.unwrap_or_else(|| fresh_id(now.0))),
        ))
        .execute(conn)?;
    Ok(())
}

fn lose_followers(conn: &mut Conn, host: &str, now: Ts) -> Result<(), StoreError> {
    let there: Vec<Id> = actors::table
        .filter(actors::host.eq(host))
        .filter(actors::site_id.is_null())
        .select(actors::id)
        .load(conn)?;
    lose(conn, there, now)
}

fn lose(conn: &mut Conn, followers: Vec<Id>, now: Ts) -> Result<(), StoreError> {
    let held = follows::table
        .filter(follows::follower_id.eq_any(followers))
        .filter(follows::state.eq("accepted"));
    diesel::update(held)
        .set((follows::state.eq("lost"), follows::decided_at.eq(now)))
        .execute(conn)?;
    Ok(())
}

/// Ends what waits for an inbox and the follows through it; gives the ids of the actors behind it.
fn end_inbox(conn: &mut Conn, inbox: &str, now: Ts) -> Result<Vec<String>, StoreError> {
    let waiting = deliveries::table
        .filter(deliveries::inbox.eq(inbox))
        .filter(deliveries::state.eq("queued"));
    diesel::update(waiting)
        .set((
            deliveries::state.eq("gone"),
            deliveries::finished_at.eq(now),
        ))
        .execute(conn)?;
    let owners: Vec<(Id, String)> = actors::table
        .filter(actors::inbox.eq(inbox).or(actors::shared_inbox.eq(inbox)))
        .filter(actors::site_id.is_null())
        .select((actors::id, actors::uri))
        .load(conn)?;
    let (ids, uris): (Vec<Id>, Vec<String>) = owners.into_iter().unzip();
    lose(conn, ids, now)?;
    Ok(uris)
}
