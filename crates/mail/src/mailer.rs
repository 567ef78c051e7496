//! Handing a message over.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::{AsyncSendmailTransport, AsyncTransport, Tokio1Executor};

use crate::address::EmailAddress;
use crate::compose::compose;
use crate::config::{MailConfig, Transport};
use crate::error::{MailError, words};
use crate::message::{Message, MessageKind};
use crate::smtp::SmtpServer;

/// Sends messages; share it in an `Arc`.
#[derive(Debug)]
pub struct Mailer {
    way: Way,
    bulk: Option<Way>,
    sender: Option<Sender>,
}

#[derive(Debug)]
struct Sender {
    address: EmailAddress,
    name: String,
    host: String,
}

#[derive(Debug)]
enum Way {
    None,
    Smtp(SmtpServer),
    Sendmail { command: PathBuf, timeout: Duration },
    Folder(PathBuf),
}

impl Way {
    fn new(transport: Transport, host: &str) -> Result<Self, MailError> {
        Ok(match transport {
            Transport::None => Self::None,
            Transport::Smtp(config) => Self::Smtp(SmtpServer::new(config, host)?),
            Transport::Sendmail { command, timeout } => Self::Sendmail {
                command: command.unwrap_or_else(|| "sendmail".into()),
                timeout,
            },
            Transport::Folder(path) => Self::Folder(path),
        })
    }
}

impl Mailer {
    /// Checks the configuration; connects to nothing.
    ///
    /// # Errors
    /// `Configuration`.
    pub fn new(config: MailConfig) -> Result<Self, MailError> {
        let way = Way::new(config.transport, &config.host)?;
        let bulk = config
            .bulk
            .map(|transport| Way::new(transport, &config.host))
            .transpose()?;
        let sends = |way: &Way| !matches!(way, Way::None);
        let sender = if sends(&way) || bulk.as_ref().is_some_and(sends) {
            let missing = || MailError::Configuration("the sender's address is missing".into());
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
            if config.host.is_empty() || !config.host.bytes().all(plain) {
                return Err(MailError::Configuration(
                    "our own host name is not valid".into(),
                ));
            }
            Some(Sender {
                address: config.from.ok_or_else(missing)?,
                name: config.from_name,
                host: config.host,
            })
        } else {
            None
        };
        Ok(Self { way, bulk, sender })
    }

    /// Whether messages somebody waits for can be sent at all. If not, accounts live without
    /// confirmation by mail.
    pub fn is_configured(&self) -> bool {
        !matches!(self.way, Way::None)
    }

    /// Hands the message over, once. `Ok` means that the next server (or the command, or the
    /// folder) has taken it.
    ///
    /// # Errors
    /// `NotConfigured`; `Invalid` for what can never be sent; the others as the transport fails,
    /// with [`MailError::is_temporary`].
    pub async fn send(&self, message: Message) -> Result<(), MailError> {
        let way = match message.kind {
            MessageKind::Bulk => self.bulk.as_ref().unwrap_or(&self.way),
            MessageKind::Account | MessageKind::Notification => &self.way,
        };
        let (Some(sender), false) = (&self.sender, matches!(way, Way::None)) else {
            return Err(MailError::NotConfigured);
        };
        let composed = compose(&message, &sender.address, &sender.name, &sender.host)?;
        match way {
            Way::None => Err(MailError::NotConfigured),
            Way::Smtp(server) => {
                let envelope = composed.envelope();
                server.send(envelope, &composed.formatted()).await
            }
            Way::Sendmail { command, timeout } => {
                let transport = AsyncSendmailTransport::<Tokio1Executor>::new_with_command(command);
                tokio::time::timeout(*timeout, transport.send(composed))
                    .await
                    .map_err(|_| MailError::Timeout)?
                    .map_err(|error| MailError::Command(words(&error.to_string())))
            }
            Way::Folder(folder) => {
                let name = format!("{}-{}.eml", message.date.timestamp(), message.id);
                let (folder, bytes) = (folder.clone(), composed.formatted());
                tokio::task::spawn_blocking(move || write_whole(&folder, &name, &bytes))
                    .await
                    .map_err(|error| MailError::Folder(error.into()))?
                    .map_err(MailError::Folder)
            }
        }
    }

    /// Tries the way out without sending: for SMTP, connects and logs in.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub async fn check(&self) -> Result<(), MailError> {
        match &self.way {
            Way::None => Err(MailError::NotConfigured),
            Way::Smtp(server) => server.check().await,
            Way::Sendmail { .. } => Ok(()),
            Way::Folder(folder) => {
                let folder = folder.clone();
                tokio::task::spawn_blocking(move || {
                    std::fs::create_dir_all(&folder)?;
                    tempfile::NamedTempFile::new_in(&folder).map(drop)
                })
                .await
                .map_err(|error| MailError::Folder(error.into()))?
                .map_err(MailError::Folder)
            }
        }
    }
}

/// A reader of the folder never sees half a message.
fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(folder.join(name))?;
    Ok(())
}
