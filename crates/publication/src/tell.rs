//! What peers are told of a change: the delivery matrix (interop 0.3). No single activity satisfies
//! every peer, so each variant goes to those that need it.

use crate::kind::Registry;
use crate::object::{Audience, Object};
use activitystreams::write;
use diesel::prelude::*;
use federation::outbox::{Followers, Recipients, Spoken, say, unlist};
use federation::{Actor, Barred};
use serde_json::Value;
use store::schema::activities;
use store::{Conn, Id, StoreError, Ts};
use url::Url;

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is public for the first time, or again.
    Created,
    /// It changed.
    Updated,
    /// It is gone, or hidden.
    Deleted,
}

/// Followers of the site's own actor that take a Create by it and nothing else.
const TRUST_BY_DOMAIN: [&str; 2] = ["gancio", "wordpress"];

/// Softwares that drop what is over, or show it as new.
const TIMELINES: [&str; 10] = [
    "gancio",
    "wordpress",
    "mastodon",
    "glitchsoc",
    "hometown",
    "gotosocial",
    "misskey",
    "sharkey",
    "pleroma",
    "akkoma",
];

fn address(text: &str) -> Result<Url, StoreError> {
    Url::parse(text).map_err(|_| StoreError::Damaged(format!("not an address: {text}")))
}

/// Writes the activities that tell peers of a change, in the transaction that made it.
pub fn tell(
    conn: &mut Conn,
    registry: &Registry,
    object: &Object,
    change: Change,
    now: Ts,
) -> Result<(), StoreError> {
    let Some(site) = object.site_id.and_then(|id| registry.sites.by_id(id)) else {
        return Ok(());
    };
    let Some(kind) = registry.named(&object.kind) else {
        return Ok(());
    };
    let Some(author) = Actor::by_id(conn, object.actor_id)? else {
        return Ok(());
    };
    let instance = match site.actor_id {
        Some(id) => Actor::by_id(conn, id)?,
        None => None,
    };
    let Some(instance) = instance else {
        return Ok(());
    };
    let (actor, main) = (author.id, instance.id);
    if object.audience() == Audience::Private {
        return Ok(());
    }
    // What is over goes to archives only, not to timelines (R-EV-12, R-MA-05); a farewell goes to all.
    let over = change != Change::Deleted && !kind.is_current(conn, object.id, now)?;
    let listed = object.audience() == Audience::Public;
    let say_it = |conn: &mut Conn,
                  by: Id,
                  kind: &'static str,
                  body: Value,
                  recipients: Recipients,
                  listed: bool| {
        let uri = body
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        say(
            conn,
            &Spoken {
                site: site.id,
                actor: by,
                kind,
                uri,
                object_id: Some(object.id),
                object_uri: object.uri.clone(),
                body,
                recipients,
                listed,
            },
            now,
        )
    };
    // Whom an owner blocked hears no more of it, but that it is gone.
    let barred = match change {
        Change::Created | Change::Updated => Barred::of(conn, actor, now)?,
        Change::Deleted => Barred::default(),
    };
    let to = |followers: Vec<Followers>| Recipients {
        followers,
        barred: barred.clone(),
        ..Recipients::default()
    };
    // What is for the author's followers goes to nobody else's.
    let own = object.audience() == Audience::Followers;
    let by_author = || {
        let mut groups = vec![all_of(actor, over)];
        groups.extend((!own).then(|| except(main, over)));
        to(groups)
    };
    let by_instance = || to(if over { Vec::new() } else { vec![only(main)] });
    match change {
        Change::Created => {
            let Some(document) = registry.document(conn, object)? else {
                return Ok(());
            };
            if let Some(undo) = take_back(conn, object, &author)? {
                // To whoever was told of the Delete.
                say_it(conn, actor, "Undo", undo, by_author(), false)?;
            }
            let create = stamped(write::create(&document), object);
            say_it(
                conn,
                actor,
                "Create",
                create,
                to(vec![all_of(actor, over)]),
                listed,
            )?;
            if listed {
                let variant = write::create_instance(&document, &address(&instance.uri)?);
                say_it(
                    conn,
                    main,
                    "Create",
                    stamped(variant, object),
                    by_instance(),
                    false,
                )?;
                let announce = announce(&instance, &author, object, now)?;
                say_it(
                    conn,
                    main,
                    "Announce",
                    announce,
                    to(vec![except(main, over)]),
                    true,
                )?;
            }
        }
        Change::Updated => {
            let Some(document) = registry.document(conn, object)? else {
                return Ok(());
            };
            let update = write::update(&document);
            say_it(conn, actor, "Update", update.clone(), by_author(), false)?;
            if listed {
                say_it(
                    conn,
                    main,
                    "Update",
                    signed_by(update, &instance.uri, "instance"),
                    by_instance(),
                    false,
                )?;
            }
        }
        Change::Deleted => {
            unlist(conn, object.id)?;
            let public = vec![activitystreams::PUBLIC.to_owned()];
            let cc: Vec<String> = author.followers_url.iter().cloned().collect();
            let former = kind.types().first().copied().unwrap_or("Object");
            let delete = write::delete(
                &address(&object.uri)?,
                &address(&author.uri)?,
                former,
                now.0,
                &public,
                &cc,
            );
            let delete = stamped(delete, object);
            say_it(conn, actor, "Delete", delete.clone(), by_author(), false)?;
            if !own {
                say_it(
                    conn,
                    main,
                    "Delete",
                    signed_by(delete, &instance.uri, "instance"),
                    by_instance(),
                    false,
                )?;
            }
        }
    }
    Ok(())
}

/// The Undo of the Delete by which an object was told to be gone, when it was: it comes back.
fn take_back(
    conn: &mut Conn,
    object: &Object,
    author: &Actor,
) -> Result<Option<Value>, StoreError> {
    let told: Option<String> = activities::table
        .filter(activities::object_id.eq(object.id))
        .filter(activities::actor_id.eq(author.id))
        .filter(activities::kind.eq("Delete"))
        .order(activities::id.desc())
        .select(activities::body)
        .first(conn)
        .optional()?;
    let Some(told) = told else { return Ok(None) };
    let Ok(delete) = serde_json::from_str::<Value>(&told) else {
        return Ok(None);
    };
    let id = address(&format!("{}/undos/{}", object.uri, stamp(object)))?;
    let followers = author.followers_url.as_deref().unwrap_or(&author.uri);
    Ok(Some(write::undo(
        &id,
        &address(&author.uri)?,
        &delete,
        &address(followers)?,
    )))
}

fn named(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

fn all_of(actor: Id, over: bool) -> Followers {
    let except = if over { named(&TIMELINES) } else { Vec::new() };
    Followers {
        of: Some(actor),
        except,
        ..Followers::default()
    }
}

fn except(actor: Id, over: bool) -> Followers {
    let except = named(if over { &TIMELINES } else { &TRUST_BY_DOMAIN });
    Followers {
        of: Some(actor),
        except,
        ..Followers::default()
    }
}

fn only(actor: Id) -> Followers {
    Followers {
        of: Some(actor),
        only: named(&TRUST_BY_DOMAIN),
        ..Followers::default()
    }
}

/// What tells this state of an object from all others, also from those that were told and then lost
/// with a database that went back to a backup: the count may come again, the moment does not (DEL-06).
fn stamp(object: &Object) -> String {
    let moment = object.updated_at.0.timestamp_millis();
    format!("{}-{moment}", object.revision)
}

/// An object that returns after it was hidden is created again under another activity id: peers drop
/// ids that they have seen.
fn stamped(mut activity: Value, object: &Object) -> Value {
    if object.revision > 0
        && let Some(id) = activity.get("id").and_then(Value::as_str)
    {
        let id = format!("{id}-{}", stamp(object));
        if let Some(map) = activity.as_object_mut() {
            map.insert("id".to_owned(), Value::String(id));
        }
    }
    activity
}

/// The same activity by the site's own actor, under an id of its own.
fn signed_by(mut activity: Value, actor: &str, part: &str) -> Value {
    if let Some(map) = activity.as_object_mut() {
        let id = map.get("id").and_then(Value::as_str).unwrap_or_default();
        let id = format!("{id}-{part}");
        map.insert("id".to_owned(), Value::String(id));
        map.insert("actor".to_owned(), Value::String(actor.to_owned()));
    }
    activity
}

fn announce(
    instance: &Actor,
    author: &Actor,
    object: &Object,
    now: Ts,
) -> Result<Value, StoreError> {
    let mut cc = Vec::new();
    for text in instance.followers_url.iter().chain([&author.uri]) {
        cc.push(address(text)?);
    }
    let id = match object.revision {
        0 => format!("{}/announces/1", object.uri),
        _ => format!("{}/announces/{}", object.uri, stamp(object)),
    };
    let id = address(&id)?;
    Ok(write::announce(
        &id,
        &address(&instance.uri)?,
        &address(&object.uri)?,
        now.0,
        &cc,
    ))
}

/// The body of the 410 under a deleted object's id (R-ACT-13).
pub(crate) fn tombstone(registry: &Registry, object: &Object) -> Option<Value> {
    let former = registry
        .named(&object.kind)
        .and_then(|kind| kind.types().first().copied())
        .unwrap_or("Object");
    Some(write::tombstone(
        &address(&object.uri).ok()?,
        former,
        object.updated_at.0,
    ))
}
