//! The yearly figures of a site.
//!
//! Numbers are rounded so that nobody is found behind one: of one to four only "fewer than five" is said, larger ones are
//! rounded to the nearest multiple of five, as statistical offices do. What is shown of one list can then not be taken
//! from another to get at a single report. A median of fewer than five decisions is not shown.

use crate::appeal::AppealState;
use crate::complaint::{Reason, Source};
use crate::measure::MeasureKind;
use crate::record;
use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use sites::Site;
use std::collections::HashMap;
use store::schema::{appeals, cases, measures, reports};
use store::{Conn, StoreError, Ts};

/// Below this a number is not told.
pub const FEW: i64 = 5;
/// Decisions looked at for the median.
const MOST: i64 = 100_000;

/// A number as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// None at all.
    None,
    /// At least one, and fewer than [`FEW`].
    Few,
    /// About so many: a multiple of five.
    About(i64),
}

impl Count {
    fn of(n: i64) -> Self {
        match n {
            ..=0 => Self::None,
            n if n < FEW => Self::Few,
            n => Self::About((n + FEW / 2) / FEW * FEW),
        }
    }
}

/// Words with their numbers, those above zero.
pub type Counts = Vec<(String, Count)>;

/// A year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// Which.
    pub year: i32,
    /// Reports, by [`Source`].
    pub reports_by_source: Counts,
    /// Reports, by [`Reason`].
    pub reports_by_reason: Counts,
    /// Measures taken, by [`MeasureKind`].
    pub measures_by_kind: Counts,
    /// Measures taken, by [`Reason`].
    pub measures_by_reason: Counts,
    /// Measures of the year that were taken back.
    pub undone: Count,
    /// Cases decided.
    pub decided: Count,
    /// Half of them were decided within so many hours, counted up.
    pub median_hours: Option<i64>,
    /// Appeals made, by where they stand.
    pub appeals: Counts,
}

/// The years there is something of, the newest first.
pub fn years(conn: &mut Conn, site: &Site, now: Ts) -> Result<Vec<i32>, StoreError> {
    let year = |at: Ts| at.0.with_timezone(&site.timezone).year();
    let this = year(now);
    let first = record::begun(conn, site.id)?.map_or(this, year);
    Ok((first.min(this)..=this).rev().collect())
}

/// The first moment of a year on the site.
fn begin(site: &Site, year: i32) -> Ts {
    let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN);
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    let local = site.timezone.from_local_datetime(&midnight).earliest();
    Ts::new(local.map_or_else(
        || DateTime::<Utc>::from_naive_utc_and_offset(midnight, Utc),
        |at| at.with_timezone(&Utc),
    ))
}

/// In the order of the words.
fn told(words: impl Iterator<Item = &'static str>, rows: Vec<(String, i64)>) -> Counts {
    let rows: HashMap<String, i64> = rows.into_iter().collect();
    words
        .filter_map(|word| Some((word.to_owned(), Count::of(*rows.get(word)?))))
        .collect()
}

/// The figures of one year, of those that [`years`] names.
pub fn of_year(conn: &mut Conn, site: &Site, year: i32) -> Result<Figures, StoreError> {
    let (from, to) = (begin(site, year), begin(site, year + 1));
    let reasons = || Reason::ALL.iter().map(|reason| reason.as_str());
    // What a visitor never confirmed has no case and does not count.
    macro_rules! counted_reports {
        ($by:expr) => {
            reports::table
                .filter(reports::site_id.eq(site.id))
                .filter(reports::created_at.ge(from))
                .filter(reports::created_at.lt(to))
                .filter(reports::case_id.is_not_null())
                .group_by($by)
                .select(($by, count_star()))
                .load::<(String, i64)>(conn)?
        };
    }
    macro_rules! counted_measures {
        ($by:expr) => {
            measures::table
                .filter(measures::site_id.eq(site.id))
                .filter(measures::created_at.ge(from))
                .filter(measures::created_at.lt(to))
                .group_by($by)
                .select(($by, count_star()))
                .load::<(String, i64)>(conn)?
        };
    }
    let undone: i64 = measures::table
        .filter(measures::site_id.eq(site.id))
        .filter(measures::created_at.ge(from))
        .filter(measures::created_at.lt(to))
        .filter(measures::undone.eq(true))
        .count()
        .get_result(conn)?;
    let answered: Vec<(String, i64)> = appeals::table
        .filter(appeals::site_id.eq(site.id))
        .filter(appeals::appealed_at.ge(from))
        .filter(appeals::appealed_at.lt(to))
        .group_by(appeals::state)
        .select((appeals::state, count_star()))
        .load(conn)?;
    let closed = cases::table
        .filter(cases::site_id.eq(site.id))
        .filter(cases::closed_at.ge(from))
        .filter(cases::closed_at.lt(to));
    let decided: i64 = closed.count().get_result(conn)?;
    Ok(Figures {
        year,
        reports_by_source: told(
            Source::ALL.iter().map(|source| source.as_str()),
            counted_reports!(reports::source),
        ),
        reports_by_reason: told(reasons(), counted_reports!(reports::reason)),
        measures_by_kind: told(
            MeasureKind::ALL.iter().map(|kind| kind.as_str()),
            counted_measures!(measures::kind),
        ),
        measures_by_reason: told(reasons(), counted_measures!(measures::reason)),
        undone: Count::of(undone),
        decided: Count::of(decided),
        median_hours: match decided < FEW {
            true => None,
            false => {
                let rows: Vec<(Ts, Option<Ts>)> = closed
                    .order(cases::closed_at.desc())
                    .limit(MOST)
                    .select((cases::opened_at, cases::closed_at))
                    .load(conn)?;
                median(rows)
            }
        },
        appeals: told(
            AppealState::ALL.iter().map(|state| state.as_str()),
            answered,
        ),
    })
}

/// Whole hours begun.
fn median(rows: Vec<(Ts, Option<Ts>)>) -> Option<i64> {
    let mut seconds: Vec<i64> = rows
        .into_iter()
        .filter_map(|(opened, closed)| Some((closed?.0 - opened.0).num_seconds().max(0)))
        .collect();
    seconds.sort_unstable();
    let middle = *seconds.get(seconds.len() / 2)?;
    Some((middle + 3_599) / 3_600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_not_told_and_others_are_rounded() {
        for (n, expected) in [
            (0, Count::None),
            (1, Count::Few),
            (4, Count::Few),
            (5, Count::About(5)),
            (7, Count::About(5)),
            (8, Count::About(10)),
            (1_003, Count::About(1_005)),
        ] {
            assert_eq!(Count::of(n), expected, "{n}");
        }
    }
}
