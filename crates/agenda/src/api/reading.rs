//! Lists of events, and one.

use super::view::{EventView, event_view};
use super::{agenda, by_token, present};
use crate::access;
use crate::query::{Query, cursor_text, run};
use crate::rooms::Rooms;
use accounts::Viewer;
use actix_web::{HttpResponse, web};
use chrono::DateTime;
use pages::{ApiError, ApiErrorBody};
use serde::Serialize;
use sites::{CurrentSite, Site};
use std::sync::Arc;
use store::{Id, page_size};

/// One page of a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Events {
    items: Vec<EventView>,
    /// The `cursor` of the next page.
    next: Option<String>,
}

async fn page_of(
    (site, viewer): (&Arc<Site>, Viewer),
    rooms: &Rooms,
    query: &Query,
    actor: Option<Id>,
) -> Result<HttpResponse, ApiError> {
    let today = rooms.clock.now().with_timezone(&site.timezone).date_naive();
    let mut filters = query.search(site, today);
    // A program that names no dates means all of them.
    if query.from.is_empty() && query.when.is_empty() {
        filters.from = None;
    }
    for (text, end) in [(&query.from, false), (&query.to, true)] {
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            let at = Some(store::Ts::new(at.to_utc()));
            if end {
                filters.to = at
            } else {
                filters.from = at
            }
        }
    }
    filters.actor = actor;
    let size = page_size(query.limit, 50, 200);
    let (asked, query, now) = (Arc::clone(site), query.clone(), rooms.clock.ts());
    let listed = rooms
        .database
        .read(move |c| {
            filters.hidden = access::hidden_from(c, by_token(&viewer), now)?;
            run(c, &asked, &query, filters, query.cursor(), size + 1)
        })
        .await?
        .ok_or_else(|| ApiError::new(422, "unknown_place", "`near` names no place known here"))?;
    let page = store::Page::of(listed, size);
    let next = page
        .items
        .last()
        .filter(|_| page.more)
        .map(|last| cursor_text((last.event.starts_at, last.object.id)));
    let items: Vec<EventView> = page.items.iter().map(|one| event_view(site, one)).collect();
    Ok(HttpResponse::Ok().json(Events { items, next }))
}

#[utoipa::path(
    get, path = "/api/v1/events", params(Query),
    responses((status = 200, body = Events), (status = 422, body = ApiErrorBody)),
)]
pub(super) async fn list(
    site: CurrentSite,
    viewer: Viewer,
    rooms: Rooms,
    query: web::Query<Query>,
) -> Result<HttpResponse, ApiError> {
    page_of((&site.0, viewer), &rooms, &query, None).await
}

#[utoipa::path(
    get, path = "/api/v1/agendas/{name}/events", params(("name" = String, Path), Query),
    responses((status = 200, body = Events), (status = 404, body = ApiErrorBody)),
)]
pub(super) async fn of_agenda(
    site: CurrentSite,
    viewer: Viewer,
    rooms: Rooms,
    path: web::Path<String>,
    query: web::Query<Query>,
) -> Result<HttpResponse, ApiError> {
    let actor = agenda(&site, &rooms, path.into_inner()).await?;
    page_of((&site.0, viewer), &rooms, &query, Some(actor.id)).await
}

#[utoipa::path(
    get, path = "/api/v1/events/{id}", params(("id" = String, Path)),
    responses((status = 200, body = EventView), (status = 404, body = ApiErrorBody),
        (status = 410, body = ApiErrorBody)),
)]
pub(super) async fn show(
    site: CurrentSite,
    viewer: Viewer,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let asked = site.0.clone();
    let found = rooms
        .database
        .read(move |c| access::find(c, &asked, by_token(&viewer), id));
    let listed = present(found.await?)?;
    Ok(HttpResponse::Ok().json(event_view(&site, &listed)))
}
