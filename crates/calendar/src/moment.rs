//! Points in time as a calendar means them: a day, or a wall clock in a zone.

use std::fmt;

use chrono::{
    DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A start or an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum When {
    /// A whole day. As an **end** it is exclusive, as in RFC 5545: a fair on the
    /// 2nd and 3rd starts on the 2nd and ends on the 4th. [`When::last_day`] gives
    /// the 3rd.
    Date {
        /// The day.
        date: NaiveDate,
    },
    /// A time on the clock of a zone.
    Time {
        /// What the clock on the wall shows.
        wall: NaiveDateTime,
        /// The zone of that clock.
        zone: Tz,
        /// The same moment in UTC.
        instant: DateTime<Utc>,
    },
}

impl When {
    /// A whole day.
    pub fn day(date: NaiveDate) -> Self {
        Self::Date { date }
    }

    /// A wall-clock time in `zone`. A time that the clock skips (spring) is read with
    /// the offset before the change, a time that comes twice (autumn) is the first of
    /// the two, as RFC 5545 section 3.3.5 says. `wall` is then what the clock really
    /// shows at that instant.
    pub fn local(wall: NaiveDateTime, zone: Tz) -> Self {
        Self::instant_in(instant_of(wall, zone), zone)
    }

    /// A moment in UTC, shown on the clock of `zone`.
    pub fn instant_in(instant: DateTime<Utc>, zone: Tz) -> Self {
        Self::Time {
            wall: instant.with_timezone(&zone).naive_local(),
            zone,
            instant,
        }
    }

    /// Whether this is a day and not a time.
    pub fn is_date(&self) -> bool {
        matches!(self, Self::Date { .. })
    }

    /// The day on the wall.
    pub fn date(&self) -> NaiveDate {
        match self {
            Self::Date { date } => *date,
            Self::Time { wall, .. } => wall.date(),
        }
    }

    /// For the end of an all-day event: the last day it covers.
    pub fn last_day(&self) -> NaiveDate {
        match self {
            Self::Date { date } => date.pred_opt().unwrap_or(*date),
            Self::Time { wall, .. } => wall.date(),
        }
    }

    /// What the clock on the wall shows; midnight for a day.
    pub fn wall(&self) -> NaiveDateTime {
        match self {
            Self::Date { date } => date.and_time(NaiveTime::MIN),
            Self::Time { wall, .. } => *wall,
        }
    }

    /// The instant; a day begins at its midnight in `zone`.
    pub fn instant(&self, zone: Tz) -> DateTime<Utc> {
        match self {
            Self::Date { date } => instant_of(date.and_time(NaiveTime::MIN), zone),
            Self::Time { instant, .. } => *instant,
        }
    }
}

/// The UTC instant of a wall-clock time; see [`When::local`] for skipped and repeated times.
pub(crate) fn instant_of(wall: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.with_timezone(&Utc),
        LocalResult::None => {
            // Skipped: no zone skips more than a day, so the day before has the old offset.
            let before = wall
                .checked_sub_signed(TimeDelta::hours(26))
                .and_then(|earlier| zone.from_local_datetime(&earlier).earliest());
            match before {
                Some(earlier) => earlier.with_timezone(&Utc) + TimeDelta::hours(26),
                None => Utc.from_utc_datetime(&wall),
            }
        }
    }
}

/// Which occurrence of a series, by its **original** start: stays the same when the
/// occurrence is moved, as RECURRENCE-ID does.
///
/// Text: `20261124` for a day, `20261124T180000Z` for an instant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OccurrenceKey(String);

impl OccurrenceKey {
    /// The key of an occurrence known by its day.
    pub fn of_day(date: NaiveDate) -> Self {
        Self(date.format("%Y%m%d").to_string())
    }

    /// The key of an occurrence known by its instant.
    pub fn of_instant(instant: DateTime<Utc>) -> Self {
        Self(instant.format("%Y%m%dT%H%M%SZ").to_string())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for OccurrenceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
