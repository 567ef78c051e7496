//! To whom an object or activity is addressed (R-AP-03, LD-04).

use crate::property;
use serde_json::Value;
use url::Url;

/// The public collection as we write it.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// Who may see it. Anything not understood is private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    Private,
    Followers,
    /// Public in `cc` only.
    Unlisted,
    /// Public in `to`.
    Public,
}

/// The addressing of a document: ids only, the public collection taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    pub to: Vec<Url>,
    pub cc: Vec<Url>,
    pub bto: Vec<Url>,
    pub bcc: Vec<Url>,
    pub audience: Vec<Url>,
    /// The public collection stands in `to`.
    pub public_to: bool,
    /// The public collection stands in `cc`.
    pub public_cc: bool,
}

impl Audience {
    /// Reads `to`, `cc`, `bto`, `bcc` and `audience`: strings, lists, inlined
    /// collections. What is not understood counts for nothing.
    pub fn read(value: &Value) -> Self {
        let (to, public_to) = split(value, "to");
        let (cc, public_cc) = split(value, "cc");
        Self {
            to,
            cc,
            bto: split(value, "bto").0,
            bcc: split(value, "bcc").0,
            audience: split(value, "audience").0,
            public_to,
            public_cc,
        }
    }

    /// Who may see it. `followers` is the author's followers collection, from
    /// the author's own document; without it nothing is followers-only.
    pub fn visibility(&self, followers: Option<&Url>) -> Visibility {
        if self.public_to {
            Visibility::Public
        } else if self.public_cc {
            Visibility::Unlisted
        } else if followers.is_some_and(|url| self.to.contains(url) || self.cc.contains(url)) {
            Visibility::Followers
        } else {
            Visibility::Private
        }
    }

    /// True when public in `to` or `cc`.
    pub fn is_public(&self) -> bool {
        self.public_to || self.public_cc
    }

    /// True when no one at all is named (R-AP-04).
    pub fn is_empty(&self) -> bool {
        !self.is_public() && self.all().next().is_none()
    }

    /// Every address named, hidden ones included.
    pub fn all(&self) -> impl Iterator<Item = &Url> {
        self.to
            .iter()
            .chain(&self.cc)
            .chain(&self.bto)
            .chain(&self.bcc)
            .chain(&self.audience)
    }
}

/// The three spellings of the public collection; nothing else, whatever its case.
pub(crate) fn is_public_spelling(text: &str) -> bool {
    matches!(text, PUBLIC | "as:Public" | "Public")
}

fn split(value: &Value, key: &str) -> (Vec<Url>, bool) {
    let mut urls = Vec::new();
    let mut public = false;
    for entry in property::many(value, key) {
        let text = entry
            .as_str()
            .or_else(|| entry.get("id").and_then(Value::as_str));
        if text.is_some_and(is_public_spelling) {
            public = true;
        } else if let Some(url) = property::id_of(entry)
            && !urls.contains(&url)
        {
            urls.push(url);
        }
    }
    (urls, public)
}
