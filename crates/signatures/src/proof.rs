//! FEP-8b32 object integrity proofs, cryptosuite `eddsa-jcs-2022` (R-SIG-05).
//!
//! A proof says that the key signed the document, not that the key may speak for its actor: whether
//! [`Proof::verification_method`] belongs to the actor is the caller's to check, and proofs of
//! forwarded activities are not believed without it (LD-01).

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use crate::jcs::{self, JcsError};
use crate::{Algorithm, KeyError, PrivateKey, PublicKey, sha256};

const SUITE: &str = "eddsa-jcs-2022";
/// 88 characters in practice; decoding base58 takes quadratic time, so longer text is not tried.
const MAX_PROOF_VALUE: usize = 128;
/// How far in the future a proof may be dated, as for requests.
const FUTURE: TimeDelta = TimeDelta::minutes(30);

/// A proof that cannot be made or believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The document is not a JSON object.
    #[error("the document is not an object")]
    NotAnObject,
    /// The document to sign has a proof already.
    #[error("the document already has a proof")]
    AlreadyProven,
    /// No proof of this cryptosuite.
    #[error("the document has no eddsa-jcs-2022 proof")]
    Missing,
    /// A member of the proof is missing or has the wrong shape; says which.
    #[error("the proof is malformed: {0}")]
    Malformed(&'static str),
    /// `@context` of the document does not begin with that of the proof.
    #[error("the proof was made under another @context")]
    Context,
    /// Past its own `expires`.
    #[error("the proof has expired")]
    Expired,
    /// Dated more than 30 minutes in the future.
    #[error("the proof is dated in the future")]
    TooFarAhead,
    /// Not an Ed25519 key.
    #[error("the key is not an Ed25519 key")]
    Algorithm,
    /// The key did not make this proof for this document.
    #[error("the proof is not valid")]
    Invalid,
    /// The document has no canonical form.
    #[error(transparent)]
    Canonical(#[from] JcsError),
    /// The key failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl ProofError {
    /// A stable name for logs and answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAnObject => "proof_document",
            Self::AlreadyProven => "proof_present",
            Self::Missing => "proof_missing",
            Self::Malformed(_) => "proof_malformed",
            Self::Context => "proof_context",
            Self::Expired => "proof_expired",
            Self::TooFarAhead => "proof_in_future",
            Self::Algorithm => "proof_algorithm",
            Self::Invalid => "proof_invalid",
            Self::Canonical(_) => "proof_not_canonical",
            Self::Key(error) => error.code(),
        }
    }
}

/// `document` with a `proof` by `key`, which peers find as `verification_method`
/// (`<actor id>#ed25519-key`). The document's `@context` should name
/// `https://w3id.org/security/data-integrity/v2`.
///
/// # Errors
/// When the document is no object or has a proof, or the key is not an Ed25519 key.
pub fn sign(
    document: &Value,
    key: &PrivateKey,
    verification_method: &str,
    created: DateTime<Utc>,
) -> Result<Value, ProofError> {
    let members = document.as_object().ok_or(ProofError::NotAnObject)?;
    if members.contains_key("proof") {
        return Err(ProofError::AlreadyProven);
    }
    if key.algorithm() != Algorithm::Ed25519 {
        return Err(ProofError::Algorithm);
    }
    let mut proof = Map::new();
    if let Some(context) = members.get("@context") {
        proof.insert("@context".to_owned(), context.clone());
    }
    let fields = [
        ("type", "DataIntegrityProof"),
        ("cryptosuite", SUITE),
        ("verificationMethod", verification_method),
        ("proofPurpose", "assertionMethod"),
        (
            "created",
            &created.to_rfc3339_opts(SecondsFormat::Secs, true),
        ),
    ];
    for (name, value) in fields {
        proof.insert(name.to_owned(), json!(value));
    }
    let signature = key.sign(&hashes(members, &proof)?)?;
    let value = format!("z{}", bs58::encode(signature).into_string());
    proof.insert("proofValue".to_owned(), json!(value));
    let mut proven = members.clone();
    proven.insert("proof".to_owned(), Value::Object(proof));
    Ok(Value::Object(proven))
}

/// Reads the proof of `document` and checks it with `key`: [`Proof::read`], [`Proof::verify`].
///
/// # Errors
/// When there is no such proof, it is out of its time, or the key did not make it.
pub fn verify(document: &Value, key: &PublicKey, now: DateTime<Utc>) -> Result<(), ProofError> {
    Proof::read(document, now)?.verify(key)
}

/// A proof read and not yet verified.
#[derive(Clone, Debug)]
pub struct Proof {
    verification_method: String,
    created: Option<DateTime<Utc>>,
    signature: Vec<u8>,
    signed: Vec<u8>,
}

impl Proof {
    /// Reads the first `eddsa-jcs-2022` proof of `document`.
    ///
    /// # Errors
    /// When there is none, or it is malformed or out of its time.
    pub fn read(document: &Value, now: DateTime<Utc>) -> Result<Self, ProofError> {
        let mut members = document.as_object().ok_or(ProofError::NotAnObject)?.clone();
        let mut options = match members.shift_remove("proof") {
            Some(Value::Array(proofs)) => proofs.into_iter().find_map(of_this_suite),
            Some(proof) => of_this_suite(proof),
            None => None,
        }
        .ok_or(ProofError::Missing)?;

        let value = match options.shift_remove("proofValue") {
            Some(Value::String(value)) => value,
            _ => return Err(ProofError::Malformed("proofValue")),
        };
        let signature = value
            .strip_prefix('z')
            .filter(|encoded| encoded.len() <= MAX_PROOF_VALUE)
            .and_then(|encoded| bs58::decode(encoded).into_vec().ok())
            .ok_or(ProofError::Malformed("proofValue"))?;
        if text(&options, "proofPurpose") != Some("assertionMethod") {
            return Err(ProofError::Malformed("proofPurpose"));
        }
        let verification_method = text(&options, "verificationMethod")
            .ok_or(ProofError::Malformed("verificationMethod"))?
            .to_owned();
        let created = time(&options, "created")?;
        if created.is_some_and(|created| created.signed_duration_since(now) > FUTURE) {
            return Err(ProofError::TooFarAhead);
        }
        if time(&options, "expires")?.is_some_and(|expires| expires < now) {
            return Err(ProofError::Expired);
        }
        if let Some(context) = options.get("@context") {
            if !begins_with(members.get("@context"), context) {
                return Err(ProofError::Context);
            }
            members.insert("@context".to_owned(), context.clone());
        }
        Ok(Self {
            verification_method,
            created,
            signature,
            signed: hashes(&members, &options)?,
        })
    }

    /// Checks the proof with the key found for [`verification_method`](Self::verification_method).
    ///
    /// # Errors
    /// When the key is not an Ed25519 key or did not make this proof.
    pub fn verify(&self, key: &PublicKey) -> Result<(), ProofError> {
        if key.algorithm() != Algorithm::Ed25519 {
            return Err(ProofError::Algorithm);
        }
        key.verifies(&self.signed, &self.signature)
            .then_some(())
            .ok_or(ProofError::Invalid)
    }

    /// The id of the key, as the proof gives it.
    #[must_use]
    pub fn verification_method(&self) -> &str {
        &self.verification_method
    }

    /// When the proof says it was made.
    #[must_use]
    pub fn created(&self) -> Option<DateTime<Utc>> {
        self.created
    }
}

/// What is signed: SHA-256 of the canonical proof options, then of the canonical document.
fn hashes(
    document: &Map<String, Value>,
    options: &Map<String, Value>,
) -> Result<Vec<u8>, ProofError> {
    let hash = |members: &Map<String, Value>| {
        jcs::canonicalize(&Value::Object(members.clone())).map(|text| sha256(text.as_bytes()))
    };
    Ok([hash(options)?, hash(document)?].concat())
}

fn of_this_suite(proof: Value) -> Option<Map<String, Value>> {
    match proof {
        Value::Object(options)
            if text(&options, "type") == Some("DataIntegrityProof")
                && text(&options, "cryptosuite") == Some(SUITE) =>
        {
            Some(options)
        }
        _ => None,
    }
}

fn text<'a>(options: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    options.get(name).and_then(Value::as_str)
}

fn time(
    options: &Map<String, Value>,
    name: &'static str,
) -> Result<Option<DateTime<Utc>>, ProofError> {
    let Some(value) = options.get(name) else {
        return Ok(None);
    };
    value
        .as_str()
        .and_then(|text| DateTime::parse_from_rfc3339(text).ok())
        .map(|time| Some(time.with_timezone(&Utc)))
        .ok_or(ProofError::Malformed(name))
}

/// Whether the `@context` of the document has all of the proof's at its beginning
/// (VC Data Integrity EdDSA, section 3.3.2).
fn begins_with(document: Option<&Value>, proof: &Value) -> bool {
    let list = |context| -> Vec<Value> {
        match context {
            Value::Array(items) => items,
            single => vec![single],
        }
    };
    document.is_some_and(|document| list(document.clone()).starts_with(&list(proof.clone())))
}
