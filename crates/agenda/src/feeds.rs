//! Calendars and feeds to subscribe to, for every list and every event.

use crate::listing::{Listed, Search, search};
use crate::query::Query;
use crate::rooms::Rooms;
use crate::words;
use actix_web::http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH, LAST_MODIFIED};
use actix_web::{HttpRequest, HttpResponse, web};
use atom_syndication::{Content, Entry, Feed, FixedDateTime, Link, Person, Text};
use calendar::{CalendarForm, Coordinates, EventForm, OrganizerForm, Status};
use federation::Actor;
use sha2::{Digest, Sha256};
use sites::{CurrentSite, Site};
use store::{Id, StoreError, Ts};
use url::Url;

/// Events in one feed.
const MOST: i64 = 2_000;

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/{list:agenda|search}.{form:ics|atom}").route(web::get().to(all)))
        .service(
            web::resource("/@{name:[A-Za-z0-9_]+}.{form:ics|atom}").route(web::get().to(of_agenda)),
        )
        .service(
            web::resource("/places/{id:[0-9a-f-]{36}}.{form:ics|atom}")
                .route(web::get().to(of_place)),
        )
        .service(web::resource("/tags/{tag}.{form:ics|atom}").route(web::get().to(of_tag)))
        .service(web::resource("/e/{id:[0-9a-f-]{36}}.ics").route(web::get().to(one)));
}

/// What a feed is called and where the same list stands for people.
struct About {
    name: String,
    page: String,
    feed: String,
}

async fn all(
    request: HttpRequest,
    site: CurrentSite,
    rooms: Rooms,
    path: web::Path<(String, String)>,
    query: web::Query<Query>,
) -> HttpResponse {
    let (list, form) = path.into_inner();
    let about = About {
        name: site.name.clone(),
        page: site.url(&query.address("/", &[])),
        feed: site.url(&query.address(&format!("/{list}.{form}"), &[])),
    };
    answer(&request, &site, &rooms, &query, |_| {}, about, &form).await
}

async fn of_agenda(
    request: HttpRequest,
    site: CurrentSite,
    rooms: Rooms,
    path: web::Path<(String, String)>,
    query: web::Query<Query>,
) -> HttpResponse {
    let (name, form) = path.into_inner();
    let (id, asked) = (site.id, name.clone());
    let found = rooms
        .database
        .read(move |c| Actor::local(c, id, &asked))
        .await;
    let Ok(Some(actor)) = found else {
        return HttpResponse::NotFound().finish();
    };
    let about = About {
        name: actor.name.clone(),
        page: actor.uri.clone(),
        feed: site.url(&format!("/@{name}.{form}")),
    };
    answer(
        &request,
        &site,
        &rooms,
        &query,
        |search| search.actor = Some(actor.id),
        about,
        &form,
    )
    .await
}

async fn of_place(
    request: HttpRequest,
    site: CurrentSite,
    rooms: Rooms,
    path: web::Path<(String, String)>,
    query: web::Query<Query>,
) -> HttpResponse {
    let (id, form) = path.into_inner();
    let Some(place) = Id::parse(&id) else {
        return HttpResponse::NotFound().finish();
    };
    let found = rooms
        .database
        .read(move |c| crate::place::Place::by_id(c, place))
        .await;
    let Ok(Some(known)) = found else {
        return HttpResponse::NotFound().finish();
    };
    let about = About {
        name: known.name,
        page: site.url(&format!("/places/{id}")),
        feed: site.url(&format!("/places/{id}.{form}")),
    };
    answer(
        &request,
        &site,
        &rooms,
        &query,
        |search| search.place_id = Some(place),
        about,
        &form,
    )
    .await
}

async fn of_tag(
    request: HttpRequest,
    site: CurrentSite,
    rooms: Rooms,
    path: web::Path<(String, String)>,
    query: web::Query<Query>,
) -> HttpResponse {
    let (tag, form) = path.into_inner();
    let about = About {
        name: format!("{} #{tag}", site.name),
        page: site.url(&crate::cards::tag_path(&tag)),
        feed: site.url(request.path()),
    };
    answer(
        &request,
        &site,
        &rooms,
        &query,
        |search| search.tag = Some(tag),
        about,
        &form,
    )
    .await
}

async fn answer(
    request: &HttpRequest,
    site: &Site,
    rooms: &Rooms,
    query: &Query,
    narrow: impl FnOnce(&mut Search),
    about: About,
    form: &str,
) -> HttpResponse {
    let now = rooms.clock.ts();
    // A calendar keeps the last month, so that a change of yesterday's event still arrives.
    let today = now.0.with_timezone(&site.timezone).date_naive();
    let undated = query.from.is_empty() && query.to.is_empty() && query.when.is_empty();
    let mut filters = query.search(site, today);
    if undated {
        filters.from = Some(Ts::new(now.0 - chrono::Duration::days(31)));
    }
    narrow(&mut filters);
    let (id, actor) = (site.id, site.actor_id.unwrap_or(site.id));
    let read = rooms
        .database
        .read(move |c| search(c, id, actor, &filters, None, MOST))
        .await;
    let Ok(listed) = read else {
        return HttpResponse::ServiceUnavailable().finish();
    };
    match form {
        "ics" => calendar_answer(
            request,
            &about.name,
            &about.page,
            Some(&about.feed),
            site,
            &listed,
        ),
        _ => atom(request, &about, site, &listed),
    }
}

/// `GET /e/{id}.ics`.
async fn one(
    request: HttpRequest,
    site: CurrentSite,
    rooms: Rooms,
    path: web::Path<String>,
) -> HttpResponse {
    let Some(id) = Id::parse(&path) else {
        return HttpResponse::NotFound().finish();
    };
    let (of, actor) = (site.id, site.actor_id.unwrap_or(site.id));
    let read = rooms
        .database
        .read(move |c| {
            let shown = crate::listing::is_shown(c, of, actor, id)?;
            Ok::<_, StoreError>(crate::listing::one(c, id)?.filter(|listed| {
                shown || (listed.object.is_visible() && listed.object.site_id == Some(of))
            }))
        })
        .await;
    let Ok(Some(listed)) = read else {
        return HttpResponse::NotFound().finish();
    };
    calendar_answer(
        &request,
        &listed.object.title,
        &listed.object.url,
        None,
        &site,
        std::slice::from_ref(&listed),
    )
}

fn event_form(site: &Site, listed: &Listed) -> EventForm {
    let Listed {
        object,
        event,
        author,
        place,
        tags,
    } = listed;
    let url = |text: &str| Url::parse(text).ok();
    let place_words = place.as_ref().map(|place| {
        let parts = [
            &place.name,
            &place.street,
            &place.postal_code,
            &place.locality,
        ];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        parts.join(", ")
    });
    let text = publication::text::plain(&event.content);
    EventForm {
        uid: object.uri.clone(),
        title: object.title.clone(),
        description: Some(text).filter(|text| !text.is_empty()),
        start: event.start(),
        end: event.end(),
        location: place_words,
        coordinates: event
            .latitude
            .zip(event.longitude)
            .map(|(latitude, longitude)| Coordinates {
                lat: latitude,
                lon: longitude,
            }),
        url: url(&object.url).or_else(|| url(&site.base_url())),
        online_url: event.online_url.as_deref().and_then(url),
        image_url: None,
        image_type: None,
        categories: tags.clone(),
        status: match event.status() {
            crate::event::EventStatus::Cancelled => Status::Cancelled,
            crate::event::EventStatus::Tentative | crate::event::EventStatus::Postponed => {
                Status::Tentative
            }
            crate::event::EventStatus::Confirmed => Status::Confirmed,
        },
        organizer: url(&author.uri).map(|uri| OrganizerForm {
            name: author.name.clone(),
            uri,
        }),
        sequence: u32::try_from(object.revision).unwrap_or(0),
        created: Some(object.published_at.0),
        last_modified: Some(object.updated_at.0),
    }
}

fn newest(listed: &[Listed]) -> Ts {
    let newest = listed.iter().map(|one| one.object.updated_at).max();
    newest.unwrap_or(Ts::new(chrono::DateTime::UNIX_EPOCH))
}

fn calendar_answer(
    request: &HttpRequest,
    name: &str,
    page: &str,
    feed: Option<&str>,
    site: &Site,
    listed: &[Listed],
) -> HttpResponse {
    let form = CalendarForm {
        name: name.to_owned(),
        description: Some(site.tagline.clone()).filter(|text| !text.is_empty()),
        color: None,
        url: Url::parse(page).ok(),
        source: feed.and_then(|feed| Url::parse(feed).ok()),
        refresh: Some(chrono::TimeDelta::hours(6)),
        prodid: "-//Kiosque//Kiosque//FR".to_owned(),
        events: listed.iter().map(|one| event_form(site, one)).collect(),
    };
    // Dated by the newest change, so that the same list is the same file.
    let stamp = newest(listed);
    let body = calendar::write(&form, stamp.0);
    cached(request, "text/calendar; charset=utf-8", stamp, body)
}

fn atom(request: &HttpRequest, about: &About, site: &Site, listed: &[Listed]) -> HttpResponse {
    let fixed = |at: Ts| -> FixedDateTime { at.0.fixed_offset() };
    let link = |href: &str, rel: &str, mime: &str| Link {
        href: href.to_owned(),
        rel: rel.to_owned(),
        mime_type: Some(mime.to_owned()),
        ..Link::default()
    };
    // A feed is read by date of publication, not of the event (domain 5.3).
    let mut newest_first: Vec<&Listed> = listed.iter().collect();
    newest_first.sort_by_key(|one| std::cmp::Reverse((one.object.published_at, one.object.id)));
    let entries = newest_first.iter().take(50).map(|one| {
        let lang = words::lang_of(&site.default_language);
        let summary = words::summary(&one.event, one.place.as_ref(), lang.tag());
        Entry {
            title: Text::plain(one.object.title.clone()),
            id: one.object.uri.clone(),
            updated: fixed(one.object.updated_at),
            published: Some(fixed(one.object.published_at)),
            authors: vec![Person {
                name: one.author.name.clone(),
                uri: Some(one.author.uri.clone()),
                ..Person::default()
            }],
            links: vec![link(&one.object.url, "alternate", "text/html")],
            content: Some(Content {
                content_type: Some("html".to_owned()),
                value: Some(format!("{summary}{}", one.event.content)),
                ..Content::default()
            }),
            ..Entry::default()
        }
    });
    let feed = Feed {
        title: Text::plain(about.name.clone()),
        id: about.feed.clone(),
        updated: fixed(newest(listed)),
        links: vec![
            link(&about.feed, "self", "application/atom+xml"),
            link(&about.page, "alternate", "text/html"),
        ],
        lang: Some(site.default_language.clone()),
        entries: entries.collect(),
        ..Feed::default()
    };
    cached(
        request,
        "application/atom+xml; charset=utf-8",
        newest(listed),
        feed.to_string(),
    )
}

fn cached(request: &HttpRequest, kind: &'static str, changed: Ts, body: String) -> HttpResponse {
    let hash: String = Sha256::digest(body.as_bytes())
        .iter()
        .take(12)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let tag = format!("\"{hash}\"");
    let known = request
        .headers()
        .get(IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let same = known
        .split(',')
        .any(|one| one.trim().trim_start_matches("W/") == tag);
    let mut response = if same {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((ETAG, tag))
        .insert_header((
            LAST_MODIFIED,
            changed.0.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        ))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .insert_header(("access-control-allow-origin", "*"));
    if same {
        response.finish()
    } else {
        response.content_type(kind).body(body)
    }
}
