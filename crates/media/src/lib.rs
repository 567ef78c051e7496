//! Files: upload, inspection, derivatives, storage by content hash.
//!
//! The way of a picture:
//!
//! 1. [`Library::incoming`] takes the upload to disk, up to a byte limit;
//! 2. [`inspect`] decides by content whether it is a picture we take, before any pixel is decoded;
//! 3. [`derive`] re-encodes it: nothing of the uploaded bytes is ever stored or served;
//! 4. [`Library::put`] stores each result under the hash of its bytes;
//! 5. [`serving_headers`] says how a stored file is sent.
//!
//! [`Processor`] runs 2 to 4 on the blocking pool, few at a time, so that memory stays bounded.
//! No database and no clock in here: what a file belongs to, quotas and reference counts are the
//! caller's.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod decode;
mod derive;
mod error;
mod file_name;
mod focal_point;
mod format;
mod inspect;
mod library;
mod placeholder;
mod processor;
mod serving;
mod working_set;

pub use derive::{Derived, Recipe, Rendition, derive};
pub use error::MediaError;
pub use file_name::FileName;
pub use focal_point::FocalPoint;
pub use format::{Format, Found};
pub use inspect::{Inspected, Limits, inspect};
pub use library::{Incoming, Library, Opened, Stored, StoredPicture, StoredRendition};
pub use placeholder::Colour;
pub use processor::Processor;
pub use serving::{content_type, serving_headers};
