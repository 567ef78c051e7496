//! The agendas of a place, a tag and a day.

use super::home::list;
use crate::access;
use crate::cards::tag_path;
use crate::listing::Search;
use crate::query::{Query, midnight};
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{Datelike, NaiveDate};
use pages::Frame;
use store::Id;
use ui::agenda::agenda_page;
use ui::layout::NavItem;

/// `GET /places/{id}`: what takes place there.
pub(super) async fn place(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    query: web::Query<Query>,
) -> HttpResponse {
    let Some(id) = Id::parse(&path) else {
        return frame.error(404);
    };
    let site = frame.site.clone();
    let found = rooms
        .database
        .read(move |c| access::place(c, &site, id))
        .await;
    let place = match found {
        Ok(Some(place)) => place,
        Ok(None) => return frame.error(404),
        Err(_) => return frame.error(503),
    };
    let town = format!("{} {}", place.postal_code, place.locality);
    let address: Vec<&str> = [place.street.as_str(), town.trim(), &place.country]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let heading = frame
        .lang
        .ta("agenda-of-place", &[("name", place.name.as_str().into())]);
    let narrow = |search: &mut Search| search.place_id = Some(id);
    let about = (heading.as_str(), address.join(", "));
    let month = [("place", place.name.as_str())];
    show(
        &frame,
        &rooms,
        &query,
        narrow,
        about,
        &format!("/places/{id}"),
        &month,
    )
    .await
}

/// `GET /tags/{tag}`.
pub(super) async fn tag(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    query: web::Query<Query>,
) -> HttpResponse {
    let tag: String = path.into_inner().chars().take(100).collect();
    let heading = frame
        .lang
        .ta("agenda-of-tag", &[("name", tag.as_str().into())]);
    let feed = tag_path(&tag);
    let wanted = tag.clone();
    let narrow = move |search: &mut Search| search.tag = Some(wanted);
    show(
        &frame,
        &rooms,
        &query,
        narrow,
        (&heading, String::new()),
        &feed,
        &[("tag", &tag)],
    )
    .await
}

/// `GET /day/2026-12-12`.
pub(super) async fn day(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    query: web::Query<Query>,
) -> HttpResponse {
    let date = path.parse::<NaiveDate>().ok();
    let Some(date) = date.filter(|date| (1970..=2200).contains(&date.year())) else {
        return frame.error(404);
    };
    let shown = ui::dates::day_heading(date, frame.lang);
    let heading = frame.lang.ta("agenda-of-day", &[("date", shown.into())]);
    let from = midnight(&frame.site, date);
    let to = date.succ_opt().map(|next| midnight(&frame.site, next));
    let narrow = move |search: &mut Search| {
        search.from = Some(from);
        search.to = to;
        search.over = None;
    };
    show(
        &frame,
        &rooms,
        &query,
        narrow,
        (&heading, String::new()),
        "/agenda",
        &[],
    )
    .await
}

async fn show(
    frame: &Frame,
    rooms: &Rooms,
    query: &Query,
    narrow: impl FnOnce(&mut Search),
    (heading, intro): (&str, String),
    feed: &str,
    month: &[(&str, &str)],
) -> HttpResponse {
    let made = list(frame, rooms, query, narrow, heading, &intro, feed, false).await;
    let Ok((mut view, alternates)) = made else {
        return frame.error(503);
    };
    // The month knows filters, not places and tags by their address.
    view.month_url = query.address(&view.today.format("/month/%Y-%m").to_string(), month);
    let mut page = frame.page(heading, agenda_page(&view, frame.lang));
    page.nav_current = NavItem::Agenda;
    page.alternates = alternates;
    page.description = intro;
    page.path = query.address(&frame.path, &[]);
    frame.html(&page)
}
