//! What is typed in the form of an event, and back.

use crate::event::{Details, Event, EventStatus, Picture};
use crate::listing::{CATEGORIES, Listed};
use crate::place::PlaceDetails;
use calendar::When;
use chrono::{Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike};
use chrono_tz::Tz;
use store::Id;
use ui::FormErrors;
use ui::event_form::EventValues;
use url::Url;

/// An address that may stand in a page: http or https, mailto where allowed (XSS-02).
fn link(text: &str, mail: bool) -> Result<Option<String>, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let guess = if text.contains(':') {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&guess).map_err(|_| ())?;
    let web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    if url.as_str().len() <= 2_000 && (web || (mail && url.scheme() == "mailto")) {
        Ok(Some(url.to_string()))
    } else {
        Err(())
    }
}

pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d")
        .ok()
        .filter(|date| in_calendar(*date))
}

/// True for days on which something can take place: reckoning with others leaves what a date can hold.
pub(crate) fn in_calendar(date: NaiveDate) -> bool {
    (1900..=9000).contains(&chrono::Datelike::year(&date))
}

fn time(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    NaiveTime::parse_from_str(text, "%H:%M")
        .or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S"))
        .ok()
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '\n'])
        .map(|tag| tag.trim().trim_start_matches('#').trim())
        .filter(|tag| !tag.is_empty())
}

/// Tags as typed: separated by commas.
pub(crate) fn tags(text: &str) -> Vec<String> {
    list(text)
        .map(|tag| tag.chars().filter(|c| !c.is_control()).take(50).collect())
        .take(20)
        .collect()
}

/// True for a time that the clock of the zone skips in spring.
pub(crate) fn is_skipped(wall: NaiveDateTime, zone: Tz) -> bool {
    matches!(zone.from_local_datetime(&wall), LocalResult::None)
}

/// Reads the form. Every fault is noted at its field; what was typed stays with the caller.
pub(crate) fn details(values: &EventValues, picture: Picture) -> Result<Details, FormErrors> {
    let mut errors = FormErrors::default();
    // One line, whatever was pasted.
    let title: String = values
        .title
        .split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    match title.chars().count() {
        0 => errors.add("title", "form-error-title-required"),
        3..=200 => {}
        _ => errors.add("title", "form-error-title-length"),
    }
    let zone: Tz = values.time_zone.trim().parse().unwrap_or_else(|_| {
        errors.add("time_zone", "form-error-time-zone");
        Tz::UTC
    });
    let start = start(values, zone, &mut errors);
    let end = start.and_then(|start| end(values, start, zone, &mut errors));
    let mut address = |field: &str, text: &str, mail: bool| match link(text, mail) {
        Ok(link) => link,
        Err(()) => {
            errors.add(field, "form-error-url");
            None
        }
    };
    let online_url = address("online_url", &values.online_url, false);
    let registration_url = address("registration_url", &values.registration_url, true);
    let place = place(values, &mut errors);
    if values.description.len() > 40_000 {
        errors.add("description", "form-error-description-long");
    }
    if list(&values.tags).count() > 20 || list(&values.tags).any(|tag| tag.chars().count() > 50) {
        errors.add("tags", "form-error-tags");
    }
    let chosen = |field: &str, known: bool, errors: &mut FormErrors| {
        if !known {
            errors.add(field, "form-error-choice");
        }
    };
    let status = values.status.trim();
    let known = status.is_empty() || EventStatus::from_word(status).is_some();
    chosen("status", known, &mut errors);
    let known = crate::focus::of_spot(values.picture_focus.trim()).is_some();
    chosen("picture_focus", known, &mut errors);
    let category = values.category.trim();
    let known = category.is_empty() || CATEGORIES.contains(&category);
    chosen("category", known, &mut errors);
    let (Some(start), true) = (start, errors.is_empty()) else {
        return Err(errors);
    };
    let mut details = Details::new(title, start, zone);
    details.end = end;
    details.source = values.description.trim().to_owned();
    details.content = text::markdown(&details.source);
    details.status = EventStatus::from_word(status).unwrap_or(EventStatus::Confirmed);
    details.status_note = values.status_note.trim().chars().take(300).collect();
    details.sold_out = values.sold_out;
    details.place = place;
    details.online_url = online_url;
    details.registration_url = registration_url;
    details.category = CATEGORIES
        .iter()
        .find(|known| **known == category)
        .map(|known| (*known).to_owned())
        .unwrap_or_default();
    details.price = values.price.trim().chars().take(200).collect();
    details.is_free = values
        .free
        .then_some(true)
        .or((!details.price.is_empty()).then_some(false));
    details.picture = picture;
    details.picture_alt = values.picture_alt.trim().chars().take(1_000).collect();
    details.parent = Id::parse(&values.parent);
    Ok(details)
}

fn start(values: &EventValues, zone: Tz, errors: &mut FormErrors) -> Option<When> {
    let Some(day) = date(&values.start_date) else {
        let missing = values.start_date.trim().is_empty();
        errors.add(
            "start_date",
            if missing {
                "form-error-date-required"
            } else {
                "form-error-date"
            },
        );
        return None;
    };
    if values.all_day {
        return Some(When::day(day));
    }
    match time(&values.start_time) {
        Some(time) if is_skipped(day.and_time(time), zone) => {
            errors.add("start_time", "form-error-time-gap");
            None
        }
        Some(time) => Some(When::local(day.and_time(time), zone)),
        None => {
            let missing = values.start_time.trim().is_empty();
            errors.add(
                "start_time",
                if missing {
                    "form-error-time-required"
                } else {
                    "form-error-time"
                },
            );
            None
        }
    }
}

fn end(values: &EventValues, start: When, zone: Tz, errors: &mut FormErrors) -> Option<When> {
    let (typed_day, typed_time) = (values.end_date.trim(), values.end_time.trim());
    if typed_day.is_empty() && (typed_time.is_empty() || values.all_day) {
        return None;
    }
    let day = match typed_day {
        "" => Some(start.date()),
        typed => date(typed),
    };
    let Some(day) = day else {
        errors.add("end_date", "form-error-date");
        return None;
    };
    let end = match values.all_day {
        // Typed is the last day; kept is the day after it.
        true => day.succ_opt().map(When::day)?,
        false => {
            let Some(time) = time(typed_time) else {
                let missing = typed_time.is_empty();
                let key = if missing {
                    "form-error-time-required"
                } else {
                    "form-error-time"
                };
                errors.add("end_time", key);
                return None;
            };
            let mut wall = day.and_time(time);
            // "22:00 to 02:00" without a day is the night after.
            if typed_day.is_empty() && time.hour() < 12 && wall <= start.wall() {
                wall += Duration::days(1);
            }
            if is_skipped(wall, zone) {
                errors.add("end_time", "form-error-time-gap");
                return None;
            }
            When::local(wall, zone)
        }
    };
    if end.instant(zone) <= start.instant(zone) {
        let same_day = typed_day.is_empty() || day == start.date();
        let field = if same_day && !values.all_day {
            "end_time"
        } else {
            "end_date"
        };
        errors.add(field, "form-error-end-before-start");
        return None;
    }
    Some(end)
}

/// Degrees; a comma is as good as a point.
fn degrees(text: &str, most: f64) -> Option<f64> {
    let number = text
        .replace(',', ".")
        .replace('\u{2212}', "-")
        .parse::<f64>();
    number.ok().filter(|n| n.is_finite() && n.abs() <= most)
}

fn coordinates(values: &EventValues, errors: &mut FormErrors) -> Option<(f64, f64)> {
    let (latitude, longitude) = (values.place_latitude.trim(), values.place_longitude.trim());
    match (latitude.is_empty(), longitude.is_empty()) {
        (true, true) => return None,
        (true, false) => errors.add("place_latitude", "form-error-coordinates"),
        (false, true) => errors.add("place_longitude", "form-error-coordinates"),
        (false, false) => {}
    }
    let (north, east) = (degrees(latitude, 90.0), degrees(longitude, 180.0));
    if !latitude.is_empty() && north.is_none() {
        errors.add("place_latitude", "form-error-latitude");
    }
    if !longitude.is_empty() && east.is_none() {
        errors.add("place_longitude", "form-error-longitude");
    }
    north.zip(east)
}

fn place(values: &EventValues, errors: &mut FormErrors) -> Option<PlaceDetails> {
    let chosen = values.place.trim();
    if !chosen.is_empty() {
        let known = Id::parse(chosen);
        if known.is_none() {
            errors.add("place", "form-error-choice");
        }
        return known.map(|known| PlaceDetails {
            known: Some(known),
            ..PlaceDetails::default()
        });
    }
    let field = |text: &str| {
        let plain = text.trim().chars().filter(|c| !c.is_control());
        plain.take(200).collect::<String>()
    };
    let mut details = PlaceDetails {
        name: field(&values.place_name),
        street: field(&values.place_street),
        postal_code: field(&values.place_postal_code),
        locality: field(&values.place_locality),
        country: field(&values.place_country),
        coordinates: coordinates(values, errors),
        ..PlaceDetails::default()
    };
    if details.name.is_empty() && details.street.is_empty() {
        details.name.clone_from(&details.locality);
    }
    if !details.name.is_empty() || !details.street.is_empty() {
        return Some(details);
    }
    if details.coordinates.is_some() {
        errors.add("place_name", "form-error-required");
    }
    None
}

/// The form's fields for an event that exists.
pub(crate) fn values(listed: &Listed) -> EventValues {
    let Listed {
        object,
        event,
        author,
        place,
        tags,
        ..
    } = listed;
    let wall = |at: NaiveDateTime| {
        (
            at.format("%Y-%m-%d").to_string(),
            at.format("%H:%M").to_string(),
        )
    };
    let (start_date, start_time) = wall(event.start().wall());
    let (end_date, end_time) = match event.end() {
        Some(end) if event.all_day => (end.last_day().to_string(), String::new()),
        Some(end) => wall(end.wall()),
        None => (String::new(), String::new()),
    };
    EventValues {
        title: object.title.clone(),
        description: event.source.clone(),
        agenda: author.username.clone(),
        start_date,
        start_time: if event.all_day {
            String::new()
        } else {
            start_time
        },
        end_date,
        end_time,
        all_day: event.all_day,
        time_zone: event.timezone.clone(),
        place: place
            .as_ref()
            .map(|place| place.id.to_string())
            .unwrap_or_default(),
        online_url: event.online_url.clone().unwrap_or_default(),
        category: event.category.clone(),
        tags: tags.join(", "),
        picture_alt: event.picture_alt.clone(),
        price: event.price.clone(),
        free: event.is_free == Some(true),
        registration_url: event.registration_url.clone().unwrap_or_default(),
        status: event.status.clone(),
        status_note: event.status_note.clone(),
        sold_out: event.sold_out,
        language: object.language.clone(),
        parent: event.parent_id.map(|id| id.to_string()).unwrap_or_default(),
        repeat: "never".to_owned(),
        ..EventValues::default()
    }
}

/// The fields of a changed event that people are told of: `[before, after]`.
pub(crate) fn changes(before: &Listed, title: &str, after: &Details) -> serde_json::Value {
    let mut map = serde_json::Map::new();
    let mut note = |key: &str, old: String, new: String| {
        if old != new {
            map.insert(key.to_owned(), serde_json::json!([old, new]));
        }
    };
    let old: &Event = &before.event;
    note("title", before.object.title.clone(), title.to_owned());
    note(
        "start",
        old.local_start.clone(),
        store::wall_text(after.start.wall()),
    );
    note(
        "end",
        old.local_end.clone().unwrap_or_default(),
        after
            .end
            .map(|end| store::wall_text(end.wall()))
            .unwrap_or_default(),
    );
    let place = before.place.as_ref().map(|place| place.name.clone());
    let new_place = after.place.as_ref().map(|place| match &before.place {
        // A place chosen from the list brings no name of its own.
        Some(old) if place.known == Some(old.id) => old.name.clone(),
        _ => place.name.clone(),
    });
    note(
        "place",
        place.unwrap_or_default(),
        new_place.unwrap_or_default(),
    );
    note("price", old.price.clone(), after.price.clone());
    note(
        "status",
        old.status.clone(),
        after.status.as_str().to_owned(),
    );
    serde_json::Value::Object(map)
}
