//! The part of the form that says how an event repeats.

use crate::event::Details;
use calendar::{Frequency, Recurrence, RuleEnd, RuleForm};
use chrono::{Datelike, NaiveDate, Weekday};
use ui::FormErrors;
use ui::event_form::EventValues;

fn weekday(code: &str) -> Option<Weekday> {
    Some(match code {
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

/// The series that the form asks for; `None` for an event of one date.
pub(crate) fn read(
    values: &EventValues,
    details: &Details,
) -> Result<Option<Recurrence>, FormErrors> {
    let mut errors = FormErrors::default();
    let start = details.start.wall();
    let day = start.date();
    let frequency = match values.repeat.as_str() {
        "daily" => Frequency::Day,
        "weekly" => {
            let mut days: Vec<Weekday> = values
                .repeat_on
                .iter()
                .filter_map(|code| weekday(code))
                .collect();
            if days.is_empty() {
                days.push(day.weekday());
            }
            days.sort_by_key(Weekday::num_days_from_monday);
            days.dedup();
            Frequency::Week { days }
        }
        "monthly-day" => Frequency::MonthDay {
            day: i8::try_from(day.day()).unwrap_or(1),
        },
        "monthly-weekday" => {
            let nth = i8::try_from(day.day0() / 7 + 1).unwrap_or(1);
            // The fifth is the last: most months have four.
            Frequency::MonthWeekday {
                nth: if nth == 5 { -1 } else { nth },
                weekday: day.weekday(),
            }
        }
        "yearly" => Frequency::Year,
        _ => return Ok(None),
    };
    let interval = match values.repeat_every.trim() {
        "" => 1,
        text => text
            .parse::<u16>()
            .ok()
            .filter(|n| (1..=99).contains(n))
            .unwrap_or_else(|| {
                errors.add_with(
                    "repeat_every",
                    "form-error-number",
                    &[("min", 1.into()), ("max", 99.into())],
                );
                1
            }),
    };
    let end = match values.repeat_end.as_str() {
        "until" => match NaiveDate::parse_from_str(values.repeat_until.trim(), "%Y-%m-%d") {
            Ok(date) if date >= day => RuleEnd::Until { date },
            Ok(_) => {
                errors.add("repeat_until", "form-error-repeat-until");
                RuleEnd::Never
            }
            Err(_) => {
                errors.add("repeat_until", "form-error-repeat-end");
                RuleEnd::Never
            }
        },
        "count" => match values.repeat_count.trim().parse::<u32>() {
            Ok(count) if (1..=9_999).contains(&count) => RuleEnd::Count { count },
            _ => {
                errors.add("repeat_count", "form-error-repeat-end");
                RuleEnd::Never
            }
        },
        _ => RuleEnd::Never,
    };
    let mut exclusions = std::collections::BTreeSet::new();
    for line in values
        .repeat_except
        .split(['\n', ',', ';'])
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        match NaiveDate::parse_from_str(line, "%Y-%m-%d") {
            Ok(date) => {
                exclusions.insert(date);
            }
            Err(_) => errors.add_with(
                "repeat_except",
                "form-error-repeat-except",
                &[("line", line.chars().take(40).collect::<String>().into())],
            ),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let duration = details.end.map(|end| end.wall() - start);
    Ok(Some(Recurrence {
        start,
        all_day: details.start.is_date(),
        duration_minutes: duration.and_then(|length| u32::try_from(length.num_minutes()).ok()),
        rule: RuleForm {
            frequency,
            interval,
            end,
        },
        exclusions,
        extra: Default::default(),
        moved: Default::default(),
        cancelled: Default::default(),
    }))
}
