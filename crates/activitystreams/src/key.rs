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
