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

impl Tombstone {
    /// Reads a Tombstone.
    ///
    /// # Errors
    /// `wrong_type` for another type, and those of the `id`.
    pub fn read(value: &Value) -> Result<Self, ReadError> {
        let id = property::require_id(value)?;
        if !property::has_type(value, "Tombstone") {
            return Err(ReadError::new("wrong_type", "type"));
        }
        Ok(Self {
            id,
            former_type: property::text(value, "formerType", 64)
                .or_else(|| property::text(value, "former_type", 64)),
            deleted: property::time(value, "deleted"),
        })
    }
}
