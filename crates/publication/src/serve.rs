//! The address of an object: ActivityStreams for servers, its page for people, 410 when gone.

use crate::kind::Registry;
use crate::object::{Object, ObjectState};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use diesel::prelude::*;
use federation::{Actor, ActorState, Federation, activity_json, no_reader, wants_activity};
use sites::CurrentSite;
use store::schema::measures;
use store::{Conn, Database, Id, StoreError};

/// Registers the ids of every kind: `/events/<key>`.
pub fn configure(registry: &Registry) -> impl FnOnce(&mut web::ServiceConfig) + use<> {
    let collections: Vec<&'static str> = registry
        .all()
        .iter()
        .map(|kind| kind.collection())
        .collect();
    move |config| {
        for collection in collections {
            let kind = web::Data::new(collection);
            config.service(
                web::resource(format!("/{collection}/{{id}}"))
                    .app_data(kind)
                    .route(web::get().to(object)),
            );
        }
    }
}

/// What became of an id.
enum Found {
    Nothing,
    Gone(Object),
    Here(Object, Option<serde_json::Value>),
}

/// False when a moderator suspended its author, or who wrote it: nothing of it is shown.
fn acts(conn: &mut Conn, object: &Object) -> Result<bool, StoreError> {
    let author = Actor::by_id(conn, object.actor_id)?;
    if author.is_none_or(|author| author.state() != ActorState::Active) {
        return Ok(false);
    }
    let (Some(account), Some(site)) = (object.account_id, object.site_id) else {
        return Ok(true);
    };
    let suspended = measures::table
        .filter(measures::account_id.eq(account))
        .filter(measures::site_id.eq(site))
        .filter(measures::kind.eq("suspend"))
        .filter(measures::ended_at.is_null());
    Ok(!diesel::select(diesel::dsl::exists(suspended)).get_result::<bool>(conn)?)
}

async fn object(
    request: HttpRequest,
    site: CurrentSite,
    path: web::Path<String>,
    collection: web::Data<&'static str>,
    database: web::Data<Database>,
    registry: web::Data<Registry>,
    hub: web::Data<Federation>,
) -> HttpResponse {
    let uri = site.url(&format!("/{}/{path}", **collection));
    if Id::parse(&path).is_none() {
        return HttpResponse::NotFound().finish();
    }
    if !hub.may_read(&site, &request).await {
        return no_reader();
    }
    let asked = registry.get_ref().clone();
    let site_id = site.id;
    let found = database
        .read(move |c| {
            Ok::<_, StoreError>(
                match Object::by_uri(c, &uri)?.filter(|o| o.site_id == Some(site_id)) {
                    None => Found::Nothing,
                    Some(object) if object.state() == ObjectState::Deleted => Found::Gone(object),
                    // Hidden and absent look the same (ACL-02).
                    Some(object) if !object.is_visible() => Found::Nothing,
                    Some(object) if !acts(c, &object)? => Found::Nothing,
                    Some(object) => {
                        let document = asked.document(c, &object)?;
                        Found::Here(object, document)
                    }
                },
            )
        })
        .await;
    object_response(&request, found.unwrap_or(Found::Nothing), &registry)
}

fn object_response(request: &HttpRequest, found: Found, registry: &Registry) -> HttpResponse {
    match found {
        Found::Nothing => HttpResponse::NotFound()
            .insert_header((header::VARY, "Accept, Signature"))
            .finish(),
        Found::Gone(object) => {
            if wants_activity(request)
                && let Some(tombstone) = crate::tell::tombstone(registry, &object)
            {
                HttpResponse::Gone()
                    .content_type(activitystreams::ACTIVITY_JSON)
                    .insert_header((header::VARY, "Accept, Signature"))
                    .body(tombstone.to_string())
            } else {
                HttpResponse::SeeOther()
                    .insert_header((header::LOCATION, object.url))
                    .insert_header((header::VARY, "Accept, Signature"))
                    .finish()
            }
        }
        Found::Here(object, document) => match document.filter(|_| wants_activity(request)) {
            Some(document) => activity_json(&document),
            None => HttpResponse::SeeOther()
                .insert_header((header::LOCATION, object.url))
                .insert_header((header::VARY, "Accept, Signature"))
                .finish(),
        },
    }
}
