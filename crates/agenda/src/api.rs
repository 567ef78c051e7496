//! Events for programs: `/api/v1/events`.

use crate::access;
use crate::event::{Details, EventStatus, write_details};
use crate::listing::{Listed, one};
use crate::pages::edit::change;
use crate::place::PlaceDetails;
use crate::query::{Query, cursor_text, run};
use crate::rooms::Rooms;
use accounts::{SessionKind, Viewer};
use actix_web::{HttpResponse, web};
use calendar::When;
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use federation::{Actor, ActorState};
use pages::{ApiError, ApiJson, ApiUser};
use publication::{
    Audience, CommentPolicy, LifeError, NewObject, ObjectState, delete, publish, text,
};
use serde::{Deserialize, Serialize};
use sites::{CurrentSite, Site};
use std::sync::Arc;
use store::{Id, page_size};
use url::Url;

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/api/v1/events").route(web::get().to(list)))
        .service(
            web::resource("/api/v1/events/{id}")
                .route(web::get().to(show))
                .route(web::patch().to(revise))
                .route(web::delete().to(remove)),
        )
        .service(
            web::resource("/api/v1/agendas/{name}/events")
                .route(web::get().to(of_agenda))
                .route(web::post().to(create)),
        );
}

/// A place as the API writes and reads it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct PlaceView {
    name: String,
    street: String,
    postal_code: String,
    city: String,
    country: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    longitude: Option<f64>,
}

/// An event as the API answers it.
#[derive(Debug, Serialize)]
struct EventView {
    id: Id,
    uri: String,
    /// Its page on this site.
    url: String,
    /// Its page where it was published.
    original_url: String,
    title: String,
    description: String,
    content: String,
    start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    timezone: String,
    all_day: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    online_url: Option<String>,
    category: String,
    tags: Vec<String>,
    price: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_url: Option<String>,
    language: String,
    status: &'static str,
    agenda: String,
    /// Host it came from.
    source: String,
    published: String,
    updated: String,
    /// Counts changes; sent with a change, it is refused when somebody else was faster.
    revision: i32,
}

fn rfc3339(when: When, zone: Tz) -> String {
    when.instant(zone).with_timezone(&zone).to_rfc3339()
}

fn event_view(site: &Site, listed: &Listed) -> EventView {
    let Listed {
        object,
        event,
        author,
        place,
        tags,
    } = listed;
    let zone = event.zone();
    EventView {
        id: object.id,
        uri: object.uri.clone(),
        url: site.url(&crate::cards::path(listed)),
        original_url: object.url.clone(),
        title: object.title.clone(),
        description: if event.source.is_empty() {
            text::plain(&event.content)
        } else {
            event.source.clone()
        },
        content: event.content.clone(),
        start: rfc3339(event.start(), zone),
        end: event.end().map(|end| rfc3339(end, zone)),
        timezone: event.timezone.clone(),
        all_day: event.all_day,
        place: place.as_ref().map(|place| PlaceView {
            name: place.name.clone(),
            street: place.street.clone(),
            postal_code: place.postal_code.clone(),
            city: place.locality.clone(),
            country: place.country.clone(),
            latitude: place.latitude,
            longitude: place.longitude,
        }),
        online_url: event.online_url.clone(),
        category: event.category.clone(),
        tags: tags.clone(),
        price: event.price.clone(),
        registration_url: event.registration_url.clone(),
        language: object.language.clone(),
        status: event.status().as_str(),
        agenda: author.uri.clone(),
        source: author.host.clone(),
        published: object.published_at.0.to_rfc3339(),
        updated: object.updated_at.0.to_rfc3339(),
        revision: object.revision,
    }
}

/// What the API takes; absent fields stay as they are (PATCH) or empty (POST).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct EventInput {
    title: Option<String>,
    description: Option<String>,
    start: Option<String>,
    end: Option<String>,
    timezone: Option<String>,
    all_day: Option<bool>,
    place: Option<PlaceView>,
    online_url: Option<String>,
    category: Option<String>,
    tags: Option<Vec<String>>,
    price: Option<String>,
    registration_url: Option<String>,
    language: Option<String>,
    status: Option<String>,
    revision: Option<i32>,
}

fn bad(field: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(422, format!("invalid_{field}"), message)
}

/// RFC 3339 with an offset, or a wall-clock date and time, or a date, read in `zone`.
fn when(text: &str, zone: Tz, all_day: bool, field: &'static str) -> Result<When, ApiError> {
    let wall = |text: &str| {
        ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        let local = When::instant_in(at.to_utc(), zone);
        return Ok(if all_day {
            When::day(local.date())
        } else {
            local
        });
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Ok(if all_day {
            When::day(date)
        } else {
            When::local(date.and_time(chrono::NaiveTime::MIN), zone)
        });
    }
    match wall(text) {
        Some(wall) if all_day => Ok(When::day(wall.date())),
        Some(wall) if crate::form::is_skipped(wall, zone) => {
            Err(bad(field, "the clocks of `timezone` skip that time"))
        }
        Some(wall) => Ok(When::local(wall, zone)),
        None => Err(bad(
            field,
            "a time is RFC 3339, or a date and time on the clock of `timezone`",
        )),
    }
}

fn web_address(text: &str, field: &'static str) -> Result<Option<String>, ApiError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    match Url::parse(text.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.as_str().len() <= 2_000 => {
            Ok(Some(url.to_string()))
        }
        _ => Err(bad(field, "an address begins with https:// or http://")),
    }
}

/// Applies the input to details.
fn apply(input: &EventInput, details: &mut Details) -> Result<(), ApiError> {
    if let Some(title) = &input.title {
        let words = title.split(|c: char| c.is_control() || c.is_whitespace());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        details.title = words.join(" ");
    }
    if !(3..=200).contains(&details.title.chars().count()) {
        return Err(bad("title", "a title has 3 to 200 characters"));
    }
    if let Some(description) = &input.description {
        details.source = description.replace('\0', "");
        details.content = text::markdown(&details.source);
    }
    if let Some(zone) = &input.timezone {
        details.zone = zone
            .parse()
            .map_err(|_| bad("timezone", "an IANA name such as Europe/Paris"))?;
    }
    let all_day = input.all_day.unwrap_or(details.start.is_date());
    if input.timezone.is_some() || input.all_day.is_some() {
        // The same time on another clock, or the same days without a time.
        let (zone, end) = (details.zone, details.end);
        let again = |when: When, last: bool| match (all_day, when.is_date()) {
            (true, false) if last => When::day(when.date().succ_opt().unwrap_or(when.date())),
            (true, _) => When::day(when.date()),
            (false, false) if when == When::local(when.wall(), zone) => when,
            (false, _) => When::local(when.wall(), zone),
        };
        details.start = again(details.start, false);
        details.end = end.map(|end| again(end, true));
    }
    if let Some(start) = &input.start {
        let length = details.end.map(|end| end.wall() - details.start.wall());
        details.start = when(start, details.zone, all_day, "start")?;
        // Moving the start keeps the length, unless the end is given too.
        if input.end.is_none() {
            details.end = length.map(|length| {
                let wall = details.start.wall() + length;
                if all_day {
                    When::day(wall.date())
                } else {
                    When::local(wall, details.zone)
                }
            });
        }
    }
    if let Some(end) = &input.end {
        details.end = if end.is_empty() {
            None
        } else {
            Some(when(end, details.zone, all_day, "end")?)
        };
    }
    if details
        .end
        .is_some_and(|end| end.instant(details.zone) < details.start.instant(details.zone))
    {
        return Err(bad("end", "the end is not before the start"));
    }
    if let Some(place) = &input.place {
        let coordinates = place.latitude.zip(place.longitude);
        if place.latitude.is_some() != place.longitude.is_some() {
            return Err(bad("place", "give both coordinates, or none"));
        }
        if coordinates.is_some_and(|(a, b)| a.abs() > 90.0 || b.abs() > 180.0) {
            return Err(bad("place", "coordinates are degrees, WGS 84"));
        }
        let cut = |text: &str| {
            text.trim()
                .replace('\0', "")
                .chars()
                .take(200)
                .collect::<String>()
        };
        let place = PlaceDetails {
            name: cut(&place.name),
            street: cut(&place.street),
            postal_code: cut(&place.postal_code),
            locality: cut(&place.city),
            country: cut(&place.country),
            coordinates,
            ..PlaceDetails::default()
        };
        details.place = (!place.name.is_empty() || !place.street.is_empty()).then_some(place);
    }
    if let Some(url) = &input.online_url {
        details.online_url = web_address(url, "online_url")?;
    }
    if let Some(url) = &input.registration_url {
        details.registration_url = web_address(url, "registration_url")?;
    }
    if let Some(category) = &input.category {
        let known = crate::listing::CATEGORIES
            .iter()
            .find(|known| **known == category.to_ascii_uppercase());
        if !category.is_empty() && known.is_none() {
            return Err(bad("category", "no such category"));
        }
        details.category = known.map(|known| (*known).to_owned()).unwrap_or_default();
    }
    if let Some(price) = &input.price {
        details.price = price.trim().replace('\0', "").chars().take(200).collect();
    }
    if let Some(status) = &input.status {
        details.status = EventStatus::from_word(status)
            .ok_or_else(|| bad("status", "confirmed, tentative, postponed or cancelled"))?;
    }
    Ok(())
}

fn clean_tags(tags: &[String]) -> Vec<String> {
    crate::form::tags(&tags.join(","))
}

fn life(error: LifeError) -> ApiError {
    match error {
        LifeError::Unknown => gone(),
        LifeError::Stale => ApiError::new(409, "changed_meanwhile", "changed meanwhile"),
        LifeError::Store(error) => error.into(),
    }
}

async fn page_of(
    site: &Arc<Site>,
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
    let (asked, query) = (Arc::clone(site), query.clone());
    let listed = rooms
        .database
        .read(move |c| run(c, &asked, &query, filters, query.cursor(), size + 1))
        .await?
        .ok_or_else(|| ApiError::new(422, "unknown_place", "`near` names no place known here"))?;
    let page = store::Page::of(listed, size);
    let next = page
        .items
        .last()
        .filter(|_| page.more)
        .map(|last| cursor_text((last.event.starts_at, last.object.id)));
    let items: Vec<EventView> = page.items.iter().map(|one| event_view(site, one)).collect();
    Ok(HttpResponse::Ok().json(serde_json::json!({"items": items, "next": next})))
}

async fn list(
    site: CurrentSite,
    rooms: Rooms,
    query: web::Query<Query>,
) -> Result<HttpResponse, ApiError> {
    page_of(&site.0, &rooms, &query, None).await
}

async fn agenda(site: &Site, rooms: &Rooms, name: String) -> Result<Actor, ApiError> {
    let id = site.id;
    let found = rooms
        .database
        .read(move |c| Actor::local(c, id, &name))
        .await?;
    match found {
        Some(actor) if actor.state() == ActorState::Active => Ok(actor),
        Some(actor) if actor.state() == ActorState::Deleted => {
            Err(ApiError::new(410, "gone", "this agenda was deleted"))
        }
        _ => Err(ApiError::not_found()),
    }
}

async fn of_agenda(
    site: CurrentSite,
    rooms: Rooms,
    path: web::Path<String>,
    query: web::Query<Query>,
) -> Result<HttpResponse, ApiError> {
    let actor = agenda(&site, &rooms, path.into_inner()).await?;
    page_of(&site.0, &rooms, &query, Some(actor.id)).await
}

/// An event that was found, or the error that says why not.
fn present(found: access::Found) -> Result<Listed, ApiError> {
    match found {
        access::Found::Here(listed) => Ok(*listed),
        access::Found::Gone => Err(gone()),
        access::Found::Nothing => Err(ApiError::not_found()),
    }
}

fn gone() -> ApiError {
    ApiError::new(410, "gone", "this event was deleted")
}

async fn show(
    site: CurrentSite,
    viewer: Viewer,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let asked = site.0.clone();
    let found = rooms.database.read(move |c| {
        // A cookie is not looked at (WEB-02).
        let who = viewer.identity();
        let who = who.filter(|who| who.session.kind == SessionKind::Api);
        access::find(c, &asked, who, id)
    });
    let listed = present(found.await?)?;
    Ok(HttpResponse::Ok().json(event_view(&site, &listed)))
}

/// The event, when this account may change it.
async fn own(
    site: &Arc<Site>,
    rooms: &Rooms,
    user: &ApiUser,
    path: &str,
) -> Result<Listed, ApiError> {
    let id = Id::parse(path).ok_or_else(ApiError::not_found)?;
    let (asked, who) = (Arc::clone(site), Arc::clone(&user.0));
    let found = rooms
        .database
        .read(move |c| access::find(c, &asked, Some(&who), id));
    let listed = present(found.await?)?;
    match user.may_edit(listed.object.actor_id) && listed.object.site_id == Some(site.id) {
        true => Ok(listed),
        false => Err(ApiError::forbidden()),
    }
}

async fn create(
    site: CurrentSite,
    rooms: Rooms,
    user: ApiUser,
    path: web::Path<String>,
    input: ApiJson<EventInput>,
) -> Result<HttpResponse, ApiError> {
    let actor = agenda(&site, &rooms, path.into_inner()).await?;
    if !user.may_edit(actor.id) {
        return Err(ApiError::forbidden());
    }
    let input = input.0;
    let zone: Tz = match &input.timezone {
        Some(name) => name
            .parse()
            .map_err(|_| bad("timezone", "an IANA name such as Europe/Paris"))?,
        None => site.timezone,
    };
    let start = input
        .start
        .as_deref()
        .ok_or_else(|| bad("start", "a start is needed"))?;
    let start = when(start, zone, input.all_day.unwrap_or(false), "start")?;
    let mut details = Details::new(input.title.clone().unwrap_or_default(), start, zone);
    apply(&input, &mut details)?;
    let tags = clean_tags(input.tags.as_deref().unwrap_or_default());
    let (account, registry, now, owner) = (
        user.account.id,
        rooms.registry.clone(),
        rooms.clock.ts(),
        site.0.clone(),
    );
    let made = rooms
        .database
        .write(move |c| {
            let new = NewObject {
                kind: "event",
                collection: "events",
                page: "e",
                site: &owner,
                actor: actor.id,
                account: Some(account),
                state: ObjectState::Public,
                audience: Audience::Public,
                title: &details.title,
                language: input.language.as_deref().unwrap_or(&owner.default_language),
                source: None,
                comments: CommentPolicy::Open,
            };
            let object = publish(
                c,
                &registry,
                &new,
                &tags,
                |c, object| write_details(c, object, &details, &tags, now),
                now,
            )?;
            Ok::<_, LifeError>(one(c, object.id)?)
        })
        .await
        .map_err(life)?;
    rooms.federation.wake();
    let listed = made.ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Created().json(event_view(&site, &listed)))
}

async fn revise(
    site: CurrentSite,
    rooms: Rooms,
    user: ApiUser,
    path: web::Path<String>,
    input: ApiJson<EventInput>,
) -> Result<HttpResponse, ApiError> {
    let listed = own(&site.0, &rooms, &user, &path).await?;
    let input = input.0;
    let mut details = listed
        .event
        .details(&listed.object.title, listed.place.as_ref());
    apply(&input, &mut details)?;
    let tags = input
        .tags
        .as_deref()
        .map_or_else(|| listed.tags.clone(), clean_tags);
    let (account, writer) = (user.account.id, rooms.clone());
    let saved = rooms
        .database
        .write(move |c| {
            let object = change(
                c,
                &writer,
                &listed,
                input.revision,
                details,
                &tags,
                input.language.clone(),
                Some(account),
            )?;
            Ok::<_, LifeError>(one(c, object.id)?)
        })
        .await
        .map_err(life)?;
    rooms.federation.wake();
    let listed = saved.ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok().json(event_view(&site, &listed)))
}

async fn remove(
    site: CurrentSite,
    rooms: Rooms,
    user: ApiUser,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let listed = own(&site.0, &rooms, &user, &path).await?;
    let (account, registry, now) = (user.account.id, rooms.registry.clone(), rooms.clock.ts());
    let gone = rooms
        .database
        .write(move |c| delete(c, &registry, &listed.object, Some(account), now))
        .await;
    gone.map_err(life)?;
    rooms.federation.wake();
    Ok(HttpResponse::NoContent().finish())
}
