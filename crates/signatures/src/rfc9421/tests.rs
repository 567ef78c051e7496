//! The vectors of RFC 9421, appendix B, that use algorithms we have. They cover less than our
//! policy asks for, so they are checked below the gate, and at the gate for their refusal.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::DateTime;

use super::candidates;
use crate::{Algorithm, Claim, Policy, PrivateKey, PublicKey, Refusal, Request};

const INPUT: &str = concat!(
    r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")"#,
    r#";created=1618884473;keyid="test-key-ed25519""#
);
const SIGNATURE: &str = concat!(
    "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9",
    "EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
);
/// test-key-ed25519 of B.1.4: the last 32 bytes are the key.
const PUBLIC_SPKI: &str = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";
const PRIVATE_PEM: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF
-----END PRIVATE KEY-----
";
const BODY: &[u8] = br#"{"hello": "world"}"#;

fn test_request<'a>(headers: &'a [(&'a str, &'a [u8])]) -> Request<'a> {
    Request {
        method: "POST",
        target: "/foo?param=Value&Pet=dog",
        scheme: "https",
        authority: "example.com",
        headers,
        body: BODY,
    }
}

const HEADERS: [(&str, &[u8]); 4] = [
    ("host", b"example.com"),
    ("date", b"Tue, 20 Apr 2021 02:07:55 GMT"),
    ("content-type", b"application/json"),
    ("content-length", b"18"),
];

fn public_key() -> PublicKey {
    let spki = STANDARD.decode(PUBLIC_SPKI).unwrap();
    PublicKey::from_ed25519(spki[12..].try_into().unwrap()).unwrap()
}

#[test]
fn appendix_b_2_6_ed25519_verifies() {
    let request = test_request(&HEADERS);
    let candidate = candidates(INPUT, SIGNATURE).unwrap().remove(0).unwrap();
    assert_eq!(candidate.key_id, "test-key-ed25519");
    assert_eq!(candidate.created, 1_618_884_473);
    let base = candidate.base(&request).unwrap();
    assert!(base.starts_with("\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n"));
    assert!(public_key().verifies(base.as_bytes(), &candidate.signature));

    let other = Request {
        method: "PUT",
        ..request
    };
    let base = candidate.base(&other).unwrap();
    assert!(!public_key().verifies(base.as_bytes(), &candidate.signature));
}

#[test]
fn appendix_b_2_6_ed25519_is_reproduced_from_the_private_key() {
    let request = test_request(&HEADERS);
    let key = PrivateKey::from_pem(PRIVATE_PEM).unwrap();
    assert_eq!(key.algorithm(), Algorithm::Ed25519);
    assert_eq!(key.public_key(), &public_key());
    let candidate = candidates(INPUT, SIGNATURE).unwrap().remove(0).unwrap();
    let base = candidate.base(&request).unwrap();
    assert_eq!(key.sign(base.as_bytes()).unwrap(), candidate.signature);
    assert_eq!(key.to_pem(), PRIVATE_PEM);
}

#[test]
fn appendix_b_2_6_is_refused_at_the_gate_for_what_it_leaves_out() {
    let mut headers = HEADERS.to_vec();
    headers.push(("signature-input", INPUT.as_bytes()));
    headers.push(("signature", SIGNATURE.as_bytes()));
    let now = DateTime::from_timestamp(1_618_884_473, 0).unwrap();
    let refusal = Claim::read(&test_request(&headers), &Policy::default(), now).unwrap_err();
    assert_eq!(refusal, Refusal::NotCovered("@target-uri"));
}

#[test]
fn rsa_pss_ecdsa_and_hmac_are_refused_by_name() {
    let read = |algorithm: &str| {
        let input = format!(r#"s=("@method");created=1618884473;keyid="k";alg="{algorithm}""#);
        let mut read = candidates(&input, "s=:AA==:").unwrap();
        read.remove(0).map(|candidate| candidate.algorithm)
    };
    for refused in [
        "rsa-pss-sha512",
        "ecdsa-p256-sha256",
        "hmac-sha256",
        "none",
        "",
    ] {
        assert_eq!(read(refused), Err(Refusal::AlgorithmRefused), "{refused}");
    }
    assert_eq!(read("rsa-v1_5-sha256"), Ok(Some(Algorithm::RsaSha256)));
    assert_eq!(read("ed25519"), Ok(Some(Algorithm::Ed25519)));
}

#[test]
fn derived_components_have_their_values() {
    let request = test_request(&HEADERS);
    let base = |name: &str| super::base(&request, &[name.to_owned()], "()").unwrap();
    let expected = [
        ("@method", "POST"),
        ("@scheme", "https"),
        ("@authority", "example.com"),
        ("@target-uri", "https://example.com/foo?param=Value&Pet=dog"),
        ("@request-target", "/foo?param=Value&Pet=dog"),
        ("@path", "/foo"),
        ("@query", "?param=Value&Pet=dog"),
    ];
    for (name, value) in expected {
        assert_eq!(
            base(name),
            format!("\"{name}\": {value}\n\"@signature-params\": ()")
        );
    }
    let bare = Request {
        target: "/foo",
        authority: "Example.com:443",
        ..request
    };
    let base = super::base(&bare, &["@query".to_owned(), "@authority".to_owned()], "()").unwrap();
    assert!(base.starts_with("\"@query\": ?\n\"@authority\": example.com\n"));
    assert!(super::base(&request, &["@status".to_owned()], "()").is_err());
}
