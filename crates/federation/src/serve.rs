//! The addresses that servers ask: actors, their inboxes and collections.

mod collections;

use crate::actor::{Actor, ActorState, INSTANCE_NAME, published_key, published_multikey};
use crate::reader::no_reader;
use crate::{Federation, discovery, gate};
use activitystreams::write::{self, ActorForm, ActorImage, PublishedKeys};
use actix_web::dev::RequestHead;
use actix_web::guard::{Guard, GuardContext};
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::prelude::*;
use serde_json::{Value, json};
use sites::{CurrentSite, Site};
use std::sync::Arc;
use store::schema::{actors, media};
use store::{Conn, Id, StoreError};
use url::Url;

/// Pattern of an actor's address.
const NAME: &str = "/@{name:[A-Za-z0-9_]+}";

/// Registers every address of this room. Pages for people at the same addresses are registered by
/// the rooms above, after these: these answer only to servers.
pub fn configure(config: &mut web::ServiceConfig) {
    discovery::configure(config);
    let posts = || web::post().to(gate::inbox);
    let body = || web::PayloadConfig::new(gate::MAX_BODY);
    for path in [
        "/inbox".to_owned(),
        "/actor/inbox".to_owned(),
        format!("{NAME}/inbox"),
    ] {
        config.service(web::resource(path).app_data(body()).route(posts()));
    }
    for base in ["/actor", NAME] {
        config
            .service(
                web::resource(format!("{base}/outbox"))
                    .route(web::get().to(collections::outbox_page)),
            )
            .service(
                web::resource(format!("{base}/followers"))
                    .route(web::get().to(collections::followers)),
            )
            .service(
                web::resource(format!("{base}/following"))
                    .route(web::get().to(collections::following)),
            )
            .service(
                web::resource(format!("{base}/upcoming"))
                    .route(web::get().to(collections::upcoming)),
            );
    }
    config
        .service(
            web::resource(format!("{NAME}/events")).route(web::get().to(collections::upcoming)),
        )
        .service(web::resource(format!("{NAME}/members")).route(web::get().to(collections::empty)))
        .service(
            web::resource(format!("{NAME}/none/{{what}}")).route(web::get().to(collections::empty)),
        )
        .service(web::resource("/actor").route(web::get().to(instance)))
        .service(
            web::resource(NAME)
                .guard(ForServers)
                .route(web::get().to(document)),
        );
}

/// Lets a route answer only requests of servers.
struct ForServers;

impl Guard for ForServers {
    fn check(&self, context: &GuardContext<'_>) -> bool {
        matches!(context.head().method, Method::GET | Method::HEAD)
            && accepts_activity(context.head())
    }
}

fn accepts_activity(head: &RequestHead) -> bool {
    let accept = head
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let accept = accept.to_ascii_lowercase();
    let position = |kinds: &[&str]| kinds.iter().filter_map(|kind| accept.find(kind)).min();
    match (
        position(&["application/activity+json", "application/ld+json"]),
        position(&["text/html"]),
    ) {
        (Some(activity), Some(page)) => activity < page,
        (found, None) => found.is_some(),
        (None, _) => false,
    }
}

/// True when the request asks for ActivityStreams rather than for a page.
pub fn wants_activity(request: &HttpRequest) -> bool {
    accepts_activity(request.head())
}

/// An ActivityStreams answer (R-ACT-01). A cache keeps it from those who sign: some of them are
/// refused (SIG-17).
pub fn activity_json(document: &Value) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(activitystreams::ACTIVITY_JSON)
        .insert_header((header::VARY, "Accept, Signature"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=60"))
        .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .body(document.to_string())
}

/// The actor that a path names, unless gone.
async fn named(
    hub: &Federation,
    site: &Site,
    request: &HttpRequest,
) -> Result<Actor, HttpResponse> {
    if !hub.may_read(site, request).await {
        return Err(no_reader());
    }
    let name = request
        .match_info()
        .get("name")
        .unwrap_or(INSTANCE_NAME)
        .to_ascii_lowercase();
    let id = site.id;
    let uri = site.url(&format!("/@{name}"));
    let found = hub.0.database.read(move |c| {
        let actor = Actor::local(c, id, &name)?;
        // Erased, with its name: only who knows the address is told.
        let erased = actor.is_none() && crate::erased::is_erased(c, &uri)?;
        Ok::<_, StoreError>((actor, erased.then_some(uri)))
    });
    match found.await {
        Ok((Some(actor), _)) if actor.state() == ActorState::Active => Ok(actor),
        Ok((Some(actor), _)) if actor.state() == ActorState::Deleted => {
            Err(gone(&actor.uri, &actor.kind))
        }
        Ok((None, Some(uri))) => Err(gone(&uri, "Group")),
        Ok(_) => Err(HttpResponse::NotFound().finish()),
        Err(_) => Err(HttpResponse::ServiceUnavailable().finish()),
    }
}

fn gone(uri: &str, kind: &str) -> HttpResponse {
    HttpResponse::Gone()
        .content_type(activitystreams::ACTIVITY_JSON)
        .insert_header((header::VARY, "Accept, Signature"))
        .body(json!({"@context": "https://www.w3.org/ns/activitystreams", "id": uri, "type": "Tombstone", "formerType": kind}).to_string())
}

fn url(text: &str) -> Option<Url> {
    Url::parse(text).ok()
}

fn about(site: &Site) -> write::About {
    let list = |text: &str| -> Vec<String> {
        text.split([',', ';', '\n'])
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let answers = &site.about;
    write::About {
        categories: list(&answers.categories),
        languages: list(&answers.moderation_languages),
        code_of_conduct: answers.code_of_conduct.clone(),
        moderation_information: answers.moderation_information.clone(),
        administrator: answers.administrator.clone(),
        creation_reason: answers.creation_reason.clone(),
        maintenance_lifetime: answers.maintenance_lifetime.clone(),
        business_model: answers.business_model.clone(),
        hardware_information: answers.hardware_information.clone(),
    }
}

/// Picture and banner of one of our actors (R-ACT-06).
fn portrait(
    conn: &mut Conn,
    site: &Site,
    actor: Id,
) -> Result<(Option<ActorImage>, Option<ActorImage>), StoreError> {
    type Row = (Option<Id>, String, Option<Id>, String);
    let row: Row = actors::table
        .find(actor)
        .select((
            actors::icon_id,
            actors::icon_alt,
            actors::banner_id,
            actors::banner_alt,
        ))
        .first(conn)?;
    let mut image = |id: Option<Id>, alt: String| {
        let Some(id) = id else { return Ok(None) };
        let file: Option<(String, String)> = media::table
            .find(id)
            .select((media::file_name, media::media_type))
            .first(conn)
            .optional()?;
        Ok::<_, StoreError>(file.and_then(|(name, media_type)| {
            Some(ActorImage {
                url: url(&site.url(&format!("/media/{name}")))?,
                media_type,
                alt: Some(alt).filter(|alt| !alt.is_empty()),
            })
        }))
    };
    Ok((image(row.0, row.1)?, image(row.2, row.3)?))
}

impl Federation {
    /// The document of one of our actors.
    pub async fn actor_document(
        &self,
        site: &Arc<Site>,
        actor: &Actor,
    ) -> Result<Option<Value>, StoreError> {
        let (hub, site, actor) = (self.clone(), Arc::clone(site), actor.clone());
        self.0
            .database
            .read(move |c| hub.document_of(c, &site, &actor))
            .await
    }

    /// [`Self::actor_document`] inside a transaction, which may have changed the actor.
    pub fn document_of(
        &self,
        conn: &mut Conn,
        site: &Site,
        actor: &Actor,
    ) -> Result<Option<Value>, StoreError> {
        let key = published_key(conn, actor)?;
        let multikey = published_multikey(conn, actor.id)?;
        let portrait = portrait(conn, site, actor.id)?;
        let (Some(key), Some(id), Some(shared)) = (key, url(&actor.uri), url(&site.url("/inbox")))
        else {
            return Ok(None);
        };
        let instance = actor.kind == "Application";
        let form = ActorForm {
            url: actor
                .url
                .as_deref()
                .and_then(url)
                .unwrap_or_else(|| id.clone()),
            upcoming_events: url(&format!("{}/upcoming", actor.uri)),
            preferred_username: actor.username.clone(),
            name: if instance {
                site.name.clone()
            } else {
                actor.name.clone()
            },
            summary: if instance {
                site.about.description.clone()
            } else {
                actor.summary.clone()
            },
            shared_inbox: shared,
            webfinger_host: site.host.clone(),
            manually_approves_followers: if instance {
                site.follower_policy == sites::FollowerPolicy::Manual
            } else {
                actor.manually_approves
            },
            discoverable: true,
            indexable: true,
            icon: portrait.0,
            image: portrait.1,
            keys: PublishedKeys {
                rsa_pem: key.public_key_pem,
                ed25519_multikey: multikey,
            },
            fields: Vec::new(),
            also_known_as: Vec::new(),
            moved_to: None,
            published: None,
            updated: None,
            id,
        };
        Ok(match (instance, url(&site.actor_uri())) {
            (true, _) => Some(write::instance_actor(&form, &about(site), self.namespace())),
            (false, Some(main)) => Some(write::agenda_actor(&form, &main, self.namespace())),
            (false, None) => None,
        })
    }
}

async fn document(
    request: HttpRequest,
    site: CurrentSite,
    hub: web::Data<Federation>,
) -> HttpResponse {
    let actor = match named(&hub, &site, &request).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    match hub.actor_document(&site.0, &actor).await {
        Ok(Some(document)) => activity_json(&document),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

/// The site's own actor: fetched without a signature by whoever needs a key (R-ACT-10).
async fn instance(
    request: HttpRequest,
    site: CurrentSite,
    hub: web::Data<Federation>,
) -> HttpResponse {
    if wants_activity(&request) || !request.headers().contains_key(header::ACCEPT) {
        return document(request, site, hub).await;
    }
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, "/about"))
        .insert_header((header::VARY, "Accept, Signature"))
        .finish()
}
