//! A message, before it is put into words that mail servers read.

use chrono::{DateTime, Utc};

use crate::address::EmailAddress;

/// One message to one person.
#[derive(Debug, Clone)]
pub struct Message {
    /// Unique, of 1 to 64 letters, digits, `-`, `_` or `.`; a UUID will do. Becomes the Message-ID,
    /// so a message sent again after a doubtful failure can be recognised.
    pub id: String,
    /// When it was written.
    pub date: DateTime<Utc>,
    /// The reader.
    pub to: EmailAddress,
    /// Who writes, e.g. the site's name; `None` for the configured name.
    pub from_name: Option<String>,
    /// Line breaks and control characters become spaces; cut at 200 characters.
    pub subject: String,
    /// The message in plain text: always sent, and first.
    pub text: String,
    /// The same in HTML.
    pub html: Option<String>,
    /// How to receive no more of these.
    pub list_unsubscribe: Option<ListUnsubscribe>,
    /// Where answers go, if not to the sender.
    pub reply_to: Option<EmailAddress>,
    /// What it is sent for.
    pub kind: MessageKind,
}

/// What a message is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// Somebody waits for it: confirmation, password, moderation decision.
    Account,
    /// Something happened that this person wants to hear of.
    Notification,
    /// The same to many: digests, an agenda by mail. Needs [`Message::list_unsubscribe`], and
    /// leaves by [`crate::MailConfig::bulk`].
    Bulk,
}

/// The headers of RFC 2369 and RFC 8058.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListUnsubscribe {
    /// Absolute `https://` (or `http://`) address.
    pub url: String,
    /// Whether a POST of `List-Unsubscribe=One-Click` to it is enough (RFC 8058; https only).
    pub one_click: bool,
}
