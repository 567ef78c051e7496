//! A sender that signs by hand, byte by byte from the specifications, so that the gate is not
//! tested against its own idea of a signing string. Its keys are made from fixed seeds: no secrets.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use signatures::{
    Claim, Policy, PrivateKey, Refusal, Request, content_digest_header, digest_header,
    format_http_date,
};

pub(crate) const HOST: &str = "ours.example";
pub(crate) const KEY_ID: &str = "https://peer.example/users/ana#main-key";
pub(crate) const BODY: &[u8] = br#"{"type":"Follow"}"#;

pub(crate) static RSA: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::generate_rsa([7; 32]).unwrap());
pub(crate) static OTHER_RSA: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::generate_rsa([8; 32]).unwrap());
pub(crate) static ED25519: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::from_ed25519_seed(&[9; 32]).unwrap());

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

/// A request on the wire, to be tampered with.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    /// An unsigned POST with every header a peer sends, dated `date`.
    pub(crate) fn post(date: DateTime<Utc>) -> Self {
        Self {
            method: "POST".into(),
            target: "/users/a/inbox".into(),
            headers: Vec::new(),
            body: BODY.to_vec(),
        }
        .with("host", HOST)
        .with("date", &format_http_date(date))
        .with("digest", &digest_header(BODY))
        .with("content-digest", &content_digest_header(BODY))
        .with("content-type", "application/activity+json")
    }

    pub(crate) fn get(target: &str, date: DateTime<Utc>) -> Self {
        Self {
            method: "GET".into(),
            target: target.into(),
            headers: Vec::new(),
            body: Vec::new(),
        }
        .with("host", HOST)
        .with("date", &format_http_date(date))
    }

    /// The accepted twin of most refusals.
    pub(crate) fn signed_post() -> Self {
        Self::post(now()).cavage("(request-target) host date digest content-type", "")
    }

    pub(crate) fn signed_get(target: &str) -> Self {
        Self::get(target, now()).cavage("(request-target) host date", "")
    }

    /// Adds a line at the end.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.as_bytes().to_vec()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(line, _)| line != name);
        self
    }

    pub(crate) fn replaced(self, name: &str, value: &str) -> Self {
        self.without(name).with(name, value)
    }

    pub(crate) fn value(&self, name: &str) -> String {
        let line = self.headers.iter().find(|(line, _)| line == name);
        String::from_utf8(line.unwrap().1.clone()).unwrap()
    }

    /// Signs as draft-cavage over `names`; `parameters` (`created=1,`) go before `headers`.
    pub(crate) fn cavage(self, names: &str, parameters: &str) -> Self {
        let target = self.target.clone();
        self.cavage_for(&target, names, parameters)
    }

    /// The same for another target than the one on the wire.
    pub(crate) fn cavage_for(self, target: &str, names: &str, parameters: &str) -> Self {
        let parameter = |name: &str| {
            let mut pairs = parameters
                .split(',')
                .filter_map(|pair| pair.split_once('='));
            let (_, value) = pairs.find(|(key, _)| key.trim() == name).unwrap();
            value.trim().trim_matches('"').to_owned()
        };
        let lines: Vec<String> = names
            .split(' ')
            .map(|name| match name {
                "(request-target)" => {
                    format!("{name}: {} {target}", self.method.to_lowercase())
                }
                "(created)" => format!("{name}: {}", parameter("created")),
                "(expires)" => format!("{name}: {}", parameter("expires")),
                header => format!("{header}: {}", self.value(header)),
            })
            .collect();
        let signature = STANDARD.encode(RSA.sign(lines.join("\n").as_bytes()).unwrap());
        self.with(
            "signature",
            &format!(r#"keyId="{KEY_ID}",{parameters}headers="{names}",signature="{signature}""#),
        )
    }

    /// Signs as RFC 9421 over `components` (`"@method" "@target-uri"`) with `parameters`
    /// (`;created=1`), which the key id is added to.
    pub(crate) fn rfc9421(self, components: &str, parameters: &str, key: &PrivateKey) -> Self {
        let path = self.target.split('?').next().unwrap();
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let mut base = String::new();
        for quoted in components.split(' ').filter(|name| !name.is_empty()) {
            let value = match quoted.trim_matches('"') {
                "@method" => self.method.clone(),
                "@target-uri" => format!("https://{HOST}{}", self.target),
                "@authority" => HOST.to_owned(),
                "@path" => path.to_owned(),
                "@query" => format!("?{query}"),
                header => self.value(header),
            };
            base.push_str(&format!("{quoted}: {value}\n"));
        }
        let params = format!(r#"({components}){parameters};keyid="{KEY_ID}""#);
        base.push_str(&format!("\"@signature-params\": {params}"));
        let signature = STANDARD.encode(key.sign(base.as_bytes()).unwrap());
        self.with("signature-input", &format!("sig1={params}"))
            .with("signature", &format!("sig1=:{signature}:"))
    }

    pub(crate) fn read_with(&self, policy: &Policy, now: DateTime<Utc>) -> Result<Claim, Refusal> {
        let headers: Vec<(&str, &[u8])> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect();
        let request = Request {
            method: &self.method,
            target: &self.target,
            scheme: "https",
            authority: HOST,
            headers: &headers,
            body: &self.body,
        };
        Claim::read(&request, policy, now)
    }

    pub(crate) fn read(&self) -> Result<Claim, Refusal> {
        self.read_with(&Policy::default(), now())
    }

    /// Read at `now` and verified with the sender's RSA key.
    pub(crate) fn judge_at(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.read_with(&Policy::default(), now)?
            .verify(RSA.public_key())
    }

    pub(crate) fn judge(&self) -> Result<(), Refusal> {
        self.judge_at(now())
    }
}

pub(crate) fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

#[test]
fn sig_01_the_control_is_accepted() {
    assert_eq!(Wire::signed_post().judge(), Ok(()));
    assert_eq!(Wire::signed_get("/users/a").judge(), Ok(()));
    let created = format!(";created={}", now().timestamp());
    let post = Wire::post(now());
    let components = r#""@method" "@target-uri" "content-digest""#;
    assert_eq!(post.rfc9421(components, &created, &RSA).judge(), Ok(()));
    let claim = Wire::signed_post().read().unwrap();
    assert_eq!(claim.key_id(), KEY_ID);
    assert!(claim.covers_digest());
    assert_eq!(claim.signed_at(), now());
    assert_eq!(claim.accepted_until(), now() + minutes(60));
    assert_eq!(
        claim.verify(OTHER_RSA.public_key()),
        Err(Refusal::SignatureInvalid)
    );
}
