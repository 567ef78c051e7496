//! The server under test among hostile hosts: one test per row of the security rules, named by it,
//! each refusal with its accepted twin.

mod addresses;
mod authority;
mod beside;
mod blocks;
mod bounds;
mod budgets;
mod collections;
mod crowds;
mod deliveries;
mod follows;
mod forged;
mod identity;
mod injection;
mod keys;
mod life;
mod limits;
mod listing;
mod many;
mod matrix;
mod mentions;
mod moves;
mod narrowing;
mod origin;
mod outages;
mod outbound;
mod payloads;
mod peers;
mod personal;
mod processes;
mod restored;
mod signatures;
mod strangers;
mod unapproved;
