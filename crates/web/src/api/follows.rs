//! Whom the site follows.

use super::Items;
use crate::following::{circle, shown_state};
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use federation::Actor;
use federation::follow::{Follow, FollowError};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::Id;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FollowView {
    id: String,
    /// ActivityPub id of the actor followed.
    target: String,
    name: String,
    /// `pending`, `accepted` or `refused`.
    state: &'static str,
    asked_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl FollowView {
    fn of(follow: &Follow, actor: &Actor) -> Self {
        Self {
            id: follow.id.to_string(),
            target: actor.uri.clone(),
            name: actor.name.clone(),
            state: shown_state(follow).unwrap_or("refused"),
            asked_at: follow.created_at.0,
            answered_at: follow.decided_at.map(|at| at.0),
            error: follow.last_error.clone(),
        }
    }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct FollowInput {
    /// Address, `@name@host`, or a host for that instance's own actor; a relay's inbox (`…/inbox`) to subscribe.
    target: String,
}

/// A follow's error as the API says it.
pub(super) fn refusal(error: FollowError) -> ApiError {
    let status = match error.code() {
        "store_failed" | "no_actor" => 500,
        "unknown_follow" => 404,
        "malformed" | "itself" | "not_an_actor" | "address_refused" => 422,
        "unknown" => 404,
        "host_blocked" => 403,
        _ => 502,
    };
    let message = match status {
        500 => {
            tracing::error!(%error, "a follow failed");
            "this server cannot answer now".to_owned()
        }
        _ => error.to_string(),
    };
    ApiError::new(status, error.code(), message)
}

#[utoipa::path(
    get, path = "/api/v1/follows", security(("bearer" = [])),
    responses((status = 200, body = Items<FollowView>), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
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
        .following
        .iter()
        .map(|(follow, actor)| FollowView::of(follow, actor))
        .collect();
    Ok(HttpResponse::Ok().json(Items { items }))
}

#[utoipa::path(
    post, path = "/api/v1/follows", request_body = FollowInput, security(("bearer" = [])),
    responses((status = 201, body = FollowView), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody),
        (status = 502, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    body: ApiJson<FollowInput>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let followed = rooms
        .federation
        .follow_or_subscribe(&site.0, &body.target)
        .await;
    let (follow, actor) = followed.map_err(refusal)?;
    Ok(HttpResponse::Created().json(FollowView::of(&follow, &actor)))
}

#[utoipa::path(
    delete, path = "/api/v1/follows/{id}", params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn remove(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let id = Id::parse(&id).ok_or_else(ApiError::not_found)?;
    rooms
        .federation
        .unfollow(&site.0, id)
        .await
        .map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}
