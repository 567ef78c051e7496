//! The headers of every answer (WEB-05, security.md section 5).

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    self, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse};
use sites::CurrentSite;

/// Pages: nothing from elsewhere, nothing inline, in nobody's frame.
const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; object-src 'none'";
/// Pages made to be shown inside another site's page: no script, no form.
const EMBEDDED: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; \
    base-uri 'none'; frame-ancestors *; object-src 'none'";
/// Everything else: files, documents of the API and of other servers.
const FILE: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Marks an answer that other sites may show in a frame; see [`embeddable`].
#[derive(Debug, Clone, Copy)]
pub struct Embeddable;

/// Lets other sites show this answer in a frame.
pub fn embeddable(mut response: HttpResponse) -> HttpResponse {
    response.extensions_mut().insert(Embeddable);
    response
}

/// Middleware around everything: writes the header set on each answer. A policy that a handler wrote
/// itself stays, as do its cross-origin headers.
pub async fn security_headers<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let https = response
        .request()
        .extensions()
        .get::<CurrentSite>()
        .is_some_and(|site| site.scheme == "https");
    let embedded = response.response().extensions().contains::<Embeddable>();
    write(response.headers_mut(), https, embedded);
    Ok(response)
}

fn write(headers: &mut HeaderMap, https: bool, embedded: bool) {
    // A redirect has no type and is followed from a page.
    let page = headers
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/html"));
    let policy = match (page, embedded) {
        (true, true) => EMBEDDED,
        (true, false) => PAGE,
        (false, _) => FILE,
    };
    let mut give = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    give(CONTENT_SECURITY_POLICY, policy);
    give(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    give(header::REFERRER_POLICY, "same-origin");
    give(
        header::PERMISSIONS_POLICY,
        "geolocation=(), camera=(), microphone=(), browsing-topics=()",
    );
    give(header::CROSS_ORIGIN_OPENER_POLICY, "same-origin");
    give(header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    if !embedded {
        give(header::X_FRAME_OPTIONS, "DENY");
    }
    if https {
        give(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000");
    }
    headers.remove(header::SERVER);
}

/// Middleware outside the routes: what answers `GET` answers `HEAD` too. The server leaves the body
/// out by itself.
pub async fn head_as_get<B: MessageBody>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}
