//! Which site a request is for.

use crate::{Site, Sites, normalise_host};
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::HOST;
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::Arc;

/// The site that the request is for; handlers ask for it as an argument.
#[derive(Debug, Clone)]
pub struct CurrentSite(pub Arc<Site>);

impl Deref for CurrentSite {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.0
    }
}

impl FromRequest for CurrentSite {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let site = request.extensions().get::<CurrentSite>().cloned();
        ready(site.ok_or_else(|| {
            actix_web::error::InternalError::from_response("no site", misdirected()).into()
        }))
    }
}

fn misdirected() -> HttpResponse {
    HttpResponse::MisdirectedRequest()
        .content_type("text/plain; charset=utf-8")
        .body("421: no site of this server answers to that host name.\n")
}

/// The host of a request as its one `Host` header spells it, or as the request target does.
///
/// `Forwarded` and `X-Forwarded-Host` are never believed (SIG-06, AUTH-06): a proxy must pass
/// `Host` on. `None` when absent, repeated or malformed.
pub(crate) fn raw_host(request: &HttpRequest, default_port: u16) -> Option<String> {
    let mut hosts = request.headers().get_all(HOST);
    let named = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok()?.to_owned(),
        (None, _) => request.uri().authority()?.to_string(),
        _ => return None,
    };
    normalise_host(&named, default_port).ok()
}

/// Finds the site before anything else; answers 421 to hosts that are not ours.
///
/// `/health` answers under any name. While no site exists at all, requests pass without one, for
/// the setup page to greet them.
pub async fn resolve_site<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, actix_web::Error> {
    let found = request.app_data::<web::Data<Sites>>().map(|sites| {
        let scheme_port =
            |port| raw_host(request.request(), port).and_then(|host| sites.by_host(&host));
        let exact = raw_host(request.request(), 0).and_then(|host| sites.by_host(&host));
        let site = exact.or_else(|| scheme_port(80).filter(|site| site.scheme == "http"));
        (site, sites.is_empty())
    });
    match found {
        Some((Some(site), _)) => {
            request.extensions_mut().insert(CurrentSite(site));
        }
        Some((None, true)) => {}
        _ if request.path() == "/health" => {}
        _ => return Ok(request.into_response(misdirected()).map_into_right_body()),
    }
    next.call(request)
        .await
        .map(ServiceResponse::map_into_left_body)
}
