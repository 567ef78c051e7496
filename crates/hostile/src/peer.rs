//! Actors of the fake hosts and what they say.

use crate::fediverse::{Host, Reply};
use serde_json::{Value, json};
use signatures::PrivateKey;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

/// The RSA key number `n`, made once in a process; always the same.
pub fn key(n: u8) -> PrivateKey {
    static KEYS: LazyLock<Mutex<HashMap<u8, PrivateKey>>> = LazyLock::new(Mutex::default);
    let mut keys = KEYS.lock().expect("no panic while making a key");
    let make = || PrivateKey::generate_rsa([n; 32]).expect("key");
    keys.entry(n).or_insert_with(make).clone()
}

/// An actor of a fake host, with its key.
#[derive(Clone)]
pub struct Peer {
    /// Its host.
    pub host: Host,
    /// Its name.
    pub name: String,
    /// ActivityPub id.
    pub uri: String,
    /// Id of its key.
    pub key_id: String,
    /// Its key.
    pub key: PrivateKey,
    /// Its own inbox.
    pub inbox: String,
}

impl Peer {
    /// An actor whose document, WebFinger and inboxes (202) are served by its host.
    pub fn new(host: &Host, name: &str, key_number: u8) -> Self {
        let uri = host.url(&format!("/users/{name}"));
        let peer = Self {
            host: host.clone(),
            name: name.to_owned(),
            key_id: format!("{uri}#main-key"),
            key: key(key_number),
            inbox: format!("{uri}/inbox"),
            uri,
        };
        peer.serve(&peer.document());
        peer.serve_name();
        host.answer(&format!("/users/{name}/inbox"), Reply::status(202));
        host.answer("/inbox", Reply::status(202));
        peer
    }

    /// Its path on its host.
    pub fn path(&self) -> String {
        format!("/users/{}", self.name)
    }

    /// The public half of its key.
    pub fn pem(&self) -> String {
        self.key.public_key().to_pem().expect("an RSA key")
    }

    /// Its actor document.
    pub fn document(&self) -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": self.uri, "type": "Person", "preferredUsername": self.name, "name": self.name,
            "inbox": self.inbox, "outbox": format!("{}/outbox", self.uri),
            "followers": format!("{}/followers", self.uri),
            "endpoints": {"sharedInbox": self.host.url("/inbox")},
            "publicKey": {"id": self.key_id, "owner": self.uri, "publicKeyPem": self.pem()},
        })
    }

    /// Serves a document at its address.
    pub fn serve(&self, document: &Value) {
        self.host.answer(&self.path(), Reply::activity(document));
    }

    /// Serves its WebFinger.
    pub fn serve_name(&self) {
        let account = format!("acct:{}@{}", self.name, self.host.name);
        let jrd = json!({"subject": account, "links": [
            {"rel": "self", "type": "application/activity+json", "href": self.uri},
        ]});
        let place = format!(
            "/.well-known/webfinger?resource=acct%3A{}%40{}",
            self.name, self.host.name
        );
        let reply = Reply::typed("application/jrd+json", jrd.to_string());
        self.host.answer(&place, reply);
    }

    /// An activity of its own with an id made of `part`.
    pub fn says(&self, kind: &str, part: &str, object: Value) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{}#{part}", self.uri), "type": kind, "actor": self.uri,
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "object": object,
        })
    }

    /// The id of an event of its own.
    pub fn event_uri(&self, part: &str) -> String {
        self.host.url(&format!("/events/{part}"))
    }

    /// An event of its own.
    pub fn event(&self, part: &str, title: &str) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.event_uri(part), "type": "Event", "name": title, "attributedTo": self.uri,
            "to": ["https://www.w3.org/ns/activitystreams#Public"], "cc": [],
            "startTime": "2027-01-15T19:00:00Z", "published": "2026-12-01T10:00:00Z",
        })
    }

    /// Serves an event at its address.
    pub fn serve_event(&self, part: &str, event: &Value) {
        let path = format!("/events/{part}");
        self.host.answer(&path, Reply::activity(event));
    }
}
