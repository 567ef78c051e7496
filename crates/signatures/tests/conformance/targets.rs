//! SIG-10 and R-SIG-11: what was signed for one target counts for no other.

use signatures::Refusal;

use crate::sender::{RSA, Wire, now};

#[test]
fn sig_10_sent_elsewhere_than_signed() {
    let signed = Wire::signed_post();
    assert_eq!(signed.judge(), Ok(()));
    let created = format!(";created={}", now().timestamp());
    let components = r#""@method" "@target-uri" "content-digest""#;
    let rfc = Wire::post(now()).rfc9421(components, &created, &RSA);
    assert_eq!(rfc.judge(), Ok(()));
    for target in [
        "/users/b/inbox",
        "/users/a/inbox?x=1",
        "/users/a/inbox?",
        "//users/a/inbox",
        "/./users/a/inbox",
        "/users/a/inbox/",
        "/users/%61/inbox",
    ] {
        for mut wire in [signed.clone(), rfc.clone()] {
            wire.target = target.into();
            assert_eq!(wire.judge(), Err(Refusal::SignatureInvalid), "{target}");
        }
    }
    for target in [
        "",
        "users/a/inbox",
        "https://ours.example/users/a/inbox",
        "/a b",
        "/a#b",
        "*",
    ] {
        let mut wire = signed.clone();
        wire.target = target.into();
        let refusal = wire.judge().unwrap_err();
        assert_eq!(refusal, Refusal::MalformedRequestLine, "{target}");
        assert_eq!(refusal.http_status(), 400);
    }
}

#[test]
fn sig_10_another_method() {
    let mut wire = Wire::signed_post();
    wire.method = "PUT".into();
    assert_eq!(wire.judge(), Err(Refusal::SignatureInvalid));
    for method in ["", "post", "PO ST"] {
        wire.method = method.into();
        assert_eq!(wire.judge(), Err(Refusal::MalformedRequestLine));
    }
}

#[test]
fn r_sig_11_a_read_signed_with_or_without_its_query() {
    let names = "(request-target) host date";
    let get = |signed_target: &str| {
        Wire::get("/outbox?page=2", now())
            .cavage_for(signed_target, names, "")
            .judge()
    };
    assert_eq!(get("/outbox?page=2"), Ok(()));
    assert_eq!(get("/outbox"), Ok(()));
    assert_eq!(get("/outbox?page=3"), Err(Refusal::SignatureInvalid));
    assert_eq!(get("/inbox"), Err(Refusal::SignatureInvalid));
    // Never the other way round.
    let longer = Wire::get("/outbox", now()).cavage_for("/outbox?page=2", names, "");
    assert_eq!(longer.judge(), Err(Refusal::SignatureInvalid));
}
