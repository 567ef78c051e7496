//! Every column that says which person a row belongs to, and what the archive does with it. A test compares this list with
//! the schema: a new column is exported, or left out for a reason that stands here.

/// What becomes of a column in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// In this file of the archive.
    In(&'static str),
    /// Left out, and why.
    Out(&'static str),
}

use Held::{In, Out};

const TEAM: &str = "work for the site, about other people: it belongs to those who run it";

/// Table, column, what becomes of it; in alphabetical order.
pub const TABLES: &[(&str, &str, Held)] = &[
    ("account_tokens", "account_id", In("links.json")),
    ("accounts", "id", In("account.json")),
    ("actor_invitations", "invited_by", In("invitations.json")),
    ("actor_roles", "account_id", In("roles.json")),
    ("appeals", "account_id", In("measures.json")),
    ("appeals", "decided_by", Out(TEAM)),
    ("approved_objects", "by_id", Out(TEAM)),
    ("block_lists", "by_id", Out(TEAM)),
    ("calendar_sources", "account_id", In("calendars.json")),
    ("case_entries", "account_id", Out(TEAM)),
    ("cases", "assigned_to", Out(TEAM)),
    ("cases", "closed_by", Out(TEAM)),
    ("exports", "account_id", In("links.json")),
    ("hooks", "by_id", Out(TEAM)),
    ("measures", "account_id", In("measures.json")),
    ("measures", "by_id", Out(TEAM)),
    ("measures", "ended_by", Out(TEAM)),
    ("media", "account_id", In("pictures.json")),
    ("moderation_record", "by_id", Out(TEAM)),
    ("object_history", "account_id", In("history.json")),
    ("objects", "account_id", In("publications.json")),
    ("personal_blocks", "account_id", In("blocks.json")),
    ("reports", "account_id", In("reports.json")),
    ("sessions", "account_id", In("sessions.json")),
    ("site_roles", "account_id", In("roles.json")),
    ("trusted_accounts", "account_id", In("roles.json")),
    ("trusted_accounts", "by_id", Out(TEAM)),
];
