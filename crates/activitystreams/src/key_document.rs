//! What a `keyId` may dereference to (R-SIG-13): a bare key, a stub actor, or
//! a whole actor.

use crate::error::ReadError;
use crate::key::{self, ActorKey};
use crate::property;
use serde_json::Value;
use url::Url;

/// Which of the two forms the document has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyDocumentForm {
    /// The document is the key; its owner must be fetched and must list it.
    BareKey,
    /// An actor, perhaps a stub without inbox: it lists its own keys.
    Actor,
}

/// A document fetched to learn a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDocument {
    /// `id` of the document.
    pub id: Url,
    /// The actor that the keys belong to: `id` itself for an actor.
    pub owner: Url,
    pub form: KeyDocumentForm,
    /// At least one.
    pub keys: Vec<ActorKey>,
}
