//! How others find us: WebFinger, host-meta, NodeInfo, our vocabulary.

use crate::Federation;
use crate::actor::{Actor, ActorState, INSTANCE_NAME};
use activitystreams::write::{self, NodeInfoForm};
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use diesel::prelude::*;
use serde::Deserialize;
use sites::{CurrentSite, Registration};
use store::StoreError;
use store::schema::accounts;
use url::Url;

/// Name and version of this program, as NodeInfo tells them.
#[derive(Debug, Clone)]
pub struct Software {
    /// For instance `0.1.0`.
    pub version: String,
    /// Where its source is.
    pub repository: Option<Url>,
}

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/.well-known/webfinger").route(web::get().to(webfinger)))
        .service(web::resource("/.well-known/host-meta").route(web::get().to(host_meta)))
        .service(web::resource("/.well-known/nodeinfo").route(web::get().to(nodeinfo_links)))
        .service(web::resource("/nodeinfo/{version}").route(web::get().to(nodeinfo)))
        .service(web::resource("/ns").route(web::get().to(namespace)));
}

#[derive(Deserialize)]
struct Resource {
    resource: String,
}

/// Aliases under which other softwares look for an instance's own actor (R-DIS-05).
const ALIASES: [&str; 3] = ["relay", "events", "instance"];

/// Which actor a WebFinger resource names.
enum Asked {
    Name(String),
    Address(String),
    Instance,
}

fn asked(resource: &str, site: &sites::Site) -> Option<Asked> {
    if let Some(account) = resource.strip_prefix("acct:") {
        let (name, host) = account.trim_start_matches('@').rsplit_once('@')?;
        if !host.eq_ignore_ascii_case(&site.host) {
            return None;
        }
        let name = name.to_ascii_lowercase();
        if ALIASES.contains(&name.as_str()) || name == site.host {
            return Some(Asked::Name(INSTANCE_NAME.to_owned()));
        }
        return Some(Asked::Name(name));
    }
    let url = Url::parse(resource).ok().filter(|url| site.owns(url))?;
    Some(if url.path() == "/" {
        Asked::Instance
    } else {
        Asked::Address(site.url(url.path()))
    })
}

async fn webfinger(
    query: web::Query<Resource>,
    site: CurrentSite,
    hub: web::Data<Federation>,
) -> HttpResponse {
    let unknown = || HttpResponse::NotFound().finish();
    let Some(asked) = asked(&query.resource, &site) else {
        return unknown();
    };
    let (id, actor_uri) = (site.id, site.actor_uri());
    if matches!(asked, Asked::Instance) {
        let (Ok(base), Ok(actor)) = (Url::parse(&query.resource), Url::parse(&actor_uri)) else {
            return unknown();
        };
        return jrd(write::webfinger_service(&base, &actor).to_string());
    }
    let found = hub
        .0
        .database
        .read(move |c| match asked {
            Asked::Name(name) => Actor::local(c, id, &name),
            Asked::Address(uri) => {
                Ok(Actor::by_uri(c, &uri)?.filter(|actor| actor.site_id == Some(id)))
            }
            Asked::Instance => Ok(None),
        })
        .await;
    let Ok(Some(actor)) = found else {
        return unknown();
    };
    if actor.state() != ActorState::Active {
        return unknown();
    }
    let Ok(address) = Url::parse(&actor.uri) else {
        return unknown();
    };
    let page = actor
        .url
        .as_deref()
        .and_then(|url| Url::parse(url).ok())
        .unwrap_or_else(|| address.clone());
    jrd(write::webfinger_jrd(&actor.username, &site.host, &address, &page).to_string())
}

fn jrd(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/jrd+json")
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(body)
}

async fn host_meta(site: CurrentSite) -> HttpResponse {
    match Url::parse(&site.base_url()) {
        Ok(base) => HttpResponse::Ok()
            .content_type("application/xrd+xml")
            .body(write::host_meta_xml(&base)),
        Err(_) => HttpResponse::NotFound().finish(),
    }
}

async fn nodeinfo_links(site: CurrentSite) -> HttpResponse {
    match (Url::parse(&site.base_url()), Url::parse(&site.actor_uri())) {
        (Ok(base), Ok(actor)) => HttpResponse::Ok().json(write::nodeinfo_links(&base, &actor)),
        _ => HttpResponse::NotFound().finish(),
    }
}

async fn nodeinfo(
    path: web::Path<String>,
    site: CurrentSite,
    hub: web::Data<Federation>,
    software: web::Data<Software>,
) -> HttpResponse {
    let content = std::sync::Arc::clone(&hub.0.content);
    let id = site.id;
    let count = hub.0.database.read(move |c| {
        let users: i64 = accounts::table
            .filter(accounts::state.eq("active"))
            .count()
            .get_result(c)?;
        Ok::<_, StoreError>((users, content.count(c, id)?))
    });
    let counts = hub.0.counts.try_get_with(id, count).await;
    let Ok((users, posts)) = counts else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    let form = NodeInfoForm {
        version: software.version.clone(),
        repository: software.repository.clone(),
        open_registrations: site.registration != Registration::Closed,
        users_total: u64::try_from(users).unwrap_or(0),
        users_active_month: None,
        users_active_half_year: None,
        local_posts: u64::try_from(posts).unwrap_or(0),
        local_comments: 0,
        node_name: site.name.clone(),
        node_description: site.tagline.clone(),
        languages: site.languages.clone(),
        fasp_base_url: None,
    };
    match path.as_str() {
        "2.0" => typed(write::nodeinfo_2_0(&form), "2.0"),
        "2.1" => typed(write::nodeinfo_2_1(&form), "2.1"),
        _ => HttpResponse::NotFound().finish(),
    }
}

fn typed(document: serde_json::Value, version: &str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(format!(
            "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/{version}#\""
        ))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(document.to_string())
}

/// The terms of our own vocabulary, at the address that every document of ours inlines.
async fn namespace(hub: web::Data<Federation>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/ld+json")
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(write::namespace_document(hub.namespace()).to_string())
}
