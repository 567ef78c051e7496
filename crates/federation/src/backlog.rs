//! What waits for a server and what did not arrive there: for a person to see, to try again, to send anew.

use crate::dispatch::make_due;
use crate::{Federation, Peer};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel::sql_types::Text;
use std::collections::BTreeMap;
use store::schema::{activities, deliveries, peers};
use store::{Conn, Id, StoreError, Ts};

/// A server's part of a site's deliveries.
#[derive(Debug, Clone)]
pub struct Backlog {
    /// What is known of the server, whatever site speaks with it.
    pub peer: Peer,
    /// Deliveries that wait.
    pub waiting: i64,
    /// When the oldest of them was made.
    pub oldest: Option<Ts>,
    /// When the server is tried next; `None`: nothing waits for it, or it is blocked.
    pub next_try: Option<Ts>,
    /// Deliveries that it refused, or that were given up.
    pub refused: i64,
    /// Those that wait or did not arrive, latest first.
    pub undelivered: Vec<Undelivered>,
}

/// One activity that did not reach one inbox, or not yet.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Undelivered {
    /// The activity's id.
    pub activity: String,
    /// Its type.
    pub kind: String,
    /// Where it goes.
    pub inbox: String,
    /// `queued`, `refused`, `failed` or `gone`.
    pub state: String,
    /// Tries that the inbox answered.
    pub attempts: i32,
    /// Why the last one failed.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: Ts,
}

/// What a host has of a site's deliveries, as counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undelivereds {
    /// The host.
    pub host: String,
    /// That wait.
    pub waiting: i64,
    /// That did not arrive and are not tried again.
    pub refused: i64,
    /// Why the last of them failed.
    pub last_error: String,
}

store::text_enum! {
    /// What a person does about what a server did not take.
    pub enum BacklogAct {
        /// Sends what waits at once.
        Try = "try",
        /// Sends anew what it refused of the site, or what was given up.
        Replay = "replay",
    }
}

/// States of a delivery that is not tried again by itself.
const ENDED: [&str; 3] = ["refused", "failed", "gone"];
/// Those of them that can be sent anew: an inbox that is gone stays gone.
const REPLAYED: [&str; 2] = ["refused", "failed"];
/// Hosts whose last error is read.
const ERRORS_READ: i64 = 500;

impl Backlog {
    /// Of one host; `None` when nothing is known of it. `limit` bounds the list.
    pub fn of(
        conn: &mut Conn,
        site: Id,
        host: &str,
        limit: i64,
    ) -> Result<Option<Self>, StoreError> {
        let Some(peer) = Peer::by_host(conn, host)? else {
            return Ok(None);
        };
        let open = || {
            deliveries::table
                .inner_join(activities::table)
                .filter(activities::site_id.eq(site))
                .filter(deliveries::host.eq(host.to_owned()))
        };
        let (waiting, oldest): (i64, Option<Ts>) = open()
            .filter(deliveries::state.eq("queued"))
            .select((count_star(), min(deliveries::created_at)))
            .first(conn)?;
        let refused = open()
            .filter(deliveries::state.eq_any(ENDED))
            .count()
            .get_result(conn)?;
        let undelivered = open()
            .filter(deliveries::state.ne("delivered"))
            .order(deliveries::id.desc())
            .limit(limit)
            .select((
                activities::uri,
                activities::kind,
                deliveries::inbox,
                deliveries::state,
                deliveries::attempts,
                deliveries::last_error,
                deliveries::created_at,
            ))
            .load(conn)?;
        Ok(Some(Self {
            next_try: peer.due_at.filter(|_| waiting > 0 && !peer.blocked),
            peer,
            waiting,
            oldest,
            refused,
            undelivered,
        }))
    }

    /// Of all hosts for which something waits or which did not take something, those that refused most first.
    pub fn all(conn: &mut Conn, site: Id) -> Result<Vec<Undelivereds>, StoreError> {
        let open = || {
            deliveries::table
                .inner_join(activities::table)
                .filter(activities::site_id.eq(site))
                .filter(deliveries::state.ne("delivered"))
        };
        let counts: Vec<(String, String, i64)> = open()
            .group_by((deliveries::host, deliveries::state))
            .select((deliveries::host, deliveries::state, count_star()))
            .load(conn)?;
        let mut hosts: BTreeMap<String, Undelivereds> = BTreeMap::new();
        for (host, state, count) in counts {
            let entry = hosts.entry(host.clone()).or_default();
            entry.host = host;
            match ENDED.contains(&state.as_str()) {
                true => entry.refused += count,
                false => entry.waiting += count,
            }
        }
        // PostgreSQL has no greatest uuid; their texts sort as they do.
        let greatest = || diesel::dsl::sql::<Text>("MAX(CAST(deliveries.id AS TEXT))");
        let latest: Vec<String> = open()
            .filter(deliveries::last_error.is_not_null())
            .group_by(deliveries::host)
            .order(greatest().desc())
            .limit(ERRORS_READ)
            .select(greatest())
            .load(conn)?;
        let latest: Vec<Id> = latest.iter().filter_map(|text| Id::parse(text)).collect();
        let errors: Vec<(String, Option<String>)> = deliveries::table
            .filter(deliveries::id.eq_any(latest))
            .select((deliveries::host, deliveries::last_error))
            .load(conn)?;
        for (host, error) in errors {
            if let Some(entry) = hosts.get_mut(&host) {
                entry.last_error = error.unwrap_or_default();
            }
        }
        let mut hosts: Vec<_> = hosts.into_values().collect();
        hosts.sort_by_key(|entry| std::cmp::Reverse(entry.refused));
        Ok(hosts)
    }
}

impl Federation {
    /// Does what a person decided; gives how many deliveries are sent anew.
    pub async fn act_on_backlog(
        &self,
        site: Id,
        host: &str,
        act: BacklogAct,
    ) -> Result<usize, StoreError> {
        match act {
            BacklogAct::Try => self.retry_host(host).await.map(|()| 0),
            BacklogAct::Replay => self.replay_host(site, host).await,
        }
    }

    /// A person asks to try a server again at once.
    pub async fn retry_host(&self, host: &str) -> Result<(), StoreError> {
        let (name, now) = (host.to_owned(), self.0.clock.ts());
        self.0
            .database
            .write(move |c| {
                let rows = deliveries::table
                    .filter(deliveries::host.eq(&name))
                    .filter(deliveries::state.eq("queued"));
                diesel::update(rows)
                    .set(deliveries::next_try_at.eq(now))
                    .execute(c)?;
                diesel::update(peers::table.find(&name))
                    .set(peers::due_at.eq(now))
                    .execute(c)?;
                crate::notices::tell(c)?;
                Ok::<_, StoreError>(())
            })
            .await?;
        self.0.delivery_wake.notify_one();
        Ok(())
    }

    /// A person asks to send anew what a server refused of a site, or what was given up; gives how many deliveries
    /// that is. Nothing changes at a blocked server.
    pub async fn replay_host(&self, site: Id, host: &str) -> Result<usize, StoreError> {
        if self.is_blocked(host) {
            return Ok(0);
        }
        let (name, now) = (host.to_owned(), self.0.clock.ts());
        let count = self
            .0
            .database
            .write(move |c| {
                let of_site = activities::table
                    .filter(activities::site_id.eq(site))
                    .select(activities::id);
                let rows = deliveries::table
                    .filter(deliveries::host.eq(&name))
                    .filter(deliveries::state.eq_any(REPLAYED))
                    .filter(deliveries::activity_id.eq_any(of_site));
                let count = diesel::update(rows)
                    .set((
                        deliveries::state.eq("queued"),
                        deliveries::attempts.eq(0),
                        deliveries::aside.eq(false),
                        deliveries::next_try_at.eq(now),
                        deliveries::created_at.eq(now),
                        deliveries::finished_at.eq(None::<Ts>),
                    ))
                    .execute(c)?;
                if count > 0 {
                    make_due(c, &name, now)?;
                }
                Ok::<_, StoreError>(count)
            })
            .await?;
        if count > 0 {
            self.retry_host(host).await?;
        }
        Ok(count)
    }
}
