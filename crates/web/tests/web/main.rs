//! The site's own pages as a browser and as a program meet them, on both databases.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod access;
mod agendas;
mod api;
mod asked;
mod blocking;
mod following;
mod headers;
mod hooking;
mod letters;
mod lists;
mod moderating;
mod own;
mod peer_rules;
mod peers;
mod people;
mod portraits;
mod proposals;
mod routes;
mod rules;
mod scene;
mod security_txt;
mod setup;
