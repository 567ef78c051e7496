//! WebFinger answers (R-DIS-01, RFC 7033).

use crate::content_type::is_activity_content_type;
use crate::error::ReadError;
use crate::limits;
use crate::origin::{domains_equal, host_of, normalise_domain};
use crate::property;
use serde_json::Value;
use url::Url;

/// Link to the instance actor (FEP-d556).
pub(crate) const REL_SERVICE: &str = "https://www.w3.org/ns/activitystreams#Service";

/// A JRD that leads to an actor. The caller compares `subject` with what it
/// asked for, and closes the loop with the actor's own document (ORI-14).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebFinger {
    /// As sent, for instance `acct:lyon@kiosque.example`.
    pub subject: String,
    /// `(user, host)` of an `acct:` subject, host in lower case.
    pub account: Option<(String, String)>,
    pub aliases: Vec<Url>,
    /// The `rel=self` link with an ActivityStreams type on an allowed host,
    /// else the FEP-d556 service link.
    pub actor: Url,
}

/// `acct:`, the longest name, `@`, the longest host with a port.
const LONGEST_SUBJECT: usize = limits::USERNAME + 6 + 259;

impl WebFinger {
    /// Reads a JRD. `hosts` are those that may speak for the handle: the one
    /// asked, and the one that answered after redirects. Links to other hosts
    /// and links of other types are ignored.
    ///
    /// # Errors
    /// `missing` on `subject` or when no usable link remains (field `links`).
    pub fn read(value: &Value, hosts: &[&str]) -> Result<Self, ReadError> {
        let subject = property::text(value, "subject", LONGEST_SUBJECT)
            .ok_or(ReadError::new("missing", "subject"))?;
        let links = property::many(value, "links");
        let find = |rel: &str| {
            links.iter().find_map(|link| {
                let typed = link
                    .get("type")
                    .and_then(Value::as_str)
                    .is_some_and(is_activity_content_type);
                if link.get("rel").and_then(Value::as_str) != Some(rel) || !typed {
                    return None;
                }
                let href = property::web_url(link.get("href")?.as_str()?)?;
                let host = host_of(&href)?;
                hosts
                    .iter()
                    .any(|allowed| domains_equal(allowed, &host))
                    .then_some(href)
            })
        };
        let actor = find("self")
            .or_else(|| find(REL_SERVICE))
            .ok_or(ReadError::new("missing", "links"))?;
        Ok(Self {
            account: account_of(&subject),
            subject,
            aliases: property::ids(value, "aliases", limits::LIST),
            actor,
        })
    }
}

/// `(user, host)` of `acct:user@host`, host normalised.
fn account_of(subject: &str) -> Option<(String, String)> {
    let (user, host) = subject
        .strip_prefix("acct:")?
        .trim_start_matches('@')
        .rsplit_once('@')?;
    let host = normalise_domain(host)?;
    (!user.is_empty() && !user.contains(['@', '/'])).then(|| (user.to_owned(), host))
}
