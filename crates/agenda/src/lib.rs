//! Events: their model, recurrence, iCalendar in and out, ActivityStreams form, pages, JSON API.

mod event;
mod kind;
pub mod listing;
mod place;
mod words;

pub use event::{Details, Event, EventStatus, Picture, write_details};
pub use kind::Agenda;
pub use place::{Place, PlaceDetails};
