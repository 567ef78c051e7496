//! The one gate in front of every inbox and every signed read.

use chrono::{DateTime, TimeDelta, Utc};
use http_signature_normalization::verify::Unverified;

use crate::cavage::{self, Parameters};
use crate::digest::{check_content_digest, check_digest, sha256};
use crate::rfc9421::{self, Candidate};
use crate::{Algorithm, PublicKey, Refusal, Request, parse_http_date};

/// The longest `Signature` or `Signature-Input` read, in bytes. An RSA-8192 signature takes 1368.
pub const MAX_SIGNATURE_HEADER: usize = 8 * 1024;

/// Headers that count at most once, however they are signed (SIG-05).
const ONCE: [&str; 7] = [
    "signature",
    "signature-input",
    "host",
    "date",
    "digest",
    "content-digest",
    "content-type",
];

/// What is accepted. The default is ours: 60 minutes back, 30 ahead, the digest always signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long ago a request may have been signed (SIG-07).
    pub past: TimeDelta,
    /// How far in the future it may be dated (SIG-07).
    pub future: TimeDelta,
    /// Let a draft-cavage POST through whose signature leaves the digest out (Funkwhale). The
    /// caller must then refetch the object from its origin: see [`Claim::covers_digest`].
    pub allow_unsigned_digest: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            past: TimeDelta::minutes(60),
            future: TimeDelta::minutes(30),
            allow_unsigned_digest: false,
        }
    }
}

/// The two kinds of HTTP signature in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// draft-cavage-http-signatures.
    Cavage,
    /// RFC 9421.
    Rfc9421,
}

/// Who a request says it is from: everything checked but the signature itself.
#[derive(Debug)]
pub struct Claim {
    key_id: String,
    scheme: Scheme,
    algorithm: Option<Algorithm>,
    signature: Vec<u8>,
    signed: Signed,
    covers_digest: bool,
    signed_at: DateTime<Utc>,
    accepted_until: DateTime<Utc>,
}

/// What the signature is of.
#[derive(Debug)]
enum Signed {
    /// One reading of the request, or two: with the query and without (R-SIG-11).
    Cavage(Vec<Unverified>),
    Rfc9421(String),
}

impl Claim {
    /// Reads the claim of a request and checks all that can be checked without a key: header
    /// counts, host, what is covered, the window around `now`, the digest.
    ///
    /// When `Signature-Input` is there the request is read as RFC 9421, else as draft-cavage.
    ///
    /// # Errors
    /// The first thing wrong with the request, the cheapest checks first.
    pub fn read(
        request: &Request<'_>,
        policy: &Policy,
        now: DateTime<Utc>,
    ) -> Result<Self, Refusal> {
        request.screen()?;
        for name in ONCE {
            if request.lines(name).nth(1).is_some() {
                return Err(Refusal::DuplicateHeader(name));
            }
        }
        for name in ["signature", "signature-input"] {
            if request
                .lines(name)
                .any(|value| value.len() > MAX_SIGNATURE_HEADER)
            {
                return Err(Refusal::SignatureTooLong);
            }
        }
        let signature = request
            .single("signature")?
            .filter(|value| !value.is_empty())
            .ok_or(Refusal::SignatureMissing)?;
        if request.lines("authorization").next().is_some() {
            return Err(Refusal::AuthorizationBesideSignature);
        }
        check_host(request)?;
        if !request.is_read() && request.single("content-type")?.is_none() {
            return Err(Refusal::HeaderMissing("content-type".to_owned()));
        }
        match request.single("signature-input")? {
            Some(input) => read_rfc9421(request, policy, now, input, signature),
            None => read_cavage(request, policy, now, signature),
        }
    }

    /// Checks the signature with the key found for [`key_id`](Self::key_id). No more than two
    /// verifications.
    ///
    /// # Errors
    /// When the key is of another kind than the request names, or did not sign it.
    pub fn verify(&self, key: &PublicKey) -> Result<(), Refusal> {
        if self.algorithm.is_some_and(|named| named != key.algorithm()) {
            return Err(Refusal::AlgorithmMismatch);
        }
        let verified = match &self.signed {
            Signed::Cavage(readings) => readings.iter().any(|reading| {
                reading.verify(|_, string| key.verifies(string.as_bytes(), &self.signature))
            }),
            Signed::Rfc9421(base) => key.verifies(base.as_bytes(), &self.signature),
        };
        verified.then_some(()).ok_or(Refusal::SignatureInvalid)
    }

    /// The key the request names. See [`KeyLocation`](crate::KeyLocation) for where it is.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Which kind of signature it is.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// A name for this signature in the replay cache: SHA-256 of its bytes, in hexadecimal. The key
    /// id is left out on purpose: draft-cavage does not sign it, so it could be varied in a replay.
    /// Look it up only after [`verify`](Self::verify).
    #[must_use]
    pub fn signature_id(&self) -> String {
        let digits = sha256(&self.signature);
        digits.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether the signature vouches for the body. `false` for a GET without digest, and for a
    /// POST only under [`Policy::allow_unsigned_digest`].
    #[must_use]
    pub fn covers_digest(&self) -> bool {
        self.covers_digest
    }

    /// The earliest time the signature covers.
    #[must_use]
    pub fn signed_at(&self) -> DateTime<Utc> {
        self.signed_at
    }

    /// Until when the same request would pass the window again: how long the replay cache has to
    /// remember it.
    #[must_use]
    pub fn accepted_until(&self) -> DateTime<Utc> {
        self.accepted_until
    }
}

fn read_cavage(
    request: &Request<'_>,
    policy: &Policy,
    now: DateTime<Utc>,
    header: &str,
) -> Result<Claim, Refusal> {
    let parameters = Parameters::parse(header)?;
    if parameters.algorithm_is_refused() {
        return Err(Refusal::AlgorithmRefused);
    }
    for name in [cavage::REQUEST_TARGET, "host"] {
        if !parameters.covers(name) {
            return Err(Refusal::NotCovered(name));
        }
    }
    let covers_created = parameters.covers(cavage::CREATED);
    let covers_date = parameters.covers("date");
    if !covers_date && !covers_created {
        return Err(Refusal::NotCovered("date"));
    }
    let covers_digest = parameters.covers("digest");
    if has_content(request) && !covers_digest && !policy.allow_unsigned_digest {
        return Err(Refusal::NotCovered("digest"));
    }

    let created = parameters.created.map(timestamp).transpose()?;
    let expires = parameters.expires.map(timestamp).transpose()?;
    let date = date_header(request)?;
    check_window(policy, now, [created, date], expires)?;
    let covered_times = [
        created.filter(|_| covers_created),
        date.filter(|_| covers_date),
    ];
    let signed_at = covered_times.into_iter().flatten().min();

    check_digests(request)?;

    let mut readings = vec![parameters.prepare(request, request.target)?];
    // Only reads: an inbox has no query, and a POST signed for another target stays refused (SIG-10).
    if request.is_read() && request.query().is_some() {
        readings.push(parameters.prepare(request, request.path())?);
    }
    let signed_at = signed_at.ok_or_else(|| Refusal::HeaderMissing("date".to_owned()))?;
    Ok(Claim {
        key_id: parameters.key_id,
        scheme: Scheme::Cavage,
        algorithm: None,
        signature: parameters.signature,
        signed: Signed::Cavage(readings),
        covers_digest,
        signed_at,
        accepted_until: signed_at + policy.past,
    })
}

/// The first label that passes; when none does, what was wrong with the first.
fn read_rfc9421(
    request: &Request<'_>,
    policy: &Policy,
    now: DateTime<Utc>,
    input: &str,
    signature: &str,
) -> Result<Claim, Refusal> {
    let mut first_refusal = None;
    for candidate in rfc9421::candidates(input, signature)? {
        let claim = candidate.and_then(|candidate| weigh(request, policy, now, candidate));
        match claim {
            Ok(claim) => return Ok(claim),
            Err(refusal) => _ = first_refusal.get_or_insert(refusal),
        }
    }
    Err(first_refusal.unwrap_or(Refusal::SignatureMissing))
}

fn weigh(
    request: &Request<'_>,
    policy: &Policy,
    now: DateTime<Utc>,
    candidate: Candidate,
) -> Result<Claim, Refusal> {
    let covers_all = |names: &[&str]| names.iter().all(|name| candidate.covers(name));
    if !candidate.covers("@method") {
        return Err(Refusal::NotCovered("@method"));
    }
    let in_parts = covers_all(&["@authority", "@path"])
        && (request.query().is_none() || candidate.covers("@query"));
    if !candidate.covers("@target-uri") && !in_parts {
        return Err(Refusal::NotCovered("@target-uri"));
    }
    let covers_digest = candidate.covers("content-digest");
    if has_content(request) && !covers_digest {
        return Err(Refusal::NotCovered("content-digest"));
    }

    let created = timestamp(candidate.created)?;
    let expires = candidate.expires.map(timestamp).transpose()?;
    check_window(policy, now, [Some(created), date_header(request)?], expires)?;
    check_digests(request)?;

    let base = candidate.base(request)?;
    Ok(Claim {
        key_id: candidate.key_id,
        scheme: Scheme::Rfc9421,
        algorithm: candidate.algorithm,
        signature: candidate.signature,
        signed: Signed::Rfc9421(base),
        covers_digest,
        signed_at: created,
        accepted_until: created + policy.past,
    })
}

/// Whether there is a body to vouch for. A GET with a body counts.
fn has_content(request: &Request<'_>) -> bool {
    !request.is_read() || !request.body.is_empty()
}

fn check_host(request: &Request<'_>) -> Result<(), Refusal> {
    let host = request
        .single("host")?
        .filter(|host| !host.is_empty())
        .ok_or(Refusal::HostMissing)?;
    if !host.eq_ignore_ascii_case(request.authority) {
        return Err(Refusal::HostMismatch);
    }
    Ok(())
}

/// Every digest that is there must be right, signed or not (SIG-04).
fn check_digests(request: &Request<'_>) -> Result<(), Refusal> {
    if let Some(value) = request.single("digest")? {
        check_digest(value, request.body)?;
    }
    if let Some(value) = request.single("content-digest")? {
        check_content_digest(value, request.body)?;
    }
    Ok(())
}

fn date_header(request: &Request<'_>) -> Result<Option<DateTime<Utc>>, Refusal> {
    request
        .single("date")?
        .map(|value| parse_http_date(value).ok_or(Refusal::DateUnreadable))
        .transpose()
}

fn timestamp(seconds: i64) -> Result<DateTime<Utc>, Refusal> {
    DateTime::from_timestamp(seconds, 0).ok_or(Refusal::DateUnreadable)
}

/// Every time that is there must lie in the window, signed or not (SIG-07).
fn check_window(
    policy: &Policy,
    now: DateTime<Utc>,
    times: [Option<DateTime<Utc>>; 2],
    expires: Option<DateTime<Utc>>,
) -> Result<(), Refusal> {
    for time in times.into_iter().flatten() {
        let age = now.signed_duration_since(time);
        if age > policy.past {
            return Err(Refusal::TooOld);
        }
        if -age > policy.future {
            return Err(Refusal::TooFarAhead);
        }
    }
    if expires.is_some_and(|expires| expires < now) {
        return Err(Refusal::Expired);
    }
    Ok(())
}
