//! A web server with scripted answers, reached as `calendar.localhost`.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A path and the whole answer to it.
type Scripted = (String, Vec<u8>);

/// What it answers and what it was asked.
#[derive(Clone, Default)]
pub(crate) struct Server {
    port: u16,
    answers: Arc<Mutex<Vec<Scripted>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// A whole answer.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} X\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    [head.as_bytes(), body].concat()
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            ..Self::default()
        };
        let own = server.clone();
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut head = Vec::new();
                let mut piece = [0; 1_024];
                while !head.windows(4).any(|four| four == b"\r\n\r\n") {
                    match socket.read(&mut piece).await {
                        Ok(0) | Err(_) => break,
                        Ok(n) => head.extend_from_slice(&piece[..n]),
                    }
                }
                let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                own.asked.lock().unwrap().push(head);
                let bytes = own.answer_to(&path);
                let _ = socket.write_all(&bytes).await;
                let _ = socket.shutdown().await;
            }
        });
        server
    }

    fn answer_to(&self, path: &str) -> Vec<u8> {
        let answers = self.answers.lock().unwrap();
        let found = answers.iter().rev().find(|(at, _)| at == path);
        found.map_or_else(|| answer(404, &[], b""), |(_, bytes)| bytes.clone())
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://calendar.localhost:{}{path}", self.port)
    }

    /// The answer to `path` from now on.
    pub(crate) fn says(&self, path: &str, answer: Vec<u8>) {
        self.answers.lock().unwrap().push((path.to_owned(), answer));
    }

    /// The heads of all requests since the last call, in small letters.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}
