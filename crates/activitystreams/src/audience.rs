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
