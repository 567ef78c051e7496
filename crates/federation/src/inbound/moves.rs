//! Move: an actor goes on under another address (R-MOVE-01, FEP-7628).
//!
//! Whoever of ours follows the old one follows the new one instead, as Mastodon does. What moderators decided about the old
//! one holds of the new one too, or a measure would last until the next move.

use super::{ApplyError, Effect, Scene, object_url};
use crate::Federation;
use crate::actor::{Actor, ActorState};
use crate::follow::{Follow, FollowState, Via, ask, take_back};
use activitystreams::Item;
use chrono::Duration;
use diesel::prelude::*;
use store::schema::{actors, follows};
use store::{Conn, Id, StoreError, Ts};

/// An actor moves once in this time, as on Mastodon.
const REST: Duration = Duration::days(7);

impl Federation {
    pub(super) async fn on_move(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        let target = scene.activity.target.first().and_then(Item::id);
        let (Some(old), Some(new)) = (object_url(&scene.activity), target) else {
            return Err(ApplyError::Never("a Move of nobody"));
        };
        let signer = scene.actor.uri.clone();
        let pushed = signer == old.as_str();
        if old == new || !(pushed || signer == new.as_str()) {
            return Err(ApplyError::Never("a Move by somebody else"));
        }
        if self.0.sites.is_ours(&old) || self.0.sites.is_ours(&new) {
            return Err(ApplyError::Never("our own actors move by our own word"));
        }
        // The other one must say so as well, now: what was read yesterday may be what was stolen since.
        let other = if pushed { &new } else { &old };
        if other.host_str().is_none_or(|host| self.is_blocked(host)) {
            return Err(ApplyError::Never("a Move to or from a blocked host"));
        }
        let (actor, document) = self.read_whole_actor(&scene.site, other).await?;
        let agreed = match pushed {
            true => actor.uri == new.as_str() && document.also_known_as.contains(&old),
            false => actor.uri == old.as_str() && document.moved_to.as_ref() == Some(&new),
        };
        if !agreed {
            return Err(ApplyError::Never("the other account knows nothing of it"));
        }
        let (from, to) = match pushed {
            true => (scene.actor.clone(), actor),
            false => (actor, scene.actor.clone()),
        };
        let may_act = to.state() == ActorState::Active && !self.is_blocked(&to.host);
        if !may_act {
            return Err(ApplyError::Never("the new account may not act here"));
        }
        let (hub, now) = (self.clone(), scene.now);
        self.commit(id, move |c| hub.go_along(c, &from, &to, now))
            .await
    }

    /// The follows of ours go along.
    fn go_along(
        &self,
        conn: &mut Conn,
        from: &Actor,
        to: &Actor,
        now: Ts,
    ) -> Result<Effect, ApplyError> {
        let early = Ts::new(now.0 - REST);
        for actor in [from, to] {
            let moved: Option<Ts> = actors::table
                .find(actor.id)
                .select(actors::moved_at)
                .first(conn)?;
            if moved.is_some_and(|at| at > early) {
                return Ok(Effect::Ignored("it moved a short while ago"));
            }
        }
        diesel::update(actors::table.find(from.id))
            .set((actors::moved_to.eq(&to.uri), actors::moved_at.eq(now)))
            .execute(conn)?;
        diesel::update(actors::table.find(to.id))
            .set(actors::moved_to.eq(None::<String>))
            .execute(conn)?;
        self.0.content.moved(conn, from.id, to.id, now)?;
        let followed: Vec<Follow> = follows::table
            .filter(follows::target_id.eq(from.id))
            .filter(follows::state.eq(FollowState::Accepted.as_str()))
            .select(Follow::as_select())
            .load(conn)?;
        for row in followed {
            let follower = Actor::by_id(conn, row.follower_id)?;
            let site = follower
                .and_then(|follower| follower.site_id)
                .and_then(|site| self.0.sites.by_id(site));
            // A relay is subscribed to by name, and another server's follows are its own.
            let Some(site) = site.filter(|_| row.via != Via::Relay.as_str()) else {
                continue;
            };
            let via = Via::from_word(&row.via).unwrap_or(Via::Person);
            let known = Follow::between(conn, row.follower_id, to.id)?;
            // A no of theirs, or of ours, is not asked again by itself (R-FOL-01).
            if known.is_none() {
                ask(conn, &site, row.follower_id, to, None, via, now).map_err(later)?;
            }
            take_back(conn, &site, &row, from, now).map_err(later)?;
        }
        Ok(Effect::Applied)
    }
}

fn later(error: crate::follow::FollowError) -> ApplyError {
    match error {
        crate::follow::FollowError::Store(error) => ApplyError::Store(error),
        other => ApplyError::Store(StoreError::Damaged(other.to_string())),
    }
}
