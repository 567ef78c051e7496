//! The pattern of a series to and from RRULE, and into words.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Utc, Weekday};
use chrono_tz::Tz;

use super::{Frequency, RuleEnd, RuleError, RuleForm, RuleWords};
use crate::series::{Rule, Until};

impl RuleForm {
    /// Whether every number is one the rule can have.
    pub fn check(&self) -> Result<(), RuleError> {
        if !(1..=999).contains(&self.interval) {
            return Err(RuleError::Interval);
        }
        match &self.frequency {
            Frequency::Week { days } if days.is_empty() => return Err(RuleError::NoDay),
            Frequency::MonthDay { day } if !(*day == -1 || (1..=31).contains(day)) => {
                return Err(RuleError::MonthDay);
            }
            Frequency::MonthWeekday { nth, .. } if !(*nth == -1 || (1..=5).contains(nth)) => {
                return Err(RuleError::Nth);
            }
            _ => {}
        }
        match self.end {
            RuleEnd::Count { count } if !(1..=9999).contains(&count) => Err(RuleError::Count),
            _ => Ok(()),
        }
    }

    /// The RRULE without its end.
    pub(super) fn pattern(&self, start: NaiveDate, interval: u16) -> String {
        let every = match interval {
            1 => String::new(),
            n => format!(";INTERVAL={n}"),
        };
        match &self.frequency {
            Frequency::Day => format!("FREQ=DAILY{every}"),
            Frequency::Week { days } => {
                let days: Vec<&str> = sorted(days).into_iter().map(letters).collect();
                format!("FREQ=WEEKLY{every};BYDAY={}", days.join(","))
            }
            Frequency::MonthDay { day } => format!("FREQ=MONTHLY{every};BYMONTHDAY={day}"),
            Frequency::MonthWeekday { nth, weekday } => {
                format!("FREQ=MONTHLY{every};BYDAY={nth}{}", letters(*weekday))
            }
            Frequency::Year => format!(
                "FREQ=YEARLY{every};BYMONTH={};BYMONTHDAY={}",
                start.month(),
                start.day()
            ),
        }
    }

    /// Reads the value of an RRULE that starts at `start` on the clock of `zone`; refuses what
    /// the form cannot hold, never approximates.
    pub fn from_rrule(text: &str, start: NaiveDateTime, zone: Tz) -> Result<Self, RuleError> {
        let rule = Rule::parse(text).map_err(|_| RuleError::Unsupported)?;
        if rule.salvaged {
            return Err(RuleError::Unsupported);
        }
        let (mut freq, mut by_day, mut by_month_day, mut by_month) = ("", None, None, None);
        for (key, value) in rule.parts() {
            match key {
                "FREQ" => freq = value,
                "INTERVAL" => {}
                "BYDAY" => by_day = Some(value),
                "BYMONTHDAY" => by_month_day = Some(value),
                "BYMONTH" => by_month = Some(value),
                // The first day of the week says nothing when every week counts.
                "WKST" if rule.interval == 1 || value == "MO" => {}
                _ => return Err(RuleError::Unsupported),
            }
        }
        let same = |value: Option<&str>, own: u32| match value {
            None => true,
            Some(value) => value.parse() == Ok(own),
        };
        let (month, day) = (start.date().month(), start.date().day());
        let frequency = match (freq, by_day, by_month_day, by_month) {
            ("DAILY", None, None, None) => Frequency::Day,
            ("WEEKLY", None, None, None) => Frequency::Week {
                days: vec![start.date().weekday()],
            },
            ("WEEKLY", Some(days), None, None) => Frequency::Week {
                days: sorted(
                    &days
                        .split(',')
                        .map(|day| weekday(day).ok_or(RuleError::Unsupported))
                        .collect::<Result<Vec<_>, _>>()?,
                ),
            },
            ("MONTHLY", None, on, None) => {
                let day = match on {
                    Some(on) => on.parse().map_err(|_| RuleError::Unsupported)?,
                    None => i8::try_from(day).map_err(|_| RuleError::Unsupported)?,
                };
                Frequency::MonthDay { day }
            }
            ("MONTHLY", Some(on), None, None) => {
                let at = on.len().checked_sub(2).ok_or(RuleError::Unsupported)?;
                let (nth, name) = on.split_at_checked(at).ok_or(RuleError::Unsupported)?;
                Frequency::MonthWeekday {
                    nth: nth.parse().map_err(|_| RuleError::Unsupported)?,
                    weekday: weekday(name).ok_or(RuleError::Unsupported)?,
                }
            }
            ("YEARLY", None, on, of) if same(on, day) && same(of, month) => Frequency::Year,
            _ => return Err(RuleError::Unsupported),
        };
        let end = match (rule.count, rule.until) {
            (Some(_), Some(_)) => return Err(RuleError::Unsupported),
            (Some(count), None) => RuleEnd::Count { count },
            (None, None) => RuleEnd::Never,
            (None, Some(until)) => {
                let (date, time) = match until {
                    Until::Day(date) => (date, None),
                    Until::Wall(wall) => (wall.date(), Some(wall.time())),
                    Until::Utc(utc) => {
                        let wall = utc
                            .and_local_timezone(Utc)
                            .single()
                            .ok_or(RuleError::Unsupported)?
                            .with_timezone(&zone)
                            .naive_local();
                        (wall.date(), Some(wall.time()))
                    }
                };
                // Ending before the time of day, its date is not one of the series.
                let early = time.is_some_and(|time| time < start.time());
                let date = if early { date.pred_opt() } else { Some(date) };
                RuleEnd::Until {
                    date: date.ok_or(RuleError::Unsupported)?,
                }
            }
        };
        let form = Self {
            frequency,
            interval: rule.interval,
            end,
        };
        form.check()?;
        Ok(form)
    }

    /// The rule as pieces of a sentence; its end is [`RuleForm::end`]. `start` is the day of the
    /// start, which a yearly rule repeats.
    pub fn words(&self, start: NaiveDate) -> RuleWords {
        let interval = self.interval;
        match &self.frequency {
            Frequency::Day => RuleWords::Days { interval },
            Frequency::Week { days } => RuleWords::Weeks {
                interval,
                days: sorted(days),
            },
            Frequency::MonthDay { day } => match u8::try_from(*day) {
                Ok(day) => RuleWords::MonthsOnDay { interval, day },
                Err(_) => RuleWords::MonthsOnLastDay { interval },
            },
            Frequency::MonthWeekday { nth, weekday } => match u8::try_from(*nth) {
                Ok(nth) => RuleWords::MonthsOnWeekday {
                    interval,
                    nth,
                    weekday: *weekday,
                },
                Err(_) => RuleWords::MonthsOnLastWeekday {
                    interval,
                    weekday: *weekday,
                },
            },
            Frequency::Year => RuleWords::Years {
                interval,
                month: u8::try_from(start.month()).unwrap_or(1),
                day: u8::try_from(start.day()).unwrap_or(1),
            },
        }
    }
}

/// Monday first, without doubles.
fn sorted(days: &[Weekday]) -> Vec<Weekday> {
    let mut days = days.to_vec();
    days.sort_by_key(Weekday::num_days_from_monday);
    days.dedup();
    days
}

fn letters(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}

fn weekday(letters: &str) -> Option<Weekday> {
    Some(match letters {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}
