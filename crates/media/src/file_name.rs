//! The only names the library knows.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::error::MediaError;
use crate::format::Format;

/// `<sha256 in lower-case hexadecimal>.<extension>`: no other name exists, so nothing that a sender
/// or a visitor writes ever becomes part of a path (MED-05).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileName {
    hash: String,
    format: Format,
}

impl FileName {
    /// The name of these bytes.
    pub fn of(bytes: &[u8], format: Format) -> Self {
        let hash = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self { hash, format }
    }

    /// 64 lower-case hexadecimal digits.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// By the extension.
    pub fn format(&self) -> Format {
        self.format
    }

    /// `ab/cd/abcd….jpg`, below the library's root.
    pub(crate) fn relative_path(&self) -> PathBuf {
        let part = |range: std::ops::Range<usize>| self.hash.get(range).unwrap_or_default();
        [part(0..2), part(2..4), self.to_string().as_str()]
            .iter()
            .collect()
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.hash, self.format.extension())
    }
}

impl FromStr for FileName {
    type Err = MediaError;

    /// # Errors
    /// `NotFound` for every other name: a visitor learns nothing from the difference.
    fn from_str(name: &str) -> Result<Self, MediaError> {
        let (hash, extension) = name.split_once('.').ok_or(MediaError::NotFound)?;
        let format = Format::from_extension(extension).ok_or(MediaError::NotFound)?;
        let hexadecimal = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if hash.len() != 64 || !hash.as_bytes().iter().all(hexadecimal) {
            return Err(MediaError::NotFound);
        }
        Ok(Self {
            hash: hash.into(),
            format,
        })
    }
}
