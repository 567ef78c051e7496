//! The origin model (FEP-fe34, R-SIG-18): who may speak for which id.

use crate::error::ReadError;
use crate::property;
use serde_json::Value;
use url::{Host, Url};

/// Same scheme, host and effective port.
pub fn same_origin(a: &Url, b: &Url) -> bool {
    a.has_host()
        && a.scheme() == b.scheme()
        && a.host() == b.host()
        && a.port_or_known_default() == b.port_or_known_default()
}

/// The host as peers write it: lower case, punycode, with a non-default port.
/// None for an address without a host.
pub fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str().filter(|host| !host.is_empty())?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// Brings a bare domain, such as the host part of a handle, into the form of
/// [`host_of`]. None when it is more or less than a domain with an optional
/// port: a slash, user information, a query, a space, an empty label (ORI-16).
pub fn normalise_domain(domain: &str) -> Option<String> {
    let forbidden = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '/' | '\\' | '@' | '?' | '#' | '%' | '"' | '<' | '>')
    };
    if domain.is_empty() || domain.len() > 255 || domain.contains(forbidden) {
        return None;
    }
    let url = Url::parse(&format!("https://{domain}/")).ok()?;
    if url.path() != "/" || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    if let Some(Host::Domain(name)) = url.host()
        && name.split('.').any(str::is_empty)
    {
        return None;
    }
    host_of(&url)
}

/// True when both are domains and name the same one, whatever their case or
/// punycode form. Anything else is never equal, not even to itself (ORI-16).
pub fn domains_equal(a: &str, b: &str) -> bool {
    match (normalise_domain(a), normalise_domain(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// The authors of an object, all of them on the origin of its `id` (ORI-08).
///
/// # Errors
/// `missing` when there is no usable `id` or `attributedTo` (null and the empty
/// list included); `other_origin` when one author is elsewhere, even if others
/// are right; `not_a_url` when an entry has no readable id.
pub fn attributed_to_matches(object: &Value) -> Result<Vec<Url>, ReadError> {
    let id = property::require_id(object)?;
    let mut authors = Vec::new();
    for entry in property::many(object, "attributedTo") {
        let author = property::id_of(entry).ok_or(ReadError::new("not_a_url", "attributedTo"))?;
        if !same_origin(&id, &author) {
            return Err(ReadError::new("other_origin", "attributedTo"));
        }
        authors.push(author);
    }
    if authors.is_empty() {
        return Err(ReadError::new("missing", "attributedTo"));
    }
    Ok(authors)
}

/// Checks that `object`, which came from `address` (the final address of a
/// fetch), says that address as its own id (ORI-01, ORI-03).
///
/// # Errors
/// `other_origin`: refuse. `other_id`: same origin, fetch that id once and
/// believe only its own answer. `missing` or `not_a_url`: no readable id.
pub fn id_matches(object: &Value, address: &Url) -> Result<Url, ReadError> {
    let id = property::require_id(object)?;
    if !same_origin(&id, address) {
        return Err(ReadError::new("other_origin", "id"));
    }
    let mut plain = id.clone();
    plain.set_fragment(None);
    let mut fetched = address.clone();
    fetched.set_fragment(None);
    if plain != fetched {
        return Err(ReadError::new("other_id", "id"));
    }
    Ok(id)
}
