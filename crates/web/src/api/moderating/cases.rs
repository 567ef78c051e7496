//! One case.

use super::refusal;
use crate::api::corrections::CorrectionView;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use moderation::ModerationError;
use moderation::case::{Case, CaseAct, CaseEntry, Said};
use moderation::correction::corrections_of;
use moderation::report::Report;
use pages::{ApiError, ApiJson, ApiUser};
use publication::Correction;
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::Id;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ReportView {
    id: String,
    /// `account`, `visitor` or `server`.
    source: String,
    /// The server that reported; empty for people here.
    host: String,
    reason: String,
    field: String,
    text: String,
    /// The target as it was: `title`, `text`, `page`, `author`, `document`.
    #[schema(value_type = Object)]
    copy: serde_json::Value,
    times: i32,
    forwarded_at: Option<DateTime<Utc>>,
    told_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    /// What it proposes, and what the author said to it.
    corrections: Vec<CorrectionView>,
}

impl ReportView {
    fn new(report: Report, corrections: Vec<Correction>) -> Self {
        Self {
            corrections: corrections.into_iter().map(CorrectionView::from).collect(),
            id: report.id.to_string(),
            source: report.source,
            host: report.host,
            reason: report.reason,
            field: report.field,
            text: report.text,
            copy: report.copy.0,
            times: report.times,
            forwarded_at: report.forwarded_at.map(|at| at.0),
            told_at: report.told_at.map(|at| at.0),
            created_at: report.created_at.0,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct EntryView {
    /// `note`, `to_reporter`, `to_subject` or `step`.
    kind: String,
    account: Option<String>,
    text: String,
    at: DateTime<Utc>,
}

impl From<CaseEntry> for EntryView {
    fn from(entry: CaseEntry) -> Self {
        Self {
            kind: entry.kind,
            account: entry.account_id.map(|id| id.to_string()),
            text: entry.text,
            at: entry.at.0,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CaseView {
    id: String,
    /// `open` or `closed`.
    state: String,
    /// `acted`, `corrected` or `dismissed`.
    outcome: Option<String>,
    /// `object`, `comment`, `actor`, `account` or `host`.
    target_kind: String,
    target: String,
    /// Key of the target, for measures.
    target_id: Option<String>,
    title: String,
    reason: String,
    assigned_to: Option<String>,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    reports: Vec<ReportView>,
    entries: Vec<EntryView>,
}

#[utoipa::path(
    get, path = "/api/v1/cases/{id}", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = CaseView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn show(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let site = site.0.id;
    let found = rooms.database.read(move |conn| {
        let case = Case::of(conn, site, id)?;
        let (reports, entries) = (case.reports(conn, None)?, case.entries(conn)?);
        let mut proposed = corrections_of(conn, &reports)?;
        let reports = reports
            .into_iter()
            .map(|report| {
                let corrections = proposed.remove(&report.id).unwrap_or_default();
                ReportView::new(report, corrections)
            })
            .collect();
        Ok::<_, ModerationError>((case, reports, entries))
    });
    let (case, reports, entries) = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(CaseView {
        id: case.id.to_string(),
        state: case.state,
        outcome: case.outcome,
        target_kind: case.target_kind,
        target: case.target_uri,
        target_id: case.target_id.map(|id| id.to_string()),
        title: case.title,
        reason: case.reason,
        assigned_to: case.assigned_to.map(|id| id.to_string()),
        opened_at: case.opened_at.0,
        closed_at: case.closed_at.map(|at| at.0),
        reports,
        entries: entries.into_iter().map(EntryView::from).collect(),
    }))
}

#[derive(Debug, Default, Clone, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct CaseWords {
    /// Of `note`, `write-reporter`, `write-subject` and `forward`; of `close` what its reporters read beside the outcome.
    text: String,
    /// Of `write-reporter` and `forward`: which report.
    report: String,
    /// Of `close`: `acted`, `corrected` or `dismissed`.
    outcome: String,
}

#[utoipa::path(
    post, path = "/api/v1/cases/{id}/{action}", request_body = CaseWords, security(("bearer" = [])),
    params(("id" = String, Path), ("action" = String, Path,
        description = "`take`, `release`, `note`, `write-reporter`, `write-subject`, `forward`, `close` or `reopen`")),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody), (status = 409, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn act(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<(String, String)>,
    input: ApiJson<CaseWords>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let (id, act) = path.into_inner();
    let case = Id::parse(&id).ok_or_else(ApiError::not_found)?;
    let act = CaseAct::from_word(&act).ok_or_else(ApiError::not_found)?;
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let input = input.0.clone();
    let done = rooms.database.write(move |conn| {
        let said = Said {
            report: &input.report,
            text: &input.text,
            outcome: &input.outcome,
        };
        desk.act_on_case(conn, &site, by, case, act, said, now)
    });
    done.await.map_err(refusal)?;
    rooms.moderation.wake();
    rooms.federation.wake();
    Ok(HttpResponse::NoContent().finish())
}
