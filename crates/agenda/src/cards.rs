//! Events as lists show them.

use crate::event::EventStatus;
use crate::listing::Listed;
use crate::words;
use chrono::NaiveDate;
use diesel::prelude::*;
use sites::Site;
use std::collections::{BTreeMap, HashMap};
use store::schema::media;
use store::{Conn, Id, Json, StoreError, Ts};
use ui::agenda::{AgendaDay, EventCard, EventStatus as Shown, Link};
use ui::{Lang, Picture};

/// Pictures of several events, by their keys in `media`.
pub(crate) type Pictures = HashMap<Id, Stored>;

/// A stored picture.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) file: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    variants: Vec<Variant>,
}

#[derive(Debug, Clone, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Variant {
    pub(crate) file: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Stored {
    /// The smallest file at least as wide as asked.
    pub(crate) fn at_least(&self, width: u32, alt: &str) -> Picture {
        let fit = self
            .variants
            .iter()
            .filter(|variant| variant.width >= width)
            .min_by_key(|variant| variant.width);
        let (file, width, height) = fit.map_or((&self.file, self.width, self.height), |variant| {
            (&variant.file, variant.width, variant.height)
        });
        Picture {
            src: format!("/media/{file}"),
            width,
            height,
            alt: alt.to_owned(),
        }
    }
}

/// Reads the pictures of a list.
pub(crate) fn pictures(conn: &mut Conn, listed: &[Listed]) -> Result<Pictures, StoreError> {
    let ids: Vec<Id> = listed
        .iter()
        .filter_map(|listed| listed.event.picture_id)
        .collect();
    if ids.is_empty() {
        return Ok(Pictures::new());
    }
    let rows: Vec<(Id, String, i32, i32, Json)> = media::table
        .filter(media::id.eq_any(ids))
        .select((
            media::id,
            media::file_name,
            media::width,
            media::height,
            media::variants,
        ))
        .load(conn)?;
    let read = |(id, file, width, height, variants): (Id, String, i32, i32, Json)| {
        let size = |pixels: i32| u32::try_from(pixels).unwrap_or(0);
        (
            id,
            Stored {
                file,
                width: size(width),
                height: size(height),
                variants: variants.read(),
            },
        )
    };
    Ok(rows.into_iter().map(read).collect())
}

pub(crate) fn shown(status: EventStatus) -> Shown {
    match status {
        EventStatus::Confirmed => Shown::Confirmed,
        EventStatus::Tentative => Shown::Tentative,
        EventStatus::Postponed => Shown::Postponed,
        EventStatus::Cancelled => Shown::Cancelled,
    }
}

/// "via fablab.example", for what another server published.
pub(crate) fn source(listed: &Listed) -> Option<Link> {
    let host = listed.author.host.as_str();
    listed
        .author
        .site_id
        .is_none()
        .then(|| Link::new(host, &listed.object.url))
}

/// Path of an event's page on the site that shows it.
pub(crate) fn path(listed: &Listed) -> String {
    format!("/e/{}", listed.object.id)
}

/// The tag's list.
pub(crate) fn tag_path(tag: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(tag.as_bytes()).collect();
    format!("/?tag={encoded}")
}

/// A card.
pub(crate) fn card(listed: &Listed, pictures: &Pictures, now: Ts, lang: Lang) -> EventCard {
    let Listed {
        object,
        event,
        place,
        tags,
        ..
    } = listed;
    let zone = event.zone();
    let end = event.end().map(|end| end.instant(zone));
    let place_words = place.as_ref().map(|place| match place.locality.as_str() {
        "" => place.name.clone(),
        town if place.name.contains(town) => place.name.clone(),
        town => format!("{}, {town}", place.name),
    });
    EventCard {
        title: object.title.clone(),
        url: path(listed),
        content_lang: Some(object.language.clone())
            .filter(|tag| !tag.is_empty() && words::lang_of(tag) != lang),
        time: if event.all_day {
            lang.t("date-all-day")
        } else {
            ui::dates::time_span(event.starts_at.0, end, false, zone, lang)
        },
        datetime: if event.all_day {
            ui::dates::iso_date(event.start().date())
        } else {
            ui::dates::iso_moment(event.starts_at.0, zone)
        },
        when_note: String::new(),
        place: place_words.unwrap_or_default(),
        online: event.online_url.is_some(),
        tags: tags
            .iter()
            .take(6)
            .map(|tag| Link::new(tag, &tag_path(tag)))
            .collect(),
        price: event.price.clone(),
        free: event.is_free == Some(true),
        status: shown(event.status()),
        sold_out: event.sold_out,
        past: event.is_past(now),
        held: false,
        source: source(listed),
        picture: event
            .picture_id
            .and_then(|id| pictures.get(&id))
            .map(|stored| stored.at_least(320, &event.picture_alt)),
    }
}

/// Cards by day on the site's clock; what began before `first` stands under it.
pub(crate) fn by_day(
    site: &Site,
    listed: &[Listed],
    pictures: &Pictures,
    first: Option<NaiveDate>,
    now: Ts,
    lang: Lang,
) -> Vec<AgendaDay> {
    let mut days: BTreeMap<NaiveDate, Vec<EventCard>> = BTreeMap::new();
    for one in listed {
        let date = if one.event.all_day {
            one.event.start().date()
        } else {
            one.event
                .starts_at
                .0
                .with_timezone(&site.timezone)
                .date_naive()
        };
        let under = first.map_or(date, |first| date.max(first));
        let mut card = card(one, pictures, now, lang);
        if under != date {
            card.when_note = lang.ta(
                "date-since",
                &[("date", ui::dates::short_date(date, lang).into())],
            );
        }
        days.entry(under).or_default().push(card);
    }
    days.into_iter()
        .map(|(date, events)| AgendaDay { date, events })
        .collect()
}
