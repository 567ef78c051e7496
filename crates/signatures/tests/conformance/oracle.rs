//! Another implementation (`actpub-httpsig`) reads what we sign, and we read what it signs.

use actpub_httpsig::{
    CavageSigner, Component, Rfc9421Signer, SigningKey, VerifyPolicy, VerifyingKey,
    cavage_verify_with_policy, parse_signature_dict, parse_signature_input_dict,
    verify_content_digest_header,
};
use signatures::{Body, Outgoing, PrivateKey, Signer, digest_header, format_http_date};
use url::Url;

use crate::sender::{BODY, ED25519, HOST, KEY_ID, OTHER_RSA, RSA, Wire, now};

const INBOX: &str = "https://ours.example/users/a/inbox";

fn theirs(key: &PrivateKey) -> SigningKey {
    SigningKey::from_pem(&key.to_pem()).unwrap()
}

fn sent(headers: Vec<signatures::Header>) -> http::Request<Vec<u8>> {
    let mut request = http::Request::post(INBOX);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    request.body(BODY.to_vec()).unwrap()
}

fn outgoing(url: &Url) -> Outgoing<'_> {
    let body = Body {
        content_type: "application/activity+json",
        bytes: BODY,
    };
    Outgoing {
        method: "POST",
        url,
        body: Some(body),
    }
}

/// The accepted request, and the same with another key or path.
fn check(
    request: &http::Request<Vec<u8>>,
    key: &PrivateKey,
    verify: impl Fn(&http::Request<Vec<u8>>, VerifyingKey) -> bool,
) {
    assert!(verify(request, theirs(key).verifying_key()));
    assert!(!verify(request, theirs(&OTHER_RSA).verifying_key()));
    let mut moved = request.clone();
    *moved.uri_mut() = "https://ours.example/users/b/inbox".parse().unwrap();
    assert!(!verify(&moved, theirs(key).verifying_key()));
}

#[test]
fn it_reads_our_draft_cavage() {
    let url = Url::parse(INBOX).unwrap();
    let signer = Signer::new(KEY_ID, RSA.clone()).unwrap();
    let request = sent(signer.sign_cavage(&outgoing(&url), now()).unwrap());
    check(&request, &RSA, |request, key| {
        let policy = VerifyPolicy::mastodon();
        let read = cavage_verify_with_policy(request, &policy, now(), |id| {
            assert_eq!(id, KEY_ID);
            Ok(key.clone())
        });
        read.is_ok()
    });
}

/// Its verifier writes `keyid` and `alg` back in an order of its own, which section 2.5 of the RFC
/// does not allow; so it parses the headers and checks the signature, and the base between them is
/// put together here, with the parameters as they were sent.
fn verify_rfc9421(request: &http::Request<Vec<u8>>, key: &VerifyingKey) -> bool {
    let value = |name: &str| request.headers()[name].to_str().unwrap();
    let (label, input) = parse_signature_input_dict(value("signature-input"))
        .unwrap()
        .remove(0);
    assert_eq!(label, "sig1");
    assert_eq!(input.keyid.as_deref(), Some(KEY_ID));
    assert_eq!(input.created, Some(now().timestamp()));
    verify_content_digest_header(value("content-digest"), request.body()).unwrap();
    let mut base = String::new();
    for component in &input.components {
        let value = match component.identifier() {
            "@method" => request.method().to_string(),
            "@target-uri" => request.uri().to_string(),
            header => value(header).to_owned(),
        };
        base.push_str(&format!("{}: {value}\n", component.lexical()));
    }
    let parameters = value("signature-input").strip_prefix("sig1=").unwrap();
    base.push_str(&format!("\"@signature-params\": {parameters}"));
    let (_, signature) = parse_signature_dict(value("signature")).unwrap().remove(0);
    key.verify(base.as_bytes(), &signature).is_ok()
}

#[test]
fn it_reads_our_rfc_9421() {
    let url = Url::parse(INBOX).unwrap();
    for key in [&*RSA, &*ED25519] {
        let signer = Signer::new(KEY_ID, key.clone()).unwrap();
        let request = sent(signer.sign_rfc9421(&outgoing(&url), now()).unwrap());
        check(&request, key, |request, key| verify_rfc9421(request, &key));
    }
}

/// What it made, as it would come over the wire to us.
fn received(request: &http::Request<Vec<u8>>) -> Wire {
    let lines = request.headers().iter();
    Wire {
        method: request.method().to_string(),
        target: request.uri().path().to_owned(),
        headers: lines
            .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
            .collect(),
        body: request.body().clone(),
    }
}

fn to_sign() -> http::Request<Vec<u8>> {
    http::Request::post(INBOX)
        .header("host", HOST)
        .header("date", format_http_date(now()))
        .header("digest", digest_header(BODY))
        .header(
            "content-digest",
            actpub_httpsig::content_digest_header(BODY),
        )
        .header("content-type", "application/activity+json")
        .body(BODY.to_vec())
        .unwrap()
}

#[test]
fn we_read_its_draft_cavage() {
    let key = theirs(&RSA);
    let mut request = to_sign();
    CavageSigner::new(&key, KEY_ID).sign(&mut request).unwrap();
    assert_eq!(received(&request).judge(), Ok(()));
    let created = now().timestamp();
    let mut request = to_sign();
    CavageSigner::new(&key, KEY_ID)
        .with_headers([
            "(request-target)",
            "(created)",
            "(expires)",
            "host",
            "digest",
        ])
        .with_created(created)
        .with_expires(created + 60)
        .sign(&mut request)
        .unwrap();
    assert_eq!(received(&request).judge(), Ok(()));
    let mut tampered = received(&request);
    tampered.target.push('x');
    assert!(tampered.judge().is_err());
}

#[test]
fn we_read_its_rfc_9421() {
    for key in [&*RSA, &*ED25519] {
        let their_key = theirs(key);
        let components = ["@method", "@target-uri", "host", "date", "content-digest"];
        let mut request = to_sign();
        Rfc9421Signer::new(&their_key, KEY_ID)
            .with_components(
                components
                    .map(|name| Component::parse(name).unwrap())
                    .to_vec(),
            )
            .with_created(now().timestamp())
            .with_expires(now().timestamp() + 60)
            .with_nonce("n")
            .sign(&mut request)
            .unwrap();
        let wire = received(&request);
        assert_eq!(wire.read().unwrap().verify(key.public_key()), Ok(()));
        let mut tampered = wire;
        tampered.method = "PUT".into();
        assert!(tampered.read().unwrap().verify(key.public_key()).is_err());
    }
}
