//! SIG-04: the digest is one SHA-256 entry and it is the body's.

use signatures::{Refusal, content_digest_header, digest_header};

use crate::sender::{BODY, RSA, Wire, now};

const NAMES: &str = "(request-target) host date digest";

fn with_digest(value: &str) -> Result<(), Refusal> {
    Wire::post(now())
        .replaced("digest", value)
        .cavage(NAMES, "")
        .judge()
}

fn with_content_digest(value: &str) -> Result<(), Refusal> {
    let created = format!(";created={}", now().timestamp());
    let wire = Wire::post(now())
        .without("digest")
        .replaced("content-digest", value);
    wire.rfc9421(
        r#""@method" "@target-uri" "content-digest""#,
        &created,
        &RSA,
    )
    .judge()
}

#[test]
fn sig_04_body_and_digest() {
    let right = digest_header(BODY);
    let wrong = digest_header(b"another body");
    assert_eq!(with_digest(&right), Ok(()));
    assert_eq!(with_digest(&wrong), Err(Refusal::DigestMismatch));
    let mut changed = Wire::signed_post();
    changed.body.push(b' ');
    // Two digests are there and both are looked at.
    assert_eq!(changed.judge(), Err(Refusal::DigestMismatch));
    assert_eq!(
        changed.without("content-digest").judge(),
        Err(Refusal::DigestMismatch)
    );
}

#[test]
fn sig_04_labels() {
    let right = digest_header(BODY);
    let value = right.strip_prefix("SHA-256=").unwrap();
    for label in ["SHA-256", "sha-256", "Sha-256"] {
        assert_eq!(with_digest(&format!("{label}={value}")), Ok(()), "{label}");
    }
    for label in ["SHA256", "SHA-512", "MD5", "SHA", "id-sha-256", ""] {
        let refusal = with_digest(&format!("{label}={value}"));
        assert_eq!(refusal, Err(Refusal::DigestMalformed), "{label}");
    }
}

#[test]
fn sig_04_lists_and_garbage() {
    let right = digest_header(BODY);
    let wrong = digest_header(b"another body");
    for value in [
        format!("{right},{wrong}"),
        format!("{wrong}, {right}"),
        format!("{right},{right}"),
        format!("{right}, MD5=AA=="),
        format!("{right},"),
        format!("{right}="),
        "SHA-256=".to_owned(),
        "SHA-256=AAAA".to_owned(),
        "SHA-256=%%%%".to_owned(),
        "garbage".to_owned(),
    ] {
        let refusal = with_digest(&value);
        assert_eq!(refusal, Err(Refusal::DigestMalformed), "{value}");
    }
    assert_eq!(with_digest(""), Err(Refusal::DigestMalformed));
    assert_eq!(Refusal::DigestMalformed.http_status(), 401);
    assert_eq!(Refusal::DigestMismatch.http_status(), 401);
}

#[test]
fn sig_04_content_digest() {
    let right = content_digest_header(BODY);
    let wrong = content_digest_header(b"another body");
    assert_eq!(with_content_digest(&right), Ok(()));
    assert_eq!(with_content_digest(&wrong), Err(Refusal::DigestMismatch));
    for value in [
        right.replace("sha-256", "SHA-256"),
        right.replace("sha-256", "sha-512"),
        format!("{wrong}, {right}"),
        format!("{right}, {wrong}"),
        format!("{right}, sha-512=:AA==:"),
        right.replace(':', ""),
        "sha-256=:AAAA:".to_owned(),
        "sha-256".to_owned(),
    ] {
        let refusal = with_content_digest(&value);
        assert_eq!(refusal, Err(Refusal::DigestMalformed), "{value}");
    }
}

#[test]
fn sig_04_known_value() {
    // Computed with openssl for "Hello world", the body of Mastodon's vectors.
    let encoded = "ZOyIygCyaOW6GjVnihtTFtIS9PNmskdyMlNKiuyjfzw=";
    assert_eq!(digest_header(b"Hello world"), format!("SHA-256={encoded}"));
    assert_eq!(
        content_digest_header(b"Hello world"),
        format!("sha-256=:{encoded}:")
    );
}
