//! The little JSON-LD that reading plain keys needs: refusing what would make
//! a processor see another document (LD-02), and compacting expanded documents
//! for the ActivityStreams terms (R-CTX-03). Nothing is ever fetched (LD-03).

use crate::parse::ParseError;
use serde_json::{Map, Value};

const AS2: &str = "https://www.w3.org/ns/activitystreams#";
const SECURITY: &str = "https://w3id.org/security#";
const LDP_INBOX: &str = "http://www.w3.org/ns/ldp#inbox";

/// Properties that decide who says what to whom.
const CORE: [&str; 14] = [
    "actor",
    "object",
    "target",
    "to",
    "cc",
    "bto",
    "bcc",
    "audience",
    "id",
    "type",
    "attributedTo",
    "inReplyTo",
    "publicKey",
    "inbox",
];

/// Keywords that move properties between nodes, or hide them from plain readers.
const MOVING: [&str; 4] = ["@graph", "@included", "@reverse", "@nest"];

/// Refuses moving keywords anywhere and contexts that rename core properties.
pub(crate) fn check(value: &Value) -> Result<(), ParseError> {
    match value {
        Value::Array(list) => list.iter().try_for_each(check),
        Value::Object(map) => {
            if MOVING.iter().any(|keyword| map.contains_key(*keyword)) {
                return Err(ParseError::JsonLdKeyword);
            }
            for (key, inner) in map {
                if key == "@context" {
                    check_context(inner)?;
                } else {
                    check(inner)?;
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn check_context(context: &Value) -> Result<(), ParseError> {
    match context {
        Value::Array(list) => list.iter().try_for_each(check_context),
        Value::Object(map) => {
            for (term, definition) in map {
                if MOVING.contains(&term.as_str()) {
                    return Err(ParseError::JsonLdKeyword);
                }
                check_term(term, definition)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn check_term(term: &str, definition: &Value) -> Result<(), ParseError> {
    let plain = definition.as_str();
    let mapped = plain.or_else(|| definition.get("@id").and_then(Value::as_str));
    if mapped.is_some_and(|iri| MOVING.contains(&iri)) {
        return Err(ParseError::JsonLdKeyword);
    }
    // The names that AS2 itself gives are no redefinition.
    let same = match term {
        "id" => plain == Some("@id"),
        "type" => plain == Some("@type"),
        "as" => mapped == Some(AS2),
        "publicKey" => mapped.is_some_and(|iri| {
            iri.ends_with(":publicKey") || iri == format!("{SECURITY}publicKey")
        }),
        "inbox" => mapped.is_some_and(|iri| iri == LDP_INBOX || iri == "ldp:inbox"),
        _ => mapped.is_some_and(|iri| {
            iri.strip_prefix(AS2).or_else(|| iri.strip_prefix("as:")) == Some(term)
        }),
    };
    let core = CORE.contains(&term) || term == "as";
    let alias = mapped.is_some_and(|iri| iri == "@id" || iri == "@type");
    if (core || alias) && !same {
        return Err(ParseError::ContextRedefines);
    }
    let Some(inner) = definition.as_object() else {
        return Ok(());
    };
    if MOVING.iter().any(|keyword| inner.contains_key(*keyword)) {
        return Err(ParseError::JsonLdKeyword);
    }
    inner.get("@context").map_or(Ok(()), check_context)
}

/// The plain name of an expanded key.
fn plain_name(key: &str) -> Option<&str> {
    match key {
        "@id" => Some("id"),
        "@type" => Some("type"),
        LDP_INBOX => Some("inbox"),
        _ => key.strip_prefix(AS2).or_else(|| key.strip_prefix(SECURITY)),
    }
}

fn is_expanded(map: &Map<String, Value>) -> bool {
    map.keys().any(|key| plain_name(key).is_some())
}

/// Gives an expanded document its plain keys. Others come back unchanged,
/// except that a plain and an expanded name together are refused.
pub(crate) fn compact(value: Value) -> Result<Value, ParseError> {
    let value = match value {
        // An expanded document is a list of nodes; one node stands for itself.
        Value::Array(mut list) if list.len() == 1 => match list.pop() {
            Some(Value::Object(map)) if is_expanded(&map) => Value::Object(map),
            Some(other) => Value::Array(vec![other]),
            None => Value::Array(list),
        },
        other => other,
    };
    match value {
        Value::Object(map) if is_expanded(&map) => compact_map(map),
        other => {
            refuse_mixed(&other)?;
            Ok(other)
        }
    }
}

/// Nested objects of a plain document may be expanded, but not half of one.
fn refuse_mixed(value: &Value) -> Result<(), ParseError> {
    match value {
        Value::Array(list) => list.iter().try_for_each(refuse_mixed),
        Value::Object(map) => {
            for (key, inner) in map {
                if key == "@context" {
                    continue;
                }
                if plain_name(key).is_some_and(|plain| map.contains_key(plain)) {
                    return Err(ParseError::MixedExpansion);
                }
                refuse_mixed(inner)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn compact_map(map: Map<String, Value>) -> Result<Value, ParseError> {
    let mut plain = Map::new();
    for (key, value) in map {
        if key == "@context" {
            plain.insert(key, value);
            continue;
        }
        let name = plain_name(&key).map(str::to_owned).unwrap_or(key);
        let value = compact_value(value)?;
        if plain.insert(name, value).is_some() {
            return Err(ParseError::MixedExpansion);
        }
    }
    Ok(Value::Object(plain))
}

fn compact_value(value: Value) -> Result<Value, ParseError> {
    match value {
        Value::Array(list) => {
            let mut list = list
                .into_iter()
                .map(compact_value)
                .collect::<Result<Vec<_>, _>>()?;
            Ok(match list.len() {
                1 => list.pop().unwrap_or(Value::Null),
                _ => Value::Array(list),
            })
        }
        Value::Object(mut map) => {
            if let Some(value) = map.remove("@value") {
                return Ok(value);
            }
            if let Some(list) = map.remove("@list").or_else(|| map.remove("@set")) {
                return compact_value(list);
            }
            if map.len() == 1
                && let Some(id) = map.remove("@id")
            {
                return Ok(id);
            }
            compact_map(map)
        }
        other => Ok(other),
    }
}

#[cfg(test)]
mod tests;
