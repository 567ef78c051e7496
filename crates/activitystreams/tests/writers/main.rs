//! What we write: every rule of the acceptance checklist as an assertion, and
//! everything written can be read back by our own readers.

mod activities;
mod actors;
mod discovery;
mod events;
mod forms;
