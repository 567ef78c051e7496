//! The agenda: by day, by month, its filters and pages.

use askama::Template;
use chrono::{Datelike, NaiveDate};

use crate::dates;
use crate::forms::{Button, Choice, Field, Form, FormErrors, more_options, row};
use crate::html::SafeHtml;
use crate::lang::Lang;
use crate::layout::Picture;

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
    })
}

#[derive(Template)]
#[template(path = "filters.html")]
struct FilterBar<'a> {
    lang: Lang,
    filters: &'a Filters,
    folded: SafeHtml,
}

/// A month of the agenda.
#[derive(Clone, Debug)]
pub struct MonthView {
    /// The year.
    pub year: i32,
    /// The month, from 1.
    pub month: u32,
    /// Days with events, in order; days outside the month are shown too when
    /// the grid reaches them.
    pub days: Vec<AgendaDay>,
    /// The day it is, in the site's time zone.
    pub today: NaiveDate,
    /// Address of the month before, when it may be asked.
    pub previous_url: Option<String>,
    /// Address of the month after.
    pub next_url: Option<String>,
    /// What comes before a date in the address of a day: `/?from=`. The whole
    /// is `/?from=2026-07-04&to=2026-07-04`.
    pub day_url: String,
}

struct MonthCell<'a> {
    date: NaiveDate,
    outside: bool,
    events: &'a [EventCard],
}

/// Events shown in a cell before "and n more".
const CELL: usize = 4;

#[derive(Template)]
#[template(path = "month.html")]
struct Month<'a> {
    lang: Lang,
    view: &'a MonthView,
    title: String,
    weekdays: Vec<(String, &'static str)>,
    cells: Vec<MonthCell<'a>>,
}

impl Month<'_> {
    fn heading(&self, cell: &MonthCell<'_>) -> String {
        dates::day_heading(cell.date, self.lang)
    }
    fn iso(&self, cell: &MonthCell<'_>) -> String {
        dates::iso_date(cell.date)
    }
    fn number(&self, cell: &MonthCell<'_>) -> u32 {
        cell.date.day()
    }
    fn shown<'b>(&self, cell: &MonthCell<'b>) -> &'b [EventCard] {
        // Five fit where "and 1 more" would stand.
        let n = if cell.events.len() <= CELL + 1 {
            CELL + 1
        } else {
            CELL
        };
        cell.events.get(..n).unwrap_or(cell.events)
    }
    fn more(&self, cell: &MonthCell<'_>) -> usize {
        cell.events.len() - self.shown(cell).len()
    }
    fn day_url(&self, cell: &MonthCell<'_>) -> String {
        let day = dates::iso_date(cell.date);
        format!("{}{day}&to={day}", self.view.day_url)
    }
    fn empty(&self) -> bool {
        self.cells.iter().all(|c| c.events.is_empty())
    }
}

/// The month as a grid of seven columns, which a telephone shows as a list of
/// the days that have events. A month that does not exist gives nothing.
pub fn month_grid(view: &MonthView, lang: Lang) -> SafeHtml {
    let Some(weeks) = dates::month_weeks(view.year, view.month) else {
        return SafeHtml::default();
    };
    let cells = weeks
        .into_iter()
        .flatten()
        .map(|date| MonthCell {
            date,
            outside: date.month() != view.month,
            events: view
                .days
                .iter()
                .find(|d| d.date == date)
                .map_or(&[][..], |d| d.events.as_slice()),
        })
        .collect();
    SafeHtml::render(&Month {
        lang,
        view,
        title: dates::month_year(view.year, view.month, lang),
        weekdays: (0..7)
            .map(|i| {
                (
                    dates::weekday_short_from_monday(i, lang),
                    dates::weekday_name_from_monday(i, lang),
                )
            })
            .collect(),
        cells,
    })
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
