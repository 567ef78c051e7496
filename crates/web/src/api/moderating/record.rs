//! The record.

use super::refusal;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use moderation::ModerationError;
use moderation::record::{Entry, read};
use pages::{ApiError, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RecordView {
    seq: i64,
    at: DateTime<Utc>,
    by: Option<String>,
    action: String,
    target_kind: String,
    target: String,
    reason: String,
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// Hash of the entry before; empty for the first.
    previous: String,
    hash: String,
}

impl From<Entry> for RecordView {
    fn from(entry: Entry) -> Self {
        Self {
            seq: entry.seq,
            at: entry.at.0,
            by: entry.by_id.map(|id| id.to_string()),
            action: entry.action,
            target_kind: entry.target_kind,
            target: entry.target,
            reason: entry.reason,
            detail: entry.detail.0,
            previous: entry.previous,
            hash: entry.hash,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RecordList {
    items: Vec<RecordView>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    before: Option<i64>,
    limit: Option<i64>,
}

#[utoipa::path(
    get, path = "/api/v1/record", security(("bearer" = [])),
    params(("before" = Option<i64>, Query), ("limit" = Option<i64>, Query, description = "1 to 200; 50 by default")),
    responses((status = 200, body = RecordList, description = "Newest first"),
        (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn log(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let (site, before) = (site.0.id, paging.before);
    let limit = store::page_size(paging.limit, 50, 200);
    let found = rooms
        .database
        .read(move |conn| Ok::<_, ModerationError>(read(conn, site, before, limit)?));
    let items = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(RecordList {
        items: items.into_iter().map(RecordView::from).collect(),
    }))
}
