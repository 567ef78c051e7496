//! Databases for tests: a fresh one of each kind, migrated.
//!
//! SQLite always; PostgreSQL when `KIOSQUE_TEST_POSTGRES` names a server
//! (`postgres://user@host:port`, with or without a database). Under `CI=true` its absence is a failure.

use crate::Database;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Runs `test` once on each database.
pub fn on_both(test: impl Fn(Database)) {
    test(sqlite());
    if let Some(database) = postgres() {
        test(database);
    }
}

/// A fresh SQLite database in a temporary folder that outlives the process's test.
pub fn sqlite() -> Database {
    let folder = tempfile::tempdir().expect("temporary folder").keep();
    let address = format!("sqlite://{}/kiosque.db", folder.display());
    Database::open(&address, 4).expect("fresh SQLite database")
}

/// A fresh PostgreSQL database, or `None` (said on the console) without a server.
pub fn postgres() -> Option<Database> {
    let address = postgres_address()?;
    Some(Database::open(&address, 4).expect("PostgreSQL database"))
}

/// The address of a fresh PostgreSQL database, migrated; `None` as with [`postgres`].
pub fn postgres_address() -> Option<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests learn of the server by environment"
    )]
    let server = std::env::var("KIOSQUE_TEST_POSTGRES").ok();
    let Some(server) = server else {
        #[expect(clippy::disallowed_methods, reason = "a skipped part fails in CI")]
        let ci = std::env::var("CI").is_ok_and(|v| v == "true");
        assert!(!ci, "KIOSQUE_TEST_POSTGRES is not set");
        println!("skipped on PostgreSQL: KIOSQUE_TEST_POSTGRES is not set");
        return None;
    };
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("trial_{}_{count}", std::process::id());
    // The database in the address, if any, is the one to connect to for making others.
    let server = match server.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", rest.split('/').next().unwrap_or(rest)),
        None => server,
    };
    let mut admin =
        PgConnection::establish(&format!("{server}/postgres")).expect("PostgreSQL server");
    admin
        .batch_execute(&format!("DROP DATABASE IF EXISTS {name}; "))
        .expect("old test database dropped");
    admin
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .expect("test database");
    let address = format!("{server}/{name}");
    drop(Database::open(&address, 1).expect("fresh PostgreSQL database"));
    Some(address)
}
