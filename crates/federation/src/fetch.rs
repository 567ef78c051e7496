//! The one fetch: every document of another server is read through here.
//!
//! Signed by the asking site's own actor, draft-cavage first and RFC 9421 when refused (R-SIG-02,
//! R-SIG-03); at most three redirects, each checked; the media type, the size and the id are
//! checked before anybody looks at the content (ORI-01..03, SSRF-03, R-SIG-19).

use crate::client::{Answer, MAX_ANSWER, RequestError};
use crate::{Federation, Purpose, SignatureScheme, peer};
use activitystreams::{ACCEPT, is_activity_content_type};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use signatures::{Outgoing, Signer};
use sites::Site;
use std::sync::Arc;
use url::Url;

/// Why a document could not be had.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FetchError {
    /// The server says that it is gone (410) or was never there (404).
    #[error("gone: the server answered {0}")]
    Gone(u16),
    /// Another status.
    #[error("the server answered {0}")]
    Status(u16),
    /// Not ActivityStreams.
    #[error("not an ActivityStreams document: {0}")]
    MediaType(String),
    /// Too many redirects, or one that leads nowhere.
    #[error("too many redirects")]
    Redirects,
    /// The document says that it is another one.
    #[error("the document at {0} says it is another one")]
    Identity(String),
    /// Not JSON, or JSON that no reader may see.
    #[error("unreadable document: {0}")]
    Unreadable(String),
    /// Not asked, or not answered.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// Our own signing key is missing.
    #[error("no key to sign with: {0}")]
    Signer(String),
}

impl FetchError {
    /// Stable name for logs, the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gone(_) => "gone",
            Self::Status(_) => "status",
            Self::MediaType(_) => "media_type",
            Self::Redirects => "redirects",
            Self::Identity(_) => "identity",
            Self::Unreadable(_) => "unreadable",
            Self::Request(error) => error.code(),
            Self::Signer(_) => "no_signer",
        }
    }

    /// True when it was not asked for because of what others had cost: it says nothing of the place.
    pub(crate) fn is_ours(&self) -> bool {
        let ours = [
            RequestError::Spent.code(),
            RequestError::TooManyHosts.code(),
        ];
        matches!(self, Self::Request(error) if ours.contains(&error.code()))
    }

    /// True when another try later may succeed.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Status(status) => *status >= 500 || matches!(*status, 408 | 429),
            Self::Request(RequestError::Unreachable { .. } | RequestError::TooManyHosts)
            | Self::Signer(_) => true,
            _ => false,
        }
    }
}

const MAX_REDIRECTS: usize = 3;

impl Federation {
    /// The document with the id `url`, as its own server tells it.
    ///
    /// Where the answer carries another id on the same origin, that id is asked once and only its
    /// own answer is believed (ORI-01).
    pub async fn fetch_document(&self, site: &Arc<Site>, url: &Url) -> Result<Value, FetchError> {
        self.fetch_as(Purpose::Object, site, url).await
    }

    /// The same for what is no object.
    pub(crate) async fn fetch_as(
        &self,
        purpose: Purpose,
        site: &Arc<Site>,
        url: &Url,
    ) -> Result<Value, FetchError> {
        let mut asked = without_fragment(url);
        for _ in 0..2 {
            let (at, document) = self.fetch_json(purpose, site, &asked).await?;
            let id = document
                .get("id")
                .and_then(Value::as_str)
                .and_then(|id| Url::parse(id).ok());
            match id {
                Some(id) if id == at => return Ok(document),
                Some(id) if activitystreams::origin::same_origin(&id, &at) && id != asked => {
                    asked = id
                }
                _ => return Err(FetchError::Identity(at.to_string())),
            }
        }
        Err(FetchError::Identity(asked.to_string()))
    }

    /// The document at its very address, by one request signed in one way, for who is not to cause more
    /// than one (DOS-14): a redirect, another id or a refusal of the signature ends it.
    pub(crate) async fn fetch_once(
        &self,
        purpose: Purpose,
        site: &Arc<Site>,
        url: &Url,
        scheme: SignatureScheme,
    ) -> Result<Value, FetchError> {
        let signer = self.site_signer(site).await.map_err(FetchError::Signer)?;
        let answer = self.knock(purpose, &signer, url, scheme, None).await?;
        read(&answer)?;
        let document = activitystreams::parse(&answer.body)
            .map_err(|error| FetchError::Unreadable(error.to_string()))?;
        match document.get("id").and_then(Value::as_str).map(Url::parse) {
            Some(Ok(id)) if id == *url => Ok(document),
            _ => Err(FetchError::Identity(url.to_string())),
        }
    }

    /// One JSON document and the address that finally served it.
    pub(crate) async fn fetch_json(
        &self,
        purpose: Purpose,
        site: &Arc<Site>,
        url: &Url,
    ) -> Result<(Url, Value), FetchError> {
        match self.fetch_json_if(purpose, site, url, None).await? {
            Some((at, document, _)) => Ok((at, document)),
            None => Err(FetchError::Status(304)),
        }
    }

    /// The same with the version known (`ETag`): nothing when it is still that one.
    pub(crate) async fn fetch_json_if(
        &self,
        purpose: Purpose,
        site: &Arc<Site>,
        url: &Url,
        known: Option<&str>,
    ) -> Result<Option<(Url, Value, Option<String>)>, FetchError> {
        let signer = self.site_signer(site).await.map_err(FetchError::Signer)?;
        let mut at = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let answer = self.signed_get(purpose, &signer, &at, known).await?;
            if known.is_some() && answer.status == StatusCode::NOT_MODIFIED {
                return Ok(None);
            }
            if let Some(next) = answer.redirect(&at) {
                at = without_fragment(&next);
                continue;
            }
            read(&answer)?;
            let document = activitystreams::parse(&answer.body)
                .map_err(|error| FetchError::Unreadable(error.to_string()))?;
            return Ok(Some((at, document, version(&answer))));
        }
        Err(FetchError::Redirects)
    }

    async fn signed_get(
        &self,
        purpose: Purpose,
        signer: &Signer,
        url: &Url,
        tag: Option<&str>,
    ) -> Result<Answer, FetchError> {
        let host = url.host_str().unwrap_or_default();
        let known = self.peer_scheme(host).await;
        let mut answer = None;
        for scheme in known.order() {
            let got = self.knock(purpose, signer, url, scheme, tag).await?;
            let refused = peer::wants_other_scheme(got.status);
            if !refused {
                self.note_scheme(host, scheme).await;
                return Ok(got);
            }
            answer = Some(got);
        }
        answer.ok_or(FetchError::Redirects)
    }

    /// One request, signed in one way.
    async fn knock(
        &self,
        purpose: Purpose,
        signer: &Signer,
        url: &Url,
        scheme: SignatureScheme,
        tag: Option<&str>,
    ) -> Result<Answer, FetchError> {
        let outgoing = Outgoing {
            method: "GET",
            url,
            body: None,
        };
        let mut headers = scheme
            .sign(signer, &outgoing, self.0.clock.now())
            .map_err(|error| FetchError::Signer(error.to_string()))?;
        headers.push(("accept".to_owned(), ACCEPT.to_owned()));
        headers.extend(tag.map(|tag| ("if-none-match".to_owned(), tag.to_owned())));
        let client = &self.0.client;
        let sent = client.send(purpose, Method::GET, url, &headers, None, MAX_ANSWER);
        Ok(sent.await?)
    }

    /// Plain JSON without signature: WebFinger, NodeInfo. Redirects stay on the asked host's
    /// choice but each hop is checked like any address.
    pub(crate) async fn fetch_plain(
        &self,
        purpose: Purpose,
        url: &Url,
        accept: &str,
    ) -> Result<(Url, Answer), FetchError> {
        let (at, answer) = self.fetch_plain_if(purpose, url, accept, None).await?;
        check_status(answer.status)?;
        Ok((at, answer))
    }

    /// The same with the version known: the answer may be 304 then.
    pub(crate) async fn fetch_plain_if(
        &self,
        purpose: Purpose,
        url: &Url,
        accept: &str,
        known: Option<&str>,
    ) -> Result<(Url, Answer), FetchError> {
        let mut at = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let mut headers = vec![("accept".to_owned(), accept.to_owned())];
            headers.extend(known.map(|tag| ("if-none-match".to_owned(), tag.to_owned())));
            let answer = self
                .0
                .client
                .send(purpose, Method::GET, &at, &headers, None, MAX_ANSWER)
                .await?;
            if let Some(next) = answer.redirect(&at) {
                at = without_fragment(&next);
                continue;
            }
            if known.is_none() || answer.status != StatusCode::NOT_MODIFIED {
                check_status(answer.status)?;
            }
            return Ok((at, answer));
        }
        Err(FetchError::Redirects)
    }
}

/// The version of an answer, when it can be sent back as it is.
pub(crate) fn version(answer: &Answer) -> Option<String> {
    let tag = answer.header("etag")?;
    (tag.len() <= 200).then(|| tag.to_owned())
}

fn check_status(status: StatusCode) -> Result<(), FetchError> {
    match status.as_u16() {
        200..=299 => Ok(()),
        gone @ (404 | 410) => Err(FetchError::Gone(gone)),
        other => Err(FetchError::Status(other)),
    }
}

fn read(answer: &Answer) -> Result<(), FetchError> {
    check_status(answer.status)?;
    match answer.header("content-type") {
        Some(kind) if is_activity_content_type(kind) => Ok(()),
        other => Err(FetchError::MediaType(
            other.unwrap_or("none").chars().take(80).collect(),
        )),
    }
}

pub(crate) fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}
