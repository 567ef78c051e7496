//! What can go wrong with a file, in words for a person and a code for a machine.

use std::io;

use crate::format::{Format, Found};

/// Why a file was refused, or could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// Nothing was sent.
    #[error("the file is empty")]
    Empty,
    /// More bytes than [`crate::Limits::bytes`] (HTTP 413).
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// Bytes accepted.
        limit: u64,
    },
    /// The content is not JPEG, PNG, WebP or GIF, whatever its name says (HTTP 415 or 422).
    #[error("this is {found}; only JPEG, PNG, WebP and GIF pictures are accepted")]
    TypeRefused {
        /// What the content looks like.
        found: Found,
    },
    /// More pixels than [`crate::Limits::pixels`], as announced by the header (HTTP 422).
    #[error("the picture has {width} x {height} pixels; at most {limit} in all are accepted")]
    TooManyPixels {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Pixels accepted.
        limit: u64,
    },
    /// Decoding would need more than [`crate::Limits::memory`] (HTTP 422).
    #[error("decoding the picture would need more than {limit} bytes of memory")]
    TooHeavy {
        /// Bytes of memory allowed.
        limit: u64,
    },
    /// It starts like a picture but cannot be read as one (HTTP 422).
    #[error("the {format} picture is broken: {reason}")]
    Broken {
        /// The format of its first bytes.
        format: Format,
        /// The decoder's words; for logs rather than for people.
        reason: String,
    },
    /// No such file in the library, or not a name the library gives.
    #[error("no such file")]
    NotFound,
    /// Disk or quota exhausted (HTTP 507).
    #[error("there is no room left to store the file")]
    StorageFull,
    /// Any other failure of the disk.
    #[error("the file store failed")]
    Storage(#[source] io::Error),
    /// Re-encoding failed, or the server is stopping: not the sender's fault.
    #[error("the picture could not be processed: {0}")]
    Processing(String),
}

impl MediaError {
    /// A stable word for interfaces and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "media_empty",
            Self::TooLarge { .. } => "media_too_large",
            Self::TypeRefused { .. } => "media_type_refused",
            Self::TooManyPixels { .. } => "media_too_many_pixels",
            Self::TooHeavy { .. } => "media_too_heavy",
            Self::Broken { .. } => "media_broken",
            Self::NotFound => "media_not_found",
            Self::StorageFull => "media_storage_full",
            Self::Storage(_) => "media_storage_failed",
            Self::Processing(_) => "media_processing_failed",
        }
    }

    /// Whether another file would have been accepted: the sender's fault, not the server's.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Empty
                | Self::TooLarge { .. }
                | Self::TypeRefused { .. }
                | Self::TooManyPixels { .. }
                | Self::TooHeavy { .. }
                | Self::Broken { .. }
        )
    }
}

impl From<io::Error> for MediaError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::NotFound,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::StorageFull,
            _ => Self::Storage(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// MED-06: a full disk is told apart from a broken one.
    #[test]
    fn med_06_full_disk_has_its_own_error() {
        let code = |kind| MediaError::from(io::Error::from(kind)).code();
        assert_eq!(code(io::ErrorKind::StorageFull), "media_storage_full");
        assert_eq!(code(io::ErrorKind::QuotaExceeded), "media_storage_full");
        assert_eq!(
            code(io::ErrorKind::PermissionDenied),
            "media_storage_failed"
        );
        assert_eq!(
            MediaError::from(io::Error::from_raw_os_error(28)).code(),
            "media_storage_full",
            "ENOSPC as the kernel gives it"
        );
    }
}
