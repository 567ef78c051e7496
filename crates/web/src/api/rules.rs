//! The rules of the site.

use super::Items;
use super::moderating::refusal;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use moderation::ModerationError;
use moderation::report::Reason;
use moderation::rules::{NewRule, SiteRule};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use std::collections::BTreeMap;
use store::{Id, Ts};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RuleView {
    /// For `reason` of a report: `rule:` and this.
    id: String,
    /// The rule, whatever its words.
    root: String,
    /// The usual reason that it is about.
    reason: String,
    /// Its words, by language.
    #[schema(value_type = Object)]
    texts: serde_json::Value,
    since: DateTime<Utc>,
    /// Until when; none: it stands.
    until: Option<DateTime<Utc>>,
}

impl From<SiteRule> for RuleView {
    fn from(rule: SiteRule) -> Self {
        Self {
            id: rule.id.to_string(),
            root: rule.root_id.to_string(),
            reason: rule.reason,
            texts: rule.texts.0,
            since: rule.since.0,
            until: rule.until.map(|at| at.0),
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/rules",
    responses((status = 200, description = "those that count, those to come and those of the past", body = Items<RuleView>)),
)]
pub(crate) async fn list(site: CurrentSite, rooms: Rooms) -> Result<HttpResponse, ApiError> {
    let site = site.0.id;
    let found = rooms
        .database
        .read(move |conn| Ok::<_, ModerationError>(SiteRule::all(conn, site)?));
    let items = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(Items {
        items: items.into_iter().map(RuleView::from).collect(),
    }))
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct RuleInput {
    /// The rule that it rewords.
    replaces: Option<String>,
    /// As of a report.
    reason: String,
    /// By language: `fr`, `en`.
    texts: BTreeMap<String, String>,
    /// From when on it counts; now where nothing is said.
    since: Option<DateTime<Utc>>,
    /// True: every member is written to.
    #[serde(default)]
    tell: bool,
}

#[utoipa::path(
    post, path = "/api/v1/rules", request_body = RuleInput, security(("bearer" = [])),
    responses((status = 201, body = RuleView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody),
        (status = 409, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<RuleInput>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let now = rooms.clock.ts();
    let replaces = match &input.replaces {
        Some(key) => Some(Id::parse(key).ok_or_else(ApiError::not_found)?),
        None => None,
    };
    let new = NewRule {
        replaces,
        reason: Reason::from_word(&input.reason).ok_or_else(|| refusal(ModerationError::Reason))?,
        texts: input.texts.clone(),
        since: input.since.map_or(now, Ts::new),
    };
    let (desk, site, by, tell) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        input.tell,
    );
    let made = rooms
        .database
        .write(move |conn| desk.set_rule(conn, &site, by, &new, tell, now));
    let made = made.await.map_err(refusal)?;
    rooms.moderation.wake();
    Ok(HttpResponse::Created().json(RuleView::from(made)))
}

#[utoipa::path(
    delete, path = "/api/v1/rules/{id}", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody), (status = 409, body = pages::ApiErrorBody)),
)]
pub(crate) async fn remove(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let ended = rooms
        .database
        .write(move |conn| desk.end_rule(conn, &site, by, id, false, now));
    ended.await.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}
