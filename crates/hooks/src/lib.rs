//! Programs that the administrators of a site named: they are told what happens, signed and at least once, and one of them
//! may be asked before something is published. So an extension is a program of its own: it can accept and refuse, and can
//! never stop the server.
//!
//! What happens is written beside them by `store::events`, in the transaction in which it happens; [`HookWorker`] sends it.

mod body;
mod hook;
mod worker;

pub use hook::{
    Delivery, Hook, HookError, Made, NewHook, create, list, remove, set_paused, try_out,
};
pub use worker::HookWorker;
