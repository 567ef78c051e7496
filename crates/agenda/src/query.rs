//! The filters of a list as they stand in its address, shareable as they are (V1).

use crate::listing::{CATEGORIES, Cursor, Near, Search};
use chrono::{Datelike, Days, NaiveDate};
use serde::Deserialize;
use sites::Site;
use store::{Id, Ts};

/// The query of a list, a feed or the API. Empty texts are absent filters.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    pub(crate) q: String,
    pub(crate) from: String,
    pub(crate) to: String,
    /// `today`, `weekend`, `week`, `month`.
    pub(crate) when: String,
    pub(crate) place: String,
    /// `45.75,4.85`.
    pub(crate) near: String,
    /// Kilometres.
    pub(crate) within: String,
    pub(crate) tag: String,
    pub(crate) category: String,
    pub(crate) free: String,
    pub(crate) online: String,
    pub(crate) source: String,
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
            _ => (
                day(&self.from).or((self.from.is_empty() && self.to.is_empty()).then_some(today)),
                day(&self.to),
            ),
        };
        Search {
            from: first.map(|date| midnight(site, date)),
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

    fn near(&self) -> Option<Near> {
        let (latitude, longitude) = self.near.split_once([',', ';'])?;
        let (latitude, longitude) = (
            latitude.trim().parse::<f64>().ok()?,
            longitude.trim().parse::<f64>().ok()?,
        );
        let kilometres = self
            .within
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|km| km.is_finite())
            .unwrap_or(20.0);
        (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some(Near {
            latitude,
            longitude,
            kilometres: kilometres.clamp(0.1, 1_000.0),
        })
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
