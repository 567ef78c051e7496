//! What has to be signed: SIG-02, SIG-03, R-SIG-10, R-SIG-12.

use signatures::{MAX_SIGNATURE_HEADER, Policy, Refusal, Scheme};

use crate::sender::{ED25519, RSA, Wire, now};

const POST: [&str; 4] = ["(request-target)", "host", "date", "digest"];

#[test]
fn sig_02_no_empty_garbage_or_huge_signature() {
    assert_eq!(Wire::post(now()).judge(), Err(Refusal::SignatureMissing));
    let with = |value: &str| {
        Wire::post(now())
            .with("signature", value)
            .judge()
            .unwrap_err()
    };
    assert_eq!(with(""), Refusal::SignatureMissing);
    assert_eq!(with("  "), Refusal::SignatureMissing);
    for garbage in [
        "garbage",
        "=",
        ",",
        "keyId",
        r#"keyId=""#,
        r#"keyId="a",,signature="AA==""#,
        r#"keyId="a",signature="AA==","#,
        r#"keyId="a" signature="AA==""#,
        r#"keyId="a\"b",headers="host",signature="AA==""#,
        r#"keyId="a",keyId="b",headers="host",signature="AA==""#,
        r#"keyId="",headers="host",signature="AA==""#,
        r#"headers="host",signature="AA==""#,
        r#"keyId="a",headers="host""#,
        r#"keyId="a",headers="host",signature="%%""#,
        r#"keyId="a",headers="host host",signature="AA==""#,
        r#"keyId="a",headers="host signature",signature="AA==""#,
        r#"keyId="a",headers="host (response-status)",signature="AA==""#,
    ] {
        let refusal = with(garbage);
        assert_eq!(refusal.code(), "signature_malformed", "{garbage}");
        assert_eq!(refusal.http_status(), 401, "{garbage}");
    }
    let huge = with(&"a".repeat(64 * 1024));
    assert_eq!(
        (huge.clone(), huge.http_status()),
        (Refusal::SignatureTooLong, 401)
    );
    // The twin: as long as may be, and read.
    let signed = Wire::signed_post();
    let value = signed.value("signature");
    let padding = MAX_SIGNATURE_HEADER - value.len() - r#",padding="""#.len();
    let value = format!(r#"{value},padding="{}""#, "a".repeat(padding));
    assert_eq!(signed.replaced("signature", &value).judge(), Ok(()));
}

#[test]
fn sig_03_each_required_header_left_out() {
    assert_eq!(
        Wire::post(now()).cavage(&POST.join(" "), "").judge(),
        Ok(())
    );
    for left_out in POST {
        let rest: Vec<&str> = POST.into_iter().filter(|name| *name != left_out).collect();
        let refusal = Wire::post(now())
            .cavage(&rest.join(" "), "")
            .judge()
            .unwrap_err();
        assert_eq!(refusal, Refusal::NotCovered(left_out));
        assert_eq!(refusal.http_status(), 401);
    }
    for kept in POST {
        let refusal = Wire::post(now()).cavage(kept, "").judge().unwrap_err();
        assert_eq!(refusal.code(), "signature_not_covering", "{kept}");
    }
    // No list at all means the date alone (draft 10) or (created) alone (draft 12).
    let bare = Wire::post(now()).with("signature", r#"keyId="a",signature="AA==""#);
    assert_eq!(bare.judge(), Err(Refusal::NotCovered("(request-target)")));
}

#[test]
fn sig_03_a_listed_header_that_is_not_there() {
    let signed = Wire::signed_post();
    for name in ["date", "digest"] {
        let refusal = signed.clone().without(name).judge();
        assert_eq!(refusal, Err(Refusal::HeaderMissing(name.into())));
    }
    let refusal = signed.clone().without("content-type").judge();
    assert_eq!(refusal, Err(Refusal::HeaderMissing("content-type".into())));
    let extra = Wire::post(now()).with("x-extra", "1");
    let extra = extra.cavage("(request-target) host date digest x-extra", "");
    assert_eq!(extra.judge(), Ok(()));
    let refusal = extra.without("x-extra").judge();
    assert_eq!(refusal, Err(Refusal::HeaderMissing("x-extra".into())));
}

#[test]
fn sig_03_a_get_needs_no_digest_unless_it_has_a_body() {
    let get = Wire::signed_get("/users/a");
    assert_eq!(get.judge(), Ok(()));
    assert!(!get.read().unwrap().covers_digest());
    for left_out in ["(request-target)", "host", "date"] {
        let names = ["(request-target)", "host", "date"];
        let rest: Vec<&str> = names.into_iter().filter(|name| *name != left_out).collect();
        let refusal = Wire::get("/users/a", now())
            .cavage(&rest.join(" "), "")
            .judge();
        assert_eq!(refusal, Err(Refusal::NotCovered(left_out)));
    }
    let mut with_body = get;
    with_body.body = b"{}".to_vec();
    assert_eq!(with_body.judge(), Err(Refusal::NotCovered("digest")));
}

#[test]
fn sig_03_created_stands_for_the_date() {
    let created = format!("created={},", now().timestamp());
    let names = "(request-target) (created) host digest";
    let signed = Wire::post(now()).cavage(names, &created);
    assert_eq!(signed.judge(), Ok(()));
    assert_eq!(signed.without("date").judge(), Ok(()));
    let quoted = format!("algorithm=\"hs2019\", created=\"{}\", ", now().timestamp());
    assert_eq!(Wire::post(now()).cavage(names, &quoted).judge(), Ok(()));
    let unnamed = Wire::signed_post();
    let value = unnamed
        .value("signature")
        .replace(r#"headers="("#, r#"headers="(created) ("#);
    let refusal = unnamed.replaced("signature", &value).judge();
    assert_eq!(refusal, Err(Refusal::HeaderMissing("(created)".into())));
}

#[test]
fn r_sig_10_an_unsigned_digest_only_under_the_exception() {
    let policy = Policy {
        allow_unsigned_digest: true,
        ..Policy::default()
    };
    let funkwhale = Wire::post(now()).with("user-agent", "funkwhale");
    let funkwhale = funkwhale.cavage("(request-target) user-agent host date", "");
    assert_eq!(funkwhale.judge(), Err(Refusal::NotCovered("digest")));
    for wire in [funkwhale.clone(), funkwhale.clone().without("digest")] {
        let claim = wire.read_with(&policy, now()).unwrap();
        assert_eq!(claim.verify(RSA.public_key()), Ok(()));
        assert!(!claim.covers_digest());
    }
    let wrong = funkwhale.replaced("digest", &signatures::digest_header(b"other"));
    let refusal = wrong.read_with(&policy, now()).unwrap_err();
    assert_eq!(refusal, Refusal::DigestMismatch);
    let claim = Wire::signed_post().read_with(&policy, now()).unwrap();
    assert!(claim.covers_digest());
}

#[test]
fn r_sig_10_separators_with_spaces_are_read() {
    let signed = Wire::signed_post();
    let spaced = signed.value("signature").replace("\",", "\" ,  ");
    assert_eq!(
        signed.clone().replaced("signature", &spaced).judge(),
        Ok(())
    );
    let unpadded = signed.value("signature").replace("==\"", "\"");
    assert_eq!(signed.replaced("signature", &unpadded).judge(), Ok(()));
}

#[test]
fn r_sig_12_each_required_component_left_out() {
    let created = format!(";created={}", now().timestamp());
    let judge = |components: &str, parameters: &str| {
        Wire::post(now())
            .rfc9421(components, parameters, &RSA)
            .judge()
    };
    let whole = r#""@method" "@target-uri" "content-digest""#;
    assert_eq!(judge(whole, &created), Ok(()));
    let named = format!(r#"{created};alg="rsa-v1_5-sha256";nonce="n";tag="t""#);
    assert_eq!(judge(whole, &named), Ok(()));
    assert_eq!(
        judge(
            r#""@method" "@authority" "@path" "content-digest""#,
            &created
        ),
        Ok(())
    );
    for (components, parameters, refused) in [
        (
            r#""@target-uri" "content-digest""#,
            created.as_str(),
            "@method",
        ),
        (r#""@method" "content-digest""#, &created, "@target-uri"),
        (
            r#""@method" "@path" "content-digest""#,
            &created,
            "@target-uri",
        ),
        (
            r#""@method" "@authority" "content-digest""#,
            &created,
            "@target-uri",
        ),
        (r#""@method" "@target-uri""#, &created, "content-digest"),
        (whole, "", "created"),
        ("", &created, "@method"),
    ] {
        let refusal = judge(components, parameters);
        assert_eq!(refusal, Err(Refusal::NotCovered(refused)), "{components}");
    }
}

#[test]
fn r_sig_12_the_query_belongs_to_the_target() {
    let created = format!(";created={}", now().timestamp());
    let judge = |components: &str| {
        let get = Wire::get("/outbox?page=2", now());
        get.rfc9421(components, &created, &RSA).judge()
    };
    assert_eq!(judge(r#""@method" "@target-uri""#), Ok(()));
    assert_eq!(judge(r#""@method" "@authority" "@path" "@query""#), Ok(()));
    assert_eq!(
        judge(r#""@method" "@authority" "@path""#),
        Err(Refusal::NotCovered("@target-uri"))
    );
}

#[test]
fn r_sig_12_the_first_acceptable_label_counts() {
    let created = format!(";created={}", now().timestamp());
    let signed = Wire::post(now()).rfc9421(
        r#""@method" "@target-uri" "content-digest""#,
        &created,
        &RSA,
    );
    let input = signed.value("signature-input");
    let signature = signed.value("signature");
    let proxy = format!(r#"proxy=("@method"){created};keyid="p", {input}"#);
    let both = signed
        .clone()
        .replaced("signature-input", &proxy)
        .replaced("signature", &format!("proxy=:AA==:, {signature}"));
    assert_eq!(both.judge(), Ok(()));
    assert_eq!(both.read().unwrap().scheme(), Scheme::Rfc9421);

    let judge = |input: &str, signature: &str| {
        let wire = signed.clone().replaced("signature-input", input);
        wire.replaced("signature", signature)
            .judge()
            .unwrap_err()
            .code()
    };
    let malformed = "signature_malformed";
    assert_eq!(judge(&input, &signature.replace("sig1", "sig2")), malformed);
    assert_eq!(judge(&input, "sig1=token"), malformed);
    assert_eq!(judge("sig1=token", &signature), malformed);
    assert_eq!(judge("", &signature), malformed);
    assert_eq!(judge("a=(), b=(), c=(), d=(), e=()", &signature), malformed);
    let twice = input.replace(r#""@method""#, r#""@method" "@method""#);
    assert_eq!(judge(&twice, &signature), malformed);
    let parameter = input.replace(r#""@method""#, r#""@method";req"#);
    assert_eq!(judge(&parameter, &signature), malformed);
    let upper = input.replace(r#""content-digest""#, r#""Content-Digest""#);
    assert_eq!(judge(&upper, &signature), malformed);
    let no_key = input.split(";keyid").next().unwrap();
    assert_eq!(judge(no_key, &signature), malformed);
}

#[test]
fn lists_are_bounded() {
    let many = |count: usize| {
        let names: Vec<String> = (0..count).map(|number| format!("x-{number}")).collect();
        let mut wire = Wire::post(now());
        for name in &names {
            wire = wire.with(name, "1");
        }
        (wire, names)
    };
    let cavage = |count: usize| {
        let (wire, names) = many(count);
        let list = format!("(request-target) host date digest {}", names.join(" "));
        wire.cavage(&list, "").judge()
    };
    assert_eq!(cavage(28), Ok(()));
    assert_eq!(cavage(29), Err(Refusal::SignatureMalformed("headers")));

    let created = format!(";created={}", now().timestamp());
    let whole = r#""@method" "@target-uri" "content-digest""#;
    let rfc = |count: usize| {
        let (wire, names) = many(count);
        let list = format!("{whole} \"{}\"", names.join("\" \""));
        wire.rfc9421(&list, &created, &RSA).judge()
    };
    assert_eq!(rfc(29), Ok(()));
    assert_eq!(rfc(30), Err(Refusal::SignatureMalformed("components")));

    let signed = Wire::post(now()).rfc9421(whole, &created, &RSA);
    let input = signed.value("signature-input");
    let labels = |before: &str| {
        let wire = signed.clone();
        wire.replaced("signature-input", &format!("{before}{input}"))
            .judge()
    };
    assert_eq!(labels("a=(), b=(), c=(), "), Ok(()));
    let refusal = labels("a=(), b=(), c=(), d=(), ");
    assert_eq!(
        refusal,
        Err(Refusal::SignatureMalformed("number of labels"))
    );
}

#[test]
fn r_sig_12_signature_input_beats_draft_cavage() {
    // A cavage signature beside a Signature-Input is not read as cavage.
    let cavage = Wire::signed_post();
    assert_eq!(cavage.read().unwrap().scheme(), Scheme::Cavage);
    let input = format!(
        r#"sig1=("@method");created={};keyid="k""#,
        now().timestamp()
    );
    let refusal = cavage.with("signature-input", &input).judge().unwrap_err();
    assert_eq!(refusal.code(), "signature_malformed");
}

#[test]
fn r_sig_12_ed25519_and_the_kind_of_key() {
    let whole = r#""@method" "@target-uri" "content-digest""#;
    let created = format!(";created={}", now().timestamp());
    let named = format!(r#"{created};alg="ed25519""#);
    for parameters in [&created, &named] {
        let wire = Wire::post(now()).rfc9421(whole, parameters, &ED25519);
        let claim = wire.read().unwrap();
        assert_eq!(claim.verify(ED25519.public_key()), Ok(()));
        assert!(claim.verify(RSA.public_key()).is_err());
    }
    let claim = Wire::post(now())
        .rfc9421(whole, &named, &RSA)
        .read()
        .unwrap();
    assert_eq!(
        claim.verify(RSA.public_key()),
        Err(Refusal::AlgorithmMismatch)
    );
}
