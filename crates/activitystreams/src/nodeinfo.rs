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
