//! Private keys at rest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use signatures::sealed::{MasterKey, SealError};

use crate::sender::{ED25519, RSA};

const NAME: &str = "https://ours.example/a#main-key";

#[test]
fn a_sealed_key_opens_to_the_same_key() {
    let master = MasterKey::new(&[1; 32]).unwrap();
    for key in [&*RSA, &*ED25519] {
        let sealed = master.seal_key(key, NAME, [2; 12]).unwrap();
        assert!(sealed.starts_with("v1:"));
        let opened = master.open_key(&sealed, NAME).unwrap();
        assert_eq!(opened.to_pem(), key.to_pem());
    }
    assert_eq!(format!("{master:?}"), "MasterKey");
}

#[test]
fn a_sealed_key_opens_nowhere_else() {
    let master = MasterKey::new(&[1; 32]).unwrap();
    let sealed = master.seal_key(&RSA, NAME, [2; 12]).unwrap();
    let other_name = master.open_key(&sealed, "https://ours.example/b#main-key");
    assert_eq!(other_name.unwrap_err(), SealError::Refused);
    let other_master = MasterKey::new(&[3; 32]).unwrap();
    assert_eq!(
        other_master.open_key(&sealed, NAME).unwrap_err(),
        SealError::Refused
    );

    let bytes = STANDARD.decode(&sealed[3..]).unwrap();
    for position in [0, 12, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        let text = format!("v1:{}", STANDARD.encode(changed));
        assert_eq!(
            master.open_key(&text, NAME).unwrap_err(),
            SealError::Refused
        );
    }
    for (text, error) in [
        ("", SealError::Version),
        ("v2:AAAA", SealError::Version),
        ("v1:%%", SealError::Malformed),
        ("v1:AAAA", SealError::Malformed),
        ("v1:", SealError::Malformed),
        ("v1:AAAAAAAAAAAAAAAA", SealError::Refused),
    ] {
        assert_eq!(master.open_key(text, NAME).unwrap_err(), error, "{text}");
    }
}

#[test]
fn another_secret_than_a_key() {
    let master = MasterKey::new(&[1; 32]).unwrap();
    let sealed = master.seal(b"secret", NAME, [4; 12]).unwrap();
    assert_eq!(master.open(&sealed, NAME).unwrap(), b"secret");
    let refusal = master.open_key(&sealed, NAME).unwrap_err();
    assert_eq!(refusal.code(), "key_malformed");
    // The same text under another nonce is another text.
    assert_ne!(sealed, master.seal(b"secret", NAME, [5; 12]).unwrap());
}
