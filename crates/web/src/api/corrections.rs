//! Corrections that passers-by propose, for authors.

use super::moderating::refusal;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use pages::{ApiError, ApiJson, ApiUser};
use publication::Correction;
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::Id;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CorrectionView {
    pub(crate) id: String,
    /// `start`, `end`, `place`, `title`, `price`, `registration_url` or `status`.
    pub(crate) field: String,
    /// What stood there when it was proposed; moments on the clock of the event, `2026-12-31T20:30` or `2026-12-31`.
    pub(crate) was: String,
    /// What should stand there.
    pub(crate) value: String,
    /// `waiting`, `accepted` or `declined`.
    pub(crate) state: String,
    pub(crate) created_at: DateTime<Utc>,
}

impl From<Correction> for CorrectionView {
    fn from(one: Correction) -> Self {
        Self {
            id: one.id.to_string(),
            field: one.field,
            was: one.was,
            value: one.value,
            state: one.state,
            created_at: one.created_at.0,
        }
    }
}

/// A correction with what it is about.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WaitingCorrection {
    /// Key of the publication.
    object: String,
    /// Its page.
    page: String,
    title: String,
    #[serde(flatten)]
    correction: CorrectionView,
}

#[utoipa::path(
    get, path = "/api/v1/corrections", security(("bearer" = [])),
    responses((status = 200, body = Vec<WaitingCorrection>), (status = 401, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    let (desk, account, of) = (rooms.moderation.clone(), who.account.id, site.0.clone());
    let found = rooms
        .database
        .read(move |conn| desk.corrections_for(conn, &of, account));
    let found = found.await.map_err(refusal)?;
    let waiting: Vec<WaitingCorrection> = found
        .into_iter()
        .filter(|(_, object)| who.may_edit(object.actor_id))
        .map(|(correction, object)| WaitingCorrection {
            object: object.id.to_string(),
            page: object.url,
            title: object.title,
            correction: correction.into(),
        })
        .collect();
    Ok(HttpResponse::Ok().json(waiting))
}

#[derive(Debug, Default, Clone, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct CorrectionAnswer {
    /// Of `decline`: why it was right, for the moderators.
    text: String,
}

#[utoipa::path(
    post, path = "/api/v1/corrections/{id}/{decision}", request_body = CorrectionAnswer, security(("bearer" = [])),
    params(("id" = String, Path), ("decision" = String, Path, description = "`accept` or `decline`")),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody),
        (status = 409, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn decide(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<(String, String)>,
    input: ApiJson<CorrectionAnswer>,
) -> Result<HttpResponse, ApiError> {
    let (id, decision) = path.into_inner();
    let id = Id::parse(&id).ok_or_else(ApiError::not_found)?;
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let accept = match decision.as_str() {
        "accept" => true,
        "decline" => false,
        _ => return Err(ApiError::not_found()),
    };
    let (reader, of) = (desk.clone(), site.clone());
    let found = rooms
        .database
        .read(move |conn| reader.correction(conn, &of, by, id));
    let (_, object) = found.await.map_err(refusal)?;
    if !who.may_edit(object.actor_id) {
        return Err(ApiError::not_found());
    }
    let text = input.text.clone();
    let decided = rooms.database.write(move |conn| match accept {
        true => desk.accept_correction(conn, &site, by, id, now),
        false => desk.decline_correction(conn, &site, by, id, &text, now),
    });
    decided.await.map_err(refusal)?;
    rooms.moderation.wake();
    rooms.federation.wake();
    Ok(HttpResponse::NoContent().finish())
}
