//! Lists of servers to block: Mastodon's file in and out, with a look at what each line would cut, and lists of others
//! that only propose.

mod file;
mod freshness;
mod plan;
mod proposal;
mod subscription;
mod worker;

pub use file::{Line, MOST_BYTES, ReadFile, Severity, Unread, read, write};
pub use plan::{Planned, Taken, exported, plan, take};
pub use proposal::{Proposal, ProposalState};
pub use subscription::{BlockList, lifted_together, remembered, subscribe, unsubscribe};
pub use worker::ListWorker;
