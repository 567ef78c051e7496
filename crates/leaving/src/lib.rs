//! A person takes their data along ([`export`]), or leaves for good ([`erase`]).
//!
//! - The **archive** is made by a worker, lies in the data folder for a day, and is given to the session that asked for it
//!   and showed the password. What is in it, and what is not and why, is one list: [`export::TABLES`].
//! - **Erasure** is one transaction over everything that names the person; a test reads every table afterwards. Agendas
//!   that nobody else owns end with it and say so to their followers. Names of agendas go once that has arrived
//!   (`federation::erased`).

mod archive;
pub mod erase;
mod error;
pub mod export;
mod worker;

pub use error::LeavingError;
pub use worker::LeavingWorker;

use federation::Federation;
use media::Library;
use publication::Registry;
use sites::Sites;
use std::path::PathBuf;
use std::sync::Arc;
use store::{Clock, Database};
use tokio::sync::Notify;

/// What the binary gives.
pub struct Parts {
    /// The database.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// The sites.
    pub sites: Sites,
    /// Kinds of published objects.
    pub registry: Registry,
    /// Tells other servers.
    pub federation: Federation,
    /// Pictures.
    pub library: Arc<Library>,
    /// Where archives lie; made if it is not there.
    pub folder: PathBuf,
}

/// This room, cheap to clone; goes into actix's `web::Data`.
#[derive(Clone)]
pub struct Leaving(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) parts: Parts,
    pub(crate) wake: Notify,
}

impl Leaving {
    /// Opens it.
    ///
    /// # Errors
    /// `Archive` when the folder cannot be made.
    pub fn open(parts: Parts) -> Result<Self, LeavingError> {
        std::fs::create_dir_all(&parts.folder)?;
        Ok(Self(Arc::new(Inner {
            parts,
            wake: Notify::new(),
        })))
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0.parts
    }
}
