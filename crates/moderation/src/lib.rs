//! Moderation: what people complain of, what moderators decide, and the record of it.
//!
//! - A **report** ([`report`]) comes from an account, a visitor whose address is confirmed, or another server's `Flag`;
//!   reports of one target are one **case** ([`case`]).
//! - What is decided is a **measure** ([`measure`]): with a reason, an end or none, a word to the person, and an undo. What
//!   holds now is read where things are shown (`publication::restricted`) and where people act (`accounts::session`).
//! - The person answers from a link: an **appeal** ([`appeal`]), decided by somebody else where there is somebody else.
//! - Why something is reported or decided is a rule of the site, or one of the usual reasons ([`rules`]).
//! - Servers to block come from files and lists as well ([`lists`]): looked at first, proposed, never taken by themselves.
//! - Each step is an entry of the **record** ([`record`]), chained by hashes.
//! - A site may show of it a log and yearly figures that name nobody ([`public`], [`figures`]), and forgets what people wrote
//!   when the time it chose is over ([`settings`]).
//! - All that waits for a person stands in one **queue** ([`queue`]); a new source of work is one registration.

pub mod appeal;
pub mod case;
mod complaint;
mod copy;
pub mod correction;
mod desk;
mod error;
pub mod figures;
pub mod hold;
mod judges;
mod letters;
pub mod lists;
pub mod measure;
mod proposed;
pub mod public;
pub mod queue;
pub mod record;
pub mod report;
mod retention;
pub mod rules;
pub mod settings;
mod submitted;
pub mod target;
mod worker;

pub use desk::Moderation;
pub use error::ModerationError;
pub use worker::{ModerationWorker, QUEUE_PATH};
