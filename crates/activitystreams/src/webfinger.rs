//! WebFinger answers (R-DIS-01, RFC 7033).

use crate::content_type::is_activity_content_type;
use crate::error::ReadError;
use crate::origin::{domains_equal, host_of};
use crate::property;
use serde_json::Value;
use url::Url;

/// A JRD that leads to an actor. The caller compares `subject` with what it
/// asked for, and closes the loop with the actor's own document (ORI-14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebFinger {
    /// As sent, for instance `acct:lyon@kiosque.example`.
    pub subject: String,
    /// `(user, host)` of an `acct:` subject, host in lower case.
    pub account: Option<(String, String)>,
    pub aliases: Vec<Url>,
    /// The `rel=self` link with an ActivityStreams type, on the host that was asked.
    pub actor: Option<Url>,
}
