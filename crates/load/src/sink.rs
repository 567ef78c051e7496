//! The far side: every host of the benchmarks behind one socket, answering inboxes after a delay.

use crate::wire::Wire;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// How a host behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Healthy,
    /// Answers 503.
    Failing,
    /// Takes the request and does not answer.
    Hanging,
}

struct State {
    manners: Mutex<HashMap<String, Manner>>,
    arrivals: Mutex<Vec<Instant>>,
    delay: Duration,
}

/// A running sink.
#[derive(Clone)]
pub(crate) struct Sink {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

impl Sink {
    pub(crate) async fn start(delay: Duration) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            manners: Mutex::default(),
            arrivals: Mutex::default(),
            delay,
        });
        let far = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                tokio::spawn(answer(Wire::over(stream), Arc::clone(&far)));
            }
        });
        Ok(Self { address, state })
    }

    pub(crate) fn behave(&self, manners: HashMap<String, Manner>) {
        *self.state.manners.lock().expect("unpoisoned") = manners;
        self.state.arrivals.lock().expect("unpoisoned").clear();
    }

    /// When each request to a healthy host was answered, sorted.
    pub(crate) fn arrivals(&self) -> Vec<Instant> {
        let mut found = self.state.arrivals.lock().expect("unpoisoned").clone();
        found.sort();
        found
    }

    pub(crate) fn count(&self) -> usize {
        self.state.arrivals.lock().expect("unpoisoned").len()
    }
}

async fn answer(mut wire: Wire, state: Arc<State>) {
    while let Ok(Some(message)) = wire.next().await {
        let manner = {
            let manners = state.manners.lock().expect("unpoisoned");
            manners.get(&message.host).copied()
        };
        tokio::time::sleep(state.delay).await;
        let status = match manner {
            Some(Manner::Hanging) => {
                tokio::time::sleep(Duration::from_secs(120)).await;
                return;
            }
            Some(Manner::Failing) => "503 Service Unavailable",
            _ if message.first.starts_with("POST") => {
                state
                    .arrivals
                    .lock()
                    .expect("unpoisoned")
                    .push(Instant::now());
                "202 Accepted"
            }
            _ => "404 Not Found",
        };
        let reply = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        if wire.send(reply.as_bytes()).await.is_err() {
            return;
        }
    }
}
