//! Why a signed request is not believed.

/// A request refused at the gate. The text names what is wrong and never quotes the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A header that must be there once is there more often (SIG-05).
    #[error("the header {0} is there more than once")]
    DuplicateHeader(&'static str),
    /// `Authorization` beside `Signature`: libraries disagree which of them counts (SIG-05).
    #[error("Authorization is not accepted beside Signature")]
    AuthorizationBesideSignature,
    /// A header value with control characters, folded, or not UTF-8 (SIG-18).
    #[error("a header value is malformed")]
    MalformedHeader,
    /// A method or a request target that cannot have been on a request line.
    #[error("the request line is malformed")]
    MalformedRequestLine,
    /// No `Host`.
    #[error("the Host header is missing")]
    HostMissing,
    /// A `Host` that is not the configured one (SIG-06).
    #[error("the Host header names another server")]
    HostMismatch,
    /// No `Signature`, or an empty one.
    #[error("the request is not signed")]
    SignatureMissing,
    /// `Signature` or `Signature-Input` longer than [`MAX_SIGNATURE_HEADER`](crate::MAX_SIGNATURE_HEADER).
    #[error("the signature header is too long")]
    SignatureTooLong,
    /// The signature header cannot be read; says which part.
    #[error("the signature header is malformed: {0}")]
    SignatureMalformed(&'static str),
    /// Something that must be signed is not (SIG-03, SIG-08).
    #[error("{0} is not covered by the signature")]
    NotCovered(&'static str),
    /// A header that must be there, or is listed as signed, is not there.
    #[error("the header {0} is missing")]
    HeaderMissing(String),
    /// A `Date` or a timestamp that cannot be read.
    #[error("the date cannot be read")]
    DateUnreadable,
    /// Signed longer ago than the policy allows (SIG-07).
    #[error("the request is too old")]
    TooOld,
    /// Signed further in the future than the policy allows (SIG-07).
    #[error("the request is dated in the future")]
    TooFarAhead,
    /// Past its own `expires`.
    #[error("the signature has expired")]
    Expired,
    /// Not one SHA-256 entry (SIG-04).
    #[error("the digest is malformed")]
    DigestMalformed,
    /// Not the digest of this body (SIG-04).
    #[error("the digest does not match the body")]
    DigestMismatch,
    /// An algorithm that is never accepted (SIG-15).
    #[error("the signature algorithm is not accepted")]
    AlgorithmRefused,
    /// The algorithm named is not the one of the key.
    #[error("the signature algorithm does not fit the key")]
    AlgorithmMismatch,
    /// The key did not make this signature.
    #[error("the signature is not valid")]
    SignatureInvalid,
}

impl Refusal {
    /// A stable name for logs, metrics and answers.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DuplicateHeader(_) => "duplicate_header",
            Self::AuthorizationBesideSignature => "authorization_beside_signature",
            Self::MalformedHeader => "malformed_header",
            Self::MalformedRequestLine => "malformed_request_line",
            Self::HostMissing => "host_missing",
            Self::HostMismatch => "host_mismatch",
            Self::SignatureMissing => "signature_missing",
            Self::SignatureTooLong => "signature_too_long",
            Self::SignatureMalformed(_) => "signature_malformed",
            Self::NotCovered(_) => "signature_not_covering",
            Self::HeaderMissing(_) => "header_missing",
            Self::DateUnreadable => "date_unreadable",
            Self::TooOld => "signature_too_old",
            Self::TooFarAhead => "signature_in_future",
            Self::Expired => "signature_expired",
            Self::DigestMalformed => "digest_malformed",
            Self::DigestMismatch => "digest_mismatch",
            Self::AlgorithmRefused => "algorithm_refused",
            Self::AlgorithmMismatch => "algorithm_mismatch",
            Self::SignatureInvalid => "signature_invalid",
        }
    }

    /// The HTTP status to answer with: 400 for what no honest sender sends, 421 for a foreign
    /// `Host`, 401 for the rest (SIG-02 to SIG-08).
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::DuplicateHeader(_)
            | Self::AuthorizationBesideSignature
            | Self::MalformedHeader
            | Self::MalformedRequestLine
            | Self::HostMissing => 400,
            Self::HostMismatch => 421,
            _ => 401,
        }
    }
}
