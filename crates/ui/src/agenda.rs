//! The agenda: by day, by month, its filters and pages.

use askama::Template;
use chrono::{Datelike, NaiveDate};

use crate::dates;
use crate::forms::{Button, Field, Form, more_options, row};
use crate::html::SafeHtml;
use crate::lang::Lang;
use crate::layout::Picture;

mod chosen;
mod entries;
mod month;

use chosen::active_filters;
pub use entries::*;
pub use month::*;

#[derive(Template)]
#[template(path = "event_card.html")]
struct Card<'a> {
    lang: Lang,
    event: &'a EventCard,
    new_tab: bool,
}

/// One event of a list, as an `<article>` with an `<h3>`.
pub fn event_card(event: &EventCard, lang: Lang, new_tab: bool) -> SafeHtml {
    SafeHtml::render(&Card {
        lang,
        event,
        new_tab,
    })
}

#[derive(Template)]
#[template(path = "agenda_list.html")]
struct List<'a> {
    lang: Lang,
    days: &'a [AgendaDay],
    today: NaiveDate,
    new_tab: bool,
}

impl List<'_> {
    fn parts(&self, day: &AgendaDay) -> dates::DayParts {
        dates::day_parts(day.date, self.lang)
    }
    fn relative(&self, day: &AgendaDay) -> Option<String> {
        let near = (day.date - self.today).num_days();
        if (0..=1).contains(&near) {
            dates::relative_day(day.date, self.today, self.lang)
        } else {
            None
        }
    }
    fn year(&self, day: &AgendaDay) -> Option<i32> {
        (day.date.year() != self.today.year()).then(|| day.date.year())
    }
    fn is_today(&self, day: &AgendaDay) -> bool {
        day.date == self.today
    }
}

/// The agenda by day. `today` is the day in the site's time zone; `new_tab` is
/// for an agenda shown inside another site.
pub fn agenda_list(days: &[AgendaDay], today: NaiveDate, lang: Lang, new_tab: bool) -> SafeHtml {
    SafeHtml::render(&List {
        lang,
        days,
        today,
        new_tab,
    })
}

/// The form of the filters, folded on a telephone, and those in force.
pub fn filters(filters: &Filters, lang: Lang) -> SafeHtml {
    let none = &filters.errors;
    let field = |f: Field| f.render(none, lang);
    let first = row(&[
        field(Field::search("q", lang.t("filter-q")).value(&filters.q)),
        field(
            Field::select(
                "category",
                lang.t("filter-category"),
                filters.categories.clone(),
            )
            .value(&filters.category),
        ),
        field(
            Field::text("tag", lang.t("filter-tag"))
                .value(&filters.tag)
                .suggestions(filters.tags.clone()),
        ),
    ]);
    let dates = row(&[
        field(Field::date("from", lang.t("filter-from")).value(&filters.from)),
        field(Field::date("to", lang.t("filter-to")).value(&filters.to)),
        field(
            Field::text("place", lang.t("filter-place"))
                .value(&filters.place)
                .suggestions(filters.places.clone()),
        ),
    ]);
    let place = row(&[
        field(
            Field::text("near", lang.t("filter-near"))
                .value(&filters.near)
                .suggestions(filters.places.clone()),
        ),
        field(
            Field::number("within", lang.t("filter-within"))
                .value(&filters.within)
                .attribute("min", "1")
                .attribute("max", "500"),
        ),
        field(
            Field::select("source", lang.t("filter-source"), filters.sources.clone())
                .value(&filters.source),
        ),
    ]);
    let yes_no = row(&[
        field(Field::checkbox("free", lang.t("filter-free"), filters.free)),
        field(Field::checkbox(
            "online",
            lang.t("filter-online"),
            filters.online,
        )),
    ]);
    let form = Form::get(&filters.action)
        .body(first)
        .body(dates)
        .body(place)
        .body(yes_no)
        .button(Button::primary(lang.t("filter-apply")))
        .render();
    let open = !filters.errors.is_empty();
    let folded = more_options(&lang.t("filter-title"), open, &form);
    SafeHtml::render(&FilterBar {
        lang,
        filters,
        folded,
        active: active_filters(&filters.active, &filters.reset_url, lang),
    })
}

#[derive(Template)]
#[template(path = "filters.html")]
struct FilterBar<'a> {
    lang: Lang,
    filters: &'a Filters,
    folded: SafeHtml,
    active: SafeHtml,
}

/// A page of the agenda, with everything around the list.
#[derive(Clone, Debug)]
pub struct AgendaView {
    /// The page's own `<h1>`; empty on the home page, whose banner has it.
    pub heading: String,
    /// A sentence under it; may be empty.
    pub intro: String,
    /// The wide picture on top.
    pub banner: Option<Picture>,
    /// The logo beside the heading.
    pub icon: Option<Picture>,
    /// Names of the people behind it, when it shows them.
    pub people: Vec<String>,
    /// What the reader may do with this agenda; the first is the main one.
    pub tools: Vec<Link>,
    /// What waits for the reader, between the tools and the list.
    pub waiting: SafeHtml,
    /// Filters, when the page has them.
    pub filters: Option<Filters>,
    /// The days.
    pub days: Vec<AgendaDay>,
    /// Shown when there is no day.
    pub empty: EmptyState,
    /// Pages.
    pub pagination: Pagination,
    /// Today, in the site's time zone.
    pub today: NaiveDate,
    /// Number of events found, when counted.
    pub count: Option<u32>,
    /// Address of the same agenda by month.
    pub month_url: String,
    /// Address of the same agenda as a calendar to subscribe to.
    pub ics_url: String,
    /// Address of the same agenda as a feed.
    pub atom_url: String,
    /// Address of the page that says how to show it on another site; may be empty.
    pub embed_url: String,
    /// Whole address of the page, printed with a QR code.
    pub live_url: String,
}

#[derive(Template)]
#[template(path = "agenda.html")]
struct Agenda<'a> {
    lang: Lang,
    view: &'a AgendaView,
    bar: SafeHtml,
    list: SafeHtml,
    print: SafeHtml,
}

/// The body of an agenda's page.
pub fn agenda_page(view: &AgendaView, lang: Lang) -> SafeHtml {
    let bar = view
        .filters
        .as_ref()
        .map_or_else(SafeHtml::default, |f| filters(f, lang));
    let list = if view.days.is_empty() {
        empty_state(&view.empty)
    } else {
        agenda_list(&view.days, view.today, lang, false)
    };
    let print = print_code(&view.live_url, lang);
    SafeHtml::render(&Agenda {
        lang,
        view,
        bar,
        list,
        print,
    })
}

#[derive(Template)]
#[template(path = "pagination.html")]
struct Pages<'a> {
    lang: Lang,
    pages: &'a Pagination,
}

/// Links to the pages around; nothing when there is only one.
pub fn pagination(pages: &Pagination, lang: Lang) -> SafeHtml {
    if pages.previous.is_none() && pages.next.is_none() {
        return SafeHtml::default();
    }
    SafeHtml::render(&Pages { lang, pages })
}

#[derive(Template)]
#[template(path = "empty.html")]
struct Empty<'a> {
    state: &'a EmptyState,
}

/// "Nothing here", with a drawing and ways on.
pub fn empty_state(state: &EmptyState) -> SafeHtml {
    SafeHtml::render(&Empty { state })
}

/// The address and QR code of the live page, shown on paper only. Nothing when
/// the address is too long for a code a telephone reads easily.
pub fn print_code(url: &str, lang: Lang) -> SafeHtml {
    use qrcode::render::svg;
    if url.is_empty() || url.len() > 300 {
        return SafeHtml::default();
    }
    let Ok(code) = qrcode::QrCode::with_error_correction_level(url, qrcode::EcLevel::M) else {
        return SafeHtml::default();
    };
    let drawn = code
        .render::<svg::Color<'_>>()
        .module_dimensions(1, 1)
        .quiet_zone(false)
        .build();
    // The renderer writes an XML declaration, which has no place inside HTML.
    let drawn = drawn
        .find("<svg")
        .and_then(|at| drawn.get(at..))
        .unwrap_or_default();
    SafeHtml::trusted(format!(
        "<div class=\"print-code\" aria-hidden=\"true\">{drawn}<p>{}<br>{}</p></div>",
        SafeHtml::text(&lang.t("print-live")),
        SafeHtml::text(url)
    ))
}

#[cfg(test)]
mod tests;
