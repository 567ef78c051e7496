//! Signing what we send.

use chrono::{DateTime, Utc};
use url::Url;

use crate::{
    Algorithm, KeyError, PrivateKey, Request, cavage, content_digest_header, digest_header,
    format_http_date, rfc9421,
};

/// The body of an outgoing POST.
#[derive(Clone, Copy, Debug)]
pub struct Body<'a> {
    /// The value of `Content-Type`.
    pub content_type: &'a str,
    /// The bytes as they will be sent.
    pub bytes: &'a [u8],
}

/// A request about to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// Where it goes; a fragment is left out.
    pub url: &'a Url,
    /// `None` for a GET.
    pub body: Option<Body<'a>>,
}

/// A request that cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningError {
    /// The URL has no host, or the method or content type cannot stand in a header.
    #[error("the request cannot be signed")]
    Request,
    /// A key id with a quote, a comma, a space or characters outside ASCII.
    #[error("the key id cannot stand in a signature")]
    KeyId,
    /// The key failed.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl SigningError {
    /// A stable name for logs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Request => "signing_request",
            Self::KeyId => "signing_key_id",
            Self::Key(error) => error.code(),
        }
    }
}

/// A private key with the id peers know it by (`<actor id>#main-key`). Cheap to clone.
#[derive(Clone, Debug)]
pub struct Signer {
    key_id: String,
    key: PrivateKey,
}

/// A header to add to a request: its name in lower case, and its value.
pub type Header = (&'static str, String);

impl Signer {
    /// # Errors
    /// When the key id cannot stand in a signature header.
    pub fn new(key_id: &str, key: PrivateKey) -> Result<Self, SigningError> {
        let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\' | b',');
        if key_id.is_empty() || !key_id.bytes().all(plain) {
            return Err(SigningError::KeyId);
        }
        Ok(Self {
            key_id: key_id.to_owned(),
            key,
        })
    }

    /// The id peers know the key by.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Signs as draft-cavage, the first attempt (R-SIG-01): over `(request-target) host date` and,
    /// with a body, `digest content-type`. `now` is the moment of sending, of each retry anew.
    ///
    /// Returns `host`, `date`, with a body `digest` and `content-type`, and `signature`.
    ///
    /// # Errors
    /// When the request cannot be signed.
    pub fn sign_cavage(
        &self,
        outgoing: &Outgoing<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Header>, SigningError> {
        let mut headers = vec![
            ("host", authority(outgoing.url)?),
            ("date", format_http_date(now)),
        ];
        if let Some(body) = outgoing.body {
            headers.push(("digest", digest_header(body.bytes)));
            headers.push(("content-type", body.content_type.to_owned()));
        }
        let mut covered = vec![cavage::REQUEST_TARGET];
        covered.extend(headers.iter().map(|(name, _)| *name));
        let string = with_request(outgoing, &headers, |request| {
            cavage::signing_string(request, &covered)
        })?;
        let signature = self.key.sign(string.as_bytes())?;
        // Castopod wants its RSA named; hs2019 leaves the choice to the key, as Ed25519 needs.
        let algorithm = match self.key.algorithm() {
            Algorithm::RsaSha256 => "rsa-sha256",
            Algorithm::Ed25519 => "hs2019",
        };
        let value = cavage::header(&self.key_id, algorithm, &covered, &signature);
        headers.push(("signature", value));
        Ok(headers)
    }

    /// Signs as RFC 9421, the second knock (R-SIG-02): over `@method`, `@target-uri` and, with a
    /// body, `content-digest`.
    ///
    /// Returns `host`, `date`, with a body `content-digest` and `content-type`, then
    /// `signature-input` and `signature`.
    ///
    /// # Errors
    /// When the request cannot be signed.
    pub fn sign_rfc9421(
        &self,
        outgoing: &Outgoing<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Header>, SigningError> {
        let mut headers = vec![
            ("host", authority(outgoing.url)?),
            ("date", format_http_date(now)),
        ];
        let mut covered = vec!["@method".to_owned(), "@target-uri".to_owned()];
        if let Some(body) = outgoing.body {
            headers.push(("content-digest", content_digest_header(body.bytes)));
            headers.push(("content-type", body.content_type.to_owned()));
            covered.push("content-digest".to_owned());
        }
        let parameters = rfc9421::outgoing_parameters(
            &covered,
            now.timestamp(),
            &self.key_id,
            self.key.algorithm(),
        )
        .map_err(|_| SigningError::Request)?;
        let base = with_request(outgoing, &headers, |request| {
            rfc9421::base(request, &covered, &parameters)
        })?;
        let signature = self.key.sign(base.as_bytes())?;
        let (input, signature) = rfc9421::headers(&parameters, &signature);
        headers.push(("signature-input", input));
        headers.push(("signature", signature));
        Ok(headers)
    }
}

/// The host and the port, unless it is the scheme's own.
fn authority(url: &Url) -> Result<String, SigningError> {
    let host = url.host_str().ok_or(SigningError::Request)?;
    Ok(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// Runs `build` over the request the receiver will see.
fn with_request<T>(
    outgoing: &Outgoing<'_>,
    headers: &[Header],
    build: impl FnOnce(&Request<'_>) -> Result<T, crate::Refusal>,
) -> Result<T, SigningError> {
    let authority = authority(outgoing.url)?;
    let target = match outgoing.url.query() {
        Some(query) => format!("{}?{query}", outgoing.url.path()),
        None => outgoing.url.path().to_owned(),
    };
    let lines: Vec<(&str, &[u8])> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()))
        .collect();
    let request = Request {
        method: outgoing.method,
        target: &target,
        scheme: outgoing.url.scheme(),
        authority: &authority,
        headers: &lines,
        body: outgoing.body.map_or(&[], |body| body.bytes),
    };
    request.screen().map_err(|_| SigningError::Request)?;
    build(&request).map_err(|_| SigningError::Request)
}
