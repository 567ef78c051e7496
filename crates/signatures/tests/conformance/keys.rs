//! SIG-15 and R-SIG-14: which keys and algorithms are taken, and how fast the others are refused.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsa::pkcs1::RsaPublicKey;
use rsa::pkcs8::der::Encode as _;
use rsa::pkcs8::der::asn1::{AnyRef, BitStringRef, UintRef};
use rsa::pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use signatures::{Algorithm, KeyError, PrivateKey, PublicKey, Refusal};

use crate::sender::{ED25519, OTHER_RSA, RSA, Wire, now};

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

/// An odd modulus of exactly `bits` bits. Nobody has factors for it; only its shape matters.
fn pkcs1_der(bits: usize, exponent: &[u8]) -> Vec<u8> {
    let mut modulus = vec![0xa5; bits.div_ceil(8)];
    let spare = modulus.len() * 8 - bits;
    modulus[0] = 0xff >> spare;
    let key = RsaPublicKey {
        modulus: UintRef::new(&modulus).unwrap(),
        public_exponent: UintRef::new(exponent).unwrap(),
    };
    key.to_der().unwrap()
}

fn rsa_pem(bits: usize, exponent: &[u8]) -> String {
    let pkcs1 = pkcs1_der(bits, exponent);
    let spki = SubjectPublicKeyInfoRef {
        algorithm: AlgorithmIdentifierRef {
            oid: rsa::pkcs1::ALGORITHM_OID,
            parameters: Some(AnyRef::NULL),
        },
        subject_public_key: BitStringRef::from_bytes(&pkcs1).unwrap(),
    };
    pem("PUBLIC KEY", &spki.to_der().unwrap())
}

const F4: &[u8] = &[1, 0, 1];

#[test]
fn sig_15_rsa_sizes() {
    for (bits, refusal) in [
        (512, KeyError::RsaTooSmall(512)),
        (1024, KeyError::RsaTooSmall(1024)),
        (8200, KeyError::RsaTooLarge(8200)),
        (16384, KeyError::RsaTooLarge(16384)),
    ] {
        assert_eq!(PublicKey::from_pem(&rsa_pem(bits, F4)), Err(refusal));
    }
    for (bits, weak) in [(1536, true), (2048, false), (4096, false), (8192, false)] {
        let key = PublicKey::from_pem(&rsa_pem(bits, F4)).unwrap();
        assert_eq!(key.is_weak(), weak, "{bits}");
        assert_eq!(key.algorithm(), Algorithm::RsaSha256);
    }
}

#[test]
fn sig_15_rsa_exponents() {
    for exponent in [&[1][..], &[2], &[4], &[1, 0, 0], &[1, 0, 0, 0, 1]] {
        let refusal = PublicKey::from_pem(&rsa_pem(2048, exponent));
        assert_eq!(refusal, Err(KeyError::RsaExponent), "{exponent:?}");
    }
    for exponent in [&[3][..], &[17], F4] {
        assert!(
            PublicKey::from_pem(&rsa_pem(2048, exponent)).is_ok(),
            "{exponent:?}"
        );
    }
}

#[test]
fn sig_15_things_that_are_no_public_key() {
    let private = RSA.to_pem();
    let public = RSA.public_key().to_pem().unwrap();
    assert!(PublicKey::from_pem(&public).is_ok());
    let der = String::from_utf8_lossy(&pkcs1_der(2048, F4)).into_owned();
    let ed25519_spki = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n\
        -----END PUBLIC KEY-----\n";
    for (text, refusal) in [
        (private.as_str(), KeyError::PrivateKeyGiven),
        (
            &private.replace("PRIVATE", "RSA PRIVATE"),
            KeyError::PrivateKeyGiven,
        ),
        (
            &private.replace("PRIVATE", "ENCRYPTED PRIVATE"),
            KeyError::PrivateKeyGiven,
        ),
        (&private.replace("PRIVATE", "PUBLIC"), KeyError::Malformed),
        (
            &public.replace("PUBLIC KEY", "CERTIFICATE"),
            KeyError::Unsupported,
        ),
        (
            &public.replace("PUBLIC KEY", "RSA PUBLIC KEY"),
            KeyError::Malformed,
        ),
        (ed25519_spki, KeyError::Unsupported),
        (&der, KeyError::NotPem),
        ("", KeyError::NotPem),
        ("garbage", KeyError::NotPem),
        ("-----BEGIN PUBLIC KEY-----", KeyError::NotPem),
        (
            "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
            KeyError::Malformed,
        ),
        (
            "-----BEGIN PUBLIC KEY-----\n%%\n-----END PUBLIC KEY-----",
            KeyError::NotPem,
        ),
        (
            &public.replace("-----END PUBLIC", "-----END RSA PUBLIC"),
            KeyError::NotPem,
        ),
        (&format!("{public}{public}"), KeyError::NotPem),
        (&format!("note\n{public}"), KeyError::NotPem),
        (
            &format!("{}{public}", "\n".repeat(20_000)),
            KeyError::NotPem,
        ),
    ] {
        assert_eq!(PublicKey::from_pem(text), Err(refusal), "{text}");
    }
}

#[test]
fn sig_15_refusals_take_no_time() {
    let private = RSA.to_pem();
    let texts = [
        rsa_pem(16384, F4),
        rsa_pem(512, F4),
        rsa_pem(2048, &[1]),
        private,
    ];
    for text in &texts {
        let start = Instant::now();
        assert!(PublicKey::from_pem(text).is_err());
        assert!(start.elapsed() < Duration::from_millis(50));
    }
    let long = format!("z{}", "z".repeat(1 << 18));
    let start = Instant::now();
    assert_eq!(PublicKey::from_multikey(&long), Err(KeyError::Multikey));
    assert!(start.elapsed() < Duration::from_millis(50));
}

#[test]
fn sig_15_algorithm_parameters() {
    let names = "(request-target) host date digest";
    let named = |algorithm: &str| {
        let parameter = format!(r#"algorithm="{algorithm}","#);
        Wire::post(now()).cavage(names, &parameter).judge()
    };
    for taken in [
        "rsa-sha256",
        "hs2019",
        "RSA-SHA256",
        "rsa-v1_5-sha256",
        "whatever",
        "",
    ] {
        assert_eq!(named(taken), Ok(()), "{taken}");
    }
    for refused in [
        "hmac-sha256",
        "HMAC-SHA256",
        "none",
        "rsa-sha1",
        "ecdsa-sha1",
        "rsa-md5",
    ] {
        let refusal = named(refused).unwrap_err();
        assert_eq!(refusal, Refusal::AlgorithmRefused, "{refused}");
        assert_eq!(refusal.http_status(), 401);
    }
}

#[test]
fn sig_15_signatures_of_the_wrong_length() {
    let signed = Wire::signed_post();
    let value = signed.value("signature");
    let (head, signature) = value.split_once("signature=\"").unwrap();
    let bytes = STANDARD.decode(signature.trim_end_matches('"')).unwrap();
    let judge = |bytes: &[u8]| {
        let value = format!("{head}signature=\"{}\"", STANDARD.encode(bytes));
        signed.clone().replaced("signature", &value).judge()
    };
    assert_eq!(judge(&bytes), Ok(()));
    let short = &bytes[1..];
    let long = [&[0], bytes.as_slice()].concat();
    for wrong in [short, &long, &[0; 256], &[0xff; 256], &[1]] {
        assert_eq!(judge(wrong), Err(Refusal::SignatureInvalid));
    }
}

#[test]
fn r_sig_14_pem_forms() {
    let public = RSA.public_key();
    let spki = public.to_pem().unwrap();
    assert!(spki.starts_with("-----BEGIN PUBLIC KEY-----\n"));
    assert!(spki.ends_with("\n-----END PUBLIC KEY-----\n"));
    assert!(spki.lines().all(|line| line.len() <= 64));
    assert_eq!(&PublicKey::from_pem(&spki).unwrap(), public);
    let body: String = spki.lines().filter(|line| !line.starts_with('-')).collect();
    // The SPKI header of an RSA-2048 key takes 24 bytes; what follows is PKCS#1.
    let pkcs1 = pem("RSA PUBLIC KEY", &STANDARD.decode(&body).unwrap()[24..]);
    for text in [
        spki.replace('\n', "\r\n"),
        spki.trim_end().to_owned(),
        format!("\n  {spki}\n\n"),
        pem("PUBLIC KEY", &STANDARD.decode(&body).unwrap()),
        pkcs1,
    ] {
        assert_eq!(&PublicKey::from_pem(&text).unwrap(), public, "{text}");
    }
    assert_ne!(OTHER_RSA.public_key(), public);
}

#[test]
fn private_keys_survive_their_pem() {
    for key in [&*RSA, &*ED25519] {
        let again = PrivateKey::from_pem(&key.to_pem()).unwrap();
        assert_eq!(again.public_key(), key.public_key());
        assert_eq!(
            again.sign(b"message").unwrap(),
            key.sign(b"message").unwrap()
        );
        assert!(
            key.public_key()
                .verifies(b"message", &again.sign(b"message").unwrap())
        );
        assert!(
            !key.public_key()
                .verifies(b"Message", &again.sign(b"message").unwrap())
        );
    }
    assert_eq!(
        PrivateKey::generate_rsa([7; 32]).unwrap().to_pem(),
        RSA.to_pem()
    );
    let public = RSA.public_key().to_pem().unwrap();
    assert_eq!(
        PrivateKey::from_pem(&public).unwrap_err(),
        KeyError::Unsupported
    );
    assert_eq!(PrivateKey::from_pem("").unwrap_err(), KeyError::NotPem);
    let broken = pem("PRIVATE KEY", b"garbage");
    assert_eq!(
        PrivateKey::from_pem(&broken).unwrap_err(),
        KeyError::Malformed
    );
}

#[test]
fn private_keys_do_not_show_themselves_and_cross_threads() {
    fn shared<T: Clone + Send + Sync>(_: &T) {}
    shared(&*RSA);
    shared(RSA.public_key());
    let shown = format!("{:?}", *RSA);
    assert_eq!(shown, "PrivateKey(of PublicKey(RSA, 2048 bits))");
}

#[test]
fn r_sig_14_multikeys() {
    let text = ED25519.public_key().to_multikey().unwrap();
    assert!(text.starts_with("z6Mk"));
    assert_eq!(
        &PublicKey::from_multikey(&text).unwrap(),
        ED25519.public_key()
    );
    assert_eq!(ED25519.public_key().to_pem(), None);
    assert_eq!(RSA.public_key().to_multikey(), None);
    let bare = text.strip_prefix('z').unwrap();
    // A P-256 Multikey, a missing prefix, another base, a character outside the alphabet.
    for refused in [
        "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv",
        bare,
        &format!("u{bare}"),
        &text.replace("z6Mk", "z6M0"),
        &text[..text.len() - 1],
        &format!("{text}1"),
        "z",
        "",
    ] {
        assert_eq!(
            PublicKey::from_multikey(refused),
            Err(KeyError::Multikey),
            "{refused}"
        );
    }
}
