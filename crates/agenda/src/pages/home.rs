//! The site's agenda by day, with its filters.

use super::filters::{Known, filters};
use crate::access;
use crate::cards::{by_day, pictures};
use crate::listing::{Listed, Search};
use crate::place::Place;
use crate::query::{Query, cursor_text, run};
use crate::rooms::Rooms;
use accounts::Viewer;
use actix_web::{HttpResponse, web};
use federation::follow::{Follow, FollowState};
use pages::{Frame, Portrait};
use sites::Site;
use std::sync::Arc;
use store::{Conn, StoreError, Ts};
use ui::agenda::{AgendaView, EmptyState, Link, Pagination, agenda_page};
use ui::layout::{Alternate, NavItem};
use ui::{Lang, SafeHtml};

/// Events on a page.
const PAGE: usize = 40;

/// What a list page needs from the database.
pub(super) struct Read {
    pub(super) listed: Vec<Listed>,
    pub(super) more: bool,
    pub(super) pictures: pages::Pictures,
    known: Known,
}

/// Places proposed in the filters at most.
const PLACES: usize = 30;

/// Reads one page of a search.
pub(super) async fn read(
    rooms: &Rooms,
    (site, viewer): (&Arc<Site>, &Viewer),
    query: &Query,
    mut filters: Search,
    limit: usize,
) -> Result<Read, StoreError> {
    let (site, query) = (Arc::clone(site), query.clone());
    let (viewer, now) = (viewer.clone(), rooms.clock.ts());
    rooms
        .database
        .read(move |c| {
            filters.hidden = access::hidden_from(c, viewer.identity(), now)?;
            let most = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
            let found = run(c, &site, &query, filters, query.cursor(), most)?;
            let lost = found.is_none();
            let mut listed = found.unwrap_or_default();
            let more = listed.len() > limit;
            listed.truncate(limit);
            let places = Place::listed(c, &site)?;
            let mut names: Vec<String> = places.into_iter().map(|place| place.name).collect();
            names.dedup();
            names.truncate(PLACES);
            Ok(Read {
                pictures: pictures(c, &listed)?,
                known: Known {
                    lost,
                    places: names,
                    hosts: hosts(c, &site)?,
                },
                listed,
                more,
            })
        })
        .await
}

/// Hosts that the site follows.
fn hosts(conn: &mut Conn, site: &Site) -> Result<Vec<String>, StoreError> {
    let following = Follow::following(conn, site.actor_id.unwrap_or(site.id))?;
    let mut hosts: Vec<String> = following
        .into_iter()
        .filter(|(follow, _)| follow.state() == FollowState::Accepted)
        .map(|(_, actor)| actor.host)
        .collect();
    hosts.sort();
    hosts.dedup();
    hosts.truncate(100);
    Ok(hosts)
}

pub(super) fn alternates(
    query: &Query,
    base: &str,
    lang: Lang,
) -> (String, String, Vec<Alternate>) {
    let ics = query.address(&format!("{base}.ics"), &[]);
    let atom = query.address(&format!("{base}.atom"), &[]);
    let link = |media_type, href: &str, key: &str| Alternate {
        media_type,
        href: href.to_owned(),
        title: lang.t(key),
        lang: None,
    };
    let all = vec![
        link("text/calendar", &ics, "agenda-subscribe"),
        link("application/atom+xml", &atom, "agenda-feed"),
    ];
    (ics, atom, all)
}

fn empty(frame: &Frame, filtered: bool) -> EmptyState {
    let lang = frame.lang;
    let may_publish = frame.person().is_some_and(|person| person.may_publish);
    match (filtered, may_publish) {
        (true, _) => EmptyState {
            title: lang.t("agenda-empty-filter-title"),
            text: lang.t("agenda-empty-filter-text"),
            actions: vec![Link::new(&lang.t("filter-reset"), &frame.path)],
        },
        (false, true) => EmptyState {
            title: lang.t("agenda-empty-new-title"),
            text: lang.t("agenda-empty-new-text"),
            actions: vec![
                Link::new(&lang.t("agenda-add-first"), "/agendas"),
                Link::new(&lang.t("agenda-follow-first"), "/following"),
            ],
        },
        (false, false) => EmptyState {
            title: lang.t("agenda-empty-title"),
            text: lang.t("agenda-empty-text"),
            actions: Vec::new(),
        },
    }
}

/// A list page under a heading of its own.
#[expect(
    clippy::too_many_arguments,
    reason = "what a list page says, each its own"
)]
pub(super) async fn list(
    frame: &Frame,
    rooms: &Rooms,
    query: &Query,
    narrow: impl FnOnce(&mut Search),
    heading: &str,
    intro: &str,
    feed: &str,
    with_filters: bool,
) -> Result<(AgendaView, Vec<Alternate>), StoreError> {
    let (now, lang, site) = (rooms.clock.ts(), frame.lang, &frame.site);
    let today = now.0.with_timezone(&site.timezone).date_naive();
    let mut search = query.search(site, today);
    narrow(&mut search);
    let first = search
        .from
        .map(|from| from.0.with_timezone(&site.timezone).date_naive());
    let read = read(rooms, (site, &frame.viewer), query, search, PAGE).await?;
    let next = read.listed.last().filter(|_| read.more).map(|last| {
        query.address(
            &frame.path,
            &[(
                "after",
                &cursor_text((last.event.starts_at, last.object.id)),
            )],
        )
    });
    let previous = query.cursor().map(|_| query.address(&frame.path, &[]));
    let (ics_url, atom_url, alternates) = alternates(query, feed, lang);
    let filtered = *query
        != Query {
            cursor: query.cursor.clone(),
            after: query.after.clone(),
            ..Query::default()
        };
    let mut days = by_day(site, &read.listed, &read.pictures, first, now, lang);
    if query.is_past() {
        days.reverse();
    }
    let view = AgendaView {
        heading: heading.to_owned(),
        intro: intro.to_owned(),
        banner: None,
        icon: None,
        people: Vec::new(),
        tools: Vec::new(),
        waiting: SafeHtml::default(),
        filters: with_filters.then(|| filters(query, &frame.path, site, &read.known, lang)),
        days,
        empty: empty(frame, filtered),
        pagination: Pagination {
            previous,
            next,
            position: String::new(),
        },
        today,
        count: None,
        month_url: query.address(
            &today.format("/month/%Y-%m").to_string(),
            &[("from", ""), ("to", ""), ("when", ""), ("past", "")],
        ),
        ics_url,
        atom_url,
        embed_url: String::new(),
        live_url: site.url(&query.address(&frame.path, &[])),
    };
    Ok((view, alternates))
}

/// The way from what is to come to what is over, and back.
pub(super) fn other_half(frame: &Frame, query: &Query) -> SafeHtml {
    let (key, past) = match query.is_past() {
        true => ("agenda-later-link", ""),
        false => ("agenda-past-link", "1"),
    };
    let there = [("past", past), ("from", ""), ("to", ""), ("when", "")];
    SafeHtml::trusted(format!(
        "<p><a href=\"{}\">{}</a></p>",
        SafeHtml::text(&query.address(&frame.path, &there)),
        SafeHtml::text(&frame.lang.t(key))
    ))
}

/// `GET /`.
pub(super) async fn home(frame: Frame, rooms: Rooms, query: web::Query<Query>) -> HttpResponse {
    let made = list(&frame, &rooms, &query, |_| {}, "", "", "/agenda", true).await;
    let Ok((mut view, alternates)) = made else {
        return frame.error(503);
    };
    let own = frame.site.actor_id.unwrap_or(frame.site.id);
    let Ok(portrait) = rooms.database.read(move |c| Portrait::of(c, own)).await else {
        return frame.error(503);
    };
    view.embed_url = "/embed".to_owned();
    let mut body = agenda_page(&view, frame.lang);
    body.push(&other_half(&frame, &query));
    let mut page = frame.page("", body);
    page.site.banner = portrait.shown_banner();
    page.site.icon = portrait.shown_icon();
    page.hero = true;
    page.nav_current = NavItem::Agenda;
    page.description.clone_from(&frame.site.tagline);
    page.alternates = alternates;
    page.path = query.address("/", &[]);
    frame.html(&page)
}

/// The time that a page is for.
pub(super) fn today(rooms: &Rooms, site: &Site) -> (Ts, chrono::NaiveDate) {
    let now = rooms.clock.ts();
    (now, now.0.with_timezone(&site.timezone).date_naive())
}
