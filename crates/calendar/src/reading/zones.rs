//! Which zone a TZID means: IANA name, Windows name, VTIMEZONE of the file, or an offset.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use super::WarningCode;
use super::structure::Block;
use super::vtimezone::CustomZone;
use crate::moment::instant_of;

/// More descriptions of zones of their own are not looked at.
const MAX_CUSTOM: usize = 64;

/// A clock that times can be read on.
#[derive(Debug, Clone)]
pub(super) enum Clock {
    /// A zone of the IANA table.
    Iana(Tz),
    /// The rules of a VTIMEZONE.
    Custom(Rc<CustomZone>),
}

impl Clock {
    /// The instant at which the clock shows `wall`.
    pub(super) fn instant(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        match self {
            Self::Iana(zone) => instant_of(wall, *zone),
            Self::Custom(zone) => zone.instant(wall),
        }
    }

    /// What the clock shows at `instant`.
    pub(super) fn wall(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Self::Iana(zone) => instant.with_timezone(zone).naive_local(),
            Self::Custom(zone) => zone.wall(instant),
        }
    }

    /// Whether it is UTC under one of its names.
    pub(super) fn is_utc(&self) -> bool {
        matches!(self, Self::Iana(zone) if is_utc(*zone))
    }
}

fn is_utc(zone: Tz) -> bool {
    matches!(
        zone,
        Tz::UTC
            | Tz::Etc__UTC
            | Tz::Etc__GMT
            | Tz::GMT
            | Tz::UCT
            | Tz::Etc__UCT
            | Tz::Zulu
            | Tz::Etc__Zulu
            | Tz::Universal
            | Tz::Etc__Universal
    )
}

/// A TZID understood.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) clock: Clock,
    /// What is to be said about it.
    pub(super) warning: Option<WarningCode>,
}

/// The zones of a file.
pub(super) struct Zones<'a> {
    blocks: HashMap<String, &'a Block<'a>>,
    known: RefCell<HashMap<String, Option<Answer>>>,
    shown: RefCell<HashMap<(usize, i32), Option<Tz>>>,
    custom: RefCell<usize>,
}

impl<'a> Zones<'a> {
    pub(super) fn new(blocks: &'a [Block<'a>]) -> Self {
        let mut by_name = HashMap::new();
        for block in blocks {
            if let Some(name) = block.first("TZID") {
                by_name.entry(clean(name.value)).or_insert(block);
            }
        }
        Self {
            blocks: by_name,
            known: RefCell::default(),
            shown: RefCell::default(),
            custom: RefCell::new(0),
        }
    }

    /// The clock of a TZID; none when nobody knows it.
    pub(super) fn resolve(&self, tzid: &str) -> Option<Answer> {
        let tzid = clean(tzid);
        if let Some(answer) = self.known.borrow().get(&tzid) {
            return answer.clone();
        }
        let answer = self.look_up(&tzid);
        self.known.borrow_mut().insert(tzid, answer.clone());
        answer
    }

    /// The zone of the file, when it describes only one besides UTC.
    pub(super) fn described(&self) -> Option<Tz> {
        let mut zones = self
            .blocks
            .keys()
            .filter_map(|name| named(name))
            .filter(|zone| !is_utc(*zone));
        let first = zones.next()?;
        zones.all(|zone| zone == first).then_some(first)
    }

    fn look_up(&self, tzid: &str) -> Option<Answer> {
        if let Some(zone) = named(tzid) {
            return Some(Answer {
                clock: Clock::Iana(zone),
                warning: None,
            });
        }
        if let Some(block) = self.blocks.get(tzid) {
            let alias = block
                .first("X-LIC-LOCATION")
                .or_else(|| block.first("TZID-ALIAS-OF"));
            if let Some(zone) = alias.and_then(|parts| named(&clean(parts.value))) {
                return Some(Answer {
                    clock: Clock::Iana(zone),
                    warning: None,
                });
            }
            let mut custom = self.custom.borrow_mut();
            if *custom < MAX_CUSTOM {
                *custom += 1;
                if let Some(zone) = CustomZone::from_block(block, *custom) {
                    return Some(Answer {
                        clock: Clock::Custom(Rc::new(zone)),
                        warning: None,
                    });
                }
            }
        }
        let seconds = offset_in(tzid)?;
        let clock = match whole_hours(seconds) {
            Some(zone) => Clock::Iana(zone),
            None => Clock::Custom(Rc::new(CustomZone::fixed(seconds))),
        };
        Some(Answer {
            clock,
            warning: Some(WarningCode::ZoneIsOffset),
        })
    }

    /// An IANA zone that agrees with a clock all through the year of `instant`: `preferred`
    /// if it does, else the first that does.
    pub(super) fn shown_in(
        &self,
        clock: &Clock,
        instant: DateTime<Utc>,
        preferred: Tz,
    ) -> Option<Tz> {
        let zone = match clock {
            Clock::Iana(zone) => return Some(*zone),
            Clock::Custom(zone) => zone,
        };
        let key = (zone.number(), instant.year());
        if let Some(shown) = self.shown.borrow().get(&key) {
            return *shown;
        }
        let samples: Vec<(DateTime<Utc>, i32)> = (1..=12)
            .flat_map(|month| [5, 25].map(|day| (month, day)))
            .filter_map(|(month, day)| NaiveDate::from_ymd_opt(instant.year(), month, day))
            .filter_map(|date| date.and_hms_opt(12, 0, 0))
            .map(|at| (at.and_utc(), zone.offset_at(at)))
            .collect();
        let agrees = |zone: &Tz| {
            samples
                .iter()
                .all(|(at, offset)| offset_of(*zone, *at) == *offset)
        };
        let shown = Some(preferred).filter(agrees).or_else(|| {
            chrono_tz::TZ_VARIANTS
                .iter()
                .filter(|zone| zone.name().contains('/') && !zone.name().starts_with("Etc/"))
                .find(|zone| agrees(zone))
                .copied()
        });
        // A year of its own rules: the zone of another year of the same clock.
        let shown = shown.or_else(|| {
            let known = self.shown.borrow();
            let same = known.iter().filter(|((number, _), _)| *number == key.0);
            same.filter_map(|((_, year), zone)| zone.map(|zone| (*year, zone)))
                .min_by_key(|(year, _)| *year)
                .map(|(_, zone)| zone)
        });
        self.shown.borrow_mut().insert(key, shown);
        shown
    }
}

fn offset_of(zone: Tz, instant: DateTime<Utc>) -> i32 {
    zone.offset_from_utc_datetime(&instant.naive_utc())
        .fix()
        .local_minus_utc()
}

fn clean(tzid: &str) -> String {
    tzid.trim().trim_matches('"').trim().to_owned()
}

/// IANA names, Windows names, and the forms exporters wrap them in.
pub(super) fn named(tzid: &str) -> Option<Tz> {
    if tzid.is_empty() || tzid.len() > 200 {
        return None;
    }
    if let Ok(zone) = Tz::from_str(tzid) {
        return Some(zone);
    }
    // "US-Eastern", "America/New York"
    if tzid.contains(['-', ' '])
        && let Ok(zone) = Tz::from_str(&tzid.replacen('-', "/", 1).replace(' ', "_"))
    {
        return Some(zone);
    }
    // "(UTC-05:00) Eastern Time (US & Canada)": the name first; the offset is looked at last,
    // with its minutes.
    let name = match tzid.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map(|(_, name)| name.trim())?,
        None => tzid,
    };
    if name.is_empty() {
        return None;
    }
    if let Ok(calcard::common::timezone::Tz::Tz(zone)) = name.parse() {
        return Some(zone);
    }
    // "/freeassociation.sourceforge.net/Europe/Paris"
    let mut tail = name.trim_start_matches('/');
    for _ in 0..4 {
        if tail.contains('/')
            && let Ok(zone) = Tz::from_str(tail)
        {
            return Some(zone);
        }
        tail = tail.split_once('/').map(|(_, rest)| rest)?;
    }
    None
}

/// The offset in "(GMT +01:00)", "UTC-3", "+0530"; seconds east.
fn offset_in(tzid: &str) -> Option<i32> {
    let upper = tzid.to_ascii_uppercase();
    let inner = match upper.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map(|(inner, _)| inner)?,
        None => upper.as_str(),
    };
    let inner = inner.trim();
    let rest = inner
        .strip_prefix("GMT")
        .or_else(|| inner.strip_prefix("UTC"))
        .unwrap_or(inner)
        .trim();
    let (sign, digits) = match rest.chars().next()? {
        '+' => (1, rest.get(1..)?),
        '-' => (-1, rest.get(1..)?),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    if digits.is_empty() || digits.len() > 4 || !digits.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) = if digits.len() <= 2 {
        (number, 0)
    } else {
        (number / 100, number % 100)
    };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn whole_hours(seconds: i32) -> Option<Tz> {
    if seconds % 3600 != 0 {
        return None;
    }
    match seconds / 3600 {
        0 => Some(Tz::UTC),
        // The signs of Etc are those of POSIX: west is positive.
        hours => Tz::from_str(&format!("Etc/GMT{:+}", -hours)).ok(),
    }
}

/// A year of four digits on every clock.
pub(super) fn in_range(wall: NaiveDateTime) -> bool {
    (1600..=9998).contains(&wall.year())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_make() {
        for (name, zone) in [
            ("Europe/Paris", Tz::Europe__Paris),
            ("Europe/Kiev", Tz::Europe__Kiev),
            ("US-Eastern", Tz::US__Eastern),
            ("America/New York", Tz::America__New_York),
            ("W. Europe Standard Time", Tz::Europe__Berlin),
            ("Romance Standard Time", Tz::Europe__Paris),
            (
                "(GMT+10:00) Canberra, Melbourne, Sydney",
                Tz::Australia__Sydney,
            ),
            ("/mozilla.org/20050126_1/Europe/Berlin", Tz::Europe__Berlin),
            (
                "/freeassociation.sourceforge.net/Europe/Paris",
                Tz::Europe__Paris,
            ),
        ] {
            assert_eq!(named(name), Some(zone), "{name}");
        }
        let eastern = named("(UTC-05:00) Eastern Time (US & Canada)").expect("known");
        let summer = Utc.with_ymd_and_hms(2026, 7, 1, 0, 0, 0).unwrap();
        assert_eq!(offset_of(eastern, summer), -4 * 3600);
        for unknown in [
            "tzone://Microsoft/Custom",
            "(UTC+05:30) Nowhere",
            "",
            "(",
            "Customized",
        ] {
            assert_eq!(named(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn offsets_keep_their_minutes() {
        assert_eq!(offset_in("(GMT +01:00)"), Some(3600));
        assert_eq!(offset_in("(UTC+05:30) Nowhere"), Some(19_800));
        assert_eq!(offset_in("UTC-3"), Some(-10_800));
        assert_eq!(offset_in("+0000"), Some(0));
        for bad in ["GMT", "(GMT", "UTC+99", "+12345", "Paris"] {
            assert_eq!(offset_in(bad), None, "{bad}");
        }
        assert_eq!(whole_hours(3600), Some(Tz::Etc__GMTMinus1));
        assert_eq!(whole_hours(19_800), None);
    }
}
