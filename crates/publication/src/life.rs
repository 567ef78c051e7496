//! The life of a local object: each step is one transaction of the caller's, the object, its kind's
//! part, its history and what peers are told.

use crate::desk::{Submitted, has_file, has_link, texts_of};
use crate::kind::Registry;
use crate::object::{
    Audience, NewObject, Object, ObjectState, insert_local, note_history, set_tags,
};
use crate::tell::{Change, tell};
use chrono::{Duration, SubsecRound};
use diesel::prelude::*;
use serde_json::{Value, json};
use store::schema::{objects, tombstones};
use store::{Conn, Id, Portable, StoreError, Ts};

/// Why a step was not made.
#[derive(Debug, thiserror::Error)]
pub enum LifeError {
    /// Not there, or gone.
    #[error("no such object")]
    Unknown,
    /// Changed by somebody else meanwhile.
    #[error("changed meanwhile")]
    Stale,
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for LifeError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl LifeError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown_object",
            Self::Stale => "changed_meanwhile",
            Self::Store(_) => "store_failed",
        }
    }
}

/// Creates an object; `own_part` writes its kind's tables. Peers are told when it is public.
pub fn publish(
    conn: &mut Conn,
    registry: &Registry,
    new: &NewObject<'_>,
    tags: &[String],
    own_part: impl FnOnce(&mut Conn, &Object) -> Result<(), StoreError>,
    now: Ts,
) -> Result<Object, LifeError> {
    let object = insert_local(conn, new, now)?;
    set_tags(conn, object.id, tags)?;
    own_part(conn, &object)?;
    note_history(conn, object.id, new.account, "created", json!({}), now)?;
    let object = held(conn, registry, object, false, now)?;
    if object.state() == ObjectState::Public {
        tell(conn, registry, &object, Change::Created, now)?;
    }
    Ok(object)
}

/// The object as it is shown: held instead, when the moderators' rules say that it is read first.
fn held(
    conn: &mut Conn,
    registry: &Registry,
    object: Object,
    edited: bool,
    now: Ts,
) -> Result<Object, StoreError> {
    let (Some(desk), Some(site)) = (&registry.desk, object.site_id) else {
        return Ok(object);
    };
    if object.state() != ObjectState::Public {
        return Ok(object);
    }
    let document = registry.document(conn, &object)?.unwrap_or_default();
    let mut texts = texts_of(&document);
    texts.push(object.title.clone());
    let submitted = Submitted {
        site,
        object: Some(object.id),
        actor: object.actor_id,
        account: object.account_id,
        host: None,
        links: has_link(&texts),
        texts,
        pictures: has_file(&document),
        edited,
    };
    if !desk.holds(conn, &submitted, now)? {
        return Ok(object);
    }
    diesel::update(objects::table.find(object.id))
        .set(objects::state.eq(ObjectState::Held.as_str()))
        .execute(conn)?;
    Ok(Object {
        state: ObjectState::Held.as_str().to_owned(),
        ..object
    })
}

/// What changes in the shared part; `None` leaves it.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = objects)]
pub struct Revision {
    /// Plain text.
    pub title: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Word of [`crate::Audience`].
    pub audience: Option<String>,
    /// Word of [`ObjectState`].
    pub state: Option<String>,
    /// Word of [`crate::CommentPolicy`].
    pub comments: Option<String>,
}

/// Changes an object; `own_part` writes its kind's tables; `changes` is what its history keeps.
///
/// `seen` is the revision that the person had before them: another one is refused, so that nobody
/// overwrites a colleague's work unseen.
#[expect(clippy::too_many_arguments, reason = "one step, everything it writes")]
pub fn revise(
    conn: &mut Conn,
    registry: &Registry,
    object: &Object,
    seen: Option<i32>,
    revision: &Revision,
    tags: Option<&[String]>,
    account: Option<Id>,
    changes: Value,
    own_part: impl FnOnce(&mut Conn, &Object) -> Result<(), StoreError>,
    now: Ts,
) -> Result<Object, LifeError> {
    let before = Object::by_id(conn, object.id)?.ok_or(LifeError::Unknown)?;
    if before.state() == ObjectState::Deleted {
        return Err(LifeError::Unknown);
    }
    if seen.is_some_and(|seen| seen != before.revision) {
        return Err(LifeError::Stale);
    }
    // Strictly increasing, whatever the machine's clock does (R-AP-06).
    // Whole seconds, as the wire has them: each change gets a stamp and an activity id of its own.
    let updated = Ts(now.0.trunc_subsecs(0)).max(Ts(
        before.updated_at.0.trunc_subsecs(0) + Duration::seconds(1)
    ));
    diesel::update(objects::table.find(before.id))
        .set((
            revision,
            objects::updated_at.eq(updated),
            objects::revision.eq(before.revision + 1),
        ))
        .execute(conn)?;
    if let Some(tags) = tags {
        set_tags(conn, before.id, tags)?;
    }
    let after = Object::by_id(conn, before.id)?.ok_or(LifeError::Unknown)?;
    own_part(conn, &after)?;
    note_history(conn, after.id, account, "revised", changes, now)?;
    let after = held(
        conn,
        registry,
        after,
        before.state() == ObjectState::Public,
        now,
    )?;
    let (was, is) = (reach(&before), reach(&after));
    match (was, is) {
        (Reach::Nobody, Reach::Nobody) => {}
        _ if was == is => tell(conn, registry, &after, Change::Updated, now)?,
        _ if was < is => tell(conn, registry, &after, Change::Created, now)?,
        // Told to those who had it, who may be more than those who may have it now (AUT-12).
        _ => {
            let told = Object {
                audience: before.audience.clone(),
                ..after.clone()
            };
            tell(conn, registry, &told, Change::Deleted, now)?;
        }
    }
    Ok(after)
}

/// Whom an object was told to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Nobody,
    Followers,
    Everybody,
}

fn reach(object: &Object) -> Reach {
    match (object.state(), object.audience()) {
        (ObjectState::Public, Audience::Public | Audience::Unlisted) => Reach::Everybody,
        (ObjectState::Public, Audience::Followers) => Reach::Followers,
        _ => Reach::Nobody,
    }
}

/// Deletes an object for ever: a tombstone stays under its id (410), peers are told.
pub fn delete(
    conn: &mut Conn,
    registry: &Registry,
    object: &Object,
    account: Option<Id>,
    now: Ts,
) -> Result<(), LifeError> {
    let object = Object::by_id(conn, object.id)?.ok_or(LifeError::Unknown)?;
    if object.state() == ObjectState::Deleted || object.site_id.is_none() {
        return Err(LifeError::Unknown);
    }
    if object.state() == ObjectState::Public {
        tell(conn, registry, &object, Change::Deleted, now)?;
    }
    registry.bury(conn, &object, now)?;
    note_history(conn, object.id, account, "deleted", json!({}), now)?;
    let row = (
        tombstones::uri.eq(&object.uri),
        tombstones::actor_uri.eq(""),
        tombstones::former_type.eq(&object.kind),
        tombstones::deleted_at.eq(now),
    );
    Portable(
        diesel::insert_into(tombstones::table)
            .values(row)
            .on_conflict_do_nothing(),
    )
    .execute(conn)?;
    Ok(())
}
