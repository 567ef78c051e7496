//! How many files and connections the system lets this process hold open.
//!
//! A thousand is the usual soft limit, and what a thousand slow senders take (DOS-03). The hard limit is ours to
//! ask for.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Kept for the database, for requests to other servers, for pictures and logs.
const OWN: u64 = 256;
/// Each connection is known by two: its own, and one to end it by (`pages::end_quiet`).
const EACH: u64 = 2;
/// What is taken when the system does not say.
const USUAL: u64 = 1_024;

/// Raises the soft limit to the hard one. A refusal leaves what was there.
pub(crate) fn raise() {
    let limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        let raised = Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        if let Err(error) = setrlimit(Resource::Nofile, raised) {
            tracing::warn!(%error, "the limit on open files stays as it is");
        }
    }
}

/// Connections that one of so many threads may hold, so that together they leave room for the server itself: a
/// connection more waits in the system's queue.
pub(crate) fn connections(threads: usize) -> usize {
    let open = getrlimit(Resource::Nofile).current.unwrap_or(USUAL);
    let each = open.saturating_sub(OWN) / (threads.max(1) as u64 * EACH);
    usize::try_from(each)
        .unwrap_or(usize::MAX)
        .clamp(64, 25_000)
}
