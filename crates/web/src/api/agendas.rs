//! Agendas: those of the site, and a new one.

use super::Items;
use crate::agendas::{AgendaError, NewAgenda, make};
use crate::rooms::Rooms;
use actix_web::HttpResponse;
use federation::Actor;
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AgendaView {
    username: String,
    name: String,
    /// Safe HTML.
    summary: String,
    /// ActivityPub id; also its page.
    uri: String,
    /// `@name@host`.
    handle: String,
}

impl From<Actor> for AgendaView {
    fn from(actor: Actor) -> Self {
        Self {
            handle: actor.handle(),
            username: actor.username,
            name: actor.name,
            summary: actor.summary,
            uri: actor.uri,
        }
    }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct AgendaInput {
    /// 3 to 30 small letters, digits or underscores.
    username: String,
    name: String,
    /// Markdown.
    #[serde(default)]
    summary: String,
}

impl From<AgendaError> for ApiError {
    fn from(error: AgendaError) -> Self {
        let message = match error.status() {
            500 => {
                tracing::error!(%error, "the agenda could not be made");
                "this server cannot answer now".to_owned()
            }
            _ => error.to_string(),
        };
        Self::new(error.status(), error.code(), message)
    }
}

#[utoipa::path(get, path = "/api/v1/agendas", responses((status = 200, body = Items<AgendaView>)))]
pub(crate) async fn list(site: CurrentSite, rooms: Rooms) -> Result<HttpResponse, ApiError> {
    let id = site.id;
    let found = rooms
        .database
        .read(move |conn| Actor::all_of(conn, id, "Group"));
    let items = found.await?.into_iter().map(AgendaView::from).collect();
    Ok(HttpResponse::Ok().json(Items { items }))
}

#[utoipa::path(
    post, path = "/api/v1/agendas", request_body = AgendaInput, security(("bearer" = [])),
    responses((status = 201, body = AgendaView), (status = 403, body = pages::ApiErrorBody),
        (status = 409, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    body: ApiJson<AgendaInput>,
) -> Result<HttpResponse, ApiError> {
    let new = NewAgenda {
        username: body.username.clone(),
        name: body.name.clone(),
        summary: body.summary.clone(),
    };
    let actor = make(&rooms, &site.0, &who, &new).await?;
    Ok(HttpResponse::Created().json(AgendaView::from(actor)))
}
