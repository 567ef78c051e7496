//! Our private keys, parsed once and cheap to clone.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rsa::pkcs1;
use rsa::pkcs8::der::Decode as _;
use rsa::pkcs8::{EncodePrivateKey as _, ObjectIdentifier, PrivateKeyInfo, SecretDocument};

use super::{Algorithm, KeyError, PublicKey, pem};

const RSA_BITS: usize = 2048;
const PEM_LABEL: &str = "PRIVATE KEY";
const ED25519_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// PKCS#8 version 1 of an Ed25519 key, up to the 32 bytes of the seed (RFC 8410, section 7).
const ED25519_PKCS8_HEAD: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// A private key with its public half. Its `Debug` shows only the public half.
#[derive(Clone)]
pub struct PrivateKey(Arc<Held>);

struct Held {
    signer: KeyPair,
    public: PublicKey,
    /// Wiped from memory when the last clone goes.
    pkcs8: SecretDocument,
}

enum KeyPair {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl PrivateKey {
    /// Makes an RSA key of 2048 bits. The same seed makes the same key, so it must come from the
    /// system's generator and be dropped. Takes about a tenth of a second: not for an async thread.
    ///
    /// # Errors
    /// When no key comes of it.
    pub fn generate_rsa(seed: [u8; 32]) -> Result<Self, KeyError> {
        let mut rng = ChaCha20Rng::from_seed(seed);
        let key = rsa::RsaPrivateKey::new(&mut rng, RSA_BITS).map_err(|_| KeyError::Generation)?;
        let pkcs8 = key.to_pkcs8_der().map_err(|_| KeyError::Generation)?;
        Self::from_pkcs8(pkcs8)
    }

    /// The Ed25519 key of a seed (RFC 8032). The seed is the secret.
    ///
    /// # Errors
    /// When no key comes of it.
    pub fn from_ed25519_seed(seed: &[u8; 32]) -> Result<Self, KeyError> {
        let mut der = ED25519_PKCS8_HEAD.to_vec();
        der.extend_from_slice(seed);
        Self::from_pkcs8(SecretDocument::try_from(der).map_err(|_| KeyError::Generation)?)
    }

    /// Reads an unencrypted PKCS#8 PEM (`PRIVATE KEY`), RSA or Ed25519.
    ///
    /// # Errors
    /// When it is anything else, or an RSA key out of bounds.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let (label, der) = pem::decode(text)?;
        if label != PEM_LABEL {
            return Err(KeyError::Unsupported);
        }
        Self::from_pkcs8(SecretDocument::try_from(der).map_err(|_| KeyError::Malformed)?)
    }

    /// The PKCS#8 PEM. Secret: goes to [`sealed`](crate::sealed), never to a log or a page.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::encode(PEM_LABEL, self.0.pkcs8.as_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.0.public
    }

    /// How this key signs.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.0.signer {
            KeyPair::Rsa(_) => Algorithm::RsaSha256,
            KeyPair::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// The signature of `message`. Both algorithms are deterministic.
    ///
    /// # Errors
    /// When the library refuses, for want of memory.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.0.signer {
            KeyPair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                // PKCS#1 v1.5 draws nothing from the generator; the signature of `sign` wants one.
                pair.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    message,
                    &mut signature,
                )
                .map_err(|_| KeyError::Signing)?;
                Ok(signature)
            }
            KeyPair::Ed25519(pair) => pair
                .try_sign(message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| KeyError::Signing),
        }
    }

    pub(crate) fn pkcs8_der(&self) -> &[u8] {
        self.0.pkcs8.as_bytes()
    }

    pub(crate) fn from_pkcs8_der(der: Vec<u8>) -> Result<Self, KeyError> {
        Self::from_pkcs8(SecretDocument::try_from(der).map_err(|_| KeyError::Malformed)?)
    }

    fn from_pkcs8(pkcs8: SecretDocument) -> Result<Self, KeyError> {
        let der = pkcs8.as_bytes();
        let info = PrivateKeyInfo::from_der(der).map_err(|_| KeyError::Malformed)?;
        let (signer, public) = if info.algorithm.oid == pkcs1::ALGORITHM_OID {
            // The bounds are checked on the public half before the pair is built.
            let parts = pkcs1::RsaPrivateKey::from_der(info.private_key)
                .map_err(|_| KeyError::Malformed)?;
            let public = PublicKey::from_rsa_parts(&parts.public_key())?;
            let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| KeyError::Malformed)?;
            (KeyPair::Rsa(pair), public)
        } else if info.algorithm.oid == ED25519_OID {
            let pair =
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| KeyError::Malformed)?;
            let public = pair.public_key().as_ref().try_into();
            let public = PublicKey::from_ed25519(public.map_err(|_| KeyError::Malformed)?)?;
            (KeyPair::Ed25519(pair), public)
        } else {
            return Err(KeyError::Unsupported);
        };
        Ok(Self(Arc::new(Held {
            signer,
            public,
            pkcs8,
        })))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey(of {:?})", self.0.public)
    }
}
