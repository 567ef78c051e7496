//! Tolerant access to the properties of a document: one or many, string or
//! object, plain or expanded. Nothing here panics on any value.

use crate::error::ReadError;
use chrono::{DateTime, FixedOffset};
use serde_json::Value;
use url::Url;

/// The values of `key`: none for absent and null, one for a single value, all
/// for a list (its nulls left out).
pub(crate) fn many<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    match value.get(key) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list.iter().filter(|item| !item.is_null()).collect(),
        Some(one) => vec![one],
    }
}

/// The first value of `key` that is not null.
pub(crate) fn first<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    many(value, key).into_iter().next()
}

/// A string, or the `@value` of one.
pub(crate) fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Object(map) => map.get("@value").and_then(Value::as_str),
        _ => None,
    }
}

/// The text of `key`, cut to `max` bytes; empty is absent. Falls back to the
/// only or first entry of `<key>Map`.
pub(crate) fn text(value: &Value, key: &str, max: usize) -> Option<String> {
    let direct = many(value, key).into_iter().find_map(as_text);
    let found = match direct {
        Some(text) => Some(text),
        None => value
            .get(format!("{key}Map"))
            .and_then(Value::as_object)
            .and_then(|map| map.values().find_map(as_text)),
    }?;
    let found = found.trim();
    (!found.is_empty()).then(|| crate::limits::cut(found, max).to_owned())
}

/// `true`, or the words for it that some peers send.
pub(crate) fn boolean(value: &Value, key: &str) -> Option<bool> {
    match first(value, key)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(word) => match word.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        },
        Value::Object(map) => map.get("@value").and_then(Value::as_bool),
        _ => None,
    }
}

/// A number of things: a whole number, zero or more.
pub(crate) fn count(value: &Value, key: &str) -> Option<u64> {
    match first(value, key)? {
        Value::Number(number) => number.as_u64(),
        Value::String(digits) => digits.parse().ok(),
        _ => None,
    }
}

/// A finite number, or its decimal text.
pub(crate) fn number(value: &Value, key: &str) -> Option<f64> {
    as_number(first(value, key)?)
}

pub(crate) fn as_number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(digits) => digits.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// The names in `type`, with the ActivityStreams prefixes taken off.
pub(crate) fn types(value: &Value) -> Vec<&str> {
    many(value, "type")
        .into_iter()
        .filter_map(Value::as_str)
        .map(|name| {
            name.strip_prefix("https://www.w3.org/ns/activitystreams#")
                .or_else(|| name.strip_prefix("as:"))
                .unwrap_or(name)
        })
        .filter(|name| !name.is_empty())
        .collect()
}

pub(crate) fn has_type(value: &Value, name: &str) -> bool {
    types(value).contains(&name)
}

/// An address that a page may link to or a server may fetch: `http` or `https`
/// with a host, no user information, nothing a lenient parser would repair
/// (XSS-02, ORI-07).
pub(crate) fn web_url(text: &str) -> Option<Url> {
    if text.len() > 4_096
        || text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
    {
        return None;
    }
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return None;
    }
    let url = Url::parse(text).ok()?;
    (url.has_host() && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// [`web_url`], or a `mailto:` address.
pub(crate) fn web_or_mail_url(text: &str) -> Option<Url> {
    if let Some(url) = web_url(text) {
        return Some(url);
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return None;
    }
    Url::parse(text)
        .ok()
        .filter(|url| url.scheme() == "mailto" && url.path().contains('@'))
}

/// The id of a value: the string itself, or the `id` of an object.
pub(crate) fn id_of(value: &Value) -> Option<Url> {
    match value {
        Value::String(text) => web_url(text),
        Value::Object(map) => map
            .get("id")
            .or_else(|| map.get("@id"))
            .and_then(Value::as_str)
            .and_then(web_url),
        _ => None,
    }
}

/// The address in a value: a string, a `Link` (`href`), an object with `url`,
/// else its id.
pub(crate) fn address_of(value: &Value) -> Option<Url> {
    match value {
        Value::String(text) => web_url(text),
        Value::Object(map) => {
            if let Some(href) = map.get("href") {
                return href.as_str().and_then(web_url);
            }
            match map.get("url") {
                Some(Value::String(text)) => web_url(text),
                Some(Value::Object(inner)) => {
                    inner.get("href").and_then(Value::as_str).and_then(web_url)
                }
                Some(Value::Array(list)) => list.iter().find_map(|item| match item {
                    Value::String(text) => web_url(text),
                    Value::Object(inner) => {
                        inner.get("href").and_then(Value::as_str).and_then(web_url)
                    }
                    _ => None,
                }),
                _ => id_of(value),
            }
        }
        _ => None,
    }
}

/// `mediaType`, or `mimeType` as some peers write it; lower case.
pub(crate) fn media_type(value: &Value) -> Option<String> {
    text(value, "mediaType", 128)
        .or_else(|| text(value, "mimeType", 128))
        .map(|name| name.to_ascii_lowercase())
}

/// The id of the first value of `key`.
pub(crate) fn id(value: &Value, key: &str) -> Option<Url> {
    many(value, key).into_iter().find_map(id_of)
}

/// The ids of all values of `key`, at most `max`; unreadable ones left out.
pub(crate) fn ids(value: &Value, key: &str, max: usize) -> Vec<Url> {
    many(value, key)
        .into_iter()
        .filter_map(id_of)
        .take(max)
        .collect()
}

/// The page for people: the first `text/html` of a list, else the first usable
/// address that is not a feed or a file.
pub(crate) fn page_url(value: &Value, key: &str) -> Option<Url> {
    let all = many(value, key);
    let html = all
        .iter()
        .find(|item| media_type(item).is_some_and(|name| name.starts_with("text/html")));
    match html.and_then(|item| address_of(item)) {
        Some(url) => Some(url),
        None => all
            .iter()
            .filter(|item| media_type(item).is_none())
            .find_map(|item| address_of(item)),
    }
}

/// The document's own id.
///
/// # Errors
/// `not_an_object`, `missing` (absent or null), `wrong_type` (no string),
/// `not_a_url` (empty, relative, without host, another scheme).
pub(crate) fn require_id(value: &Value) -> Result<Url, ReadError> {
    let map = value
        .as_object()
        .ok_or(ReadError::new("not_an_object", "id"))?;
    match map.get("id") {
        None | Some(Value::Null) => Err(ReadError::new("missing", "id")),
        Some(Value::String(text)) => web_url(text).ok_or(ReadError::new("not_a_url", "id")),
        Some(_) => Err(ReadError::new("wrong_type", "id")),
    }
}

/// An RFC 3339 moment with its offset. Also reads what peers write instead:
/// no seconds, a space for the `T`, an offset without colon.
pub(crate) fn as_time(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time);
    }
    let zulu = match text.strip_suffix(['Z', 'z']) {
        Some(rest) => format!("{rest}+00:00"),
        None => text.to_owned(),
    };
    [
        "%Y-%m-%dT%H:%M:%S%.f%z",
        "%Y-%m-%dT%H:%M%z",
        "%Y-%m-%d %H:%M:%S%.f%z",
    ]
    .iter()
    .find_map(|format| DateTime::parse_from_str(&zulu, format).ok())
}

/// The moment in `key`; unreadable is absent.
pub(crate) fn time(value: &Value, key: &str) -> Option<DateTime<FixedOffset>> {
    first(value, key).and_then(as_text).and_then(as_time)
}

/// The language of a text: `inLanguage`, `language`, else the only key of a
/// language map (R-MA-04).
pub(crate) fn language(value: &Value) -> Option<String> {
    let direct = first(value, "inLanguage").or_else(|| first(value, "language"));
    let tag = match direct {
        Some(Value::Object(map)) => map.get("identifier").and_then(Value::as_str),
        Some(other) => as_text(other),
        None => None,
    };
    let tag = tag.or_else(|| {
        ["contentMap", "nameMap", "summaryMap"]
            .into_iter()
            .find_map(|key| {
                let map = value.get(key)?.as_object()?;
                (map.len() == 1)
                    .then(|| map.keys().next().map(String::as_str))
                    .flatten()
            })
    })?;
    let well_formed =
        (2..=35).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    (well_formed && tag != "und").then(|| tag.to_owned())
}
