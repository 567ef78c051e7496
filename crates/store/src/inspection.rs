//! What a database looks like from outside: for whoever must say what is wrong with one. Nothing is
//! created, migrated or changed.

use crate::database::Address;
use crate::migrations::Standing;
use crate::{Conn, StoreError, each};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

/// The two kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The embedded one.
    Sqlite,
    /// A server.
    Postgres,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Which kind.
    pub kind: Kind,
    /// Version of SQLite or of the server, as it says.
    pub version: String,
    /// Migrations that this program would run at its start.
    pub missing: Vec<String>,
    /// A migration of a newer version of this program.
    pub newer: Option<String>,
    /// Why nothing can be written; `None` when it can.
    pub unwritable: Option<String>,
    /// What SQLite's own check found; empty when all is well, and on PostgreSQL.
    pub damage: Vec<String>,
}

#[derive(QueryableByName)]
struct Words {
    #[diesel(sql_type = Text)]
    words: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Looks at the database at `address`. Blocking; reads a whole SQLite file.
///
/// # Errors
/// `Address`; `Pool` when there is no such database or it does not answer; `Query`.
pub fn inspect(address: &str) -> Result<Inspection, StoreError> {
    let mut conn = match Address::parse(address)? {
        Address::Sqlite(path) => {
            if !std::path::Path::new(&path).is_file() {
                return Err(StoreError::Pool(format!("there is no file {path}")));
            }
            let mut conn = SqliteConnection::establish(&path).map_err(no_connection)?;
            conn.batch_execute("PRAGMA busy_timeout = 2000")?;
            Conn::Sqlite(conn)
        }
        Address::Postgres(url) => {
            let mut conn = PgConnection::establish(&url).map_err(no_connection)?;
            conn.batch_execute("SET statement_timeout = '10s'")?;
            Conn::Postgres(conn)
        }
    };
    let kind = match conn {
        Conn::Sqlite(_) => Kind::Sqlite,
        Conn::Postgres(_) => Kind::Postgres,
    };
    let (version, damage) = match kind {
        Kind::Sqlite => (
            words(&mut conn, "SELECT sqlite_version() AS words")?,
            damage(&mut conn),
        ),
        Kind::Postgres => (
            words(
                &mut conn,
                "SELECT current_setting('server_version') AS words",
            )?,
            Vec::new(),
        ),
    };
    let version = version.into_iter().next().unwrap_or_default();
    let standing = standing(&mut conn, kind)?;
    let unwritable = try_to_write(&mut conn, standing.missing.is_empty())
        .err()
        .map(|error| error.to_string());
    Ok(Inspection {
        kind,
        version,
        missing: standing.missing,
        newer: standing.newer,
        unwritable,
        damage,
    })
}

fn no_connection(error: ConnectionError) -> StoreError {
    StoreError::Pool(error.to_string())
}

#[expect(clippy::disallowed_methods, reason = "constant texts")]
fn words(conn: &mut Conn, question: &'static str) -> QueryResult<Vec<String>> {
    let rows: Vec<Words> = diesel::sql_query(question).load(conn)?;
    Ok(rows.into_iter().map(|row| row.words).collect())
}

/// The first complaints of SQLite about its file; an error while reading it is one too.
fn damage(conn: &mut Conn) -> Vec<String> {
    let question = "SELECT integrity_check AS words FROM pragma_integrity_check";
    match words(conn, question) {
        Ok(found) => {
            let complaints = found.into_iter().filter(|words| words != "ok");
            complaints.take(10).collect()
        }
        Err(error) => vec![error.to_string()],
    }
}

/// The migrations, without making the table that remembers them.
fn standing(conn: &mut Conn, kind: Kind) -> Result<Standing, StoreError> {
    let question = match kind {
        Kind::Sqlite => {
            "SELECT count(*) AS n FROM sqlite_master WHERE name = '__diesel_schema_migrations'"
        }
        Kind::Postgres => {
            "SELECT count(*) AS n FROM pg_tables WHERE tablename = '__diesel_schema_migrations'"
        }
    };
    #[expect(clippy::disallowed_methods, reason = "constant texts")]
    let tables: Count = diesel::sql_query(question).get_result(conn)?;
    if tables.n == 0 {
        return Standing::compare(conn, &[]);
    }
    let applied = words(
        conn,
        "SELECT version AS words FROM __diesel_schema_migrations",
    )?;
    let applied: Vec<_> = applied.into_iter().map(Into::into).collect();
    Standing::compare(conn, &applied)
}

/// Takes the right to write, touches no row, and gives it back.
fn try_to_write(conn: &mut Conn, migrated: bool) -> QueryResult<()> {
    let begin = match conn {
        Conn::Sqlite(_) => "BEGIN IMMEDIATE",
        Conn::Postgres(_) => "BEGIN",
    };
    each!(conn, |c| c.batch_execute(begin))?;
    let touched = match migrated {
        true => each!(conn, |c| c
            .batch_execute("UPDATE sites SET name = name WHERE 1 = 0")),
        false => Ok(()),
    };
    let ended = each!(conn, |c| c.batch_execute("ROLLBACK"));
    touched.and(ended)
}
