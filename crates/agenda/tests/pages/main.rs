//! The pages, feeds and JSON API of events as a browser, a calendar and a program meet them, on
//! both databases.

mod api;
mod escaping;
mod feeds;
mod filters;
mod forms;
mod life;
mod scene;
mod shown;
mod zones;
