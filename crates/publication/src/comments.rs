//! Replies from other servers, shown under the object they answer.

use crate::desk::{Desk, Submitted, has_link};
use crate::object::{CommentPolicy, Object};
use activitystreams::NoteObject;
use diesel::prelude::*;
use federation::{Actor, Barred, IngestError, Known};
use store::schema::{actors, comments, objects};
use store::{Conn, Id, StoreError, Ts, fresh_id};

/// A reply as a page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// Key.
    pub id: Id,
    /// Its ActivityPub id.
    pub uri: String,
    /// Page of the reply at its own server.
    pub url: Option<String>,
    /// Sanitised HTML.
    pub content: String,
    /// Who wrote it.
    pub author: Actor,
    /// When.
    pub published_at: Ts,
    /// It waits for an organiser.
    pub held: bool,
}

/// Shown replies of an object, oldest first.
pub fn comments_of(conn: &mut Conn, object: Id, limit: i64) -> Result<Vec<Comment>, StoreError> {
    read(conn, object, &["public"], limit)
}

/// [`comments_of`] with those that wait, for who may decide on them.
pub fn all_comments_of(
    conn: &mut Conn,
    object: Id,
    limit: i64,
) -> Result<Vec<Comment>, StoreError> {
    read(conn, object, &["public", "held"], limit)
}

fn read(
    conn: &mut Conn,
    object: Id,
    states: &[&str],
    limit: i64,
) -> Result<Vec<Comment>, StoreError> {
    type Row = (Id, String, Option<String>, String, Ts, String, Actor);
    let site: Option<Option<Id>> = objects::table
        .find(object)
        .select(objects::site_id)
        .first(conn)
        .optional()?;
    // Only our own objects have replies; another key is no site's, and hides nothing.
    let site = site.flatten().unwrap_or(object);
    let rows: Vec<Row> = comments::table
        .inner_join(actors::table)
        .filter(comments::object_id.eq(object))
        .filter(comments::state.eq_any(states.to_vec()))
        .filter(actors::state.eq(federation::ActorState::Active.as_str()))
        .filter(diesel::dsl::not(crate::actor_measured!(
            site,
            "comments.actor_id",
            "'suspend', 'unlist'"
        )))
        .order((comments::published_at, comments::id))
        .limit(limit)
        .select((
            comments::id,
            comments::uri,
            comments::url,
            comments::content,
            comments::published_at,
            comments::state,
            Actor::as_select(),
        ))
        .load(conn)?;
    let show = |(id, uri, url, content, published_at, state, author): Row| Comment {
        id,
        uri,
        url,
        content,
        author,
        published_at,
        held: state == "held",
    };
    Ok(rows.into_iter().map(show).collect())
}

pub(crate) fn known(conn: &mut Conn, uri: &str) -> Result<Option<Known>, StoreError> {
    let found: Option<(Id, Id, String)> = comments::table
        .filter(comments::uri.eq(uri))
        .select((comments::id, comments::actor_id, comments::state))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, actor_id, state)| Known {
        id,
        actor_id,
        local: false,
        public: state == "public",
    }))
}

/// The object that a reply answers, at any depth.
fn answered(conn: &mut Conn, parent: &str) -> Result<Option<Object>, StoreError> {
    if let Some(object) = Object::by_uri(conn, parent)? {
        return Ok(Some(object));
    }
    let by_page = objects::table
        .filter(objects::url.eq(parent))
        .filter(objects::site_id.is_not_null())
        .select(Object::as_select());
    if let Some(object) = by_page.first(conn).optional()? {
        return Ok(Some(object));
    }
    let thread: Option<Id> = comments::table
        .filter(comments::uri.eq(parent))
        .select(comments::object_id)
        .first(conn)
        .optional()?;
    thread.map_or(Ok(None), |id| Object::by_id(conn, id))
}

/// Replies of one author under one object that are shown without being read first (RATE-01).
const AT_ONCE: i64 = 20;
/// The same of all authors of one host.
const AT_ONCE_OF_HOST: i64 = 100;

/// True when an author, or its host, has said so much under an object that the rest is read first.
fn says_much(conn: &mut Conn, object: Id, author: &Actor) -> Result<bool, StoreError> {
    let shown = || {
        comments::table
            .inner_join(actors::table)
            .filter(comments::object_id.eq(object))
            .filter(comments::state.eq("public"))
    };
    let own = shown().filter(comments::actor_id.eq(author.id)).count();
    let own: i64 = own.get_result(conn)?;
    let of_host = shown().filter(actors::host.eq(&author.host)).count();
    Ok(own >= AT_ONCE || of_host.get_result::<i64>(conn)? >= AT_ONCE_OF_HOST)
}

/// Stores a reply, or its newer wording. Only public replies to visible objects of ours are kept:
/// what was said to few stays with them (AUT-07).
pub(crate) fn receive(
    conn: &mut Conn,
    desk: Option<&dyn Desk>,
    note: &NoteObject,
    author: &Actor,
    now: Ts,
) -> Result<bool, IngestError> {
    let Some(parent) = &note.in_reply_to else {
        return Ok(false);
    };
    let Some(object) = answered(conn, parent.as_str())? else {
        return Ok(false);
    };
    // What only few may see is not there for others, and nobody opens a conversation under it (ACL-04).
    if object.site_id.is_none() || !object.is_visible() {
        return Ok(false);
    }
    if !note.audience.is_public() {
        return Err(IngestError::Refused("a reply that is not public"));
    }
    if Barred::of(conn, object.actor_id, now)?.covers(author) {
        return Err(IngestError::Refused("its author is blocked by an owner"));
    }
    let policy = CommentPolicy::from_word(&object.comments).unwrap_or(CommentPolicy::Closed);
    let state = match policy {
        CommentPolicy::Open => "public",
        CommentPolicy::Moderated => "held",
        CommentPolicy::Closed => return Err(IngestError::Refused("replies are closed")),
    };
    let content = text::clean_html(note.content.as_deref().unwrap_or_default());
    let state = match (desk, object.site_id) {
        (Some(desk), Some(site)) if state == "public" => {
            let texts = vec![content.clone()];
            let submitted = Submitted {
                site,
                object: None,
                actor: author.id,
                account: None,
                host: Some(&author.host),
                links: has_link(&texts),
                texts,
                pictures: false,
                edited: false,
            };
            match desk.holds(conn, &submitted, now)? {
                true => "held",
                false => state,
            }
        }
        _ => state,
    };
    let at = |time: Option<chrono::DateTime<chrono::FixedOffset>>| {
        time.map(|t| Ts::new(t.to_utc()).min(now))
    };
    let published = at(note.published).unwrap_or(now);
    let updated = at(note.updated).unwrap_or(published);
    let known: Option<(Id, Id, Ts, String, String)> = comments::table
        .filter(comments::uri.eq(note.id.as_str()))
        .select((
            comments::id,
            comments::actor_id,
            comments::updated_at,
            comments::state,
            comments::content,
        ))
        .first(conn)
        .optional()?;
    match known {
        Some((_, owner, ..)) if owner != author.id => {
            Err(IngestError::Refused("somebody else's reply"))
        }
        Some((.., ref state, _)) if state == "deleted" => {
            Err(IngestError::Refused("deleted before"))
        }
        Some((_, _, newer, ..)) if newer > updated => Ok(true),
        Some((id, _, _, before, old)) => {
            // Other words are read again where words are read before they are shown.
            let reread = before == "public" && state == "held" && old != content;
            let state = if reread { state } else { before.as_str() };
            diesel::update(comments::table.find(id))
                .set((
                    comments::state.eq(state),
                    comments::content.eq(content),
                    comments::updated_at.eq(updated),
                ))
                .execute(conn)?;
            Ok(true)
        }
        None => {
            let state = match says_much(conn, object.id, author)? {
                true => "held",
                false => state,
            };
            diesel::insert_into(comments::table)
                .values((
                    comments::id.eq(fresh_id(now.0)),
                    comments::uri.eq(note.id.as_str()),
                    comments::object_id.eq(object.id),
                    comments::actor_id.eq(author.id),
                    comments::state.eq(state),
                    comments::content.eq(content),
                    comments::url.eq(note.url.as_ref().map(ToString::to_string)),
                    comments::in_reply_to.eq(parent.as_str()),
                    comments::published_at.eq(published),
                    comments::updated_at.eq(updated),
                ))
                .execute(conn)?;
            Ok(true)
        }
    }
}

pub(crate) fn remove(conn: &mut Conn, uri: &str, now: Ts) -> Result<bool, StoreError> {
    let named = comments::table.filter(comments::uri.eq(uri));
    let gone = (
        comments::state.eq("deleted"),
        comments::content.eq(""),
        comments::deleted_at.eq(now),
    );
    Ok(diesel::update(named).set(gone).execute(conn)? > 0)
}

pub(crate) fn remove_all_of(conn: &mut Conn, actor: Id, now: Ts) -> Result<(), StoreError> {
    let theirs = comments::table.filter(comments::actor_id.eq(actor));
    let gone = (
        comments::state.eq("deleted"),
        comments::content.eq(""),
        comments::deleted_at.eq(now),
    );
    diesel::update(theirs).set(gone).execute(conn)?;
    Ok(())
}
