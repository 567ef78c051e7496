//! The pool and its facade: `read` and `write` run a closure of several queries on the blocking
//! pool, behind a semaphore as large as the pool, so that no thread ever waits for a connection.

use crate::grouped::Group;
use crate::{Conn, each, trail};
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, Pool, PooledConnection, R2D2Connection};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What can go wrong between a request and the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A query failed.
    #[error("database query failed: {0}")]
    Query(#[from] diesel::result::Error),
    /// No connection could be had.
    #[error("no database connection: {0}")]
    Pool(String),
    /// A migration failed, or the database is newer than this program.
    #[error("database migration failed: {0}")]
    Migration(String),
    /// The address is neither `sqlite://…` nor `postgres://…`.
    #[error("unusable database address: {0}")]
    Address(String),
    /// A row that this program could not have written.
    #[error("damaged row: {0}")]
    Damaged(String),
    /// The commit that this write shared with others failed; nothing of it is kept.
    #[error("database commit failed: {0}")]
    Commit(String),
    /// The blocking task ended early.
    #[error("database task was cancelled")]
    Cancelled,
}

/// True when a unique index refused the row.
pub fn is_duplicate(error: &diesel::result::Error) -> bool {
    matches!(
        error,
        diesel::result::Error::DatabaseError(diesel::result::DatabaseErrorKind::UniqueViolation, _)
    )
}

/// A handle on the database, cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: Pool<Manager>,
    readers: Arc<Semaphore>,
    writers: Writers,
    /// On SQLite: writes that share a commit.
    group: Option<Group>,
    /// The address of a PostgreSQL; `None` on SQLite.
    postgres: Option<Arc<str>>,
    embedded: bool,
}

/// Who may write now: as many at once as the database has writers, each with a place in the pool.
#[derive(Clone)]
pub(crate) struct Writers {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Writers {
    /// A writer's turn, and a place in the pool.
    pub(crate) async fn turn(
        &self,
    ) -> Result<(OwnedSemaphorePermit, OwnedSemaphorePermit), StoreError> {
        let asked = Instant::now();
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| StoreError::Cancelled)?;
        let place = self.places.clone().acquire_owned().await;
        let place = place.map_err(|_| StoreError::Cancelled)?;
        waited("write", asked);
        Ok((turn, place))
    }
}

/// Opens connections of the kind that the address names.
#[derive(Debug)]
pub(crate) struct Manager {
    address: Address,
}

/// Where a database is.
#[derive(Debug, Clone)]
pub(crate) enum Address {
    Sqlite(String),
    Postgres(String),
}

impl Address {
    pub(crate) fn parse(address: &str) -> Result<Self, StoreError> {
        if let Some(path) = address.strip_prefix("sqlite://") {
            Ok(Self::Sqlite(path.to_owned()))
        } else if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            Ok(Self::Postgres(address.to_owned()))
        } else {
            let scheme = address.split(':').next().unwrap_or_default();
            Err(StoreError::Address(scheme.to_owned()))
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("{0}")]
    Open(#[from] ConnectionError),
    #[error("{0}")]
    Setup(#[from] diesel::result::Error),
}

/// The journal is moved into the file every 16 MB and not every 4: whoever commits then waits for the disk, and a page
/// that changed often in between is written once.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; \
    PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -4000; \
    PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 16777216;";

const POSTGRES_SETUP: &str = "SET statement_timeout = '60s'; SET TIME ZONE 'UTC'; \
    SET client_min_messages = warning";

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = ConnectError;

    fn connect(&self) -> Result<Conn, ConnectError> {
        match &self.address {
            Address::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(path)?;
                conn.batch_execute(SQLITE_SETUP)?;
                Ok(Conn::Sqlite(conn))
            }
            Address::Postgres(url) => {
                let mut conn = PgConnection::establish(url)?;
                conn.batch_execute(POSTGRES_SETUP)?;
                Ok(Conn::Postgres(conn))
            }
        }
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), ConnectError> {
        conn.ping().map_err(ConnectError::Setup)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        conn.is_broken()
    }
}

impl Database {
    /// Opens `sqlite:///path/to/file.db` or `postgres://…` and brings the schema up to date.
    ///
    /// `size` is the number of connections (1 to 32). Blocking: call it before serving.
    pub fn open(address: &str, size: u32) -> Result<Self, StoreError> {
        let size = size.clamp(1, 32);
        let address = Address::parse(address)?;
        let embedded = matches!(address, Address::Sqlite(_));
        let writers = if embedded { 1 } else { size };
        let postgres = match &address {
            Address::Postgres(url) => Some(Arc::from(url.as_str())),
            Address::Sqlite(_) => None,
        };
        let pool = Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .test_on_check_out(!embedded)
            .connection_timeout(std::time::Duration::from_secs(10))
            .build(Manager { address })
            .map_err(|e| StoreError::Pool(e.to_string()))?;
        let readers = Arc::new(Semaphore::new(size as usize));
        let writers = Writers {
            turns: Arc::new(Semaphore::new(writers as usize)),
            places: Arc::clone(&readers),
        };
        let group = match embedded {
            true => Some(Group::start(pool.clone(), writers.clone())?),
            false => None,
        };
        let database = Self {
            pool,
            readers,
            writers,
            group,
            postgres,
            embedded,
        };
        database.read_now(crate::migrations::run)?;
        Ok(database)
    }

    /// True on SQLite: one process, one writer at a time.
    pub fn is_embedded(&self) -> bool {
        self.embedded
    }

    /// Connections that are open, and those of them that nobody uses.
    pub fn connections(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }

    fn connection(&self) -> Result<PooledConnection<Manager>, StoreError> {
        self.pool.get().map_err(|e| StoreError::Pool(e.to_string()))
    }

    /// Several queries without a transaction, on the calling thread: for start-up, the command
    /// line and tests. Servers use [`Database::read`].
    pub fn read_now<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        work(&mut *self.connection()?)
    }

    /// One write transaction on the calling thread; see [`Database::write`].
    pub fn write_now<T, E: From<StoreError> + From<diesel::result::Error>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        write_transaction(&mut *self.connection()?, work)
    }

    /// Runs several queries on the blocking pool, without a transaction.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let asked = Instant::now();
        let permit = self.readers.clone().acquire_owned().await;
        let permit = permit.map_err(|_| StoreError::Cancelled)?;
        waited("read", asked);
        let database = self.clone();
        let done = tokio::task::spawn_blocking(trail::carried(move || {
            let _permit = permit;
            database.read_now(work)
        }));
        done.await
            .unwrap_or_else(|_| Err(E::from(StoreError::Cancelled)))
    }

    /// Runs `work` in one write transaction on the blocking pool; an error rolls all of it back.
    ///
    /// On SQLite the transaction takes the write lock at once (`BEGIN IMMEDIATE`): a transaction
    /// that reads first and writes later would fail at random under load.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + From<diesel::result::Error> + Send + 'static,
    {
        let held = self.writers.turn().await?;
        let database = self.clone();
        let done = tokio::task::spawn_blocking(trail::carried(move || {
            let _held = held;
            database.write_now(work)
        }));
        done.await
            .unwrap_or_else(|_| Err(E::from(StoreError::Cancelled)))
    }

    pub(crate) fn postgres(&self) -> Option<&str> {
        self.postgres.as_deref()
    }

    pub(crate) fn group(&self) -> Option<&Group> {
        self.group.as_ref()
    }
}

/// Notes how long a query waited for its turn; costs nothing while nobody collects figures.
fn waited(kind: &'static str, since: Instant) {
    metrics::histogram!("kiosque_database_wait_seconds", "kind" => kind).record(since.elapsed());
}

/// One write transaction. Inside another one it becomes a savepoint, on both databases.
pub fn write_transaction<T, E: From<diesel::result::Error>>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    begin(conn)?;
    match work(conn) {
        Ok(value) => {
            commit(conn)?;
            Ok(value)
        }
        Err(error) => {
            // The first error is what the caller must hear of.
            if let Err(rollback) = roll_back(conn) {
                tracing::warn!(%rollback, "transaction could not be rolled back");
            }
            Err(error)
        }
    }
}

pub(crate) fn begin(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => {
            let depth = AnsiTransactionManager::transaction_manager_status_mut(c);
            if depth.transaction_depth()?.is_some() {
                AnsiTransactionManager::begin_transaction(c)
            } else {
                AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE")
            }
        }
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction(c),
    }
}

pub(crate) fn commit(conn: &mut Conn) -> QueryResult<()> {
    each!(conn, |c| AnsiTransactionManager::commit_transaction(c))
}

/// How many transactions are open within one another; 0 where the connection is broken.
pub(crate) fn depth(conn: &mut Conn) -> u32 {
    let status = match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
        Conn::Postgres(c) => AnsiTransactionManager::transaction_manager_status_mut(c),
    };
    let depth = status.transaction_depth().ok().flatten();
    depth.map_or(0, std::num::NonZeroU32::get)
}

pub(crate) fn roll_back(conn: &mut Conn) -> QueryResult<()> {
    each!(conn, |c| AnsiTransactionManager::rollback_transaction(c))
}
