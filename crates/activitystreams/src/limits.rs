//! Limits that cut and do not fail (DOS-06). Texts are cut at a character
//! boundary; figures are bytes for texts and items for lists: those of Mastodon
//! (CVE-2026-23962, CVE-2026-23963) where it has one.

use crate::property;
use serde_json::Value;

pub(crate) const NAME: usize = 2_048;
pub(crate) const USERNAME: usize = 2_048;
pub(crate) const SUMMARY: usize = 20 * 1_024;
/// Object content: only the size of a whole document bounds it for others; we
/// keep a quarter of that.
pub(crate) const CONTENT: usize = 256 * 1_024;
pub(crate) const FIELDS: usize = 50;
pub(crate) const FIELD_TEXT: usize = 2_047;
pub(crate) const ALSO_KNOWN_AS: usize = 256;
pub(crate) const LIST: usize = 100;
pub(crate) const TITLE: usize = 256;

/// Cuts `text` to at most `max` bytes, on a character boundary.
pub(crate) fn cut(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}

/// Cuts a document to what its readers take of it, for keeping: whoever reads it
/// again finds no more.
pub fn shorten(document: &mut Value) {
    let fields = if document.get("inbox").is_some() {
        FIELDS
    } else {
        LIST
    };
    let Some(map) = document.as_object_mut() else {
        return;
    };
    for (key, most) in [
        ("name", NAME),
        ("preferredUsername", USERNAME),
        ("summary", SUMMARY),
        ("content", CONTENT),
    ] {
        if let Some(Value::String(text)) = map.get_mut(key) {
            text.truncate(text.floor_char_boundary(most));
        }
    }
    for (key, most) in [("alsoKnownAs", ALSO_KNOWN_AS), ("attachment", fields)] {
        if let Some(Value::Array(list)) = map.get_mut(key) {
            list.truncate(most);
        }
    }
    if let Some(Value::Array(tags)) = map.get_mut("tag") {
        keep_of_each(tags);
    }
}

/// As many mentions as anything else, so that neither crowds the other out.
fn keep_of_each(tags: &mut Vec<Value>) {
    let (mut mentions, mut others) = (0, 0);
    tags.retain(|tag| {
        let count = match property::has_type(tag, "Mention") {
            true => &mut mentions,
            false => &mut others,
        };
        *count += 1;
        *count <= LIST
    });
}
