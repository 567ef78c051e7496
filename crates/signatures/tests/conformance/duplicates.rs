//! SIG-05: headers that count once, and what may not stand beside a signature. SIG-18: folding.

use signatures::Refusal;

use crate::sender::{RSA, Wire, now};

#[test]
fn sig_05_each_header_twice_in_both_orders() {
    for name in [
        "host",
        "date",
        "digest",
        "content-digest",
        "content-type",
        "signature",
    ] {
        let signed = Wire::signed_post();
        assert_eq!(signed.judge(), Ok(()), "the control of {name}");
        for other in ["something else", &signed.value(name)] {
            let after = signed.clone().with(name, other);
            let mut before = signed.clone();
            before.headers.insert(0, (name.into(), other.into()));
            for wire in [after, before] {
                let refusal = wire.judge().unwrap_err();
                assert_eq!(refusal, Refusal::DuplicateHeader(name));
                assert_eq!(refusal.http_status(), 400);
            }
        }
    }
}

#[test]
fn sig_05_a_duplicate_is_named_before_any_other_fault() {
    let garbage = Wire::post(now()).with("signature", "garbage");
    assert_eq!(garbage.judge().unwrap_err().http_status(), 401);
    for name in ["host", "date", "digest", "content-digest", "content-type"] {
        let refusal = garbage.clone().with(name, "again").judge();
        assert_eq!(refusal, Err(Refusal::DuplicateHeader(name)));
    }
}

#[test]
fn sig_05_signature_input_twice() {
    let created = format!(";created={}", now().timestamp());
    let components = r#""@method" "@target-uri" "content-digest""#;
    let signed = Wire::post(now()).rfc9421(components, &created, &RSA);
    assert_eq!(signed.judge(), Ok(()));
    let input = signed.value("signature-input");
    assert_eq!(
        signed.with("signature-input", &input).judge(),
        Err(Refusal::DuplicateHeader("signature-input"))
    );
}

#[test]
fn sig_05_authorization_beside_signature() {
    for value in ["Bearer token", "Signature keyId=\"a\"", ""] {
        let refusal = Wire::signed_post()
            .with("authorization", value)
            .judge()
            .unwrap_err();
        assert_eq!(refusal, Refusal::AuthorizationBesideSignature);
        assert_eq!(refusal.http_status(), 400);
    }
    assert_eq!(
        Wire::signed_post().with("x-other", "Bearer token").judge(),
        Ok(())
    );
}

#[test]
fn sig_05_other_headers_may_repeat_and_are_joined() {
    let names = "(request-target) host date digest x-many";
    let joined = Wire::post(now())
        .with("x-many", "one, two")
        .cavage(names, "");
    assert_eq!(joined.judge(), Ok(()));
    let lines = joined
        .clone()
        .without("x-many")
        .with("x-many", " one ")
        .with("x-many", "two");
    assert_eq!(lines.judge(), Ok(()));
    let reversed = joined
        .without("x-many")
        .with("x-many", "two")
        .with("x-many", "one");
    assert_eq!(reversed.judge(), Err(Refusal::SignatureInvalid));
}

#[test]
fn sig_18_folded_lines_and_control_characters() {
    for value in ["a\r\n b", "a\nb", "a\0b"] {
        let refusal = Wire::signed_post()
            .with("x-any", value)
            .judge()
            .unwrap_err();
        assert_eq!(
            (refusal.clone(), refusal.http_status()),
            (Refusal::MalformedHeader, 400)
        );
    }
    let mut wire = Wire::signed_post().without("host");
    wire.headers
        .push(("host".into(), b"ours.example\xff".to_vec()));
    assert_eq!(wire.judge(), Err(Refusal::MalformedHeader));
    let tab = Wire::post(now()).with("x-any", "a\tb");
    assert_eq!(
        tab.cavage("(request-target) host date digest x-any", "")
            .judge(),
        Ok(())
    );
}
