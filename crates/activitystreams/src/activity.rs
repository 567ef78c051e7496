//! Activities (interop A.4): every shape peers send.

use crate::audience::Audience;
use crate::error::ReadError;
use crate::origin::same_origin;
use crate::property;
use crate::{limits, reaction};
use chrono::{DateTime, FixedOffset};
use serde_json::{Map, Value};
use url::Url;

/// The type of an activity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ActivityKind {
    Follow,
    Accept,
    Reject,
    TentativeAccept,
    TentativeReject,
    Undo,
    Create,
    Update,
    Delete,
    Announce,
    Like,
    Dislike,
    EmojiReact,
    Flag,
    Block,
    Move,
    Join,
    Leave,
    Ignore,
    Invite,
    Add,
    Remove,
    View,
    Lock,
    /// Any other type with an actor.
    Other(String),
}

/// An `object` or `target`: an id, or a document sent along.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    Id(Url),
    /// Always a JSON object. Only a hint unless [`Activity::embedded_is_trusted`].
    Embedded(Value),
}

/// An activity as received. Only the signature says whether `actor` sent it.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// The id, only when it shares the origin of `actor`; Funkwhale sends none
    /// on `Delete`. An id elsewhere proves nothing and is in `foreign_id`.
    pub id: Option<Url>,
    /// The id that the document claims on another origin than its actor's.
    pub foreign_id: Option<Url>,
    pub kind: ActivityKind,
    /// From a string or the id of an embedded actor.
    pub actor: Url,
    /// One per object; Funkwhale's list of ids in one object is spread out.
    pub object: Vec<Item>,
    pub target: Vec<Item>,
    pub audience: Audience,
    pub published: Option<DateTime<FixedOffset>>,
    pub updated: Option<DateTime<FixedOffset>>,
    /// Raw, not sanitised. The emoji of a reaction, the text of a `Flag`.
    pub content: Option<String>,
    /// Raw, not sanitised.
    pub summary: Option<String>,
    pub in_reply_to: Option<Url>,
    /// Words of a request to take part (Mobilizon `participationMessage`).
    pub participation_message: Option<String>,
    /// The whole document, unchanged: an `Accept` embeds it (R-AP-02).
    pub raw: Value,
}
