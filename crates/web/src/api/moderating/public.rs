//! What the site tells everybody of its moderation.

use super::refusal;
use crate::api::Items;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use moderation::ModerationError;
use moderation::figures::{Count, Counts, of_year, years};
use moderation::public::{LogEntry, ServerDecision, log, servers};
use moderation::settings::ModerationSettings;
use pages::{ApiError, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use std::sync::Arc;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PublicEntryView {
    day: NaiveDate,
    /// `taken`, `ended` or `undone`.
    step: &'static str,
    measure: String,
    /// `publication`, `reply`, `account` or `server`.
    about: &'static str,
    /// The server, where the site shows which.
    host: Option<String>,
    reason: String,
}

impl From<LogEntry> for PublicEntryView {
    fn from(entry: LogEntry) -> Self {
        Self {
            day: entry.day,
            step: entry.step.as_str(),
            measure: entry.measure,
            about: entry.about.as_str(),
            host: entry.host,
            reason: entry.reason,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PublicLogView {
    items: Vec<PublicEntryView>,
    /// `before` of the next page, when there is one.
    next: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    before: Option<i64>,
    limit: Option<i64>,
}

#[utoipa::path(
    get, path = "/api/v1/moderation/log",
    params(("before" = Option<i64>, Query), ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default")),
    responses((status = 200, body = PublicLogView, description = "Newest first"),
        (status = 404, body = pages::ApiErrorBody, description = "The site shows none")),
)]
pub(crate) async fn public_log(
    site: CurrentSite,
    who: Option<ApiUser>,
    rooms: Rooms,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, ApiError> {
    let site = Arc::clone(&site.0);
    let limit = store::page_size(paging.limit, 50, 200);
    let before = paging.before;
    let found = rooms.database.read(move |conn| {
        let settings = ModerationSettings::read(conn, site.id)?;
        if !settings.log {
            return Err(ModerationError::Unknown);
        }
        let named = settings.servers.covers(who.is_some());
        Ok(log(conn, &site, named, before, limit + 1)?)
    });
    let page = store::Page::of(found.await.map_err(refusal)?, limit);
    Ok(HttpResponse::Ok().json(PublicLogView {
        next: page.items.last().filter(|_| page.more).map(|last| last.seq),
        items: page.items.into_iter().map(PublicEntryView::from).collect(),
    }))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CountView {
    /// A word, as elsewhere in this API.
    name: String,
    /// Rounded to the nearest multiple of five; null: at least one, and fewer than five.
    count: Option<i64>,
}

fn number(count: Count) -> Option<i64> {
    match count {
        Count::None => Some(0),
        Count::Few => None,
        Count::About(n) => Some(n),
    }
}

fn counts(counts: Counts) -> Vec<CountView> {
    let view = |(name, count)| CountView {
        name,
        count: number(count),
    };
    counts.into_iter().map(view).collect()
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FiguresView {
    year: i32,
    /// All there is something of.
    years: Vec<i32>,
    /// `account`, `visitor` and `server`.
    reports_by_source: Vec<CountView>,
    reports_by_reason: Vec<CountView>,
    measures_by_kind: Vec<CountView>,
    measures_by_reason: Vec<CountView>,
    /// Measures that were taken back; null: at least one, and fewer than five.
    measures_undone: Option<i64>,
    /// Cases decided; null: at least one, and fewer than five.
    cases_decided: Option<i64>,
    /// Half of them were decided within so many hours; null for fewer than five cases.
    median_hours: Option<i64>,
    /// `open`, `upheld` and `lifted`.
    appeals: Vec<CountView>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AskedYear {
    year: Option<i32>,
}

#[utoipa::path(
    get, path = "/api/v1/moderation/figures",
    params(("year" = Option<i32>, Query, description = "this year by default")),
    responses((status = 200, body = FiguresView),
        (status = 404, body = pages::ApiErrorBody, description = "The site shows none, or not of this year")),
)]
pub(crate) async fn public_figures(
    site: CurrentSite,
    rooms: Rooms,
    asked: web::Query<AskedYear>,
) -> Result<HttpResponse, ApiError> {
    let (site, now, year) = (Arc::clone(&site.0), rooms.clock.ts(), asked.year);
    let found = rooms.database.read(move |conn| {
        if !ModerationSettings::read(conn, site.id)?.figures {
            return Err(ModerationError::Unknown);
        }
        let years = years(conn, &site, now)?;
        let year = match year {
            Some(year) => years.iter().find(|known| **known == year),
            None => years.first(),
        };
        let year = *year.ok_or(ModerationError::Unknown)?;
        Ok((of_year(conn, &site, year)?, years))
    });
    let (figures, years) = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(FiguresView {
        year: figures.year,
        years,
        reports_by_source: counts(figures.reports_by_source),
        reports_by_reason: counts(figures.reports_by_reason),
        measures_by_kind: counts(figures.measures_by_kind),
        measures_by_reason: counts(figures.measures_by_reason),
        measures_undone: number(figures.undone),
        cases_decided: number(figures.decided),
        median_hours: figures.median_hours,
        appeals: counts(figures.appeals),
    }))
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ServerDecisionView {
    host: String,
    measures: Vec<String>,
    reasons: Vec<String>,
}

impl From<ServerDecision> for ServerDecisionView {
    fn from(one: ServerDecision) -> Self {
        Self {
            host: one.host,
            measures: one.measures,
            reasons: one.reasons,
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/moderation/servers",
    responses((status = 200, body = Items<ServerDecisionView>, description = "By name"),
        (status = 404, body = pages::ApiErrorBody, description = "The site does not show them to who asks")),
)]
pub(crate) async fn public_servers(
    site: CurrentSite,
    who: Option<ApiUser>,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    let site = site.0.id;
    let found = rooms.database.read(move |conn| {
        match ModerationSettings::read(conn, site)?
            .servers
            .covers(who.is_some())
        {
            true => Ok(servers(conn, site)?),
            false => Err(ModerationError::Unknown),
        }
    });
    let items = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(Items {
        items: items.into_iter().map(ServerDecisionView::from).collect(),
    }))
}
