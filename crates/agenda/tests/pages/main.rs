//! The pages, feeds and JSON API of events as a browser, a calendar and a program meet them, on
//! both databases.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod agendas;
mod api;
mod bounds;
mod escaping;
mod feeds;
mod filters;
mod forms;
mod imports;
mod life;
mod personal;
mod scene;
mod series;
mod shown;
mod ways;
mod zones;
