//! Strict writers: no null anywhere, addresses as strings, lists where peers
//! need lists. All functions are pure; times and ids come in.

mod form;

pub use form::*;
