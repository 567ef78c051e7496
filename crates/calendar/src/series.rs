//! Recurrence rules on the wall clock, always bounded.
//!
//! A rule is unrolled on a clock without zone, and each date is then placed in its zone: so
//! 19:00 stays 19:00 through a change of hour, and a skipped hour is ours to decide. The
//! work is counted in steps out of a [`Budget`], not in seconds, so that a reading gives
//! the same result on a slow machine as on a fast one (DOS-13).

mod rule;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use rrule::{RRule, RRuleSet, Unvalidated};

pub(crate) use rule::{Rate, Rule, RuleFault, Until};

/// Steps of work allowed for one file or one form.
#[derive(Debug)]
pub(crate) struct Budget {
    left: u64,
}

/// About two seconds of a small machine.
const STEPS: u64 = 4_000_000;

/// A rule that finds no date is searched for this many periods by the library; see
/// `MAX_ITER_LOOP` there.
const FRUITLESS_PERIODS: u64 = 100_000;

/// The library's years end here.
const LAST_YEAR: u64 = 10_000;

impl Budget {
    /// A full purse.
    pub(crate) fn new() -> Self {
        Self { left: STEPS }
    }

    /// Takes steps; false when there are not enough, and then nothing is left.
    fn take(&mut self, steps: u64) -> bool {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                true
            }
            None => {
                self.left = 0;
                false
            }
        }
    }
}

/// The dates of a rule.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Unrolled {
    /// Inside the window, in order, the start apart.
    pub(crate) dates: BTreeSet<NaiveDateTime>,
    /// Whether the start itself follows the rule.
    pub(crate) start_fits: bool,
    /// Whether dates inside the window are missing.
    pub(crate) cut: bool,
}

/// The dates of `rule` from `start` on that lie inside `window` (both ends included), at
/// most `max`. `until` is on the same clock, inclusive. With COUNT, a start that does not
/// follow the rule counts as the first date (RFC 5545 section 3.3.10).
pub(crate) fn unroll(
    rule: &Rule,
    start: NaiveDateTime,
    until: Option<NaiveDateTime>,
    window: (NaiveDateTime, NaiveDateTime),
    max: usize,
    budget: &mut Budget,
) -> Result<Unrolled, RuleFault> {
    let last = until.map_or(window.1, |until| until.min(window.1));
    let mut found = Unrolled::default();
    if until.is_some_and(|until| until < start) {
        // Only the start is left; nobody can say whether it fits.
        found.start_fits = true;
        return Ok(found);
    }

    // Does the start fit? The first date says so, and a rule without any date shows itself.
    if !budget.take(rule.rate.weight() + rule.times_per_day()) {
        found.cut = true;
        return Ok(found);
    }
    let Some(first) = dates_of(rule, start)?.next() else {
        budget.take(fruitless_cost(rule, start));
        return Ok(found);
    };
    found.start_fits = first == start;

    let begin = match rule.count {
        Some(_) => start,
        None => nearer(rule, start, window.0),
    };
    let mut allowed = match rule.count {
        Some(count) if found.start_fits => u64::from(count),
        Some(count) => u64::from(count.saturating_sub(1)),
        None => u64::MAX,
    };
    if last < begin || allowed == 0 {
        return Ok(found);
    }
    if !budget.take(cost(rule, begin, last, allowed)) {
        found.cut = true;
        return Ok(found);
    }
    let mut ended = false;
    for date in dates_of(rule, begin)? {
        if allowed == 0 || date > last {
            ended = true;
            break;
        }
        allowed -= 1;
        if !budget.take(1) || (date >= window.0 && found.dates.len() >= max) {
            found.cut = true;
            ended = true;
            break;
        }
        if date >= window.0 && date >= start {
            found.dates.insert(date);
        }
    }
    if !ended && allowed > 0 {
        budget.take(fruitless_cost(rule, begin));
    }
    Ok(found)
}

/// The first date of a rule at or after `start`.
pub(crate) fn first_date(
    rule: &Rule,
    start: NaiveDateTime,
    budget: &mut Budget,
) -> Result<Option<NaiveDateTime>, RuleFault> {
    let first = dates_of(rule, start)?.next();
    if first.is_none() {
        budget.take(fruitless_cost(rule, start));
    }
    Ok(first)
}

/// The library's dates, from `start` on the clock without zone.
fn dates_of(
    rule: &Rule,
    start: NaiveDateTime,
) -> Result<impl Iterator<Item = NaiveDateTime>, RuleFault> {
    let start: DateTime<rrule::Tz> = start.and_utc().with_timezone(&rrule::Tz::UTC);
    let parsed: RRule<Unvalidated> = rule.text.parse().map_err(|_| RuleFault::Invalid)?;
    let valid = parsed.validate(start).map_err(|_| RuleFault::Invalid)?;
    let set = RRuleSet::new(start).limit().rrule(valid);
    Ok(set
        .into_iter()
        .map(|date| date.with_timezone(&Utc).naive_utc()))
}

/// A start nearer to the window and in step with the first one, so that an old series is not
/// walked through from its beginning. Months and years are few enough to be walked.
fn nearer(rule: &Rule, start: NaiveDateTime, from: NaiveDateTime) -> NaiveDateTime {
    let unit = match rule.rate {
        Rate::Hourly => TimeDelta::hours(1),
        Rate::Daily => TimeDelta::days(1),
        Rate::Weekly => TimeDelta::weeks(1),
        Rate::Monthly | Rate::Yearly => return start,
    };
    let step = i64::from(rule.interval).saturating_mul(unit.num_seconds());
    let gap = from.signed_duration_since(start).num_seconds();
    // Two steps short: a week may begin before its first date.
    let steps = (gap / step.max(1)).saturating_sub(2);
    if steps <= 0 {
        return start;
    }
    TimeDelta::try_seconds(steps.saturating_mul(step))
        .and_then(|shift| start.checked_add_signed(shift))
        .unwrap_or(start)
}

/// Steps from `begin` to `last`, or to the end of a COUNT when each period has a date.
fn cost(rule: &Rule, begin: NaiveDateTime, last: NaiveDateTime, allowed: u64) -> u64 {
    let seconds = last.signed_duration_since(begin).num_seconds().max(0);
    let period = rule.rate.seconds().saturating_mul(i64::from(rule.interval));
    let mut periods = u64::try_from(seconds / period.max(1))
        .unwrap_or(u64::MAX)
        .saturating_add(2);
    if rule.is_plain() {
        periods = periods.min(allowed.saturating_add(2));
    }
    periods.saturating_mul(rule.rate.weight().saturating_add(rule.times_per_day() - 1))
}

fn fruitless_cost(rule: &Rule, begin: NaiveDateTime) -> u64 {
    use chrono::Datelike;
    let years = LAST_YEAR.saturating_sub(u64::try_from(begin.year()).unwrap_or(0));
    let periods = match rule.rate {
        Rate::Yearly => years,
        Rate::Monthly => years * 12,
        Rate::Weekly | Rate::Daily | Rate::Hourly => FRUITLESS_PERIODS,
    };
    (periods / u64::from(rule.interval.max(1))).saturating_mul(rule.rate.weight())
}

#[cfg(test)]
mod tests;
