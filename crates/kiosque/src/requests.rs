//! Around every request: its id, which its log lines and what it writes to a queue carry; the time it took.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use std::time::Instant;
use store::{Clock, trail};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Middleware around everything: gives the request an id (never the sender's, who could write
/// anything), tells it in `X-Request-Id`, and notes how the request was answered.
///
/// Logged is the pattern of the route, not the address: addresses hold tokens.
pub(crate) async fn noted<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let Some(clock) = request.app_data::<web::Data<Clock>>() else {
        return next.call(request).await;
    };
    let id = clock.id();
    let begun = Instant::now();
    let (method, document) = (
        request.method().clone(),
        federation::wants_activity(request.request()),
    );
    let answered = async move {
        let answer = next.call(request).await;
        let (status, pattern) = match &answer {
            Ok(answer) => (answer.status(), answer.request().match_pattern()),
            Err(error) => (error.as_response_error().status_code(), None),
        };
        let pattern = pattern.as_deref().unwrap_or_default();
        note(&method, pattern, document, status, begun);
        answer
    };
    let mut answer = trail::follow(Some(id), answered).await?;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        answer.headers_mut().insert(REQUEST_ID, value);
    }
    Ok(answer)
}

fn note(method: &Method, pattern: &str, document: bool, status: StatusCode, begun: Instant) {
    let took = begun.elapsed();
    let labels = [
        ("class", class_of(pattern, document)),
        ("method", method_of(method)),
        ("status", status_of(status)),
    ];
    metrics::histogram!("kiosque_http_request_seconds", &labels).record(took);
    let (status, milliseconds) = (status.as_u16(), took.as_millis());
    let method = method_of(method);
    if status >= 500 {
        tracing::warn!(
            method,
            route = pattern,
            status,
            milliseconds,
            "request failed"
        );
    } else {
        tracing::debug!(
            method,
            route = pattern,
            status,
            milliseconds,
            "request answered"
        );
    }
}

/// The class of a route, from its pattern: few enough to be labels.
fn class_of(pattern: &str, document: bool) -> &'static str {
    let starts = |start: &str| pattern.starts_with(start);
    let ends = |end: &str| pattern.ends_with(end);
    if pattern.is_empty() {
        "none"
    } else if pattern == "/health" {
        "health"
    } else if starts("/api/") {
        "api"
    } else if ends("/inbox") {
        "inbox"
    } else if starts("/assets/") || starts("/media/") || starts("/theme") || starts("/favicon") {
        "file"
    } else if ends(".ics") || ends("{form}") || ends("{form:ics|atom}") || starts("/embed") {
        "feed"
    } else if document || starts("/.well-known") || starts("/nodeinfo") || pattern == "/ns" {
        "document"
    } else {
        "page"
    }
}

/// Methods that we know; a sender could make up any number of others.
fn method_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn status_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logging::tests::{Log, logged};
    use actix_web::middleware::from_fn;
    use actix_web::{App, HttpResponse, test};

    fn clock() -> Clock {
        Clock::new(|| chrono::DateTime::from_timestamp(1_796_126_400, 0).unwrap_or_default())
    }

    async fn page(path: web::Path<String>) -> HttpResponse {
        tracing::info!("a page was made");
        match path.as_str() {
            "broken" => HttpResponse::InternalServerError().finish(),
            _ => HttpResponse::Ok().body(
                trail::current()
                    .map(|id| id.to_string())
                    .unwrap_or_default(),
            ),
        }
    }

    /// The status, the id in the header, and the body.
    async fn ask(request: test::TestRequest) -> (u16, String, String) {
        let app = App::new()
            .app_data(web::Data::new(clock()))
            .wrap(from_fn(noted))
            .route("/reset/{token}", web::route().to(page));
        let app = test::init_service(app).await;
        let answer = test::call_service(&app, request.to_request()).await;
        let id = answer.headers().get(REQUEST_ID).expect("an id");
        let id = id.to_str().expect("text").to_owned();
        let status = answer.status().as_u16();
        let body = test::read_body(answer).await;
        (status, id, String::from_utf8_lossy(&body).into_owned())
    }

    #[::core::prelude::v1::test]
    fn the_id_is_ours_and_stands_in_every_line_of_the_request() {
        let request = test::TestRequest::get()
            .uri("/reset/x")
            .insert_header(("X-Request-Id", "theirs"));
        let ((status, id, body), log) = logged(Log::Json, "debug", || {
            actix_web::rt::System::new().block_on(ask(request))
        });
        assert_eq!((status, &body), (200, &id));
        assert!(store::Id::parse(&id).is_some(), "{id}");
        let lines: Vec<serde_json::Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).expect(line))
            .filter(|line: &serde_json::Value| {
                line["target"]
                    .as_str()
                    .is_some_and(|t| t.starts_with("kiosque"))
            })
            .collect();
        assert_eq!(lines.len(), 2, "{log}");
        for line in &lines {
            assert_eq!(line["spans"][0]["id"], id.as_str(), "{line}");
        }
        assert_eq!(lines[1]["fields"]["route"], "/reset/{token}");
        assert_eq!(lines[1]["fields"]["status"], 200);
    }

    #[::core::prelude::v1::test]
    fn inj_04_no_secret_of_a_request_is_logged() {
        for path in [
            "/reset/SECRET?token=SECRET",
            "/reset/broken?token=SECRET",
            "/none/SECRET",
        ] {
            let request = test::TestRequest::post()
                .uri(path)
                .insert_header(("Cookie", "session=SECRET"))
                .insert_header(("Authorization", "Bearer SECRET"))
                .insert_header(("User-Agent", "SECRET"))
                .set_payload("password=SECRET");
            let (_, log) = logged(Log::Text, "kiosque=trace,info", || {
                actix_web::rt::System::new().block_on(ask(request))
            });
            assert!(log.contains("request "), "{log}");
            assert!(!log.contains("SECRET"), "{log}");
        }
    }

    #[::core::prelude::v1::test]
    fn each_route_has_its_class() {
        for (pattern, document, class) in [
            ("/", false, "page"),
            ("/", true, "document"),
            ("/e/{id}", false, "page"),
            ("/e/{id}.ics", false, "feed"),
            ("/{list:agenda|search}.{form:ics|atom}", false, "feed"),
            ("/tags/{tag}.{form}", false, "feed"),
            ("/embed/agenda", false, "feed"),
            ("/api/v1/events", true, "api"),
            ("/inbox", true, "inbox"),
            ("/actors/{id}/inbox", true, "inbox"),
            ("/.well-known/webfinger", false, "document"),
            ("/assets/{file}", false, "file"),
            ("/health", false, "health"),
            ("", false, "none"),
        ] {
            assert_eq!(class_of(pattern, document), class, "{pattern}");
        }
        assert_eq!(
            method_of(&Method::from_bytes(b"BREW").expect("method")),
            "other"
        );
    }
}
