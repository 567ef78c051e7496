//! `/.well-known/host-meta` (R-DIS-02, RFC 6415): the WebFinger template.

use crate::error::ReadError;
use url::Url;

/// The part of an XRD that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostMeta {
    /// The `lrdd` template, with `{uri}` in it.
    pub lrdd_template: String,
}

/// Larger answers are no host-meta.
const MAX_BYTES: usize = 64 * 1_024;

impl HostMeta {
    /// Finds the `lrdd` template in an XRD. Not an XML parser: it reads `Link`
    /// elements and their attributes, which is all that is needed here.
    ///
    /// # Errors
    /// `malformed` when it is no XRD (an HTML page, too large); `missing` when
    /// there is no usable template.
    pub fn read(xml: &str) -> Result<Self, ReadError> {
        if xml.len() > MAX_BYTES || !xml.contains("<XRD") {
            return Err(ReadError::new("malformed", "XRD"));
        }
        xml.split("<Link")
            .skip(1)
            .filter_map(|rest| rest.split_once('>').map(|(attributes, _)| attributes))
            .filter(|attributes| attribute(attributes, "rel").as_deref() == Some("lrdd"))
            .find_map(|attributes| attribute(attributes, "template"))
            .filter(|template| {
                let sample = template.replace("{uri}", "x");
                template.contains("{uri}") && crate::property::web_url(&sample).is_some()
            })
            .map(|lrdd_template| Self { lrdd_template })
            .ok_or(ReadError::new("missing", "template"))
    }

    /// The address to ask for `resource`, for instance `acct:a@b.example`.
    pub fn address_for(&self, resource: &str) -> Option<Url> {
        let encoded: String = url::form_urlencoded::byte_serialize(resource.as_bytes()).collect();
        crate::property::web_url(&self.lrdd_template.replace("{uri}", &encoded))
    }
}

/// The value of an attribute, in single or double quotes.
fn attribute(text: &str, name: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('=')?;
        let found = before.trim().trim_start_matches('/').trim() == name;
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let (value, next) = after.get(1..)?.split_once(quote)?;
        if found {
            return Some(value.replace("&amp;", "&"));
        }
        rest = next;
    }
}
