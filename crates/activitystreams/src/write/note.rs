//! Short texts of ours: replies and notices.

use super::{NoteForm, context, prune_nulls, utc};
use serde_json::{Value, json};
use url::Url;

/// Writes a Note. `to` and `cc` are taken as they are, as lists (R-AP-03).
pub fn note(form: &NoteForm) -> Value {
    let mentions: Vec<Value> = form
        .mentions
        .iter()
        .map(|(actor, name)| json!({"type": "Mention", "href": actor.as_str(), "name": name}))
        .collect();
    prune_nulls(json!({
        "@context": context::AS2,
        "id": form.id.as_str(),
        "type": "Note",
        "attributedTo": form.author.as_str(),
        "inReplyTo": form.in_reply_to.as_ref().map(Url::as_str),
        "url": form.url.as_ref().map(Url::as_str),
        "content": form.content,
        "mediaType": "text/html",
        "contentMap": {form.language.as_str(): form.content},
        "tag": mentions,
        "attachment": [],
        "published": utc(form.published),
        "updated": form.updated.map(|updated| utc(updated.max(form.published))),
        "to": form.to,
        "cc": form.cc,
    }))
}
