//! What is read before it is shown.

use super::refusal;
use crate::rooms::Rooms;
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::hold::{HoldRules, Watched};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;

#[derive(Debug, Default, Clone, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct HoldRulesView {
    /// First publications of each account, 0 to 50.
    first_publications: i32,
    links: bool,
    pictures: bool,
    edits: bool,
    /// Replies from servers of which nothing was shown before.
    strange_hosts: bool,
    /// Watched words, at most 500 of 100 characters.
    words: Vec<String>,
}

#[utoipa::path(
    get, path = "/api/v1/hold-rules", security(("bearer" = [])),
    responses((status = 200, body = HoldRulesView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn read_rules(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let site = site.0.id;
    let found = rooms.database.read(move |conn| {
        Ok::<_, ModerationError>((HoldRules::read(conn, site)?, Watched::read(conn, site)?))
    });
    let (rules, watched) = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(HoldRulesView {
        first_publications: rules.first_publications,
        links: rules.links,
        pictures: rules.pictures,
        edits: rules.edits,
        strange_hosts: rules.strange_hosts,
        words: watched.words().to_vec(),
    }))
}

#[utoipa::path(
    put, path = "/api/v1/hold-rules", request_body = HoldRulesView, security(("bearer" = [])),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn write_rules(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<HoldRulesView>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let (site, by, now) = (site.0.id, who.account.id, rooms.clock.ts());
    let input = input.0.clone();
    let rules = HoldRules {
        first_publications: input.first_publications,
        links: input.links,
        pictures: input.pictures,
        edits: input.edits,
        strange_hosts: input.strange_hosts,
    };
    let written = rooms.database.write(move |conn| {
        rules.write(conn, site, by, now)?;
        Watched::write(conn, site, by, &input.words, now)
    });
    written.await.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}
