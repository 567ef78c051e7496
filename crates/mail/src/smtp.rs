//! One message over one SMTP connection.
//!
//! Connections are not kept: one that was given up in the middle of a message must never carry
//! another.

use std::error::Error as _;
use std::time::Duration;
use std::{fmt, io};

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::config::{SmtpConfig, Tls};
use crate::error::{MailError, words};

/// How long to wait for the answer to QUIT.
const FAREWELL: Duration = Duration::from_secs(1);

/// A checked [`SmtpConfig`].
pub(crate) struct SmtpServer {
    config: SmtpConfig,
    tls: Option<TlsParameters>,
    greeting: ClientId,
    credentials: Option<Credentials>,
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.config.fmt(f)
    }
}

impl SmtpServer {
    pub(crate) fn new(config: SmtpConfig, our_host: &str) -> Result<Self, MailError> {
        if config.host.is_empty() || config.host.chars().any(|c| c.is_control() || c == ' ') {
            return Err(MailError::Configuration(
                "the mail server's name is not valid".into(),
            ));
        }
        if config.timeout.is_zero() {
            return Err(MailError::Configuration("the timeout is zero".into()));
        }
        let tls = match config.tls {
            Tls::None => None,
            Tls::StartTls | Tls::Implicit => {
                let parameters = TlsParameters::new(config.host.clone());
                Some(parameters.map_err(|error| MailError::Configuration(error.to_string()))?)
            }
        };
        if config.login.is_some() && tls.is_none() {
            tracing::warn!(host = %config.host, "the mail password is sent unencrypted");
        }
        let credentials = config
            .login
            .as_ref()
            .map(|(user, password)| Credentials::new(user.clone(), password.reveal().to_owned()));
        Ok(Self {
            tls,
            greeting: ClientId::Domain(our_host.to_owned()),
            credentials,
            config,
        })
    }

    /// Sends, within the configured time.
    pub(crate) async fn send(&self, envelope: &Envelope, message: &[u8]) -> Result<(), MailError> {
        let mut connection = self
            .in_time(async {
                let mut connection = self.connect().await?;
                let sent = connection.send(envelope, message).await;
                sent.map_err(|error| translate(&error))?;
                Ok(connection)
            })
            .await?;
        // The message is the server's now, whatever becomes of the farewell.
        let farewell = tokio::time::timeout(FAREWELL, connection.quit()).await;
        if !matches!(farewell, Ok(Ok(_))) {
            tracing::debug!(host = %self.config.host, "the mail server did not say good-bye");
        }
        Ok(())
    }

    /// Connects and logs in, and sends nothing.
    pub(crate) async fn check(&self) -> Result<(), MailError> {
        self.in_time(async {
            let mut connection = self.connect().await?;
            connection.quit().await.map_err(|error| translate(&error))?;
            Ok(())
        })
        .await
    }

    async fn in_time<T>(
        &self,
        dialogue: impl Future<Output = Result<T, MailError>>,
    ) -> Result<T, MailError> {
        tokio::time::timeout(self.config.timeout, dialogue)
            .await
            .unwrap_or(Err(MailError::Timeout))
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let port = self.config.port.unwrap_or(self.config.tls.port());
        let implicit = match self.config.tls {
            Tls::Implicit => self.tls.clone(),
            Tls::None | Tls::StartTls => None,
        };
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (self.config.host.as_str(), port),
            Some(self.config.timeout),
            &self.greeting,
            implicit,
            None,
        )
        .await
        .map_err(|error| match translate(&error) {
            MailError::Unreachable(words) if is_handshake(&error) => MailError::Encryption(words),
            other => other,
        })?;
        if self.config.tls == Tls::StartTls {
            let parameters = self.tls.clone().filter(|_| connection.can_starttls());
            let Some(parameters) = parameters else {
                return Err(MailError::Encryption(
                    "the server does not offer STARTTLS".into(),
                ));
            };
            let upgraded = connection.starttls(parameters, &self.greeting).await;
            upgraded.map_err(|error| match translate(&error) {
                MailError::Timeout => MailError::Timeout,
                other => MailError::Encryption(other.to_string()),
            })?;
        }
        if let Some(credentials) = &self.credentials {
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            let accepted = connection.auth(&mechanisms, credentials).await;
            accepted.map_err(|error| match translate(&error) {
                MailError::Refused { words, .. } | MailError::Protocol(words) => {
                    MailError::LogIn(words)
                }
                other => other,
            })?;
        }
        Ok(connection)
    }
}

fn translate(error: &Error) -> MailError {
    let said = words(&error.to_string());
    if let Some(code) = error.status() {
        let status = u16::from(code);
        return if error.is_permanent() {
            MailError::Refused {
                status,
                words: said,
            }
        } else {
            MailError::PutOff {
                status,
                words: said,
            }
        };
    }
    if error.is_timeout() {
        MailError::Timeout
    } else if error.is_tls() {
        MailError::Encryption(said)
    } else if error.is_response() || error.is_client() {
        MailError::Protocol(said)
    } else {
        MailError::Unreachable(said)
    }
}

/// Whether the TCP connection stood and the TLS one did not: rustls reports what it cannot accept,
/// a certificate or bytes that are no TLS, as invalid data.
fn is_handshake(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(cause) = cause.downcast_ref::<io::Error>() {
            return cause.kind() == io::ErrorKind::InvalidData;
        }
        source = cause.source();
    }
    false
}
