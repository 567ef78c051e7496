//! Where an agenda's calendars come from.

use diesel::prelude::*;
use sites::Site;
use store::schema::{calendar_sources, objects};
use store::{Conn, Id, Json, StoreError, Ts, fresh_id, text_enum};

text_enum! {
    /// Whether a source is read.
    pub enum SourceState {
        /// On its schedule, or when a file comes.
        Active = "active",
        /// No longer; its events stayed.
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
    let label: String = label.chars().take(200).collect();
    let same = calendar_sources::table
        .filter(calendar_sources::actor_id.eq(actor))
        .filter(calendar_sources::state.eq(SourceState::Active.as_str()))
        .select(Source::as_select());
    let known = match url {
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
        return Ok(known);
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
    let ended = diesel::update(own)
        .set((
            calendar_sources::state.eq(SourceState::Ended.as_str()),
            calendar_sources::next_check_at.eq(None::<Ts>),
        ))
        .execute(conn)?;
    if ended > 0 {
        diesel::update(objects::table.filter(objects::source_id.eq(source)))
            .set((
                objects::source_id.eq(None::<Id>),
                objects::source_key.eq(None::<String>),
            ))
            .execute(conn)?;
    }
    Ok(())
}
