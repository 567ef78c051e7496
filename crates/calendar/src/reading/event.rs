//! One VEVENT: what it says, before series are unrolled.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::details::{Details, details};
use super::notes::Notes;
use super::structure::{Block, text_of};
use super::values::{Span, Stamp, parameter, parse_component};
use super::zones::{Clock, Zones, in_range};
use super::{RefusalCode, WarningCode};

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
        if !in_range(end.wall()) {
            notes.warn(WarningCode::InvalidEnd, line, Some(title), parts.value);
            return Length::Unknown;
        }
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
            let last = first.checked_add_signed(TimeDelta::try_days(days)?)?;
            if !in_range(last.and_time(NaiveTime::MIN)) {
                return None;
            }
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
