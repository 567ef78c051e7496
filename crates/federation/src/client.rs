//! The one factory of HTTP clients: addresses checked, no redirect followed by itself, sizes and
//! times bounded.

use crate::address::{AddressError, check_url};
use crate::block::Blocklist;
use crate::budget;
use crate::meetings::Meetings;
use crate::names::{Lookup, Names};
use crate::purpose::Purpose;
use crate::settings::Settings;
use bytes::Bytes;
use futures::StreamExt;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use reqwest::{Method, StatusCode};
use sites::Sites;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Largest answer read, decoded, in bytes (DOS-01).
pub const MAX_ANSWER: usize = 1024 * 1024;

/// Why a request to another server brought nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RequestError {
    /// The address may not be asked.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// An administrator blocked the host.
    #[error("the host is blocked here")]
    Blocked,
    /// No answer: name, connection, TLS, or time.
    #[error("no answer from {host}: {reason}")]
    Unreachable {
        /// The host asked.
        host: String,
        /// In words, without the address's query.
        reason: String,
    },
    /// What caused this has caused as many requests as one thing may (DOS-07).
    #[error("too many requests for one activity")]
    Spent,
    /// Too many hosts of its domain were met of late (DOS-07).
    #[error("too many new hosts under one domain")]
    TooManyHosts,
    /// The answer is larger than allowed.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

impl RequestError {
    /// Stable name for logs and the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address(_) => "address_refused",
            Self::Blocked => "host_blocked",
            Self::Unreachable { .. } => "unreachable",
            Self::Spent => "too_many_requests",
            Self::TooManyHosts => "too_many_hosts",
            Self::TooLarge(_) => "answer_too_large",
        }
    }
}

/// An answer, its body read whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Decoded body, at most the bound of the request.
    pub body: Bytes,
}

impl Answer {
    /// A header as text, when it is there exactly once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok(),
            _ => None,
        }
    }

    /// The address a redirect leads to.
    pub(crate) fn redirect(&self, from: &Url) -> Option<Url> {
        if !self.status.is_redirection() || self.status == StatusCode::NOT_MODIFIED {
            return None;
        }
        from.join(self.headers.get(LOCATION)?.to_str().ok()?).ok()
    }
}

/// Sends requests to other servers. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    sites: Sites,
    local_test: bool,
    ours_too: bool,
    user_agent: String,
    blocked: Blocklist,
    meetings: Meetings,
}

impl Client {
    /// The client of this process. `blocked` says which hosts are not spoken to.
    pub(crate) fn new(
        settings: &Settings,
        sites: Sites,
        lookup: Lookup,
        blocked: Blocklist,
        meetings: Meetings,
    ) -> Result<Self, String> {
        #[expect(clippy::disallowed_methods, reason = "the one factory of HTTP clients")]
        let http = reqwest::Client::builder()
            .dns_resolver(Arc::new(Names::new(settings, lookup)))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(Duration::from_secs(5))
            .read_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(Duration::from_secs(15))
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            http,
            sites,
            local_test: settings.local_test,
            ours_too: false,
            user_agent: settings.user_agent.clone(),
            blocked,
            meetings,
        })
    }

    /// The same client, which also asks addresses of this server, as a stranger would: to find out
    /// whether it can be reached. For nothing else.
    pub fn to_ourselves(&self) -> Self {
        Self {
            ours_too: true,
            ..self.clone()
        }
    }

    /// Whether `url` may be asked at all; no look-up is made.
    pub fn check(&self, url: &Url) -> Result<(), RequestError> {
        check_url(url, self.local_test)?;
        if !self.ours_too && self.sites.is_ours(url) {
            return Err(AddressError::Ours.into());
        }
        if url.host_str().is_some_and(|host| self.blocked.covers(host)) {
            return Err(RequestError::Blocked);
        }
        Ok(())
    }

    /// One request, no redirect followed, the answer read up to `limit` bytes.
    pub async fn send(
        &self,
        purpose: Purpose,
        method: Method,
        url: &Url,
        headers: &[(String, String)],
        body: Option<Bytes>,
        limit: usize,
    ) -> Result<Answer, RequestError> {
        let sent = self.exchange(purpose, method, url, headers, body, limit);
        let (answer, whole) = sent.await?;
        if whole {
            Ok(answer)
        } else {
            Err(RequestError::TooLarge(limit))
        }
    }

    /// A delivery, where the status is what counts: a body beyond `limit` bytes is left unread.
    pub(crate) async fn send_briefly(
        &self,
        method: Method,
        url: &Url,
        headers: &[(String, String)],
        body: Option<Bytes>,
        limit: usize,
    ) -> Result<Answer, RequestError> {
        let sent = self.exchange(Purpose::Delivery, method, url, headers, body, limit);
        Ok(sent.await?.0)
    }

    /// The answer, and whether its body is whole.
    async fn exchange(
        &self,
        purpose: Purpose,
        method: Method,
        url: &Url,
        headers: &[(String, String)],
        body: Option<Bytes>,
        limit: usize,
    ) -> Result<(Answer, bool), RequestError> {
        self.check(url)?;
        let host = url.host_str().unwrap_or_default();
        if purpose.is_between_servers() && !self.ours_too && self.blocked.leaves_out(host) {
            return Err(RequestError::Blocked);
        }
        if !budget::take_request() {
            return Err(RequestError::Spent);
        }
        if !self.ours_too && purpose != Purpose::Delivery {
            self.meetings.meet(url).await?;
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        let lost = |reason: String| RequestError::Unreachable {
            host: host.clone(),
            reason,
        };
        let mut request = self
            .http
            .request(method, url.clone())
            .header(USER_AGENT, &self.user_agent);
        for (name, value) in headers {
            let name = HeaderName::try_from(name.as_str()).map_err(|e| lost(e.to_string()))?;
            let value = HeaderValue::try_from(value.as_str()).map_err(|e| lost(e.to_string()))?;
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let answer = request.send().await;
        let outcome = if answer.is_ok() {
            "answered"
        } else {
            "unreachable"
        };
        let labels = [("purpose", purpose.as_str()), ("outcome", outcome)];
        metrics::counter!("kiosque_outgoing_requests", &labels).increment(1);
        let answer = answer.map_err(|error| lost(words(&error)))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let length = answer.content_length();
        let mut whole = length.is_none_or(|length| length <= limit as u64);
        let mut body = Vec::new();
        let mut stream = answer.bytes_stream();
        while whole && let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(|error| lost(words(&error)))?;
            whole = body.len() + chunk.len() <= limit;
            if whole {
                body.extend_from_slice(&chunk);
            }
        }
        let answer = Answer {
            status,
            headers,
            body: body.into(),
        };
        Ok((answer, whole))
    }
}

/// The innermost cause, without the address (it may hold secrets in its query).
fn words(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if error.is_timeout() {
        "timed out".to_owned()
    } else {
        cause.to_string()
    }
}

/// `host` or `host:port` of a URL, as the `Host` header spells it.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
