//! Style, script and the few files that each site answers by itself.

use crate::frame::look;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use sites::CurrentSite;
use std::time::Duration;
use store::Clock;

/// What an address with a hash in it may be kept for: a year.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const A_DAY: &str = "public, max-age=86400";
const SECURITY: &str = "/.well-known/security.txt";

/// Where to report weaknesses of the program, for `security.txt`, when the operator says so: an address that begins with
/// `mailto:` or `https:`. The site's own contact address stands in for it.
#[derive(Debug, Clone, Default)]
pub struct SecurityContact(pub Option<String>);

/// Registers the files.
pub fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/assets/{file}", web::get().to(asset))
        .route("/theme.css", web::get().to(theme))
        .route("/favicon.svg", web::get().to(favicon))
        .route("/favicon.ico", web::get().to(favicon_moved))
        .route("/robots.txt", web::get().to(robots))
        .route(SECURITY, web::get().to(security));
}

async fn asset(request: HttpRequest) -> HttpResponse {
    match ui::asset(request.path()) {
        Some(file) => HttpResponse::Ok()
            .content_type(file.content_type)
            .insert_header((CACHE_CONTROL, FOR_EVER))
            .body(file.bytes),
        None => HttpResponse::NotFound().finish(),
    }
}

#[derive(Deserialize)]
struct Generation {
    v: Option<String>,
}

/// The colours: those of the address (`?v=PAPER-HUE-…`), which may then be kept for ever, else the
/// site's own of this moment.
async fn theme(query: web::Query<Generation>, site: Option<CurrentSite>) -> HttpResponse {
    let named = query.v.as_deref().and_then(|v| {
        let mut parts = v.split('-');
        let paper = parts.next()?.parse().ok()?;
        let hue: u16 = parts.next()?.parse().ok().filter(|hue| *hue < 360)?;
        (ui::theme_path(hue, paper) == format!("/theme.css?v={v}")).then_some((hue, paper))
    });
    let (colours, kept) = match (named, site) {
        (Some(named), _) => (named, FOR_EVER),
        (None, Some(site)) => {
            let look = look(&site);
            ((look.accent_hue, look.paper), "no-cache")
        }
        (None, None) => {
            let look = ui::SiteLook::default();
            ((look.accent_hue, look.paper), "no-cache")
        }
    };
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((CACHE_CONTROL, kept))
        .body(ui::theme_css(colours.0, colours.1))
}

async fn favicon() -> HttpResponse {
    match ui::asset(ui::asset_path("favicon.svg")) {
        Some(file) => HttpResponse::Ok()
            .content_type(file.content_type)
            .insert_header((CACHE_CONTROL, A_DAY))
            .body(file.bytes),
        None => HttpResponse::NotFound().finish(),
    }
}

async fn favicon_moved() -> HttpResponse {
    HttpResponse::MovedPermanently()
        .insert_header((LOCATION, "/favicon.svg"))
        .insert_header((CACHE_CONTROL, A_DAY))
        .finish()
}

/// What search engines may read: everything public but forms and searches.
async fn robots() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, A_DAY))
        .body(
            "User-agent: *\nDisallow: /api/\nDisallow: /account\nDisallow: /admin\n\
             Disallow: /follow-from\nDisallow: /login\nDisallow: /signup\nDisallow: /reset\n",
        )
}

/// RFC 9116, when there is somebody to write to.
async fn security(
    site: CurrentSite,
    clock: web::Data<Clock>,
    operator: Option<web::Data<SecurityContact>>,
) -> HttpResponse {
    let operator = operator.and_then(|operator| operator.0.clone());
    let Some(contact) = operator.or_else(|| site.contact_email.as_deref().map(mail_address)) else {
        return HttpResponse::NotFound().finish();
    };
    // A year ahead at most; the same text all day.
    let expires = clock.now() + Duration::from_secs(365 * 86_400);
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((CACHE_CONTROL, A_DAY))
        .body(format!(
            "Contact: {contact}\nExpires: {}\nPreferred-Languages: fr, en\nCanonical: {}\n",
            expires.format("%Y-%m-%dT00:00:00Z"),
            site.url(SECURITY),
        ))
}

/// As an address of the web: what has a meaning there is spelled out.
fn mail_address(email: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"@.-_+".contains(&byte);
    let spelled = email.bytes().map(|byte| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    });
    format!("mailto:{}", spelled.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_address_says_nothing_but_itself() {
        assert_eq!(mail_address("a.b+c@x-y.test"), "mailto:a.b+c@x-y.test");
        assert_eq!(
            mail_address("a?b&c\nd@é.test"),
            "mailto:a%3Fb%26c%0Ad@%C3%A9.test"
        );
    }
}
