//! What is reported, why, and by whom: the rows.

use crate::ModerationError;
use diesel::prelude::*;
use store::schema::reports;
use store::{Id, Json, Ts, text_enum};

text_enum! {
    /// Why something is reported. The words are the same on every site; what they mean there, its rules say.
    pub enum Reason {
        /// A date, place, price, credit or licence that is not right.
        WrongFact = "wrong_fact",
        /// Advertising, or the same again and again.
        Spam = "spam",
        /// Insults, threats, pestering.
        Harassment = "harassment",
        /// Against people for what they are.
        Hate = "hate",
        /// Somebody's address, name or picture against their will.
        Privacy = "privacy",
        /// Pretends to be somebody else.
        Impersonation = "impersonation",
        /// Somebody's work without leave.
        Copyright = "copyright",
        /// Not for everybody's eyes, and not marked so.
        Sensitive = "sensitive",
        /// Against the law.
        Illegal = "illegal",
        /// Something else; the text says what.
        Other = "other",
    }
}

text_enum! {
    /// Who reported.
    pub enum Source {
        /// Somebody signed in.
        Account = "account",
        /// Somebody without an account, whose address is confirmed.
        Visitor = "visitor",
        /// Another server.
        Server = "server",
    }
}

/// A report's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = reports)]
pub struct Report {
    /// Key.
    pub id: Id,
    /// Its case; none until a visitor's address is confirmed.
    pub case_id: Option<Id>,
    /// Word of [`Source`].
    pub source: String,
    /// The reporter, when they have an account.
    pub account_id: Option<Id>,
    /// A visitor's address.
    pub email: Option<String>,
    /// The server that reported; empty for people here.
    pub host: String,
    /// Language to answer in, BCP 47.
    pub language: String,
    /// Word of [`Reason`].
    pub reason: String,
    /// The rule of the site that was named.
    pub rule_id: Option<Id>,
    /// What of the target is meant: a field of an event, a moment of a recording; may be empty.
    pub field: String,
    /// Their words, plain text.
    pub text: String,
    /// The target as it was; see the `copy` module.
    pub copy: Json,
    /// How often the same reporter came back to it.
    pub times: i32,
    /// When it was sent on to the server it is about.
    pub forwarded_at: Option<Ts>,
    /// When the reporter was told what came of it.
    pub told_at: Option<Ts>,
    /// When.
    pub created_at: Ts,
}

impl Report {
    /// Who reported.
    pub fn source(&self) -> Source {
        Source::from_word(&self.source).unwrap_or(Source::Server)
    }
}

/// What a person says.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// Why.
    pub reason: Reason,
    /// The rule of the site that is named.
    pub rule: Option<Id>,
    /// What of it; may be empty.
    pub field: String,
    /// What should stand in that field of a publication of ours; may be empty. See [`publication::Proposed`].
    pub value: String,
    /// Their words; may be empty unless the reason is [`Reason::Other`], or [`Reason::WrongFact`] without a value.
    pub text: String,
    /// Language to answer in.
    pub language: String,
}

/// Characters of a report's text (Mastodon allows 1,000; other servers send up to 5,000).
pub const LONGEST_TEXT: usize = 5_000;
/// Characters of the field.
const LONGEST_FIELD: usize = 100;

impl Complaint {
    pub(crate) fn check(&self) -> Result<(), ModerationError> {
        if self.text.chars().count() > LONGEST_TEXT || self.field.chars().count() > LONGEST_FIELD {
            return Err(ModerationError::TooLong);
        }
        let needs_words = match self.reason {
            Reason::Other => true,
            Reason::WrongFact => self.value.trim().is_empty(),
            _ => false,
        };
        if needs_words && self.text.trim().is_empty() {
            return Err(ModerationError::Missing);
        }
        Ok(())
    }
}
