//! The database: one pool for SQLite (embedded) and PostgreSQL, the schema, migrations,
//! transactions and paging.
//!
//! Queries are written once against [`Conn`]; what the common subset of both databases
//! lacks goes through [`each!`] or [`Portable`]. To add a table: a migration of the same name in
//! `migrations/sqlite` and `migrations/postgres`, its `table!` in `schema.rs`; the schema test
//! tells what disagrees.

mod clock;
mod connection;
mod database;
pub mod events;
mod fold;
mod grouped;
mod inspection;
mod migrations;
mod notices;
mod page;
#[rustfmt::skip]
pub mod schema;
pub mod trail;
#[cfg(any(test, feature = "trial"))]
pub mod trial;
mod types;

pub use clock::{Clock, fresh_id};
pub use connection::{Conn, MultiBackend, Portable};
pub use database::{Database, StoreError, is_duplicate, write_transaction};
pub use fold::{contains_pattern, fold, like_escaped};
pub use inspection::{Inspection, Kind, inspect};
pub use notices::{Ear, notify};
pub use page::{Page, page_size};
pub use types::{Id, Json, Ts, read_wall, sql, wall_text};
