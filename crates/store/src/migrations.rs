//! The migrations, embedded in the binary and run at start.

use crate::{Conn, StoreError};
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Migration(error.to_string())
}

/// Runs what is missing; refuses a database that a newer version has already changed.
pub(crate) fn run(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(c) => {
            let known = MigrationSource::<diesel::sqlite::Sqlite>::migrations(&SQLITE);
            let known = known
                .map_err(failed)?
                .iter()
                .map(|m| m.name().version().as_owned())
                .collect();
            refuse_newer(known, c.applied_migrations().map_err(failed)?)?;
            c.run_pending_migrations(SQLITE).map_err(failed)?;
        }
        Conn::Postgres(c) => {
            let known = MigrationSource::<diesel::pg::Pg>::migrations(&POSTGRES);
            let known = known
                .map_err(failed)?
                .iter()
                .map(|m| m.name().version().as_owned())
                .collect();
            refuse_newer(known, c.applied_migrations().map_err(failed)?)?;
            c.run_pending_migrations(POSTGRES).map_err(failed)?;
        }
    }
    Ok(())
}

type Version = diesel::migration::MigrationVersion<'static>;

fn refuse_newer(known: Vec<Version>, applied: Vec<Version>) -> Result<(), StoreError> {
    match applied.iter().find(|version| !known.contains(version)) {
        None => Ok(()),
        Some(version) => Err(StoreError::Migration(format!(
            "this database was changed by a newer version of Kiosque (migration {version}); \
             run that version, or restore the backup made before it"
        ))),
    }
}
