//! The rules of a VTIMEZONE that no table knows.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::structure::Block;
use super::values::parse_wall;
use crate::series::{Budget, Rule, Until, unroll};

/// Changes of offset are worked out in these years.
const YEARS: (i32, i32) = (1970, 2100);
/// Observances looked at in one zone.
const MAX_OBSERVANCES: usize = 40;

/// Offsets from UTC and the walls at which they change.
#[derive(Debug)]
pub(super) struct CustomZone {
    number: usize,
    /// Onset on the wall before the change, offset before and after, in seconds; in order.
    changes: Vec<(NaiveDateTime, i32, i32)>,
    first: i32,
}

impl CustomZone {
    /// One offset for ever.
    pub(super) fn fixed(seconds: i32) -> Self {
        Self {
            // Apart from those that are counted.
            number: usize::MAX - usize::try_from(seconds + 100_000).unwrap_or(0),
            changes: Vec::new(),
            first: seconds,
        }
    }

    /// Reads STANDARD and DAYLIGHT; none without one that can be read.
    pub(super) fn from_block(block: &Block<'_>, number: usize) -> Option<Self> {
        let mut changes = Vec::new();
        let mut budget = Budget::new();
        for observance in block.children.iter().take(MAX_OBSERVANCES) {
            let offset = |name: &str| observance.first(name).and_then(|p| parse_offset(p.value));
            let (Some(from), Some(to)) = (offset("TZOFFSETFROM"), offset("TZOFFSETTO")) else {
                continue;
            };
            let Some(start) = observance
                .first("DTSTART")
                .and_then(|p| parse_wall(p.value))
            else {
                continue;
            };
            changes.push((start, from, to));
            for (_, parts) in observance.all("RDATE").take(400) {
                for value in parts.value.split(',').take(400) {
                    if let Some(onset) = parse_wall(value) {
                        changes.push((onset, from, to));
                    }
                }
            }
            for (_, parts) in observance.all("RRULE").take(4) {
                if let Ok(rule) = Rule::parse(parts.value) {
                    let until = rule.until.map(|until| match until {
                        Until::Day(day) => {
                            day.and_time(chrono::NaiveTime::MIN) + TimeDelta::days(1)
                        }
                        Until::Wall(wall) => wall,
                        Until::Utc(utc) => utc + TimeDelta::seconds(i64::from(from)),
                    });
                    let window = (year_begins(YEARS.0)?, year_begins(YEARS.1)?);
                    let start = from_1970(&rule, start);
                    if let Ok(found) = unroll(&rule, start, until, window, 400, &mut budget) {
                        changes.extend(found.dates.into_iter().map(|onset| (onset, from, to)));
                    }
                }
            }
        }
        changes.sort_unstable();
        changes.dedup();
        let (_, first, _) = *changes.first()?;
        Some(Self {
            number,
            changes,
            first,
        })
    }

    /// Names the zone among those of a file.
    pub(super) fn number(&self) -> usize {
        self.number
    }

    /// Offset at an instant given as a UTC clock.
    pub(super) fn offset_at(&self, utc: NaiveDateTime) -> i32 {
        let next = self
            .changes
            .partition_point(|(onset, from, _)| shift(*onset, -from) <= utc);
        next.checked_sub(1)
            .and_then(|at| self.changes.get(at))
            .map_or(self.first, |(_, _, to)| *to)
    }

    /// The instant at which this clock shows `wall`; for a skipped time, by the old offset.
    pub(super) fn instant(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        let next = self.changes.partition_point(|(onset, _, _)| *onset <= wall);
        let (offset, skipped) = match next.checked_sub(1).and_then(|at| self.changes.get(at)) {
            Some((onset, from, to)) => (*to, (wall < shift(*onset, to - from)).then_some(*from)),
            None => (self.first, None),
        };
        shift(wall, -skipped.unwrap_or(offset)).and_utc()
    }

    /// What this clock shows at `instant`.
    pub(super) fn wall(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        let utc = instant.naive_utc();
        shift(utc, self.offset_at(utc))
    }
}

fn shift(wall: NaiveDateTime, seconds: i32) -> NaiveDateTime {
    wall.checked_add_signed(TimeDelta::seconds(i64::from(seconds)))
        .unwrap_or(wall)
}

fn year_begins(year: i32) -> Option<NaiveDateTime> {
    NaiveDate::from_ymd_opt(year, 1, 1)?.and_hms_opt(0, 0, 0)
}

/// Yearly rules that begin in 1601 begin in 1970 for us, when every year has them.
fn from_1970(rule: &Rule, start: NaiveDateTime) -> NaiveDateTime {
    if rule.count.is_some() || rule.interval != 1 || start.year() >= YEARS.0 {
        return start;
    }
    start.with_year(YEARS.0).unwrap_or(start)
}

/// `+0100`, `-0330`, `+013015`.
fn parse_offset(value: &str) -> Option<i32> {
    let value = value.trim();
    let (sign, digits) = match value.chars().next()? {
        '+' => (1, value.get(1..)?),
        '-' => (-1, value.get(1..)?),
        _ => (1, value),
    };
    if !matches!(digits.len(), 4 | 6) || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| digits.get(from..from + 2)?.parse::<i32>().ok();
    let (hours, minutes) = (part(0)?, part(2)?);
    let seconds = if digits.len() == 6 { part(4)? } else { 0 };
    (hours < 24 && minutes < 60 && seconds < 60)
        .then_some(sign * (hours * 3600 + minutes * 60 + seconds))
}
