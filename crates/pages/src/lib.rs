//! A page of a site: its look, its viewer, its language, its headers. What every room with pages
//! or a JSON API shares.
//!
//! - A handler of a page asks for a [`Frame`], makes a [`ui::Page`] with [`Frame::page`] and answers
//!   with [`Frame::html`].
//! - A handler of the JSON API asks for an [`ApiUser`], reads its body as [`ApiJson`] and fails with
//!   an [`ApiError`].
//! - A handler of a form with a file reads it with [`Upload::read`].
//! - The binary wraps the application, from the inside out, with [`head_as_get`], `accounts::guard_forms`,
//!   `sites::resolve_site`, [`error_pages`], [`body_in_time`] and [`security_headers`].

mod api;
mod errors;
mod files;
mod frame;
mod headers;
mod patience;
mod pictures;
mod portrait;
mod quiet;
mod upload;

pub use api::{ApiError, ApiErrorBody, ApiJson, ApiUser, LONGEST_JSON};
pub use errors::{error_pages, not_found};
pub use files::{SecurityContact, configure};
pub use frame::{Frame, Tasks, done, see_other};
pub use headers::{Embeddable, embeddable, head_as_get, security_headers};
pub use patience::{Patience, body_in_time};
pub use pictures::{Pictures, Stored, refocused, store_picture, stored_pictures};
pub use portrait::Portrait;
pub use quiet::{QUIET, end_quiet};
pub use upload::{Upload, UploadError};
