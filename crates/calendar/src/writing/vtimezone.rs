//! VTIMEZONE of the zones used, worked out from the IANA table for the years covered.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

use super::EventForm;
use super::content_lines::{Lines, is_utc};
use crate::moment::When;

/// Years of one VTIMEZONE at most; later times keep the last offset written.
const MAX_YEARS: i32 = 40;

/// One VTIMEZONE for each zone named by a DTSTART or DTEND, in order of name.
pub(super) fn write_zones(events: &[EventForm], out: &mut Lines) {
    let mut spans: BTreeMap<&str, (Tz, i32, i32)> = BTreeMap::new();
    for event in events {
        for when in [Some(&event.start), event.end.as_ref()]
            .into_iter()
            .flatten()
        {
            let When::Time { zone, instant, .. } = when else {
                continue;
            };
            if is_utc(*zone) {
                continue;
            }
            let year = instant.year();
            let span = spans.entry(zone.name()).or_insert((*zone, year, year));
            span.1 = span.1.min(year);
            span.2 = span.2.max(year);
        }
    }
    for (name, (zone, first, last)) in spans {
        write_zone(
            name,
            zone,
            first,
            last.min(first.saturating_add(MAX_YEARS)),
            out,
        );
    }
}

/// How a zone counts at an instant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    offset: i32,
    summer: bool,
    name: String,
}

fn state(zone: Tz, at: DateTime<Utc>) -> State {
    let offset = zone.offset_from_utc_datetime(&at.naive_utc());
    State {
        offset: offset.fix().local_minus_utc(),
        summer: offset.dst_offset() != TimeDelta::zero(),
        name: offset.abbreviation().unwrap_or_default().to_owned(),
    }
}

/// A change: from, to, and its onsets on the wall before it.
type Observance = (i32, State, Vec<NaiveDateTime>);

fn write_zone(name: &str, zone: Tz, first: i32, last: i32, out: &mut Lines) {
    // A day before the first year, for the offset on New Year's day anywhere.
    let Some(begin) = Utc
        .with_ymd_and_hms(first, 1, 1, 0, 0, 0)
        .single()
        .and_then(|at| at.checked_sub_signed(TimeDelta::days(2)))
    else {
        return;
    };
    let Some(end) = Utc
        .with_ymd_and_hms(last.saturating_add(1), 1, 3, 0, 0, 0)
        .single()
    else {
        return;
    };
    let at_first = state(zone, begin);
    let mut observances: Vec<Observance> = vec![(
        at_first.offset,
        at_first.clone(),
        vec![wall(begin, at_first.offset)],
    )];
    let mut before = at_first;
    let mut at = begin;
    while at < end {
        let next = at + TimeDelta::days(1);
        let after = state(zone, next);
        if after != before {
            let onset = wall(change(zone, at, next, &before), before.offset);
            let same = observances
                .iter_mut()
                .skip(1)
                .find(|(from, to, _)| *from == before.offset && *to == after);
            match same {
                Some((_, _, onsets)) => onsets.push(onset),
                None => observances.push((before.offset, after.clone(), vec![onset])),
            }
            before = after;
        }
        at = next;
    }

    out.raw("BEGIN", "VTIMEZONE");
    out.raw("TZID", name);
    out.raw("X-LIC-LOCATION", name);
    for (from, to, onsets) in observances {
        let kind = if to.summer { "DAYLIGHT" } else { "STANDARD" };
        out.raw("BEGIN", kind);
        let mut onsets = onsets
            .iter()
            .map(|onset| onset.format("%Y%m%dT%H%M%S").to_string());
        if let Some(start) = onsets.next() {
            out.raw("DTSTART", &start);
        }
        let more: Vec<String> = onsets.collect();
        if !more.is_empty() {
            out.raw("RDATE", &more.join(","));
        }
        out.raw("TZOFFSETFROM", &offset(from));
        out.raw("TZOFFSETTO", &offset(to.offset));
        out.text("TZNAME", &to.name);
        out.raw("END", kind);
    }
    out.raw("END", "VTIMEZONE");
}

/// The second of the change between two instants.
fn change(
    zone: Tz,
    mut low: DateTime<Utc>,
    mut high: DateTime<Utc>,
    before: &State,
) -> DateTime<Utc> {
    while high.signed_duration_since(low) > TimeDelta::seconds(1) {
        let middle = low + (high.signed_duration_since(low)) / 2;
        let middle = middle - TimeDelta::nanoseconds(i64::from(middle.timestamp_subsec_nanos()));
        if middle <= low {
            break;
        }
        if state(zone, middle) == *before {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

fn wall(at: DateTime<Utc>, offset: i32) -> NaiveDateTime {
    let utc = at.naive_utc();
    utc.checked_add_signed(TimeDelta::seconds(i64::from(offset)))
        .unwrap_or(utc)
}

/// `+0100`; with seconds only where history has them.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let all = seconds.unsigned_abs();
    let (hours, minutes, rest) = (all / 3600, all % 3600 / 60, all % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}
