//! Where an agenda's calendars come from.

use diesel::prelude::*;
use publication::{LifeError, Object, ObjectState, Registry, delete};
use sites::Site;
use store::schema::{calendar_sources, objects};
use store::{Conn, Id, Json, StoreError, Ts, fresh_id, text_enum};

text_enum! {
    /// Whether a source is read.
    pub enum SourceState {
        /// On its schedule, or when a file comes.
        Active = "active",
        /// No longer; its events stayed, and are known should it be taken up again.
        Ended = "ended",
    }
}

/// A source's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = calendar_sources)]
pub struct Source {
    /// Key.
    pub id: Id,
    /// The site.
    pub site_id: Id,
    /// The agenda.
    pub actor_id: Id,
    /// Who added it.
    pub account_id: Id,
    /// File name or address, as people recognise it.
    pub label: String,
    /// The address; `None` for uploaded files.
    pub url: Option<String>,
    /// Word of [`SourceState`].
    pub state: String,
    /// What the server said last, to be asked only for changes.
    pub etag: Option<String>,
    /// The same, older manner.
    pub last_modified: Option<String>,
    /// How often it is read.
    pub interval_minutes: i32,
    /// When it was last read.
    pub checked_at: Option<Ts>,
    /// When it is read next.
    pub next_check_at: Option<Ts>,
    /// When it last changed anything.
    pub changed_at: Option<Ts>,
    /// Why the last reading failed.
    pub last_error: Option<String>,
}

/// An agenda's sources, newest first.
pub fn sources_of(conn: &mut Conn, actor: Id) -> Result<Vec<Source>, StoreError> {
    Ok(calendar_sources::table
        .filter(calendar_sources::actor_id.eq(actor))
        .filter(calendar_sources::state.eq(SourceState::Active.as_str()))
        .order(calendar_sources::id.desc())
        .limit(200)
        .select(Source::as_select())
        .load(conn)?)
}

fn add(
    conn: &mut Conn,
    site: &Site,
    actor: Id,
    account: Id,
    label: &str,
    url: Option<&str>,
    now: Ts,
) -> Result<Source, StoreError> {
    let label: String = super::mapping::storable(label).chars().take(200).collect();
    let same = calendar_sources::table
        .filter(calendar_sources::actor_id.eq(actor))
        .order(calendar_sources::id)
        .select(Source::as_select());
    let known: Option<Source> = match url {
        Some(url) => same
            .filter(calendar_sources::url.eq(url))
            .first(conn)
            .optional()?,
        None => same
            .filter(calendar_sources::url.is_null())
            .filter(calendar_sources::label.eq(&label))
            .first(conn)
            .optional()?,
    };
    if let Some(known) = known {
        if known.state == SourceState::Active.as_str() {
            return Ok(known);
        }
        // Taken up again: its events are known, so that none comes twice.
        diesel::update(calendar_sources::table.find(known.id))
            .set((
                calendar_sources::state.eq(SourceState::Active.as_str()),
                calendar_sources::account_id.eq(account),
                calendar_sources::etag.eq(None::<String>),
                calendar_sources::last_modified.eq(None::<String>),
                calendar_sources::last_error.eq(None::<String>),
                calendar_sources::next_check_at.eq(url.map(|_| now)),
            ))
            .execute(conn)?;
        return Ok(calendar_sources::table
            .find(known.id)
            .select(Source::as_select())
            .first(conn)?);
    }
    let id = fresh_id(now.0);
    diesel::insert_into(calendar_sources::table)
        .values((
            calendar_sources::id.eq(id),
            calendar_sources::site_id.eq(site.id),
            calendar_sources::actor_id.eq(actor),
            calendar_sources::account_id.eq(account),
            calendar_sources::label.eq(label),
            calendar_sources::url.eq(url),
            calendar_sources::state.eq(SourceState::Active.as_str()),
            calendar_sources::interval_minutes.eq(360),
            calendar_sources::next_check_at.eq(url.map(|_| now)),
            calendar_sources::report.eq(Json(serde_json::json!({}))),
            calendar_sources::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(calendar_sources::table
        .find(id)
        .select(Source::as_select())
        .first(conn)?)
}

/// The source of files of one name.
pub fn upload_source(
    conn: &mut Conn,
    site: &Site,
    actor: Id,
    account: Id,
    label: &str,
    now: Ts,
) -> Result<Source, StoreError> {
    add(conn, site, actor, account, label, None, now)
}

/// A calendar read on a schedule from now on; its first reading is due at once.
pub fn subscribe(
    conn: &mut Conn,
    site: &Site,
    actor: Id,
    account: Id,
    url: &url::Url,
    now: Ts,
) -> Result<Source, StoreError> {
    let label = format!("{}{}", url.host_str().unwrap_or_default(), url.path());
    add(conn, site, actor, account, &label, Some(url.as_str()), now)
}

/// Makes a source of an agenda due now.
pub fn check_now(conn: &mut Conn, actor: Id, source: Id, now: Ts) -> Result<(), StoreError> {
    let own = calendar_sources::table
        .filter(calendar_sources::id.eq(source))
        .filter(calendar_sources::actor_id.eq(actor))
        .filter(calendar_sources::url.is_not_null());
    diesel::update(own)
        .set(calendar_sources::next_check_at.eq(now))
        .execute(conn)?;
    Ok(())
}

/// Ends a source of an agenda; its events stay, as the agenda's own.
pub fn unsubscribe(conn: &mut Conn, actor: Id, source: Id) -> Result<(), StoreError> {
    let own = calendar_sources::table
        .filter(calendar_sources::id.eq(source))
        .filter(calendar_sources::actor_id.eq(actor));
    diesel::update(own)
        .set((
            calendar_sources::state.eq(SourceState::Ended.as_str()),
            calendar_sources::next_check_at.eq(None::<Ts>),
        ))
        .execute(conn)?;
    Ok(())
}

/// Ends a source of an agenda and deletes the events it brought, for peers too; gives how many.
pub fn remove_with_events(
    conn: &mut Conn,
    registry: &Registry,
    actor: Id,
    source: Id,
    account: Option<Id>,
    now: Ts,
) -> Result<usize, LifeError> {
    unsubscribe(conn, actor, source)?;
    let theirs: Vec<Object> = objects::table
        .filter(objects::source_id.eq(source))
        .filter(objects::actor_id.eq(actor))
        .filter(objects::state.ne(ObjectState::Deleted.as_str()))
        .select(Object::as_select())
        .load(conn)?;
    for object in &theirs {
        delete(conn, registry, object, account, now)?;
    }
    // Their names are free again: who subscribes anew gets them anew.
    diesel::update(objects::table.filter(objects::source_id.eq(source)))
        .set((
            objects::source_id.eq(None::<Id>),
            objects::source_key.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(theirs.len())
}
