//! What `inspect` says of databases that are well, new, old, damaged, locked or not there.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::io::{Seek, SeekFrom, Write};
use store::{Database, Kind, StoreError, inspect, trial};

fn sqlite_file(folder: &tempfile::TempDir) -> (String, String) {
    let path = folder.path().join("kiosque.db").display().to_string();
    (format!("sqlite://{path}"), path)
}

#[test]
fn a_database_in_service_is_well() {
    let folder = tempfile::tempdir().expect("folder");
    let (address, _) = sqlite_file(&folder);
    let database = Database::open(&address, 2).expect("open");
    let found = inspect(&address).expect("inspected");
    assert_eq!(found.kind, Kind::Sqlite);
    assert!(found.version.starts_with("3."), "{}", found.version);
    let nothing: [String; 0] = [];
    assert_eq!(
        (&found.missing[..], &found.damage[..]),
        (&nothing[..], &nothing[..])
    );
    assert_eq!((found.newer, found.unwritable), (None, None));
    drop(database);
}

#[test]
fn nothing_is_created_by_looking() {
    let folder = tempfile::tempdir().expect("folder");
    let (address, path) = sqlite_file(&folder);
    assert!(matches!(inspect(&address), Err(StoreError::Pool(_))));
    assert!(!std::path::Path::new(&path).exists());
    std::fs::write(&path, "").expect("an empty file");
    let found = inspect(&address).expect("inspected");
    assert!(!found.missing.is_empty());
    assert_eq!(std::fs::metadata(&path).expect("file").len(), 0);
    assert!(matches!(inspect("mysql://x"), Err(StoreError::Address(_))));
}

#[test]
fn a_newer_program_a_lock_and_damage_are_found() {
    let folder = tempfile::tempdir().expect("folder");
    let (address, path) = sqlite_file(&folder);
    drop(Database::open(&address, 1).expect("open"));
    let mut other = SqliteConnection::establish(&path).expect("connection");
    other
        .batch_execute(
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000'); \
             CREATE TABLE filling (a TEXT); CREATE INDEX filling_a ON filling (a); \
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
             INSERT INTO filling SELECT 'filling ' || i FROM n; \
             PRAGMA wal_checkpoint(TRUNCATE); BEGIN IMMEDIATE",
        )
        .expect("filled, and locked");
    let found = inspect(&address).expect("inspected");
    assert_eq!(found.newer.as_deref(), Some("20990101000000"));
    assert!(found.unwritable.expect("locked").contains("locked"));
    assert!(found.damage.is_empty());
    other.batch_execute("ROLLBACK").expect("unlocked");
    drop(other);
    let length = std::fs::metadata(&path).expect("file").len();
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .expect("file");
    file.seek(SeekFrom::Start(length - 12_288)).expect("seek");
    file.write_all(&[0xAA; 12_288]).expect("damaged");
    drop(file);
    let found = inspect(&address).expect("inspected");
    assert!(!found.damage.is_empty());
}

#[test]
fn postgresql_says_its_version_and_whether_it_may_be_written() {
    let Some(server) = trial::postgres_address() else {
        return;
    };
    let found = inspect(&server).expect("inspected");
    assert_eq!(found.kind, Kind::Postgres);
    let major = found.version.split('.').next().and_then(|m| m.parse().ok());
    assert!(
        major.is_some_and(|major: u32| major > 9),
        "{}",
        found.version
    );
    assert_eq!((found.missing, found.unwritable), (vec![], None));
    let read_only = format!("{server}?options=-c%20default_transaction_read_only%3Don");
    let found = inspect(&read_only).expect("inspected");
    assert!(found.unwritable.expect("read-only").contains("read-only"));
    assert!(inspect("postgres://kiosque@127.0.0.1:1/nothing").is_err());
}
