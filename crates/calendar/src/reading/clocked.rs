//! The clock on which a series is unrolled, and what stands on it.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::event::{Event, Length, Point};
use super::zones::Clock;
use crate::moment::OccurrenceKey;
use crate::series::Until;

/// The clock of an occurrence; none for whole days. An occurrence without clock of its own
/// never borrows one from the series: an override may turn an evening into a day.
pub(super) fn clock_of(event: &Event) -> Option<Clock> {
    match &event.start {
        Point::Day(_) => None,
        Point::At(_, clock) => Some(clock.clone()),
    }
}

/// The clock a series is unrolled on.
pub(super) struct Clocked {
    /// None for whole days.
    clock: Option<Clock>,
    /// For instants that speak about whole days.
    calendar: Clock,
}

impl Clocked {
    pub(super) fn of(master: &Event) -> Self {
        Self {
            clock: clock_of(master),
            calendar: Clock::Iana(master.calendar_zone),
        }
    }

    pub(super) fn wall(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        self.clock.as_ref().unwrap_or(&self.calendar).wall(instant)
    }

    /// Where a point stands on this clock; midnight for whole days.
    pub(super) fn place(&self, point: &Point) -> NaiveDateTime {
        match (point, &self.clock) {
            (Point::Day(_), _) => point.wall(),
            (Point::At(wall, clock), Some(own)) => own.wall(clock.instant(*wall)),
            (Point::At(wall, clock), None) => {
                // A time where a day is meant: its own wall, or in UTC the calendar's.
                let wall = if clock.is_utc() {
                    self.calendar.wall(clock.instant(*wall))
                } else {
                    *wall
                };
                wall.date().and_time(chrono::NaiveTime::MIN)
            }
        }
    }

    pub(super) fn point(&self, wall: NaiveDateTime) -> Point {
        match &self.clock {
            Some(clock) => Point::At(wall, clock.clone()),
            None => Point::Day(wall.date()),
        }
    }

    /// The last moment of a rule on this clock: a day counts whole.
    pub(super) fn until(&self, until: Until) -> NaiveDateTime {
        match until {
            Until::Day(date) => date
                .and_hms_opt(23, 59, 59)
                .unwrap_or(date.and_time(chrono::NaiveTime::MIN)),
            Until::Wall(wall) => wall,
            Until::Utc(utc) => self.wall(utc.and_utc()),
        }
    }
}

pub(super) fn key_of(point: &Point) -> OccurrenceKey {
    match point {
        Point::Day(date) => OccurrenceKey::of_day(*date),
        Point::At(wall, clock) => OccurrenceKey::of_instant(clock.instant(*wall)),
    }
}

pub(super) fn length_of(length: Length) -> TimeDelta {
    match length {
        Length::Unknown => TimeDelta::zero(),
        Length::Days(days) => TimeDelta::try_days(days).unwrap_or_default(),
        Length::Exact(exact) => exact,
    }
}

pub(super) fn in_window(wall: NaiveDateTime, window: (NaiveDateTime, NaiveDateTime)) -> bool {
    window.0 <= wall && wall <= window.1
}
