//! Dates and times in words: pure functions of chrono's types.
//!
//! French follows its typography: "1er", 24 hours written "20 h 30" with narrow
//! no-break spaces. English is written the British way, 24 hours too.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Offset, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

use crate::html::{SafeHtml, escape};
use crate::lang::Lang;

/// Narrow no-break space (U+202F).
pub const NNBSP: char = '\u{202f}';
/// No-break space (U+00A0).
const NBSP: char = '\u{a0}';

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const SHORT_MONTHS_FR: [&str; 12] = [
    "janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.",
    "déc.",
];
const SHORT_MONTHS_EN: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec",
];
const DAYS_FR: [&str; 7] = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
];
const DAYS_EN: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The pieces of a date, for a layout that sets them apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayParts {
    /// "samedi", "Saturday".
    pub weekday: &'static str,
    /// "1er", "14"; without leading zero.
    pub day: String,
    /// "juillet", "July".
    pub month: &'static str,
    /// The year, four digits for those we live in.
    pub year: i32,
    /// `2026-07-04`, for `<time datetime>`.
    pub iso: String,
}

impl DayParts {
    /// The day as it is set in type: "1" with "er" raised, or the number alone.
    pub fn day_html(&self) -> SafeHtml {
        SafeHtml::trusted(match self.day.strip_suffix("er") {
            Some(number) => format!("{number}<sup>er</sup>"),
            None => self.day.clone(),
        })
    }
}

/// The pieces of a date.
pub fn day_parts(date: NaiveDate, lang: Lang) -> DayParts {
    DayParts {
        weekday: weekday_name(date, lang),
        day: day_of_month(date, lang),
        month: month_name(date.month(), lang),
        year: date.year(),
        iso: iso_date(date),
    }
}

/// "samedi 4 juillet 2026", "Saturday 4 July 2026".
pub fn day_heading(date: NaiveDate, lang: Lang) -> String {
    format!("{} {}", weekday_name(date, lang), long_date(date, lang))
}

/// "4 juillet 2026", "1er août 2026".
pub fn long_date(date: NaiveDate, lang: Lang) -> String {
    format!("{} {}", day_and_month(date, lang), date.year())
}

/// "sam. 4 juil.", "Sat 4 July": for dense lists.
pub fn short_date(date: NaiveDate, lang: Lang) -> String {
    let months = match lang {
        Lang::Fr => &SHORT_MONTHS_FR,
        Lang::En => &SHORT_MONTHS_EN,
    };
    let month = months
        .get(date.month0() as usize)
        .copied()
        .unwrap_or_default();
    format!(
        "{} {}{NBSP}{month}",
        weekday_short(date, lang),
        day_of_month(date, lang)
    )
}

/// "juillet", "July". `month` counts from 1; out of range gives an empty text.
pub fn month_name(month: u32, lang: Lang) -> &'static str {
    let names = match lang {
        Lang::Fr => &MONTHS_FR,
        Lang::En => &MONTHS_EN,
    };
    (month as usize)
        .checked_sub(1)
        .and_then(|i| names.get(i))
        .copied()
        .unwrap_or_default()
}

/// "juillet 2026", "July 2026".
pub fn month_year(year: i32, month: u32, lang: Lang) -> String {
    format!("{} {year}", month_name(month, lang))
}

/// "samedi", "Saturday".
pub fn weekday_name(date: NaiveDate, lang: Lang) -> &'static str {
    weekday_name_from_monday(date.weekday().num_days_from_monday(), lang)
}

/// The name of a day of the week; 0 is Monday, out of range gives an empty text.
pub fn weekday_name_from_monday(index: u32, lang: Lang) -> &'static str {
    let names = match lang {
        Lang::Fr => &DAYS_FR,
        Lang::En => &DAYS_EN,
    };
    names.get(index as usize).copied().unwrap_or_default()
}

/// "sam.", "Sat".
pub fn weekday_short(date: NaiveDate, lang: Lang) -> String {
    weekday_short_from_monday(date.weekday().num_days_from_monday(), lang)
}

/// "lun.", "Mon"; 0 is Monday.
pub fn weekday_short_from_monday(index: u32, lang: Lang) -> String {
    let three: String = weekday_name_from_monday(index, lang)
        .chars()
        .take(3)
        .collect();
    match lang {
        Lang::Fr => format!("{three}."),
        Lang::En => three,
    }
}

/// "20 h 30", "20 h", "20:30".
pub fn time(time: NaiveTime, lang: Lang) -> String {
    match (lang, time.minute()) {
        (Lang::Fr, 0) => format!("{}{NNBSP}h", time.hour()),
        (Lang::Fr, minute) => format!("{}{NNBSP}h{NNBSP}{minute:02}", time.hour()),
        (Lang::En, minute) => format!("{:02}:{minute:02}", time.hour()),
    }
}

/// The whole of when, in the event's zone.
///
/// For an all-day event an `end` at midnight is the day after the last one, as
/// in iCalendar (RFC 5545, 3.6.1); any other time is inside the last day.
pub fn range(
    start: DateTime<Utc>,
    end: Option<DateTime<Utc>>,
    all_day: bool,
    zone: Tz,
    lang: Lang,
) -> String {
    let from = start.with_timezone(&zone);
    let first = from.date_naive();
    let until = end.filter(|e| *e > start).map(|e| e.with_timezone(&zone));
    if all_day {
        let last = until.map_or(first, |u| last_day(u, first));
        return if last == first {
            day_heading(first, lang)
        } else {
            days_range(first, last, lang)
        };
    }
    let from_time = time(from.time(), lang);
    let Some(until) = until else {
        return match lang {
            Lang::Fr => format!("{} à {from_time}", day_heading(first, lang)),
            Lang::En => format!("{} at {from_time}", day_heading(first, lang)),
        };
    };
    let until_time = time(until.time(), lang);
    // A night that ends before six belongs to its evening.
    let same_evening =
        until.date_naive() == first || (until.date_naive() == next_day(first) && until.hour() < 6);
    match (lang, same_evening) {
        (Lang::Fr, true) => {
            format!("{} de {from_time} à {until_time}", day_heading(first, lang))
        }
        (Lang::En, true) => {
            format!(
                "{} from {from_time} to {until_time}",
                day_heading(first, lang)
            )
        }
        (Lang::Fr, false) => format!(
            "du {} à {from_time} au {} à {until_time}",
            day_heading(first, lang),
            day_heading(until.date_naive(), lang)
        ),
        (Lang::En, false) => format!(
            "from {} at {from_time} to {} at {until_time}",
            day_heading(first, lang),
            day_heading(until.date_naive(), lang)
        ),
    }
}

/// Only the hours, for a list already grouped by day: "20 h 30", "14 h – 18 h".
/// An event of several days gives the hour of its start; all day gives words.
pub fn time_span(
    start: DateTime<Utc>,
    end: Option<DateTime<Utc>>,
    all_day: bool,
    zone: Tz,
    lang: Lang,
) -> String {
    if all_day {
        return lang.t("date-all-day");
    }
    let from = start.with_timezone(&zone);
    let from_time = time(from.time(), lang);
    match end.filter(|e| *e > start).map(|e| e.with_timezone(&zone)) {
        Some(until)
            if until.date_naive() == from.date_naive()
                || (until.date_naive() == next_day(from.date_naive()) && until.hour() < 6) =>
        {
            format!("{from_time} – {}", time(until.time(), lang))
        }
        _ => from_time,
    }
}

/// "du 3 au 5 juillet 2026", with as little repeated as possible.
pub fn days_range(first: NaiveDate, last: NaiveDate, lang: Lang) -> String {
    let from = if first.year() != last.year() {
        long_date(first, lang)
    } else if first.month() != last.month() {
        day_and_month(first, lang)
    } else {
        day_of_month(first, lang)
    };
    let to = long_date(last, lang);
    match lang {
        Lang::Fr => format!("du {from} au {to}"),
        Lang::En => format!("{from} to {to}"),
    }
}

/// "aujourd’hui", "demain", "dans 3 jours", "il y a 2 jours"; `None` beyond a week.
pub fn relative_day(date: NaiveDate, today: NaiveDate, lang: Lang) -> Option<String> {
    match date.signed_duration_since(today).num_days() {
        0 => Some(lang.t("date-today")),
        1 => Some(lang.t("date-tomorrow")),
        -1 => Some(lang.t("date-yesterday")),
        n @ 2..=7 => Some(lang.ta("date-in-days", &[("n", n.into())])),
        n @ -7..=-2 => Some(lang.ta("date-days-ago", &[("n", (-n).into())])),
        _ => None,
    }
}

/// "4 juillet 2026 à 20 h 30", for a comment or a history line.
pub fn moment(at: DateTime<Utc>, zone: Tz, lang: Lang) -> String {
    let local = at.with_timezone(&zone);
    let (date, time) = (
        long_date(local.date_naive(), lang),
        time(local.time(), lang),
    );
    match lang {
        Lang::Fr => format!("{date} à {time}"),
        Lang::En => format!("{date} at {time}"),
    }
}

/// "heure de Paris (UTC+2)": the zone in words, at that instant.
pub fn zone_label(at: DateTime<Utc>, zone: Tz, lang: Lang) -> String {
    if zone == Tz::UTC {
        return "UTC".to_owned();
    }
    let seconds = at.with_timezone(&zone).offset().fix().local_minus_utc();
    let (sign, minutes) = if seconds < 0 {
        ('−', -seconds / 60)
    } else {
        ('+', seconds / 60)
    };
    let offset = match (minutes / 60, minutes % 60) {
        (h, 0) => format!("UTC{sign}{h}"),
        (h, m) => format!("UTC{sign}{h}:{m:02}"),
    };
    let city = zone
        .name()
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .replace('_', " ");
    lang.ta(
        "date-zone",
        &[("city", city.into()), ("offset", offset.into())],
    )
}

/// `2026-07-04`.
pub fn iso_date(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}

/// `2026-07-04T20:30:00+02:00`, for `<time datetime>` and JSON-LD.
pub fn iso_moment(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// A `<time>` element around a text.
pub fn time_element(datetime: &str, text: &str) -> SafeHtml {
    SafeHtml::trusted(format!(
        "<time datetime=\"{}\">{}</time>",
        escape(datetime),
        escape(text)
    ))
}

/// The weeks a month's grid shows, Monday first, with the days of the months
/// around it. `None` when the month does not exist.
pub fn month_weeks(year: i32, month: u32) -> Option<Vec<[NaiveDate; 7]>> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let back = Days::new(u64::from(first.weekday().num_days_from_monday()));
    let mut day = first.checked_sub_days(back)?;
    let mut weeks = Vec::with_capacity(6);
    while weeks.is_empty() || (day.year(), day.month()) == (year, month) {
        let mut week = [day; 7];
        for slot in &mut week {
            *slot = day;
            day = day.checked_add_days(Days::new(1))?;
        }
        weeks.push(week);
    }
    Some(weeks)
}

/// The month before and the month after, as (year, month).
pub fn months_around(year: i32, month: u32) -> ((i32, u32), (i32, u32)) {
    let before = if month <= 1 {
        (year - 1, 12)
    } else {
        (year, month - 1)
    };
    let after = if month >= 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    (before, after)
}

fn day_of_month(date: NaiveDate, lang: Lang) -> String {
    match (lang, date.day()) {
        (Lang::Fr, 1) => "1er".to_owned(),
        (_, day) => day.to_string(),
    }
}

fn day_and_month(date: NaiveDate, lang: Lang) -> String {
    format!(
        "{}{NBSP}{}",
        day_of_month(date, lang),
        month_name(date.month(), lang)
    )
}

fn next_day(date: NaiveDate) -> NaiveDate {
    date.succ_opt().unwrap_or(date)
}

fn last_day<Z: TimeZone>(until: DateTime<Z>, first: NaiveDate) -> NaiveDate {
    let day = until.date_naive();
    if until.num_seconds_from_midnight() == 0 && day > first {
        day.pred_opt().unwrap_or(day)
    } else {
        day
    }
}

#[cfg(test)]
mod tests;
