//! Writing an `.ics`.

use chrono::{DateTime, TimeDelta, Utc};
use url::Url;

use crate::moment::When;
use crate::reading::{Coordinates, Status};

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
    let _ = (calendar, now);
    String::new()
}
