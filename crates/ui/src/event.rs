//! The page of an event, its comments and "follow from my server".

use askama::Template;
use chrono::NaiveDate;

use crate::agenda::{EventStatus, Link};
use crate::dates;
use crate::forms::{Button, Field, Form, FormErrors};
use crate::html::{SafeHtml, safe_href};
use crate::lang::Lang;
use crate::layout::Picture;

/// Where an event takes place.
#[derive(Clone, Debug, Default)]
pub struct PlaceView {
    /// "La Raffinerie".
    pub name: String,
    /// Street, town, in lines.
    pub address: Vec<String>,
    /// Latitude and longitude, in degrees (WGS 84).
    pub coordinates: Option<(f64, f64)>,
    /// The place's own agenda on this site.
    pub url: Option<String>,
}

impl PlaceView {
    /// A plain link to OpenStreetMap: a pin when the coordinates are known, a
    /// search of the address otherwise. Nothing is asked of it before the click.
    pub fn map_url(&self) -> Option<String> {
        if let Some((lat, lon)) = self.coordinates
            && (-90.0..=90.0).contains(&lat)
            && (-180.0..=180.0).contains(&lon)
        {
            return Some(format!(
                "https://www.openstreetmap.org/?mlat={lat:.5}&mlon={lon:.5}#map=17/{lat:.5}/{lon:.5}"
            ));
        }
        if self.address.is_empty() {
            return None;
        }
        let words = self.address.join(", ");
        url::Url::parse_with_params("https://www.openstreetmap.org/search", [("query", words)])
            .ok()
            .map(String::from)
    }
}

/// Another date of the same series, or an event of the same festival.
#[derive(Clone, Debug, Default)]
pub struct Occurrence {
    /// "mardi 14 juillet 2026 à 20 h 30".
    pub when: String,
    /// ISO 8601.
    pub datetime: String,
    /// Its page; empty when it has none of its own.
    pub url: String,
    /// Its title when it differs; may be empty.
    pub title: String,
    /// This very page.
    pub current: bool,
    /// Confirmed, cancelled…
    pub status: EventStatus,
    /// "déplacé du 7 juillet"; may be empty.
    pub note: String,
}

/// A reply from the fediverse.
#[derive(Clone, Debug, Default)]
pub struct Comment {
    /// Display name.
    pub author: String,
    /// `@name@host`.
    pub handle: String,
    /// The author's own page.
    pub author_url: String,
    /// The author's picture, kept by this server.
    pub avatar: Option<Picture>,
    /// "4 juillet 2026 à 20 h 30".
    pub when: String,
    /// ISO 8601.
    pub datetime: String,
    /// Sanitised text.
    pub text: SafeHtml,
    /// The original.
    pub url: String,
    /// 0 for an answer to the event, 1 for an answer to that; deeper is drawn as 2.
    pub depth: u8,
    /// Waits for an organiser.
    pub held: bool,
    /// What an organiser can do with it; empty for everybody else.
    pub tools: SafeHtml,
}

/// A change worth saying: "Reporté du 3 au 10 juillet".
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// "2 juillet 2026".
    pub when: String,
    /// ISO 8601.
    pub datetime: String,
    /// What changed.
    pub text: String,
}

/// "Follow from my server".
#[derive(Clone, Debug, Default)]
pub struct FollowBox {
    /// Who would be followed, in words: "La Raffinerie".
    pub name: String,
    /// `@raffinerie@agenda.example`.
    pub handle: String,
    /// Where the form goes (GET): it answers with a redirect to the visitor's
    /// own server. Fields: `account` (theirs) and `target`.
    pub action: String,
    /// The actor's or object's address, sent as `target`.
    pub target: String,
    /// What was typed.
    pub account: String,
    /// What was wrong in it (field `account`).
    pub errors: FormErrors,
}

/// An event with all its facts.
#[derive(Clone, Debug, Default)]
pub struct EventView {
    /// Title.
    pub title: String,
    /// Language of title and description (BCP 47), when not the interface's.
    pub content_lang: Option<String>,
    /// First day, in the event's zone: the big date.
    pub day: Option<NaiveDate>,
    /// Last day when there are several.
    pub last_day: Option<NaiveDate>,
    /// The whole of when: see [`dates::range`].
    pub when: String,
    /// ISO 8601 of the start.
    pub datetime: String,
    /// "heure de Paris (UTC+2)"; empty for an all-day event.
    pub zone: String,
    /// "demain", "dans 3 jours"; may be empty.
    pub relative: String,
    /// "chaque mardi sauf en août"; may be empty.
    pub repeats: String,
    /// Where.
    pub place: Option<PlaceView>,
    /// Where online: an address, shown as a link when it is one.
    pub online_url: String,
    /// Price in words.
    pub price: String,
    /// Costs nothing.
    pub free: bool,
    /// Where to register or buy.
    pub registration_url: String,
    /// Category in words.
    pub category: String,
    /// Tags, each leading to its agenda.
    pub tags: Vec<Link>,
    /// Confirmed, tentative, postponed, cancelled.
    pub status: EventStatus,
    /// Why, when it is cancelled or postponed; may be empty.
    pub status_note: String,
    /// No seat left.
    pub sold_out: bool,
    /// Over.
    pub past: bool,
    /// Waits for a moderator.
    pub held: bool,
    /// Not published yet.
    pub draft: bool,
    /// The description, sanitised.
    pub description: SafeHtml,
    /// The picture.
    pub picture: Option<Picture>,
    /// A moderator marked it: the picture is shown to who asks for it.
    pub sensitive: bool,
    /// Who organises: agendas and people.
    pub organisers: Vec<Link>,
    /// The festival it belongs to.
    pub parent: Option<Link>,
    /// Where it came from: the server's name and the original page.
    pub source: Option<Link>,
    /// Where it is reported to the moderators.
    pub report_url: String,
    /// Where somebody signed in hides its agenda from themselves; empty for others.
    pub hide_url: String,
    /// This event as a calendar file.
    pub ics_url: String,
    /// Other dates of the series.
    pub occurrences: Vec<Occurrence>,
    /// Events of this festival.
    pub programme: Vec<Occurrence>,
    /// What changed since it was announced.
    pub changes: Vec<Change>,
    /// Replies.
    pub comments: Vec<Comment>,
    /// How to answer; shown under the comments.
    pub follow: Option<FollowBox>,
    /// What its organiser can do with it: edit, duplicate, move a date…
    pub tools: Vec<Link>,
    /// Things done by a POST (cancel, delete), as small forms.
    pub tool_forms: Vec<SafeHtml>,
    /// Whole address of this page, printed with a QR code.
    pub live_url: String,
}

#[derive(Template)]
#[template(path = "event.html")]
struct Event<'a> {
    lang: Lang,
    event: &'a EventView,
    parts: Option<dates::DayParts>,
    last: Option<dates::DayParts>,
    comments: SafeHtml,
    follow: SafeHtml,
    print: SafeHtml,
}

impl Event<'_> {
    fn map(&self) -> Option<String> {
        self.event.place.as_ref().and_then(PlaceView::map_url)
    }
    fn online(&self) -> Option<&str> {
        safe_href(&self.event.online_url)
    }
    fn registration(&self) -> Option<&str> {
        safe_href(&self.event.registration_url)
    }
    fn has_facts_of_price(&self) -> bool {
        self.event.free || !self.event.price.is_empty() || self.registration().is_some()
    }

    /// A way to register without a price is no price.
    fn price_heading(&self) -> &'static str {
        if self.event.free || !self.event.price.is_empty() {
            "event-price"
        } else {
            "event-registration"
        }
    }
}

/// The body of an event's page.
pub fn event_page(event: &EventView, lang: Lang) -> SafeHtml {
    let follow = event
        .follow
        .as_ref()
        .map_or_else(SafeHtml::default, |f| follow_box(f, lang));
    SafeHtml::render(&Event {
        lang,
        event,
        parts: event.day.map(|d| dates::day_parts(d, lang)),
        last: event
            .last_day
            .filter(|last| Some(*last) != event.day)
            .map(|d| dates::day_parts(d, lang)),
        comments: comments(&event.comments, lang),
        follow,
        print: crate::agenda::print_code(&event.live_url, lang),
    })
}

#[derive(Template)]
#[template(path = "occurrences.html")]
struct Occurrences<'a> {
    lang: Lang,
    list: &'a [Occurrence],
}

/// The dates of a series, or the programme of a festival.
pub fn occurrence_list(list: &[Occurrence], lang: Lang) -> SafeHtml {
    SafeHtml::render(&Occurrences { lang, list })
}

#[derive(Template)]
#[template(path = "comments.html")]
struct Comments<'a> {
    lang: Lang,
    list: &'a [Comment],
}

/// The replies; nothing when there are none.
pub fn comments(list: &[Comment], lang: Lang) -> SafeHtml {
    if list.is_empty() {
        return SafeHtml::default();
    }
    SafeHtml::render(&Comments { lang, list })
}

#[derive(Template)]
#[template(path = "follow_box.html")]
struct Follow<'a> {
    lang: Lang,
    follow: &'a FollowBox,
    form: SafeHtml,
}

/// The handle to copy, and the form that leads to the visitor's own server.
pub fn follow_box(follow: &FollowBox, lang: Lang) -> SafeHtml {
    let field = Field::text("account", lang.t("follow-account"))
        .value(&follow.account)
        .help(lang.t("follow-account-help"))
        .inputmode("email")
        .attribute("autocapitalize", "none")
        .attribute("spellcheck", "false")
        .attribute("placeholder", "@camille@mastodon.example")
        .required()
        .render(&follow.errors, lang);
    let form = Form::get(&follow.action)
        .inline()
        .hidden("target", &follow.target)
        .body(field)
        .button(Button::primary(lang.t("follow-go")))
        .render();
    SafeHtml::render(&Follow { lang, follow, form })
}

#[cfg(test)]
mod tests;
