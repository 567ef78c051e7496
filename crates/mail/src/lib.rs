//! Messages to people.
//!
//! [`Mailer::send`] hands one [`Message`] to the configured transport and says what became of it.
//! Nothing is queued or tried again here: [`MailError::is_temporary`] tells the caller's queue what
//! is worth another try. Without configuration [`MailError::NotConfigured`] lets callers say so to
//! the person who waits for a message.
//!
//! No clock and no randomness: a message's date and identifier are the caller's, and stay the same
//! when it is sent again.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod address;
mod compose;
mod config;
mod error;
mod mailer;
mod message;
mod smtp;

pub use address::{AddressError, EmailAddress};
pub use config::{MailConfig, Password, SmtpConfig, Tls, Transport};
pub use error::MailError;
pub use mailer::Mailer;
pub use message::{ListUnsubscribe, Message, MessageKind};
