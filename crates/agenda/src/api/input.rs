//! What the API takes.

use super::view::PlaceView;
use crate::event::{Details, EventStatus};
use crate::form::in_calendar;
use crate::place::PlaceDetails;
use calendar::When;
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use chrono_tz::Tz;
use pages::ApiError;
use serde::Deserialize;
use url::Url;

/// What the API takes; absent fields stay as they are (PATCH) or empty (POST).
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EventInput {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    /// RFC 3339 with an offset, a date and time on the clock of `timezone`, or a date.
    pub(crate) start: Option<String>,
    /// As `start`; empty for none.
    pub(crate) end: Option<String>,
    /// IANA name; the site's without one.
    pub(crate) timezone: Option<String>,
    pub(crate) all_day: Option<bool>,
    pub(crate) place: Option<PlaceView>,
    pub(crate) online_url: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) price: Option<String>,
    pub(crate) free: Option<bool>,
    pub(crate) sold_out: Option<bool>,
    pub(crate) registration_url: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) status_note: Option<String>,
    /// The revision that the program knows: another one is refused (409).
    pub(crate) revision: Option<i32>,
}

/// 422 with the field in its code.
pub(super) fn bad(field: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(422, format!("invalid_{field}"), message)
}

const FAR: &str = "the year is 1900 to 9000";

/// RFC 3339 with an offset, or a wall-clock date and time, or a date, read in `zone`.
pub(super) fn when(
    text: &str,
    zone: Tz,
    all_day: bool,
    field: &'static str,
) -> Result<When, ApiError> {
    let wall = |text: &str| {
        ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
    };
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        if !in_calendar(at.date_naive()) {
            return Err(bad(field, FAR));
        }
        let local = When::instant_in(at.to_utc(), zone);
        return Ok(if all_day {
            When::day(local.date())
        } else {
            local
        });
    }
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        if !in_calendar(date) {
            return Err(bad(field, FAR));
        }
        return Ok(if all_day {
            When::day(date)
        } else {
            When::local(date.and_time(chrono::NaiveTime::MIN), zone)
        });
    }
    match wall(text) {
        Some(wall) if !in_calendar(wall.date()) => Err(bad(field, FAR)),
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
pub(crate) fn apply(input: &EventInput, details: &mut Details) -> Result<(), ApiError> {
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
    // A start that moves takes the end along.
    if details.end.is_some_and(|end| !in_calendar(end.date())) {
        return Err(bad("end", FAR));
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
    if let Some(free) = input.free {
        details.is_free = Some(free);
    }
    if let Some(sold_out) = input.sold_out {
        details.sold_out = sold_out;
    }
    if let Some(note) = &input.status_note {
        let plain = note.trim().chars().filter(|c| !c.is_control());
        details.status_note = plain.take(300).collect();
    }
    if let Some(status) = &input.status {
        details.status = EventStatus::from_word(status)
            .ok_or_else(|| bad("status", "confirmed, tentative, postponed or cancelled"))?;
    }
    Ok(())
}

/// Tags without their `#`, at most twenty.
pub(super) fn clean_tags(tags: &[String]) -> Vec<String> {
    crate::form::tags(&tags.join(","))
}
