//! What every published object shares, whatever its kind: author, audience, the life
//! `draft -> held -> public -> removed -> deleted`, provenance, comments, history.
//!
//! To add a kind of object: a crate that implements [`Kind`] over tables of its own, and one line
//! that registers it in the binary. Nothing in here or above it asks which kind an object is.

mod comments;
mod content;
mod correction;
mod desk;
mod farewell;
mod kind;
mod life;
mod moderation;
pub mod narrowing;
mod object;
#[macro_use]
pub mod personal;
pub mod pictures;
#[macro_use]
mod restricted;
mod serve;
mod tell;
mod veil;
#[macro_use]
mod visible;
pub mod words;

pub use comments::{Comment, all_comments_of, comments_of};
pub use content::count_published;
pub use correction::{
    Correction, CorrectionError, CorrectionState, LONGEST_VALUE as LONGEST_CORRECTION, Proposed,
};
pub use desk::{Desk, Submitted};
pub use farewell::close_actor;
pub use kind::{Kind, Registry, Takeaway};
pub use life::{LifeError, Revision, delete, publish, revise};
pub use moderation::{Decision, comment_policy, decide, set_comment_policy, waiting_comments};
pub use object::{
    Audience, CommentPolicy, Common, Entry, NewObject, Object, ObjectState, forget_history,
    history, note_history, put_remote, set_tags, tags_of,
};
pub use serve::configure;
pub use tell::{Change, tell};
pub use veil::{Veil, Veils};
