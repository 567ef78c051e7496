//! Forms that only our own pages can send (WEB-01): where a request comes from, and the token.

use crate::access::AccessError;
use crate::secrets::same;
use crate::session::{Session, SessionKind};
use crate::viewer::{Viewer, bearer, session_cookie};
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, ORIGIN};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, ResponseError, web};
use serde::de::DeserializeOwned;
use sites::{CurrentSite, Site};
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

/// Largest form, bytes.
pub const LONGEST_FORM: usize = 64 * 1024;

/// Where a request comes from, by the headers that a page cannot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// One of our own pages, or the person (address bar, reload).
    OwnPage,
    /// Another site, another of our sites, or a page without an origin.
    OtherSite,
    /// No browser of today: neither header is there.
    Unknown,
}

/// Reads `Sec-Fetch-Site` and `Origin`; both must agree where both are there.
pub fn sender(headers: &HeaderMap, site: &Site) -> Sender {
    let one = |name: &str| {
        let mut values = headers.get_all(name);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
            _ => Err(()),
        }
    };
    let (Ok(fetch), Ok(origin)) = (one("sec-fetch-site"), one(ORIGIN.as_str())) else {
        return Sender::OtherSite;
    };
    let fetch_is_ours = fetch.map(|from| matches!(from, "same-origin" | "none"));
    let origin_is_ours = origin.map(|origin| origin == site.base_url());
    match (fetch_is_ours, origin_is_ours) {
        (None, None) => Sender::Unknown,
        (Some(false), _) | (_, Some(false)) => Sender::OtherSite,
        _ => Sender::OwnPage,
    }
}

/// The content types that a form on any page can send without asking (the fetch standard's
/// "simple" ones); no type at all counts as one.
fn is_simple(request: &HttpRequest) -> bool {
    let essence = essence(request);
    matches!(
        essence.as_str(),
        "" | "text/plain" | "application/x-www-form-urlencoded" | "multipart/form-data"
    )
}

fn essence(request: &HttpRequest) -> String {
    let value = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let value = value
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    value.trim().to_ascii_lowercase()
}

/// Middleware in front of every route: refuses what changes something in a browser's name without
/// coming from our own pages. Requests without a cookie and without a form's content type (servers
/// writing to an inbox) and requests with a bearer token pass.
pub async fn guard_forms<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    if let Err(error) = check(request.request()) {
        tracing::info!(
            code = error.code(),
            path = request.path(),
            "request refused"
        );
        return Ok(request
            .into_response(error.error_response())
            .map_into_right_body());
    }
    next.call(request)
        .await
        .map(ServiceResponse::map_into_left_body)
}

fn check(request: &HttpRequest) -> Result<(), AccessError> {
    if request.method().is_safe() || bearer(request).is_some() {
        return Ok(());
    }
    let Some(site) = request
        .extensions()
        .get::<CurrentSite>()
        .map(|site| site.0.clone())
    else {
        return Ok(());
    };
    let cookie = request.headers().contains_key("cookie");
    let cookie = cookie && (session_cookie(request, &site).is_some() || two_cookies(request));
    let text = essence(request) == "text/plain";
    match sender(request.headers(), &site) {
        Sender::OwnPage if cookie && text => Err(AccessError::CrossSite),
        Sender::OwnPage => Ok(()),
        Sender::OtherSite if cookie || is_simple(request) => Err(AccessError::CrossSite),
        Sender::Unknown if cookie => Err(AccessError::CrossSite),
        Sender::OtherSite | Sender::Unknown => Ok(()),
    }
}

/// True when a request's cookies cannot be told apart or read: it is handled as one with a session.
fn two_cookies(request: &HttpRequest) -> bool {
    request.cookies().map_or(true, |cookies| {
        cookies
            .iter()
            .filter(|cookie| cookie.name().ends_with("session"))
            .count()
            > 0
    })
}

/// Compares a form's token with its session's; for forms that are no [`CsrfForm`] (multipart). A
/// session by bearer token needs none.
pub fn verify_csrf(session: &Session, token: &str) -> Result<(), AccessError> {
    match session.kind == SessionKind::Api || same(&session.csrf, token) {
        true => Ok(()),
        false => Err(AccessError::BadToken),
    }
}

/// The fields of a form sent by somebody signed in, after its `csrf` field was compared with the
/// session's. `T` need not have that field; `Vec<(String, String)>` gives all fields in order, also
/// repeated ones.
#[derive(Debug, Clone)]
pub struct CsrfForm<T>(pub T);

/// The fields of a form sent by a visitor (sign-up, log-in, reset): no session, so no token, but
/// the browser must say that it comes from one of our pages.
#[derive(Debug, Clone)]
pub struct VisitorForm<T>(pub T);

impl<T> Deref for CsrfForm<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Deref for VisitorForm<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

async fn read_form(request: &HttpRequest, mut payload: Payload) -> Result<String, AccessError> {
    if essence(request) != "application/x-www-form-urlencoded" {
        return Err(AccessError::NotAForm);
    }
    let body = web::Payload::from_request(request, &mut payload)
        .await
        .map_err(|_| AccessError::Unreadable)?;
    let bytes = body
        .to_bytes_limited(LONGEST_FORM)
        .await
        .map_err(|_| AccessError::TooLarge)?;
    let bytes = bytes.map_err(|_| AccessError::Unreadable)?;
    String::from_utf8(bytes.to_vec()).map_err(|_| AccessError::Unreadable)
}

fn fields<T: DeserializeOwned>(body: &str) -> Result<T, AccessError> {
    web::Query::<T>::from_query(body)
        .map(web::Query::into_inner)
        .map_err(|_| AccessError::Unreadable)
}

impl<T: DeserializeOwned + 'static> FromRequest for CsrfForm<T> {
    type Error = AccessError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AccessError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let viewer = Viewer::of(&request).await?;
            let identity = viewer
                .identity()
                .ok_or_else(|| AccessError::sign_in(&request))?;
            let body = read_form(&request, payload).await?;
            let mut tokens =
                url::form_urlencoded::parse(body.as_bytes()).filter(|(key, _)| key == "csrf");
            let token = tokens.next().map(|(_, token)| token).unwrap_or_default();
            verify_csrf(&identity.session, &token)?;
            fields(&body).map(Self)
        })
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for VisitorForm<T> {
    type Error = AccessError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AccessError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let site = request
                .extensions()
                .get::<CurrentSite>()
                .cloned()
                .ok_or(AccessError::CrossSite)?;
            if sender(request.headers(), &site) != Sender::OwnPage {
                return Err(AccessError::CrossSite);
            }
            fields(&read_form(&request, payload).await?).map(Self)
        })
    }
}
