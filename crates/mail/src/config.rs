//! How mail leaves this server.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::address::EmailAddress;

/// Everything that sending needs to know.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// The way out.
    pub transport: Transport,
    /// Another way out for [`crate::MessageKind::Bulk`], so that digests cannot spoil the delivery
    /// of confirmations; `None` for the same.
    pub bulk: Option<Transport>,
    /// Address that messages come from. May be `None` only where `transport` is.
    pub from: Option<EmailAddress>,
    /// Name beside it, for messages without one of their own.
    pub from_name: String,
    /// Our public host name: greets the mail server, and ends every Message-ID.
    pub host: String,
}

impl MailConfig {
    /// A server without mail.
    pub fn none() -> Self {
        Self {
            transport: Transport::None,
            bulk: None,
            from: None,
            from_name: String::new(),
            host: "localhost".into(),
        }
    }
}

/// A way out.
#[derive(Debug, Clone, Default)]
pub enum Transport {
    /// None: every message ends in [`crate::MailError::NotConfigured`].
    #[default]
    None,
    /// A mail server.
    Smtp(SmtpConfig),
    /// The local mail system, through its command.
    Sendmail {
        /// `sendmail` in `PATH` where `None`.
        command: Option<PathBuf>,
        /// For the whole message.
        timeout: Duration,
    },
    /// One `.eml` file per message, for trying things out.
    Folder(PathBuf),
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpConfig {
    /// Name or address.
    pub host: String,
    /// `None` for the usual one of `tls`: 25, 587 or 465.
    pub port: Option<u16>,
    /// Encryption.
    pub tls: Tls,
    /// User name and password, if it wants them.
    pub login: Option<(String, Password)>,
    /// For the whole message, from connecting to the server's last word.
    pub timeout: Duration,
}

/// Encryption of the connection with a mail server. Certificates are always checked, against the
/// authorities that Mozilla trusts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tls {
    /// In clear: for a mail server on the same machine or private network.
    None,
    /// In clear, then STARTTLS; a server without it is refused (RFC 3207).
    #[default]
    StartTls,
    /// From the first byte (RFC 8314).
    Implicit,
}

impl Tls {
    /// The usual port.
    pub fn port(self) -> u16 {
        match self {
            Self::None => 25,
            Self::StartTls => 587,
            Self::Implicit => 465,
        }
    }
}

/// A password; never shown.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Wraps it.
    pub fn new(password: impl Into<String>) -> Self {
        Self(password.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
