//! What stands around an event on its page: what changed, its other dates, its programme.

use super::event::Seen;
use crate::event::EventStatus;
use crate::listing::Listed;
use crate::words;
use store::{Id, read_wall};
use ui::Lang;
use ui::event::{Change, Occurrence};

/// Changes shown at most, the latest first.
const CHANGES: usize = 6;

/// What changed since it was announced: title, date, place, price, whether it takes place.
pub(super) fn changes(seen: &Seen, lang: Lang) -> Vec<Change> {
    let zone = seen.listed.event.zone();
    let mut all = Vec::new();
    let revised = seen
        .history
        .iter()
        .filter(|(action, ..)| action == "revised");
    for (_, changes, _, at) in revised {
        let side = |key: &str, side: usize| {
            let pair = changes.0.get(key)?;
            pair.get(side)?.as_str().filter(|text| !text.is_empty())
        };
        let mut say = |text: String| {
            all.push(Change {
                when: ui::dates::moment(at.0, zone, lang),
                datetime: ui::dates::iso_moment(at.0, zone),
                text,
            });
        };
        let old = |key: &str, text: &str| lang.ta(key, &[("old", text.into())]);
        if let Some(title) = side("title", 0) {
            say(old("event-change-title", title));
        }
        if let Some(start) = side("start", 0).and_then(read_wall) {
            let day = ui::dates::day_heading(start.date(), lang);
            let was = match seen.listed.event.all_day {
                true => day,
                false => format!("{day}, {}", ui::dates::time(start.time(), lang)),
            };
            say(old("event-change-when", &was));
        }
        if let Some(place) = side("place", 0) {
            say(old("event-change-place", place));
        }
        if let Some(price) = side("price", 0) {
            say(old("event-change-price", price));
        }
        match side("status", 1).and_then(EventStatus::from_word) {
            Some(EventStatus::Cancelled) => say(lang.t("event-change-cancelled")),
            Some(EventStatus::Postponed) => say(lang.t("event-change-postponed")),
            Some(EventStatus::Confirmed) => say(lang.t("event-change-restored")),
            Some(EventStatus::Tentative) | None => {}
        }
    }
    all.reverse();
    all.truncate(CHANGES);
    all
}

/// Dates of a series or parts of a festival, as a list with this very page marked.
pub(super) fn occurrences(list: &[Listed], here: Id, title: &str, lang: Lang) -> Vec<Occurrence> {
    let one = |listed: &Listed| {
        let (object, event) = (&listed.object, &listed.event);
        let zone = event.zone();
        let moved = event.previous_start.map(|at| {
            let day = at.0.with_timezone(&zone).date_naive();
            let date = ui::dates::short_date(day, lang);
            lang.ta("event-moved-from", &[("date", date.into())])
        });
        Occurrence {
            when: words::when(event, lang),
            datetime: match event.all_day {
                true => ui::dates::iso_date(event.start().date()),
                false => ui::dates::iso_moment(event.starts_at.0, zone),
            },
            url: crate::cards::path(listed),
            title: Some(object.title.clone())
                .filter(|own| own != title)
                .unwrap_or_default(),
            current: object.id == here,
            status: crate::cards::shown(event.status()),
            note: moved.unwrap_or_default(),
        }
    };
    list.iter().map(one).collect()
}
