//! The programs of a site, and what was sent to them.

use accounts::{AccountError, Permission, roles};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use diesel::prelude::*;
use federation::Federation;
use store::events::{Event, tell_one};
use store::schema::{hook_deliveries, hooks};
use store::{Conn, Id, StoreError, Ts, fresh_id};
use url::Url;

/// Programs of one site.
const MOST: i64 = 20;
/// Messages shown of one.
const SHOWN: i64 = 50;
/// The event of a try.
pub(crate) const TEST: &str = "test";

/// A program.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = hooks)]
pub struct Hook {
    /// Key.
    pub id: Id,
    /// Whose.
    pub site_id: Id,
    /// Where it is told.
    pub url: String,
    /// Its secret, sealed.
    pub(crate) secret: String,
    /// Words of [`Event`], separated by commas.
    pub events: String,
    /// It is asked before something is published.
    pub asks: bool,
    /// It is told nothing for now.
    pub paused: bool,
    /// Since when nothing arrives.
    pub failing_at: Option<Ts>,
}

/// Something sent, or to be sent.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = hook_deliveries)]
pub struct Delivery {
    /// Key, and id of the message.
    pub id: Id,
    /// What happened.
    pub event: String,
    /// `waiting`, `delivered` or `failed`.
    pub state: String,
    /// Tries so far.
    pub attempts: i32,
    /// Status of the last answer.
    pub status: Option<i32>,
    /// Why it did not arrive the last time.
    pub error: Option<String>,
    /// What the program that was asked said.
    pub answer: Option<String>,
    /// When it happened.
    pub created_at: Ts,
}

/// Why a program was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// Not of this site.
    #[error("no such hook")]
    Unknown,
    /// Not allowed.
    #[error("not allowed")]
    Forbidden,
    /// An address that this server does not ask.
    #[error("not an address that can be told")]
    Address,
    /// No event, or an unknown one.
    #[error("no such event")]
    Event,
    /// Too many, or another one is asked already.
    #[error("too many")]
    TooMany,
    /// The secret could not be sealed.
    #[error("the secret could not be sealed")]
    Seal,
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl HookError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "not_found",
            Self::Forbidden => "forbidden",
            Self::Address => "not_an_address",
            Self::Event => "unknown_event",
            Self::TooMany => "too_many_hooks",
            Self::Seal => "not_sealed",
            Self::Store(_) => "store_failed",
        }
    }

    /// Status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unknown => 404,
            Self::Forbidden => 403,
            Self::Address | Self::Event | Self::TooMany => 422,
            Self::Seal | Self::Store(_) => 500,
        }
    }
}

impl From<diesel::result::Error> for HookError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<AccountError> for HookError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Store(error) => Self::Store(error),
            _ => Self::Forbidden,
        }
    }
}

/// What is to be a program.
#[derive(Debug, Clone, Default)]
pub struct NewHook {
    /// Where it is told.
    pub url: String,
    /// Words of [`Event`].
    pub events: Vec<String>,
    /// It is asked before something is published; one at most on a site.
    pub asks: bool,
}

/// A program that was made, with its secret, which is never shown again.
#[derive(Debug, Clone)]
pub struct Made {
    /// Its key.
    pub id: Id,
    /// `whsec_` and base64, as Standard Webhooks write it.
    pub secret: String,
}

/// Under which name a secret is sealed: it opens nothing else.
pub(crate) fn seal_name(id: Id) -> String {
    format!("hook:{id}")
}

/// Names a program, in the name of who may change the site's settings.
pub fn create(
    conn: &mut Conn,
    federation: &Federation,
    site: Id,
    by: Id,
    new: &NewHook,
    now: Ts,
) -> Result<Made, HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let url = Url::parse(new.url.trim()).map_err(|_| HookError::Address)?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.as_str().len() <= 1_000;
    if !plain || federation.client().check(&url).is_err() {
        return Err(HookError::Address);
    }
    let mut events: Vec<&'static str> = Vec::new();
    for word in &new.events {
        events.push(Event::from_word(word).ok_or(HookError::Event)?.as_str());
    }
    events.sort_unstable();
    events.dedup();
    if events.is_empty() && !new.asks {
        return Err(HookError::Event);
    }
    let of_site = || hooks::table.filter(hooks::site_id.eq(site));
    let held: i64 = of_site().count().get_result(conn)?;
    let asked = of_site().filter(hooks::asks.eq(true));
    let asked: bool = diesel::select(diesel::dsl::exists(asked)).get_result(conn)?;
    if held >= MOST || (new.asks && asked) {
        return Err(HookError::TooMany);
    }
    let id = fresh_id(now.0);
    let secret = federation.fresh_secret();
    let sealed = federation
        .seal_secret(&secret, &seal_name(id))
        .map_err(|_| HookError::Seal)?;
    diesel::insert_into(hooks::table)
        .values((
            hooks::id.eq(id),
            hooks::site_id.eq(site),
            hooks::url.eq(url.as_str()),
            hooks::secret.eq(sealed),
            hooks::events.eq(events.join(",")),
            hooks::asks.eq(new.asks),
            hooks::paused.eq(false),
            hooks::by_id.eq(by),
            hooks::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(Made {
        id,
        secret: format!("whsec_{}", STANDARD.encode(secret)),
    })
}

/// The programs of a site, the oldest first.
pub fn list(conn: &mut Conn, site: Id) -> Result<Vec<Hook>, StoreError> {
    Ok(hooks::table
        .filter(hooks::site_id.eq(site))
        .order(hooks::id)
        .select(Hook::as_select())
        .load(conn)?)
}

impl Hook {
    /// One of a site.
    pub fn of(conn: &mut Conn, site: Id, id: Id) -> Result<Self, HookError> {
        let found = hooks::table
            .find(id)
            .filter(hooks::site_id.eq(site))
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        found.ok_or(HookError::Unknown)
    }

    /// What was sent to it or waits, newest first.
    pub fn deliveries(&self, conn: &mut Conn) -> Result<Vec<Delivery>, StoreError> {
        Ok(hook_deliveries::table
            .filter(hook_deliveries::hook_id.eq(self.id))
            .order(hook_deliveries::id.desc())
            .limit(SHOWN)
            .select(Delivery::as_select())
            .load(conn)?)
    }
}

/// Forgets a program, and what waited for it.
pub fn remove(conn: &mut Conn, site: Id, by: Id, id: Id) -> Result<(), HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    diesel::delete(hooks::table.find(hook.id)).execute(conn)?;
    Ok(())
}

/// Tells a program nothing for now, or again.
pub fn set_paused(
    conn: &mut Conn,
    site: Id,
    by: Id,
    id: Id,
    paused: bool,
) -> Result<(), HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    diesel::update(hooks::table.find(hook.id))
        .set(hooks::paused.eq(paused))
        .execute(conn)?;
    Ok(())
}

/// Sends a program a message that says nothing.
pub fn try_out(conn: &mut Conn, site: Id, by: Id, id: Id, now: Ts) -> Result<(), HookError> {
    roles::require_permission(conn, site, by, Permission::Settings)?;
    let hook = Hook::of(conn, site, id)?;
    tell_one(conn, hook.id, TEST, &serde_json::json!({}), now)?;
    Ok(())
}
