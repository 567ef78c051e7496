//! Verifies what the server under test sent, with another RSA implementation and signing strings
//! built here.

use crate::fediverse::Seen;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs8::DecodePublicKey;
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest, Sha256};

/// What a request's signature is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Valid draft-cavage; with the covered headers.
    Cavage(String),
    /// Valid RFC 9421; with the covered components.
    Rfc9421(String),
    /// None, or not valid; says why.
    Invalid(&'static str),
}

/// DER head of a SHA-256 DigestInfo (RFC 8017, 9.2).
const SHA256_HEAD: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

fn verifies(pem: &str, text: &str, signature: &str) -> bool {
    let (Ok(key), Ok(signature)) = (
        RsaPublicKey::from_public_key_pem(pem),
        STANDARD.decode(signature),
    ) else {
        return false;
    };
    let scheme = Pkcs1v15Sign {
        hash_len: Some(32),
        prefix: SHA256_HEAD.into(),
    };
    key.verify(scheme, &Sha256::digest(text.as_bytes()), &signature)
        .is_ok()
}

fn quoted<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

/// Judges a request with the public key of whom it says it is from.
pub fn judge(seen: &Seen, pem: &str) -> Verdict {
    let Some(signature) = seen.header("signature") else {
        return Verdict::Invalid("no signature");
    };
    let hash = STANDARD.encode(Sha256::digest(&seen.body));
    if let Some(input) = seen.header("signature-input") {
        let Some(parameters) = input.strip_prefix("sig1=") else {
            return Verdict::Invalid("another label");
        };
        let covered = parameters
            .trim_start_matches('(')
            .split(')')
            .next()
            .unwrap_or_default();
        let mut base = String::new();
        for component in covered.split(' ') {
            let value = match component.trim_matches('"') {
                "@method" => seen.method.clone(),
                "@target-uri" => crate::at(&seen.host, &seen.target),
                "content-digest"
                    if seen
                        .header("content-digest")
                        .is_some_and(|d| d.contains(&hash)) =>
                {
                    seen.header("content-digest").unwrap_or_default().to_owned()
                }
                _ => return Verdict::Invalid("a component not known, or a wrong digest"),
            };
            base.push_str(&format!("{component}: {value}\n"));
        }
        base.push_str(&format!("\"@signature-params\": {parameters}"));
        let value = signature.trim_start_matches("sig1=:").trim_end_matches(':');
        return if verifies(pem, &base, value) {
            Verdict::Rfc9421(covered.to_owned())
        } else {
            Verdict::Invalid("the key did not sign it")
        };
    }
    let (Some(covered), Some(value)) =
        (quoted(signature, "headers"), quoted(signature, "signature"))
    else {
        return Verdict::Invalid("unreadable");
    };
    if !seen.body.is_empty() && seen.header("digest") != Some(&format!("SHA-256={hash}")) {
        return Verdict::Invalid("a wrong digest");
    }
    let line = |name: &str| match name {
        "(request-target)" => format!(
            "(request-target): {} {}",
            seen.method.to_lowercase(),
            seen.target
        ),
        name => format!("{name}: {}", seen.header(name).unwrap_or_default()),
    };
    let lines: Vec<String> = covered.split(' ').map(line).collect();
    if verifies(pem, &lines.join("\n"), value) {
        Verdict::Cavage(covered.to_owned())
    } else {
        Verdict::Invalid("the key did not sign it")
    }
}
