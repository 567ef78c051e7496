//! The end of an actor of ours: what it published goes, then it goes itself, and its followers are told of both.

use crate::kind::Registry;
use crate::life::{LifeError, delete};
use crate::object::{Object, ObjectState};
use activitystreams::write;
use diesel::prelude::*;
use federation::outbox::{Followers, Recipients, Spoken, say};
use federation::{Actor, ActorState};
use store::schema::{activities, actors, objects};
use store::{Conn, Id, StoreError, Ts};
use url::Url;

/// Deletes an agenda of ours with all that it published, for ever. Each object has its own Delete, for servers that know the
/// object and not the actor, and the actor's comes last; what was still to be said about them otherwise is not said any
/// more. Gives the keys of the objects.
///
/// Its row stays with its keys until its farewell has arrived: see [`federation::erased`].
pub fn close_actor(
    conn: &mut Conn,
    registry: &Registry,
    actor: &Actor,
    account: Option<Id>,
    now: Ts,
) -> Result<Vec<Id>, LifeError> {
    let site = actor.site_id.and_then(|id| registry.sites.by_id(id));
    let site = site.ok_or(LifeError::Unknown)?;
    let all: Vec<Object> = objects::table
        .filter(objects::actor_id.eq(actor.id))
        .select(Object::as_select())
        .load(conn)?;
    for object in &all {
        if object.state() != ObjectState::Deleted {
            delete(conn, registry, object, account, now)?;
        }
    }
    let ids: Vec<Id> = all.iter().map(|object| object.id).collect();
    for part in ids.chunks(500) {
        let said = activities::table
            .filter(activities::object_id.eq_any(part))
            .filter(activities::kind.ne("Delete"));
        diesel::delete(said).execute(conn)?;
    }
    let said = activities::table
        .filter(activities::actor_id.eq(actor.id))
        .filter(activities::kind.ne("Delete"));
    diesel::delete(said).execute(conn)?;
    say_goodbye(conn, site.id, site.actor_id, actor, now)?;
    diesel::update(actors::table.find(actor.id))
        .set((
            actors::state.eq(ActorState::Deleted.as_str()),
            actors::deleted_at.eq(now),
            actors::updated_at.eq(now),
            actors::name.eq(""),
            actors::summary.eq(""),
            actors::icon_id.eq(None::<Id>),
            actors::icon_alt.eq(""),
            actors::banner_id.eq(None::<Id>),
            actors::banner_alt.eq(""),
        ))
        .execute(conn)?;
    Ok(ids)
}

/// To its own followers, and to those of the site, which know it from what the site passed on.
fn say_goodbye(
    conn: &mut Conn,
    site: Id,
    main: Option<Id>,
    actor: &Actor,
    now: Ts,
) -> Result<(), StoreError> {
    let id = Url::parse(&actor.uri)
        .map_err(|_| StoreError::Damaged(format!("not an address: {}", actor.uri)))?;
    let public = vec![activitystreams::PUBLIC.to_owned()];
    let cc: Vec<String> = actor.followers_url.iter().cloned().collect();
    let body = write::delete(&id, &id, &actor.kind, now.0, &public, &cc);
    let group = |of: Id| Followers {
        of: Some(of),
        ..Followers::default()
    };
    let spoken = Spoken {
        site,
        actor: actor.id,
        kind: "Delete",
        uri: format!("{}#delete", actor.uri),
        object_id: None,
        object_uri: actor.uri.clone(),
        body,
        recipients: Recipients {
            followers: [Some(actor.id), main]
                .into_iter()
                .flatten()
                .map(group)
                .collect(),
            ..Recipients::default()
        },
        listed: false,
    };
    say(conn, &spoken, now)
}
