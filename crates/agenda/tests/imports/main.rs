//! Calendars into an agenda, series and fetched pictures, on both databases: what is stored, and
//! what peers are told.

#![allow(clippy::unwrap_used, reason = "tests")]

mod calendars;
mod corpus;
mod hostile;
mod pictures;
#[allow(dead_code, reason = "made for the tests of pages")]
#[path = "../pages/scene.rs"]
mod scene;
mod sent_on;
mod series;
mod server;
mod subscriptions;
