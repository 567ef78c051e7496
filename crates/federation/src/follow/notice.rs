//! One note for each new follower that waits for a person: whoever writes letters takes it from here.

use super::{Follow, FollowState};
use crate::Federation;
use crate::actor::Actor;
use diesel::prelude::*;
use serde_json::json;
use std::time::Duration;
use store::schema::jobs;
use store::{Conn, Id, Json, Portable, StoreError, Ts, fresh_id};

const KIND: &str = "follow_notice";

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
    /// Takes the followers that nobody was told of; in the transaction that writes the letters.
    pub fn take(conn: &mut Conn) -> Result<Vec<Self>, StoreError> {
        let rows: Vec<(Id, String)> = jobs::table
            .filter(jobs::kind.eq(KIND))
            .filter(jobs::state.eq("queued"))
            .order(jobs::id)
            .limit(50)
            .select((jobs::id, jobs::key))
            .load(conn)?;
        let mut found = Vec::new();
        for (id, key) in rows {
            // Kept as done, so that it is never told again.
            diesel::update(jobs::table.find(id))
                .set(jobs::state.eq("done"))
                .execute(conn)?;
            let Some((target, follower)) = key.split_once(' ') else {
                continue;
            };
            let (Some(target), Some(follower)) = (Id::parse(target), Id::parse(follower)) else {
                continue;
            };
            let waits = Follow::between(conn, follower, target)?
                .is_some_and(|follow| follow.state() == FollowState::Pending);
            let site = Actor::by_id(conn, target)?.and_then(|target| target.site_id);
            if let (true, Some(site), Some(follower)) = (waits, site, Actor::by_id(conn, follower)?)
            {
                found.push(Self { site, follower });
            }
        }
        Ok(found)
    }
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
