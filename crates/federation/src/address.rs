//! Which addresses may be reached: an allow-list, applied to names before and to IP addresses at
//! the moment of connecting (SSRF-01..04).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Why an address is not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither https nor (in tests) http.
    #[error("only https addresses are fetched")]
    Scheme,
    /// An address in numbers.
    #[error("an address in numbers is not fetched")]
    Literal,
    /// A port of its own.
    #[error("an address with a port is not fetched")]
    Port,
    /// `user:password@`.
    #[error("an address with user information is not fetched")]
    UserInfo,
    /// No dot, or a trailing one, or a reserved ending.
    #[error("not a public host name")]
    Name,
    /// Our own server.
    #[error("an address of this server is not fetched")]
    Ours,
}

/// True for addresses of the public Internet only.
///
/// IPv4: everything outside IANA's special-purpose registry. IPv6: 2000::/3 less what is reserved
/// in it. Addresses that carry an IPv4 one inside (mapped, NAT64, 6to4) are never public.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !matches!(
        ip.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        // 2001::/23 (protocol assignments, Teredo, ORCHID), 2001:db8::/32, 2002::/16, 3fff::/20.
        [0x2001, 0..=0x01ff | 0x0db8, ..] | [0x2002, ..] | [0x3fff, 0..=0x0fff, ..] => false,
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

/// Checks the text of an address before any look-up.
///
/// `local_test` allows http, ports and names of the reserved domains.
pub fn check_url(url: &Url, local_test: bool) -> Result<(), AddressError> {
    match url.scheme() {
        "https" => {}
        "http" if local_test => {}
        _ => return Err(AddressError::Scheme),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::UserInfo);
    }
    let Some(Host::Domain(name)) = url.host() else {
        return Err(AddressError::Literal);
    };
    if name.len() > 253 || name.ends_with('.') || name.split('.').any(str::is_empty) {
        return Err(AddressError::Name);
    }
    if local_test {
        return Ok(());
    }
    if url.port().is_some() {
        return Err(AddressError::Port);
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    let reserved = [
        "localhost",
        "test",
        "example",
        "invalid",
        "local",
        "internal",
        "onion",
        "arpa",
        "lan",
        "home",
    ];
    if !name.contains('.') || reserved.contains(&last) {
        return Err(AddressError::Name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssrf_01_only_global_addresses_are_public() {
        for refused in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(refused.parse().expect(refused)), "{refused}");
        }
        for accepted in [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a01:e0a::1",
            "2001:200::1",
        ] {
            assert!(is_public(accepted.parse().expect(accepted)), "{accepted}");
        }
    }

    #[test]
    fn ssrf_04_literals_ports_and_user_information_are_refused() {
        for (text, error) in [
            ("https://2130706433/", AddressError::Literal),
            ("https://0x7f.1/", AddressError::Literal),
            ("https://0177.0.0.1/", AddressError::Literal),
            ("https://127.1/", AddressError::Literal),
            ("https://[::1]/", AddressError::Literal),
            ("https://8.8.8.8/", AddressError::Literal),
            ("https://peer.example.org:8443/", AddressError::Port),
            ("https://good@peer.example.org/", AddressError::UserInfo),
            ("http://peer.example.org/", AddressError::Scheme),
            ("ftp://peer.example.org/", AddressError::Scheme),
            ("https://localhost/", AddressError::Name),
            ("https://intranet/", AddressError::Name),
            ("https://peer.example.org./", AddressError::Name),
            ("https://db.internal/", AddressError::Name),
        ] {
            assert_eq!(
                check_url(&Url::parse(text).expect(text), false),
                Err(error),
                "{text}"
            );
        }
        for text in [
            "https://peer.example.org/",
            "https://peer.example.org:443/actor?x=1",
        ] {
            assert_eq!(
                check_url(&Url::parse(text).expect(text), false),
                Ok(()),
                "{text}"
            );
        }
        assert_eq!(
            check_url(&Url::parse("http://alpha.test/x").expect("url"), true),
            Ok(())
        );
    }
}
