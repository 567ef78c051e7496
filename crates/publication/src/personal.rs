//! What a person does not want to see, by their own choice: actors, whole servers, words.
//!
//! **Muted**: what comes of them is not shown to this person in lists, days, searches and under events. **Blocked**: the same,
//! and they neither follow nor answer the agendas that this person owns ([`federation::Barred`]). Nobody is told: other
//! servers get a Reject of their follow and no Block. What a person publishes stays public.

mod hidden;

pub use hidden::Hidden;

use crate::words::folded;
use diesel::prelude::*;
use federation::{Actor, barred, is_under, normal_host};
use sites::{Site, Sites};
use store::schema::{actor_roles, actors, personal_blocks};
use store::{Conn, Id, Portable, StoreError, Ts, fresh_id, text_enum};

/// Rules of one person.
const MOST: i64 = 500;
/// Characters of a word.
const LONGEST: usize = 100;

text_enum! {
    /// What a rule names.
    pub enum RuleKind {
        /// An actor of another server, or an agenda of this one.
        Actor = "actor",
        /// A server with every name below it.
        Host = "host",
        /// A word or some words in a row.
        Word = "word",
    }
}

text_enum! {
    /// How far it goes.
    pub enum Level {
        /// Not shown to this person.
        Mute = "mute",
        /// And kept from the agendas that this person owns.
        Block = "block",
    }
}

/// A person's rule.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = personal_blocks)]
pub struct Rule {
    /// Key.
    pub id: Id,
    /// Word of [`RuleKind`].
    pub kind: String,
    /// Word of [`Level`].
    pub level: String,
    /// The actor, where it names one.
    pub actor_id: Option<Id>,
    /// What is compared: an actor's id, a normal host name, a folded word.
    pub value: String,
    /// As its person reads it: a handle, a host, a word.
    pub shown: String,
    /// Since when.
    pub created_at: Ts,
    /// Until when; `None` for ever.
    pub ends_at: Option<Ts>,
}

/// What a new rule names.
#[derive(Debug, Clone)]
pub enum What {
    /// An actor, stored.
    Actor(Box<Actor>),
    /// A host in any spelling, or an address on it.
    Host(String),
    /// As typed.
    Word(String),
}

/// Why a rule cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// No host name, no word, or too long.
    #[error("neither a host name nor a word")]
    Malformed,
    /// This very site, or a domain above it.
    #[error("the host of this very site")]
    Ours,
    /// An agenda that one acts for oneself, or the site's own actor.
    #[error("an agenda of one's own")]
    Own,
    /// An end that is over.
    #[error("an end in the past")]
    Over,
    /// As many as one may have.
    #[error("too many rules")]
    Many,
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for RuleError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

impl RuleError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Ours => "own_host",
            Self::Own => "own_agenda",
            Self::Over => "end_in_the_past",
            Self::Many => "too_many",
            Self::Store(_) => "store_failed",
        }
    }
}

macro_rules! holding {
    ($account:expr, $now:expr) => {
        personal_blocks::table
            .filter(personal_blocks::account_id.eq($account))
            .filter(
                personal_blocks::ends_at
                    .is_null()
                    .or(personal_blocks::ends_at.gt($now)),
            )
    };
}

/// The rules of a person that hold, newest first.
pub fn rules(conn: &mut Conn, account: Id, now: Ts) -> Result<Vec<Rule>, StoreError> {
    Ok(holding!(account, now)
        .order(personal_blocks::id.desc())
        .limit(MOST)
        .select(Rule::as_select())
        .load(conn)?)
}

/// Makes a rule, or gives the one about the same thing another level and end. A block ends the follows of whom it names, in
/// the same transaction. `site` is the one it is made on; it holds on every site of the server.
pub fn add_rule(
    conn: &mut Conn,
    sites: &Sites,
    (site, account): (&Site, Id),
    what: &What,
    (level, ends_at): (Level, Option<Ts>),
    now: Ts,
) -> Result<Rule, RuleError> {
    if ends_at.is_some_and(|end| end <= now) {
        return Err(RuleError::Over);
    }
    let held: i64 = holding!(account, now).count().get_result(conn)?;
    if held >= MOST {
        return Err(RuleError::Many);
    }
    let (kind, actor, value, shown) = named(conn, site, account, what)?;
    let level = match kind {
        RuleKind::Word => Level::Mute,
        _ => level,
    };
    let (level_is, ends) = (
        personal_blocks::level.eq(level.as_str()),
        personal_blocks::ends_at.eq(ends_at),
    );
    let row = (
        personal_blocks::id.eq(fresh_id(now.0)),
        personal_blocks::account_id.eq(account),
        personal_blocks::kind.eq(kind.as_str()),
        personal_blocks::actor_id.eq(actor),
        personal_blocks::value.eq(&value),
        personal_blocks::shown.eq(&shown),
        personal_blocks::created_at.eq(now),
        level_is,
        ends,
    );
    let key = (
        personal_blocks::account_id,
        personal_blocks::kind,
        personal_blocks::value,
    );
    let insert = diesel::insert_into(personal_blocks::table).values(row);
    Portable(insert.on_conflict(key).do_update().set((level_is, ends))).execute(conn)?;
    if level == Level::Block {
        barred::end_follows(conn, sites, account, now)?;
    }
    Ok(personal_blocks::table
        .filter(personal_blocks::account_id.eq(account))
        .filter(personal_blocks::kind.eq(kind.as_str()))
        .filter(personal_blocks::value.eq(&value))
        .select(Rule::as_select())
        .first(conn)?)
}

/// Kind, actor, what is compared, what is read.
type Named = (RuleKind, Option<Id>, String, String);

fn named(conn: &mut Conn, site: &Site, account: Id, what: &What) -> Result<Named, RuleError> {
    match what {
        What::Actor(actor) => {
            let role = actor_roles::table.find((actor.id, account));
            let own: bool = diesel::select(diesel::dsl::exists(role)).get_result(conn)?;
            if own || Some(actor.id) == site.actor_id {
                return Err(RuleError::Own);
            }
            let shown = match actor.username.is_empty() {
                true => actor.uri.clone(),
                false => actor.handle(),
            };
            Ok((RuleKind::Actor, Some(actor.id), actor.uri.clone(), shown))
        }
        What::Host(text) => {
            let host = normal_host(text).filter(|host| host.contains('.') || host.starts_with('['));
            let host = host.ok_or(RuleError::Malformed)?;
            if normal_host(&site.host).is_some_and(|own| is_under(&own, &host)) {
                return Err(RuleError::Ours);
            }
            Ok((RuleKind::Host, None, host.clone(), host))
        }
        What::Word(text) => {
            let shown = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let value = folded(&shown).trim().to_owned();
            if value.is_empty() || shown.chars().count() > LONGEST {
                return Err(RuleError::Malformed);
            }
            Ok((RuleKind::Word, None, value, shown))
        }
    }
}

/// Takes a rule back; false when there is none of this key. Follows that it ended may be asked anew.
pub fn remove_rule(conn: &mut Conn, account: Id, id: Id) -> Result<bool, StoreError> {
    let held = personal_blocks::table
        .find(id)
        .filter(personal_blocks::account_id.eq(account));
    Ok(diesel::delete(held).execute(conn)? > 0)
}

/// Deletes rules that are over. Says how many.
pub fn purge_rules(conn: &mut Conn, now: Ts) -> Result<usize, StoreError> {
    Ok(
        diesel::delete(personal_blocks::table.filter(personal_blocks::ends_at.le(now)))
            .execute(conn)?,
    )
}

/// The actor that a person names, when this server knows it already: by its id, its page or its handle.
pub fn known_actor(conn: &mut Conn, text: &str) -> Result<Option<Actor>, StoreError> {
    let text = text.trim();
    if let Some(actor) = Actor::by_uri(conn, text)? {
        return Ok(Some(actor));
    }
    let handle = text.strip_prefix("acct:").unwrap_or(text);
    let Some((name, host)) = handle.trim_start_matches(['@', '!']).split_once('@') else {
        return Ok(None);
    };
    Ok(actors::table
        .filter(actors::username.eq(name))
        .filter(actors::host.eq(host.to_ascii_lowercase()))
        .filter(actors::deleted_at.is_null())
        .select(Actor::as_select())
        .first(conn)
        .optional()?)
}
