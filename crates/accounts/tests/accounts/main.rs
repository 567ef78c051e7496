//! What the accounts room promises, on both databases; rows of the security list by their id.
#![allow(clippy::unwrap_used)]

mod auth_01_limits;
mod auth_02_proxies;
mod auth_04_sessions;
mod auth_05_no_oracle;
mod auth_06_links;
mod auth_09_states;
mod http;
mod invitations;
mod letters_sent;
mod roles_held;
mod scene;
mod sign_ups;
mod web_01_forms;
mod web_03_next;
mod web_04_two_sites;
