//! Mutations of every peer document never panic a reader and never gain trust.

mod corpus;
#[path = "corpus/mutate.rs"]
mod mutate;

use activitystreams::{
    Activity, ActorDocument, CollectionDocument, EventObject, KeyDocument, NodeInfo, NodeInfoLinks,
    NoteObject, PageRef, Tombstone, WebFinger, origin, parse,
};
use corpus::{document, fixtures};
use serde_json::Value;
use url::Url;

fn web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Runs every reader and checks what must hold of whatever they accept.
fn check(value: &Value, what: &dyn Fn() -> String) {
    let authors = origin::attributed_to_matches(value);
    if let Ok(authors) = &authors {
        let id = Url::parse(value["id"].as_str().unwrap_or_default()).expect("an id");
        assert!(
            !authors.is_empty() && authors.iter().all(|one| origin::same_origin(one, &id)),
            "{}",
            what()
        );
    }
    if let Ok(actor) = ActorDocument::read(value) {
        assert!(web(&actor.id) && web(&actor.inbox), "{}", what());
        for key in &actor.keys {
            assert!(
                key.owner == actor.id && origin::same_origin(&key.id, &actor.id),
                "{}",
                what()
            );
        }
        for url in [&actor.url, &actor.icon_url, &actor.image_url]
            .into_iter()
            .flatten()
        {
            assert!(web(url), "{}", what());
        }
    }
    if let Ok(document) = KeyDocument::read(value) {
        assert!(!document.keys.is_empty(), "{}", what());
        assert!(
            document.keys.iter().all(|key| key.owner == document.owner),
            "{}",
            what()
        );
    }
    if let Ok(activity) = Activity::read(value) {
        if let Some(id) = &activity.id {
            assert!(origin::same_origin(id, &activity.actor), "{}", what());
        }
        for item in &activity.object {
            if let Ok(id) = activity.embedded_is_trusted(item) {
                assert!(origin::same_origin(&id, &activity.actor), "{}", what());
                let object = item.embedded().expect("embedded");
                let inbox = object.get("inbox").is_some();
                assert!(!inbox || id == activity.actor, "{}", what());
                let deletes = activity.kind == activitystreams::ActivityKind::Delete;
                assert!(
                    inbox
                        || deletes
                        || origin::attributed_to_matches(object).is_ok()
                        || ActorDocument::read(object).is_ok()
                        || id == activity.actor,
                    "{}",
                    what()
                );
            }
            if let Some(embedded) = item.embedded() {
                check(embedded, what);
            }
        }
    }
    if let Ok(event) = EventObject::read(value) {
        assert!(!event.name.is_empty());
        let links = event
            .links
            .iter()
            .chain(&event.online_urls)
            .map(|link| &link.href);
        let images = event.images.iter().map(|image| &image.url);
        let places = event
            .places
            .iter()
            .flat_map(|place| place.url.iter().chain(&place.id));
        assert!(
            links.chain(images).chain(places).chain(&event.url).all(web),
            "{}",
            what()
        );
        assert!(
            event
                .external_participation_url
                .iter()
                .all(|url| web(url) || url.scheme() == "mailto")
        );
        if let (Some(start), Some(end)) = (event.start, event.end) {
            assert!(start <= end, "{}", what());
        }
        if event.authors().is_ok() {
            assert!(
                event
                    .attributed_to
                    .iter()
                    .all(|one| origin::same_origin(one, &event.id)),
                "{}",
                what()
            );
        }
    }
    if let Ok(note) = NoteObject::read(value)
        && let Ok(author) = note.author()
    {
        assert!(origin::same_origin(author, &note.id), "{}", what());
    }
    if let Ok(collection) = CollectionDocument::read(value) {
        let id = collection.id.clone().expect("an id");
        let first = match &collection.first {
            Some(PageRef::Url(url)) => Some(url),
            _ => None,
        };
        assert!(
            [first, collection.next.as_ref(), collection.next_address()]
                .into_iter()
                .flatten()
                .all(|page| origin::same_origin(page, &id)),
            "{}",
            what()
        );
    }
    let host = "host.example";
    if let Ok(answer) = WebFinger::read(value, &[host]) {
        assert!(
            origin::domains_equal(&origin::host_of(&answer.actor).expect("a host"), host),
            "{}",
            what()
        );
    }
    let base = Url::parse("https://host.example/").expect("a url");
    if let Ok(links) = NodeInfoLinks::read(value, &base) {
        assert!(
            links
                .document
                .iter()
                .chain(&links.application)
                .all(|one| origin::same_origin(one, &base)),
            "{}",
            what()
        );
    }
    let _ = (Tombstone::read(value), NodeInfo::read(value));
}

#[test]
fn mutations_never_panic_and_never_gain_trust() {
    let Some(all) = fixtures() else { return };
    let mut tried = 0_usize;
    for fixture in &all {
        let value = document(parse(&fixture.bytes).expect("parsed"));
        if fixture.path.starts_with("fasp/") || fixture.path.contains("/signature-") {
            continue;
        }
        check(&value, &|| format!("{} ({})", fixture.path, fixture.expect));
        mutate::each(&value, 3, "evil.example", &mut |mutated, what| {
            check(mutated, &|| format!("{} {what} {mutated}", fixture.path));
            tried += 1;
        });
    }
    println!("{tried} mutations");
    assert!(tried > 20_000, "{tried}");
}
