//! The agenda by month.

use super::chosen::active_filters;
use super::entries::{ActiveFilter, AgendaDay, EventCard, EventStatus};
use crate::dates;
use crate::html::SafeHtml;
use crate::lang::Lang;
use askama::Template;
use chrono::{Datelike, NaiveDate};

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
    /// Filters in force.
    pub active: Vec<ActiveFilter>,
    /// The month without any filter.
    pub reset_url: String,
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
    active: SafeHtml,
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
        active: active_filters(&view.active, &view.reset_url, lang),
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
