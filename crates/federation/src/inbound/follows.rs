//! Follow, Accept, Reject, Undo, Join as they come in.

use super::gone::{bury, is_gone, unbury};
use super::{ApplyError, Effect, Scene, object_url};
use crate::actor::{Actor, ActorState};
use crate::barred::Barred;
use crate::follow::policy::{Standing, standing};
use crate::follow::{DecidedBy, Follow, FollowState, Via, decide, record, reply};
use crate::outbox::{Recipients, Spoken, say};
use crate::{Federation, Scope, write};
use activitystreams::{Activity, ActivityKind, Item};
use diesel::prelude::*;
use serde_json::Value;
use store::schema::follows;
use store::{Conn, Id, StoreError, fresh_id};

impl Federation {
    pub(super) async fn on_follow(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        let Some(target) = object_url(&scene.activity) else {
            return self
                .finish(id, Effect::Ignored("a Follow of nothing"))
                .await;
        };
        if crate::follow::is_public(target.as_str()) {
            return self.on_subscription(id, scene).await;
        }
        let uri = target.to_string();
        let target = self
            .0
            .database
            .read(move |c| Actor::by_uri(c, &uri))
            .await?;
        let active = |actor: &Actor| actor.is_local() && actor.state() == ActorState::Active;
        let Some(target) = target.filter(active) else {
            return self
                .finish(id, Effect::Ignored("a Follow of nobody here"))
                .await;
        };
        let Some(site) = target.site_id.and_then(|site| self.0.sites.by_id(site)) else {
            return self
                .finish(id, Effect::Ignored("a Follow of nobody here"))
                .await;
        };
        // Its software decides what it is sent from now on (R-DEL-01).
        let scheme = site.scheme.clone();
        let _ = self.peer(&scheme, &scene.actor.host).await;
        let (follower, greeted, hub) = (scene.actor.clone(), target.id, self.clone());
        let effect = self.commit(id, move |c| {
            if is_gone(c, &scene.uri, &scene.actor.uri)? {
                return Ok(Effect::Ignored("undone before"));
            }
            let follower = &scene.actor;
            let known = Follow::between(c, follower.id, target.id)?;
            let instance = matches!(follower.kind.as_str(), "Application" | "Service");
            // A no stands until a person lifts it, whatever the new id and, for a server's own
            // actor, whatever its new address (R-FOL-01).
            let shut = match &known {
                Some(known) => known.is_shut(),
                None => instance && crate::follow::is_refused(c, target.id, &follower.host)?,
            };
            let row = match known {
                Some(known) => {
                    renew(c, &known, &scene)?;
                    Follow::by_id(c, known.id)?.unwrap_or(known)
                }
                None => {
                    let key = fresh_id(scene.now.0);
                    let raw = &scene.activity.raw;
                    record(
                        c,
                        key,
                        follower.id,
                        target.id,
                        &scene.uri,
                        raw,
                        Via::Person,
                        scene.now,
                    )?;
                    Follow::by_id(c, key)?.ok_or(StoreError::Cancelled)?
                }
            };
            let barred = Barred::of(c, target.id, scene.now)?.covers(follower);
            let answer = match (shut, row.state()) {
                (true, state) => {
                    let state = match state {
                        FollowState::Removed => FollowState::Removed,
                        _ => FollowState::Refused,
                    };
                    (state, DecidedBy::Target)
                }
                // Blocked by an owner: no as long as that holds.
                (false, _) if barred => (FollowState::Refused, DecidedBy::Policy),
                // A known follower that asks again is answered again (R-FOL-02).
                (false, FollowState::Accepted) => (FollowState::Accepted, DecidedBy::Target),
                (false, _) => match standing(c, &site, &target, &follower.host)? {
                    Standing::Accept => (FollowState::Accepted, DecidedBy::Policy),
                    Standing::Refuse => (FollowState::Refused, DecidedBy::Policy),
                    Standing::Wait => {
                        decide(
                            c,
                            row.id,
                            FollowState::Pending,
                            DecidedBy::Nobody,
                            scene.now,
                        )?;
                        crate::follow::note(c, &target, follower, scene.now)?;
                        return Ok(Effect::Applied);
                    }
                },
            };
            reply(c, &site, &target, follower, &row, answer, scene.now)?;
            if answer.0 == FollowState::Accepted {
                crate::follow::follow_back(c, &hub, &site, &target, follower, scene.now)?;
            }
            Ok(Effect::Applied)
        });
        let effect = effect.await?;
        self.0.follower_wake.notify_one();
        self.greet(&follower, greeted).await?;
        Ok(effect)
    }

    /// This server is no relay: a Follow of everybody is refused (R-REL-02).
    async fn on_subscription(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        self.commit(id, move |c| {
            let Some(own) = scene.site.actor_id else {
                return Ok(Effect::Ignored("a Follow of everybody"));
            };
            let actor = scene.site.actor_uri();
            let uri = format!("{actor}#rejects/{}", fresh_id(scene.now.0));
            let body = write::reject(&uri, &actor, &scene.activity.raw, &scene.actor.uri)?;
            let spoken = Spoken {
                site: scene.site.id,
                actor: own,
                kind: "Reject",
                uri,
                object_id: None,
                object_uri: scene.uri.clone(),
                body,
                recipients: Recipients::inbox(&scene.actor.inbox),
                listed: false,
            };
            say(c, &spoken, scene.now)?;
            Ok(Effect::Applied)
        })
        .await
    }

    /// After accepting a Mobilizon instance: one Announce for each event still to come, to it alone,
    /// since it lists remote events only when they were announced (R-DEL-02). Once per follow.
    pub(crate) async fn greet(&self, follower: &Actor, target: Id) -> Result<(), StoreError> {
        let (uri, host) = (follower.uri.clone(), follower.host.clone());
        let follower_id = follower.id;
        let content = std::sync::Arc::clone(&self.0.content);
        let (sites, now) = (self.0.sites.clone(), self.0.clock.ts());
        self.0
            .database
            .write(move |c| {
                let Some(target) = Actor::by_id(c, target)?.filter(|a| a.kind == "Application")
                else {
                    return Ok(());
                };
                let accepted = Follow::between(c, follower_id, target.id)?
                    .is_some_and(|follow| follow.state() == FollowState::Accepted);
                let mobilizon = crate::Peer::by_host(c, &host)?
                    .is_some_and(|peer| peer.software.as_deref() == Some("mobilizon"));
                let site = target.site_id.and_then(|id| sites.by_id(id));
                let (Some(site), Some(follower), true) =
                    (site, Actor::by_uri(c, &uri)?, accepted && mobilizon)
                else {
                    return Ok(());
                };
                for document in content.upcoming(c, Scope::Site(site.id), now, 200)? {
                    let Some(object) = document.get("id").and_then(Value::as_str) else {
                        continue;
                    };
                    let author = document
                        .get("attributedTo")
                        .and_then(Value::as_str)
                        .unwrap_or_default();
                    let known = content.find(c, object)?;
                    if let Some(known) = &known
                        && Barred::of(c, known.actor_id, now)?.covers(&follower)
                    {
                        continue;
                    }
                    let object_id = known.map(|known| known.id);
                    let announce = format!("{object}/announces/{follower_id}");
                    let body = write::announce(&announce, &target, object, author, now)?;
                    say(
                        c,
                        &Spoken {
                            site: site.id,
                            actor: target.id,
                            kind: "Announce",
                            uri: announce,
                            object_id,
                            object_uri: object.to_owned(),
                            body,
                            recipients: Recipients::inbox(&follower.inbox),
                            listed: false,
                        },
                        now,
                    )?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        self.0.outbox_wake.notify_one();
        Ok(())
    }

    pub(super) async fn on_answer(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        let effect = self.commit(id, move |c| {
            let Some(row) = answered(c, &scene.activity, scene.actor.id)? else {
                // Also an answer to a Follow that was never sent (AUT-04).
                return Ok(Effect::Ignored("an answer to nothing asked"));
            };
            let yes = scene.activity.kind == ActivityKind::Accept;
            let next = match (row.state(), yes) {
                (FollowState::Pending, true) => FollowState::Accepted,
                // Somebody there changed their mind; the question was ours, and was never taken back.
                (FollowState::Refused, true) if row.decided_by == DecidedBy::Target.as_str() => {
                    FollowState::Accepted
                }
                (FollowState::Pending | FollowState::Accepted, false) => FollowState::Refused,
                _ => return Ok(Effect::Ignored("already answered")),
            };
            decide(c, row.id, next, DecidedBy::Target, scene.now)?;
            if next == FollowState::Accepted {
                crate::follow::relay_joined(c, &row, scene.now)?;
                crate::backfill::ask(c, row.id, scene.now)?;
            } else {
                crate::follow::relay_forgotten(c, &row)?;
            }
            Ok(Effect::Applied)
        });
        let effect = effect.await?;
        self.0.backfill_wake.notify_one();
        Ok(effect)
    }

    pub(super) async fn on_undo(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        let content = std::sync::Arc::clone(&self.0.content);
        self.commit(id, move |c| {
            let Some(item) = scene.activity.object.first() else {
                return Ok(Effect::Ignored("an Undo of nothing"));
            };
            let uri = item.id();
            let mut may_come = true;
            // Somebody else's activity is never undone (AUT-03).
            if let Some(embedded) = item.embedded()
                && let Ok(inner) = Activity::read(embedded)
            {
                if inner.actor.as_str() != scene.actor.uri {
                    return Ok(Effect::Ignored("somebody else's activity"));
                }
                if inner.kind == ActivityKind::Delete
                    && let Some(gone) = inner.object_id()
                {
                    // As Lemmy does: whoever deleted it, and nobody else, takes that back (AUT-09).
                    let back = unbury(c, gone.as_str(), &scene.actor.uri)?
                        && content.returned(c, gone.as_str(), scene.actor.id)?;
                    return Ok(match back {
                        true => Effect::Applied,
                        false => Effect::Ignored("not theirs to bring back"),
                    });
                }
                may_come = matches!(inner.kind, ActivityKind::Follow | ActivityKind::Announce);
                if inner.kind == ActivityKind::Follow
                    && let Some(target) = inner.object_id()
                    && let Some(target) = Actor::by_uri(c, target.as_str())?
                    && let Some(follow) = Follow::between(c, scene.actor.id, target.id)?
                {
                    return end(c, &follow);
                }
            }
            let Some(uri) = uri else {
                return Ok(Effect::Ignored("an Undo of nothing known"));
            };
            let named: Option<Follow> = follows::table
                .filter(follows::uri.eq(uri.as_str()))
                .filter(follows::follower_id.eq(scene.actor.id))
                .select(Follow::as_select())
                .first(c)
                .optional()?;
            if let Some(follow) = named {
                return end(c, &follow);
            }
            content.announce_undone(c, uri.as_str(), scene.actor.id)?;
            // What is undone has no effect when it comes late (AUT-11).
            if may_come && activitystreams::origin::same_origin(&uri, &scene.activity.actor) {
                bury(c, uri.as_str(), &scene.actor.uri, scene.now)?;
            }
            Ok(Effect::Applied)
        })
        .await
    }

    /// Registrations happen at the organiser's own address: FEP-8a8e wants an explicit Ignore
    /// (R-JOIN-02).
    pub(super) async fn on_join(&self, id: Id, scene: Scene) -> Result<Effect, ApplyError> {
        let content = std::sync::Arc::clone(&self.0.content);
        self.commit(id, move |c| {
            let Some(object) = object_url(&scene.activity) else {
                return Ok(Effect::Ignored("a Join of nothing"));
            };
            let known = content
                .find(c, object.as_str())?
                .filter(|known| known.local);
            let Some(known) = known else {
                return Ok(Effect::Ignored("a Join of nothing here"));
            };
            let Some(author) = Actor::by_id(c, known.actor_id)? else {
                return Ok(Effect::Ignored("a Join of nothing here"));
            };
            let uri = format!("{}#ignores/{}", author.uri, fresh_id(scene.now.0));
            let body = write::ignore(&uri, &author.uri, &scene.uri, &scene.actor.uri)?;
            say(
                c,
                &Spoken {
                    site: author.site_id.unwrap_or(scene.site.id),
                    actor: author.id,
                    kind: "Ignore",
                    uri,
                    object_id: None,
                    object_uri: scene.uri.clone(),
                    body,
                    recipients: Recipients::inbox(&scene.actor.inbox),
                    listed: false,
                },
                scene.now,
            )?;
            Ok(Effect::Applied)
        })
        .await
    }
}

/// The follower's newest Follow takes the place of the known one.
fn renew(conn: &mut Conn, known: &Follow, scene: &Scene) -> Result<(), StoreError> {
    diesel::update(follows::table.find(known.id))
        .set((
            follows::uri.eq(&scene.uri),
            follows::activity.eq(scene.activity.raw.to_string()),
        ))
        .execute(conn)?;
    Ok(())
}

/// The follow of ours that an Accept or Reject answers: named by id or by the pair of actors, and the
/// one who answers is the one who was asked (AUT-04).
fn answered(conn: &mut Conn, activity: &Activity, from: Id) -> Result<Option<Follow>, StoreError> {
    let Some(item) = activity.object.first() else {
        return Ok(None);
    };
    let mut found = None;
    if let Some(uri) = item.id() {
        found = follows::table
            .filter(follows::uri.eq(uri.as_str()))
            .select(Follow::as_select())
            .first(conn)
            .optional()?;
    }
    if found.is_none()
        && let Some(inner) = item.embedded().and_then(|value| Activity::read(value).ok())
        && inner.kind == ActivityKind::Follow
        && inner.object.first().and_then(Item::id).is_some()
        && let Some(follower) = Actor::by_uri(conn, inner.actor.as_str())?
    {
        found = Follow::between(conn, follower.id, from)?;
    }
    let ours = |follow: &Follow| follow.target_id == from;
    let Some(follow) = found.filter(ours) else {
        return Ok(None);
    };
    let follower = Actor::by_id(conn, follow.follower_id)?;
    Ok(follower
        .is_some_and(|actor| actor.is_local())
        .then_some(follow))
}

/// Ends somebody's follow of ours. A refusal is not forgotten by it (R-FOL-01).
pub(super) fn end(conn: &mut Conn, follow: &Follow) -> Result<Effect, ApplyError> {
    if follow.is_shut() {
        return Ok(Effect::Ignored("refused before"));
    }
    diesel::delete(follows::table.find(follow.id)).execute(conn)?;
    Ok(Effect::Applied)
}
