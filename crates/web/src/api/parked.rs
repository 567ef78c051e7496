//! Received activities that could not take effect, put aside for a person.

use super::Items;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use federation::parked::{Parked, ParkedAct};
use pages::{ApiError, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::Id;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ParkedView {
    /// To act on it, and to page on with `before`.
    id: String,
    /// Id of the activity.
    activity: String,
    /// Who sent it.
    actor: String,
    /// The document as it came.
    body: String,
    /// Why it could not take effect.
    error: Option<String>,
    attempts: i32,
    received_at: DateTime<Utc>,
}

impl From<Parked> for ParkedView {
    fn from(parked: Parked) -> Self {
        Self {
            id: parked.id.to_string(),
            activity: parked.activity_uri,
            actor: parked.actor_uri,
            body: parked.body,
            error: parked.last_error,
            attempts: parked.attempts,
            received_at: parked.received_at.0,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    before: Option<String>,
    limit: Option<i64>,
}

#[utoipa::path(
    get, path = "/api/v1/inbox/parked", security(("bearer" = [])),
    params(("before" = Option<String>, Query, description = "Id that the page before ended with"),
        ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default")),
    responses((status = 200, body = Items<ParkedView>), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let before = paging.before.as_deref().and_then(Id::parse);
    let limit = store::page_size(paging.limit, 50, 200);
    let found = rooms.federation.parked(site.id, before, limit).await?;
    let items: Vec<ParkedView> = found.into_iter().map(ParkedView::from).collect();
    Ok(HttpResponse::Ok().json(Items { items }))
}

#[utoipa::path(
    post, path = "/api/v1/inbox/parked/{id}/{action}", security(("bearer" = [])),
    params(("id" = String, Path), ("action" = String, Path, description = "`retry` or `drop`")),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn act(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let (id, word) = path.into_inner();
    let id = Id::parse(&id).ok_or_else(ApiError::not_found)?;
    let act = ParkedAct::from_word(&word).ok_or_else(ApiError::not_found)?;
    match rooms.federation.act_on_parked(site.id, id, act).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(ApiError::not_found()),
    }
}
