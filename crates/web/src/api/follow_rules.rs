//! How the site follows and lets itself be followed.

use crate::rooms::Rooms;
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use federation::follow::policy::FollowSettings;
use federation::follow::rules::FollowRules;
use pages::{ApiError, ApiErrorBody, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::{CurrentSite, FollowerPolicy};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FollowRulesView {
    /// Who may follow: `automatic`, `manual` or `allow_list`.
    policy: &'static str,
    /// Hosts that may follow, with `allow_list`.
    allowed: Vec<String>,
    /// Hosts that are never followed by themselves.
    excluded: Vec<String>,
    /// Instances that follow the site are followed.
    follow_back: bool,
    /// A list of instances to follow.
    index_url: Option<String>,
    index_hours: i32,
    index_daily: i32,
    backfill_most: i32,
    index_checked_at: Option<DateTime<Utc>>,
    /// What was wrong with the list when it was last read.
    index_error: Option<String>,
}

/// What is to change; what is left out stays.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowRulesChange {
    policy: Option<String>,
    allowed: Option<Vec<String>>,
    excluded: Option<Vec<String>>,
    follow_back: Option<bool>,
    /// An empty text for none.
    index_url: Option<String>,
    /// 1 to 720.
    index_hours: Option<i32>,
    /// 1 to 100.
    index_daily: Option<i32>,
    /// 0 to 1000.
    backfill_most: Option<i32>,
}

async fn answer(site: &CurrentSite, rooms: &Rooms) -> Result<HttpResponse, ApiError> {
    // As it was written just now, which the request's own copy of the site does not know.
    let id = site.id;
    let current = rooms.sites.by_id(id).ok_or_else(ApiError::not_found)?;
    let read = rooms.database.read(move |c| {
        let settings = FollowSettings::read(c, id)?;
        Ok::<_, store::StoreError>((FollowRules::read(c, &current)?, settings))
    });
    let (rules, settings) = read.await?;
    Ok(HttpResponse::Ok().json(FollowRulesView {
        policy: rules.policy.as_str(),
        allowed: rules.allowed,
        excluded: rules.excluded,
        follow_back: rules.follow_back,
        index_url: rules.index_url,
        index_hours: rules.index_hours,
        index_daily: rules.index_daily,
        backfill_most: rules.backfill_most,
        index_checked_at: settings.index_checked_at.map(|at| at.0),
        index_error: settings.index_error,
    }))
}

#[utoipa::path(
    get, path = "/api/v1/follow-rules", security(("bearer" = [])),
    responses((status = 200, body = FollowRulesView), (status = 401, body = ApiErrorBody),
        (status = 403, body = ApiErrorBody)),
)]
pub(crate) async fn show(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    answer(&site, &rooms).await
}

#[utoipa::path(
    patch, path = "/api/v1/follow-rules", security(("bearer" = [])),
    request_body = FollowRulesChange,
    responses((status = 200, body = FollowRulesView), (status = 401, body = ApiErrorBody),
        (status = 403, body = ApiErrorBody), (status = 422, body = ApiErrorBody)),
)]
pub(crate) async fn change(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    change: ApiJson<FollowRulesChange>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let current = site.0.clone();
    let read = rooms
        .database
        .read(move |c| FollowRules::read(c, &current))
        .await?;
    let change = change.0;
    let policy = match change.policy.as_deref() {
        None => read.policy,
        Some(word) => FollowerPolicy::from_word(word)
            .ok_or_else(|| ApiError::new(422, "unknown_policy", "policy: no such word"))?,
    };
    let rules = FollowRules {
        policy,
        allowed: change.allowed.unwrap_or(read.allowed),
        excluded: change.excluded.unwrap_or(read.excluded),
        follow_back: change.follow_back.unwrap_or(read.follow_back),
        index_url: change.index_url.or(read.index_url),
        index_hours: change.index_hours.unwrap_or(read.index_hours),
        index_daily: change.index_daily.unwrap_or(read.index_daily),
        backfill_most: change.backfill_most.unwrap_or(read.backfill_most),
    };
    if let Err(errors) = rooms.federation.set_follow_rules(site.id, rules).await? {
        let code = errors.first().map_or("invalid", |error| error.code());
        let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
        return Err(ApiError::new(422, code, words.join("; ")));
    }
    answer(&site, &rooms).await
}
