//! Write transactions that share a commit.
//!
//! A commit costs more than what most small transactions do. Callers that wait for the writer's turn anyway are
//! joined: whoever gets the turn runs everything that waits, each piece in a savepoint of its own, under one commit.
//! Nobody waits longer than without it, and an idle server groups nothing.
//!
//! This is for the embedded database, which has one writer. PostgreSQL has many and joins their commits itself;
//! rows locked by strangers in one transaction would only invite deadlocks there.

use crate::database::{begin, commit, depth, roll_back};
use crate::trail::Carried;
use crate::{Conn, Database, StoreError, write_transaction};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, oneshot};

/// Pieces under one commit: a page's own write waits for no more than these.
const LARGEST: usize = 64;

/// Tells the caller what came of its piece, once the commit has succeeded or failed.
type Tell = Box<dyn FnOnce(Option<String>) + Send>;
type Piece = Box<dyn FnOnce(&mut Conn) -> Tell + Send>;

/// What waits to be written.
pub(crate) struct Group {
    waiting: Mutex<VecDeque<Piece>>,
    turn: Arc<Semaphore>,
}

impl Group {
    pub(crate) fn new() -> Self {
        Self {
            waiting: Mutex::default(),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    fn take(&self) -> Vec<Piece> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(LARGEST);
        waiting.drain(..count).collect()
    }
}

impl Database {
    /// Like [`Database::write`], under a commit shared with other callers of this function.
    ///
    /// An error rolls back this piece only; a panic in it gives [`StoreError::Cancelled`] to its own caller. When the
    /// shared commit itself fails, nobody's piece is kept and everybody is told.
    pub async fn write_grouped<T, E>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + From<diesel::result::Error> + Send + 'static,
    {
        if !self.is_embedded() {
            return self.write(work).await;
        }
        let (tell, told) = oneshot::channel();
        let trail = Carried::from_here();
        let piece: Piece = Box::new(move |conn| {
            let done = trail.on(|| write_transaction(conn, work));
            Box::new(move |failed: Option<String>| {
                let _ = tell.send(match failed {
                    None => done,
                    Some(reason) => Err(E::from(StoreError::Commit(reason))),
                });
            })
        });
        let group = self.group();
        group
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(piece);
        // Whoever comes first takes the others' pieces along; they find nothing left to take.
        if let Ok(turn) = group.turn.clone().acquire_owned().await {
            let (writer, reader) = self.writer().await?;
            let pieces = group.take();
            if !pieces.is_empty() {
                let database = self.clone();
                tokio::task::spawn_blocking(move || {
                    let _held = (turn, writer, reader);
                    database.run_group(pieces);
                });
            }
        }
        told.await
            .unwrap_or_else(|_| Err(E::from(StoreError::Cancelled)))
    }

    fn run_group(&self, pieces: Vec<Piece>) {
        let mut told = Vec::with_capacity(pieces.len());
        let done = self.read_now(|conn| {
            begin(conn)?;
            for piece in pieces {
                match catch_unwind(AssertUnwindSafe(|| piece(conn))) {
                    Ok(tell) => told.push(tell),
                    // Its own savepoints are still open; its caller hears of it by the closed channel.
                    Err(_) => {
                        while depth(conn) > 1 {
                            roll_back(conn)?;
                        }
                    }
                }
            }
            commit(conn)?;
            Ok::<_, StoreError>(())
        });
        let failed = done.err().map(|error| error.to_string());
        for tell in told {
            tell(failed.clone());
        }
    }
}
