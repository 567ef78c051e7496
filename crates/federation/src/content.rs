//! What this room asks of the one above it: whatever is published and received, of any kind.

use crate::actor::Actor;
use activitystreams::{Activity, NoteObject};
use serde_json::Value;
use store::{Conn, Id, StoreError, Ts};

/// A document whose origin was checked: it was served under its own id, or sent by the actor it
/// names as its author.
pub struct Incoming<'a> {
    /// The whole document.
    pub document: &'a Value,
    /// Its author, stored.
    pub author: &'a Actor,
    /// When it came.
    pub now: Ts,
}

/// Why a document was not taken in. It stays acknowledged: the sender is not to try again.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The document is not what it says it is.
    #[error("unreadable: {0}")]
    Unreadable(String),
    /// Deleted for ever, or older than what is known (AUT-09, AUT-11).
    #[error("refused: {0}")]
    Refused(&'static str),
    /// Database; worth another try.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for IngestError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What is known of an object's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its key.
    pub id: Id,
    /// Its author.
    pub actor_id: Id,
    /// True when it was published here.
    pub local: bool,
    /// True when anybody may see it.
    pub public: bool,
}

/// Whose objects a collection lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One actor's.
    Actor(Id),
    /// Everything published on a site.
    Site(Id),
}

/// The published objects as federation sees them. One implementation, for all kinds together.
pub trait Content: Send + Sync + 'static {
    /// True when a document of these ActivityStreams types is taken in.
    fn understands(&self, types: &[&str]) -> bool;

    /// Stores or updates another server's object. Calling it twice changes nothing the second time.
    fn receive(&self, conn: &mut Conn, incoming: &Incoming<'_>) -> Result<Id, IngestError>;

    /// What is known of an id, deleted objects included.
    fn find(&self, conn: &mut Conn, uri: &str) -> Result<Option<Known>, StoreError>;

    /// Removes another server's object or comment, for ever. True when there was one.
    fn remove(&self, conn: &mut Conn, uri: &str, now: Ts) -> Result<bool, StoreError>;

    /// Another server's author takes its Delete back: the object, empty until then, may come again. True when there was one.
    fn returned(&self, conn: &mut Conn, uri: &str, author: Id) -> Result<bool, StoreError>;

    /// Removes all that an actor of another server published.
    fn remove_all_of(&self, conn: &mut Conn, actor: Id, now: Ts) -> Result<(), StoreError>;

    /// Notes that `actor` passed an object on.
    fn announced(
        &self,
        conn: &mut Conn,
        object: Id,
        actor: &Actor,
        activity: &str,
        now: Ts,
    ) -> Result<(), StoreError>;

    /// Takes back [`Content::announced`].
    fn announce_undone(&self, conn: &mut Conn, activity: &str, actor: Id)
    -> Result<(), StoreError>;

    /// Stores a reply to one of our objects. False when it replies to nothing of ours.
    fn replied(
        &self,
        conn: &mut Conn,
        note: &NoteObject,
        author: &Actor,
        now: Ts,
    ) -> Result<bool, IngestError>;

    /// Notes another server's complaint (`Flag`, R-MOD-01) that came to a site. False when nothing of it is ours to judge.
    fn flagged(
        &self,
        conn: &mut Conn,
        site: Id,
        flag: &Activity,
        sender: &Actor,
        now: Ts,
    ) -> Result<bool, IngestError>;

    /// Notes that an actor of another server goes on under another address: what was decided of the old one holds of the
    /// new one.
    fn moved(&self, conn: &mut Conn, old: Id, new: Id, now: Ts) -> Result<(), StoreError>;

    /// Documents of public objects still to come, soonest first.
    fn upcoming(
        &self,
        conn: &mut Conn,
        scope: Scope,
        now: Ts,
        limit: i64,
    ) -> Result<Vec<Value>, StoreError>;

    /// How many objects of a site anybody finds in its lists (NodeInfo `localPosts`); what is hidden is not counted (ACL-01).
    fn count(&self, conn: &mut Conn, site: Id) -> Result<i64, StoreError>;
}
