use accounts::{Proxies, address_key};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use std::net::IpAddr;

fn client(trusted: &[&str], peer: &str, headers: &[(&'static str, &'static str)]) -> String {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    let peer: IpAddr = peer.parse().unwrap();
    Proxies::parse(trusted)
        .unwrap()
        .client(Some(peer), &map)
        .to_string()
}

#[test]
fn auth_02_an_untrusted_peer_speaks_for_itself_only() {
    for name in [
        "x-forwarded-for",
        "forwarded",
        "x-real-ip",
        "cf-connecting-ip",
        "true-client-ip",
    ] {
        assert_eq!(
            client(&["10.0.0.1"], "192.0.2.1", &[(name, "203.0.113.5")]),
            "192.0.2.1",
            "{name}"
        );
        assert_eq!(
            client(&[], "127.0.0.1", &[(name, "203.0.113.5")]),
            "127.0.0.1",
            "{name}"
        );
    }
    // Through the proxy only X-Forwarded-For counts.
    for name in ["forwarded", "x-real-ip", "cf-connecting-ip"] {
        assert_eq!(
            client(&["10.0.0.1"], "10.0.0.1", &[(name, "203.0.113.5")]),
            "10.0.0.1",
            "{name}"
        );
    }
    assert_eq!(
        client(
            &["10.0.0.1"],
            "10.0.0.1",
            &[("x-forwarded-for", "203.0.113.5")]
        ),
        "203.0.113.5"
    );
}

#[test]
fn auth_02_the_right_most_untrusted_hop() {
    let trusted = ["10.0.0.0/8", "fd00::/8"];
    for (header, want) in [
        ("6.6.6.6, 203.0.113.5", "203.0.113.5"),
        ("6.6.6.6, 203.0.113.5, 10.1.2.3", "203.0.113.5"),
        ("203.0.113.5:4711", "203.0.113.5"),
        ("[2001:db8::1]:80, fd00::7", "2001:db8::1"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        // What cannot be read ends the walk at the proxy that passed it on.
        ("6.6.6.6, nonsense", "10.0.0.1"),
        ("6.6.6.6, ", "10.0.0.1"),
        ("6.6.6.6, nonsense, 10.1.2.3", "10.1.2.3"),
        // Only proxies: the farthest of them.
        ("10.9.9.9, 10.1.2.3", "10.9.9.9"),
    ] {
        assert_eq!(
            client(&trusted, "10.0.0.1", &[("x-forwarded-for", header)]),
            want,
            "{header}"
        );
    }
    let two = [
        ("x-forwarded-for", "6.6.6.6"),
        ("x-forwarded-for", "203.0.113.5"),
    ];
    assert_eq!(client(&trusted, "10.0.0.1", &two), "203.0.113.5");
}

#[test]
fn auth_02_ipv6_counts_by_64() {
    let key = |text: &str| address_key(text.parse().unwrap());
    assert_eq!(
        key("2001:db8:1:2::1"),
        key("2001:db8:1:2:ffff:ffff:ffff:ffff")
    );
    assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
}

#[test]
fn ranges_that_are_none_are_refused() {
    for text in [
        "",
        "10.0.0.0/33",
        "::/129",
        "10.0.0/8",
        "proxy.example",
        "10.0.0.0/x",
    ] {
        assert!(Proxies::parse(&[text]).is_err(), "{text}");
    }
    assert!(Proxies::parse(&["0.0.0.0/0", "::/0", "127.0.0.1", " ::1 "]).is_ok());
}
