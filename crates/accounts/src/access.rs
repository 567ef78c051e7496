//! Refusals on the way to a handler, and where a person may be sent afterwards.

use crate::letter::SIGN_IN_PATH;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use url::Url;

/// Why a request did not reach its handler.
///
/// As a response: JSON under `/api/`; else a redirection to the sign-in page or a plain text, which
/// `web` replaces by a page (`response.error()` gives this enum).
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Nobody is signed in. Holds the address to go to after signing in.
    #[error("sign in first")]
    SignIn {
        /// A local path, for pages that can be asked for again.
        next: Option<String>,
        /// True under `/api/`.
        api: bool,
    },
    /// Signed in, without the right to this.
    #[error("you are not allowed to do this")]
    Forbidden {
        /// True under `/api/`.
        api: bool,
    },
    /// The request comes from another site, or from a program that does not say (WEB-01).
    #[error("this request did not come from a page of this site")]
    CrossSite,
    /// The form's token is missing or of another session (WEB-01).
    #[error("this form is too old or not from this site; load the page again")]
    BadToken,
    /// Not `application/x-www-form-urlencoded`.
    #[error("this is not a form")]
    NotAForm,
    /// More than 64 KiB.
    #[error("this form is too long")]
    TooLarge,
    /// A field is missing or of the wrong kind.
    #[error("this form cannot be read")]
    Unreadable,
    /// The database failed, or the extractor is used without `Accounts` in the application's data.
    #[error("this server cannot answer now")]
    Unavailable,
}

impl AccessError {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignIn { .. } => "sign_in",
            Self::Forbidden { .. } => "forbidden",
            Self::CrossSite => "cross_site",
            Self::BadToken => "csrf",
            Self::NotAForm => "not_a_form",
            Self::TooLarge => "form_too_large",
            Self::Unreadable => "form_unreadable",
            Self::Unavailable => "unavailable",
        }
    }

    pub(crate) fn sign_in(request: &HttpRequest) -> Self {
        // A form sent again after signing in would surprise: only pages are gone back to.
        let page = matches!(*request.method(), Method::GET | Method::HEAD);
        let next = page
            .then(|| local_path(&request.uri().to_string()))
            .flatten();
        Self::SignIn {
            next,
            api: is_api(request),
        }
    }

    pub(crate) fn forbidden(request: &HttpRequest) -> Self {
        Self::Forbidden {
            api: is_api(request),
        }
    }
}

fn is_api(request: &HttpRequest) -> bool {
    request.path().starts_with("/api/")
}

impl ResponseError for AccessError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn { api: true, .. } => StatusCode::UNAUTHORIZED,
            Self::SignIn { api: false, .. } => StatusCode::SEE_OTHER,
            Self::Forbidden { .. } | Self::CrossSite | Self::BadToken => StatusCode::FORBIDDEN,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        match self {
            Self::SignIn { api: false, next } => response
                .insert_header((header::LOCATION, sign_in_address(next.as_deref())))
                .finish(),
            Self::SignIn { api: true, .. } | Self::Forbidden { api: true } => {
                if self.status_code() == StatusCode::UNAUTHORIZED {
                    response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
                }
                response
                    .json(serde_json::json!({ "error": self.code(), "message": self.to_string() }))
            }
            _ => response
                .content_type("text/plain; charset=utf-8")
                .body(format!("{self}\n")),
        }
    }
}

/// The sign-in page, with the local path to go to afterwards.
pub fn sign_in_address(next: Option<&str>) -> String {
    match next.and_then(local_path) {
        Some(next) if next != "/" => {
            let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
            format!("{SIGN_IN_PATH}?next={next}")
        }
        _ => SIGN_IN_PATH.to_owned(),
    }
}

/// A `next=` or `return_to=` as a path of this site with query and fragment; `None` for anything that
/// a browser or a proxy could take for another host (WEB-03).
pub fn local_path(next: &str) -> Option<String> {
    let plain = !next
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || c == '\\');
    if !next.starts_with('/') || !plain || next.len() > 2_000 {
        return None;
    }
    // What a proxy that decodes would make of the beginning.
    let start = next.get(1..).unwrap_or_default().to_ascii_lowercase();
    if ["/", "%2f", "%5c", "%09", "%0a", "%0d"]
        .iter()
        .any(|bad| start.starts_with(bad))
    {
        return None;
    }
    let here = Url::parse("https://here.invalid/").ok()?;
    let there = here.join(next).ok()?;
    if there.origin() != here.origin() || there.path().starts_with("//") {
        return None;
    }
    Some(there[url::Position::BeforePath..].to_owned())
}
