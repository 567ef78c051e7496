//! Writing an `.ics`.
//!
//! Content lines are made here, so that the text depends on the arguments alone (no clock, no
//! random UID, in VTIMEZONE either), every kind of line end is escaped, and folding takes one
//! pass. Tests read the result back with another parser and check it against the grammar.

mod content_lines;
mod vtimezone;

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::moment::When;
use crate::reading::{Coordinates, Status};
use content_lines::{Lines, utc};

/// A calendar to write.
#[derive(Debug, Clone)]
pub struct CalendarForm {
    /// NAME and X-WR-CALNAME.
    pub name: String,
    /// DESCRIPTION and X-WR-CALDESC.
    pub description: Option<String>,
    /// COLOR: a CSS colour name (RFC 7986 section 5.9); another text is left out.
    pub color: Option<String>,
    /// URL: the page of the calendar.
    pub url: Option<Url>,
    /// SOURCE: the address of this very file.
    pub source: Option<Url>,
    /// REFRESH-INTERVAL and X-PUBLISHED-TTL.
    pub refresh: Option<TimeDelta>,
    /// PRODID, such as `-//Kiosque//0.1.0//FR`.
    pub prodid: String,
    /// The events; each occurrence of a series is its own event with its own UID.
    pub events: Vec<EventForm>,
}

/// An event to write.
#[derive(Debug, Clone)]
pub struct EventForm {
    /// Stable, unique.
    pub uid: String,
    /// SUMMARY.
    pub title: String,
    /// Plain text with `\n`.
    pub description: Option<String>,
    /// Start.
    pub start: When,
    /// End, exclusive for a day (see [`When`]). Dropped when not after the start.
    pub end: Option<When>,
    /// LOCATION.
    pub location: Option<String>,
    /// GEO.
    pub coordinates: Option<Coordinates>,
    /// URL (http or https only, as all addresses here).
    pub url: Option<Url>,
    /// CONFERENCE.
    pub online_url: Option<Url>,
    /// IMAGE and ATTACH.
    pub image_url: Option<Url>,
    /// Media type of the image, such as `image/jpeg`.
    pub image_type: Option<String>,
    /// CATEGORIES.
    pub categories: Vec<String>,
    /// STATUS.
    pub status: Status,
    /// ORGANIZER.
    pub organizer: Option<OrganizerForm>,
    /// SEQUENCE.
    pub sequence: u32,
    /// CREATED.
    pub created: Option<DateTime<Utc>>,
    /// LAST-MODIFIED.
    pub last_modified: Option<DateTime<Utc>>,
}

/// ORGANIZER to write.
#[derive(Debug, Clone)]
pub struct OrganizerForm {
    /// CN.
    pub name: String,
    /// The actor's address, http or https.
    pub uri: Url,
}

/// The text of a calendar, CRLF and folded at 75 octets. `now` is DTSTAMP.
pub fn write(calendar: &CalendarForm, now: DateTime<Utc>) -> String {
    let mut out = Lines::default();
    out.raw("BEGIN", "VCALENDAR");
    out.raw("VERSION", "2.0");
    out.text("PRODID", &calendar.prodid);
    out.raw("CALSCALE", "GREGORIAN");
    out.raw("METHOD", "PUBLISH");
    out.text("NAME", &calendar.name);
    out.text("X-WR-CALNAME", &calendar.name);
    if let Some(description) = &calendar.description {
        out.text("DESCRIPTION", description);
        out.text("X-WR-CALDESC", description);
    }
    if let Some(color) = &calendar.color
        && !color.is_empty()
        && color.chars().all(|c| c.is_ascii_alphabetic())
    {
        out.raw("COLOR", &color.to_ascii_lowercase());
    }
    out.address("URL", &[], calendar.url.as_ref());
    out.address("SOURCE", &[("VALUE", "URI")], calendar.source.as_ref());
    if let Some(refresh) = calendar.refresh.filter(|r| r.num_minutes() > 0) {
        let duration = format!("PT{}M", refresh.num_minutes());
        out.property("REFRESH-INTERVAL", &[("VALUE", "DURATION")], &duration);
        out.raw("X-PUBLISHED-TTL", &duration);
    }
    vtimezone::write_zones(&calendar.events, &mut out);
    for event in &calendar.events {
        write_event(event, now, &mut out);
    }
    out.raw("END", "VCALENDAR");
    out.finish()
}

fn write_event(event: &EventForm, now: DateTime<Utc>, out: &mut Lines) {
    out.raw("BEGIN", "VEVENT");
    out.text("UID", &event.uid);
    out.raw("DTSTAMP", &utc(now));
    out.raw("SEQUENCE", &event.sequence.to_string());
    if let Some(created) = event.created {
        out.raw("CREATED", &utc(created));
    }
    if let Some(modified) = event.last_modified {
        out.raw("LAST-MODIFIED", &utc(modified));
    }
    out.moment("DTSTART", &event.start);
    if let Some(end) = event.end.filter(|end| is_after(&event.start, end)) {
        out.moment("DTEND", &end);
    }
    out.text("SUMMARY", &event.title);
    if let Some(description) = event.description.as_deref().filter(|d| !d.is_empty()) {
        out.text("DESCRIPTION", description);
    }
    if let Some(location) = event.location.as_deref().filter(|l| !l.is_empty()) {
        out.text("LOCATION", location);
    }
    if let Some(at) = event.coordinates
        && (-90.0..=90.0).contains(&at.lat)
        && (-180.0..=180.0).contains(&at.lon)
    {
        out.raw("GEO", &format!("{};{}", at.lat, at.lon));
    }
    out.raw(
        "STATUS",
        match event.status {
            Status::Confirmed => "CONFIRMED",
            Status::Tentative => "TENTATIVE",
            Status::Cancelled => "CANCELLED",
        },
    );
    let categories: Vec<&str> = event
        .categories
        .iter()
        .map(String::as_str)
        .filter(|category| !category.trim().is_empty())
        .collect();
    if !categories.is_empty() {
        out.texts("CATEGORIES", &categories);
    }
    if let Some(organizer) = &event.organizer {
        out.address(
            "ORGANIZER",
            &[("CN", &organizer.name)],
            Some(&organizer.uri),
        );
    }
    out.address("URL", &[], event.url.as_ref());
    out.address(
        "CONFERENCE",
        &[("VALUE", "URI"), ("FEATURE", "VIDEO")],
        event.online_url.as_ref(),
    );
    let kind = event.image_type.as_deref().filter(|kind| {
        kind.chars()
            .all(|c| c.is_ascii_alphanumeric() || "/+.-".contains(c))
    });
    let mut parameters = vec![("VALUE", "URI"), ("DISPLAY", "BADGE")];
    parameters.extend(kind.map(|kind| ("FMTTYPE", kind)));
    out.address("IMAGE", &parameters, event.image_url.as_ref());
    let attach: Vec<_> = kind.map(|kind| ("FMTTYPE", kind)).into_iter().collect();
    out.address("ATTACH", &attach, event.image_url.as_ref());
    out.raw("END", "VEVENT");
}

/// Whether an end is of the kind of its start and after it.
fn is_after(start: &When, end: &When) -> bool {
    match (start, end) {
        (When::Date { date: first }, When::Date { date: last }) => first < last,
        (When::Time { instant: first, .. }, When::Time { instant: last, .. }) => first < last,
        _ => false,
    }
}
