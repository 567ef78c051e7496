//! R-SIG-13, and the origins of SIG-11 and SIG-12.

use signatures::{KeyIdError, KeyLocation};
use url::Url;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn r_sig_13_where_keys_are() {
    for (key_id, location) in [
        (
            "https://peer.example/users/ana#main-key",
            KeyLocation::Actor(url("https://peer.example/users/ana")),
        ),
        (
            "https://peer.example/actor?id=1#k",
            KeyLocation::Actor(url("https://peer.example/actor?id=1")),
        ),
        (
            "https://peertube.example/accounts/ana",
            KeyLocation::Document(url("https://peertube.example/accounts/ana")),
        ),
        (
            "https://gts.example/users/ana/main-key",
            KeyLocation::KeyDocument(url("https://gts.example/users/ana/main-key")),
        ),
        (
            "https://mobilizon.example/@ana/publicKey",
            KeyLocation::KeyDocument(url("https://mobilizon.example/@ana/publicKey")),
        ),
        (
            "http://localhost:3000/users/ana#main-key",
            KeyLocation::Actor(url("http://localhost:3000/users/ana")),
        ),
        (
            "acct:ana@Peer.Example",
            KeyLocation::Handle {
                name: "ana".into(),
                host: "peer.example".into(),
            },
        ),
        (
            "acct:ana@bücher.example:8443",
            KeyLocation::Handle {
                name: "ana".into(),
                host: "xn--bcher-kva.example:8443".into(),
            },
        ),
    ] {
        assert_eq!(KeyLocation::from_key_id(key_id), Ok(location), "{key_id}");
    }
}

#[test]
fn r_sig_13_key_ids_that_lead_nowhere() {
    let long = format!("https://peer.example/{}", "a".repeat(2048));
    for (key_id, error) in [
        ("", KeyIdError::Malformed),
        ("x", KeyIdError::Malformed),
        ("//peer.example/a", KeyIdError::Malformed),
        ("https://", KeyIdError::Malformed),
        (&long, KeyIdError::Malformed),
        ("file:///etc/passwd", KeyIdError::Scheme),
        ("did:key:z6Mk", KeyIdError::Scheme),
        ("javascript:alert(1)", KeyIdError::Scheme),
        (
            "https://ours.example@peer.example/a#k",
            KeyIdError::Credentials,
        ),
        ("https://a:b@peer.example/a", KeyIdError::Credentials),
        ("acct:ana", KeyIdError::Malformed),
        ("acct:@peer.example", KeyIdError::Malformed),
        ("acct:ana@", KeyIdError::Malformed),
        ("acct:ana@127.0.0.1", KeyIdError::Malformed),
        ("acct:ana@[::1]", KeyIdError::Malformed),
        ("acct:ana@peer.example:x", KeyIdError::Malformed),
        ("acct:a/b@peer.example", KeyIdError::Malformed),
        ("acct:ana@peer.example/x", KeyIdError::Malformed),
    ] {
        assert_eq!(KeyLocation::from_key_id(key_id), Err(error), "{key_id}");
    }
}

#[test]
fn sig_11_origins() {
    let same = |key_id: &str, actor: &str| {
        KeyLocation::from_key_id(key_id)
            .unwrap()
            .same_origin(&url(actor))
    };
    let actor = "https://peer.example/users/ana";
    for key_id in [
        "https://peer.example/users/ana#main-key",
        "https://PEER.example:443/users/ana/main-key",
        "https://peer.example/users/bob",
        "acct:ana@peer.example",
        "acct:ana@peer.example:443",
    ] {
        assert!(same(key_id, actor), "{key_id}");
    }
    for key_id in [
        "https://evil.example/users/ana#main-key",
        "https://peer.example.evil.example/users/ana#main-key",
        "https://peer.example:8443/users/ana#main-key",
        "http://peer.example/users/ana#main-key",
        "https://a.peer.example/users/ana#main-key",
        "acct:ana@evil.example",
        "acct:ana@peer.example:8443",
    ] {
        assert!(!same(key_id, actor), "{key_id}");
    }
}
