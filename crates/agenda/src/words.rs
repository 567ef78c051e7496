//! When and where in one line: the first thing that followers on Mastodon read (R-MA-01).

use crate::event::{Event, EventStatus};
use crate::place::Place;
use ui::{Lang, SafeHtml};

/// The language of pages and summaries for a BCP 47 tag: French unless it is English.
pub(crate) fn lang_of(tag: &str) -> Lang {
    if tag.to_ascii_lowercase().starts_with("en") {
        Lang::En
    } else {
        Lang::Fr
    }
}

/// When, in words, on the clock of its own zone.
pub(crate) fn when(event: &Event, lang: Lang) -> String {
    let zone = event.zone();
    let end = event.end().map(|end| end.instant(zone));
    ui::dates::range(event.start().instant(zone), end, event.all_day, zone, lang)
}

/// `<p>sam. 12 sept. 2026, 14:00–18:00 · Maison du quartier, Lyon</p>`, the bad news first (R-EV-10).
pub(crate) fn summary(event: &Event, place: Option<&Place>, language: &str) -> String {
    let lang = lang_of(language);
    let mut line = String::new();
    match event.status() {
        EventStatus::Cancelled => line.push_str(&lang.t("summary-cancelled")),
        EventStatus::Postponed => line.push_str(&lang.t("summary-postponed")),
        EventStatus::Confirmed | EventStatus::Tentative => {}
    }
    line.push_str(&when(event, lang));
    if let Some(place) = place {
        line.push_str(" · ");
        line.push_str(&place.name);
        if !place.locality.is_empty() && !place.name.contains(&place.locality) {
            line.push_str(", ");
            line.push_str(&place.locality);
        }
    } else if event.online_url.is_some() {
        line.push_str(" · ");
        line.push_str(&lang.t("summary-online"));
    }
    format!("<p>{}</p>", SafeHtml::text(&line))
}
