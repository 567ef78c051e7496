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

    /// True when something must be read by a moderator before it is shown.
    fn holds(&self, conn: &mut Conn, new: &Submitted<'_>) -> Result<bool, StoreError>;
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
