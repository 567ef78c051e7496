//! The date of HTTP headers (RFC 9110, section 5.6.7, the preferred form only).

use chrono::{DateTime, NaiveDateTime, Timelike as _, Utc};

const FORMAT: &str = "%a, %d %b %Y %H:%M:%S GMT";

/// `date` as it is written in a `Date` header.
#[must_use]
pub fn format_http_date(date: DateTime<Utc>) -> String {
    date.format(FORMAT).to_string()
}

/// Reads a `Date` header. `None` for any other form, a wrong weekday or a leap second, which no
/// two clocks place alike.
#[must_use]
pub fn parse_http_date(value: &str) -> Option<DateTime<Utc>> {
    let date = NaiveDateTime::parse_from_str(value, FORMAT).ok()?.and_utc();
    // chrono forgives case, padding and signs; what it read must be what was written.
    let leap_second = date.nanosecond() >= 1_000_000_000;
    (!leap_second && format_http_date(date) == value).then_some(date)
}
