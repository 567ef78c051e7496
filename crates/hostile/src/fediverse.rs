//! Hosts on one loopback port, told apart by their `Host` header, that answer what they are told to
//! and remember what they were asked.

mod serving;

use serving::{pass_on, read_request, write_reply};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// `Content-Length`.
    Length,
    /// Chunks.
    Chunked,
    /// The connection ends.
    Close,
}

/// A scripted answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header lines, in order.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// How often it is sent: a long body of a short one.
    pub times: usize,
    /// How its end is told.
    pub framing: Framing,
    /// Waits before the first byte.
    pub delay: Duration,
    /// Sends the body in pieces of so many bytes with a wait after each.
    pub pace: Option<(usize, Duration)>,
    /// Sends the head byte by byte with a wait after each.
    pub slow_head: Option<Duration>,
}

impl Reply {
    /// A status without body.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            times: 1,
            framing: Framing::Length,
            delay: Duration::ZERO,
            pace: None,
            slow_head: None,
        }
    }

    /// 200 with a body of a media type.
    pub fn typed(kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut reply = Self::status(200).header("content-type", kind);
        reply.body = body.into();
        reply
    }

    /// 200 with an ActivityStreams document.
    pub fn activity(document: &serde_json::Value) -> Self {
        Self::typed("application/activity+json", document.to_string())
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Self {
        Self::status(302).header("location", to)
    }

    /// With one more header line.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With another framing.
    pub fn framed(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// With a wait before the first byte.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

/// A request that a host got.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Name in the `Host` header.
    pub host: String,
    /// Method.
    pub method: String,
    /// Path and query as on the request line.
    pub target: String,
    /// Header lines: name in lower case, value.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Seen {
    /// A header's value; of the first line when there are several.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(line, _)| line == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

#[derive(Default)]
struct State {
    replies: HashMap<(String, String), Vec<Reply>>,
    onward: HashMap<String, SocketAddr>,
    seen: Vec<Seen>,
    sent: usize,
    names: Vec<String>,
}

/// The hosts of one test.
#[derive(Clone)]
pub struct Fediverse {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// One host.
#[derive(Clone)]
pub struct Host {
    /// For instance `evil.test`.
    pub name: String,
    fediverse: Fediverse,
}

impl Fediverse {
    /// Listens on a free loopback port; `names` are its hosts.
    pub async fn start(names: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("free port");
        let address = listener.local_addr().expect("address");
        let state = Arc::new(Mutex::new(State {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..State::default()
        }));
        let fediverse = Self { address, state };
        let serving = fediverse.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move {
                    let _ = serving.serve(stream).await;
                });
            }
        });
        fediverse
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while scripting")
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Names and addresses for `Settings.hosts`.
    pub fn hosts(&self) -> HashMap<String, SocketAddr> {
        let state = self.state();
        let named = |name: &String| (name.clone(), self.address);
        state.names.iter().map(named).collect()
    }

    /// One of its hosts.
    pub fn host(&self, name: &str) -> Host {
        Host {
            name: name.to_owned(),
            fediverse: self.clone(),
        }
    }

    /// Everything asked since the last [`Fediverse::forget`].
    pub fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// `METHOD host/path` of each, for comparing.
    pub fn asked(&self) -> Vec<String> {
        let line = |seen: &Seen| format!("{} {}{}", seen.method, seen.host, seen.target);
        self.seen().iter().map(line).collect()
    }

    /// How many requests came.
    pub fn count(&self) -> usize {
        self.state().seen.len()
    }

    /// Bytes of bodies that the askers took, or at least their sockets.
    pub fn sent(&self) -> usize {
        self.state().sent
    }

    /// Forgets what was asked; answers stay.
    pub fn forget(&self) {
        let mut state = self.state();
        state.seen.clear();
        state.sent = 0;
    }

    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let Some(seen) = read_request(&mut stream).await? else {
            return Ok(());
        };
        let onward = self.state().onward.get(&seen.host).copied();
        let reply = self.reply_to(&seen);
        self.state().seen.push(seen.clone());
        if let Some(server) = onward {
            return pass_on(&mut stream, &seen, server).await;
        }
        tokio::time::sleep(reply.delay).await;
        let sent = |bytes: usize| self.state().sent += bytes;
        write_reply(&mut stream, &reply, &sent).await
    }

    fn reply_to(&self, seen: &Seen) -> Reply {
        let path = seen.target.split('?').next().unwrap_or_default();
        let mut state = self.state();
        for target in [seen.target.as_str(), path] {
            if let Some(queue) = state
                .replies
                .get_mut(&(seen.host.clone(), target.to_owned()))
            {
                return if queue.len() > 1 {
                    queue.remove(0)
                } else {
                    queue.first().cloned().unwrap_or_else(|| Reply::status(404))
                };
            }
        }
        Reply::status(404)
    }
}

impl Host {
    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        crate::at(&self.name, path)
    }

    /// Answers every request for a path (with a query when given).
    pub fn answer(&self, path: &str, reply: Reply) {
        self.answers(path, vec![reply]);
    }

    /// Answers one after the other; the last one stays.
    pub fn answers(&self, path: &str, replies: Vec<Reply>) {
        let place = (self.name.clone(), path.to_owned());
        self.fediverse.state().replies.insert(place, replies);
    }

    /// A real server stands behind it: requests are passed on and their answers back.
    pub fn stands_for(&self, server: SocketAddr) {
        let mut state = self.fediverse.state();
        state.onward.insert(self.name.clone(), server);
    }

    /// How often a path was asked, whatever its query.
    pub fn count(&self, path: &str) -> usize {
        self.seen(path).len()
    }

    /// What was asked of a path, whatever its query.
    pub fn seen(&self, path: &str) -> Vec<Seen> {
        let mut seen = self.fediverse.seen();
        seen.retain(|seen| seen.host == self.name && seen.target.split('?').next() == Some(path));
        seen
    }

    /// Says by NodeInfo which software it is.
    pub fn software(&self, name: &str) {
        let links = serde_json::json!({"links": [{
            "rel": "http://nodeinfo.diaspora.software/ns/schema/2.0",
            "href": self.url("/nodeinfo/2.0"),
        }]});
        let info = serde_json::json!({
            "version": "2.0", "software": {"name": name, "version": "1"},
            "protocols": ["activitypub"], "usage": {"users": {}}, "openRegistrations": false,
        });
        let json = |value: serde_json::Value| Reply::typed("application/json", value.to_string());
        self.answer("/.well-known/nodeinfo", json(links));
        self.answer("/nodeinfo/2.0", json(info));
    }
}
