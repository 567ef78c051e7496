//! One VEVENT: what it says, before series are unrolled.

use calcard::icalendar::{
    ICalendarComponent, ICalendarParameterName as Parameter, ICalendarProperty as Property,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use url::Url;

use super::notes::Notes;
use super::structure::{Block, text_of};
use super::values::{
    Address, Span, Stamp, address, entries, entry_parameter, one_line, parameter, parse_component,
    parse_utc, text, texts, web,
};
use super::zones::{Clock, Zones, in_range};
use super::{Coordinates, Organizer, RefusalCode, Status, WarningCode};

/// Dates of one event in EXDATE and RDATE; more are left out.
const MAX_DATES: usize = 5000;
/// RRULE of one event; more are left out.
const MAX_RULES: usize = 8;

/// A start, an end or an exception, its zone looked up.
#[derive(Debug, Clone)]
pub(super) enum Point {
    Day(NaiveDate),
    At(NaiveDateTime, Clock),
}

impl Point {
    /// The wall, midnight for a day.
    pub(super) fn wall(&self) -> NaiveDateTime {
        match self {
            Self::Day(date) => date.and_time(NaiveTime::MIN),
            Self::At(wall, _) => *wall,
        }
    }
}

/// How long an occurrence lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Unknown,
    Days(i64),
    Exact(TimeDelta),
}

/// What a reader sees of an event, dates apart.
#[derive(Debug, Clone, Default)]
pub(super) struct Details {
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) place_name: Option<String>,
    pub(super) coordinates: Option<Coordinates>,
    pub(super) url: Option<Url>,
    pub(super) online_url: Option<Url>,
    pub(super) categories: Vec<String>,
    pub(super) status: Status,
    pub(super) organizer: Option<Organizer>,
    pub(super) image_url: Option<Url>,
    pub(super) attachments: Vec<Url>,
    pub(super) sequence: i64,
    pub(super) last_modified: Option<DateTime<Utc>>,
}

/// A VEVENT understood.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) line: usize,
    pub(super) uid: Option<String>,
    pub(super) details: Details,
    pub(super) start: Point,
    pub(super) length: Length,
    /// The zone of its calendar, in which UTC and days are shown.
    pub(super) calendar_zone: Tz,
    /// RRULE as written, without doubles.
    pub(super) rules: Vec<String>,
    pub(super) extra: Vec<(Point, Option<Length>)>,
    pub(super) excluded: Vec<Point>,
    /// RECURRENCE-ID, and whether it says THISANDFUTURE.
    pub(super) overrides: Option<(Point, bool)>,
}

/// What the reading of an event needs to know.
pub(super) struct Context<'a> {
    pub(super) zones: &'a Zones<'a>,
    /// Of its VCALENDAR: X-WR-TIMEZONE or the default.
    pub(super) calendar_zone: Tz,
}

/// Reads one VEVENT, or says why not.
pub(super) fn read_event(
    block: &Block<'_>,
    context: &Context<'_>,
    notes: &mut Notes,
) -> Option<Event> {
    let uid = block
        .first("UID")
        .map(|parts| parts.value.trim().to_owned())
        .filter(|uid| !uid.is_empty());
    let component = parse_component(&text_of("VEVENT", block)).unwrap_or_default();
    let details = details(&component, block, notes);
    let title = details.title.clone();
    let line = Some(block.line);
    let refuse = |notes: &mut Notes, code, detail: &str| {
        notes.refuse(code, line, Some(title.clone()), uid.clone(), detail);
    };

    let Some(parts) = block.first("DTSTART") else {
        refuse(notes, RefusalCode::MissingStart, "");
        return None;
    };
    let Some(stamp) = Stamp::parse(parts.value, &parts) else {
        refuse(notes, RefusalCode::InvalidStart, parts.value);
        return None;
    };
    let start = context.point(stamp, line, notes);
    if !in_range(start.wall()) {
        refuse(notes, RefusalCode::DateOutOfRange, parts.value);
        return None;
    }

    let overrides = match block.first("RECURRENCE-ID") {
        None => None,
        Some(parts) => match Stamp::parse(parts.value, &parts) {
            Some(stamp) => {
                let future = parameter(&parts, "RANGE")
                    .is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE"));
                Some((context.point(stamp, line, notes), future))
            }
            None => {
                refuse(notes, RefusalCode::InvalidRecurrenceId, parts.value);
                return None;
            }
        },
    };

    if title.is_empty() {
        notes.warn(WarningCode::MissingTitle, line, None, "");
    }
    let length = length(block, &start, context, &title, notes);
    let mut rules: Vec<String> = Vec::new();
    for (number, parts) in block.all("RRULE") {
        let rule = parts.value.trim().to_owned();
        if rule.is_empty() {
            notes.warn(WarningCode::EmptyRule, Some(number), None, "");
        } else if !rules.contains(&rule) && rules.len() < MAX_RULES {
            rules.push(rule);
        }
    }
    if let Some((number, parts)) = block.all("EXRULE").next() {
        notes.warn(
            WarningCode::ExruleIgnored,
            Some(number),
            Some(&title),
            parts.value,
        );
    }
    Some(Event {
        line: block.line,
        uid,
        extra: extra_dates(block, &start, context, &title, notes),
        excluded: dates(block, "EXDATE", context, &title, notes),
        details,
        start,
        length,
        calendar_zone: context.calendar_zone,
        rules,
        overrides,
    })
}

impl Context<'_> {
    /// Looks up the zone of a stamp, and says so when it had to guess.
    fn point(&self, stamp: Stamp, line: Option<usize>, notes: &mut Notes) -> Point {
        if stamp.date_with_time {
            notes.warn(WarningCode::DateWithTime, line, None, "");
        }
        let Some(time) = stamp.time else {
            return Point::Day(stamp.date);
        };
        let wall = stamp.date.and_time(time);
        if stamp.utc {
            return Point::At(wall, Clock::Iana(Tz::UTC));
        }
        let Some(tzid) = stamp.tzid else {
            notes.warn(
                WarningCode::FloatingTime,
                line,
                None,
                self.calendar_zone.name(),
            );
            return Point::At(wall, Clock::Iana(self.calendar_zone));
        };
        match self.zones.resolve(&tzid) {
            Some(answer) => {
                if let Some(code) = answer.warning {
                    notes.warn(code, line, None, &tzid);
                }
                Point::At(wall, answer.clock)
            }
            None => {
                notes.warn(WarningCode::UnknownZone, line, None, &tzid);
                Point::At(wall, Clock::Iana(self.calendar_zone))
            }
        }
    }
}

fn length(
    block: &Block<'_>,
    start: &Point,
    context: &Context<'_>,
    title: &str,
    notes: &mut Notes,
) -> Length {
    let line = Some(block.line);
    if let Some(parts) = block.first("DTEND") {
        let Some(stamp) = Stamp::parse(parts.value, &parts) else {
            notes.warn(WarningCode::InvalidEnd, line, Some(title), parts.value);
            return Length::Unknown;
        };
        let end = context.point(stamp, line, notes);
        return between(start, &end).unwrap_or_else(|| {
            notes.warn(WarningCode::EndBeforeStart, line, Some(title), parts.value);
            Length::Unknown
        });
    }
    if let Some(parts) = block.first("DURATION") {
        return match Span::parse(parts.value).and_then(|span| lasting(start, span)) {
            Some(length) => length,
            None => {
                notes.warn(WarningCode::InvalidEnd, line, Some(title), parts.value);
                Length::Unknown
            }
        };
    }
    Length::Unknown
}

/// From a start to an end; none when the end is before.
fn between(start: &Point, end: &Point) -> Option<Length> {
    match (start, end) {
        (Point::Day(first), end) => {
            let mut last = end.wall().date();
            if let Point::At(wall, _) = end
                && wall.time() > NaiveTime::MIN
            {
                last = last.succ_opt()?;
            }
            // The same day as end: many write the last day instead of the one after.
            let days = last.signed_duration_since(*first).num_days();
            (days >= 0).then_some(Length::Days(days.max(1)))
        }
        (Point::At(wall, clock), end) => {
            let end = match end {
                Point::Day(date) => clock.instant(date.and_time(NaiveTime::MIN)),
                Point::At(wall, clock) => clock.instant(*wall),
            };
            let exact = end.signed_duration_since(clock.instant(*wall));
            match exact.num_seconds() {
                ..0 => None,
                0 => Some(Length::Unknown),
                _ => Some(Length::Exact(exact)),
            }
        }
    }
}

/// A DURATION from a start; none when it leads out of the calendar.
fn lasting(start: &Point, span: Span) -> Option<Length> {
    match start {
        Point::Day(first) => {
            let days = span.days.checked_add((span.seconds + 86_399) / 86_400)?;
            first.checked_add_signed(TimeDelta::try_days(days)?)?;
            Some(Length::Days(days.max(1)))
        }
        Point::At(wall, clock) => {
            let day = wall.checked_add_signed(TimeDelta::try_days(span.days)?)?;
            if !in_range(day) {
                return None;
            }
            let end = clock
                .instant(day)
                .checked_add_signed(TimeDelta::try_seconds(span.seconds)?)?;
            if !in_range(end.naive_utc()) {
                return None;
            }
            let exact = end.signed_duration_since(clock.instant(*wall));
            Some(if exact > TimeDelta::zero() {
                Length::Exact(exact)
            } else {
                Length::Unknown
            })
        }
    }
}

fn dates(
    block: &Block<'_>,
    name: &str,
    context: &Context<'_>,
    title: &str,
    notes: &mut Notes,
) -> Vec<Point> {
    let mut points = Vec::new();
    for (number, parts) in block.all(name) {
        for value in parts.value.split(',').filter(|v| !v.trim().is_empty()) {
            match Stamp::parse(value, &parts) {
                Some(stamp) if points.len() < MAX_DATES => {
                    points.push(context.point(stamp, Some(number), notes));
                }
                Some(_) => {}
                None => {
                    notes.warn(
                        WarningCode::InvalidExtraDate,
                        Some(number),
                        Some(title),
                        value,
                    );
                }
            }
        }
    }
    points
}

fn extra_dates(
    block: &Block<'_>,
    start: &Point,
    context: &Context<'_>,
    title: &str,
    notes: &mut Notes,
) -> Vec<(Point, Option<Length>)> {
    let mut points = Vec::new();
    for (number, parts) in block.all("RDATE") {
        for value in parts.value.split(',').filter(|v| !v.trim().is_empty()) {
            if points.len() >= MAX_DATES {
                return points;
            }
            let (first, rest) = match value.split_once('/') {
                Some((first, rest)) => (first, Some(rest.trim())),
                None => (value, None),
            };
            let point = Stamp::parse(first, &parts)
                .map(|stamp| context.point(stamp, Some(number), notes))
                .filter(|point| in_range(point.wall()));
            let Some(point) = point else {
                notes.warn(
                    WarningCode::InvalidExtraDate,
                    Some(number),
                    Some(title),
                    value,
                );
                continue;
            };
            let length = rest.and_then(|rest| {
                let length = match Stamp::parse(rest, &parts) {
                    Some(stamp) => between(&point, &context.point(stamp, Some(number), notes)),
                    None => Span::parse(rest).and_then(|span| lasting(&point, span)),
                };
                // A day and a time do not mix in one series.
                let fits = matches!(
                    (start, length),
                    (Point::Day(_), Some(Length::Days(_)))
                        | (Point::At(..), Some(Length::Exact(_)))
                );
                length.filter(|_| fits)
            });
            points.push((point, length));
        }
    }
    points
}

fn details(component: &ICalendarComponent, block: &Block<'_>, notes: &mut Notes) -> Details {
    let title = text(component, &Property::Summary)
        .map(|title| one_line(&title))
        .unwrap_or_default();
    let mut details = Details {
        description: text(component, &Property::Description),
        place_name: text(component, &Property::Location),
        coordinates: coordinates(block),
        categories: texts(component, &Property::Categories),
        status: match block
            .first("STATUS")
            .map(|parts| parts.value.trim().to_ascii_uppercase())
            .as_deref()
        {
            Some("CANCELLED" | "CANCELED") => Status::Cancelled,
            Some("TENTATIVE") => Status::Tentative,
            _ => Status::Confirmed,
        },
        organizer: organizer(component),
        sequence: block
            .first("SEQUENCE")
            .and_then(|parts| parts.value.trim().parse().ok())
            .unwrap_or(0),
        last_modified: block
            .first("LAST-MODIFIED")
            .and_then(|parts| parse_utc(parts.value)),
        ..Details::default()
    };

    let mut keep = |text: &str| match web(text) {
        Address::Web(url) => Some(url),
        Address::Unsafe => {
            let scheme = text.split(':').next().unwrap_or_default();
            notes.warn(
                WarningCode::UnsafeAddress,
                Some(block.line),
                Some(&title),
                scheme,
            );
            None
        }
        Address::None => None,
    };
    details.url = entries(component, &Property::Url)
        .filter_map(address)
        .find_map(&mut keep);
    details.image_url = entries(component, &Property::Image)
        .filter_map(address)
        .find_map(&mut keep);
    for entry in entries(component, &Property::Attach).take(20) {
        let Some(url) = address(entry).and_then(&mut keep) else {
            continue;
        };
        let says_image = entry_parameter(entry, &Parameter::Fmttype)
            .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("image/"));
        if details.image_url.is_none() && (says_image || looks_like_image(&url)) {
            details.image_url = Some(url);
        } else if Some(&url) != details.image_url.as_ref() {
            details.attachments.push(url);
        }
    }
    details.online_url = conference(component);
    details.title = title;
    details
}

fn looks_like_image(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"]
        .iter()
        .any(|end| path.ends_with(end))
}

/// The first web address of CONFERENCE, those with audio or video first. Telephones and chats
/// are no address to click on.
fn conference(component: &ICalendarComponent) -> Option<Url> {
    let mut best = None;
    for entry in entries(component, &Property::Conference) {
        let Some(Address::Web(url)) = address(entry).map(web) else {
            continue;
        };
        let live = entry
            .parameters(&Parameter::Feature)
            .filter_map(|value| value.as_text())
            .any(|feature| {
                feature.eq_ignore_ascii_case("VIDEO") || feature.eq_ignore_ascii_case("AUDIO")
            });
        if live {
            return Some(url);
        }
        best = best.or(Some(url));
    }
    best
}

fn organizer(component: &ICalendarComponent) -> Option<Organizer> {
    let entry = entries(component, &Property::Organizer).next()?;
    let value = address(entry).unwrap_or_default();
    let uri = Url::parse(value)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https" | "mailto"));
    let name = entry_parameter(entry, &Parameter::Cn)
        .map(one_line)
        .filter(|name| !name.is_empty())
        .or_else(|| {
            (uri.is_none() && !value.contains(':'))
                .then(|| one_line(value))
                .filter(|name| !name.is_empty())
        });
    (name.is_some() || uri.is_some()).then_some(Organizer { name, uri })
}

fn coordinates(block: &Block<'_>) -> Option<Coordinates> {
    let geo = block.first("GEO").map(|parts| parts.value.trim());
    let apple = block
        .first("X-APPLE-STRUCTURED-LOCATION")
        .and_then(|parts| {
            let value = parts.value.trim();
            value.get(..4).filter(|s| s.eq_ignore_ascii_case("geo:"))?;
            value.get(4..)
        });
    [geo, apple].into_iter().flatten().find_map(|text| {
        let (lat, lon) = text.split_once([';', ','])?;
        let lon = lon.split([',', ';']).next()?;
        let lat: f64 = lat.trim().parse().ok()?;
        let lon: f64 = lon.trim().parse().ok()?;
        ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon))
            .then_some(Coordinates { lat, lon })
    })
}
