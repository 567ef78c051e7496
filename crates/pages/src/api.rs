//! What the JSON API of every room shares: who asks, the body, the errors.

use accounts::{AccessError, AccountError, Identity, SessionKind, Viewer};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use store::StoreError;

/// Largest body of a request to the API, bytes.
pub const LONGEST_JSON: usize = 256 * 1024;

type Soon<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

/// Why the API did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// A stable word.
    pub code: Cow<'static, str>,
    /// One sentence in English, for whoever writes the program that asks.
    pub message: String,
    /// Seconds after which to try again.
    pub retry_after: Option<u64>,
}

/// An [`ApiError`] as it is sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ApiErrorBody {
    /// A stable word.
    pub error: String,
    /// One sentence.
    pub message: String,
}

impl ApiError {
    /// An error by its parts; a status that is none becomes 500.
    pub fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code: code.into(),
            message: message.into(),
            retry_after: None,
        }
    }

    /// 404.
    pub fn not_found() -> Self {
        Self::new(404, "not_found", "there is no such thing here")
    }

    /// 403.
    pub fn forbidden() -> Self {
        Self::new(403, "forbidden", "you are not allowed to do this")
    }

    /// 401.
    pub fn sign_in() -> Self {
        Self::new(401, "sign_in", "a bearer token is needed")
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((CACHE_CONTROL, "no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        response.json(ApiErrorBody {
            error: self.code.clone().into_owned(),
            message: self.message.clone(),
        })
    }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        if error.status() >= 500 {
            tracing::error!(%error, "an API request failed");
        }
        let message = match error.status() {
            500 => "this server cannot answer now".to_owned(),
            _ => error.to_string(),
        };
        let mut answer = Self::new(error.status(), error.code(), message);
        if let AccountError::TooMany { retry_after } = error {
            answer.retry_after = Some(retry_after);
        }
        answer
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "an API request failed");
        Self::new(500, "database", "this server cannot answer now")
    }
}

impl From<diesel::result::Error> for ApiError {
    fn from(error: diesel::result::Error) -> Self {
        StoreError::from(error).into()
    }
}

impl From<AccessError> for ApiError {
    fn from(error: AccessError) -> Self {
        let status = match error {
            AccessError::SignIn { .. } => 401,
            _ => error.status_code().as_u16(),
        };
        Self::new(status, error.code(), error.to_string())
    }
}

/// Whoever showed a bearer token. A cookie is not looked at (WEB-02).
#[derive(Debug, Clone)]
pub struct ApiUser {
    who: Arc<Identity>,
    path: String,
}

impl Deref for ApiUser {
    type Target = Identity;
    fn deref(&self) -> &Identity {
        &self.who
    }
}

impl ApiUser {
    /// Who it is.
    pub fn identity(&self) -> Arc<Identity> {
        Arc::clone(&self.who)
    }

    /// Refuses (403) whoever does not moderate the site, or not what the path is about.
    pub fn moderator(&self) -> Result<(), ApiError> {
        match self.may_moderate_at(&self.path) {
            true => Ok(()),
            false => Err(ApiError::forbidden()),
        }
    }

    /// Refuses (403) whoever does not administer the site, or may not change its settings where the path is about them.
    pub fn admin(&self) -> Result<(), ApiError> {
        match self.may_set_at(&self.path) {
            true => Ok(()),
            false => Err(ApiError::forbidden()),
        }
    }
}

impl FromRequest for ApiUser {
    type Error = ApiError;
    type Future = Soon<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let viewer = Viewer::of(&request).await?;
            match viewer.identity() {
                Some(who) if who.session.kind == SessionKind::Api => Ok(Self {
                    who: Arc::new(who.clone()),
                    path: request.path().to_owned(),
                }),
                _ => Err(ApiError::sign_in()),
            }
        })
    }
}

/// A JSON body of at most [`LONGEST_JSON`] bytes. Errors name the field.
#[derive(Debug, Clone)]
pub struct ApiJson<T>(pub T);

impl<T> Deref for ApiJson<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for ApiJson<T> {
    type Error = ApiError;
    type Future = Soon<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kind = request.headers().get(CONTENT_TYPE);
        let kind = kind
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let json = kind
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            if !json {
                return Err(ApiError::new(415, "media_type", "send application/json"));
            }
            let unreadable = || ApiError::new(400, "unreadable", "the body could not be read");
            let body = web::Payload::from_request(&request, &mut payload)
                .await
                .map_err(|_| unreadable())?;
            let bytes = body
                .to_bytes_limited(LONGEST_JSON)
                .await
                .map_err(|_| ApiError::new(413, "too_large", "the body is too large"))?
                .map_err(|_| unreadable())?;
            let read = serde_json::from_slice(&bytes);
            read.map(Self).map_err(|error| {
                let status = if error.is_data() { 422 } else { 400 };
                ApiError::new(status, "json", error.to_string())
            })
        })
    }
}
