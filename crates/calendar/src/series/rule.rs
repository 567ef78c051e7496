//! RRULE text: cleaned, bounded, salvaged where it can be.

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rate {
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Rate {
    /// Days the library looks at in one period.
    pub(super) fn weight(self) -> u64 {
        match self {
            Self::Hourly | Self::Daily => 1,
            Self::Weekly => 7,
            Self::Monthly => 31,
            Self::Yearly => 366,
        }
    }

    /// Length of one period, at least.
    pub(super) fn seconds(self) -> i64 {
        const DAY: i64 = 86_400;
        match self {
            Self::Hourly => 3_600,
            Self::Daily => DAY,
            Self::Weekly => 7 * DAY,
            Self::Monthly => 28 * DAY,
            Self::Yearly => 365 * DAY,
        }
    }
}

/// The last moment of a rule, as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// The whole day counts.
    Day(NaiveDate),
    /// On the clock of the series.
    Wall(NaiveDateTime),
    /// In UTC.
    Utc(NaiveDateTime),
}

/// A rule that can be unrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) rate: Rate,
    pub(crate) interval: u16,
    pub(crate) count: Option<u32>,
    pub(crate) until: Option<Until>,
    /// For the library: without UNTIL and COUNT, which are applied here.
    pub(super) text: String,
    /// Words were dropped.
    pub(crate) salvaged: bool,
    times: u64,
    plain: bool,
}

/// Why there is no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleFault {
    /// Nothing is written.
    Empty,
    /// It cannot be read.
    Invalid,
    /// Every second or minute, or more than 96 times a day.
    TooFrequent,
}

/// More values in one list are refused.
const MAX_VALUES: usize = 400;
/// More times in a day are no agenda.
const MAX_TIMES: u64 = 96;

impl Rule {
    /// Reads the value of an RRULE. Unknown words are dropped and said so; a value that is out
    /// of range is a fault, never another date.
    pub(crate) fn parse(text: &str) -> Result<Self, RuleFault> {
        let mut text = text.trim();
        let mut salvaged = false;
        while let Some(rest) = text
            .get(..6)
            .filter(|head| head.eq_ignore_ascii_case("RRULE:"))
            .and_then(|_| text.get(6..))
        {
            text = rest.trim();
            salvaged = true;
        }
        if text.is_empty() {
            return Err(RuleFault::Empty);
        }
        let mut rate = None;
        let mut interval = 1;
        let mut count = None;
        let mut until = None;
        let mut times = 1u64;
        let mut plain = true;
        let mut kept = Vec::new();
        let mut seen = BTreeSet::new();
        for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            let Some((key, value)) = part.split_once('=') else {
                salvaged = true;
                continue;
            };
            let key = key.trim().to_ascii_uppercase();
            let value = value.trim().to_ascii_uppercase();
            let range = match key.as_str() {
                "FREQ" | "COUNT" | "INTERVAL" | "UNTIL" | "WKST" | "BYDAY" | "RSCALE" | "SKIP" => {
                    None
                }
                "BYSECOND" => Some((0, 59, false)),
                "BYMINUTE" => Some((0, 59, false)),
                "BYHOUR" => Some((0, 23, false)),
                "BYMONTHDAY" => Some((1, 31, true)),
                "BYYEARDAY" | "BYSETPOS" => Some((1, 366, true)),
                "BYWEEKNO" => Some((1, 53, true)),
                "BYMONTH" => Some((1, 12, false)),
                _ => {
                    salvaged = true;
                    continue;
                }
            };
            if !seen.insert(key.clone()) {
                salvaged = true;
                continue;
            }
            match key.as_str() {
                "FREQ" => {
                    rate = Some(match value.as_str() {
                        "YEARLY" => Rate::Yearly,
                        "MONTHLY" => Rate::Monthly,
                        "WEEKLY" => Rate::Weekly,
                        "DAILY" => Rate::Daily,
                        "HOURLY" => Rate::Hourly,
                        "MINUTELY" | "SECONDLY" => return Err(RuleFault::TooFrequent),
                        _ => return Err(RuleFault::Invalid),
                    });
                }
                "COUNT" => {
                    let number: u64 = value.parse().map_err(|_| RuleFault::Invalid)?;
                    if number == 0 {
                        return Err(RuleFault::Invalid);
                    }
                    count = Some(u32::try_from(number).unwrap_or(u32::MAX));
                }
                "INTERVAL" => {
                    interval = value.parse().map_err(|_| RuleFault::Invalid)?;
                    if interval == 0 {
                        return Err(RuleFault::Invalid);
                    }
                }
                "UNTIL" => until = Some(parse_until(&value).ok_or(RuleFault::Invalid)?),
                "RSCALE" if value == "GREGORIAN" => {}
                "SKIP" if value == "OMIT" => {}
                "RSCALE" | "SKIP" => return Err(RuleFault::Invalid),
                "WKST" => {
                    if !is_weekday(&value) {
                        return Err(RuleFault::Invalid);
                    }
                    kept.push(format!("WKST={value}"));
                }
                _ => {
                    plain = false;
                    let values: BTreeSet<&str> = value
                        .split(',')
                        .map(str::trim)
                        .filter(|v| !v.is_empty())
                        .collect();
                    if values.is_empty() || values.len() > MAX_VALUES {
                        return Err(RuleFault::Invalid);
                    }
                    let good = match range {
                        Some((low, high, signed)) => values
                            .iter()
                            .all(|value| in_range(value, low, high, signed)),
                        None => values.iter().all(|value| is_numbered_weekday(value)),
                    };
                    if !good {
                        return Err(RuleFault::Invalid);
                    }
                    if matches!(key.as_str(), "BYHOUR" | "BYMINUTE" | "BYSECOND") {
                        times = times.saturating_mul(values.len() as u64);
                    }
                    let list: Vec<&str> = values.into_iter().collect();
                    kept.push(format!("{key}={}", list.join(",")));
                }
            }
        }
        let rate = rate.ok_or(RuleFault::Invalid)?;
        if times > MAX_TIMES {
            return Err(RuleFault::TooFrequent);
        }
        let name = match rate {
            Rate::Hourly => "HOURLY",
            Rate::Daily => "DAILY",
            Rate::Weekly => "WEEKLY",
            Rate::Monthly => "MONTHLY",
            Rate::Yearly => "YEARLY",
        };
        let mut text = format!("FREQ={name};INTERVAL={interval}");
        for part in kept {
            text.push(';');
            text.push_str(&part);
        }
        Ok(Self {
            rate,
            interval,
            count,
            until,
            text,
            salvaged,
            times,
            plain,
        })
    }

    /// Times of day of the rule, at least one.
    pub(super) fn times_per_day(&self) -> u64 {
        self.times.max(1)
    }

    /// The parts of the rule, UNTIL and COUNT apart, as key and value.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.split(';').filter_map(|part| part.split_once('='))
    }

    /// No BY part: each period has its date.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }
}

fn in_range(value: &str, low: u16, high: u16, signed: bool) -> bool {
    let digits = value.strip_prefix('+').unwrap_or(value);
    let digits = match digits.strip_prefix('-') {
        Some(rest) if signed => rest,
        Some(_) => return false,
        None => digits,
    };
    digits.len() <= 3
        && digits.chars().all(|c| c.is_ascii_digit())
        && digits
            .parse::<u16>()
            .is_ok_and(|number| (low..=high).contains(&number))
}

fn is_weekday(value: &str) -> bool {
    matches!(value, "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU")
}

fn is_numbered_weekday(value: &str) -> bool {
    match value
        .len()
        .checked_sub(2)
        .and_then(|at| value.split_at_checked(at))
    {
        Some(("", day)) => is_weekday(day),
        Some((number, day)) => is_weekday(day) && in_range(number, 1, 53, true),
        None => false,
    }
}

/// `20261231`, `20261231T225959` or `20261231T225959Z`.
fn parse_until(value: &str) -> Option<Until> {
    let date = |text: &str| {
        NaiveDate::from_ymd_opt(
            number(text, 0, 4)?.try_into().ok()?,
            number(text, 4, 2)?,
            number(text, 6, 2)?,
        )
    };
    let day = date(value)?;
    let Some(rest) = value.get(8..).filter(|rest| !rest.is_empty()) else {
        return Some(Until::Day(day));
    };
    let clock = rest.strip_prefix('T')?;
    let (clock, utc) = match clock.strip_suffix('Z') {
        Some(clock) => (clock, true),
        None => (clock, false),
    };
    if clock.len() != 6 {
        return None;
    }
    let time = NaiveTime::from_hms_opt(
        number(clock, 0, 2)?,
        number(clock, 2, 2)?,
        number(clock, 4, 2)?.min(59),
    )?;
    let at = day.and_time(time);
    Some(if utc { Until::Utc(at) } else { Until::Wall(at) })
}

fn number(text: &str, from: usize, length: usize) -> Option<u32> {
    let digits = text.get(from..from + length)?;
    if !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}
