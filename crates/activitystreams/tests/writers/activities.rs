//! Activities, notes and deletions.

use crate::forms::{
    NS, actor_form, agenda, assert_terms, event, event_form, instance, sent, url, utc,
};
use activitystreams::write::{self, NoteForm};
use activitystreams::{Activity, ActivityKind, NoteObject, PUBLIC, Tombstone};
use serde_json::{Value, json};

fn activity(value: &Value, kind: ActivityKind) -> Activity {
    let value = sent(value);
    assert_terms(&value);
    let read = Activity::read(&value).expect("readable");
    assert_eq!(read.kind, kind);
    assert!(read.id.is_some(), "an id on the origin of its actor");
    assert!(value["to"].is_array());
    read
}

#[test]
fn activities_read_back() {
    let (id, peer) = (
        url("https://kiosque.example/actor#1"),
        url("https://mobilizon.example/relay"),
    );
    let follow = write::follow(&id, &instance(), &peer);
    assert_eq!(
        activity(&follow, ActivityKind::Follow).object_id(),
        Some(peer.clone())
    );
    let undo = activity(
        &write::undo(&id, &instance(), &follow, &peer),
        ActivityKind::Undo,
    );
    assert_eq!(undo.object[0].kind(), Some("Follow"));
    assert_eq!(undo.object_id(), Some(id.clone()));
    let join = url("https://mobilizon.example/join/1");
    let ignore = activity(
        &write::ignore(&id, &instance(), &join, &peer),
        ActivityKind::Ignore,
    );
    assert_eq!(ignore.object_id(), Some(join));
    let flag = write::flag(
        &id,
        &instance(),
        &peer,
        &[url("https://mobilizon.example/e/1")],
        "spam",
    );
    let flag = activity(&flag, ActivityKind::Flag);
    assert_eq!((flag.object.len(), flag.report_text()), (2, Some("spam")));
    let event_id = url("https://kiosque.example/events/42");
    let announce = write::announce(
        &id,
        &instance(),
        &event_id,
        utc("2026-09-01T08:00:00Z"),
        &[agenda()],
    );
    assert!(announce["object"].is_string(), "R-AP-07");
    assert!(
        activity(&announce, ActivityKind::Announce)
            .audience
            .public_to
    );
}

#[test]
fn r_ap_02_a_follow_is_embedded_unchanged() {
    let received = json!({"@context": ["x", {"y": null}], "id": "https://m.example/follow/3f", "type": "Follow",
        "actor": "https://m.example/relay", "object": "https://kiosque.example/actor", "to": null, "z": [null]});
    let (id, peer) = (
        url("https://kiosque.example/actor#2"),
        url("https://m.example/relay"),
    );
    for value in [
        write::accept(&id, &instance(), &received, &peer),
        write::reject(&id, &instance(), &received, &peer),
    ] {
        assert_eq!(value["object"], received);
    }
    let clean = json!({"id": "https://m.example/follow/3f", "type": "Follow", "actor": "https://m.example/relay",
        "object": "https://kiosque.example/actor"});
    let accept = activity(
        &write::accept(&id, &instance(), &clean, &peer),
        ActivityKind::Accept,
    );
    assert_eq!(accept.object_id(), Some(url("https://m.example/follow/3f")));
    activity(
        &write::reject(&id, &instance(), &clean, &peer),
        ActivityKind::Reject,
    );
}

#[test]
fn creates_and_updates_carry_a_trusted_object() {
    let object = event(&event_form());
    let create = activity(&write::create(&object), ActivityKind::Create);
    assert_eq!(create.actor, agenda());
    assert_eq!(
        create.id,
        Some(url("https://kiosque.example/events/42#create"))
    );
    assert!(create.embedded_is_trusted(&create.object[0]).is_ok());
    assert!(create.audience.public_to && create.published.is_some());
    assert!(
        create.object[0]
            .embedded()
            .expect("an event")
            .get("@context")
            .is_none()
    );
    let other = activity(
        &write::create_instance(&object, &instance()),
        ActivityKind::Create,
    );
    assert_eq!(
        (other.actor, other.id),
        (
            instance(),
            Some(url("https://kiosque.example/events/42#create-instance"))
        )
    );
    let mut form = event_form();
    form.updated = utc("2026-09-02T08:00:00Z");
    let update = activity(&write::update(&event(&form)), ActivityKind::Update);
    assert_eq!(
        update.id,
        Some(url(
            "https://kiosque.example/events/42#updates/2026-09-02T08:00:00Z"
        ))
    );
    assert!(update.updated.is_some() && update.actor == agenda());
    let mut actor = actor_form(&agenda());
    actor.updated = Some(utc("2026-09-02T08:00:00Z"));
    let update = activity(
        &write::update(&write::agenda_actor(&actor, &instance(), NS)),
        ActivityKind::Update,
    );
    assert_eq!(update.embedded_is_trusted(&update.object[0]), Ok(agenda()));
    assert!(update.audience.public_to && update.audience.cc.len() == 1);
}

#[test]
fn deletes_say_what_it_was() {
    let id = url("https://kiosque.example/events/42");
    let when = utc("2026-09-02T10:00:00Z");
    let value = write::delete(&id, &agenda(), "Event", when, &[PUBLIC.to_owned()], &[]);
    assert_eq!(value["object"]["formerType"], "Event");
    let delete = activity(&value, ActivityKind::Delete);
    assert_eq!(
        delete.embedded_is_trusted(&delete.object[0]),
        Ok(id.clone())
    );
    let tombstone =
        Tombstone::read(&sent(&write::tombstone(&id, "Event", when))).expect("readable");
    assert_eq!(
        (tombstone.former_type.as_deref(), tombstone.deleted),
        (Some("Event"), Some(when.fixed_offset()))
    );
}

#[test]
fn a_note_reads_back() {
    let form = NoteForm {
        id: url("https://kiosque.example/notes/1"),
        url: None,
        author: agenda(),
        in_reply_to: Some(url("https://kiosque.example/events/42")),
        content: "<p>Annulé</p>".to_owned(),
        language: "fr".to_owned(),
        to: vec![PUBLIC.to_owned()],
        cc: Vec::new(),
        mentions: vec![(url("https://m.example/u"), "@u@m.example".to_owned())],
        published: utc("2026-09-01T08:00:00Z"),
        updated: None,
    };
    let value = write::note(&form);
    assert_terms(&value);
    let note = NoteObject::read(&sent(&value)).expect("readable");
    assert_eq!(
        (note.author().ok(), note.in_reply_to.as_ref()),
        (Some(&form.author), form.in_reply_to.as_ref())
    );
    assert_eq!(
        (note.in_language.as_deref(), note.mentions.len()),
        (Some("fr"), 1)
    );
    let create = activity(&write::create(&value), ActivityKind::Create);
    assert!(create.embedded_is_trusted(&create.object[0]).is_ok());
}
