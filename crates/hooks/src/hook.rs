//! The programs of a site, and what was sent to them.

use accounts::AccountError;
use diesel::prelude::*;
use store::schema::{hook_deliveries, hooks};
use store::{Conn, Id, StoreError, Ts};

/// Messages shown of one.
const SHOWN: i64 = 50;

/// A program.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = hooks)]
pub struct Hook {
    /// Key.
    pub id: Id,
    /// Whose.
    pub site_id: Id,
    /// What its administrators call it; may be empty.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// Its secret, sealed.
    pub(crate) secret: String,
    /// The secret before, sealed.
    pub(crate) old_secret: Option<String>,
    /// Messages are signed with the secret before too until then.
    pub old_until: Option<Ts>,
    /// Words of [`store::events::Event`], separated by commas.
    pub events: String,
    /// It is asked before something is published.
    pub asks: bool,
    /// It is told nothing for now.
    pub paused: bool,
    /// Since when nothing arrives.
    pub failing_at: Option<Ts>,
    /// How often in a row nothing arrived.
    pub(crate) tries: i32,
    /// When its administrators were last told that nothing arrives.
    pub(crate) reported_at: Option<Ts>,
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
    /// A name longer than a line.
    #[error("the name is too long")]
    Name,
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
            Self::Name => "name_too_long",
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
            Self::Address | Self::Event | Self::Name | Self::TooMany => 422,
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

/// Under which name a secret is sealed: it opens nothing else.
pub(crate) fn seal_name(id: Id) -> String {
    format!("hook:{id}")
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

    /// What it hears, as words.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.events.split(',').filter(|word| !word.is_empty())
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
