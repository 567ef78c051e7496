//! A small SMTP server (RFC 5321) on a real socket, which keeps what it receives.
#![allow(dead_code, unreachable_pub)]

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// How the server misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manner {
    /// Takes everything.
    #[default]
    Kind,
    /// Wants a log-in, and knows `kiosque` / `pâssword`.
    WantsLogIn,
    /// Answers RCPT with this.
    Recipient(&'static str),
    /// Answers the end of the data with this.
    Data(&'static str),
    /// Answers the end of the data never.
    SilentAtTheEnd,
    /// Never greets.
    Silent,
    /// Sends one byte of an endless greeting at a time.
    Dripping,
    /// Is no SMTP server.
    Http,
    /// Closes at once.
    Closing,
    /// Offers STARTTLS, then goes on in clear.
    FalseStartTls,
    /// Does not answer QUIT.
    NoFarewell,
}

#[derive(Debug, Default, Clone)]
pub struct Received {
    /// Each line of the client, log-ins included.
    pub commands: Vec<String>,
    /// Each message, dots unstuffed, that was taken.
    pub messages: Vec<String>,
}

#[derive(Clone)]
pub struct Server {
    pub port: u16,
    received: Arc<Mutex<Received>>,
}

impl Server {
    pub async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Received::default()));
        let server = Self { port, received };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.talk(stream, manner).await });
            }
        });
        server
    }

    pub fn received(&self) -> Received {
        self.received.lock().unwrap().clone()
    }

    /// The one message that came.
    pub fn message(&self) -> String {
        let received = self.received();
        assert_eq!(received.messages.len(), 1, "{received:?}");
        received.messages[0].clone()
    }

    async fn talk(&self, stream: TcpStream, manner: Manner) -> Option<()> {
        let (reader, mut writer) = stream.into_split();
        let mut lines = BufReader::new(reader).lines();
        match manner {
            Manner::Silent => std::future::pending().await,
            Manner::Closing => return None,
            Manner::Http => writer.write_all(b"HTTP/1.1 400 Bad\r\n\r\n").await.ok()?,
            Manner::Dripping => loop {
                writer.write_all(b"2").await.ok()?;
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            },
            _ => writer.write_all(b"220 mail.example ESMTP\r\n").await.ok()?,
        }
        while let Some(line) = lines.next_line().await.ok()? {
            self.received.lock().unwrap().commands.push(line.clone());
            let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
            let answer = match verb.as_str() {
                "EHLO" if manner == Manner::WantsLogIn => {
                    "250-mail.example\r\n250 AUTH PLAIN LOGIN"
                }
                "EHLO" if manner == Manner::FalseStartTls => "250-mail.example\r\n250 STARTTLS",
                "EHLO" => "250-mail.example\r\n250 8BITMIME",
                "AUTH" if line == "AUTH PLAIN AGtpb3NxdWUAcMOic3N3b3Jk" => "235 welcome",
                "AUTH" => "535 5.7.8 who are you",
                "STARTTLS" => "220 go on",
                "MAIL" | "NOOP" | "RSET" => "250 OK",
                "RCPT" => match manner {
                    Manner::Recipient(answer) => answer,
                    _ => "250 OK",
                },
                "DATA" => {
                    writer.write_all(b"354 go on\r\n").await.ok()?;
                    let mut message = String::new();
                    loop {
                        let line = lines.next_line().await.ok()??;
                        if line == "." {
                            break;
                        }
                        message.push_str(line.strip_prefix('.').unwrap_or(&line));
                        message.push_str("\r\n");
                    }
                    match manner {
                        Manner::SilentAtTheEnd => std::future::pending().await,
                        Manner::Data(answer) => answer,
                        _ => {
                            self.received.lock().unwrap().messages.push(message);
                            "250 taken"
                        }
                    }
                }
                "QUIT" if manner == Manner::NoFarewell => std::future::pending().await,
                "QUIT" => "221 bye",
                _ => "500 what",
            };
            writer.write_all(answer.as_bytes()).await.ok()?;
            writer.write_all(b"\r\n").await.ok()?;
        }
        Some(())
    }
}
