//! Bytes to one JSON value, with everything refused that two parsers could
//! read in two ways (ORI-13, LD-02, DOS-05, R-SIG-19).

use crate::json_ld;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// Largest document, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// Deepest nesting of objects and lists.
pub const MAX_DEPTH: usize = 32;
/// Longest list.
pub const MAX_ARRAY: usize = 1_000;
/// Most keys in one object.
pub const MAX_KEYS: usize = 1_000;

/// Why a document is refused before any reader sees it. Answer with 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the document is larger than 1 MiB")]
    TooLarge,
    #[error("the document is not UTF-8")]
    NotUtf8,
    /// Also lone surrogates and numbers out of range.
    #[error("the document is not JSON")]
    NotJson,
    #[error("the document is nested deeper than 32 levels")]
    TooDeep,
    #[error("a list has more than 1,000 entries")]
    ArrayTooLong,
    #[error("an object has more than 1,000 keys")]
    TooManyKeys,
    #[error("a key stands twice in one object")]
    DuplicateKey,
    #[error("a text contains a NUL character")]
    NulCharacter,
    /// `@graph`, `@included`, `@reverse` or `@nest`.
    #[error("the document uses a JSON-LD keyword that moves properties")]
    JsonLdKeyword,
    #[error("the inline context gives another meaning to a core property")]
    ContextRedefines,
    /// A plain key and its expanded name together.
    #[error("a property stands in its plain and in its expanded form")]
    MixedExpansion,
}

impl ParseError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotUtf8 => "not_utf8",
            Self::NotJson => "not_json",
            Self::TooDeep => "too_deep",
            Self::ArrayTooLong => "array_too_long",
            Self::TooManyKeys => "too_many_keys",
            Self::DuplicateKey => "duplicate_key",
            Self::NulCharacter => "nul_character",
            Self::JsonLdKeyword => "json_ld_keyword",
            Self::ContextRedefines => "context_redefines",
            Self::MixedExpansion => "mixed_expansion",
        }
    }
}

/// Parses a document received from a peer. Signature checks and readers must
/// both use this one value (ORI-13). Expanded JSON-LD comes back with plain
/// keys (R-CTX-03); `@context` addresses have no effect (R-CTX-01, R-CTX-02).
///
/// # Errors
/// See [`ParseError`].
pub fn parse(bytes: &[u8]) -> Result<Value, ParseError> {
    if bytes.len() > MAX_BYTES {
        return Err(ParseError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ParseError::NotUtf8)?;
    let reason = Cell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let strict = Strict {
        depth: 0,
        reason: &reason,
    };
    let value = strict
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|_| reason.get().unwrap_or(ParseError::NotJson))?;
    json_ld::check(&value)?;
    json_ld::compact(value)
}

/// Builds a value while counting depth, entries and keys.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    reason: &'a Cell<Option<ParseError>>,
}

impl Strict<'_> {
    /// Notes the reason; the error itself carries none.
    fn refuse<E: serde::de::Error>(&self, reason: ParseError) -> E {
        self.reason.set(Some(reason));
        E::custom(reason)
    }

    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth >= MAX_DEPTH {
            return Err(self.refuse(ParseError::TooDeep));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }

    fn text<E: serde::de::Error>(&self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(self.refuse(ParseError::NulCharacter));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| self.refuse(ParseError::NotJson))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.text(value)?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.text(&value)?;
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = seq.next_element_seed(inner)? {
            if list.len() >= MAX_ARRAY {
                return Err(self.refuse(ParseError::ArrayTooLong));
            }
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            self.text::<A::Error>(&key)?;
            if map.contains_key(&key) {
                return Err(self.refuse(ParseError::DuplicateKey));
            }
            if map.len() >= MAX_KEYS {
                return Err(self.refuse(ParseError::TooManyKeys));
            }
            let value = access.next_value_seed(inner)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests;
