//! Host names as they stand in a `Host` header and in our ids.

/// Why a text is no host name of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Empty, too long, or with characters that no host name has.
    #[error("not a host name")]
    Malformed,
    /// An address in numbers: ids would not survive a move.
    #[error("a site needs a name, not an address in numbers")]
    Literal,
}

/// The one spelling of a host with its port, if any: lower case, punycode.
///
/// `default_port` (80 or 443 by the site's scheme) is dropped, so that ids never carry it
/// (R-FOL-03). A trailing dot is refused: it would be a second spelling of the same name.
pub fn normalise_host(text: &str, default_port: u16) -> Result<String, HostError> {
    let text = text.trim();
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => (
            name,
            Some(port.parse::<u16>().map_err(|_| HostError::Malformed)?),
        ),
        Some(_) => return Err(HostError::Malformed),
        None => (text, None),
    };
    if name.is_empty() || name.len() > 253 || name.ends_with('.') || name.starts_with('.') {
        return Err(HostError::Malformed);
    }
    let name = idna::domain_to_ascii_strict(name).map_err(|_| HostError::Malformed)?;
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    if name.is_empty() || !name.bytes().all(allowed) {
        return Err(HostError::Malformed);
    }
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|b| b.is_ascii_digit()) || last.starts_with("0x") {
        return Err(HostError::Literal);
    }
    Ok(match port {
        Some(port) if port != default_port => format!("{name}:{port}"),
        _ => name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_one_host() {
        for (text, want) in [
            ("Raffinerie.Example", "raffinerie.example"),
            ("raffinerie.example:443", "raffinerie.example"),
            ("raffinerie.localhost:8536", "raffinerie.localhost:8536"),
            ("bücher.example", "xn--bcher-kva.example"),
        ] {
            assert_eq!(normalise_host(text, 443).as_deref(), Ok(want), "{text}");
        }
    }

    #[test]
    fn sig_06_other_spellings_are_no_hosts() {
        for text in [
            "",
            ".",
            "ours.example.",
            "a b.example",
            "exa/mple.org",
            "user@ours.example",
            "ours.example:",
            "ours.example:70000",
            "[::1]",
            "ours.example:x",
        ] {
            assert_eq!(
                normalise_host(text, 443),
                Err(HostError::Malformed),
                "{text}"
            );
        }
        for text in ["127.0.0.1", "127.1", "2130706433", "0x7f.0x1"] {
            assert!(normalise_host(text, 443).is_err(), "{text}");
        }
    }
}
