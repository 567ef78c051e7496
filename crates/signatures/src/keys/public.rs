//! Public keys, parsed once and cheap to clone.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{
    ED25519, ParsedPublicKey, RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, VerificationAlgorithm,
};
use rsa::pkcs1;
use rsa::pkcs8::der::asn1::{AnyRef, BitStringRef};
use rsa::pkcs8::der::{Decode as _, Encode as _};
use rsa::pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::{Algorithm, KeyError, MAX_RSA_BITS, MIN_RSA_BITS, multikey, pem};

const RECOMMENDED_RSA_BITS: usize = 2048;
const MAX_EXPONENT_BYTES: usize = 4;

/// A public key of a peer or of ours (R-SIG-14).
#[derive(Clone)]
pub struct PublicKey(Arc<Parsed>);

struct Parsed {
    verifier: ParsedPublicKey,
    material: Material,
}

#[derive(PartialEq, Eq)]
enum Material {
    /// PKCS#1 DER and the width of the modulus.
    Rsa {
        pkcs1: Vec<u8>,
        bits: usize,
    },
    Ed25519([u8; 32]),
}

impl PublicKey {
    /// Reads an RSA key from a PEM text, SPKI (`PUBLIC KEY`) or PKCS#1 (`RSA PUBLIC KEY`).
    ///
    /// # Errors
    /// When it is no such PEM, holds a private key, or an RSA key out of bounds (SIG-15).
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        let (label, der) = pem::decode(text)?;
        match label {
            "PUBLIC KEY" => Self::from_spki_der(&der),
            "RSA PUBLIC KEY" => Self::from_pkcs1_der(&der),
            label if label.ends_with("PRIVATE KEY") => Err(KeyError::PrivateKeyGiven),
            _ => Err(KeyError::Unsupported),
        }
    }

    /// Reads an Ed25519 key from `publicKeyMultibase` (`z6Mk…`, FEP-521a).
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        Self::from_ed25519(multikey::decode(text)?)
    }

    /// How signatures of this key are verified.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.0.material {
            Material::Rsa { .. } => Algorithm::RsaSha256,
            Material::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    /// An RSA key below 2048 bits: accepted, worth a warning (R-SIG-14).
    #[must_use]
    pub fn is_weak(&self) -> bool {
        matches!(self.0.material, Material::Rsa { bits, .. } if bits < RECOMMENDED_RSA_BITS)
    }

    /// The SPKI PEM for `publicKeyPem` (R-ACT-05). `None` for an Ed25519 key, which is only
    /// published as a Multikey.
    #[must_use]
    pub fn to_pem(&self) -> Option<String> {
        let Material::Rsa { pkcs1, .. } = &self.0.material else {
            return None;
        };
        let spki = SubjectPublicKeyInfoRef {
            algorithm: AlgorithmIdentifierRef {
                oid: pkcs1::ALGORITHM_OID,
                parameters: Some(AnyRef::NULL),
            },
            subject_public_key: BitStringRef::from_bytes(pkcs1).ok()?,
        };
        Some(pem::encode("PUBLIC KEY", &spki.to_der().ok()?))
    }

    /// The `publicKeyMultibase` text. `None` for an RSA key.
    #[must_use]
    pub fn to_multikey(&self) -> Option<String> {
        match &self.0.material {
            Material::Ed25519(key) => Some(multikey::encode(key)),
            Material::Rsa { .. } => None,
        }
    }

    /// Whether `signature` is this key's signature of `message`.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verifier.verify_sig(message, signature).is_ok()
    }

    pub(crate) fn from_ed25519(key: [u8; 32]) -> Result<Self, KeyError> {
        Self::parse(&ED25519, &key, Material::Ed25519(key))
    }

    fn from_pkcs1_der(der: &[u8]) -> Result<Self, KeyError> {
        let key = pkcs1::RsaPublicKey::from_der(der).map_err(|_| KeyError::Malformed)?;
        Self::from_rsa_parts(&key)
    }

    pub(super) fn from_rsa_parts(key: &pkcs1::RsaPublicKey<'_>) -> Result<Self, KeyError> {
        let bits = bit_length(key.modulus.as_bytes());
        if bits < MIN_RSA_BITS {
            return Err(KeyError::RsaTooSmall(bits));
        }
        if bits > MAX_RSA_BITS {
            return Err(KeyError::RsaTooLarge(bits));
        }
        let exponent = key.public_exponent.as_bytes();
        let odd = exponent.last().is_some_and(|byte| byte % 2 == 1);
        if !odd || exponent == [1] || exponent.len() > MAX_EXPONENT_BYTES {
            return Err(KeyError::RsaExponent);
        }
        let pkcs1 = key.to_der().map_err(|_| KeyError::Malformed)?;
        let algorithm = &RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY;
        Self::parse(algorithm, &pkcs1.clone(), Material::Rsa { pkcs1, bits })
    }

    fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Malformed)?;
        if spki.algorithm.oid != pkcs1::ALGORITHM_OID {
            return Err(KeyError::Unsupported);
        }
        let key = spki.subject_public_key.as_bytes();
        Self::from_pkcs1_der(key.ok_or(KeyError::Malformed)?)
    }

    fn parse(
        algorithm: &'static dyn VerificationAlgorithm,
        bytes: &[u8],
        material: Material,
    ) -> Result<Self, KeyError> {
        let verifier = aws_lc_rs::signature::UnparsedPublicKey::new(algorithm, bytes)
            .parse()
            .map_err(|_| KeyError::Malformed)?;
        Ok(Self(Arc::new(Parsed { verifier, material })))
    }
}

/// Bits of a big-endian number without leading zero bytes.
fn bit_length(bytes: &[u8]) -> usize {
    bytes.first().map_or(0, |first| {
        (bytes.len() - 1) * 8 + (8 - first.leading_zeros() as usize)
    })
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.material == other.0.material
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.material {
            Material::Rsa { bits, .. } => write!(f, "PublicKey(RSA, {bits} bits)"),
            Material::Ed25519(key) => write!(f, "PublicKey({})", multikey::encode(key)),
        }
    }
}
