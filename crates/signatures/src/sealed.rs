//! Secrets at rest: AES-256-GCM under a master key, as `v1:` and base64 of nonce, text and tag.
//!
//! The name of the record (for a key, its key id) is bound in as associated data, so that a sealed
//! secret moved to another row does not open there.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{KeyError, PrivateKey};

const VERSION_1: &str = "v1:";

/// A secret that does not open, or could not be sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// No `v1:`: written by something else, or by a later version.
    #[error("the sealed secret has an unknown version")]
    Version,
    /// Not base64, or too short.
    #[error("the sealed secret is malformed")]
    Malformed,
    /// Another master key, another name, or changed bytes.
    #[error("the sealed secret does not open with this master key and name")]
    Refused,
    /// It opened, and what was inside is no key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl SealError {
    /// A stable name for logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Version => "sealed_version",
            Self::Malformed => "sealed_malformed",
            Self::Refused => "sealed_refused",
            Self::Key(error) => error.code(),
        }
    }
}

/// The key that seals all others. Its `Debug` shows nothing.
pub struct MasterKey(LessSafeKey);

impl MasterKey {
    /// # Errors
    /// When the library refuses the key, for want of memory.
    pub fn new(key: &[u8; 32]) -> Result<Self, SealError> {
        let unbound = UnboundKey::new(&AES_256_GCM, key).map_err(|_| SealError::Refused)?;
        Ok(Self(LessSafeKey::new(unbound)))
    }

    /// Seals `secret` for the record `name`. The nonce must be fresh from the system's generator:
    /// the same one twice gives the secrets away.
    ///
    /// # Errors
    /// When the library refuses.
    pub fn seal(
        &self,
        secret: &[u8],
        name: &str,
        nonce: [u8; NONCE_LEN],
    ) -> Result<String, SealError> {
        let mut bytes = secret.to_vec();
        let unique = Nonce::assume_unique_for_key(nonce);
        self.0
            .seal_in_place_append_tag(unique, Aad::from(name.as_bytes()), &mut bytes)
            .map_err(|_| SealError::Refused)?;
        let mut sealed = nonce.to_vec();
        sealed.extend_from_slice(&bytes);
        Ok(format!("{VERSION_1}{}", STANDARD.encode(sealed)))
    }

    /// Opens what [`seal`](Self::seal) made for the same `name`.
    ///
    /// # Errors
    /// When it was sealed by another key, for another name, or was changed.
    pub fn open(&self, sealed: &str, name: &str) -> Result<Vec<u8>, SealError> {
        let encoded = sealed.strip_prefix(VERSION_1).ok_or(SealError::Version)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| SealError::Malformed)?;
        let (nonce, text) = bytes
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(SealError::Malformed)?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let mut text = text.to_vec();
        let length = self
            .0
            .open_in_place(nonce, Aad::from(name.as_bytes()), &mut text)
            .map_err(|_| SealError::Refused)?
            .len();
        text.truncate(length);
        Ok(text)
    }

    /// Seals a private key under its key id.
    ///
    /// # Errors
    /// When the library refuses.
    pub fn seal_key(
        &self,
        key: &PrivateKey,
        key_id: &str,
        nonce: [u8; NONCE_LEN],
    ) -> Result<String, SealError> {
        self.seal(key.pkcs8_der(), key_id, nonce)
    }

    /// Opens what [`seal_key`](Self::seal_key) made.
    ///
    /// # Errors
    /// As [`open`](Self::open), or when there is no key inside.
    pub fn open_key(&self, sealed: &str, key_id: &str) -> Result<PrivateKey, SealError> {
        Ok(PrivateKey::from_pkcs8_der(self.open(sealed, key_id)?)?)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey")
    }
}
