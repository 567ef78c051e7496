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

impl ActivityKind {
    /// The name in `type`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => KINDS
                .iter()
                .find(|(_, kind)| kind == known)
                .map_or("Activity", |(name, _)| name),
        }
    }

    fn known(name: &str) -> Option<Self> {
        KINDS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, kind)| kind.clone())
    }
}

const KINDS: [(&str, ActivityKind); 24] = [
    ("Follow", ActivityKind::Follow),
    ("Accept", ActivityKind::Accept),
    ("Reject", ActivityKind::Reject),
    ("TentativeAccept", ActivityKind::TentativeAccept),
    ("TentativeReject", ActivityKind::TentativeReject),
    ("Undo", ActivityKind::Undo),
    ("Create", ActivityKind::Create),
    ("Update", ActivityKind::Update),
    ("Delete", ActivityKind::Delete),
    ("Announce", ActivityKind::Announce),
    ("Like", ActivityKind::Like),
    ("Dislike", ActivityKind::Dislike),
    ("EmojiReact", ActivityKind::EmojiReact),
    ("Flag", ActivityKind::Flag),
    ("Block", ActivityKind::Block),
    ("Move", ActivityKind::Move),
    ("Join", ActivityKind::Join),
    ("Leave", ActivityKind::Leave),
    ("Ignore", ActivityKind::Ignore),
    ("Invite", ActivityKind::Invite),
    ("Add", ActivityKind::Add),
    ("Remove", ActivityKind::Remove),
    ("View", ActivityKind::View),
    ("Lock", ActivityKind::Lock),
];

impl Item {
    /// The id, when it has a readable one.
    pub fn id(&self) -> Option<Url> {
        match self {
            Self::Id(url) => Some(url.clone()),
            Self::Embedded(value) => property::id_of(value),
        }
    }

    /// The first type of an embedded document.
    pub fn kind(&self) -> Option<&str> {
        match self {
            Self::Id(_) => None,
            Self::Embedded(value) => property::types(value).first().copied(),
        }
    }

    /// The embedded document.
    pub fn embedded(&self) -> Option<&Value> {
        match self {
            Self::Id(_) => None,
            Self::Embedded(value) => Some(value),
        }
    }

    pub(crate) fn read_all(value: &Value, key: &str) -> Vec<Self> {
        property::many(value, key)
            .into_iter()
            .flat_map(Self::read)
            .collect()
    }

    fn read(value: &Value) -> Vec<Self> {
        match value {
            Value::String(text) if crate::audience::is_public_spelling(text) => {
                Url::parse(crate::audience::PUBLIC)
                    .map(Self::Id)
                    .into_iter()
                    .collect()
            }
            Value::String(text) => property::web_url(text).map(Self::Id).into_iter().collect(),
            Value::Object(map) => match map.get("id") {
                // Funkwhale deletes many files at once: one object, many ids.
                Some(Value::Array(ids)) => ids
                    .iter()
                    .filter(|id| property::id_of(id).is_some() && id.is_string())
                    .map(|id| {
                        let mut one: Map<String, Value> = map.clone();
                        one.insert("id".to_owned(), id.clone());
                        Self::Embedded(Value::Object(one))
                    })
                    .collect(),
                _ => vec![Self::Embedded(value.clone())],
            },
            _ => Vec::new(),
        }
    }
}

impl Activity {
    /// Reads an activity.
    ///
    /// # Errors
    /// On `type` or `actor` missing or unreadable; `object` missing where the
    /// kind needs one; `move_target` / `move_actor` (R-MOVE-01); `not_an_emoji`
    /// for a malformed `EmojiReact` (R-REP-01); `not_a_url` for an id that is
    /// there but no address.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        if !value.is_object() {
            return Err(ReadError::new("not_an_object", "id"));
        }
        let types = property::types(value);
        let kind = types
            .iter()
            .find_map(|name| ActivityKind::known(name))
            .or_else(|| {
                types
                    .first()
                    .map(|name| ActivityKind::Other((*name).to_owned()))
            })
            .ok_or(ReadError::new("missing", "type"))?;
        let actor = match property::many(value, "actor").as_slice() {
            [] => return Err(ReadError::new("missing", "actor")),
            [one] => property::id_of(one).ok_or(ReadError::new("not_a_url", "actor"))?,
            // Who of several would have to have signed?
            _ => return Err(ReadError::new("wrong_type", "actor")),
        };
        let id = match value.get("id") {
            None | Some(Value::Null) => None,
            Some(_) => Some(property::require_id(value)?),
        };
        let (id, foreign_id) = match id {
            Some(id) if same_origin(&id, &actor) => (Some(id), None),
            other => (None, other),
        };
        let activity = Self {
            id,
            foreign_id,
            object: Item::read_all(value, "object"),
            target: Item::read_all(value, "target"),
            audience: Audience::read(value),
            published: property::time(value, "published"),
            updated: property::time(value, "updated"),
            content: property::text(value, "content", limits::CONTENT),
            summary: property::text(value, "summary", limits::SUMMARY),
            in_reply_to: property::id(value, "inReplyTo"),
            participation_message: property::text(value, "participationMessage", limits::SUMMARY),
            raw: value.clone(),
            kind,
            actor,
        };
        activity.check()?;
        Ok(activity)
    }

    fn check(&self) -> Result<(), ReadError> {
        if matches!(self.kind, ActivityKind::Other(_)) {
            return Ok(());
        }
        if self.object.is_empty() {
            let code = match property::first(&self.raw, "object") {
                None => "missing",
                Some(_) => "not_a_url",
            };
            return Err(ReadError::new(code, "object"));
        }
        match self.kind {
            ActivityKind::Move => self.check_move(),
            ActivityKind::EmojiReact if self.reaction().is_none() => {
                Err(ReadError::new("not_an_emoji", "content"))
            }
            _ => Ok(()),
        }
    }

    /// The signer of a Move is the old account (push) or the new one (pull,
    /// FEP-7628), and an account does not move onto itself.
    fn check_move(&self) -> Result<(), ReadError> {
        let old = self
            .object_id()
            .ok_or(ReadError::new("missing", "object"))?;
        let new = self
            .target
            .first()
            .and_then(Item::id)
            .ok_or(ReadError::new("missing", "target"))?;
        if old == new {
            return Err(ReadError::new("move_target", "target"));
        }
        if self.actor != old && self.actor != new {
            return Err(ReadError::new("move_actor", "actor"));
        }
        Ok(())
    }

    /// The id of the first object.
    pub fn object_id(&self) -> Option<Url> {
        self.object.first().and_then(Item::id)
    }

    /// The emoji of an `EmojiReact` or `Like`, when it is one of at most 64 bytes.
    pub fn reaction(&self) -> Option<&str> {
        let reacts = matches!(self.kind, ActivityKind::Like | ActivityKind::EmojiReact);
        self.content
            .as_deref()
            .filter(|text| reacts && reaction::is_one_emoji(text))
    }

    /// The words of a `Flag`: `content`, else `summary` (R-MOD-01).
    pub fn report_text(&self) -> Option<&str> {
        self.content.as_deref().or(self.summary.as_deref())
    }

    /// Whether a document sent along may be stored as it is, given that `actor`
    /// signed the activity; gives its id (R-SIG-18, R-AP-07, ORI-08, ORI-09).
    /// `Update` and `Delete` need the stored owner to match as well: that is
    /// the caller's part.
    ///
    /// # Errors
    /// `hint_only`: an id alone, or another kind than Create, Update or Delete;
    /// fetch it from its origin. `other_origin`: id or author elsewhere.
    /// `other_actor`: an actor document that is not the signer's own.
    pub fn embedded_is_trusted(&self, item: &Item) -> Result<Url, ReadError> {
        let trusting = matches!(
            self.kind,
            ActivityKind::Create | ActivityKind::Update | ActivityKind::Delete
        );
        let Some(object) = item.embedded().filter(|_| trusting) else {
            return Err(ReadError::new("hint_only", "object"));
        };
        let id = property::require_id(object)?;
        if !same_origin(&id, &self.actor) {
            return Err(ReadError::new("other_origin", "object"));
        }
        if crate::actor::is_actor(object) || object.get("inbox").is_some() {
            if id != self.actor {
                return Err(ReadError::new("other_actor", "object"));
            }
            return Ok(id);
        }
        if self.kind != ActivityKind::Delete {
            crate::origin::attributed_to_matches(object)?;
        }
        Ok(id)
    }
}
