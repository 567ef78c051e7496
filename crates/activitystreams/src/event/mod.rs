//! Events (interop A.5, A.8): every form peers send, in one model.

mod location;
mod media;
mod read;
mod time;
mod types;

pub(crate) use media::{Attachment, read_attachment, read_tags};
pub use types::*;
