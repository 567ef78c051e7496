//! The one queue: everything that waits for a person, oldest first.
//!
//! A kind of work is a [`Source`]; a new one is one line where the queue is put together (`queue/server.rs`). Sources read
//! their own tables by an index over what waits, so that ten thousand things elsewhere cost nothing here.

mod appeals;
mod cases;
mod comments;
mod followers;
mod held;
mod parked;
mod proposals;
mod remote;
mod server;
mod sign_ups;

use crate::ModerationError;
use crate::desk::Moderation;
use crate::measure::MeasureKind;
use accounts::{Accounts, Permission, Permissions};
use federation::Federation;
use futures::future::BoxFuture;
use sites::Site;
use std::sync::Arc;
use store::{Conn, Database, Id, StoreError, Ts};

/// What the acts of sources work with.
#[derive(Clone)]
pub struct Hands {
    /// The database.
    pub database: Database,
    /// People.
    pub accounts: Accounts,
    /// Other servers.
    pub federation: Federation,
    /// This room.
    pub moderation: Moderation,
    /// What time it is.
    pub clock: store::Clock,
}

/// Who decides, on which site.
#[derive(Clone)]
pub struct Deciding {
    /// The site.
    pub site: Arc<Site>,
    /// The moderator.
    pub by: Id,
    /// Words to whom it concerns; may be empty.
    pub words: String,
    /// For [`MEASURE`], which one.
    pub measure: Option<BulkMeasure>,
}

/// The act that takes a measure on what each chosen case is about, and closes it.
pub const MEASURE: &str = "measure";

/// Measures that can be taken on several things. What cannot be taken back, and those on servers, are looked at one by one.
pub const BULK_KINDS: [MeasureKind; 8] = [
    MeasureKind::Remove,
    MeasureKind::Sensitive,
    MeasureKind::Unlist,
    MeasureKind::Lock,
    MeasureKind::Warn,
    MeasureKind::Hold,
    MeasureKind::Freeze,
    MeasureKind::Suspend,
];

impl BulkMeasure {
    /// Of this word, when it is among [`BULK_KINDS`].
    pub fn kind_named(word: &str) -> Result<MeasureKind, ModerationError> {
        MeasureKind::from_word(word)
            .filter(|kind| BULK_KINDS.contains(kind))
            .ok_or(ModerationError::NotFitting)
    }
}

/// A measure for several cases.
#[derive(Debug, Clone)]
pub struct BulkMeasure {
    /// What is done.
    pub kind: MeasureKind,
    /// Word of a [`crate::rules::Ground`].
    pub ground: String,
    /// On whoever answers for the things, and not on the things.
    pub on_author: bool,
    /// When it ends by itself.
    pub ends_at: Option<Ts>,
}

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Name of its source.
    pub source: &'static str,
    /// Its key there.
    pub key: Id,
    /// Since when.
    pub since: Ts,
    /// What it is called, plain text.
    pub title: String,
    /// More about it, plain text; may be empty.
    pub about: String,
    /// A word of the translations that says what is wrong, `report-reason-…` without its beginning; may be empty.
    pub reason: String,
    /// The page on which it is looked at and decided.
    pub link: String,
    /// The moderator who looks after it.
    pub assigned_to: Option<Id>,
}

/// A place in the queue: after it the next page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Since when the last one waited.
    pub since: Ts,
    /// Its key.
    pub key: Id,
}

impl Mark {
    /// Reads what [`Mark`] writes: microseconds and key.
    pub fn parse(text: &str) -> Option<Self> {
        let (since, key) = text.split_once('.')?;
        let since = chrono::DateTime::from_timestamp_micros(since.parse().ok()?)?;
        Some(Self {
            since: Ts(since),
            key: Id::parse(key)?,
        })
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.since.0.timestamp_micros(), self.key)
    }
}

impl Waiting {
    /// Its place.
    pub fn mark(&self) -> Mark {
        Mark {
            since: self.since,
            key: self.key,
        }
    }
}

/// What is looked at.
#[derive(Debug, Clone)]
pub struct Look {
    /// The site.
    pub site: Arc<Site>,
    /// What who looks may decide; the rest is not there.
    pub may: Permissions,
    /// Only what this moderator looks after.
    pub assigned_to: Option<Id>,
    /// Only what waited longer than this place.
    pub after: Option<Mark>,
}

impl Look {
    /// The site's own actor.
    fn own(&self) -> Id {
        self.site.actor_id.unwrap_or(self.site.id)
    }

    fn mark(&self) -> Option<(Ts, Id)> {
        self.after.map(|mark| (mark.since, mark.key))
    }
}

/// A kind of work that waits for a person.
pub trait Source: Send + Sync {
    /// Its name: in filters, in the API and for translations (`queue-source-…`).
    fn name(&self) -> &'static str;

    /// What a moderator needs to see and decide it.
    fn permission(&self) -> Permission;

    /// True when single things of it are given to a moderator.
    fn can_be_assigned(&self) -> bool {
        false
    }

    /// How many wait.
    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError>;

    /// Since when the newest of them waits, for sources of which moderators hear by the letter about the queue; others
    /// have a letter of their own, or none.
    fn newest(&self, _conn: &mut Conn, _look: &Look) -> Result<Option<Ts>, StoreError> {
        Ok(None)
    }

    /// Those that wait, longest first.
    fn waiting(&self, conn: &mut Conn, look: &Look, limit: i64)
    -> Result<Vec<Waiting>, StoreError>;

    /// What can be done with several of them at once, words of the translations (`queue-do-…`).
    fn acts(&self) -> &'static [&'static str];

    /// True when words that go with an act reach somebody.
    fn takes_words(&self, _act: &str) -> bool {
        false
    }

    /// Does one of [`Source::acts`] with one thing.
    fn act<'a>(
        &'a self,
        hands: &'a Hands,
        deciding: &'a Deciding,
        key: Id,
        act: &'a str,
    ) -> BoxFuture<'a, Result<(), ModerationError>>;
}

/// All sources.
#[derive(Clone)]
pub struct Queue(Arc<Vec<Box<dyn Source>>>);

impl Queue {
    /// Of these sources, shown in this order.
    pub fn new(sources: Vec<Box<dyn Source>>) -> Self {
        Self(Arc::new(sources))
    }

    /// Every source.
    pub fn sources(&self) -> impl Iterator<Item = &dyn Source> {
        self.0.iter().map(AsRef::as_ref)
    }

    /// By name.
    pub fn named(&self, name: &str) -> Option<&dyn Source> {
        self.sources().find(|source| source.name() == name)
    }

    /// By name, when somebody with these permissions decides of it.
    pub fn open_to(&self, name: &str, may: Permissions) -> Option<&dyn Source> {
        self.named(name)
            .filter(|source| may.has(source.permission()))
    }

    /// How many wait in each source.
    pub fn counts(
        &self,
        conn: &mut Conn,
        look: &Look,
    ) -> Result<Vec<(&'static str, i64)>, StoreError> {
        self.seen_by(look.may)
            .map(|source| Ok((source.name(), source.count(conn, look)?)))
            .collect()
    }

    /// Sources of which somebody with these permissions decides.
    pub fn seen_by(&self, may: Permissions) -> impl Iterator<Item = &dyn Source> {
        self.sources()
            .filter(move |source| may.has(source.permission()))
    }

    /// How many things wait on a site for somebody with these permissions.
    pub fn count(
        &self,
        conn: &mut Conn,
        site: &Arc<Site>,
        may: Permissions,
    ) -> Result<i64, StoreError> {
        let look = Look {
            site: Arc::clone(site),
            may,
            assigned_to: None,
            after: None,
        };
        let counts = self.counts(conn, &look)?;
        Ok(counts.iter().map(|(_, n)| n).sum())
    }

    /// What waits, longest first; of one source or of all.
    pub fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        only: Option<&str>,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let mut all = Vec::new();
        for source in self.seen_by(look.may) {
            let wanted = only.is_none_or(|only| only == source.name());
            if wanted && (look.assigned_to.is_none() || source.can_be_assigned()) {
                all.extend(source.waiting(conn, look, limit)?);
            }
        }
        all.sort_by_key(|waiting| (waiting.since, waiting.key));
        all.truncate(usize::try_from(limit).unwrap_or(0));
        Ok(all)
    }
}

/// A filter: rows after a place in the queue, by `(since, key)`.
macro_rules! after {
    ($query:expr, $look:expr, $since:expr, $key:expr) => {{
        let mut query = $query;
        if let Some((since, key)) = $look.mark() {
            query = query.filter($since.gt(since).or($since.eq(since).and($key.gt(key))));
        }
        query
    }};
}
use after;
