//! Another server's event in our terms.

use crate::event::{Details, EventStatus, Picture};
use crate::listing::CATEGORIES;
use crate::place::PlaceDetails;
use activitystreams::{EventObject, EventStatus as WireStatus};
use calendar::When;
use chrono::{DateTime, FixedOffset, NaiveTime};
use chrono_tz::Tz;
use store::Ts;
use url::Url;

fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

/// What another server's document says, in our terms.
pub(super) fn details(read: &EventObject, start: DateTime<FixedOffset>, home: Tz) -> Details {
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
