//! Answering a measure with the link of its letter.

use super::moderating::refusal;
use crate::rooms::Rooms;
use actix_web::HttpResponse;
use pages::{ApiError, ApiJson};
use serde::Deserialize;
use sites::CurrentSite;

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct AppealInput {
    /// The `token` of the link in the letter; whoever has it speaks.
    token: String,
    /// Why the measure is wrong, at most 5,000 characters.
    text: String,
}

#[utoipa::path(
    post, path = "/api/v1/appeals", request_body = AppealInput,
    responses((status = 204, description = "Somebody else than who took the measure will read it"),
        (status = 409, body = pages::ApiErrorBody), (status = 410, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    rooms: Rooms,
    input: ApiJson<AppealInput>,
) -> Result<HttpResponse, ApiError> {
    let (desk, site, now) = (rooms.moderation.clone(), site.0.id, rooms.clock.ts());
    let AppealInput { token, text } = input.0.clone();
    let made = rooms
        .database
        .write(move |conn| desk.appeal(conn, site, &token, &text, now));
    made.await.map_err(refusal)?;
    rooms.moderation.wake();
    Ok(HttpResponse::NoContent().finish())
}
