//! The one error of all readers.

/// A document that cannot be read: which field, and a stable code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {code}")]
pub struct ReadError {
    code: &'static str,
    field: &'static str,
}

impl ReadError {
    pub(crate) const fn new(code: &'static str, field: &'static str) -> Self {
        Self { code, field }
    }

    /// Stable code: `missing`, `not_a_url`, `wrong_type`, `not_an_object`,
    /// `bad_time`, `time_without_zone`, `other_origin`, `malformed`, …
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The key of the document that is at fault, for instance `inbox`.
    pub fn field(&self) -> &'static str {
        self.field
    }
}
