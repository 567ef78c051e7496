//! Events (interop A.5): every form peers send, in one model.

mod types;

pub use types::*;
