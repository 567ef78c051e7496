//! The site as a program sees it.

use actix_web::HttpResponse;
use serde::Serialize;
use sites::CurrentSite;
use std::collections::BTreeMap;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SiteView {
    name: String,
    tagline: String,
    host: String,
    /// Address of the site.
    url: String,
    /// ActivityPub id of its own actor.
    actor: String,
    languages: Vec<String>,
    default_language: String,
    /// IANA name.
    timezone: String,
    /// `open`, `approval` or `closed`.
    registration: String,
    /// Markdown.
    description: String,
    /// The nine answers, Markdown, under PeerTube's names.
    about: BTreeMap<String, String>,
    contact_email: Option<String>,
}

#[utoipa::path(get, path = "/api/v1/site", responses((status = 200, body = SiteView)))]
pub(crate) async fn show(site: CurrentSite) -> HttpResponse {
    let answers = site.about.answers();
    HttpResponse::Ok().json(SiteView {
        name: site.name.clone(),
        tagline: site.tagline.clone(),
        host: site.host.clone(),
        url: site.url("/"),
        actor: site.actor_uri(),
        languages: site.languages.clone(),
        default_language: site.default_language.clone(),
        timezone: site.timezone.name().to_owned(),
        registration: site.registration.as_str().to_owned(),
        description: site.about.description.clone(),
        about: answers
            .map(|(key, text)| (key.to_owned(), text.to_owned()))
            .into(),
        contact_email: site.contact_email.clone(),
    })
}
