//! Activities in the canonical form of A.4.

use super::{context, prune_nulls, utc};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use url::Url;

/// Asks to follow `object` (R-AP-01).
pub fn follow(id: &Url, actor: &Url, object: &Url) -> Value {
    json!({
        "@context": context::AS2, "id": id.as_str(), "type": "Follow",
        "actor": actor.as_str(), "object": object.as_str(), "to": [object.as_str()],
    })
}

/// Accepts a received Follow or Join. `received` is embedded unchanged, its
/// nulls included if it has any: peers compare it with what they sent (R-AP-02).
pub fn accept(id: &Url, actor: &Url, received: &Value, to: &Url) -> Value {
    answer("Accept", id, actor, received, to)
}

/// Refuses a received Follow or Join, or takes an acceptance back.
pub fn reject(id: &Url, actor: &Url, received: &Value, to: &Url) -> Value {
    answer("Reject", id, actor, received, to)
}

/// Undoes an activity of ours, embedded as it was sent.
pub fn undo(id: &Url, actor: &Url, ours: &Value, to: &Url) -> Value {
    answer("Undo", id, actor, &without_context(ours), to)
}

/// Answers a Join that is not handled here, by its id (R-JOIN-02, FEP-8a8e).
pub fn ignore(id: &Url, actor: &Url, join: &Url, to: &Url) -> Value {
    answer("Ignore", id, actor, &json!(join.as_str()), to)
}

fn answer(kind: &str, id: &Url, actor: &Url, object: &Value, to: &Url) -> Value {
    json!({
        "@context": context::AS2, "id": id.as_str(), "type": kind,
        "actor": actor.as_str(), "to": [to.as_str()], "object": object,
    })
}

/// `Create` of an object of ours by its `attributedTo`; id `<object id>#create`.
/// The object's context, times and recipients move up to the activity.
pub fn create(object: &Value) -> Value {
    let author = text(object, "attributedTo");
    wrap(
        "Create",
        &format!("{}#create", text(object, "id")),
        &author,
        object,
        "published",
    )
}

/// The same `Create` by the instance, for Gancio and WordPress peers that
/// trust it (0.3); id `<object id>#create-instance`.
pub fn create_instance(object: &Value, instance: &Url) -> Value {
    let id = format!("{}#create-instance", text(object, "id"));
    wrap("Create", &id, instance.as_str(), object, "published")
}

/// `Update` of an object (by its `attributedTo`) or of an actor (by itself);
/// id `<object id>#updates/<updated>`. The object carries `updated` (R-AP-06).
pub fn update(object: &Value) -> Value {
    let id = text(object, "id");
    let author = match object.get("inbox") {
        Some(_) => id.clone(),
        None => text(object, "attributedTo"),
    };
    let stamp = text(object, "updated");
    wrap(
        "Update",
        &format!("{id}#updates/{stamp}"),
        &author,
        object,
        "updated",
    )
}

fn wrap(kind: &str, id: &str, actor: &str, object: &Value, time: &str) -> Value {
    let public = json!([crate::audience::PUBLIC]);
    let mut map = Map::new();
    let context = object
        .get("@context")
        .cloned()
        .unwrap_or_else(|| json!(context::AS2));
    map.insert("@context".to_owned(), context);
    map.insert("id".to_owned(), json!(id));
    map.insert("type".to_owned(), json!(kind));
    map.insert("actor".to_owned(), json!(actor));
    for (key, source) in [("published", time), ("updated", "updated")] {
        // A Create has one time, an Update both.
        if let Some(value) = object
            .get(source)
            .filter(|_| key == "published" || kind == "Update")
        {
            map.insert(key.to_owned(), value.clone());
        }
    }
    // An actor document has no recipients of its own.
    let followers = object
        .get("followers")
        .map(|url| json!([url]))
        .unwrap_or_else(|| json!([]));
    map.insert("to".to_owned(), object.get("to").cloned().unwrap_or(public));
    map.insert(
        "cc".to_owned(),
        object.get("cc").cloned().unwrap_or(followers),
    );
    map.insert("object".to_owned(), without_context(object));
    prune_nulls(Value::Object(map))
}

/// `Delete` with a Tombstone that says what it was: Gancio reads `formerType`;
/// id `<object id>#delete`. `to` and `cc` are those of the deleted object.
pub fn delete(
    object: &Url,
    actor: &Url,
    former_type: &str,
    deleted: DateTime<Utc>,
    to: &[String],
    cc: &[String],
) -> Value {
    json!({
        "@context": context::AS2, "id": format!("{object}#delete"), "type": "Delete",
        "actor": actor.as_str(), "to": to, "cc": cc,
        "object": without_context(&tombstone(object, former_type, deleted)),
    })
}

/// The body of a 410 answer (R-ACT-13).
pub fn tombstone(id: &Url, former_type: &str, deleted: DateTime<Utc>) -> Value {
    json!({
        "@context": context::AS2, "id": id.as_str(), "type": "Tombstone",
        "formerType": former_type, "deleted": utc(deleted),
    })
}

/// Public `Announce` of an object by its id (R-AP-07); `cc` holds the followers
/// of the announcer and the author.
pub fn announce(
    id: &Url,
    actor: &Url,
    object: &Url,
    published: DateTime<Utc>,
    cc: &[Url],
) -> Value {
    json!({
        "@context": context::AS2, "id": id.as_str(), "type": "Announce",
        "actor": actor.as_str(), "object": object.as_str(), "published": utc(published),
        "to": [crate::audience::PUBLIC],
        "cc": cc.iter().map(Url::as_str).collect::<Vec<_>>(),
    })
}

/// Reports `reported` and objects of theirs, by the instance, never naming the
/// reporter (R-MOD-02).
pub fn flag(id: &Url, instance: &Url, reported: &Url, objects: &[Url], content: &str) -> Value {
    let all: Vec<&str> = [reported]
        .into_iter()
        .chain(objects)
        .map(Url::as_str)
        .collect();
    json!({
        "@context": context::AS2, "id": id.as_str(), "type": "Flag",
        "actor": instance.as_str(), "content": content, "object": all,
        "to": [reported.as_str()],
    })
}

fn text(object: &Value, key: &str) -> String {
    object
        .get(key)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn without_context(object: &Value) -> Value {
    let mut object = object.clone();
    if let Some(map) = object.as_object_mut() {
        map.shift_remove("@context");
    }
    object
}
