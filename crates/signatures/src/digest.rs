//! Digests of bodies: the legacy `Digest` (RFC 3230) and `Content-Digest` (RFC 9530).
//!
//! Either way there is one SHA-256 entry and it is the digest of the raw body (SIG-04). A list is
//! refused whole: with a right and a wrong entry side by side, two readers could believe different
//! ones.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sfv::{BareItem, Dictionary, FieldType as _, ListEntry, Parser};

use crate::Refusal;

const LEGACY_LABEL: &str = "sha-256";
const CONTENT_LABEL: &str = "sha-256";

/// The SHA-256 of `body`.
#[must_use]
pub fn sha256(body: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (target, source) in bytes.iter_mut().zip(digest(&SHA256, body).as_ref()) {
        *target = *source;
    }
    bytes
}

/// The value of `Digest`, with the label in capitals as `PeerTube` compares it (R-SIG-01).
#[must_use]
pub fn digest_header(body: &[u8]) -> String {
    format!("SHA-256={}", STANDARD.encode(sha256(body)))
}

/// The value of `Content-Digest`, with the label in lower case as RFC 9530 has it (R-SIG-02).
#[must_use]
pub fn content_digest_header(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(sha256(body)))
}

/// Checks a `Digest` value. The label may be in any case.
pub(crate) fn check_digest(value: &str, body: &[u8]) -> Result<(), Refusal> {
    let (label, encoded) = value
        .trim()
        .split_once('=')
        .ok_or(Refusal::DigestMalformed)?;
    if !label.trim().eq_ignore_ascii_case(LEGACY_LABEL) {
        return Err(Refusal::DigestMalformed);
    }
    let given = STANDARD
        .decode(encoded.trim())
        .map_err(|_| Refusal::DigestMalformed)?;
    compare(&given, body)
}

/// Checks a `Content-Digest` value, a structured dictionary whose labels are in lower case.
pub(crate) fn check_content_digest(value: &str, body: &[u8]) -> Result<(), Refusal> {
    let dictionary: Dictionary = Parser::new(value)
        .parse()
        .map_err(|_| Refusal::DigestMalformed)?;
    // The parser keeps the last of two equal labels: what it kept must be all there was.
    if dictionary.serialize().as_deref() != Some(value.trim()) {
        return Err(Refusal::DigestMalformed);
    }
    let mut entries = dictionary.iter();
    match (entries.next(), entries.next()) {
        (Some((label, ListEntry::Item(item))), None) if label.as_str() == CONTENT_LABEL => {
            match &item.bare_item {
                BareItem::ByteSequence(given) => compare(given, body),
                _ => Err(Refusal::DigestMalformed),
            }
        }
        _ => Err(Refusal::DigestMalformed),
    }
}

fn compare(given: &[u8], body: &[u8]) -> Result<(), Refusal> {
    if given.len() != 32 {
        return Err(Refusal::DigestMalformed);
    }
    if given != sha256(body) {
        return Err(Refusal::DigestMismatch);
    }
    Ok(())
}
