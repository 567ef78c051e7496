//! Series typed here: every Tuesday except..., one date moved or cancelled.

use std::collections::{BTreeMap, BTreeSet};

mod pattern;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::moment::{OccurrenceKey, When, instant_of};
use crate::series::{Budget, Rule, first_date, unroll};

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
/// original date, at most `max`. A move, a cancellation or an exclusion of a date that the series
/// does not have is without effect; an exclusion goes before all.
pub fn expand(
    recurrence: &Recurrence,
    zone: Tz,
    horizon: (DateTime<Utc>, DateTime<Utc>),
    max: usize,
) -> Result<Vec<Occurrence>, RuleError> {
    let mut budget = Budget::new();
    let dates = recurrence.dates(zone, horizon, max, &mut budget)?;
    let mut found: Vec<Occurrence> = dates
        .into_iter()
        .map(|date| recurrence.occurrence(date, zone))
        .filter(|occurrence| {
            let start = occurrence.start.instant(zone);
            horizon.0 <= start && start < horizon.1
        })
        .collect();
    found.truncate(max);
    Ok(found)
}

impl Recurrence {
    /// The first date of the rule at or after the start, on the wall; none when there is none.
    pub fn first(&self) -> Result<Option<NaiveDateTime>, RuleError> {
        self.rule.check()?;
        if let RuleEnd::Until { date } = self.rule.end
            && date < self.start.date()
        {
            return Err(RuleError::UntilBeforeStart);
        }
        let pattern = self.rule.pattern(self.start.date(), 1);
        let rule = Rule::parse(&pattern).map_err(|_| RuleError::Unsupported)?;
        first_date(&rule, self.wall_start(), &mut Budget::new()).map_err(|_| RuleError::Unsupported)
    }

    /// The value of an RRULE whose DTSTART is [`Recurrence::first`] in `zone`.
    pub fn to_rrule(&self, zone: Tz) -> Result<String, RuleError> {
        self.rule.check()?;
        let mut text = self.rule.pattern(self.start.date(), self.rule.interval);
        match self.rule.end {
            RuleEnd::Never => {}
            RuleEnd::Count { count } => text.push_str(&format!(";COUNT={count}")),
            RuleEnd::Until { date } if self.all_day => {
                text.push_str(&format!(";UNTIL={}", date.format("%Y%m%d")));
            }
            RuleEnd::Until { date } => {
                // RFC 5545 section 3.3.10: in UTC when DTSTART names a zone.
                let last = instant_of(date.and_time(self.start.time()), zone);
                text.push_str(&format!(";UNTIL={}", last.format("%Y%m%dT%H%M%SZ")));
            }
        }
        Ok(text)
    }

    fn wall_start(&self) -> NaiveDateTime {
        if self.all_day {
            self.start.date().and_time(NaiveTime::MIN)
        } else {
            self.start
        }
    }

    fn dates(
        &self,
        zone: Tz,
        horizon: (DateTime<Utc>, DateTime<Utc>),
        max: usize,
        budget: &mut Budget,
    ) -> Result<BTreeSet<NaiveDate>, RuleError> {
        let first = self.first()?;
        let mut dates = BTreeSet::new();
        if let Some(first) = first {
            let text = self.rule.pattern(self.start.date(), self.rule.interval);
            let mut rule = Rule::parse(&text).map_err(|_| RuleError::Unsupported)?;
            let until = match self.rule.end {
                RuleEnd::Until { date } => date.and_hms_opt(23, 59, 59),
                RuleEnd::Count { count } => {
                    rule.count = Some(count);
                    None
                }
                RuleEnd::Never => None,
            };
            let mut collect = |window, max| -> Result<(), RuleError> {
                let found = unroll(&rule, first, until, window, max, budget)
                    .map_err(|_| RuleError::Unsupported)?;
                dates.extend(found.dates.into_iter().map(|wall| wall.date()));
                Ok(())
            };
            let wall = |instant: DateTime<Utc>| instant.with_timezone(&zone).naive_local();
            let day = TimeDelta::days(1);
            let (from, to) = (wall(horizon.0), wall(horizon.1));
            let window = (
                from.checked_sub_signed(day).unwrap_or(from),
                to.checked_add_signed(day).unwrap_or(to),
            );
            let room = self.exclusions.len() + self.moved.len() + 2;
            collect(window, max.saturating_add(room))?;
            // What moved into the horizon from outside.
            for date in self.moved.keys().take(MAX_CHANGES) {
                let at = date.and_time(first.time());
                if at < window.0 || at > window.1 {
                    collect((at, at), 1)?;
                }
            }
        }
        dates.extend(self.extra.iter().take(MAX_CHANGES));
        dates.retain(|date| !self.exclusions.contains(date));
        Ok(dates)
    }

    fn occurrence(&self, date: NaiveDate, zone: Tz) -> Occurrence {
        let place = |wall: NaiveDateTime| {
            if self.all_day {
                When::day(wall.date())
            } else {
                When::local(wall, zone)
            }
        };
        let moved = self.moved.get(&date);
        let start = place(match moved {
            Some(moved) => moved.start,
            None => date.and_time(self.wall_start().time()),
        });
        let given = moved.and_then(|moved| moved.end).map(place);
        let lasting = || {
            let minutes = i64::from(self.duration_minutes.filter(|minutes| *minutes > 0)?);
            match start {
                When::Date { date } => {
                    let days = TimeDelta::try_days((minutes + 1439) / 1440)?;
                    date.checked_add_signed(days).map(When::day)
                }
                When::Time { instant, .. } => instant
                    .checked_add_signed(TimeDelta::try_minutes(minutes)?)
                    .map(|end| When::instant_in(end, zone)),
            }
        };
        let end = given
            .or_else(lasting)
            .filter(|end| end.instant(zone) > start.instant(zone));
        let status = if self.cancelled.contains(&date) {
            OccurrenceStatus::Cancelled
        } else if moved.is_some() {
            OccurrenceStatus::Moved
        } else {
            OccurrenceStatus::Scheduled
        };
        Occurrence {
            key: OccurrenceKey::of_day(date),
            original: date,
            start,
            end,
            status,
        }
    }
}

/// Changes of one series looked at.
const MAX_CHANGES: usize = 1000;

#[cfg(test)]
mod tests;
