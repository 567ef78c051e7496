//! Keys in actor documents (R-ACT-05, R-SIG-13, R-SIG-14, FEP-521a).

use crate::error::ReadError;
use crate::origin::same_origin;
use crate::property;
use serde_json::Value;
use url::Url;

/// The public half of a key, as text. Decoding it is the work of the
/// signatures room: a text that is no key disables that key only (R-SIG-14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMaterial {
    /// `publicKeyPem`: SPKI or PKCS#1.
    Pem(String),
    /// `publicKeyMultibase` of a `Multikey` (`z…`).
    Multikey(String),
}

/// One key, with the actor that it says owns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorKey {
    /// Key id: with a fragment, a path such as `/main-key`, or the actor's own address.
    pub id: Url,
    /// `owner` or `controller`.
    pub owner: Url,
    pub material: KeyMaterial,
}

/// More keys than this in one document are not read.
const MAX_KEYS: usize = 10;
/// An RSA-8192 PEM is about 1.5 KiB.
const MAX_MATERIAL: usize = 8_192;

/// Reads one key object. `enclosing` is the owner when the key names none.
pub(crate) fn read_key(value: &Value, enclosing: Option<&Url>) -> Result<ActorKey, ReadError> {
    let id = property::require_id(value)?;
    let owner = match (
        property::id(value, "owner"),
        property::id(value, "controller"),
    ) {
        (Some(owner), Some(controller)) if owner != controller => {
            return Err(ReadError::new("malformed", "owner"));
        }
        (Some(owner), _) | (None, Some(owner)) => owner,
        (None, None) if value.get("owner").is_none() && value.get("controller").is_none() => {
            enclosing
                .cloned()
                .ok_or(ReadError::new("missing", "owner"))?
        }
        (None, None) => return Err(ReadError::new("not_a_url", "owner")),
    };
    let material = if let Some(pem) = value.get("publicKeyPem").and_then(property::as_text) {
        KeyMaterial::Pem(pem.to_owned())
    } else if let Some(text) = value.get("publicKeyMultibase").and_then(property::as_text) {
        KeyMaterial::Multikey(text.to_owned())
    } else {
        return Err(ReadError::new("missing", "publicKeyPem"));
    };
    let (KeyMaterial::Pem(text) | KeyMaterial::Multikey(text)) = &material;
    if text.len() > MAX_MATERIAL {
        return Err(ReadError::new("malformed", "publicKeyPem"));
    }
    if !same_origin(&id, &owner) {
        return Err(ReadError::new("other_origin", "owner"));
    }
    Ok(ActorKey {
        id,
        owner,
        material,
    })
}

/// The keys that an actor document may list: its own, on its own origin. A key
/// that cannot be read is left out, the actor stays (R-SIG-14).
pub(crate) fn of_actor(document: &Value, actor: &Url) -> Vec<ActorKey> {
    let mut keys: Vec<ActorKey> = Vec::new();
    for property in ["publicKey", "assertionMethod"] {
        for value in property::many(document, property)
            .into_iter()
            .take(MAX_KEYS)
        {
            if let Ok(key) = read_key(value, Some(actor))
                && key.owner == *actor
                && !keys.iter().any(|known| known.id == key.id)
            {
                keys.push(key);
            }
        }
    }
    keys
}
