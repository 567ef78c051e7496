//! Events: their model, recurrence, iCalendar in and out, ActivityStreams form, pages, JSON API.

mod access;
mod api;
mod cards;
mod dates;
mod event;
mod feeds;
mod focus;
mod form;
pub mod import;
mod json_ld;
mod kind;
pub mod listing;
mod pages;
mod pictures;
mod place;
mod proposal;
mod query;
mod repetition;
mod rooms;
pub mod series;
mod tags;
mod words;

pub use self::pictures::PictureWorker;
pub use api::open_api;
pub use event::{Details, Event, EventStatus, Picture, write_details};
pub use import::{CalendarBell, CalendarWorker, ImportReport, import_file};
pub use kind::Agenda;
pub use place::{Place, PlaceDetails};

use actix_web::web::ServiceConfig;

/// Registers every route of this room.
pub fn configure(config: &mut ServiceConfig) {
    api::configure(config);
    feeds::configure(config);
    self::pages::configure(config);
}
