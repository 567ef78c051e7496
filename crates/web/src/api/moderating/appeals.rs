//! Judging the answer to a measure.

use super::refusal;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use pages::{ApiError, ApiJson, ApiUser};
use serde::Deserialize;
use sites::CurrentSite;
use store::Id;

#[derive(Debug, Default, Clone, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AppealAnswer {
    /// To the person.
    text: String,
}

#[utoipa::path(
    post, path = "/api/v1/appeals/{id}/{decision}", request_body = AppealAnswer, security(("bearer" = [])),
    params(("id" = String, Path), ("decision" = String, Path, description = "`lift` or `uphold`")),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody), (status = 409, body = pages::ApiErrorBody)),
)]
pub(crate) async fn decide(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<(String, String)>,
    input: ApiJson<AppealAnswer>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let (id, decision) = path.into_inner();
    let id = Id::parse(&id).ok_or_else(ApiError::not_found)?;
    let lift = match decision.as_str() {
        "lift" => true,
        "uphold" => false,
        _ => return Err(ApiError::not_found()),
    };
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let text = input.text.clone();
    let decided = rooms
        .database
        .write(move |conn| desk.decide_appeal(conn, &site, by, id, lift, &text, now));
    decided.await.map_err(refusal)?;
    rooms.decided().await;
    Ok(HttpResponse::NoContent().finish())
}
