//! A fake fediverse for tests: hosts with keys, scripted answers, counters, raw requests, and the
//! server under test beside it, with a clock moved by hand.
//!
//! Every refusal that is tested here wants its accepted twin in the same test, so that none passes
//! because everything is refused.

mod fediverse;
mod happening;
mod message;
mod oracle;
mod peer;
mod rows;
mod wire;
mod world;

pub use fediverse::{Fediverse, Framing, Host, Reply, Seen};
pub use happening::Happening;
pub use message::{Message, digest, http_date};
pub use oracle::{Verdict, judge};
pub use peer::{Peer, key};
pub use wire::{RawAnswer, exchange};
pub use world::{Options, Sister, World, each, on_both};

/// The address of a path on a fake host.
pub fn at(host: &str, path: &str) -> String {
    format!("http://{host}{path}")
}
