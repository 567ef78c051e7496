//! What this room asks of the moderation above it.

use activitystreams::Activity;
use federation::{Actor, IngestError};
use serde_json::Value;
use store::{Conn, Id, StoreError, Ts};

/// The moderators' desk.
pub trait Desk: Send + Sync + 'static {
    /// A complaint of another server (`Flag`). False when nothing of it is ours to judge.
    fn flagged(
        &self,
        conn: &mut Conn,
        site: Id,
        flag: &Activity,
        sender: &Actor,
        now: Ts,
    ) -> Result<bool, IngestError>;

    /// An actor of another server goes on under another address.
    fn moved(&self, conn: &mut Conn, old: Id, new: Id, now: Ts) -> Result<(), StoreError>;

    /// True when something must be read before it is shown, by a moderator or the program that the site asks.
    fn holds(&self, conn: &mut Conn, new: &Submitted<'_>, now: Ts) -> Result<bool, StoreError>;
}

/// Something that is about to be shown on a site.
#[derive(Debug, Clone)]
pub struct Submitted<'a> {
    /// The site.
    pub site: Id,
    /// The object, when it is one; a reply has none.
    pub object: Option<Id>,
    /// Who publishes it.
    pub actor: Id,
    /// The person of ours who wrote it.
    pub account: Option<Id>,
    /// The server it comes from, when it is another one.
    pub host: Option<&'a str>,
    /// All its texts: title, description, names, descriptions of pictures; HTML or plain.
    pub texts: Vec<String>,
    /// A text of it has a link.
    pub links: bool,
    /// It has a picture or another attachment.
    pub pictures: bool,
    /// It was shown before and is changed.
    pub edited: bool,
}

/// The texts of an ActivityStreams document that people read, wherever they stand in it.
pub(crate) fn texts_of(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(document, &mut found);
    found
}

/// Properties whose values people read; the others are addresses and words of the vocabulary.
const READ: [&str; 12] = [
    "name",
    "content",
    "summary",
    "contentMap",
    "nameMap",
    "summaryMap",
    "text",
    "streetAddress",
    "addressLocality",
    "addressRegion",
    "source",
    "description",
];

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if READ.contains(&key.as_str()) => found.push(text.clone()),
                    Value::Object(inner) if key.ends_with("Map") => {
                        found.extend(inner.values().filter_map(Value::as_str).map(str::to_owned));
                    }
                    other => collect(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// True when a text has a link in it, written out or as markup.
pub(crate) fn has_link(texts: &[String]) -> bool {
    let marks = ["http://", "https://", "<a ", "www."];
    texts.iter().any(|text| {
        let text = text.to_lowercase();
        marks.iter().any(|mark| text.contains(mark))
    })
}

/// True when a document carries a picture, a sound or another file; the links of an event are none.
pub(crate) fn has_file(document: &Value) -> bool {
    let listed = |value: &Value| match value {
        Value::Array(items) => items.iter().any(is_file),
        one => is_file(one),
    };
    document.get("image").is_some_and(|image| !image.is_null())
        || document.get("attachment").is_some_and(listed)
}

fn is_file(value: &Value) -> bool {
    let types = activitystreams::types(value);
    ["Document", "Image", "Audio", "Video"]
        .iter()
        .any(|kind| types.contains(kind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_events_links_are_no_pictures() {
        let link = json!({"type": "Link", "name": "Website", "href": "https://bal.test"});
        let picture =
            json!({"type": "Document", "mediaType": "image/png", "url": "https://bal.test/a.png"});
        assert!(!has_file(&json!({"attachment": [link]})));
        assert!(!has_file(&json!({"attachment": [], "image": null})));
        assert!(has_file(&json!({"attachment": [link, picture]})));
        assert!(has_file(&json!({"image": picture})));
    }

    #[test]
    fn what_people_read_is_found_wherever_it_stands() {
        let document = json!({"id": "https://bal.test/un", "type": "Event", "name": "un", "content": "<p>deux</p>",
            "location": {"name": "trois", "address": {"addressLocality": "quatre"}}, "nameMap": {"fr": "cinq"},
            "attachment": [{"type": "Document", "name": "six", "url": "https://bal.test/sept"}]});
        let mut found = texts_of(&document);
        found.sort();
        assert_eq!(
            found,
            ["<p>deux</p>", "cinq", "quatre", "six", "trois", "un"]
        );
    }
}
