//! How the site follows and lets itself be followed.

use crate::rooms::Rooms;
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use federation::follow::policy::FollowSettings;
use federation::follow::rules::{FollowRules, FollowRulesChange, RuleError};
use pages::{ApiError, ApiErrorBody, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::{CurrentSite, FollowerPolicy};
use store::StoreError;

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
pub(crate) struct FollowRulesBody {
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

impl FollowRulesView {
    fn of(rules: FollowRules, settings: FollowSettings) -> Self {
        Self {
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
        }
    }
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
    let id = site.id;
    let read = rooms.database.read(move |c| {
        let rules = FollowRules::read(c, id)?;
        Ok::<_, StoreError>(FollowRulesView::of(rules, FollowSettings::read(c, id)?))
    });
    Ok(HttpResponse::Ok().json(read.await?))
}

#[utoipa::path(
    patch, path = "/api/v1/follow-rules", security(("bearer" = [])),
    request_body = FollowRulesBody,
    responses((status = 200, body = FollowRulesView), (status = 401, body = ApiErrorBody),
        (status = 403, body = ApiErrorBody), (status = 422, body = ApiErrorBody)),
)]
pub(crate) async fn change(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    change: ApiJson<FollowRulesBody>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let change = change.0;
    let word = |word: &str| {
        FollowerPolicy::from_word(word)
            .ok_or_else(|| ApiError::new(422, "unknown_policy", "policy: no such word"))
    };
    let change = FollowRulesChange {
        policy: change.policy.as_deref().map(word).transpose()?,
        allowed: change.allowed,
        excluded: change.excluded,
        follow_back: change.follow_back,
        index_url: change.index_url,
        index_hours: change.index_hours,
        index_daily: change.index_daily,
        backfill_most: change.backfill_most,
    };
    let id = site.id;
    let changed = rooms.federation.change_follow_rules(id, change).await?;
    let rules = changed.map_err(|errors| {
        let code = errors.first().map_or("invalid", RuleError::code);
        let words: Vec<String> = errors.iter().map(ToString::to_string).collect();
        ApiError::new(422, code, words.join("; "))
    })?;
    let settings = rooms.database.read(move |c| FollowSettings::read(c, id));
    Ok(HttpResponse::Ok().json(FollowRulesView::of(rules, settings.await?)))
}
