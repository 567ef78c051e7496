use proptest::prelude::*;

use super::{AddressError, EmailAddress};

#[test]
fn accepts_what_people_have() {
    for (given, expected) in [
        ("alice@example.org", "alice@example.org"),
        ("  alice@example.org\t", "alice@example.org"),
        (
            "Alice.Martin+agenda@Example.ORG",
            "Alice.Martin+agenda@example.org",
        ),
        (
            "o'brien_4-2=x~y@sub.domain.example",
            "o'brien_4-2=x~y@sub.domain.example",
        ),
        ("bureau@théâtre.example", "bureau@xn--thtre-4qa2c.example"),
        ("a@b.co", "a@b.co"),
        ("1@2.example", "1@2.example"),
    ] {
        let address = EmailAddress::parse(given);
        assert_eq!(address.as_ref().map(EmailAddress::as_str), Ok(expected));
        let address = address.unwrap();
        let parts = format!("{}@{}", address.local_part(), address.domain());
        assert_eq!(parts, expected);
        assert_eq!(expected.parse(), Ok(address), "reading it back");
    }
}

#[test]
fn folds_for_comparison() {
    let fold = |text: &str| EmailAddress::parse(text).unwrap().folded();
    assert_eq!(fold("Alice@EXAMPLE.org"), fold("aLICE@example.ORG"));
    assert_ne!(fold("alice+a@example.org"), fold("alice@example.org"));
}

#[test]
fn inj_05_odd_addresses_are_refused() {
    use AddressError::{At, Domain, Empty, LocalPart, TooLong};
    let long = |length: usize| format!("a@{}", "b.".repeat(length));
    for (given, expected) in [
        ("", Empty),
        ("  ", Empty),
        ("alice", At),
        ("alice@bob@example.org", At),
        ("@example.org", LocalPart),
        ("al ice@example.org", LocalPart),
        ("alice%evil.example@example.org", LocalPart),
        ("alice,bob@example.org", LocalPart),
        ("\"alice\"@example.org", LocalPart),
        ("alice\"@example.org", LocalPart),
        ("evil.example!alice@example.org", LocalPart),
        ("|sh@example.org", LocalPart),
        ("`id`@example.org", LocalPart),
        ("${x}@example.org", LocalPart),
        ("alice(comment)@example.org", LocalPart),
        ("<alice@example.org>", LocalPart),
        ("Alice <alice@example.org>", LocalPart),
        ("alice;bob@example.org", LocalPart),
        ("alice\\@example.org", LocalPart),
        ("alice\r\nBcc: x@evil.example", LocalPart),
        ("alice\r\n@example.org", LocalPart),
        ("alice\0@example.org", LocalPart),
        ("élise@example.org", LocalPart),
        ("-oQ/tmp@example.org", LocalPart),
        (".alice@example.org", LocalPart),
        ("alice.@example.org", LocalPart),
        ("ali..ce@example.org", LocalPart),
        ("alice@", Domain),
        ("alice@localhost", Domain),
        ("alice@example.org\r\n", Domain),
        ("alice@example.org\nBcc:x", Domain),
        ("alice@example.org,bob", Domain),
        ("alice@example.org>", Domain),
        ("alice@exa mple.org", Domain),
        ("alice@exa_mple.org", Domain),
        ("alice@[127.0.0.1]", Domain),
        ("alice@127.0.0.1", Domain),
        ("alice@.example.org", Domain),
        ("alice@example..org", Domain),
        ("alice@example.org.", Domain),
        ("alice@-example.org", Domain),
        ("alice@example.org%0d%0a", Domain),
        (&format!("{}@example.org", "a".repeat(65)), TooLong),
        (&long(160), TooLong),
    ] {
        assert_eq!(EmailAddress::parse(given), Err(expected), "{given:?}");
    }
    // The twin of the last two: the longest parts.
    let local = "a".repeat(64);
    let domain = [
        "b".repeat(63),
        "c".repeat(63),
        "d".repeat(63),
        "example".into(),
    ]
    .join(".");
    assert!(EmailAddress::parse(&format!("{local}@{domain}")).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_accepted_is_harmless(text in any::<String>(), near in "[ -~\r\n]{0,20}@[ -~]{0,20}") {
        for text in [text, near] {
            if let Ok(address) = EmailAddress::parse(&text) {
                let harmless = |byte: u8| byte.is_ascii_graphic() && !b"%,\"<>()[]:;\\`|!".contains(&byte);
                prop_assert!(address.as_str().bytes().all(harmless), "{address}");
                prop_assert!(address.as_str().len() <= EmailAddress::MAX_BYTES);
            }
        }
    }
}
