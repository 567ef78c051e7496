//! `/.well-known/host-meta` (R-DIS-02, RFC 6415): the WebFinger template.

use crate::error::ReadError;
use url::Url;

/// The part of an XRD that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostMeta {
    /// The `lrdd` template, with `{uri}` in it.
    pub lrdd_template: String,
}
