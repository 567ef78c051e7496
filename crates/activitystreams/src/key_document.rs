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

impl KeyDocument {
    /// Reads a bare key, a stub actor or an actor.
    ///
    /// # Errors
    /// `missing` when the document holds no key of its own; `other_origin` when
    /// a bare key names an owner elsewhere; and those of the `id`.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        let id = property::require_id(value)?;
        let bare = value.get("publicKeyPem").is_some() || value.get("publicKeyMultibase").is_some();
        if bare {
            let key = key::read_key(value, None)?;
            return Ok(Self {
                owner: key.owner.clone(),
                id,
                form: KeyDocumentForm::BareKey,
                keys: vec![key],
            });
        }
        let keys = key::of_actor(value, &id);
        if keys.is_empty() {
            return Err(ReadError::new("missing", "publicKey"));
        }
        Ok(Self {
            owner: id.clone(),
            id,
            form: KeyDocumentForm::Actor,
            keys,
        })
    }

    /// The key with this id, if the document holds it. An id without fragment
    /// that is the document's own address means its first key (PeerTube).
    pub fn key(&self, key_id: &Url) -> Option<&ActorKey> {
        self.keys.iter().find(|key| key.id == *key_id).or_else(|| {
            (self.form == KeyDocumentForm::Actor && *key_id == self.id)
                .then(|| self.keys.first())
                .flatten()
        })
    }
}
