//! Values of properties: dates, durations, parameters, texts, addresses.
//!
//! Texts and parameters go through `calcard` (escapes, charsets, quoted-printable). Dates and
//! durations are read from the line itself: `VALUE=DATE:20110804T120000` keeps its time, and a
//! number out of range is refused.

use calcard::icalendar::{
    ICalendarComponent, ICalendarEntry, ICalendarParameterName, ICalendarProperty, ICalendarValue,
};
use calcard::{Entry as Parsed, Parser};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use url::Url;

use super::lines::Parts;

/// A date or a time as written, its zone not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) date: NaiveDate,
    /// None for a day.
    pub(super) time: Option<NaiveTime>,
    /// Ends with Z.
    pub(super) utc: bool,
    /// TZID.
    pub(super) tzid: Option<String>,
    /// VALUE=DATE, and yet a time.
    pub(super) date_with_time: bool,
}

impl Stamp {
    /// Reads one value of a property.
    pub(super) fn parse(value: &str, parts: &Parts<'_>) -> Option<Self> {
        let (date, time, utc) = parse_date_time(value)?;
        let is_date = parameter(parts, "VALUE").is_some_and(|v| v.eq_ignore_ascii_case("DATE"));
        Some(Self {
            date,
            time,
            utc,
            tzid: parameter(parts, "TZID").filter(|tzid| !tzid.is_empty()),
            date_with_time: is_date && time.is_some(),
        })
    }
}

/// Without zone.
pub(super) fn parse_wall(value: &str) -> Option<NaiveDateTime> {
    let (date, time, _) = parse_date_time(value)?;
    Some(date.and_time(time.unwrap_or(NaiveTime::MIN)))
}

/// LAST-MODIFIED and the like; a time without zone is taken for UTC, as it should be.
pub(super) fn parse_utc(value: &str) -> Option<DateTime<Utc>> {
    parse_wall(value).map(|wall| wall.and_utc())
}

fn parse_date_time(value: &str) -> Option<(NaiveDate, Option<NaiveTime>, bool)> {
    let value = value.trim();
    let extended: String;
    let value = if value.as_bytes().get(4) == Some(&b'-') {
        extended = value.chars().filter(|c| !matches!(c, '-' | ':')).collect();
        extended.as_str()
    } else {
        value
    };
    let digits = |from: usize, length: usize| -> Option<u32> {
        let part = value.get(from..from.checked_add(length)?)?;
        if !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        part.parse().ok()
    };
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(digits(0, 4)?).ok()?,
        digits(4, 2)?,
        digits(6, 2)?,
    )?;
    let rest = value.get(8..)?;
    if rest.is_empty() {
        return Some((date, None, false));
    }
    let clock = rest.strip_prefix(['T', 't'])?;
    let (clock, utc) = match clock.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, true),
        None => (clock, false),
    };
    let seconds = match clock.len() {
        4 => 0,
        6 => digits(13, 2)?.min(59),
        _ => return None,
    };
    let time = NaiveTime::from_hms_opt(digits(9, 2)?, digits(11, 2)?, seconds)?;
    Some((date, Some(time), utc))
}

/// A duration: days are days of the calendar, the rest is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) days: i64,
    pub(super) seconds: i64,
}

impl Span {
    /// Reads `P1DT2H`, `PT90M`, `P2W`; a negative one is none.
    pub(super) fn parse(value: &str) -> Option<Self> {
        let value = value.trim().to_ascii_uppercase();
        let body = value.strip_prefix('+').unwrap_or(&value);
        let body = body.strip_prefix('P')?;
        let (mut days, mut seconds) = (0i64, 0i64);
        let (mut in_time, mut number, mut any) = (false, String::new(), false);
        for c in body.chars() {
            match c {
                '0'..='9' if number.len() < 9 => number.push(c),
                'T' if !in_time && number.is_empty() => in_time = true,
                _ => {
                    let amount: i64 = number.parse().ok()?;
                    number.clear();
                    any = true;
                    match (c, in_time) {
                        ('W', false) => days += amount * 7,
                        ('D', false) => days += amount,
                        ('H', true) => seconds += amount * 3600,
                        ('M', true) => seconds += amount * 60,
                        ('S', true) => seconds += amount,
                        _ => return None,
                    }
                }
            }
        }
        (any && number.is_empty()).then_some(Self { days, seconds })
    }

    /// As an exact length, a day being 24 hours.
    pub(super) fn exact(self) -> Option<TimeDelta> {
        TimeDelta::try_days(self.days)?.checked_add(&TimeDelta::try_seconds(self.seconds)?)
    }
}

/// The first parameter of that name, without its quotes.
pub(super) fn parameter(parts: &Parts<'_>, name: &str) -> Option<String> {
    let mut quoted = false;
    parts
        .parameters
        .split(|c| {
            if c == '"' {
                quoted = !quoted;
            }
            c == ';' && !quoted
        })
        .filter_map(|part| part.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().trim_matches('"').to_owned())
}

/// A component through the parser.
pub(super) fn parse_component(text: &str) -> Option<ICalendarComponent> {
    match Parser::new(text).entry() {
        Parsed::ICalendar(calendar) => calendar.components.into_iter().next(),
        _ => None,
    }
}

/// The first text of a property, trimmed; none when empty.
pub(super) fn text(component: &ICalendarComponent, property: &ICalendarProperty) -> Option<String> {
    component
        .entries
        .iter()
        .filter(|entry| &entry.name == property)
        .find_map(|entry| entry.values.first().and_then(|value| value.as_text()))
        .map(plain)
        .filter(|text| !text.is_empty())
}

/// The first text of a property named by its letters (X- properties).
pub(super) fn other_text(component: &ICalendarComponent, name: &str) -> Option<String> {
    component
        .entries
        .iter()
        .filter(|entry| {
            matches!(&entry.name, ICalendarProperty::Other(other) if other.eq_ignore_ascii_case(name))
        })
        .find_map(|entry| entry.values.first().and_then(|value| value.as_text()))
        .map(plain)
        .filter(|text| !text.is_empty())
}

/// Line ends as `\n`, no other control character, no blank around.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect::<String>()
        .trim()
        .to_owned()
}

/// On one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every text of a list property, without doubles.
pub(super) fn texts(component: &ICalendarComponent, property: &ICalendarProperty) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for entry in component.entries.iter().filter(|e| &e.name == property) {
        for value in entry.values.iter().filter_map(ICalendarValue::as_text) {
            let value = one_line(&plain(value));
            if !value.is_empty() && found.len() < 100 && !found.contains(&value) {
                found.push(value);
            }
        }
    }
    found
}

/// Every entry of a property.
pub(super) fn entries<'a>(
    component: &'a ICalendarComponent,
    property: &'a ICalendarProperty,
) -> impl Iterator<Item = &'a ICalendarEntry> {
    component
        .entries
        .iter()
        .filter(move |e| &e.name == property)
}

/// A parameter of an entry as text.
pub(super) fn entry_parameter<'a>(
    entry: &'a ICalendarEntry,
    name: &'a ICalendarParameterName,
) -> Option<&'a str> {
    entry.parameters(name).find_map(|value| value.as_text())
}

/// The address of an entry, as written.
pub(super) fn address(entry: &ICalendarEntry) -> Option<&str> {
    match entry.values.first()? {
        ICalendarValue::Uri(calcard::icalendar::Uri::Location(text))
        | ICalendarValue::Text(text) => Some(text.trim()),
        _ => None,
    }
}

/// An address as it may be shown and followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// http or https, with a host.
    Web(Url),
    /// A scheme that is not followed.
    Unsafe,
    /// No address at all.
    None,
}

/// Only http and https are addresses here (INJ-03).
pub(super) fn web(text: &str) -> Address {
    match Url::parse(text.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Address::Web(url),
        Ok(_) => Address::Unsafe,
        Err(_) => Address::None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::split;
    use super::*;

    fn stamp(line: &str) -> Option<Stamp> {
        let parts = split(line)?;
        Stamp::parse(parts.value, &parts)
    }

    #[test]
    fn dates() {
        let day = stamp("DTSTART;VALUE=DATE:20260912").expect("a day");
        assert!(day.time.is_none() && !day.date_with_time);
        let both = stamp("DTSTART;VALUE=DATE:20110804T120000").expect("a time");
        assert!(both.time.is_some() && both.date_with_time);
        let zone = stamp("DTSTART;TZID=\"a;b:c\":20110804T120000").expect("a time");
        assert_eq!(zone.tzid.as_deref(), Some("a;b:c"));
        assert!(stamp("DTSTART:20110804T120000Z").expect("a time").utc);
        assert!(
            stamp("DTSTART:2011-08-04T12:00:00")
                .expect("a time")
                .time
                .is_some()
        );
        for bad in [
            "Next Year",
            "20261301",
            "20260230T000000",
            "2026",
            "20260101T25",
            "20260101T250000",
            "20260101X",
            "é0260101",
            "2026010١",
        ] {
            assert!(stamp(&format!("DTSTART:{bad}")).is_none(), "{bad}");
        }
    }

    #[test]
    fn durations() {
        let span = |text| Span::parse(text).map(|span| (span.days, span.seconds));
        assert_eq!(span("P1DT2H"), Some((1, 7200)));
        assert_eq!(span("PT90M"), Some((0, 5400)));
        assert_eq!(span("P2W"), Some((14, 0)));
        for bad in [
            "-PT1W1D2H3M4S",
            "P",
            "PT",
            "P1",
            "PT1D",
            "1H",
            "PT9999999999H",
            "-PT1H",
        ] {
            assert_eq!(span(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_web_addresses() {
        assert!(matches!(web("https://a.test/x"), Address::Web(_)));
        assert_eq!(web("javascript:alert(1)"), Address::Unsafe);
        assert_eq!(web("data:text/html,x"), Address::Unsafe);
        assert_eq!(web("/c/x"), Address::None);
    }
}
