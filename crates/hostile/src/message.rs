//! A delivery of which every part can be varied, signed by code of its own: only the bare RSA
//! operation is shared with the server under test.

use crate::wire::{RawAnswer, exchange};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use signatures::PrivateKey;
use std::net::SocketAddr;

/// `SHA-256=…` of a body.
pub fn digest(body: &[u8]) -> String {
    format!("SHA-256={}", STANDARD.encode(Sha256::digest(body)))
}

/// A `Date` header's value.
pub fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A request to send; all of it may be changed before and after signing.
#[derive(Debug, Clone)]
pub struct Message {
    /// Method.
    pub method: String,
    /// Path and query as they go on the request line.
    pub target: String,
    /// Header lines in order, without `Content-Length`.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
    /// False to leave `Content-Length` to the header lines.
    pub measured: bool,
}

/// What honest senders sign on a POST.
pub(crate) const HONEST: [&str; 4] = ["(request-target)", "host", "date", "digest"];

impl Message {
    /// A POST of a document with `Host`, `Date`, `Digest` and `Content-Type`.
    pub fn post(host: &str, target: &str, document: &Value, now: DateTime<Utc>) -> Self {
        Self::post_bytes(host, target, document.to_string().into_bytes(), now)
    }

    /// A POST of any bytes.
    pub fn post_bytes(host: &str, target: &str, body: Vec<u8>, now: DateTime<Utc>) -> Self {
        let line = |name: &str, value: String| (name.to_owned(), value);
        Self {
            method: "POST".to_owned(),
            target: target.to_owned(),
            headers: vec![
                line("Host", host.to_owned()),
                line("Date", http_date(now)),
                line("Digest", digest(&body)),
                line("Content-Type", "application/activity+json".to_owned()),
            ],
            body,
            measured: true,
        }
    }

    /// A GET.
    pub fn get(host: &str, target: &str, accept: &str) -> Self {
        Self {
            method: "GET".to_owned(),
            target: target.to_owned(),
            headers: vec![
                ("Host".to_owned(), host.to_owned()),
                ("Accept".to_owned(), accept.to_owned()),
            ],
            body: Vec::new(),
            measured: false,
        }
    }

    /// The first line of a header.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter();
        let mut found = found.filter(|(line, _)| line.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }

    /// Replaces every line of a header by one, or adds it.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.with(name, value)
    }

    /// Adds a line.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a line before all others.
    pub fn with_first(mut self, name: &str, value: &str) -> Self {
        let line = (name.to_owned(), value.to_owned());
        self.headers.insert(0, line);
        self
    }

    /// Drops every line of a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(line, _)| !line.eq_ignore_ascii_case(name));
        self
    }

    fn string(&self, covered: &[&str]) -> String {
        let line = |name: &&str| match *name {
            "(request-target)" => format!(
                "(request-target): {} {}",
                self.method.to_lowercase(),
                self.target
            ),
            name => format!("{name}: {}", self.value(name).unwrap_or_default()),
        };
        covered.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Signs as draft-cavage over a list of headers.
    pub fn sign_over(self, key: &PrivateKey, key_id: &str, covered: &[&str]) -> Self {
        self.sign_as(key, key_id, covered, "rsa-sha256")
    }

    /// Signs as draft-cavage and names an algorithm.
    pub fn sign_as(
        self,
        key: &PrivateKey,
        key_id: &str,
        covered: &[&str],
        algorithm: &str,
    ) -> Self {
        let signature = key
            .sign(self.string(covered).as_bytes())
            .expect("signature");
        let value = format!(
            "keyId=\"{key_id}\",algorithm=\"{algorithm}\",headers=\"{}\",signature=\"{}\"",
            covered.join(" "),
            STANDARD.encode(signature)
        );
        self.with("Signature", &value)
    }

    /// Signs as honest senders do.
    pub fn sign(self, key: &PrivateKey, key_id: &str) -> Self {
        self.sign_over(key, key_id, &HONEST)
    }

    /// Signs as RFC 9421 over `@method`, `@target-uri` and `content-digest`, which it adds.
    pub fn sign_rfc9421(self, key: &PrivateKey, key_id: &str, created: DateTime<Utc>) -> Self {
        let content = STANDARD.encode(Sha256::digest(&self.body));
        let host = self.value("host").unwrap_or_default().to_owned();
        let parameters = format!(
            "(\"@method\" \"@target-uri\" \"content-digest\");created={};keyid=\"{key_id}\";alg=\"rsa-v1_5-sha256\"",
            created.timestamp()
        );
        let base = format!(
            "\"@method\": {}\n\"@target-uri\": http://{host}{}\n\"content-digest\": sha-256=:{content}:\n\"@signature-params\": {parameters}",
            self.method, self.target
        );
        let signature = STANDARD.encode(key.sign(base.as_bytes()).expect("signature"));
        self.without("digest")
            .with("Content-Digest", &format!("sha-256=:{content}:"))
            .with("Signature-Input", &format!("sig1={parameters}"))
            .with("Signature", &format!("sig1=:{signature}:"))
    }

    /// The bytes on the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if self.measured {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("Connection: close\r\n\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Sends it.
    pub async fn send(&self, to: SocketAddr) -> RawAnswer {
        exchange(to, &self.bytes()).await
    }
}
