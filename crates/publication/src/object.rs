//! The table that all kinds share.

use diesel::prelude::*;
use federation::{Incoming, IngestError};
use serde_json::Value;
use store::schema::{object_history, object_tags, objects};
use store::{Conn, Id, Json, Portable, StoreError, Ts, fold, fresh_id, text_enum};

text_enum! {
    /// Where an object stands in its life.
    pub enum ObjectState {
        /// Its author is still writing.
        Draft = "draft",
        /// It waits for a moderator.
        Held = "held",
        /// Anybody in its audience may see it.
        Public = "public",
        /// A moderator took it away; it can come back.
        Removed = "removed",
        /// Gone for ever: a tombstone.
        Deleted = "deleted",
    }
}

text_enum! {
    /// Who may see an object.
    pub enum Audience {
        /// Everybody; listed.
        Public = "public",
        /// Everybody who has the address.
        Unlisted = "unlisted",
        /// Followers of its author.
        Followers = "followers",
        /// Nobody but those it names.
        Private = "private",
    }
}

text_enum! {
    /// What becomes of replies.
    pub enum CommentPolicy {
        /// Shown at once.
        Open = "open",
        /// Wait for an organiser.
        Moderated = "moderated",
        /// Refused.
        Closed = "closed",
    }
}

/// An object's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = objects)]
pub struct Object {
    /// Key; for local objects also the last part of the id.
    pub id: Id,
    /// ActivityPub id.
    pub uri: String,
    /// Name of its [`crate::Kind`].
    pub kind: String,
    /// The site it was published on; `None` for other servers' objects.
    pub site_id: Option<Id>,
    /// Its author: the actor in `attributedTo`.
    pub actor_id: Id,
    /// The person of ours who wrote it.
    pub account_id: Option<Id>,
    /// Word of [`ObjectState`].
    pub state: String,
    /// Word of [`Audience`].
    pub audience: String,
    /// Page for people.
    pub url: String,
    /// Plain text.
    pub title: String,
    /// BCP 47.
    pub language: String,
    /// The calendar it was imported from.
    pub source_id: Option<Id>,
    /// What that calendar calls it.
    pub source_key: Option<String>,
    /// Word of [`CommentPolicy`].
    pub comments: String,
    /// Counts changes, from 0.
    pub revision: i32,
    /// First published.
    pub published_at: Ts,
    /// Last changed, by its author's clock; strictly increasing (R-AP-06).
    pub updated_at: Ts,
    /// When this server first saw it.
    pub seen_at: Ts,
}

impl Object {
    /// Where it stands; an unknown word hides it.
    pub fn state(&self) -> ObjectState {
        ObjectState::from_word(&self.state).unwrap_or(ObjectState::Removed)
    }

    /// Who may see it; an unknown word hides it.
    pub fn audience(&self) -> Audience {
        Audience::from_word(&self.audience).unwrap_or(Audience::Private)
    }

    /// True when anybody with the address may see it.
    pub fn is_visible(&self) -> bool {
        self.state() == ObjectState::Public
            && matches!(self.audience(), Audience::Public | Audience::Unlisted)
    }

    /// By key.
    pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Self>, StoreError> {
        Ok(objects::table
            .find(id)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// By ActivityPub id.
    pub fn by_uri(conn: &mut Conn, uri: &str) -> Result<Option<Self>, StoreError> {
        Ok(objects::table
            .filter(objects::uri.eq(uri))
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// By what its calendar calls it.
    pub fn by_source(conn: &mut Conn, source: Id, key: &str) -> Result<Option<Self>, StoreError> {
        let found = objects::table
            .filter(objects::source_id.eq(source))
            .filter(objects::source_key.eq(key))
            .select(Self::as_select());
        Ok(found.first(conn).optional()?)
    }
}

/// What a new local object needs.
#[derive(Debug, Clone)]
pub struct NewObject<'a> {
    /// Name of its kind.
    pub kind: &'static str,
    /// First part of its id's path, for instance `events`.
    pub collection: &'static str,
    /// First part of its page's path, for instance `e`.
    pub page: &'static str,
    /// The site.
    pub site: &'a sites::Site,
    /// Its author.
    pub actor: Id,
    /// Who wrote it.
    pub account: Option<Id>,
    /// Where it begins its life.
    pub state: ObjectState,
    /// Who may see it.
    pub audience: Audience,
    /// Plain text.
    pub title: &'a str,
    /// BCP 47.
    pub language: &'a str,
    /// Calendar and its name for the object.
    pub source: Option<(Id, &'a str)>,
    /// What becomes of replies.
    pub comments: CommentPolicy,
}

pub(crate) fn insert_local(
    conn: &mut Conn,
    new: &NewObject<'_>,
    now: Ts,
) -> Result<Object, StoreError> {
    let id = fresh_id(now.0);
    diesel::insert_into(objects::table)
        .values((
            (
                objects::id.eq(id),
                objects::uri.eq(new.site.url(&format!("/{}/{id}", new.collection))),
                objects::kind.eq(new.kind),
                objects::site_id.eq(new.site.id),
                objects::actor_id.eq(new.actor),
                objects::account_id.eq(new.account),
                objects::state.eq(new.state.as_str()),
                objects::audience.eq(new.audience.as_str()),
                objects::url.eq(new.site.url(&format!("/{}/{id}", new.page))),
                objects::title.eq(new.title),
                objects::language.eq(new.language),
            ),
            (
                objects::source_id.eq(new.source.map(|source| source.0)),
                objects::source_key.eq(new.source.map(|source| source.1)),
                objects::comments.eq(new.comments.as_str()),
                objects::revision.eq(0),
                objects::published_at.eq(now),
                objects::updated_at.eq(now),
                objects::seen_at.eq(now),
            ),
        ))
        .execute(conn)?;
    Object::by_id(conn, id)?.ok_or(StoreError::Cancelled)
}

/// The shared part of another server's document, as its kind read it.
#[derive(Debug, Clone)]
pub struct Common {
    /// ActivityPub id.
    pub uri: String,
    /// Page for people.
    pub url: String,
    /// Plain text.
    pub title: String,
    /// BCP 47, or empty.
    pub language: String,
    /// Who may see it.
    pub audience: Audience,
    /// Publication, as said; the future is cut to now.
    pub published: Option<Ts>,
    /// Last change, as said; the future is cut to now.
    pub updated: Option<Ts>,
    /// Hashtags without `#`.
    pub tags: Vec<String>,
}

/// Stores or updates the shared part of another server's object.
///
/// `Ok(None)` when what is known is newer (AUT-11) or the same: the kind then writes nothing either.
pub fn put_remote(
    conn: &mut Conn,
    kind: &'static str,
    incoming: &Incoming<'_>,
    common: &Common,
) -> Result<Option<Object>, IngestError> {
    let now = incoming.now;
    let cut = |at: Option<Ts>| at.map(|at| at.min(now));
    let published = cut(common.published).unwrap_or(now);
    let document = incoming.document.to_string();
    let known = Object::by_uri(conn, &common.uri)?;
    if let Some(known) = &known {
        if known.site_id.is_some() {
            return Err(IngestError::Refused("an object of this server"));
        }
        if known.state() == ObjectState::Deleted {
            return Err(IngestError::Refused("deleted before"));
        }
        if known.kind != kind {
            return Err(IngestError::Refused("known as something else"));
        }
        if cut(common.updated).is_some_and(|updated| updated < known.updated_at) {
            return Ok(None);
        }
        // Read again and still the same: not dated anew, or the author's next change would look older.
        let raw: Option<String> = objects::table
            .find(known.id)
            .select(objects::raw)
            .first(conn)?;
        if raw.as_deref() == Some(document.as_str()) {
            return Ok(None);
        }
    }
    // An Update without `updated` is still a change; it is dated now.
    let updated = cut(common.updated).unwrap_or(if known.is_some() { now } else { published });
    let id = known
        .as_ref()
        .map_or_else(|| fresh_id(now.0), |known| known.id);
    let changed = (
        objects::actor_id.eq(incoming.author.id),
        objects::audience.eq(common.audience.as_str()),
        objects::url.eq(&common.url),
        objects::title.eq(&common.title),
        objects::language.eq(&common.language),
        objects::raw.eq(&document),
        objects::updated_at.eq(updated),
    );
    if let Some(known) = &known {
        // Its Delete was taken back, and here it is.
        let state = match known.state() {
            ObjectState::Draft => ObjectState::Public.as_str(),
            _ => known.state.as_str(),
        };
        diesel::update(objects::table.find(id))
            .set((
                changed,
                objects::state.eq(state),
                objects::revision.eq(objects::revision + 1),
            ))
            .execute(conn)?;
    } else {
        diesel::insert_into(objects::table)
            .values((
                objects::id.eq(id),
                objects::uri.eq(&common.uri),
                objects::kind.eq(kind),
                objects::state.eq(ObjectState::Public.as_str()),
                objects::comments.eq(CommentPolicy::Closed.as_str()),
                objects::revision.eq(0),
                objects::published_at.eq(published),
                objects::seen_at.eq(now),
                changed,
            ))
            .execute(conn)?;
    }
    set_tags(conn, id, &common.tags)?;
    Ok(Object::by_id(conn, id)?)
}

/// Replaces an object's tags; spellings that fold to the same are one tag. At most 100.
pub fn set_tags(conn: &mut Conn, object: Id, tags: &[String]) -> Result<(), StoreError> {
    diesel::delete(object_tags::table.filter(object_tags::object_id.eq(object))).execute(conn)?;
    for tag in tags.iter().take(100) {
        let tag: String = tag
            .trim()
            .trim_start_matches('#')
            .chars()
            .take(100)
            .collect();
        let folded = fold(&tag).replace(' ', "");
        if folded.is_empty() {
            continue;
        }
        let row = (
            object_tags::object_id.eq(object),
            object_tags::tag_folded.eq(folded),
            object_tags::tag.eq(tag),
        );
        Portable(
            diesel::insert_into(object_tags::table)
                .values(row)
                .on_conflict_do_nothing(),
        )
        .execute(conn)?;
    }
    Ok(())
}

/// Tags of several objects, in the order of their folded spelling.
pub fn tags_of(conn: &mut Conn, ids: &[Id]) -> Result<Vec<(Id, String)>, StoreError> {
    Ok(object_tags::table
        .filter(object_tags::object_id.eq_any(ids.to_vec()))
        .order((object_tags::object_id, object_tags::tag_folded))
        .select((object_tags::object_id, object_tags::tag))
        .load(conn)?)
}

/// Keeps who did what (O5). `changes` maps a field to `[before, after]`.
pub fn note_history(
    conn: &mut Conn,
    object: Id,
    account: Option<Id>,
    action: &str,
    changes: Value,
    now: Ts,
) -> Result<(), StoreError> {
    diesel::insert_into(object_history::table)
        .values((
            object_history::id.eq(fresh_id(now.0)),
            object_history::object_id.eq(object),
            object_history::account_id.eq(account),
            object_history::action.eq(action),
            object_history::changes.eq(Json(changes)),
            object_history::at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets what changed in objects that are gone, all but the fact that they were deleted.
pub fn forget_history(conn: &mut Conn, gone: &[Id]) -> Result<(), StoreError> {
    for part in gone.chunks(500) {
        let before = object_history::table
            .filter(object_history::object_id.eq_any(part))
            .filter(object_history::action.ne("deleted"));
        diesel::delete(before).execute(conn)?;
    }
    Ok(())
}

/// A line of an object's history: action, changes, account, time.
pub type Entry = (String, Json, Option<Id>, Ts);

/// What happened to an object, oldest first: action, changes, account, time.
pub fn history(conn: &mut Conn, object: Id) -> Result<Vec<Entry>, StoreError> {
    Ok(object_history::table
        .filter(object_history::object_id.eq(object))
        .order(object_history::id)
        .limit(200)
        .select((
            object_history::action,
            object_history::changes,
            object_history::account_id,
            object_history::at,
        ))
        .load(conn)?)
}
