//! Reading an `.ics`, tolerant and bounded.
//!
//! In order: `lines` (encoding, unfolding), `structure` (which lines make an event), `event`
//! (what one VEVENT says, with `values` and `zones`), `assemble` (series into entries).

mod assemble;
mod clocked;
mod codes;
mod details;
mod event;
mod identity;
mod lines;
mod notes;
mod structure;
mod values;
mod vtimezone;
mod zones;

use calcard::icalendar::ICalendarProperty as Property;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use url::Url;

use crate::moment::{OccurrenceKey, When};
use crate::series::Budget;
use assemble::{Assembled, Assembly};
pub use codes::{RefusalCode, WarningCode};
use event::{Context, read_event};
use notes::Notes;
use structure::{Block, text_of};
use values::{Address, Span, one_line, other_text, parse_component, text, web};
use zones::{Clock, Zones};

/// What bounds and completes a reading.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The zone of times that name none, when the file names none either.
    pub default_zone: Tz,
    /// From and to: a series is unrolled only inside. Single events are read whenever they are.
    pub horizon: (DateTime<Utc>, DateTime<Utc>),
    /// At most this many VEVENT are read, and at most this many entries returned.
    pub max_events: usize,
    /// At most this many occurrences of one series.
    pub max_occurrences_per_series: usize,
    /// A larger file is refused whole.
    pub max_bytes: usize,
}

/// What an `.ics` holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadCalendar {
    /// NAME, else X-WR-CALNAME.
    pub name: Option<String>,
    /// DESCRIPTION, else X-WR-CALDESC.
    pub description: Option<String>,
    /// COLOR, else X-APPLE-CALENDAR-COLOR, as written.
    pub color: Option<String>,
    /// REFRESH-INTERVAL, else X-PUBLISHED-TTL. See [`ReadCalendar::polling_interval`].
    pub refresh_interval: Option<TimeDelta>,
    /// SOURCE (http or https only).
    pub source_url: Option<Url>,
    /// METHOD:CANCEL: every event of the file is cancelled.
    pub cancels: bool,
    /// One per occurrence, in the order of the file, then of time.
    pub entries: Vec<Entry>,
    /// What was not read, and why. At most 1000; `refusals_total` counts all.
    pub refusals: Vec<Refusal>,
    /// How many refusals there were.
    pub refusals_total: usize,
    /// What was read with a guess or a repair. At most 1000 different ones.
    pub warnings: Vec<Warning>,
    /// VTODO left out.
    pub skipped_todos: usize,
    /// VJOURNAL and VFREEBUSY left out.
    pub skipped_others: usize,
    /// VEVENT seen, refused ones included.
    pub events_seen: usize,
    /// Whether the file was read to its end and every series up to the horizon. Only then
    /// does the absence of an event say that it was deleted; an event refused by itself is
    /// still there, under [`Refusal::uid`].
    pub complete: bool,
}

impl ReadCalendar {
    /// How long to wait before the next look: what the file asks for, within `floor` and
    /// `ceiling`; `floor..=ceiling` clamps `default` too.
    pub fn polling_interval(
        &self,
        default: TimeDelta,
        floor: TimeDelta,
        ceiling: TimeDelta,
    ) -> TimeDelta {
        self.refresh_interval
            .unwrap_or(default)
            .min(ceiling)
            .max(floor)
    }
}

/// One event, or one occurrence of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// UID as given; without one, an id made from the content, the same at each reading.
    pub uid: String,
    /// Whether `uid` was made here.
    pub uid_is_generated: bool,
    /// Which occurrence of a series; none for a single event. `(uid, occurrence)` is unique.
    pub occurrence: Option<OccurrenceKey>,
    /// The series it belongs to.
    pub series: Option<SeriesInfo>,
    /// SUMMARY on one line; empty when the file gives none.
    pub title: String,
    /// DESCRIPTION as plain text with `\n`; the HTML alternative is left aside.
    pub description: Option<String>,
    /// Start.
    pub start: When,
    /// End, exclusive for a day (see [`When`]); none when unknown, and never at or before the start.
    pub end: Option<When>,
    /// Whole days.
    pub all_day: bool,
    /// The zone the event is shown in.
    pub zone: Tz,
    /// LOCATION.
    pub place_name: Option<String>,
    /// GEO, else the `geo:` address of X-APPLE-STRUCTURED-LOCATION.
    pub coordinates: Option<Coordinates>,
    /// URL (http or https only).
    pub url: Option<Url>,
    /// CONFERENCE (http or https only), audio or video first.
    pub online_url: Option<Url>,
    /// CATEGORIES, without doubles.
    pub categories: Vec<String>,
    /// STATUS.
    pub status: Status,
    /// ORGANIZER.
    pub organizer: Option<Organizer>,
    /// IMAGE, else an ATTACH that says it is an image (http or https only).
    pub image_url: Option<Url>,
    /// The other ATTACH (http or https only).
    pub attachments: Vec<Url>,
    /// SEQUENCE.
    pub sequence: i64,
    /// LAST-MODIFIED.
    pub last_modified: Option<DateTime<Utc>>,
    /// SHA-256, hexadecimal, of what a reader sees (not of SEQUENCE, dates of change, or the
    /// rule): the same means that nothing changed.
    pub fingerprint: String,
}

/// WGS 84, degrees; checked to be within -90..=90 and -180..=180.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Coordinates {
    /// Latitude, north positive.
    pub lat: f64,
    /// Longitude, east positive.
    pub lon: f64,
}

/// ORGANIZER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organizer {
    /// CN, or the value itself when it is no address.
    pub name: Option<String>,
    /// The address (`mailto:`, `https:`...) when it is one.
    pub uri: Option<Url>,
}

/// The series of an occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesInfo {
    /// The RRULE as written, several on several lines; empty for a series of RDATE only.
    pub rule: String,
    /// How many of its occurrences were returned.
    pub count: usize,
}

/// STATUS of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It takes place; also when nothing is said.
    #[default]
    Confirmed,
    /// Not sure yet.
    Tentative,
    /// Called off.
    Cancelled,
}

/// Something that was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Line in the file, from 1: of the bad line, or of the BEGIN of the event.
    pub line: Option<usize>,
    /// Title of the event, when it has one.
    pub title: Option<String>,
    /// UID of the event, when it has one: the event is still there, though unreadable.
    pub uid: Option<String>,
    /// Why.
    pub code: RefusalCode,
    /// The words of the file that were refused, cut to 200 characters.
    pub detail: String,
}

/// Something that was read with a guess or a repair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// First line concerned, from 1.
    pub line: Option<usize>,
    /// Title of the event; none when it concerns the file.
    pub title: Option<String>,
    /// What.
    pub code: WarningCode,
    /// The words of the file, or the zone chosen, cut to 200 characters.
    pub detail: String,
    /// How many times.
    pub count: usize,
}

/// Reads an `.ics`. Never fails: what cannot be read is in [`ReadCalendar::refusals`].
pub fn read(bytes: &[u8], options: &ReadOptions) -> ReadCalendar {
    let mut notes = Notes::default();
    if bytes.len() > options.max_bytes {
        let size = bytes.len().to_string();
        notes.refuse(RefusalCode::TooLarge, None, None, None, &size);
        return ReadCalendar::default().with(notes);
    }
    let (text, guessed) = lines::decode(bytes);
    if guessed {
        notes.warn(WarningCode::NotUtf8, None, None, "");
    }
    let found = structure::structure(lines::unfold(&text), options.max_events, &mut notes);
    if found.calendars.is_empty() && found.events_seen == 0 {
        // One reason is enough for a web page taken for a calendar.
        let mut notes = Notes::default();
        notes.refuse(RefusalCode::NotACalendar, None, None, None, &text);
        return ReadCalendar::default().with(notes);
    }

    let mut calendar = ReadCalendar {
        skipped_todos: found.todos,
        skipped_others: found.others,
        events_seen: found.events_seen,
        ..ReadCalendar::default()
    };
    let zones = Zones::new(&found.zones);
    let mut calendar_zones = Vec::new();
    for block in &found.calendars {
        calendar.take_properties(block);
        calendar_zones.push(calendar_zone(block, &zones, options, &mut notes));
    }
    let mut events = Vec::new();
    for block in &found.events {
        let zone = calendar_zones.get(block.calendar).copied();
        let context = Context {
            zones: &zones,
            calendar_zone: zone.unwrap_or(options.default_zone),
        };
        if let Some(mut event) = read_event(block, &context, &mut notes) {
            if calendar.cancels {
                event.details.status = Status::Cancelled;
            }
            events.push(event);
        }
    }
    let assembled = Assembly {
        options,
        zones: &zones,
        notes: &mut notes,
        budget: Budget::new(),
        out: Assembled::default(),
    }
    .run(&events);
    let left_out = found.events_seen.saturating_sub(options.max_events) + assembled.left_out;
    if left_out > 0 {
        let number = left_out.to_string();
        notes.refuse(RefusalCode::TooManyEvents, None, None, None, &number);
    }
    calendar.entries = assembled.entries;
    calendar.complete = !found.damaged
        && !found.calendars.is_empty()
        && !assembled.cut
        && left_out == 0
        && notes.refusals_total == notes.refusals.len();
    calendar.with(notes)
}

/// The zone of times without one: X-WR-TIMEZONE, else the only zone described, else the default.
fn calendar_zone(
    block: &Block<'_>,
    zones: &Zones<'_>,
    options: &ReadOptions,
    notes: &mut Notes,
) -> Tz {
    let named = block
        .first("X-WR-TIMEZONE")
        .map(|parts| (parts.value.trim().to_owned(), block.line));
    if let Some((name, line)) = named.filter(|(name, _)| !name.is_empty()) {
        match zones.resolve(&name).map(|answer| answer.clock) {
            Some(Clock::Iana(zone)) => return zone,
            _ => notes.warn(WarningCode::UnknownZone, Some(line), None, &name),
        }
    }
    zones.described().unwrap_or(options.default_zone)
}

impl ReadCalendar {
    fn with(mut self, notes: Notes) -> Self {
        self.refusals = notes.refusals;
        self.refusals_total = notes.refusals_total;
        self.warnings = notes.warnings;
        self
    }

    /// The properties of a VCALENDAR; the first to give one is right.
    fn take_properties(&mut self, block: &Block<'_>) {
        let component = parse_component(&text_of("VCALENDAR", block)).unwrap_or_default();
        let own = |property| text(&component, &property);
        let other = |name| other_text(&component, name);
        let or = |old: Option<String>, new: Option<String>| old.or(new);
        self.name = or(
            self.name.take(),
            own(Property::Name)
                .or_else(|| other("X-WR-CALNAME"))
                .map(|name| one_line(&name)),
        );
        self.description = or(
            self.description.take(),
            own(Property::Description).or_else(|| other("X-WR-CALDESC")),
        );
        self.color = or(
            self.color.take(),
            own(Property::Color).or_else(|| other("X-APPLE-CALENDAR-COLOR")),
        );
        let interval = ["REFRESH-INTERVAL", "X-PUBLISHED-TTL"]
            .into_iter()
            .filter_map(|name| block.first(name))
            .find_map(|parts| Span::parse(parts.value)?.exact())
            .filter(|interval| *interval > TimeDelta::zero());
        self.refresh_interval = self.refresh_interval.or(interval);
        if self.source_url.is_none()
            && let Some(parts) = block.first("SOURCE")
            && let Address::Web(url) = web(parts.value)
        {
            self.source_url = Some(url);
        }
        self.cancels |= block
            .first("METHOD")
            .is_some_and(|parts| parts.value.trim().eq_ignore_ascii_case("CANCEL"));
    }
}
