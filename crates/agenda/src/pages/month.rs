//! The month at a glance.

use super::filters::active;
use super::home::{alternates, read, today};
use crate::cards::by_day;
use crate::query::{Query, midnight};
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{Datelike, NaiveDate};
use pages::Frame;
use ui::agenda::{MonthView, month_grid};
use ui::layout::NavItem;

/// `GET /month`.
pub(super) async fn this_month(
    frame: Frame,
    rooms: Rooms,
    query: web::Query<Query>,
) -> HttpResponse {
    let (_, today) = today(&rooms, &frame.site);
    show(
        frame,
        rooms,
        query.into_inner(),
        today.year(),
        today.month(),
    )
    .await
}

/// `GET /month/2026-12`.
pub(super) async fn month(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    query: web::Query<Query>,
) -> HttpResponse {
    let first = NaiveDate::parse_from_str(&format!("{path}-01"), "%Y-%m-%d").ok();
    match first.filter(|date| (1970..=2200).contains(&date.year())) {
        Some(first) => {
            show(
                frame,
                rooms,
                query.into_inner(),
                first.year(),
                first.month(),
            )
            .await
        }
        None => frame.error(404),
    }
}

async fn show(frame: Frame, rooms: Rooms, query: Query, year: i32, month: u32) -> HttpResponse {
    let (now, today) = today(&rooms, &frame.site);
    let weeks = ui::dates::month_weeks(year, month).unwrap_or_default();
    let (Some(first), Some(last)) = (
        weeks.first().map(|week| week[0]),
        weeks.last().map(|week| week[6]),
    ) else {
        return frame.error(404);
    };
    let mut search = query.search(&frame.site, first);
    search.from = Some(midnight(&frame.site, first));
    search.over = None;
    search.to = last.succ_opt().map(|day| midnight(&frame.site, day));
    let Ok(read) = read(&rooms, (&frame.site, &frame.viewer), &query, search, 600).await else {
        return frame.error(503);
    };
    let ((before_year, before_month), (after_year, after_month)) =
        ui::dates::months_around(year, month);
    // The month is the date here, whatever the list it was reached from had.
    let undated = Query {
        from: String::new(),
        to: String::new(),
        when: String::new(),
        past: String::new(),
        ..query
    };
    let here = format!("/month/{year}-{month:02}");
    let list = undated.address("/", &[]);
    let address =
        |year: i32, month: u32| undated.address(&format!("/month/{year}-{month:02}"), &[]);
    let joined = if list.contains('?') { '&' } else { '?' };
    let view = MonthView {
        year,
        month,
        days: by_day(
            &frame.site,
            &read.listed,
            &read.pictures,
            Some(first),
            now,
            frame.lang,
        ),
        today,
        previous_url: Some(address(before_year, before_month)).filter(|_| before_year >= 1970),
        next_url: Some(address(after_year, after_month)).filter(|_| after_year <= 2200),
        day_url: format!("{list}{joined}from="),
        active: active(&undated, &here, frame.lang),
        reset_url: here,
    };
    let title = ui::dates::month_year(year, month, frame.lang);
    let mut page = frame.page(&title, month_grid(&view, frame.lang));
    page.nav_current = NavItem::Month;
    page.alternates = alternates(&undated, "/agenda", frame.lang).2;
    frame.html(&page)
}
