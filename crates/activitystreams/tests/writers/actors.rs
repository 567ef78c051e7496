//! Actor documents.

use crate::forms::{NS, actor_form, agenda, assert_terms, instance, sent, url};
use activitystreams::write::{self, About};
use activitystreams::{ActorDocument, ActorKind, KeyDocument};
use serde_json::json;

#[test]
fn the_instance_actor_gives_its_nine_answers() {
    let about = About {
        categories: vec!["culture".to_owned()],
        languages: vec!["fr".to_owned(), "en".to_owned()],
        code_of_conduct: "c".to_owned(),
        moderation_information: "m".to_owned(),
        administrator: "a".to_owned(),
        creation_reason: "r".to_owned(),
        maintenance_lifetime: "l".to_owned(),
        business_model: "b".to_owned(),
        hardware_information: "h".to_owned(),
    };
    let value = sent(&write::instance_actor(&actor_form(&instance()), &about, NS));
    assert_terms(&value);
    assert_eq!(
        value["@context"][2]["codeOfConduct"],
        "kiosque:codeOfConduct"
    );
    let actor = ActorDocument::read(&value).expect("readable");
    assert_eq!((actor.kind, actor.about), (ActorKind::Application, about));
    assert!(actor.implements_rfc9421 && actor.discoverable && !actor.indexable);
    assert_eq!(actor.keys.len(), 2);
    assert_eq!(
        actor.keys[0].id.as_str(),
        "https://kiosque.example/actor#main-key"
    );
    assert!(
        value.get("indexable").is_none(),
        "only on opt-in (R-ACT-08)"
    );
    let silent = write::instance_actor(&actor_form(&instance()), &About::default(), NS);
    assert!(silent.get("administrator").is_none());
    assert!(KeyDocument::read(&sent(&silent)).is_ok());
    let terms = write::namespace_document(NS);
    assert_eq!(terms["member"].as_array().map(Vec::len), Some(9));
    sent(&terms);
}

#[test]
fn r_a7_the_agenda_is_a_group_that_mobilizon_can_follow() {
    let value = sent(&write::agenda_actor(
        &actor_form(&agenda()),
        &instance(),
        NS,
    ));
    assert_terms(&value);
    assert_eq!(
        (&value["type"], &value["openness"]),
        (&json!("Group"), &json!("invite_only"))
    );
    assert_eq!(value["attributedTo"], json!([instance().as_str()]));
    assert_eq!(value["manuallyApprovesFollowers"], false);
    for name in [
        "sharedInbox",
        "events",
        "members",
        "posts",
        "resources",
        "todos",
        "discussions",
    ] {
        assert!(value["endpoints"][name].is_string(), "{name}");
    }
    assert!(value["icon"].is_object() && value["icon"]["url"].is_string());
    assert!(value["image"].is_object() && value["image"]["summary"] == "La façade");
    let actor = ActorDocument::read(&value).expect("readable");
    assert_eq!(
        actor.webfinger.as_deref(),
        Some("lyon_agenda@kiosque.example")
    );
    assert!(actor.events.is_some() && actor.upcoming_events.is_some() && actor.outbox.is_some());
    assert_eq!(actor.fields.len(), 1);
    assert!(actor.implements_rfc9421);
}

#[test]
fn a_person_reads_back_and_long_summaries_are_left_out() {
    let mut form = actor_form(&url("https://kiosque.example/@ana"));
    form.summary = "x".repeat(5_001);
    form.name = "é".repeat(300);
    let value = sent(&write::person_actor(&form, &instance(), NS));
    assert_terms(&value);
    assert!(value.get("summary").is_none());
    let actor = ActorDocument::read(&value).expect("readable");
    assert_eq!(
        (actor.kind, actor.name.map(|name| name.chars().count())),
        (ActorKind::Person, Some(200))
    );
}
