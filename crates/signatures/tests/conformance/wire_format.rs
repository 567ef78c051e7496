//! R-SIG-01 and R-SIG-02: what our requests look like, and that our own gate takes them.

use chrono::{DateTime, Utc};
use signatures::{Body, Claim, Header, Outgoing, Policy, PrivateKey, Request, Signer};
use signatures::{SigningError, content_digest_header, digest_header, format_http_date};
use url::Url;

use crate::sender::{BODY, ED25519, KEY_ID, RSA, now};

const TYPE: &str = "application/activity+json";

fn post(url: &Url) -> Outgoing<'_> {
    let body = Body {
        content_type: TYPE,
        bytes: BODY,
    };
    Outgoing {
        method: "POST",
        url,
        body: Some(body),
    }
}

fn get(url: &Url) -> Outgoing<'_> {
    Outgoing {
        method: "GET",
        url,
        body: None,
    }
}

/// What the receiver at `authority` makes of `headers`.
fn receive(
    outgoing: &Outgoing<'_>,
    authority: &str,
    headers: &[Header],
    now: DateTime<Utc>,
) -> Claim {
    let lines: Vec<(&str, &[u8])> = headers.iter().map(|(n, v)| (*n, v.as_bytes())).collect();
    let target = &outgoing.url[url::Position::BeforePath..url::Position::AfterQuery];
    let request = Request {
        method: outgoing.method,
        target,
        scheme: outgoing.url.scheme(),
        authority,
        headers: &lines,
        body: outgoing.body.map_or(&[], |body| body.bytes),
    };
    Claim::read(&request, &Policy::default(), now).unwrap()
}

fn names(headers: &[Header]) -> Vec<&'static str> {
    headers.iter().map(|(name, _)| *name).collect()
}

fn value<'a>(headers: &'a [Header], name: &str) -> &'a str {
    &headers.iter().find(|(line, _)| *line == name).unwrap().1
}

#[test]
fn r_sig_01_a_post() {
    let url = Url::parse("https://Peer.example:443/users/ana/inbox?x=1#y").unwrap();
    let signer = Signer::new(KEY_ID, RSA.clone()).unwrap();
    let headers = signer.sign_cavage(&post(&url), now()).unwrap();
    assert_eq!(
        names(&headers),
        ["host", "date", "digest", "content-type", "signature"]
    );
    assert_eq!(value(&headers, "host"), "peer.example");
    assert_eq!(value(&headers, "date"), format_http_date(now()));
    assert_eq!(value(&headers, "digest"), digest_header(BODY));
    assert!(value(&headers, "digest").starts_with("SHA-256="));
    let head = format!(
        "keyId=\"{KEY_ID}\",algorithm=\"rsa-sha256\",\
         headers=\"(request-target) host date digest content-type\",signature=\""
    );
    assert!(value(&headers, "signature").starts_with(&head));
    let claim = receive(&post(&url), "peer.example", &headers, now());
    assert_eq!(claim.verify(RSA.public_key()), Ok(()));
    assert!(claim.covers_digest());
}

#[test]
fn r_sig_01_the_signing_string_is_the_specification_s() {
    let url = Url::parse("https://peer.example/inbox").unwrap();
    let signer = Signer::new(KEY_ID, RSA.clone()).unwrap();
    let headers = signer.sign_cavage(&post(&url), now()).unwrap();
    let string = format!(
        "(request-target): post /inbox\nhost: peer.example\ndate: {}\ndigest: {}\ncontent-type: {TYPE}",
        format_http_date(now()),
        digest_header(BODY)
    );
    use base64::Engine as _;
    let signature = RSA.sign(string.as_bytes()).unwrap();
    let signature = base64::engine::general_purpose::STANDARD.encode(signature);
    assert!(value(&headers, "signature").ends_with(&format!("signature=\"{signature}\"")));
}

#[test]
fn r_sig_03_r_sig_04_a_get_with_its_query() {
    let url = Url::parse("https://peer.example:8443/outbox?page=2").unwrap();
    let signer = Signer::new(KEY_ID, RSA.clone()).unwrap();
    let headers = signer.sign_cavage(&get(&url), now()).unwrap();
    assert_eq!(names(&headers), ["host", "date", "signature"]);
    assert_eq!(value(&headers, "host"), "peer.example:8443");
    assert!(value(&headers, "signature").contains("headers=\"(request-target) host date\""));
    let claim = receive(&get(&url), "peer.example:8443", &headers, now());
    assert_eq!(claim.verify(RSA.public_key()), Ok(()));
}

#[test]
fn r_sig_02_a_second_knock() {
    let url = Url::parse("https://peer.example/inbox").unwrap();
    for (key, algorithm) in [(&*RSA, "rsa-v1_5-sha256"), (&*ED25519, "ed25519")] {
        let signer = Signer::new(KEY_ID, PrivateKey::clone(key)).unwrap();
        let headers = signer.sign_rfc9421(&post(&url), now()).unwrap();
        let expected = [
            "host",
            "date",
            "content-digest",
            "content-type",
            "signature-input",
            "signature",
        ];
        assert_eq!(names(&headers), expected);
        assert_eq!(
            value(&headers, "content-digest"),
            content_digest_header(BODY)
        );
        let input = format!(
            "sig1=(\"@method\" \"@target-uri\" \"content-digest\");created={};\
             keyid=\"{KEY_ID}\";alg=\"{algorithm}\"",
            now().timestamp()
        );
        assert_eq!(value(&headers, "signature-input"), input);
        assert!(value(&headers, "signature").starts_with("sig1=:"));
        let claim = receive(&post(&url), "peer.example", &headers, now());
        assert_eq!(claim.verify(key.public_key()), Ok(()));

        let headers = signer.sign_rfc9421(&get(&url), now()).unwrap();
        assert_eq!(
            names(&headers),
            ["host", "date", "signature-input", "signature"]
        );
        let input = value(&headers, "signature-input");
        assert!(input.starts_with("sig1=(\"@method\" \"@target-uri\");created="));
        let claim = receive(&get(&url), "peer.example", &headers, now());
        assert_eq!(claim.verify(key.public_key()), Ok(()));
    }
}

#[test]
fn ed25519_in_draft_cavage_names_hs2019() {
    let url = Url::parse("https://peer.example/inbox").unwrap();
    let signer = Signer::new(KEY_ID, ED25519.clone()).unwrap();
    let headers = signer.sign_cavage(&post(&url), now()).unwrap();
    assert!(value(&headers, "signature").contains("algorithm=\"hs2019\""));
    let claim = receive(&post(&url), "peer.example", &headers, now());
    assert_eq!(claim.verify(ED25519.public_key()), Ok(()));
}

#[test]
fn what_cannot_be_signed() {
    for key_id in ["", "a b", "a\"b", "a,b", "a\\b", "é"] {
        let refusal = Signer::new(key_id, RSA.clone()).unwrap_err();
        assert_eq!(refusal, SigningError::KeyId, "{key_id}");
    }
    let signer = Signer::new(KEY_ID, RSA.clone()).unwrap();
    let no_host = Url::parse("data:text/plain,x").unwrap();
    let url = Url::parse("https://peer.example/inbox").unwrap();
    let lower = Outgoing {
        method: "post",
        ..post(&url)
    };
    let injected = Outgoing {
        body: Some(Body {
            content_type: "a\r\nx: y",
            bytes: BODY,
        }),
        ..post(&url)
    };
    for outgoing in [post(&no_host), lower, injected] {
        for result in [
            signer.sign_cavage(&outgoing, now()),
            signer.sign_rfc9421(&outgoing, now()),
        ] {
            assert_eq!(result.unwrap_err(), SigningError::Request);
        }
    }
}

#[test]
fn r_sig_15_a_name_for_the_replay_cache() {
    let url = Url::parse("https://peer.example/inbox").unwrap();
    let signer = Signer::new(KEY_ID, RSA.clone()).unwrap();
    let headers = signer.sign_cavage(&post(&url), now()).unwrap();
    let id = receive(&post(&url), "peer.example", &headers, now()).signature_id();
    assert_eq!(id.len(), 64);
    // Another key id, spaces and a dropped algorithm do not make it another signature.
    let mut varied = headers.clone();
    let signature = &mut varied.last_mut().unwrap().1;
    *signature = signature
        .replace("#main-key", "#other")
        .replace("\",", "\", ");
    let claim = receive(&post(&url), "peer.example", &varied, now());
    assert_eq!(claim.verify(RSA.public_key()), Ok(()));
    assert_eq!(claim.signature_id(), id);
    let later = signer
        .sign_cavage(&post(&url), now() + crate::sender::minutes(1))
        .unwrap();
    let later = receive(&post(&url), "peer.example", &later, now());
    assert_ne!(later.signature_id(), id);
}
