//! What is typed in the form of an event, and what the form proposes.

use crate::forms::{Choice, FormErrors};
use crate::html::SafeHtml;
use crate::layout::Picture;

/// What is typed in the form. Every name here is the name of the field sent;
/// booleans are sent as `on`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventValues {
    /// Title, at most 200 characters.
    pub title: String,
    /// Description, Markdown.
    pub description: String,
    /// The agenda it is published in: a value of [`EventChoices::agendas`].
    pub agenda: String,
    /// First day, `2026-07-04`.
    pub start_date: String,
    /// `20:30`; ignored for an all-day event.
    pub start_time: String,
    /// Last day.
    pub end_date: String,
    /// `23:00`.
    pub end_time: String,
    /// Lasts whole days.
    pub all_day: bool,
    /// IANA name, `Europe/Paris`.
    pub time_zone: String,
    /// A known place: a value of [`EventChoices::places`], or empty for another.
    pub place: String,
    /// Name of a new place.
    pub place_name: String,
    /// Street and number.
    pub place_street: String,
    /// Postal code.
    pub place_postal_code: String,
    /// Town.
    pub place_locality: String,
    /// Country, two letters or a name.
    pub place_country: String,
    /// Degrees, decimal.
    pub place_latitude: String,
    /// Degrees, decimal.
    pub place_longitude: String,
    /// Where online.
    pub online_url: String,
    /// A value of [`EventChoices::categories`].
    pub category: String,
    /// Separated by commas.
    pub tags: String,
    /// Text of the picture.
    pub picture_alt: String,
    /// Takes the picture away.
    pub picture_remove: bool,
    /// What crops keep in sight: one of [`SPOTS`], the middle when empty.
    pub picture_focus: String,
    /// Price in words.
    pub price: String,
    /// Costs nothing.
    pub free: bool,
    /// Where to register or buy.
    pub registration_url: String,
    /// `confirmed`, `tentative`, `postponed`, `cancelled`.
    pub status: String,
    /// Why.
    pub status_note: String,
    /// No seat left.
    pub sold_out: bool,
    /// Language of the texts (BCP 47).
    pub language: String,
    /// `never`, `daily`, `weekly`, `monthly-day` (the 14th), `monthly-weekday`
    /// (the second Tuesday), `yearly`.
    pub repeat: String,
    /// Every how many days, weeks, months, years.
    pub repeat_every: String,
    /// `MO` to `SU`, sent once for each.
    pub repeat_on: Vec<String>,
    /// `never`, `until`, `count`.
    pub repeat_end: String,
    /// Last day.
    pub repeat_until: String,
    /// How many times.
    pub repeat_count: String,
    /// Days left out, `2026-12-25`, one a line.
    pub repeat_except: String,
    /// The festival it belongs to: a value of [`EventChoices::parents`].
    pub parent: String,
    /// Which dates of a series are changed: `this` (also when empty), `following`, `all`.
    pub scope: String,
}

/// Nine spots of a picture, row by row, with the key of their name.
pub const SPOTS: [(&str, &str); 9] = [
    ("top-left", "form-focus-top-left"),
    ("top", "form-focus-top"),
    ("top-right", "form-focus-top-right"),
    ("left", "form-focus-left"),
    ("middle", "form-focus-middle"),
    ("right", "form-focus-right"),
    ("bottom-left", "form-focus-bottom-left"),
    ("bottom", "form-focus-bottom"),
    ("bottom-right", "form-focus-bottom-right"),
];

/// What the form proposes.
#[derive(Clone, Debug, Default)]
pub struct EventChoices {
    /// Agendas the person may publish in.
    pub agendas: Vec<Choice>,
    /// Places known, without the empty one.
    pub places: Vec<Choice>,
    /// Categories, without the empty one.
    pub categories: Vec<Choice>,
    /// Time zones, the site's first.
    pub time_zones: Vec<Choice>,
    /// Languages of content.
    pub languages: Vec<Choice>,
    /// Festivals, without the empty one.
    pub parents: Vec<Choice>,
    /// Tags in use, proposed while typing; the first ones not typed yet also as boxes named `tag`.
    pub tags: Vec<String>,
}

/// The form around its values.
#[derive(Clone, Debug, Default)]
pub struct EventFormView {
    /// Where it goes (POST, multipart). The picture's file is `picture`; the
    /// buttons send `do`: `publish`, `preview` or `draft`.
    pub action: String,
    /// The session's token.
    pub csrf: String,
    /// An event that exists already is being changed.
    pub editing: bool,
    /// It is a date of a series: asks which dates are changed.
    pub in_series: bool,
    /// What is typed.
    pub values: EventValues,
    /// What is proposed.
    pub choices: EventChoices,
    /// What is wrong.
    pub errors: FormErrors,
    /// The picture it has.
    pub picture: Option<Picture>,
    /// The event as it will look, above the form, after "preview".
    pub preview: SafeHtml,
    /// Values that travel with the form, such as a version.
    pub hidden: Vec<(String, String)>,
}

pub(super) fn with_empty(label: String, choices: &[Choice]) -> Vec<Choice> {
    let mut all = vec![Choice::new("", &label)];
    all.extend_from_slice(choices);
    all
}
