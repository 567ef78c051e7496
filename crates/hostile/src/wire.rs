//! A client that writes bytes as they are, whatever they are.

use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// HTTP status; 0 when the connection ended without an answer.
    pub status: u16,
    /// Header lines: name in lower case, value.
    pub headers: Vec<(String, String)>,
    /// Body, chunks and all.
    pub body: Vec<u8>,
}

impl RawAnswer {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// `error` of a JSON body: the refusal's code.
    pub fn code(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }
}

/// Sends bytes on a connection of their own and reads until the other side ends it, 20 s at most.
pub async fn exchange(address: SocketAddr, bytes: &[u8]) -> RawAnswer {
    let mut answer = Vec::new();
    let work = async {
        let mut stream = TcpStream::connect(address).await?;
        // A refusal may come, and the connection end, before all is written.
        let _ = stream.write_all(bytes).await;
        let mut piece = [0; 16 * 1024];
        loop {
            let read = stream.read(&mut piece).await?;
            if read == 0 {
                return std::io::Result::Ok(());
            }
            answer.extend_from_slice(&piece[..read]);
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(20), work).await;
    read_answer(&answer)
}

fn read_answer(bytes: &[u8]) -> RawAnswer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let (head, body) = match end {
        Some(end) => (&bytes[..end], &bytes[end + 4..]),
        None => (bytes, &[][..]),
    };
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
    RawAnswer {
        status: status.unwrap_or(0),
        headers: lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect(),
        body: body.to_vec(),
    }
}
