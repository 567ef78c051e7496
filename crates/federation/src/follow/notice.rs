//! One note for each new follower that waits for a person: whoever writes letters takes it from here, a
//! site's together.

use super::{Follow, FollowState};
use crate::Federation;
use crate::actor::Actor;
use diesel::prelude::*;
use serde_json::json;
use std::time::Duration;
use store::schema::jobs;
use store::{Conn, Id, Json, Portable, StoreError, Ts, fresh_id};

const KIND: &str = "follow_notice";
/// The letter last written to a site's moderators.
const TOLD: &str = "follow_letter";
/// From one letter about followers to the next of a site.
const QUIET: chrono::Duration = chrono::Duration::hours(6);

/// A follower that waits and of which nobody was told yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Site that is followed.
    pub site: Id,
    /// Who follows.
    pub follower: Actor,
}

/// Notes a follower once and for ever: asking again, under whatever id, is not told again.
pub(crate) fn note(
    conn: &mut Conn,
    target: &Actor,
    follower: &Actor,
    now: Ts,
) -> Result<(), StoreError> {
    let row = (
        jobs::id.eq(fresh_id(now.0)),
        jobs::kind.eq(KIND),
        jobs::key.eq(format!("{} {}", target.id, follower.id)),
        jobs::payload.eq(Json(json!({}))),
        jobs::state.eq("queued"),
        jobs::attempts.eq(0),
        jobs::next_try_at.eq(now),
        jobs::created_at.eq(now),
    );
    let insert = diesel::insert_into(jobs::table).values(row);
    Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    Ok(())
}

impl Waiting {
    /// Takes the followers that moderators are to be told of: one a site, whose letter leads to the list of
    /// all that wait, and then none for [`QUIET`], however many ask (RATE-01). In the transaction that
    /// writes the letters.
    pub fn take(conn: &mut Conn, now: Ts) -> Result<Vec<Self>, StoreError> {
        let rows: Vec<(Id, String)> = jobs::table
            .filter(jobs::kind.eq(KIND))
            .filter(jobs::state.eq("queued"))
            .filter(jobs::next_try_at.le(now))
            .order(jobs::id)
            .limit(500)
            .select((jobs::id, jobs::key))
            .load(conn)?;
        let mut found: Vec<Self> = Vec::new();
        for (id, key) in rows {
            let one = Self::read(conn, &key)?;
            let told = |one: &Self| found.iter().any(|known| known.site == one.site);
            let one = one.filter(|one| !told(one));
            let quiet = match &one {
                Some(one) => quiet_until(conn, one.site, now)?,
                None => None,
            };
            if let Some(until) = quiet {
                diesel::update(jobs::table.find(id))
                    .set(jobs::next_try_at.eq(until))
                    .execute(conn)?;
                continue;
            }
            // Kept as done, so that it is never told again.
            diesel::update(jobs::table.find(id))
                .set(jobs::state.eq("done"))
                .execute(conn)?;
            found.extend(one);
        }
        for one in &found {
            be_quiet(conn, one.site, now)?;
        }
        Ok(found)
    }

    /// Who a note is about, while they wait.
    fn read(conn: &mut Conn, key: &str) -> Result<Option<Self>, StoreError> {
        let ids = key.split_once(' ');
        let ids =
            ids.and_then(|(target, follower)| Some((Id::parse(target)?, Id::parse(follower)?)));
        let Some((target, follower)) = ids else {
            return Ok(None);
        };
        let waits = Follow::between(conn, follower, target)?
            .is_some_and(|follow| follow.state() == FollowState::Pending);
        let site = Actor::by_id(conn, target)?.and_then(|target| target.site_id);
        Ok(match (waits, site, Actor::by_id(conn, follower)?) {
            (true, Some(site), Some(follower)) => Some(Self { site, follower }),
            _ => None,
        })
    }
}

/// When the moderators of a site may be told again, when that is not now.
fn quiet_until(conn: &mut Conn, site: Id, now: Ts) -> Result<Option<Ts>, StoreError> {
    Ok(jobs::table
        .filter(jobs::kind.eq(TOLD))
        .filter(jobs::key.eq(site.to_string()))
        .filter(jobs::next_try_at.gt(now))
        .select(jobs::next_try_at)
        .first(conn)
        .optional()?)
}

fn be_quiet(conn: &mut Conn, site: Id, now: Ts) -> Result<(), StoreError> {
    let until = jobs::next_try_at.eq(Ts::new(now.0 + QUIET));
    let row = (
        jobs::id.eq(fresh_id(now.0)),
        jobs::kind.eq(TOLD),
        jobs::key.eq(site.to_string()),
        jobs::payload.eq(Json(json!({}))),
        jobs::state.eq("done"),
        jobs::attempts.eq(0),
        jobs::created_at.eq(now),
        until,
    );
    let insert = diesel::insert_into(jobs::table).values(row);
    let told = insert.on_conflict((jobs::kind, jobs::key)).do_update();
    Portable(told.set(until)).execute(conn)?;
    Ok(())
}

impl Federation {
    /// Returns when a follower may wait that nobody was told of; at the latest after an hour.
    pub async fn follower_waits(&self) {
        tokio::select! {
            () = self.0.follower_wake.notified() => {}
            () = tokio::time::sleep(Duration::from_secs(3_600)) => {}
        }
    }
}
