//! An event's own columns.

use crate::place::{Place, PlaceDetails};
use calendar::When;
use chrono_tz::Tz;
use diesel::prelude::*;
use publication::Object;
use store::schema::events;
use store::{Conn, Id, StoreError, Ts, fold, read_wall, text_enum, wall_text};

text_enum! {
    /// Whether it takes place.
    pub enum EventStatus {
        /// As announced.
        Confirmed = "confirmed",
        /// Perhaps.
        Tentative = "tentative",
        /// At another date, known or not; `previous_start` tells the old one.
        Postponed = "postponed",
        /// No.
        Cancelled = "cancelled",
    }
}

/// An event's row, beside its row in `objects`.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = events)]
pub struct Event {
    /// Key of the object.
    pub object_id: Id,
    /// Sanitised HTML.
    pub content: String,
    /// Markdown it was written in; empty for what came from elsewhere.
    pub source: String,
    /// The instant; an all-day event begins at midnight in its zone.
    pub starts_at: Ts,
    /// The instant; exclusive. Absent when the end is unknown.
    pub ends_at: Option<Ts>,
    /// Wall clock, see [`store::wall_text`].
    pub local_start: String,
    /// Wall clock; exclusive.
    pub local_end: Option<String>,
    /// IANA name.
    pub timezone: String,
    /// Whole days.
    pub all_day: bool,
    /// Word of [`EventStatus`].
    pub status: String,
    /// Why, in the author's words.
    pub status_note: String,
    /// No seat left.
    pub sold_out: bool,
    /// Where it was before it was postponed.
    pub previous_start: Option<Ts>,
    /// Its place.
    pub place_id: Option<Id>,
    /// Degrees, WGS 84: of the place, or of its own.
    pub latitude: Option<f64>,
    /// Degrees, WGS 84.
    pub longitude: Option<f64>,
    /// Where to take part online.
    pub online_url: Option<String>,
    /// Its own web page elsewhere.
    pub website_url: Option<String>,
    /// Where to register or buy.
    pub registration_url: Option<String>,
    /// One of [`crate::listing::CATEGORIES`], or empty.
    pub category: String,
    /// In words.
    pub price: String,
    /// Known to cost nothing, or something.
    pub is_free: Option<bool>,
    /// Its picture, stored here.
    pub picture_id: Option<Id>,
    /// Its picture at its origin, not yet stored here.
    pub picture_url: Option<String>,
    /// Text of the picture.
    pub picture_alt: String,
    /// The series it is an occurrence of.
    pub series_id: Option<Id>,
    /// Which occurrence, see [`calendar::OccurrenceKey`].
    pub occurrence: Option<String>,
    /// The festival it belongs to.
    pub parent_id: Option<Id>,
    /// Who organises, in words, when it is not the agenda itself.
    pub organizer: String,
    /// Tells whether an import changed anything.
    pub fingerprint: String,
}

impl Event {
    /// By the object's key.
    pub fn of(conn: &mut Conn, object: Id) -> Result<Option<Self>, StoreError> {
        Ok(events::table
            .find(object)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// Its zone; UTC for a damaged row.
    pub fn zone(&self) -> Tz {
        self.timezone.parse().unwrap_or(Tz::UTC)
    }

    /// Start on the wall clock of its zone.
    pub fn start(&self) -> When {
        when(self.starts_at, &self.local_start, self.all_day, self.zone())
    }

    /// End, exclusive for whole days.
    pub fn end(&self) -> Option<When> {
        let local = self.local_end.as_deref()?;
        Some(when(self.ends_at?, local, self.all_day, self.zone()))
    }

    /// Whether it takes place; an unknown word counts as confirmed.
    pub fn status(&self) -> EventStatus {
        EventStatus::from_word(&self.status).unwrap_or(EventStatus::Confirmed)
    }

    /// True once it is over at `now`: by its end, else by the end of its first day.
    pub fn is_past(&self, now: Ts) -> bool {
        self.ends_at
            .map_or(self.starts_at.0 + chrono::Duration::hours(12), |end| end.0)
            < now.0
    }
}

fn when(instant: Ts, wall: &str, all_day: bool, zone: Tz) -> When {
    match read_wall(wall) {
        Some(wall) if all_day => When::day(wall.date()),
        _ => When::instant_in(instant.0, zone),
    }
}

/// Where the picture is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Picture {
    /// None, or taken away.
    #[default]
    None,
    /// Stored here.
    Stored(Id),
    /// At another server.
    Remote(String),
}

/// Everything an event says for itself, from a form, a calendar or another server, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// Plain text, 1 to 200 characters.
    pub title: String,
    /// Sanitised HTML.
    pub content: String,
    /// Markdown, or empty.
    pub source: String,
    /// Start.
    pub start: When,
    /// End, not before the start; exclusive for whole days.
    pub end: Option<When>,
    /// Zone of both.
    pub zone: Tz,
    /// Whether it takes place.
    pub status: EventStatus,
    /// Why.
    pub status_note: String,
    /// No seat left.
    pub sold_out: bool,
    /// The date before it was postponed.
    pub previous_start: Option<Ts>,
    /// Its place.
    pub place: Option<PlaceDetails>,
    /// http or https.
    pub online_url: Option<String>,
    /// http or https.
    pub website_url: Option<String>,
    /// http, https or mailto.
    pub registration_url: Option<String>,
    /// See [`Event::category`].
    pub category: String,
    /// In words.
    pub price: String,
    /// See [`Event::is_free`].
    pub is_free: Option<bool>,
    /// The picture.
    pub picture: Picture,
    /// Text of the picture.
    pub picture_alt: String,
    /// Series and occurrence.
    pub series: Option<(Id, String)>,
    /// The festival it belongs to.
    pub parent: Option<Id>,
    /// See [`Event::organizer`].
    pub organizer: String,
    /// See [`Event::fingerprint`].
    pub fingerprint: String,
}

impl Details {
    /// An event with a title and a start, and nothing else known.
    pub fn new(title: impl Into<String>, start: When, zone: Tz) -> Self {
        Self {
            title: title.into(),
            content: String::new(),
            source: String::new(),
            start,
            end: None,
            zone,
            status: EventStatus::Confirmed,
            status_note: String::new(),
            sold_out: false,
            previous_start: None,
            place: None,
            online_url: None,
            website_url: None,
            registration_url: None,
            category: String::new(),
            price: String::new(),
            is_free: None,
            picture: Picture::None,
            picture_alt: String::new(),
            series: None,
            parent: None,
            organizer: String::new(),
            fingerprint: String::new(),
        }
    }
}

/// Writes (inserts or replaces) the event's part of an object.
pub fn write_details(
    conn: &mut Conn,
    object: &Object,
    details: &Details,
    tags: &[String],
    now: Ts,
) -> Result<(), StoreError> {
    let place = match &details.place {
        Some(place) => Some(Place::find_or_create(conn, object.site_id, place, now)?),
        None => None,
    };
    let own = details.place.as_ref().and_then(|place| place.coordinates);
    let coordinates = own.or_else(|| place.as_ref().and_then(Place::coordinates));
    let (picture_id, picture_url) = match &details.picture {
        Picture::None => (None, None),
        Picture::Stored(id) => (Some(*id), None),
        Picture::Remote(url) => (None, Some(url.as_str())),
    };
    let place_words = place
        .as_ref()
        .map(|p| format!("{} {}", p.name, p.locality))
        .unwrap_or_default();
    let words = text::plain(&details.content);
    let search = fold(&format!(
        "{} {place_words} {} {} {words}",
        details.title,
        tags.join(" "),
        details.organizer
    ));
    let search = search
        .get(..search.floor_char_boundary(20_000))
        .unwrap_or_default();
    let known = events::table
        .find(object.id)
        .select(events::picture_url)
        .first::<Option<String>>(conn)
        .optional()?;
    let columns = (
        (
            events::title_folded.eq(fold(&details.title)),
            events::search_folded.eq(search),
            events::content.eq(&details.content),
            events::source.eq(&details.source),
            events::starts_at.eq(Ts::new(details.start.instant(details.zone))),
            events::ends_at.eq(details.end.map(|end| Ts::new(end.instant(details.zone)))),
            events::local_start.eq(wall_text(details.start.wall())),
            events::local_end.eq(details.end.map(|end| wall_text(end.wall()))),
            events::timezone.eq(details.zone.name()),
            events::all_day.eq(details.start.is_date()),
            events::status.eq(details.status.as_str()),
        ),
        (
            events::status_note.eq(&details.status_note),
            events::sold_out.eq(details.sold_out),
            events::previous_start.eq(details.previous_start),
            events::place_id.eq(place.map(|place| place.id)),
            events::latitude.eq(coordinates.map(|c| c.0)),
            events::longitude.eq(coordinates.map(|c| c.1)),
            events::online_url.eq(details.online_url.as_deref()),
            events::website_url.eq(details.website_url.as_deref()),
            events::registration_url.eq(details.registration_url.as_deref()),
        ),
        (
            events::category.eq(&details.category),
            events::price.eq(&details.price),
            events::is_free.eq(details.is_free),
            events::picture_alt.eq(&details.picture_alt),
            events::series_id.eq(details.series.as_ref().map(|series| series.0)),
            events::occurrence.eq(details.series.as_ref().map(|series| series.1.as_str())),
            events::parent_id.eq(details.parent),
            events::organizer.eq(&details.organizer),
            events::fingerprint.eq(&details.fingerprint),
        ),
    );
    let pictures = (
        events::picture_id.eq(picture_id),
        events::picture_url.eq(picture_url),
    );
    let row = events::table.find(object.id);
    match known {
        None => {
            let insert = (events::object_id.eq(object.id), columns, pictures);
            diesel::insert_into(events::table)
                .values(insert)
                .execute(conn)?;
        }
        // A remote picture that was fetched before is not fetched again because its event changed.
        Some(Some(url)) if picture_url == Some(url.as_str()) => {
            diesel::update(row).set(columns).execute(conn)?;
        }
        Some(_) => {
            diesel::update(row).set((columns, pictures)).execute(conn)?;
        }
    }
    Ok(())
}

impl Event {
    /// The row that details would make, for a preview.
    pub(crate) fn preview(id: Id, details: &Details) -> Self {
        let coordinates = details.place.as_ref().and_then(|place| place.coordinates);
        Self {
            object_id: id,
            content: details.content.clone(),
            source: details.source.clone(),
            starts_at: Ts::new(details.start.instant(details.zone)),
            ends_at: details.end.map(|end| Ts::new(end.instant(details.zone))),
            local_start: wall_text(details.start.wall()),
            local_end: details.end.map(|end| wall_text(end.wall())),
            timezone: details.zone.name().to_owned(),
            all_day: details.start.is_date(),
            status: details.status.as_str().to_owned(),
            status_note: details.status_note.clone(),
            sold_out: details.sold_out,
            previous_start: details.previous_start,
            place_id: None,
            latitude: coordinates.map(|c| c.0),
            longitude: coordinates.map(|c| c.1),
            online_url: details.online_url.clone(),
            website_url: details.website_url.clone(),
            registration_url: details.registration_url.clone(),
            category: details.category.clone(),
            price: details.price.clone(),
            is_free: details.is_free,
            picture_id: None,
            picture_url: None,
            picture_alt: details.picture_alt.clone(),
            series_id: None,
            occurrence: None,
            parent_id: details.parent,
            organizer: details.organizer.clone(),
            fingerprint: String::new(),
        }
    }

    /// The details that this row was written from, for a change of a few of them.
    pub(crate) fn details(&self, title: &str, place: Option<&Place>) -> Details {
        let mut details = Details::new(title, self.start(), self.zone());
        details.content.clone_from(&self.content);
        details.source.clone_from(&self.source);
        details.end = self.end();
        details.status = self.status();
        details.status_note.clone_from(&self.status_note);
        details.sold_out = self.sold_out;
        details.previous_start = self.previous_start;
        details.place = place.map(|place| PlaceDetails {
            known: Some(place.id),
            name: place.name.clone(),
            street: place.street.clone(),
            postal_code: place.postal_code.clone(),
            locality: place.locality.clone(),
            region: place.region.clone(),
            country: place.country.clone(),
            coordinates: self.latitude.zip(self.longitude),
            uri: None,
        });
        details.online_url.clone_from(&self.online_url);
        details.website_url.clone_from(&self.website_url);
        details.registration_url.clone_from(&self.registration_url);
        details.category.clone_from(&self.category);
        details.price.clone_from(&self.price);
        details.is_free = self.is_free;
        details.picture = match (self.picture_id, &self.picture_url) {
            (Some(id), _) => Picture::Stored(id),
            (None, Some(url)) => Picture::Remote(url.clone()),
            (None, None) => Picture::None,
        };
        details.picture_alt.clone_from(&self.picture_alt);
        details.series = self.series_id.zip(self.occurrence.clone());
        details.parent = self.parent_id;
        details.organizer.clone_from(&self.organizer);
        details.fingerprint.clone_from(&self.fingerprint);
        details
    }
}
