//! Programs that the administrators of a site named: they are told what happens, signed and at least once, and one of them
//! may be asked before something is published. So an extension is a program of its own: it can accept and refuse, and can
//! never stop the server.
//!
//! What happens is written beside them by `store::events`, in the transaction in which it happens; [`HookWorker`] sends it,
//! each program in a lane of its own.

mod asked;
mod body;
mod change;
mod hook;
mod lane;
mod worker;

pub use change::{
    HookChange, LONGEST_NAME, Made, NewHook, change, create, pause, remove, renew_secret, resume,
    send_again, try_out,
};
pub use hook::{Delivery, Hook, HookError, list};
pub use worker::HookWorker;
