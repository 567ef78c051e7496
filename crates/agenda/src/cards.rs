//! Events as lists show them.

use crate::event::EventStatus;
use crate::listing::Listed;
use crate::words;
use chrono::NaiveDate;
use pages::{Pictures, stored_pictures};
use sites::Site;
use std::collections::BTreeMap;
use store::{Conn, Id, StoreError, Ts};
use ui::Lang;
use ui::agenda::{AgendaDay, EventCard, EventStatus as Shown, Link};

/// Reads the pictures of a list.
pub(crate) fn pictures(conn: &mut Conn, listed: &[Listed]) -> Result<Pictures, StoreError> {
    let ids: Vec<Id> = listed
        .iter()
        .filter_map(|listed| listed.event.picture_id)
        .collect();
    stored_pictures(conn, &ids)
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
    format!("/tags/{}", encoded.replace('+', "%20"))
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
