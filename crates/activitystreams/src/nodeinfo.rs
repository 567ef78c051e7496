//! NodeInfo discovery and documents (R-DIS-03, R-DIS-04, FEP-2677).

use crate::error::ReadError;
use crate::limits;
use crate::origin::same_origin;
use crate::property;
use serde_json::Value;
use url::Url;

/// `/.well-known/nodeinfo`: only links on the origin that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeInfoLinks {
    /// The newest schema of version 2.x, else 1.x.
    pub document: Option<Url>,
    /// The instance actor (FEP-2677).
    pub application: Option<Url>,
}

/// A NodeInfo document, 1.0 to 2.2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeInfo {
    pub version: Option<String>,
    /// Lower case, for instance `mobilizon`.
    pub software_name: String,
    pub software_version: String,
    pub protocols: Vec<String>,
    pub open_registrations: Option<bool>,
    pub users_total: Option<u64>,
    pub local_posts: Option<u64>,
    pub node_name: Option<String>,
    /// `metadata.faspBaseUrl`.
    pub fasp_base_url: Option<Url>,
}

const SCHEMA: &str = "http://nodeinfo.diaspora.software/ns/schema/";
const APPLICATION: &str = "https://www.w3.org/ns/activitystreams#Application";

impl NodeInfoLinks {
    /// Reads the discovery document that `base` (any address of the host
    /// asked) served. Links on other origins are ignored.
    ///
    /// # Errors
    /// `missing` when no usable link remains.
    pub fn read(value: &Value, base: &Url) -> Result<Self, ReadError> {
        let mut document: Option<(&str, Url)> = None;
        let mut application = None;
        for link in property::many(value, "links")
            .into_iter()
            .take(limits::LIST)
        {
            let rel = link.get("rel").and_then(Value::as_str).unwrap_or_default();
            let Some(href) = link
                .get("href")
                .and_then(Value::as_str)
                .and_then(property::web_url)
                .filter(|href| same_origin(href, base))
            else {
                continue;
            };
            if let Some(version) = rel.strip_prefix(SCHEMA) {
                let known = matches!(version, "1.0" | "1.1" | "2.0" | "2.1" | "2.2");
                if known && document.as_ref().is_none_or(|(best, _)| version > *best) {
                    document = Some((version, href));
                }
            } else if rel == APPLICATION && application.is_none() {
                application = Some(href);
            }
        }
        let document = document.map(|(_, href)| href);
        if document.is_none() && application.is_none() {
            return Err(ReadError::new("missing", "links"));
        }
        Ok(Self {
            document,
            application,
        })
    }
}

impl NodeInfo {
    /// Reads a NodeInfo document.
    ///
    /// # Errors
    /// `missing` when it names no software.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        let part = |key| value.get(key).unwrap_or(&Value::Null);
        let software = part("software");
        let usage = part("usage");
        let metadata = part("metadata");
        // 1.x has {"inbound": [...], "outbound": [...]}, 2.x a list.
        let mut protocols = property::many(value, "protocols");
        if let [only] = protocols.as_slice()
            && only.is_object()
        {
            protocols = property::many(only, "inbound");
        }
        Ok(Self {
            version: property::text(value, "version", 16),
            software_name: property::text(software, "name", limits::TITLE)
                .ok_or(ReadError::new("missing", "software"))?
                .to_lowercase(),
            software_version: property::text(software, "version", limits::TITLE)
                .unwrap_or_default(),
            protocols: protocols
                .into_iter()
                .filter_map(Value::as_str)
                .take(limits::LIST)
                .map(|name| limits::cut(name, limits::TITLE).to_owned())
                .collect(),
            open_registrations: property::boolean(value, "openRegistrations"),
            users_total: property::count(usage.get("users").unwrap_or(&Value::Null), "total"),
            local_posts: property::count(usage, "localPosts"),
            node_name: property::text(metadata, "nodeName", limits::NAME),
            fasp_base_url: property::id(metadata, "faspBaseUrl"),
        })
    }
}
