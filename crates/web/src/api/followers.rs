//! Who follows the site or one of its agendas.

use super::Items;
use super::follows::refusal;
use crate::following::{circle, shown_state};
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use pages::{ApiError, ApiUser};
use serde::Serialize;
use sites::CurrentSite;
use store::Id;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FollowerView {
    id: String,
    /// ActivityPub id of who follows.
    actor: String,
    name: String,
    /// ActivityPub id of our actor that is followed.
    target: String,
    /// `pending`, `accepted` or `refused`.
    state: &'static str,
    asked_at: DateTime<Utc>,
}

#[utoipa::path(
    get, path = "/api/v1/followers", security(("bearer" = [])),
    responses((status = 200, body = Items<FollowerView>), (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let (id, own) = (site.id, site.actor_id);
    let circle = rooms
        .database
        .read(move |conn| circle(conn, id, own))
        .await?;
    let items = circle
        .followers
        .into_iter()
        .map(|(follow, actor, target)| FollowerView {
            id: follow.id.to_string(),
            actor: actor.uri,
            name: actor.name,
            target: target.uri,
            state: shown_state(&follow).unwrap_or("refused"),
            asked_at: follow.created_at.0,
        })
        .collect();
    Ok(HttpResponse::Ok().json(Items { items }))
}

#[utoipa::path(
    post, path = "/api/v1/followers/{id}/{answer}",
    params(("id" = String, Path), ("answer" = String, Path, description = "`accept` or `refuse`")),
    security(("bearer" = [])),
    responses((status = 204), (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn answer(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let (id, word) = path.into_inner();
    let id = Id::parse(&id).ok_or_else(ApiError::not_found)?;
    let yes = match word.as_str() {
        "accept" => true,
        "refuse" => false,
        _ => return Err(ApiError::not_found()),
    };
    rooms
        .federation
        .answer(&site.0, id, yes)
        .await
        .map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}
