//! What one hides, for programs.

use super::Items;
use crate::account::blocks::{Refusal, make, what};
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use pages::{ApiError, ApiJson, ApiUser};
use publication::personal::{Level, Rule, RuleError, RuleKind, remove_rule, rules};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::{Id, Ts};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RuleView {
    id: String,
    /// `actor`, `host` or `word`.
    kind: String,
    /// `mute` or `block`.
    level: String,
    /// An actor's id, a host in small letters and punycode, a word as it is compared.
    value: String,
    /// A handle, a host, a word as it was typed.
    shown: String,
    since: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

impl From<Rule> for RuleView {
    fn from(rule: Rule) -> Self {
        Self {
            id: rule.id.to_string(),
            kind: rule.kind,
            level: rule.level,
            value: rule.value,
            shown: rule.shown,
            since: rule.created_at.0,
            until: rule.ends_at.map(|at| at.0),
        }
    }
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct RuleInput {
    /// `actor`, `host` or `word`.
    kind: String,
    /// An actor's address or handle, a host in any spelling, a word or some words in a row.
    target: String,
    /// `mute` (the default) or `block`; a word is always muted.
    #[serde(default)]
    level: Option<String>,
    /// When it ends by itself.
    #[serde(default)]
    until: Option<DateTime<Utc>>,
}

fn refusal(refusal: Refusal) -> ApiError {
    match refusal {
        Refusal::Rule(RuleError::Store(error)) => error.into(),
        Refusal::Rule(error) => ApiError::new(422, error.code(), error.to_string()),
        Refusal::Actor(error) => ApiError::new(422, error.code(), error.to_string()),
        Refusal::TooMany(seconds) => {
            let mut error = ApiError::new(429, "too_many_attempts", "too many look-ups, try later");
            error.retry_after = Some(seconds);
            error
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/account/blocks", security(("bearer" = [])),
    responses((status = 200, body = Items<RuleView>), (status = 401, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(who: ApiUser, rooms: Rooms) -> Result<HttpResponse, ApiError> {
    let (account, now) = (who.account.id, rooms.clock.ts());
    let found = rooms.database.read(move |conn| rules(conn, account, now));
    let items: Vec<RuleView> = found.await?.into_iter().map(RuleView::from).collect();
    Ok(HttpResponse::Ok().json(Items { items }))
}

#[utoipa::path(
    post, path = "/api/v1/account/blocks", request_body = RuleInput, security(("bearer" = [])),
    responses((status = 201, body = RuleView), (status = 401, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody), (status = 429, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<RuleInput>,
) -> Result<HttpResponse, ApiError> {
    let word = |name| ApiError::new(422, "malformed", format!("{name} is none of its words"));
    let kind = RuleKind::from_word(&input.kind).ok_or_else(|| word("kind"))?;
    let level = match &input.level {
        None => Level::Mute,
        Some(level) => Level::from_word(level).ok_or_else(|| word("level"))?,
    };
    let (account, ends) = (who.account.id, input.until.map(Ts::new));
    let named = what(&rooms, &site.0, account, kind, &input.target).await;
    let made = make(
        &rooms,
        &site.0,
        account,
        named.map_err(refusal)?,
        (level, ends),
    )
    .await;
    Ok(HttpResponse::Created().json(RuleView::from(made.map_err(refusal)?)))
}

#[utoipa::path(
    delete, path = "/api/v1/account/blocks/{id}", params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn remove(
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let account = who.account.id;
    let removed = rooms
        .database
        .write(move |conn| remove_rule(conn, account, id));
    match removed.await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(ApiError::not_found()),
    }
}
