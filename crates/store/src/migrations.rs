//! The migrations, embedded in the binary and run at start.

use crate::{Conn, StoreError};
use diesel::migration::{Migration, MigrationSource, MigrationVersion};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

type Version = MigrationVersion<'static>;

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Migration(error.to_string())
}

/// Runs what is missing; refuses a database that a newer version has already changed.
pub(crate) fn run(conn: &mut Conn) -> Result<(), StoreError> {
    let standing = Standing::of(conn)?;
    if let Some(version) = standing.newer {
        return Err(StoreError::Migration(format!(
            "this database was changed by a newer version of Kiosque (migration {version}); \
             run that version, or restore the backup made before it"
        )));
    }
    match conn {
        Conn::Sqlite(c) => c.run_pending_migrations(SQLITE).map(drop),
        Conn::Postgres(c) => c.run_pending_migrations(POSTGRES).map(drop),
    }
    .map_err(failed)
}

/// How the migrations of this program and those of a database compare.
pub(crate) struct Standing {
    /// Known here, not run there.
    pub(crate) missing: Vec<String>,
    /// Run there by a newer version of this program.
    pub(crate) newer: Option<String>,
}

impl Standing {
    /// Compares. Makes the table of migrations where there is none.
    pub(crate) fn of(conn: &mut Conn) -> Result<Self, StoreError> {
        let applied = match conn {
            Conn::Sqlite(c) => c.applied_migrations(),
            Conn::Postgres(c) => c.applied_migrations(),
        };
        Self::compare(conn, &applied.map_err(failed)?)
    }

    /// The standing of a database on which `applied` have run.
    pub(crate) fn compare(conn: &Conn, applied: &[Version]) -> Result<Self, StoreError> {
        fn versions<DB: diesel::backend::Backend>(
            all: Vec<Box<dyn Migration<DB>>>,
        ) -> Vec<Version> {
            all.iter().map(|m| m.name().version().as_owned()).collect()
        }
        let known = match conn {
            Conn::Sqlite(_) => SQLITE.migrations().map(versions::<diesel::sqlite::Sqlite>),
            Conn::Postgres(_) => POSTGRES.migrations().map(versions::<diesel::pg::Pg>),
        };
        let known = known.map_err(failed)?;
        let newer = applied.iter().find(|version| !known.contains(version));
        let missing = known.iter().filter(|version| !applied.contains(version));
        Ok(Self {
            missing: missing.map(ToString::to_string).collect(),
            newer: newer.map(ToString::to_string),
        })
    }
}
