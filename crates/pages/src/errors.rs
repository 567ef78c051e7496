//! Errors said to people as a page and to programs as JSON.

use crate::Frame;
use accounts::AccessError;
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT, ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use sites::Sites;
use ui::Lang;

/// Middleware outside `sites::resolve_site`: an error without a body of its own, or with a plain
/// text, becomes the designed page, or `{"error": …, "message": …}` for the API and for programs.
pub async fn error_pages<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let response = next.call(request).await?;
    let status = response.status();
    let code = response
        .response()
        .error()
        .and_then(|error| error.as_error::<AccessError>())
        .map(AccessError::code);
    if !(status.is_client_error() || status.is_server_error()) || has_words(&response) {
        return Ok(response.map_into_left_body());
    }
    let Some(mut answer) = in_words(response.request(), status, code).await else {
        return Ok(response.map_into_left_body());
    };
    if let Some(allow) = response.headers().get(ALLOW) {
        answer.headers_mut().insert(ALLOW, allow.clone());
    }
    let (request, _) = response.into_parts();
    Ok(ServiceResponse::new(request, answer).map_into_right_body())
}

/// The answer of a status for the one who asked: a document for a program, a page for a person, nothing for others.
pub(crate) async fn in_words(
    request: &HttpRequest,
    status: StatusCode,
    code: Option<&'static str>,
) -> Option<HttpResponse> {
    match is_program(request) {
        true => Some(document(status, code)),
        false if is_navigation(request) => Some(page(request, status, code).await),
        false => None,
    }
}

/// True when a handler wrote its own page or document.
fn has_words<B>(response: &ServiceResponse<B>) -> bool {
    response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"))
}

fn accepts(request: &HttpRequest) -> &str {
    let accept = request.headers().get(ACCEPT);
    accept
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The API, and other servers that ask for documents.
fn is_program(request: &HttpRequest) -> bool {
    let accept = accepts(request);
    request.path().starts_with("/api/")
        || (accept.contains("json") && !accept.contains("text/html"))
}

/// A page asked for or a form sent, not a file or a server's delivery.
fn is_navigation(request: &HttpRequest) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return true;
    }
    let kind = request.headers().get(CONTENT_TYPE);
    let kind = kind
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    accepts(request).contains("text/html")
        || kind.starts_with("application/x-www-form-urlencoded")
        || kind.starts_with("multipart/form-data")
}

fn document(status: StatusCode, code: Option<&'static str>) -> HttpResponse {
    let named = match status.as_u16() {
        400 => "bad_request",
        401 => "sign_in",
        403 => "forbidden",
        404 => "not_found",
        405 => "method_not_allowed",
        408 => "too_slow",
        410 => "gone",
        413 => "too_large",
        415 => "media_type",
        421 => "unknown_site",
        429 => "too_many_attempts",
        500.. => "server_error",
        _ => "refused",
    };
    let message = status.canonical_reason().unwrap_or("refused");
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .json(json!({ "error": code.unwrap_or(named), "message": message }))
}

async fn page(
    request: &HttpRequest,
    status: StatusCode,
    code: Option<&'static str>,
) -> HttpResponse {
    let accepted = request.headers().get(ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    match Frame::of(request).await {
        Ok(Some(frame)) => {
            // The reason that a person can do something about.
            let detail = code
                .filter(|code| *code == "csrf")
                .map(|_| frame.lang.t("error-expired-form"));
            frame.error_with(status.as_u16(), detail.as_deref())
        }
        _ => HttpResponse::build(status)
            .insert_header((CACHE_CONTROL, "no-store"))
            .content_type("text/html; charset=utf-8")
            .body(ui::bare_error_page(
                status.as_u16(),
                Lang::negotiate(accepted, Lang::Fr),
            )),
    }
}

/// The service behind all routes: 404, or the way to the setup page while the server has no site.
pub async fn not_found(request: HttpRequest, sites: Option<web::Data<Sites>>) -> HttpResponse {
    let empty = sites.is_some_and(|sites| sites.is_empty());
    match empty && matches!(*request.method(), Method::GET | Method::HEAD) {
        true => crate::see_other("/setup"),
        false => HttpResponse::NotFound().finish(),
    }
}
