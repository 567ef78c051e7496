//! Write transactions that share a commit.
//!
//! A commit costs more than what most small transactions do. One thread runs all that waits, each piece in a savepoint of
//! its own, under one commit; what comes meanwhile is the next commit, and no turn is handed from caller to caller.
//!
//! This is for the embedded database, which has one writer. PostgreSQL has many and joins their commits itself;
//! rows locked by strangers in one transaction would only invite deadlocks there.

use crate::database::{Manager, Writers, begin, commit, depth, roll_back};
use crate::trail::Carried;
use crate::{Conn, Database, StoreError, write_transaction};
use diesel::r2d2::Pool;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Pieces run before others get the writer's turn: a page's own write waits for no more than these.
const LARGEST: usize = 64;

/// Tells the caller what came of its piece, once the commit has succeeded or failed.
type Tell = Box<dyn FnOnce(Option<String>) + Send>;
type Piece = Box<dyn FnOnce(&mut Conn) -> Tell + Send>;

/// The way to the thread that writes. When the last of these is gone, what waits is written and the thread has ended.
#[derive(Clone)]
pub(crate) struct Group(Arc<Thread>);

struct Thread {
    send: Option<Sender<Piece>>,
    handle: Option<JoinHandle<()>>,
}

impl Drop for Thread {
    fn drop(&mut self) {
        drop(self.send.take());
        let own = std::thread::current().id();
        if let Some(handle) = self
            .handle
            .take()
            .filter(|handle| handle.thread().id() != own)
        {
            // Its connection is closed then, and the file can be opened by somebody else.
            let _ = handle.join();
        }
    }
}

impl Group {
    /// Starts the thread.
    pub(crate) fn start(pool: Pool<Manager>, writers: Writers) -> Result<Self, StoreError> {
        let (send, receive) = channel();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.map_err(|error| StoreError::Pool(error.to_string()))?;
        let handle = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                while let Ok(first) = receive.recv() {
                    let Ok(_turn) = runtime.block_on(writers.turn()) else {
                        continue;
                    };
                    run_waiting(&pool, first, &receive);
                }
            });
        let handle = handle.map_err(|error| StoreError::Pool(error.to_string()))?;
        Ok(Self(Arc::new(Thread {
            send: Some(send),
            handle: Some(handle),
        })))
    }
}

/// Runs what waits, up to [`LARGEST`] pieces.
fn run_waiting(pool: &Pool<Manager>, first: Piece, others: &Receiver<Piece>) {
    let (mut next, mut left) = (Some(first), LARGEST);
    while let Some(first) = next.take() {
        let waiting = others.try_iter().take(left - 1);
        let pieces: Vec<Piece> = std::iter::once(first).chain(waiting).collect();
        left -= pieces.len();
        run(pool, pieces);
        if left > 0 {
            next = others.try_recv().ok();
        }
    }
}

fn run(pool: &Pool<Manager>, pieces: Vec<Piece>) {
    let mut told = Vec::with_capacity(pieces.len());
    let run = || {
        let mut conn = pool.get().map_err(|e| StoreError::Pool(e.to_string()))?;
        let conn = &mut *conn;
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
    };
    let failed = run().err().map(|error| error.to_string());
    for tell in told {
        tell(failed.clone());
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
        let Some(group) = self.group() else {
            return self.write(work).await;
        };
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
        // Without its thread the channel is closed, and the caller's with it.
        if let Some(send) = &group.0.send {
            let _ = send.send(piece);
        }
        told.await
            .unwrap_or_else(|_| Err(E::from(StoreError::Cancelled)))
    }
}
