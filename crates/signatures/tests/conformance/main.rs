//! The gate and the signer from outside: security rows, peers' fixtures, another implementation.
#![allow(clippy::unwrap_used)]

mod coverage;
mod digests;
mod duplicates;
mod hosts;
mod jcs_numbers;
mod key_ids;
mod keys;
mod mutations;
mod oracle;
mod peer_requests;
mod proofs;
mod sealing;
mod sender;
mod shared_fixtures;
mod targets;
mod windows;
mod wire_format;
