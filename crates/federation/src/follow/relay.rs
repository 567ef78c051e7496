//! Subscribing to a relay as Mastodon does (R-REL-01).
//!
//! What a relay forwards is signed by it and not by its authors: nothing of it is believed. It says
//! that something happened to an object, whose own server is then asked.

use super::{Follow, FollowError, FollowState, Via, ask};
use crate::Federation;
use crate::actor::Actor;
use activitystreams::{Activity, ActivityKind};
use diesel::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sites::Site;
use std::sync::Arc;
use store::schema::follows;
use store::{Conn, Id, Portable, StoreError, Ts, fresh_id};
use url::Url;

/// The collection of everybody: what a subscription follows.
pub(crate) const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// True for the ways to write [`PUBLIC`].
pub(crate) fn is_public(text: &str) -> bool {
    matches!(text, PUBLIC | "as:Public" | "Public")
}

pub(crate) fn subscription(uri: &str, actor: &str, relay: &str) -> Result<Value, StoreError> {
    let url = |text: &str| {
        Url::parse(text).map_err(|_| StoreError::Damaged(format!("not an address: {text}")))
    };
    let mut body = activitystreams::write::follow(&url(uri)?, &url(actor)?, &url(PUBLIC)?);
    body["to"] = json!([relay]);
    Ok(body)
}

/// A relay that accepted gets what our own followers get: a row for the way back.
pub(crate) fn joined(conn: &mut Conn, row: &Follow, now: Ts) -> Result<(), StoreError> {
    if row.via != Via::Relay.as_str() {
        return Ok(());
    }
    let back = (
        follows::id.eq(fresh_id(now.0)),
        follows::follower_id.eq(row.target_id),
        follows::target_id.eq(row.follower_id),
        follows::uri.eq(format!("{}/back", row.uri)),
        follows::state.eq(FollowState::Accepted.as_str()),
        follows::activity.eq("{}"),
        follows::created_at.eq(now),
        follows::decided_at.eq(now),
        follows::via.eq(Via::Relay.as_str()),
    );
    let insert = diesel::insert_into(follows::table).values(back);
    Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    Ok(())
}

/// Takes the way back away.
pub(crate) fn forget(conn: &mut Conn, row: &Follow) -> Result<(), StoreError> {
    if row.via == Via::Relay.as_str() {
        let back = follows::table
            .filter(follows::follower_id.eq(row.target_id))
            .filter(follows::target_id.eq(row.follower_id))
            .filter(follows::via.eq(Via::Relay.as_str()));
        diesel::delete(back).execute(conn)?;
    }
    Ok(())
}

/// True when a site of this server is subscribed to this actor as a relay.
pub(crate) fn is_relay(conn: &mut Conn, actor: Id) -> Result<bool, StoreError> {
    let found = follows::table
        .filter(follows::target_id.eq(actor))
        .filter(follows::via.eq(Via::Relay.as_str()))
        .filter(follows::state.eq(FollowState::Accepted.as_str()));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(conn)?)
}

/// What is left of a forwarded activity: the relay's word that something happened to an object.
/// `None` for what cannot be asked about.
pub(crate) fn hint(relay: &Actor, activity: &Activity) -> Option<(String, Value)> {
    let kind = match activity.kind {
        ActivityKind::Create | ActivityKind::Update | ActivityKind::Announce => "Announce",
        ActivityKind::Delete => "Delete",
        _ => return None,
    };
    let object = activity.object_id()?;
    // Never under the author's own id: a relay must not use it up.
    let mut hash = Sha256::new();
    hash.update(activity.id.as_ref().map(Url::as_str).unwrap_or_default());
    hash.update(activity.actor.as_str());
    hash.update(object.as_str());
    let uri = format!("{}#forwarded/{:x}", relay.uri, hash.finalize());
    let body = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": uri, "type": kind, "actor": relay.uri, "object": object.as_str(),
    });
    Some((uri, body))
}

impl Federation {
    /// [`Federation::follow`]; an address that ends in `/inbox` is a relay's, to which the site subscribes.
    pub async fn follow_or_subscribe(
        &self,
        site: &Arc<Site>,
        text: &str,
    ) -> Result<(Follow, Actor), FollowError> {
        match text.trim().ends_with("/inbox") {
            true => self.subscribe(site, text).await,
            false => self.follow(site, text).await,
        }
    }

    /// Subscribes the site to a relay, given by its inbox, its actor or its host.
    pub async fn subscribe(
        &self,
        site: &Arc<Site>,
        text: &str,
    ) -> Result<(Follow, Actor), FollowError> {
        let own = site.actor_id.ok_or(FollowError::NoActor)?;
        let text = text.trim();
        // Relays are known by their inbox; their actor stands beside it.
        let named = text
            .strip_suffix("/inbox")
            .map(|base| format!("{base}/actor"));
        let target = self.look_up(site, named.as_deref().unwrap_or(text)).await?;
        if target.is_local() {
            return Err(FollowError::Itself);
        }
        if self.is_blocked(&target.host) {
            return Err(FollowError::Blocked);
        }
        let (now, theirs, site) = (self.0.clock.ts(), target.clone(), Arc::clone(site));
        let follow = self
            .0
            .database
            .write(move |c| ask(c, &site, own, &theirs, None, Via::Relay, now))
            .await?;
        self.wake();
        Ok((follow, target))
    }

    /// The relay that a key belongs to, when a site is subscribed to it.
    pub(crate) async fn relay_of(&self, key_id: &str) -> Result<Option<Actor>, StoreError> {
        use store::schema::{actor_keys, actors};
        let key_id = key_id.to_owned();
        self.0
            .database
            .read(move |c| {
                let found: Option<Actor> = actor_keys::table
                    .inner_join(actors::table)
                    .filter(actor_keys::key_uri.eq(&key_id))
                    .filter(actors::site_id.is_null())
                    .select(Actor::as_select())
                    .first(c)
                    .optional()?;
                match found {
                    Some(actor) if is_relay(c, actor.id)? => Ok(Some(actor)),
                    _ => Ok(None),
                }
            })
            .await
    }
}
