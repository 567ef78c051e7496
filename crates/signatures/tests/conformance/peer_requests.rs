//! Requests and documents recorded from peers, each at its own clock.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use signatures::{Claim, Policy, PublicKey, Refusal, Request, Scheme, proof};
use url::Url;

use crate::shared_fixtures::{json, peers};

/// Mastodon's own window: 12 hours back and one ahead.
fn mastodon_policy() -> Policy {
    Policy {
        past: TimeDelta::hours(12),
        future: TimeDelta::hours(1),
        ..Policy::default()
    }
}

/// Every `*/<start>*.json`.
fn files(peers: &Path, start: &str) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for peer in std::fs::read_dir(peers).unwrap() {
        let peer = peer.unwrap().path();
        if !peer.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(peer).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with(start) && name.ends_with(".json") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths
}

/// The verdict on a vector, with the status its refusal would be answered with.
fn judge(vector: &Value, policy: &Policy) -> Result<Claim, Refusal> {
    let request = &vector["request"];
    let url: Url = request["url"].as_str().unwrap().parse().unwrap();
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let now: DateTime<Utc> = vector["now"].as_str().unwrap().parse().unwrap();
    let body = request["body"].as_str().unwrap().as_bytes();
    let method = request["method"].as_str().unwrap();
    let mut headers: Vec<(String, &[u8])> = Vec::new();
    for (name, value) in request["headers"].as_object().unwrap() {
        headers.push((name.to_lowercase(), value.as_str().unwrap().as_bytes()));
    }
    // The vectors leave out headers that are not signed; a POST has a content type on the wire.
    if method == "POST" && !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".into(), b"application/activity+json"));
    }
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    let request = Request {
        method,
        target: &target,
        scheme: url.scheme(),
        authority: url.host_str().unwrap(),
        headers: &headers,
        body,
    };
    let claim = Claim::read(&request, policy, now)?;
    // "Unfetchable key": the claim stands, nobody can vouch for it.
    let Some(pem) = vector["signer"]["publicKey"]["publicKeyPem"].as_str() else {
        return Err(Refusal::SignatureInvalid);
    };
    assert_eq!(claim.key_id(), vector["signer"]["publicKey"]["id"]);
    claim.verify(&PublicKey::from_pem(pem).unwrap())?;
    Ok(claim)
}

#[test]
fn every_signature_vector_has_its_verdict() {
    let Some(peers) = peers() else { return };
    let paths = files(&peers, "signature-");
    assert!(paths.len() >= 20, "only {} vectors", paths.len());
    let mut accepted = 0;
    for path in &paths {
        let vector = json(path);
        let expected = vector["expected"]["verified"].as_bool().unwrap();
        for policy in [mastodon_policy(), Policy::default()] {
            let verdict = judge(&vector, &policy);
            assert_eq!(verdict.is_ok(), expected, "{}: {verdict:?}", path.display());
            if let Ok(claim) = verdict {
                let scheme = match vector["scheme"].as_str().unwrap() {
                    "draft-cavage" => Scheme::Cavage,
                    _ => Scheme::Rfc9421,
                };
                assert_eq!(claim.scheme(), scheme);
                accepted += 1;
            }
        }
    }
    assert!(accepted >= 12, "only {accepted} accepted");
}

#[test]
fn each_refused_vector_is_refused_for_its_reason() {
    let Some(peers) = peers() else { return };
    for (name, refusal) in [
        ("cavage-get-path-mismatch", Refusal::SignatureInvalid),
        ("cavage-get-query-mismatch", Refusal::SignatureInvalid),
        // A POST over a signature made for a GET: it does not even cover a digest.
        ("cavage-method-mismatch", Refusal::NotCovered("digest")),
        (
            "cavage-post-digest-not-signed",
            Refusal::NotCovered("digest"),
        ),
        ("cavage-post-tampered-body", Refusal::DigestMismatch),
        ("cavage-unparsable-date", Refusal::DateUnreadable),
        ("rfc9421-get-path-mismatch", Refusal::SignatureInvalid),
        (
            "rfc9421-method-mismatch",
            Refusal::NotCovered("content-digest"),
        ),
        (
            "rfc9421-post-malformed-content-digest",
            Refusal::DigestMalformed,
        ),
        ("rfc9421-post-tampered-body", Refusal::DigestMismatch),
        ("rfc9421-post-tampered-path", Refusal::SignatureInvalid),
        ("rfc9421-too-old", Refusal::TooOld),
    ] {
        let vector = json(&peers.join(format!("mastodon/signature-{name}.json")));
        let verdict = judge(&vector, &mastodon_policy());
        assert_eq!(verdict.unwrap_err(), refusal, "{name}");
    }
}

#[test]
fn a_post_mastodon_once_sent() {
    let Some(peers) = peers() else { return };
    let key = json(&peers.join("mastodon/ld-signature-public-key.json"));
    let key = PublicKey::from_pem(key["publicKey"].as_str().unwrap()).unwrap();
    let wrong = json(&peers.join("mastodon/ld-signature-wrong-public-key.json"));
    let wrong = PublicKey::from_pem(wrong["publicKey"].as_str().unwrap()).unwrap();
    let now: DateTime<Utc> = "2018-10-22T13:34:22Z".parse().unwrap();
    let judge = |file: &str, key: &PublicKey, target: &str, now: DateTime<Utc>| {
        let recorded = json(&peers.join("mastodon").join(file));
        // The body was recorded parsed. Rails writes these three characters as escapes.
        let body = serde_json::to_string(&recorded["body"]).unwrap();
        let body = body
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026");
        let headers: Vec<(&str, &[u8])> = recorded["headers"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default().as_bytes()))
            .collect();
        let request = Request {
            method: "POST",
            target,
            scheme: "http",
            authority: "localhost",
            headers: &headers,
            body: body.as_bytes(),
        };
        Claim::read(&request, &Policy::default(), now)?.verify(key)
    };
    let valid = "signed-post-valid-cavage.json";
    let inbox = "/accounts/ronan/inbox";
    assert_eq!(judge(valid, &key, inbox, now), Ok(()));
    assert_eq!(
        judge(valid, &wrong, inbox, now),
        Err(Refusal::SignatureInvalid)
    );
    assert_eq!(
        judge(valid, &key, "/inbox", now),
        Err(Refusal::SignatureInvalid)
    );
    let late = now + TimeDelta::minutes(61);
    assert_eq!(judge(valid, &key, inbox, late), Err(Refusal::TooOld));
    let bad = "signed-post-bad-signature-cavage.json";
    assert_eq!(judge(bad, &key, inbox, now), Err(Refusal::SignatureInvalid));
}

/// Every string of `value` under one of `names`.
fn strings<'a>(value: &'a Value, names: &[&str], found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if names.contains(&name.as_str()) => found.push(text),
                    other => strings(other, names, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, names, found)),
        _ => {}
    }
}

#[test]
fn r_sig_14_every_key_the_peers_publish() {
    let Some(peers) = peers() else { return };
    // Shortened or mistyped where they were written down: no reader could take these.
    let damaged = [
        "funkwhale/actor-person.json",
        "funkwhale/channel-actor.json",
        "mastodon/instance-application-actor.json",
        "mastodon/update-actor.json",
        "pleroma/internal-fetch-application-actor.json",
    ];
    let (mut read, mut refused) = (0, Vec::new());
    for path in files(&peers, "") {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let Ok(document) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        let (mut pems, mut multikeys) = (Vec::new(), Vec::new());
        strings(&document, &["publicKeyPem"], &mut pems);
        strings(&document, &["publicKeyMultibase"], &mut multikeys);
        let pems = pems.into_iter().map(PublicKey::from_pem);
        let multikeys = multikeys.into_iter().map(PublicKey::from_multikey);
        for key in pems.chain(multikeys) {
            match key {
                Ok(_) => read += 1,
                Err(_) => refused.push(path.strip_prefix(&peers).unwrap().to_owned()),
            }
        }
    }
    assert_eq!(refused, damaged.map(PathBuf::from));
    assert!(read >= 40, "only {read} keys");
}

#[test]
fn a_proof_mitra_sent_is_read() {
    let Some(peers) = peers() else { return };
    let document = json(&peers.join("mitra/accept.json"));
    let now: DateTime<Utc> = "2026-06-26T12:00:00Z".parse().unwrap();
    let read = proof::Proof::read(&document, now).unwrap();
    let method = "https://mitra.social/users/localtestgroup#ed25519-key";
    assert_eq!(read.verification_method(), method);
    assert!(read.created().unwrap() < now);
    let early = now - TimeDelta::hours(2);
    let refusal = proof::Proof::read(&document, early).unwrap_err();
    assert_eq!(refusal, proof::ProofError::TooFarAhead);
}

#[test]
fn fep_521a_the_multikey_of_the_specification() {
    let Some(peers) = peers() else { return };
    let vector = json(&peers.join("fep/521a-multikey-ed25519.json"));
    let text = vector["multikey"]["publicKeyMultibase"].as_str().unwrap();
    let key = PublicKey::from_multikey(text).unwrap();
    assert_eq!(key.to_multikey().as_deref(), Some(text));
    let hex = vector["publicKeyHex"].as_str().unwrap();
    let mut bytes = vec![0xed, 0x01];
    for position in (0..hex.len()).step_by(2) {
        bytes.push(u8::from_str_radix(&hex[position..position + 2], 16).unwrap());
    }
    assert_eq!(format!("z{}", bs58::encode(bytes).into_string()), text);
}

#[test]
fn fep_8b32_the_document_of_the_specification() {
    let Some(peers) = peers() else { return };
    let actor = json(&peers.join("fep/8b32-actor-ed25519.json"));
    let method = &actor["assertionMethod"][0];
    let key = PublicKey::from_multikey(method["publicKeyMultibase"].as_str().unwrap()).unwrap();
    let document = json(&peers.join("fep/8b32-signed-create-valid.json"));
    let now: DateTime<Utc> = "2023-02-25T00:00:00Z".parse().unwrap();
    let read = proof::Proof::read(&document, now).unwrap();
    assert_eq!(read.verification_method(), method["id"]);
    assert_eq!(read.verify(&key), Ok(()));
    let mut changed = document;
    changed["object"]["location"]["latitude"] = 25.273963.into();
    assert_eq!(
        proof::verify(&changed, &key, now),
        Err(proof::ProofError::Invalid)
    );
}
