//! Whom the owners of an actor of ours blocked: they do not follow it, and are not told of what it publishes.
//!
//! A person's own blocks stand in `personal_blocks`; those of every owner of an agenda hold for it. The site's own actor
//! has no owner. A block is a refusal that is remembered as long as it holds, and asked anew when it is over.

use crate::actor::Actor;
use crate::follow::{DecidedBy, Follow, FollowState, reply};
use crate::{is_under, normal_host};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use sites::Sites;
use store::schema::{actor_roles, actors, follows, personal_blocks};
use store::{Conn, Id, StoreError, Ts};

/// Actors and servers that an actor of ours has nothing to do with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Barred {
    /// Actors, by key.
    pub actors: Vec<Id>,
    /// Servers with every name below them, as [`normal_host`] writes them.
    pub hosts: Vec<String>,
}

impl Barred {
    /// Those of an actor of ours: what its owners block at `now`.
    pub fn of(conn: &mut Conn, actor: Id, now: Ts) -> Result<Self, StoreError> {
        let rows: Vec<(Option<Id>, String)> = personal_blocks::table
            .inner_join(
                actor_roles::table.on(actor_roles::account_id.eq(personal_blocks::account_id)),
            )
            .filter(actor_roles::actor_id.eq(actor))
            .filter(actor_roles::role.eq("owner"))
            .filter(personal_blocks::level.eq("block"))
            .filter(
                personal_blocks::ends_at
                    .is_null()
                    .or(personal_blocks::ends_at.gt(now)),
            )
            .select((personal_blocks::actor_id, personal_blocks::value))
            .load(conn)?;
        let mut barred = Self::default();
        for (actor, value) in rows {
            match actor {
                Some(actor) => barred.actors.push(actor),
                None => barred.hosts.push(value),
            }
        }
        Ok(barred)
    }

    /// True when nobody is barred.
    pub fn is_empty(&self) -> bool {
        self.actors.is_empty() && self.hosts.is_empty()
    }

    /// True for an actor that is barred, or whose server is.
    pub fn covers(&self, actor: &Actor) -> bool {
        self.actors.contains(&actor.id) || self.covers_host(&actor.host)
    }

    /// True for a server that is barred, in any spelling.
    pub fn covers_host(&self, host: &str) -> bool {
        if self.hosts.is_empty() {
            return false;
        }
        normal_host(host).is_some_and(|host| self.hosts.iter().any(|top| is_under(&host, top)))
    }
}

/// Ends the follows of those whom an account blocks, on every agenda that it owns; each is told by a Reject. Gives how many.
/// Doing it twice changes nothing.
pub fn end_follows(
    conn: &mut Conn,
    sites: &Sites,
    account: Id,
    now: Ts,
) -> Result<usize, StoreError> {
    let owned: Vec<Actor> = actor_roles::table
        .inner_join(actors::table)
        .filter(actor_roles::account_id.eq(account))
        .filter(actor_roles::role.eq("owner"))
        .filter(actors::deleted_at.is_null())
        .select(Actor::as_select())
        .load(conn)?;
    let running = [FollowState::Pending, FollowState::Accepted].map(FollowState::as_str);
    let mut ended = 0;
    for agenda in owned {
        let barred = Barred::of(conn, agenda.id, now)?;
        let site = agenda.site_id.and_then(|id| sites.by_id(id));
        let Some(site) = site.filter(|_| !barred.is_empty()) else {
            continue;
        };
        let held: Vec<(Follow, Actor)> = follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
            .filter(follows::target_id.eq(agenda.id))
            .filter(follows::state.eq_any(running))
            .select((Follow::as_select(), Actor::as_select()))
            .load(conn)?;
        for (row, follower) in held.iter().filter(|(_, who)| barred.covers(who)) {
            // By the policy's word: judged anew at each Follow, so that it is a no while the block holds.
            let answer = (FollowState::Refused, DecidedBy::Policy);
            reply(conn, &site, &agenda, follower, row, answer, now)?;
            ended += 1;
        }
    }
    Ok(ended)
}
