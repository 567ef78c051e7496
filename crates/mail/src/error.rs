//! What can become of a message that did not leave.

use std::io;

/// Why a message was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// This server has no way to send mail: say so instead of promising a message.
    #[error("this server is not configured to send e-mail")]
    NotConfigured,
    /// The configuration cannot work.
    #[error("the e-mail configuration is wrong: {0}")]
    Configuration(String),
    /// A part of the message cannot be sent as it is.
    #[error("the {part} of the message is not valid")]
    Invalid {
        /// `identifier`, `unsubscribe address`, `subject`, `text`…
        part: &'static str,
    },
    /// The mail server cannot be reached, or the connection broke.
    #[error("the mail server cannot be reached: {0}")]
    Unreachable(String),
    /// No encrypted connection; nothing was sent in clear instead.
    #[error("no encrypted connection with the mail server: {0}")]
    Encryption(String),
    /// The mail server did not answer in time.
    #[error("the mail server did not answer in time")]
    Timeout,
    /// The mail server does not take our user name and password.
    #[error("the mail server refused the log-in: {0}")]
    LogIn(String),
    /// The mail server answered 4xx: later perhaps.
    #[error("the mail server put the message off ({status}): {words}")]
    PutOff {
        /// SMTP reply code.
        status: u16,
        /// The server's words.
        words: String,
    },
    /// The mail server answered 5xx: not this message.
    #[error("the mail server refused the message ({status}): {words}")]
    Refused {
        /// SMTP reply code.
        status: u16,
        /// The server's words.
        words: String,
    },
    /// What answered does not speak SMTP as it should.
    #[error("the mail server's answer was not understood: {0}")]
    Protocol(String),
    /// The sendmail command failed.
    #[error("the sendmail command failed: {0}")]
    Command(String),
    /// The folder cannot be written.
    #[error("the mail folder cannot be written")]
    Folder(#[source] io::Error),
}

impl MailError {
    /// A stable word for interfaces and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured => "mail_not_configured",
            Self::Configuration(_) => "mail_configuration",
            Self::Invalid { .. } => "mail_invalid",
            Self::Unreachable(_) => "mail_unreachable",
            Self::Encryption(_) => "mail_encryption",
            Self::Timeout => "mail_timeout",
            Self::LogIn(_) => "mail_log_in",
            Self::PutOff { .. } => "mail_put_off",
            Self::Refused { .. } => "mail_refused",
            Self::Protocol(_) => "mail_protocol",
            Self::Command(_) => "mail_command",
            Self::Folder(_) => "mail_folder",
        }
    }

    /// Whether the same message may pass later without anybody changing it. Log-in and encryption
    /// count: an operator repairs those, and the message should not be lost meanwhile.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Unreachable(_)
            | Self::Encryption(_)
            | Self::Timeout
            | Self::LogIn(_)
            | Self::PutOff { .. }
            | Self::Protocol(_)
            | Self::Command(_)
            | Self::Folder(_) => true,
            Self::NotConfigured
            | Self::Configuration(_)
            | Self::Invalid { .. }
            | Self::Refused { .. } => false,
        }
    }
}

/// A foreign text for an error or a log: one line, no control characters, not long.
pub(crate) fn words(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(300)
        .collect();
    line.trim().to_owned()
}
