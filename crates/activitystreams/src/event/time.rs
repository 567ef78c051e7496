//! When: moments with an offset, or local times with a zone (R-EV-13).

use super::EventWarning;
use crate::error::ReadError;
use crate::property;
use chrono::{DateTime, Duration, FixedOffset, LocalResult, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use serde_json::Value;

pub(super) struct When {
    pub(super) start: Option<DateTime<FixedOffset>>,
    pub(super) end: Option<DateTime<FixedOffset>>,
    pub(super) timezone: Option<Tz>,
}

/// Reads `startTime`, `endTime` and `timezone`.
///
/// # Errors
/// `bad_time` for a start that is no time, `time_without_zone` for a local one
/// without a usable `timezone`.
pub(super) fn read(value: &Value, warnings: &mut Vec<EventWarning>) -> Result<When, ReadError> {
    let timezone = property::text(value, "timezone", 64).and_then(|name| {
        let zone = name.parse::<Tz>().ok();
        if zone.is_none() {
            warnings.push(EventWarning::TimezoneUnknown);
        }
        zone
    });
    let start = match property::first(value, "startTime") {
        None => None,
        Some(time) => {
            let text = property::as_text(time).ok_or(ReadError::new("bad_time", "startTime"))?;
            Some(moment(text, timezone).map_err(|code| ReadError::new(code, "startTime"))?)
        }
    };
    let mut end = property::first(value, "endTime").and_then(|time| {
        let end = property::as_text(time).and_then(|text| moment(text, timezone).ok());
        if end.is_none() {
            warnings.push(EventWarning::EndUnreadable);
        }
        end
    });
    if let (Some(from), Some(to)) = (start, end) {
        if to < from {
            warnings.push(EventWarning::EndBeforeStart);
            end = None;
        } else if to - from > Duration::days(366) {
            warnings.push(EventWarning::LongerThanOneYear);
        }
    }
    Ok(When {
        start,
        end,
        timezone,
    })
}

fn moment(text: &str, timezone: Option<Tz>) -> Result<DateTime<FixedOffset>, &'static str> {
    if let Some(time) = property::as_time(text) {
        return Ok(time);
    }
    let text = text.trim();
    let local = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
    ]
    .iter()
    .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
    .filter(|_| text.len() <= 64)
    .ok_or("bad_time")?;
    let zone = timezone.ok_or("time_without_zone")?;
    in_zone(local, zone).ok_or("bad_time")
}

/// The first of two moments in autumn; an hour later in the gap of spring.
fn in_zone(local: NaiveDateTime, zone: Tz) -> Option<DateTime<FixedOffset>> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Some(time.fixed_offset()),
        LocalResult::None => {
            let later = local.checked_add_signed(Duration::hours(1))?;
            zone.from_local_datetime(&later)
                .earliest()
                .map(|time| time.fixed_offset())
        }
    }
}
