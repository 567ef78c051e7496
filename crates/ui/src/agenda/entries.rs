//! What an agenda shows: events, days, filters.

use crate::forms::{Choice, FormErrors};
use crate::layout::Picture;
use chrono::NaiveDate;

/// What an event's organisers say of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EventStatus {
    /// It takes place.
    #[default]
    Confirmed,
    /// Not sure yet.
    Tentative,
    /// Put off; the new date is not known.
    Postponed,
    /// It does not take place.
    Cancelled,
}

/// A link with its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// What is read.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

impl Link {
    /// A link.
    pub fn new(label: &str, url: &str) -> Self {
        Self {
            label: label.to_owned(),
            url: url.to_owned(),
        }
    }
}

/// An event in a list.
#[derive(Clone, Debug, Default)]
pub struct EventCard {
    /// Its title, plain text.
    pub title: String,
    /// Its page on this site.
    pub url: String,
    /// Language of the title (BCP 47), when it differs from the interface's.
    pub content_lang: Option<String>,
    /// "20 h 30", "14 h – 18 h", "toute la journée": see [`dates::time_span`].
    pub time: String,
    /// ISO 8601, for `<time datetime>`.
    pub datetime: String,
    /// More about when: "jusqu’au 5 juillet", "chaque mardi". May be empty.
    pub when_note: String,
    /// "La Raffinerie, Saint-Denis". May be empty.
    pub place: String,
    /// Can be attended online.
    pub online: bool,
    /// Its tags, each leading to its agenda.
    pub tags: Vec<Link>,
    /// "8 €, 5 € réduit"; empty when unknown.
    pub price: String,
    /// Costs nothing.
    pub free: bool,
    /// Confirmed, tentative, postponed, cancelled.
    pub status: EventStatus,
    /// No seat left.
    pub sold_out: bool,
    /// Over.
    pub past: bool,
    /// Waits for a moderator: shown to its author and moderators alone.
    pub held: bool,
    /// Where it came from, for an event of another server.
    pub source: Option<Link>,
    /// A small picture.
    pub picture: Option<Picture>,
}

/// The events of a day.
#[derive(Clone, Debug)]
pub struct AgendaDay {
    /// The day, in the site's time zone.
    pub date: NaiveDate,
    /// In order of time.
    pub events: Vec<EventCard>,
}

/// "Nothing here", with what to do next.
#[derive(Clone, Debug, Default)]
pub struct EmptyState {
    /// What there is not.
    pub title: String,
    /// Why, or what comes next. May be empty.
    pub text: String,
    /// Ways on; the first one is the main one.
    pub actions: Vec<Link>,
}

/// Which page of how many.
#[derive(Clone, Debug, Default)]
pub struct Pagination {
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// "Page 2 sur 7", or a range of dates. May be empty.
    pub position: String,
}

/// A filter in force, with the address without it.
#[derive(Clone, Debug)]
pub struct ActiveFilter {
    /// "gratuit", "à moins de 20 km de Dijon".
    pub label: String,
    /// The same agenda without this filter.
    pub remove_url: String,
}

/// A way to the agenda in one click: "Ce week-end".
#[derive(Clone, Debug)]
pub struct QuickFilter {
    /// What is read.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// It is the one in force.
    pub current: bool,
}

/// The filters as they are set. The form is a GET: `q`, `from`, `to`, `place`,
/// `near`, `within`, `tag`, `category`, `free`, `online`, `source`.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// Path of the page filtered.
    pub action: String,
    /// Words looked for.
    pub q: String,
    /// First day, `2026-07-04`.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Name of a place.
    pub place: String,
    /// A known place or "latitude, longitude": the centre of the circle.
    pub near: String,
    /// Radius in kilometres.
    pub within: String,
    /// A tag.
    pub tag: String,
    /// A category's value.
    pub category: String,
    /// Only free events.
    pub free: bool,
    /// Only events one can attend online.
    pub online: bool,
    /// Where events come from: a value of `sources`.
    pub source: String,
    /// Categories to choose from, the empty value first.
    pub categories: Vec<Choice>,
    /// Sources to choose from, the empty value first.
    pub sources: Vec<Choice>,
    /// Places known to this site, proposed while typing.
    pub places: Vec<String>,
    /// Tags in use, proposed while typing.
    pub tags: Vec<String>,
    /// One click ways.
    pub quick: Vec<QuickFilter>,
    /// Filters in force.
    pub active: Vec<ActiveFilter>,
    /// The agenda without any filter.
    pub reset_url: String,
    /// What is wrong in what was asked.
    pub errors: FormErrors,
}
