//! What is written when a follow is asked, decided and answered.

use super::policy::{self, Standing};
use super::row::{DecidedBy, Follow, FollowError, FollowState, Via};
use super::{back, notice, relay};
use crate::actor::Actor;
use crate::barred::Barred;
use crate::outbox::{Recipients, Spoken, say};
use crate::write;
use diesel::prelude::*;
use serde_json::Value;
use sites::Site;
use store::schema::follows;
use store::{Conn, Id, StoreError, Ts, fresh_id};

fn spoken(
    site: &Site,
    actor: Id,
    kind: &'static str,
    uri: String,
    object: &str,
    body: Value,
    to: &Actor,
) -> Spoken {
    Spoken {
        site: site.id,
        actor,
        kind,
        uri,
        object_id: None,
        object_uri: object.to_owned(),
        body,
        recipients: Recipients::inbox(&to.inbox),
        listed: false,
    }
}

/// Writes a follow of ours as asked. The caller has made sure that it may be asked.
pub(crate) fn ask(
    conn: &mut Conn,
    site: &Site,
    follower: Id,
    target: &Actor,
    sibling: Option<&Site>,
    via: Via,
    now: Ts,
) -> Result<Follow, FollowError> {
    if let Some(known) = Follow::between(conn, follower, target.id)? {
        let stands = matches!(known.state(), FollowState::Pending | FollowState::Accepted);
        if stands {
            return Ok(known);
        }
        // A sibling that said no answers no again, at once, as it would over the wire.
        if sibling.is_some() && known.is_shut() {
            decide(conn, known.id, known.state(), DecidedBy::Target, now)?;
            return Ok(Follow::by_id(conn, known.id)?
                .ok_or(FollowError::Unknown)?
                .seen_by_follower(target));
        }
        diesel::delete(follows::table.find(known.id)).execute(conn)?;
    }
    let id = fresh_id(now.0);
    let uri = format!("{}#follows/{id}", site.actor_uri());
    let body = match via {
        Via::Relay => relay::subscription(&uri, &site.actor_uri(), &target.uri)?,
        _ => write::follow(&uri, &site.actor_uri(), &target.uri)?,
    };
    record(conn, id, follower, target.id, &uri, &body, via, now)?;
    let Some(sibling) = sibling else {
        say(
            conn,
            &spoken(site, follower, "Follow", uri, &target.uri, body, target),
            now,
        )?;
        return Follow::by_id(conn, id)?.ok_or(FollowError::Unknown);
    };
    let barred = Barred::of(conn, target.id, now)?;
    if !barred.is_empty() && Actor::by_id(conn, follower)?.is_some_and(|own| barred.covers(&own)) {
        decide(conn, id, FollowState::Refused, DecidedBy::Policy, now)?;
        return Follow::by_id(conn, id)?.ok_or(FollowError::Unknown);
    }
    // Sites of one server read the same tables: the answer is the other site's policy, at once.
    match policy::standing(conn, sibling, target, &site.host)? {
        Standing::Accept => {
            decide(conn, id, FollowState::Accepted, DecidedBy::Policy, now)?;
            if let Some(own) = Actor::by_id(conn, follower)? {
                back::follow_sibling_back(conn, sibling, target, site, &own, now)?;
            }
        }
        Standing::Refuse => decide(conn, id, FollowState::Refused, DecidedBy::Policy, now)?,
        Standing::Wait => {
            if let Some(own) = Actor::by_id(conn, follower)? {
                notice::note(conn, target, &own, now)?;
            }
        }
    }
    Follow::by_id(conn, id)?.ok_or(FollowError::Unknown)
}

/// Takes a follow of ours back, and tells the other side.
pub(crate) fn take_back(
    conn: &mut Conn,
    site: &Site,
    row: &Follow,
    target: &Actor,
    now: Ts,
) -> Result<(), FollowError> {
    // The row of two siblings is the memory of both: a no of the other one stays.
    let (state, by) = match target.is_local() && row.is_shut() {
        true => (row.state(), DecidedBy::Both),
        false => (FollowState::Removed, DecidedBy::Follower),
    };
    decide(conn, row.id, state, by, now)?;
    relay::forget(conn, row)?;
    if !target.is_local() {
        let follow: Value = serde_json::from_str(&row.activity).unwrap_or_default();
        let uri = format!("{}#undos/{}", site.actor_uri(), fresh_id(now.0));
        let body = write::undo(&uri, &site.actor_uri(), &follow, &target.uri)?;
        let undo = spoken(site, row.follower_id, "Undo", uri, &row.uri, body, target);
        say(conn, &undo, now)?;
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one row, one argument a column")]
pub(crate) fn record(
    conn: &mut Conn,
    id: Id,
    follower: Id,
    target: Id,
    uri: &str,
    activity: &Value,
    via: Via,
    now: Ts,
) -> Result<(), StoreError> {
    diesel::insert_into(follows::table)
        .values((
            follows::id.eq(id),
            follows::follower_id.eq(follower),
            follows::target_id.eq(target),
            follows::uri.eq(uri),
            follows::state.eq(FollowState::Pending.as_str()),
            follows::activity.eq(activity.to_string()),
            follows::created_at.eq(now),
            follows::via.eq(via.as_str()),
        ))
        .execute(conn)?;
    Ok(())
}

pub(crate) fn decide(
    conn: &mut Conn,
    id: Id,
    state: FollowState,
    by: DecidedBy,
    now: Ts,
) -> Result<(), StoreError> {
    diesel::update(follows::table.find(id))
        .set((
            follows::state.eq(state.as_str()),
            follows::decided_by.eq(by.as_str()),
            follows::decided_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes the decision and, for a follower elsewhere, the Accept or Reject that embeds its Follow
/// unchanged (R-AP-02).
pub(crate) fn reply(
    conn: &mut Conn,
    site: &Site,
    target: &Actor,
    follower: &Actor,
    row: &Follow,
    (state, by): (FollowState, DecidedBy),
    now: Ts,
) -> Result<(), StoreError> {
    let yes = state == FollowState::Accepted;
    decide(conn, row.id, state, by, now)?;
    if follower.is_local() {
        return Ok(());
    }
    let received: Value = serde_json::from_str(&row.activity).unwrap_or_default();
    let (kind, part) = if yes {
        ("Accept", "accepts")
    } else {
        ("Reject", "rejects")
    };
    let uri = format!("{}#{part}/{}", target.uri, fresh_id(now.0));
    let body = if yes {
        write::accept(&uri, &target.uri, &received, &follower.uri)?
    } else {
        write::reject(&uri, &target.uri, &received, &follower.uri)?
    };
    say(
        conn,
        &spoken(site, target.id, kind, uri, &row.uri, body, follower),
        now,
    )
}
