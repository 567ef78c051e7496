//! What waits for a server and what did not arrive there: for a person to see, to try again, to send anew.

use crate::follow::FollowError;
use crate::follow::peers::one;
use crate::{Federation, Peer};
use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use diesel::sql_types::Text;
use sites::Site;
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
    /// Deliveries that did not arrive and are not tried again by themselves.
    pub refused: i64,
    /// Those of them that can be sent anew: an inbox that is gone stays gone.
    pub replayable: i64,
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
pub struct HostBacklog {
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
/// Those of them that can be sent anew.
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
        let counts: Vec<(String, i64)> = open()
            .group_by(deliveries::state)
            .select((deliveries::state, count_star()))
            .load(conn)?;
        let count = |states: &[&str]| {
            let of = counts
                .iter()
                .filter(|(state, _)| states.contains(&state.as_str()));
            of.map(|(_, count)| count).sum::<i64>()
        };
        let oldest = open()
            .filter(deliveries::state.eq("queued"))
            .select(min(deliveries::created_at))
            .first(conn)?;
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
        let waiting = count(&["queued"]);
        Ok(Some(Self {
            next_try: peer.due_at.filter(|_| waiting > 0 && !peer.blocked),
            peer,
            waiting,
            oldest,
            refused: count(&ENDED),
            replayable: count(&REPLAYED),
            undelivered,
        }))
    }

    /// Of all hosts for which something waits or which did not take something, those that refused most first.
    pub fn all(conn: &mut Conn, site: Id) -> Result<Vec<HostBacklog>, StoreError> {
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
        let mut hosts: BTreeMap<String, HostBacklog> = BTreeMap::new();
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
    /// Does what a person of a site decided about a server around it; gives how many deliveries are sent anew. Nothing
    /// changes at a blocked server.
    pub async fn act_on_backlog(
        &self,
        site: &Site,
        host: &str,
        act: BacklogAct,
    ) -> Result<usize, FollowError> {
        let own = site.actor_id.ok_or(FollowError::NoActor)?;
        if self.is_blocked(host) {
            return Err(FollowError::Blocked);
        }
        let (site, host, now) = (site.id, host.to_lowercase(), self.0.clock.ts());
        let count = self
            .0
            .database
            .write(move |c| {
                one(c, (site, own), &host)?.ok_or(FollowError::Unknown)?;
                let count = match act {
                    BacklogAct::Try => 0,
                    BacklogAct::Replay => replay(c, site, &host, now)?,
                };
                try_now(c, &host, now)?;
                Ok::<_, FollowError>(count)
            })
            .await?;
        self.0.delivery_wake.notify_one();
        Ok(count)
    }
}

/// Puts what was refused back into the queue.
fn replay(conn: &mut Conn, site: Id, host: &str, now: Ts) -> Result<usize, StoreError> {
    let of_site = activities::table
        .filter(activities::site_id.eq(site))
        .select(activities::id);
    let rows = deliveries::table
        .filter(deliveries::host.eq(host))
        .filter(deliveries::state.eq_any(REPLAYED))
        .filter(deliveries::activity_id.eq_any(of_site));
    Ok(diesel::update(rows)
        .set((
            deliveries::state.eq("queued"),
            deliveries::attempts.eq(0),
            deliveries::aside.eq(false),
            deliveries::next_try_at.eq(now),
            deliveries::created_at.eq(now),
            deliveries::finished_at.eq(None::<Ts>),
        ))
        .execute(conn)?)
}

/// Makes a host due whatever it waits for, with all that waits for it.
fn try_now(conn: &mut Conn, host: &str, now: Ts) -> Result<(), StoreError> {
    let rows = deliveries::table
        .filter(deliveries::host.eq(host))
        .filter(deliveries::state.eq("queued"));
    diesel::update(rows)
        .set(deliveries::next_try_at.eq(now))
        .execute(conn)?;
    Peer::ensure(conn, host)?;
    diesel::update(peers::table.find(host))
        .set(peers::due_at.eq(now))
        .execute(conn)?;
    crate::notices::tell(conn)
}
