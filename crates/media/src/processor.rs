//! The work on pictures, away from the async threads and few at a time.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::derive::{Derived, Recipe, derive};
use crate::error::MediaError;
use crate::inspect::{Inspected, Limits, inspect};
use crate::library::{Incoming, Library, StoredPicture};

/// Runs inspection, decoding and encoding on the blocking pool. Clones share the same places.
///
/// Each picture at work takes up to [`Limits::memory`] and a core; those that wait should wait on
/// disk, as [`Incoming`] does, not in memory.
#[derive(Debug, Clone)]
pub struct Processor {
    limits: Limits,
    recipe: Arc<Recipe>,
    places: Arc<Semaphore>,
}

impl Processor {
    /// Works on `places` pictures at once: 1 or 2 for a small server; 0 is read as 1.
    pub fn new(limits: Limits, recipe: Recipe, places: usize) -> Self {
        Self {
            limits,
            recipe: Arc::new(recipe),
            places: Arc::new(Semaphore::new(places.max(1))),
        }
    }

    /// What this processor accepts; [`Limits::bytes`] is the limit for [`Library::incoming`].
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// From an upload to stored files. The upload's own bytes are gone afterwards, whatever
    /// happens.
    ///
    /// # Errors
    /// As [`inspect`], [`derive`] and [`Library::put_picture`].
    pub async fn accept(
        &self,
        library: Arc<Library>,
        upload: Incoming,
        declared_name: Option<String>,
        declared_type: Option<String>,
    ) -> Result<StoredPicture, MediaError> {
        self.run(move |limits, recipe| {
            let bytes = upload.into_bytes()?;
            let declared = (declared_name.as_deref(), declared_type.as_deref());
            let inspected = inspect(&bytes, declared.0, declared.1, limits)?;
            log_false_claim(&inspected);
            library.put_picture(&derive(&bytes, limits, recipe)?)
        })
        .await
    }

    /// As [`Self::accept`] for bytes already in memory, nothing stored.
    ///
    /// # Errors
    /// As [`inspect`] and [`derive`].
    pub async fn derive(
        &self,
        bytes: Vec<u8>,
        declared_name: Option<String>,
        declared_type: Option<String>,
    ) -> Result<(Inspected, Derived), MediaError> {
        self.run(move |limits, recipe| {
            let declared = (declared_name.as_deref(), declared_type.as_deref());
            let inspected = inspect(&bytes, declared.0, declared.1, limits)?;
            log_false_claim(&inspected);
            Ok((inspected, derive(&bytes, limits, recipe)?))
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Limits, &Recipe) -> Result<T, MediaError> + Send + 'static,
    ) -> Result<T, MediaError> {
        let stopped = |_| MediaError::Processing("the server is stopping".into());
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(stopped)?;
        let (limits, recipe) = (self.limits, Arc::clone(&self.recipe));
        let task = spawn_blocking(move || {
            // Held by the work, not by the caller, who may go away before it ends.
            let _place = place;
            work(&limits, &recipe)
        });
        task.await
            .map_err(|error| MediaError::Processing(error.to_string()))?
    }
}

fn log_false_claim(inspected: &Inspected) {
    if !inspected.declared_rightly {
        tracing::debug!(found = %inspected.format, "an upload was declared as something else");
    }
}
