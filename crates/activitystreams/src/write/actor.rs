//! Actor documents (R-ACT-01 to R-ACT-12, A.3, A.7).

use super::{About, ActorForm, ActorImage, below, context, cut_chars, prune_nulls, utc};
use serde_json::{Map, Value, json};
use url::Url;

/// Mobilizon refuses longer summaries (R-ACT-07).
const MAX_SUMMARY: usize = 5_000;
const MAX_NAME: usize = 200;
const MAX_FIELDS: usize = 50;
const MAX_FIELD: usize = 2_047;

/// The instance, an `Application` (A.3), with its answers about itself.
pub fn instance_actor(form: &ActorForm, about: &About, namespace: &str) -> Value {
    let mut map = base(form, "Application", context::instance_actor(namespace));
    map.insert("implements".to_owned(), implements());
    map.extend(about_entries(about));
    prune_nulls(Value::Object(map))
}

/// An agenda, a `Group` that Mobilizon, Mastodon and PeerTube can follow (A.7).
pub fn agenda_actor(form: &ActorForm, instance: &Url, namespace: &str) -> Value {
    let mut map = base(form, "Group", context::agenda_actor(namespace));
    let events = below(&form.id, "events");
    let members = below(&form.id, "members");
    map.insert("attributedTo".to_owned(), json!([instance.as_str()]));
    map.insert("events".to_owned(), json!(events));
    map.insert("members".to_owned(), json!(members));
    // Mobilizon stops refreshing at the first one that is missing.
    let none = |name: &str| below(&form.id, &format!("none/{name}"));
    map.insert(
        "endpoints".to_owned(),
        json!({
            "sharedInbox": form.shared_inbox.as_str(),
            "events": events,
            "members": members,
            "posts": none("posts"),
            "resources": none("resources"),
            "todos": none("todos"),
            "discussions": none("discussions"),
        }),
    );
    map.insert("openness".to_owned(), json!("invite_only"));
    map.insert("generator".to_owned(), generator(instance));
    prune_nulls(Value::Object(map))
}

/// A person: an organiser.
pub fn person_actor(form: &ActorForm, instance: &Url, namespace: &str) -> Value {
    let mut map = base(form, "Person", context::actor(namespace));
    map.insert("generator".to_owned(), generator(instance));
    prune_nulls(Value::Object(map))
}

fn base(form: &ActorForm, kind: &str, context: Value) -> Map<String, Value> {
    let id = form.id.as_str();
    let summary = Some(&form.summary)
        .filter(|html| !html.trim().is_empty() && html.chars().count() <= MAX_SUMMARY);
    let fields: Vec<Value> = form
        .fields
        .iter()
        .filter(|(_, value)| value.chars().count() <= MAX_FIELD)
        .take(MAX_FIELDS)
        .map(|(name, value)| {
            json!({"type": "PropertyValue", "name": cut_chars(name, MAX_FIELD), "value": value})
        })
        .collect();
    let document = json!({
        "@context": context,
        "id": id,
        "type": kind,
        "preferredUsername": form.preferred_username,
        "name": cut_chars(&form.name, MAX_NAME),
        "summary": summary,
        "url": form.url.as_str(),
        "inbox": below(&form.id, "inbox"),
        "outbox": below(&form.id, "outbox"),
        "followers": below(&form.id, "followers"),
        "following": below(&form.id, "following"),
        "endpoints": {"sharedInbox": form.shared_inbox.as_str()},
        "webfinger": format!("{}@{}", form.preferred_username, form.webfinger_host),
        "manuallyApprovesFollowers": form.manually_approves_followers,
        "discoverable": form.discoverable.then_some(true),
        "indexable": form.indexable.then_some(true),
        "upcomingEvents": form.upcoming_events.as_ref().map(Url::as_str),
        "icon": form.icon.as_ref().map(image),
        "image": form.image.as_ref().map(image),
        "attachment": (!fields.is_empty()).then_some(fields),
        "alsoKnownAs": (!form.also_known_as.is_empty())
            .then(|| form.also_known_as.iter().map(Url::as_str).collect::<Vec<_>>()),
        "movedTo": form.moved_to.as_ref().map(Url::as_str),
        "published": form.published.map(utc),
        "updated": form.updated.map(utc),
        "publicKey": {
            "id": format!("{id}#main-key"),
            "owner": id,
            "publicKeyPem": form.keys.rsa_pem,
        },
        "assertionMethod": form.keys.ed25519_multikey.as_ref().map(|key| json!([{
            "id": format!("{id}#ed25519-key"),
            "type": "Multikey",
            "controller": id,
            "publicKeyMultibase": key,
        }])),
    });
    match document {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// One object, its address a string (R-ACT-06).
fn image(image: &ActorImage) -> Value {
    json!({
        "type": "Image",
        "mediaType": image.media_type,
        "url": image.url.as_str(),
        "summary": image.alt,
    })
}

/// What the software can do (FEP-844e, R-DIS-06).
fn implements() -> Value {
    json!([{
        "type": "Link",
        "href": "https://datatracker.ietf.org/doc/html/rfc9421",
        "name": "RFC 9421: HTTP Message Signatures",
    }])
}

fn generator(instance: &Url) -> Value {
    json!({"type": "Application", "id": instance.as_str(), "implements": implements()})
}

fn about_entries(about: &About) -> Map<String, Value> {
    let list = |words: &[String]| (!words.is_empty()).then(|| json!(words));
    let text = |text: &String| (!text.trim().is_empty()).then(|| json!(text));
    let answers = [
        list(&about.categories),
        list(&about.languages),
        text(&about.code_of_conduct),
        text(&about.moderation_information),
        text(&about.administrator),
        text(&about.creation_reason),
        text(&about.maintenance_lifetime),
        text(&about.business_model),
        text(&about.hardware_information),
    ];
    context::ABOUT_TERMS
        .iter()
        .zip(answers)
        .filter_map(|((term, _), answer)| Some(((*term).to_owned(), answer?)))
        .collect()
}
