//! Measures: taking, listing, taking back.

use super::refusal;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use moderation::ModerationError;
use moderation::measure::{Measure, MeasureKind, NewMeasure, all_about, holding};
use moderation::report::Reason;
use moderation::rules::Ground;
use moderation::target::{Target, TargetKind};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::{Id, Ts};

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MeasureView {
    id: String,
    kind: String,
    title: String,
    /// The server it is about, when it is about one.
    host: Option<String>,
    reason: String,
    message: String,
    case: Option<String>,
    created_at: DateTime<Utc>,
    ends_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    undone: bool,
}

impl From<Measure> for MeasureView {
    fn from(measure: Measure) -> Self {
        Self {
            id: measure.id.to_string(),
            kind: measure.kind,
            title: measure.title,
            host: measure.host,
            reason: measure.reason,
            message: measure.message,
            case: measure.case_id.map(|id| id.to_string()),
            created_at: measure.created_at.0,
            ends_at: measure.ends_at.map(|at| at.0),
            ended_at: measure.ended_at.map(|at| at.0),
            undone: measure.undone,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct MeasureList {
    items: Vec<MeasureView>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    before: Option<String>,
    limit: Option<i64>,
    on: Option<String>,
}

#[utoipa::path(
    get, path = "/api/v1/measures", security(("bearer" = [])),
    params(("before" = Option<String>, Query), ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default"),
        ("on" = Option<String>, Query, description = "Kind and key, or `host:` and a name: all that was decided of it and \
            of who answers for it, what is over too; not in pages")),
    responses((status = 200, body = MeasureList, description = "Those that hold, newest first"),
        (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let (site, limit) = (site.0.id, store::page_size(paging.limit, 50, 200));
    let before = paging.before.as_deref().and_then(Id::parse);
    let on = paging.on.clone();
    let found = rooms.database.read(move |conn| match on {
        Some(on) => {
            let (kind, key) = on.split_once(':').ok_or(ModerationError::Unknown)?;
            let kind = TargetKind::from_word(kind).ok_or(ModerationError::Unknown)?;
            let target = Target::named(conn, kind, key)?.ok_or(ModerationError::Unknown)?;
            Ok::<_, ModerationError>(all_about(conn, site, &target)?)
        }
        None => Ok(holding(conn, site, before, limit)?),
    });
    let items = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(MeasureList {
        items: items.into_iter().map(MeasureView::from).collect(),
    }))
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct MeasureInput {
    /// `warn`, `unlist`, `lock`, `remove`, `purge`, `freeze`, `hold`, `kinds`, `sensitive`, `media`,
    /// `suspend` or `block`.
    kind: String,
    /// `object`, `comment`, `actor`, `account` or `host`.
    target_kind: String,
    /// Its key; of a host its name.
    target: String,
    /// As of a report.
    reason: String,
    /// To the person.
    #[serde(default)]
    message: String,
    /// When it ends by itself.
    ends_at: Option<DateTime<Utc>>,
    /// The case it answers.
    case: Option<String>,
    /// Of `kinds`: those that stay.
    #[serde(default)]
    kinds: Vec<String>,
}

#[utoipa::path(
    post, path = "/api/v1/measures", request_body = MeasureInput, security(("bearer" = [])),
    responses((status = 201, body = MeasureView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody),
        (status = 409, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<MeasureInput>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let case = match &input.case {
        Some(case) => Some(Id::parse(case).ok_or_else(ApiError::not_found)?),
        None => None,
    };
    let new = NewMeasure {
        kind: MeasureKind::from_word(&input.kind)
            .ok_or_else(|| refusal(ModerationError::NotFitting))?,
        // The ground is read where the rules are: in the database.
        reason: Reason::Other,
        rule: None,
        message: input.message.clone(),
        ends_at: input.ends_at.map(Ts::new),
        case,
        kinds: input.kinds.clone(),
        list: None,
    };
    let kind = TargetKind::from_word(&input.target_kind).ok_or_else(ApiError::not_found)?;
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let (key, word) = (input.target.clone(), input.reason.clone());
    let taken = rooms.database.write(move |conn| {
        let ground = Ground::read(conn, site.id, &word, now)?;
        let new = NewMeasure {
            reason: ground.reason(),
            rule: ground.rule(),
            ..new
        };
        let target = Target::named(conn, kind, &key)?.ok_or(ModerationError::Unknown)?;
        desk.take_measure(conn, &site, by, &target, &new, now)
    });
    let taken = taken.await.map_err(refusal)?;
    rooms.decided().await;
    Ok(HttpResponse::Created().json(MeasureView::from(taken)))
}

#[utoipa::path(
    delete, path = "/api/v1/measures/{id}", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody), (status = 409, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn undo(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let undone = rooms
        .database
        .write(move |conn| desk.undo_measure(conn, &site, by, id, now));
    undone.await.map_err(refusal)?;
    rooms.decided().await;
    Ok(HttpResponse::NoContent().finish())
}
