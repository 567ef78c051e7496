//! The filters of a list as they stand in its address, shareable as they are (V1).

use crate::listing::{CATEGORIES, Cursor, Listed, Near, Search, search};
use crate::place::Place;
use chrono::{Datelike, Days, NaiveDate};
use serde::Deserialize;
use sites::Site;
use store::{Conn, Id, StoreError, Ts};
use ui::FormErrors;

/// The query of a list, a feed or the API. Empty texts are absent filters.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Query {
    pub(crate) q: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// `today`, `weekend`, `week`, `month`.
    pub(crate) when: String,
    pub(crate) place: String,
    /// `45.75,4.85`, or the name of a place known here.
    pub(crate) near: String,
    /// Kilometres.
    pub(crate) within: String,
    pub(crate) tag: String,
    pub(crate) category: String,
    pub(crate) free: String,
    pub(crate) online: String,
    pub(crate) source: String,
    /// What is over, instead of what is to come.
    pub(crate) past: String,
    /// Where a page begins.
    pub(crate) after: String,
    pub(crate) cursor: String,
    pub(crate) limit: Option<i64>,
}

fn text(value: &str) -> Option<String> {
    Some(value.trim().chars().take(200).collect::<String>()).filter(|text| !text.is_empty())
}

fn day(value: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(value.trim(), "%Y-%m-%d")
        .ok()
        .filter(|day| (1900..=9000).contains(&day.year()))
}

fn yes(value: &str) -> bool {
    matches!(value, "1" | "on" | "true" | "yes")
}

/// Midnight of a day on the site's clock.
pub(crate) fn midnight(site: &Site, date: NaiveDate) -> Ts {
    Ts::new(calendar::When::day(date).instant(site.timezone))
}

impl Query {
    /// The filters, on the site's clock. Without dates, everything from today on.
    pub(crate) fn search(&self, site: &Site, today: NaiveDate) -> Search {
        let (first, last) = match self.when.as_str() {
            "today" => (Some(today), Some(today)),
            "weekend" => {
                let ahead = 5u64.saturating_sub(u64::from(today.weekday().num_days_from_monday()));
                let saturday = today.checked_add_days(Days::new(ahead));
                let ahead = 6u64.saturating_sub(u64::from(today.weekday().num_days_from_monday()));
                (saturday, today.checked_add_days(Days::new(ahead)))
            }
            "week" => (Some(today), today.checked_add_days(Days::new(6))),
            "month" => (Some(today), today.checked_add_days(Days::new(30))),
            _ => (day(&self.from).or(Some(today)), day(&self.to)),
        };
        let past = self.is_past();
        Search {
            over: past.then(|| midnight(site, today)),
            from: first
                .filter(|_| !past || day(&self.from).is_some())
                .map(|date| midnight(site, date)),
            to: last
                .and_then(|date| date.succ_opt())
                .map(|date| midnight(site, date)),
            words: self.q.chars().take(200).collect(),
            tag: text(&self.tag),
            category: CATEGORIES
                .iter()
                .find(|known| **known == self.category)
                .map(|known| (*known).to_owned()),
            place: text(&self.place),
            near: self.near(),
            free: yes(&self.free),
            online: yes(&self.online),
            source: text(&self.source),
            ..Search::default()
        }
    }

    /// True when no dates are asked for.
    pub(crate) fn is_undated(&self) -> bool {
        self.from.is_empty() && self.to.is_empty() && self.when.is_empty()
    }

    /// True when what is over is asked for.
    pub(crate) fn is_past(&self) -> bool {
        yes(&self.past)
    }

    fn near(&self) -> Option<Near> {
        let (latitude, longitude) = self.near.split_once([',', ';'])?;
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let (latitude, longitude) = (number(latitude)?, number(longitude)?);
        (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then(|| Near {
            latitude,
            longitude,
            kilometres: self.kilometres(),
        })
    }

    /// The radius; 20 when none or nonsense was typed.
    pub(crate) fn kilometres(&self) -> f64 {
        let typed = self.within.trim().replace(',', ".").parse::<f64>().ok();
        typed
            .filter(|km| km.is_finite() && *km > 0.0)
            .unwrap_or(20.0)
            .clamp(0.1, 1_000.0)
    }

    /// The name typed as the centre of a circle, when it is no pair of coordinates.
    fn near_name(&self) -> Option<&str> {
        Some(self.near.trim()).filter(|name| !name.is_empty() && self.near().is_none())
    }

    /// What makes no sense in the filters, for the form above the list.
    pub(crate) fn faults(&self) -> FormErrors {
        let mut errors = FormErrors::new();
        for (field, typed) in [("from", &self.from), ("to", &self.to)] {
            if !typed.trim().is_empty() && day(typed).is_none() {
                errors.add(field, "filter-error-date");
            }
        }
        if let Some((from, to)) = day(&self.from).zip(day(&self.to))
            && to < from
        {
            errors.add("to", "filter-error-dates");
        }
        let within = self.within.trim().replace(',', ".").parse::<f64>();
        if !self.within.trim().is_empty() && !within.is_ok_and(|km| (0.1..=1_000.0).contains(&km)) {
            errors.add("within", "filter-error-within");
        }
        errors
    }

    /// Where the page begins.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        let text = if self.cursor.is_empty() {
            &self.after
        } else {
            &self.cursor
        };
        let (micros, id) = text.split_once('.')?;
        let at = chrono::DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        Some((Ts::new(at), Id::parse(id)?))
    }

    /// The filters as a query, without the page; begins with `?` when there is one.
    pub(crate) fn address(&self, path: &str, change: &[(&str, &str)]) -> String {
        let fields = [
            ("q", &self.q),
            ("from", &self.from),
            ("to", &self.to),
            ("when", &self.when),
            ("place", &self.place),
            ("near", &self.near),
            ("within", &self.within),
            ("tag", &self.tag),
            ("category", &self.category),
            ("free", &self.free),
            ("online", &self.online),
            ("source", &self.source),
            ("past", &self.past),
        ];
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in fields {
            let value = change
                .iter()
                .find(|(changed, _)| *changed == name)
                .map_or(value.as_str(), |(_, new)| new);
            if !value.is_empty() {
                out.append_pair(name, value);
            }
        }
        for (name, value) in change
            .iter()
            .filter(|(name, value)| !value.is_empty() && *name == "after")
        {
            out.append_pair(name, value);
        }
        let query = out.finish();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }
}

/// A cursor as it stands in an address.
pub(crate) fn cursor_text(cursor: Cursor) -> String {
    format!("{}.{}", cursor.0.0.timestamp_micros(), cursor.1)
}

/// Runs a search with the place that was named as its centre; `None` when that place is not known.
pub(crate) fn run(
    conn: &mut Conn,
    site: &Site,
    query: &Query,
    mut filters: Search,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Option<Vec<Listed>>, StoreError> {
    if let Some(name) = query.near_name() {
        let Some((latitude, longitude)) = Place::located(conn, site.id, name)? else {
            return Ok(None);
        };
        filters.near = Some(Near {
            latitude,
            longitude,
            kilometres: query.kilometres(),
        });
    }
    let actor = site.actor_id.unwrap_or(site.id);
    search(conn, site.id, actor, &filters, after, limit).map(Some)
}
