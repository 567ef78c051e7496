//! Which answers may be read as ActivityStreams (ORI-02).

/// The profile that makes `application/ld+json` ActivityStreams.
const PROFILE: &str = "https://www.w3.org/ns/activitystreams";

/// True for `application/activity+json`, and for `application/ld+json` with
/// the ActivityStreams profile among its profiles: any case, spaces and other
/// parameters allowed. False for everything else, two joined headers included.
pub fn is_activity_content_type(header: &str) -> bool {
    let Some(parts) = split_parameters(header) else {
        return false;
    };
    let mut parts = parts.into_iter();
    let essence = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut profile: Option<String> = None;
    for part in parts {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let Some((name, value)) = part.split_once('=') else {
            return false;
        };
        let value = value.trim();
        let value = match value.strip_prefix('"') {
            Some(rest) => match rest.strip_suffix('"') {
                Some(inner) => inner,
                None => return false,
            },
            None => value,
        };
        if name.trim().eq_ignore_ascii_case("profile")
            && profile.replace(value.to_owned()).is_some()
        {
            return false;
        }
    }
    match essence.as_str() {
        "application/activity+json" => true,
        "application/ld+json" => {
            profile.is_some_and(|list| list.split_ascii_whitespace().any(|one| one == PROFILE))
        }
        _ => false,
    }
}

/// Splits on `;` outside quotes. None when a comma outside quotes shows two
/// joined headers, or when a quote stays open.
fn split_parameters(header: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, byte) in header.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => return None,
            b';' if !quoted => {
                parts.push(header.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    if quoted {
        return None;
    }
    parts.push(header.get(start..)?);
    Some(parts)
}
