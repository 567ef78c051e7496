//! The site's agenda by day, with its filters.

use crate::cards::{by_day, pictures};
use crate::listing::{CATEGORIES, Listed, Search};
use crate::place::Place;
use crate::query::{Query, cursor_text, run};
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::NaiveDate;
use federation::follow::{Follow, FollowState};
use pages::{Frame, Portrait};
use sites::Site;
use std::sync::Arc;
use store::{Conn, StoreError, Ts};
use ui::agenda::{
    ActiveFilter, AgendaView, EmptyState, Filters, Link, Pagination, QuickFilter, agenda_page,
};
use ui::forms::Choice;
use ui::layout::{Alternate, NavItem};
use ui::{Lang, SafeHtml};

/// Events on a page.
const PAGE: usize = 40;

/// What a list page needs from the database.
pub(super) struct Read {
    pub(super) listed: Vec<Listed>,
    pub(super) more: bool,
    pub(super) pictures: pages::Pictures,
    /// The place named as a centre is not known here.
    pub(super) lost: bool,
    /// Names of places to propose.
    places: Vec<String>,
    /// Hosts that events come from.
    hosts: Vec<String>,
}

/// Places proposed in the filters at most.
const PLACES: usize = 30;

/// Reads one page of a search.
pub(super) async fn read(
    rooms: &Rooms,
    site: &Arc<Site>,
    query: &Query,
    filters: Search,
    limit: usize,
) -> Result<Read, StoreError> {
    let (site, query) = (Arc::clone(site), query.clone());
    rooms
        .database
        .read(move |c| {
            let most = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
            let found = run(c, &site, &query, filters, query.cursor(), most)?;
            let lost = found.is_none();
            let mut listed = found.unwrap_or_default();
            let more = listed.len() > limit;
            listed.truncate(limit);
            let places = Place::of_site(c, site.id, "")?;
            let mut names: Vec<String> = places.into_iter().map(|place| place.name).collect();
            names.dedup();
            names.truncate(PLACES);
            Ok(Read {
                pictures: pictures(c, &listed)?,
                hosts: hosts(c, &site)?,
                places: names,
                listed,
                more,
                lost,
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

/// The category's name.
pub(crate) fn category_name(word: &str, lang: Lang) -> String {
    lang.t(&format!(
        "category-{}",
        word.to_ascii_lowercase().replace('_', "-")
    ))
}

pub(crate) fn category_choices(lang: Lang) -> Vec<Choice> {
    let mut choices: Vec<(String, &str)> = CATEGORIES
        .iter()
        .map(|word| (category_name(word, lang), *word))
        .collect();
    choices.sort_by_key(|(name, _)| store::fold(name));
    choices
        .iter()
        .map(|(name, word)| Choice::new(word, name))
        .collect()
}

fn filters(query: &Query, path: &str, site: &Site, read: &Read, lang: Lang) -> Filters {
    let quick = |key: &str, field: &'static str, value: &'static str, current: bool| QuickFilter {
        label: lang.t(key),
        url: query.address(
            path,
            // The first that names a field counts.
            &[(field, value), ("when", ""), ("from", ""), ("to", "")],
        ),
        current,
    };
    let undated = query.when.is_empty() && query.from.is_empty() && query.to.is_empty();
    let free = !query.free.is_empty();
    let mut active = Vec::new();
    let mut drop = |label: String, names: &[&str]| {
        let gone: Vec<(&str, &str)> = names.iter().map(|name| (*name, "")).collect();
        active.push(ActiveFilter {
            label,
            remove_url: query.address(path, &gone),
        });
    };
    if !query.q.is_empty() {
        drop(
            lang.ta("filter-label-q", &[("words", query.q.clone().into())]),
            &["q"],
        );
    }
    if !query.tag.is_empty() {
        drop(format!("#{}", query.tag), &["tag"]);
    }
    if !query.category.is_empty() {
        drop(category_name(&query.category, lang), &["category"]);
    }
    if !query.place.is_empty() {
        drop(query.place.clone(), &["place"]);
    }
    if !query.near.is_empty() {
        drop(
            format!(
                "{} km · {}",
                if query.within.is_empty() {
                    "20"
                } else {
                    &query.within
                },
                query.near
            ),
            &["near", "within"],
        );
    }
    if !query.source.is_empty() {
        drop(query.source.clone(), &["source"]);
    }
    if free {
        drop(lang.t("filter-free"), &["free"]);
    }
    if !query.online.is_empty() {
        drop(lang.t("filter-online"), &["online"]);
    }
    if let Ok(date) = query.from.parse::<NaiveDate>() {
        let date = ui::dates::long_date(date, lang);
        drop(
            lang.ta("filter-label-from", &[("date", date.into())]),
            &["from"],
        );
    }
    if let Ok(date) = query.to.parse::<NaiveDate>() {
        let date = ui::dates::long_date(date, lang);
        drop(
            lang.ta("filter-label-to", &[("date", date.into())]),
            &["to"],
        );
    }
    let mut errors = query.faults();
    if read.lost {
        errors.add("near", "filter-error-near");
    }
    let mut categories = vec![Choice::new("", &lang.t("filter-category-any"))];
    categories.extend(category_choices(lang));
    let mut sources = vec![
        Choice::new("", &lang.t("filter-source-any")),
        Choice::new(&site.host, &lang.t("filter-source-local")),
    ];
    sources.extend(read.hosts.iter().map(|host| Choice::new(host, host)));
    Filters {
        action: path.to_owned(),
        q: query.q.clone(),
        from: query.from.clone(),
        to: query.to.clone(),
        place: query.place.clone(),
        near: query.near.clone(),
        within: query.within.clone(),
        tag: query.tag.clone(),
        category: query.category.clone(),
        free,
        online: !query.online.is_empty(),
        source: query.source.clone(),
        categories,
        sources,
        places: read.places.clone(),
        tags: Vec::new(),
        quick: vec![
            quick("filter-quick-all", "when", "", undated && !free),
            quick("filter-quick-today", "when", "today", query.when == "today"),
            quick(
                "filter-quick-weekend",
                "when",
                "weekend",
                query.when == "weekend",
            ),
            quick("filter-quick-week", "when", "week", query.when == "week"),
            quick("filter-quick-month", "when", "month", query.when == "month"),
            quick(
                "filter-quick-free",
                "free",
                if free { "" } else { "1" },
                free,
            ),
        ],
        active,
        reset_url: path.to_owned(),
        errors,
    }
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
    let read = read(rooms, site, query, search, PAGE).await?;
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
        filters: with_filters.then(|| filters(query, &frame.path, site, &read, lang)),
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
    let Ok((view, alternates)) = made else {
        return frame.error(503);
    };
    let own = frame.site.actor_id.unwrap_or(frame.site.id);
    let Ok(portrait) = rooms.database.read(move |c| Portrait::of(c, own)).await else {
        return frame.error(503);
    };
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
