//! Events for programs: `/api/v1/events`.

mod comments;
pub(crate) mod input;
mod reading;
pub(crate) mod view;
mod writing;

use crate::access;
use crate::listing::Listed;
use crate::rooms::Rooms;
use accounts::{Identity, SessionKind, Viewer};
use actix_web::web;
use federation::{Actor, ActorState};
use pages::ApiError;
use sites::Site;
use utoipa::OpenApi;

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/api/v1/events").route(web::get().to(reading::list)))
        .service(
            web::resource("/api/v1/events/{id}")
                .route(web::get().to(reading::show))
                .route(web::patch().to(writing::revise))
                .route(web::delete().to(writing::remove)),
        )
        .service(web::resource("/api/v1/events/{id}/comments").route(web::get().to(comments::list)))
        .service(
            web::resource("/api/v1/events/{id}/comments/{comment}/{decision}")
                .route(web::post().to(comments::answer)),
        )
        .service(
            web::resource("/api/v1/agendas/{name}/events")
                .route(web::get().to(reading::of_agenda))
                .route(web::post().to(writing::create)),
        );
}

#[derive(OpenApi)]
#[openapi(paths(
    reading::list,
    reading::of_agenda,
    reading::show,
    comments::list,
    comments::answer,
    writing::create,
    writing::revise,
    writing::remove,
))]
struct Description;

/// The description of this room's part of the API, to be merged into the others'.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// Who showed a token; a cookie is not looked at (WEB-02).
fn by_token(viewer: &Viewer) -> Option<&Identity> {
    let who = viewer.identity();
    who.filter(|who| who.session.kind == SessionKind::Api)
}

/// The agenda in the path.
async fn agenda(site: &Site, rooms: &Rooms, name: String) -> Result<Actor, ApiError> {
    let id = site.id;
    let found = rooms
        .database
        .read(move |c| Actor::local(c, id, &name))
        .await?;
    match found {
        Some(actor) if actor.state() == ActorState::Active => Ok(actor),
        Some(actor) if actor.state() == ActorState::Deleted => {
            Err(ApiError::new(410, "gone", "this agenda was deleted"))
        }
        _ => Err(ApiError::not_found()),
    }
}

/// An event that was found, or the error that says why not.
fn present(found: access::Found) -> Result<Listed, ApiError> {
    match found {
        access::Found::Here(listed) => Ok(*listed),
        access::Found::Gone => Err(gone()),
        access::Found::Nothing => Err(ApiError::not_found()),
    }
}

fn gone() -> ApiError {
    ApiError::new(410, "gone", "this event was deleted")
}
