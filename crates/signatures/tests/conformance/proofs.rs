//! FEP-8b32 proofs: made, read back, tampered with. The specification's vector is in
//! `peer_requests`.

use serde_json::{Value, json};
use signatures::proof::{self, Proof, ProofError};

use crate::sender::{ED25519, RSA, minutes, now};

const METHOD: &str = "https://ours.example/a#ed25519-key";

fn document() -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/activitystreams",
            "https://w3id.org/security/data-integrity/v2",
        ],
        "id": "https://ours.example/activities/1",
        "type": "Create",
        "object": {"type": "Event", "name": "Fête", "latitude": 48.85, "count": 3},
    })
}

fn proven() -> Value {
    proof::sign(&document(), &ED25519, METHOD, now()).unwrap()
}

fn judge(document: &Value) -> Result<(), ProofError> {
    proof::verify(document, ED25519.public_key(), now())
}

#[test]
fn r_sig_05_a_proof_verifies() {
    let proven = proven();
    assert_eq!(judge(&proven), Ok(()));
    let read = Proof::read(&proven, now()).unwrap();
    assert_eq!(read.verification_method(), METHOD);
    assert_eq!(read.created(), Some(now()));
    assert_eq!(proven["proof"]["created"], json!("2026-09-21T14:13:20Z"));
    let mut unproven = proven;
    unproven.as_object_mut().unwrap().remove("proof");
    assert_eq!(unproven, document());
    // The order of members is nobody's business.
    let text = serde_json::to_string(&self::proven()).unwrap();
    let sorted: std::collections::BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(judge(&json!(sorted)), Ok(()));
}

#[test]
fn r_sig_05_a_changed_document_does_not() {
    for (pointer, value) in [
        ("/object/name", json!("Fete")),
        ("/object/latitude", json!(48.86)),
        ("/object/count", json!("3")),
        ("/id", json!("https://ours.example/activities/2")),
        ("/proof/created", json!("2026-09-21T14:13:21Z")),
        (
            "/proof/verificationMethod",
            json!("https://evil.example/a#ed25519-key"),
        ),
        (
            "/proof/@context",
            json!(["https://www.w3.org/ns/activitystreams"]),
        ),
    ] {
        let mut changed = proven();
        *changed.pointer_mut(pointer).unwrap() = value;
        assert_eq!(judge(&changed), Err(ProofError::Invalid), "{pointer}");
    }
    let mut extended = proven();
    extended["bto"] = json!("https://ours.example/b");
    assert_eq!(judge(&extended), Err(ProofError::Invalid));
}

#[test]
fn r_sig_05_malformed_proofs() {
    let with = |name: &str, value: Value| {
        let mut changed = proven();
        changed["proof"][name] = value;
        judge(&changed)
    };
    assert_eq!(
        with("type", json!("RsaSignature2017")),
        Err(ProofError::Missing)
    );
    assert_eq!(
        with("cryptosuite", json!("eddsa-rdfc-2022")),
        Err(ProofError::Missing)
    );
    for name in [
        "proofValue",
        "proofPurpose",
        "verificationMethod",
        "created",
    ] {
        assert_eq!(with(name, json!(1)), Err(ProofError::Malformed(name)));
    }
    assert_eq!(
        with("proofPurpose", json!("authentication")),
        Err(ProofError::Malformed("proofPurpose"))
    );
    let long = format!("z{}", "1".repeat(1 << 16));
    for value in ["", "z0", "uAAAA", long.as_str()] {
        let refusal = with("proofValue", json!(value));
        assert_eq!(refusal, Err(ProofError::Malformed("proofValue")));
    }
    assert_eq!(with("proofValue", json!("z1")), Err(ProofError::Invalid));
    assert_eq!(
        with("@context", json!("https://evil.example/context")),
        Err(ProofError::Context)
    );
    assert_eq!(judge(&document()), Err(ProofError::Missing));
    assert_eq!(judge(&json!([proven()])), Err(ProofError::NotAnObject));
}

#[test]
fn r_sig_05_a_proof_s_time() {
    let proven_at = |offset| {
        let document = proof::sign(&document(), &ED25519, METHOD, now() + offset).unwrap();
        judge(&document)
    };
    assert_eq!(proven_at(minutes(29)), Ok(()));
    assert_eq!(proven_at(minutes(31)), Err(ProofError::TooFarAhead));
    assert_eq!(proven_at(-minutes(60 * 24 * 400)), Ok(()));
    let expiring = |expires: &str| {
        let mut document = proven();
        document["proof"]["expires"] = json!(expires);
        judge(&document)
    };
    assert_eq!(expiring("2020-01-01T00:00:00Z"), Err(ProofError::Expired));
    // Not expired, and not what was signed either.
    assert_eq!(expiring("2030-01-01T00:00:00Z"), Err(ProofError::Invalid));
}

#[test]
fn r_sig_05_among_other_proofs() {
    let mut document = proven();
    let other = json!({"type": "DataIntegrityProof", "cryptosuite": "other"});
    document["proof"] = json!([other, document["proof"], null]);
    assert_eq!(judge(&document), Ok(()));
}

#[test]
fn r_sig_05_keys_and_documents_that_cannot_be_used() {
    let rsa = proof::sign(&document(), &RSA, METHOD, now());
    assert_eq!(rsa.unwrap_err(), ProofError::Algorithm);
    let twice = proof::sign(&proven(), &ED25519, METHOD, now());
    assert_eq!(twice.unwrap_err(), ProofError::AlreadyProven);
    let list = proof::sign(&json!([]), &ED25519, METHOD, now());
    assert_eq!(list.unwrap_err(), ProofError::NotAnObject);
    let refusal = proof::verify(&proven(), RSA.public_key(), now());
    assert_eq!(refusal, Err(ProofError::Algorithm));
    let plain = proof::sign(&json!({"id": "x"}), &ED25519, METHOD, now()).unwrap();
    assert_eq!(judge(&plain), Ok(()));
}
