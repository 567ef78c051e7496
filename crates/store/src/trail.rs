//! The trail of a request: its id, from the first line of a log to the last delivery it caused.
//!
//! Whoever begins something (a request, a queue's row) runs it inside [`follow`]; whoever writes a row
//! for later keeps [`current`] in it. [`crate::Database`] carries the trail to the thread that runs a
//! query, so a transaction needs no parameter for it.

use crate::Id;
use std::future::Future;
use tracing::Instrument;

tokio::task_local! {
    static REQUEST: Id;
}

/// Runs `work` as part of the request `id`: every line it logs says so, and [`current`] knows it.
/// Without an id it just runs. A task that `work` spawns begins a trail of its own.
pub async fn follow<F: Future>(id: Option<Id>, work: F) -> F::Output {
    match id {
        // Of the highest level, so that the id stands in every line that is written at all.
        Some(id) => {
            let span = tracing::error_span!("request", id = %id);
            REQUEST.scope(id, work.instrument(span)).await
        }
        None => work.await,
    }
}

/// The request that is being answered or carried on here, if any.
pub fn current() -> Option<Id> {
    REQUEST.try_with(|id| *id).ok()
}

/// The trail of a task, to be taken along to another thread.
pub(crate) struct Carried {
    id: Option<Id>,
    span: tracing::Span,
}

impl Carried {
    /// The trail that is followed here.
    pub(crate) fn from_here() -> Self {
        Self {
            id: current(),
            span: tracing::Span::current(),
        }
    }

    /// Runs `work` on it.
    pub(crate) fn on<T>(self, work: impl FnOnce() -> T) -> T {
        let _entered = self.span.enter();
        match self.id {
            Some(id) => REQUEST.sync_scope(id, work),
            None => work(),
        }
    }
}

/// `work` with the caller's trail, for another thread.
pub(crate) fn carried<T>(work: impl FnOnce() -> T + Send) -> impl FnOnce() -> T + Send {
    let trail = Carried::from_here();
    move || trail.on(work)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{StoreError, fresh_id, trial};

    #[test]
    fn a_transaction_knows_the_request_that_caused_it_and_no_other() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .build()
            .expect("runtime");
        let id = fresh_id(chrono::DateTime::from_timestamp(1_796_000_000, 0).unwrap_or_default());
        trial::on_both(|database| {
            let (with, grouped, without, absent) = runtime.block_on(async {
                let seen = || database.write(|_| Ok::<_, StoreError>(current()));
                let in_group = || database.write_grouped(|_| Ok::<_, StoreError>(current()));
                // One piece of a group must not lend its trail to another.
                let (first, second) = tokio::join!(follow(Some(id), in_group()), in_group());
                (
                    follow(Some(id), seen()).await.expect("write"),
                    (first.expect("write"), second.expect("write")),
                    seen().await.expect("write"),
                    follow(None, database.read(|_| Ok::<_, StoreError>(current())))
                        .await
                        .expect("read"),
                )
            });
            assert_eq!(with, Some(id));
            assert_eq!(grouped, (Some(id), None));
            assert_eq!((without, absent), (None, None));
        });
    }
}
