//! HTTP signatures, digests and keys: pure functions over bytes and headers.
//!
//! No input or output, no clock and no randomness in here: the caller passes `now`, seeds and
//! nonces, and fetches keys. The way in has two steps, so that nothing is fetched before the cheap
//! checks have passed:
//!
//! 1. [`Claim::read`] reads a request against a [`Policy`] and says who claims to have sent it;
//! 2. [`Claim::verify`] checks that claim with the key the caller has found for it.
//!
//! The way out is [`Signer`]: draft-cavage first, RFC 9421 for the second knock.

mod cavage;
mod digest;
mod gate;
mod http_date;
pub mod jcs;
mod key_location;
mod keys;
mod outgoing;
pub mod proof;
mod refusal;
mod request;
mod rfc9421;
pub mod sealed;
pub mod webhook;

pub use digest::{content_digest_header, digest_header, sha256};
pub use gate::{Claim, MAX_SIGNATURE_HEADER, Policy, Scheme};
pub use http_date::{format_http_date, parse_http_date};
pub use key_location::{KeyIdError, KeyLocation};
pub use keys::{Algorithm, KeyError, MAX_RSA_BITS, MIN_RSA_BITS, PrivateKey, PublicKey};
pub use outgoing::{Body, Header, Outgoing, Signer, SigningError};
pub use refusal::Refusal;
pub use request::Request;
