//! Why a person could not be served.

use store::StoreError;

/// Why an archive was not made, or an account not erased.
#[derive(Debug, thiserror::Error)]
pub enum LeavingError {
    /// The archive could not be written or read.
    #[error("the archive: {0}")]
    Archive(#[from] std::io::Error),
    /// The archive's own form.
    #[error("the archive: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for LeavingError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
