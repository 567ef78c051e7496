//! Databases for tests: a fresh one of each kind, migrated.
//!
//! SQLite always; PostgreSQL when `KIOSQUE_TEST_POSTGRES` names a server
//! (`postgres://user@host:port`, with or without a database). Under `CI=true` its absence is a failure.

use crate::Database;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::path::PathBuf;
use std::sync::OnceLock;
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
    // Migrated once in a process and copied from there: the migrations take longer than most tests.
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("temporary folder").keep();
        let address = format!("sqlite://{}/open.db", folder.display());
        drop(Database::open(&address, 1).expect("fresh SQLite database"));
        let closed = folder.join("template.db");
        let mut whole = SqliteConnection::establish(&folder.join("open.db").to_string_lossy())
            .expect("migrated SQLite database");
        whole
            .batch_execute(&format!("VACUUM INTO '{}'", closed.display()))
            .expect("copied SQLite database");
        closed
    });
    let folder = tempfile::tempdir().expect("temporary folder").keep();
    std::fs::copy(template, folder.join("kiosque.db")).expect("copied SQLite database");
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
    // The database in the address, if any, is the one to connect to for making others.
    let server = match server.split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", rest.split('/').next().unwrap_or(rest)),
        None => server,
    };
    // As with SQLite, migrated once.
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    let template = TEMPLATE.get_or_init(|| {
        let name = format!("template_{}", std::process::id());
        let address = create(&server, &name, "template1");
        drop(Database::open(&address, 1).expect("fresh PostgreSQL database"));
        name
    });
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("trial_{}_{count}", std::process::id());
    Some(create(&server, &name, template))
}

/// Creates a database and gives its address.
fn create(server: &str, name: &str, template: &str) -> String {
    let mut admin =
        PgConnection::establish(&format!("{server}/postgres")).expect("PostgreSQL server");
    admin
        .batch_execute(&format!("DROP DATABASE IF EXISTS {name}"))
        .expect("old test database dropped");
    // A connection to the template that is just being closed is in the way for a moment.
    let mut make = || admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
    let mut made = make();
    for _ in 0..50 {
        if made.is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
        made = make();
    }
    made.expect("test database");
    format!("{server}/{name}")
}
