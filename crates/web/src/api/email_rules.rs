//! Mail domains that the site does not take, or only after a moderator's yes.

use super::Items;
use super::moderating::refusal;
use crate::rooms::Rooms;
use accounts::email_rules::{EmailRule, read, write};
use actix_web::HttpResponse;
use moderation::ModerationError;
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;

#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct EmailRuleBody {
    /// In any spelling; everything below it is meant too.
    domain: String,
    /// `refuse` or `approve`.
    rule: String,
}

#[utoipa::path(
    get, path = "/api/v1/email-rules", security(("bearer" = [])),
    responses((status = 200, body = Items<EmailRuleBody>), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let site = site.0.id;
    let found = rooms
        .database
        .read(move |conn| Ok::<_, ModerationError>(read(conn, site)?));
    let body = |(domain, rule): (String, EmailRule)| EmailRuleBody {
        domain,
        rule: rule.as_str().to_owned(),
    };
    let items = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(Items {
        items: items.into_iter().map(body).collect(),
    }))
}

#[utoipa::path(
    put, path = "/api/v1/email-rules", request_body = Vec<EmailRuleBody>, security(("bearer" = [])),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn replace(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<Vec<EmailRuleBody>>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let read = |one: &EmailRuleBody| Some((one.domain.clone(), EmailRule::from_word(&one.rule)?));
    let rules: Option<Vec<(String, EmailRule)>> = input.iter().map(read).collect();
    let rules = rules.ok_or_else(|| refusal(ModerationError::NotFitting))?;
    let (site, by, now) = (site.0.id, who.account.id, rooms.clock.ts());
    let written = rooms
        .database
        .write(move |conn| Ok::<_, ModerationError>(write(conn, site, by, &rules, now)?));
    written.await.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}
