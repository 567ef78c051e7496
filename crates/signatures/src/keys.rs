//! Keys: reading the public keys of peers, holding our own private ones.

mod multikey;
mod pem;
mod private;
mod public;

pub use private::PrivateKey;
pub use public::PublicKey;

/// The smallest RSA modulus accepted, in bits. SIG-15 refuses 1024.
pub const MIN_RSA_BITS: usize = 1025;
/// The largest RSA modulus accepted, in bits: what the verifier can take.
pub const MAX_RSA_BITS: usize = 8192;

/// How a key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 over SHA-256: `rsa-sha256` in draft-cavage, `rsa-v1_5-sha256` in RFC 9421.
    RsaSha256,
    /// Ed25519 (RFC 8032).
    Ed25519,
}

/// A key that cannot be used. The text never quotes the key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PEM block, more than one, or one that is not base64.
    #[error("not a PEM key")]
    NotPem,
    /// A private key where a public one is wanted.
    #[error("a private key was given where a public key is wanted")]
    PrivateKeyGiven,
    /// A PEM label or an algorithm this crate does not read.
    #[error("a kind of key that is not supported")]
    Unsupported,
    /// The right container with something broken inside.
    #[error("the key is malformed")]
    Malformed,
    /// Fewer bits than [`MIN_RSA_BITS`].
    #[error("an RSA key of {0} bits is too small")]
    RsaTooSmall(usize),
    /// More bits than [`MAX_RSA_BITS`].
    #[error("an RSA key of {0} bits is too large")]
    RsaTooLarge(usize),
    /// An exponent that is even, 1, or longer than 32 bits.
    #[error("the RSA exponent is not usable")]
    RsaExponent,
    /// Not `z` followed by the base58btc form of an Ed25519 Multikey.
    #[error("not an Ed25519 Multikey")]
    Multikey,
    /// The key could not be made from its seed.
    #[error("the key could not be generated")]
    Generation,
    /// The key refused to sign.
    #[error("the key could not sign")]
    Signing,
}

impl KeyError {
    /// A stable name for logs and answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotPem => "key_not_pem",
            Self::PrivateKeyGiven => "key_private",
            Self::Unsupported => "key_unsupported",
            Self::Malformed => "key_malformed",
            Self::RsaTooSmall(_) => "key_rsa_too_small",
            Self::RsaTooLarge(_) => "key_rsa_too_large",
            Self::RsaExponent => "key_rsa_exponent",
            Self::Multikey => "key_multikey",
            Self::Generation => "key_generation",
            Self::Signing => "key_signing",
        }
    }
}
