//! Deleted objects and actors (R-ACT-13).

use crate::error::ReadError;
use crate::property;
use chrono::{DateTime, FixedOffset};
use serde_json::Value;
use url::Url;

/// What stands where something was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    pub id: Url,
    /// `formerType`; Lotide writes `former_type`.
    pub former_type: Option<String>,
    pub deleted: Option<DateTime<FixedOffset>>,
}
