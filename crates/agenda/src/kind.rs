//! The event as a kind of published object: its ActivityStreams form, both ways.

use crate::event::{Details, Event, EventStatus, Picture, write_details};
use crate::listing::CATEGORIES;
use crate::place::{Place, PlaceDetails};
use activitystreams::write::{
    self, AudienceForm, ImageForm, JoinMode, PlaceForm, PostalAddress, Replies, TagForm,
};
use activitystreams::{EventObject, EventStatus as WireStatus};
use calendar::When;
use chrono::{DateTime, FixedOffset, NaiveTime};
use chrono_tz::Tz;
use diesel::prelude::*;
use federation::{Actor, Incoming, IngestError, Scope};
use publication::{Audience, CommentPolicy, Common, Kind, Object, put_remote, text};
use serde_json::Value;
use sites::Site;
use std::sync::Arc;
use store::schema::{events, media, objects};
use store::{Conn, Id, MultiBackend, StoreError, Ts};
use url::Url;

/// The kind "event".
#[derive(Clone)]
pub struct Agenda {
    namespace: String,
    zone: Arc<dyn Fn() -> Tz + Send + Sync>,
}

impl Agenda {
    /// `namespace` is the address of our own vocabulary. Events that name no zone are shown in UTC.
    pub fn new(namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            zone: Arc::new(|| Tz::UTC),
        }
    }

    /// Events in UTC that name no zone are shown on this zone's clock: many servers send nothing else.
    pub fn in_zone(mut self, zone: impl Fn() -> Tz + Send + Sync + 'static) -> Self {
        self.zone = Arc::new(zone);
        self
    }
}

impl Kind for Agenda {
    fn name(&self) -> &'static str {
        "event"
    }

    fn types(&self) -> &'static [&'static str] {
        &["Event"]
    }

    fn collection(&self) -> &'static str {
        "events"
    }

    fn page(&self) -> &'static str {
        "e"
    }

    fn receive(&self, conn: &mut Conn, incoming: &Incoming<'_>) -> Result<Id, IngestError> {
        let unreadable =
            |error: activitystreams::ReadError| IngestError::Unreadable(error.to_string());
        let read = EventObject::read(incoming.document).map_err(unreadable)?;
        if read.draft {
            return Err(IngestError::Refused("a draft"));
        }
        let start = read.require_start().map_err(unreadable)?;
        let details = details(&read, start, (self.zone)());
        let followers = incoming
            .author
            .followers_url
            .as_deref()
            .and_then(|url| Url::parse(url).ok());
        let at = |time: Option<DateTime<FixedOffset>>| time.map(|time| Ts::new(time.to_utc()));
        let common = Common {
            uri: read.id.to_string(),
            url: read.url.as_ref().unwrap_or(&read.id).to_string(),
            title: details.title.clone(),
            language: read.in_language.clone().unwrap_or_default(),
            audience: match read.audience.visibility(followers.as_ref()) {
                activitystreams::Visibility::Public => Audience::Public,
                activitystreams::Visibility::Unlisted => Audience::Unlisted,
                activitystreams::Visibility::Followers => Audience::Followers,
                activitystreams::Visibility::Private => Audience::Private,
            },
            published: at(read.published),
            updated: at(read.updated),
            tags: read.tags.clone(),
        };
        match put_remote(conn, self.name(), incoming, &common)? {
            Some(object) => {
                write_details(conn, &object, &details, &read.tags, incoming.now)?;
                crate::focus::follow_document(conn, object.id, &read, incoming.now)?;
                Ok(object.id)
            }
            None => {
                let known = Object::by_uri(conn, &common.uri)?;
                known
                    .map(|object| object.id)
                    .ok_or(IngestError::Refused("unknown"))
            }
        }
    }

    fn document(
        &self,
        conn: &mut Conn,
        site: &Site,
        object: &Object,
    ) -> Result<Option<Value>, StoreError> {
        let Some(event) = Event::of(conn, object.id)? else {
            return Ok(None);
        };
        let Some(author) = Actor::by_id(conn, object.actor_id)? else {
            return Ok(None);
        };
        let place = match event.place_id {
            Some(id) => Place::by_id(conn, id)?,
            None => None,
        };
        let picture = match event.picture_id {
            Some(id) => stored_picture(conn, site, id)?,
            None => None,
        };
        let tags: Vec<String> = publication::tags_of(conn, &[object.id])?
            .into_iter()
            .map(|(_, tag)| tag)
            .collect();
        let form = Written {
            site,
            object,
            event: &event,
            author: &author,
            place: place.as_ref(),
            picture,
            tags,
        };
        match form.form() {
            Some(form) => write::event(&form, &self.namespace)
                .map(Some)
                .map_err(|error| StoreError::Damaged(error.to_string())),
            None => Ok(None),
        }
    }

    fn upcoming(
        &self,
        conn: &mut Conn,
        scope: Scope,
        now: Ts,
        limit: i64,
    ) -> Result<Vec<Object>, StoreError> {
        let mut query = objects::table
            .inner_join(events::table.on(events::object_id.eq(objects::id)))
            .filter(objects::state.eq("public"))
            .filter(objects::audience.eq("public"))
            .filter(
                events::ends_at
                    .gt(now)
                    .assume_not_null()
                    .or(events::ends_at.is_null().and(events::starts_at.gt(now))),
            )
            .into_boxed::<MultiBackend>();
        query = match scope {
            Scope::Actor(actor) => query.filter(objects::actor_id.eq(actor)),
            Scope::Site(site) => query.filter(objects::site_id.eq(site)),
        };
        Ok(query
            .filter(objects::site_id.is_not_null())
            .order((events::starts_at, objects::id))
            .limit(limit)
            .select(Object::as_select())
            .load(conn)?)
    }

    fn is_current(&self, conn: &mut Conn, object: Id, now: Ts) -> Result<bool, StoreError> {
        Ok(Event::of(conn, object)?.is_some_and(|event| !event.is_past(now)))
    }

    fn forget(&self, conn: &mut Conn, object: Id) -> Result<(), StoreError> {
        diesel::delete(events::table.find(object)).execute(conn)?;
        Ok(())
    }
}

fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

/// What another server's document says, in our terms.
fn details(read: &EventObject, start: DateTime<FixedOffset>, home: Tz) -> Details {
    let named: Option<Tz> = read.timezone.as_deref().and_then(|name| name.parse().ok());
    // Without a name, the offset is kept by a zone that has it all year.
    let zone = named.unwrap_or_else(|| fixed_zone(start, home));
    let walls = |at: DateTime<FixedOffset>| at.with_timezone(&zone).naive_local();
    let midnight = |at: DateTime<FixedOffset>| walls(at).time() == NaiveTime::MIN;
    let ends_day = |at: DateTime<FixedOffset>| {
        let time = walls(at).time();
        time == NaiveTime::MIN
            || Some(time) == NaiveTime::from_hms_opt(23, 59, 59)
            || Some(time) == NaiveTime::from_hms_opt(23, 59, 0)
    };
    let end = read
        .end
        .filter(|_| read.display_end_time)
        .filter(|end| *end > start);
    // No vocabulary says "whole days": midnight to midnight on the clock of its own zone means it.
    let all_day = named.is_some() && midnight(start) && end.is_some_and(ends_day);
    let (first, last) = if all_day {
        let last = end.map(|end| {
            let wall = walls(end);
            let day = if wall.time() == NaiveTime::MIN {
                wall.date()
            } else {
                wall.date().succ_opt().unwrap_or(wall.date())
            };
            When::day(day)
        });
        (When::day(walls(start).date()), last)
    } else {
        (
            When::instant_in(start.to_utc(), zone),
            end.map(|end| When::instant_in(end.to_utc(), zone)),
        )
    };
    let title = text::plain(&read.name);
    let mut details = Details::new(
        cut(if title.is_empty() { "…" } else { &title }, 200),
        first,
        zone,
    );
    let html = read
        .content
        .as_deref()
        .or(read.summary.as_deref())
        .unwrap_or_default();
    details.end = last;
    details.content = match read.media_type.as_deref() {
        Some("text/plain") => text::clean_html(
            &html
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('\n', "<br>"),
        ),
        Some("text/markdown") => text::markdown(html),
        _ => text::clean_html(html),
    };
    details.status = match read.status {
        Some(WireStatus::Tentative) => EventStatus::Tentative,
        Some(WireStatus::Cancelled) => EventStatus::Cancelled,
        Some(WireStatus::Postponed) => EventStatus::Postponed,
        Some(WireStatus::Confirmed) | None => EventStatus::Confirmed,
    };
    details.previous_start = read.previous_start.map(|at| Ts::new(at.to_utc()));
    details.place = read
        .places
        .first()
        .map(place_details)
        .filter(|place| !place.name.is_empty() || !place.street.is_empty());
    let web = |url: &Url| Some(url.to_string()).filter(|text| text.len() <= 2_000);
    details.online_url = read.online_urls.first().and_then(|link| web(&link.href));
    details.website_url = read.website.as_ref().and_then(web);
    details.registration_url = read.external_participation_url.as_ref().and_then(web);
    let category = read
        .categories
        .first()
        .map(|word| word.to_ascii_uppercase())
        .unwrap_or_default();
    details.category = CATEGORIES
        .iter()
        .find(|known| **known == category)
        .map(|known| (*known).to_owned())
        .unwrap_or_default();
    if let Some(image) = read.images.first() {
        details.picture = web(&image.url).map_or(Picture::None, Picture::Remote);
        details.picture_alt = cut(
            &text::plain(image.alt.as_deref().unwrap_or_default()),
            1_000,
        );
    }
    details
}

fn fixed_zone(at: DateTime<FixedOffset>, home: Tz) -> Tz {
    // POSIX signs: Etc/GMT-2 is two hours east of Greenwich.
    let hours = at.offset().local_minus_utc() / 3_600;
    match hours {
        0 => home,
        east @ 1.. => format!("Etc/GMT-{east}").parse().unwrap_or(Tz::UTC),
        west => format!("Etc/GMT+{}", -west).parse().unwrap_or(Tz::UTC),
    }
}

fn place_details(place: &activitystreams::Place) -> PlaceDetails {
    let field = |text: &Option<String>| cut(text.as_deref().unwrap_or_default(), 200);
    PlaceDetails {
        known: None,
        uri: place.id.as_ref().map(ToString::to_string),
        name: cut(
            place
                .name
                .as_deref()
                .or(place.text.as_deref())
                .unwrap_or_default(),
            200,
        ),
        street: if place.address.street.is_some() {
            field(&place.address.street)
        } else {
            field(&place.text)
        },
        postal_code: field(&place.address.postal_code),
        locality: field(&place.address.locality),
        region: field(&place.address.region),
        country: field(&place.address.country),
        coordinates: place.lat.zip(place.lon),
    }
}

fn stored_picture(conn: &mut Conn, site: &Site, id: Id) -> Result<Option<ImageForm>, StoreError> {
    let found: Option<(String, String, i32, i32, String, f64, f64)> = media::table
        .find(id)
        .select((
            media::file_name,
            media::media_type,
            media::width,
            media::height,
            media::blurhash,
            media::focal_x,
            media::focal_y,
        ))
        .first(conn)
        .optional()?;
    Ok(
        found.and_then(|(name, media_type, width, height, blurhash, x, y)| {
            Some(ImageForm {
                url: Url::parse(&site.url(&format!("/media/{name}"))).ok()?,
                media_type,
                alt: None,
                width: u32::try_from(width).ok(),
                height: u32::try_from(height).ok(),
                blurhash: Some(blurhash).filter(|hash| !hash.is_empty()),
                focal_point: Some((x, y)),
            })
        }),
    )
}

/// All that goes into the written form.
struct Written<'a> {
    site: &'a Site,
    object: &'a Object,
    event: &'a Event,
    author: &'a Actor,
    place: Option<&'a Place>,
    picture: Option<ImageForm>,
    tags: Vec<String>,
}

impl Written<'_> {
    fn form(self) -> Option<write::EventForm> {
        let Self {
            site,
            object,
            event,
            author,
            place,
            picture,
            tags,
        } = self;
        let zone = event.zone();
        let at = |when: When| when.instant(zone).with_timezone(&zone).fixed_offset();
        let url = |text: &Option<String>| text.as_deref().and_then(|text| Url::parse(text).ok());
        let end = event.end().or_else(|| match event.start() {
            // A whole day without an end is that day.
            When::Date { date } => date.succ_opt().map(When::day),
            When::Time { .. } => None,
        });
        let language = if object.language.is_empty() {
            site.default_language.clone()
        } else {
            object.language.clone()
        };
        Some(write::EventForm {
            id: Url::parse(&object.uri).ok()?,
            url: Url::parse(&object.url).ok()?,
            agenda: Url::parse(&author.uri).ok()?,
            agenda_followers: Url::parse(author.followers_url.as_deref()?).ok()?,
            organiser: Url::parse(&site.actor_uri()).ok()?,
            organisers: Vec::new(),
            name: object.title.clone(),
            summary: crate::words::summary(event, place, &language),
            content: event.content.clone(),
            language,
            start: at(event.start()),
            end: end.map(at),
            display_end_time: end.is_some(),
            timezone: Some(zone.name().to_owned()),
            previous_start: event
                .previous_start
                .map(|ts| ts.0.with_timezone(&zone).fixed_offset()),
            place: place.map(|place| PlaceForm {
                id: Url::parse(&site.url(&format!("/places/{}", place.id))).ok(),
                name: place.name.clone(),
                address: PostalAddress {
                    street: some(&place.street),
                    postal_code: some(&place.postal_code),
                    locality: some(&place.locality),
                    region: some(&place.region),
                    country: some(&place.country),
                },
                coordinates: place.coordinates(),
            }),
            online_url: url(&event.online_url),
            is_online: event.online_url.is_some(),
            website: url(&event.website_url),
            links: Vec::new(),
            category: some(&event.category),
            tags: tags
                .into_iter()
                .filter_map(|name| {
                    let mut href = Url::parse(&site.url("/")).ok()?;
                    href.query_pairs_mut().append_pair("tag", &name);
                    Some(TagForm {
                        name: name.replace(' ', ""),
                        href,
                    })
                })
                .collect(),
            images: picture
                .map(|image| ImageForm {
                    alt: some(&event.picture_alt),
                    ..image
                })
                .into_iter()
                .collect(),
            status: match event.status() {
                EventStatus::Confirmed => WireStatus::Confirmed,
                EventStatus::Tentative => WireStatus::Tentative,
                EventStatus::Postponed => WireStatus::Postponed,
                EventStatus::Cancelled => WireStatus::Cancelled,
            },
            join_mode: JoinMode::External,
            participation_url: url(&event.registration_url),
            maximum_attendees: None,
            replies: match CommentPolicy::from_word(&object.comments) {
                Some(CommentPolicy::Open) => Replies::Open,
                Some(CommentPolicy::Moderated) => Replies::Moderated,
                Some(CommentPolicy::Closed) | None => Replies::Closed,
            },
            audience: match object.audience() {
                Audience::Public => AudienceForm::Public,
                Audience::Unlisted => AudienceForm::Unlisted,
                Audience::Followers | Audience::Private => AudienceForm::Followers,
            },
            published: object.published_at.0,
            updated: object.updated_at.0,
        })
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}
