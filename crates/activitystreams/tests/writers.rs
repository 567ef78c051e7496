//! What we write: every rule of the acceptance checklist as an assertion, and
//! everything written can be read back by our own readers.

use activitystreams::write::{
    self, About, ActorForm, ActorImage, AudienceForm, EventForm, ImageForm, NodeInfoForm, NoteForm,
    PlaceForm, PublishedKeys, TagForm, WriteError,
};
use activitystreams::{
    Activity, ActivityKind, ActorDocument, ActorKind, CollectionDocument, EventObject, EventStatus,
    HostMeta, JoinMode, KeyDocument, NodeInfo, NodeInfoLinks, NoteObject, PUBLIC, PostalAddress,
    Tombstone, Visibility, WebFinger, origin, parse,
};
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::Url;

const NS: &str = "https://kiosque.example/ns#";

fn url(text: &str) -> Url {
    Url::parse(text).expect(text)
}

fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect(text)
}

fn utc(text: &str) -> DateTime<Utc> {
    at(text).to_utc()
}

fn instance() -> Url {
    url("https://kiosque.example/actor")
}

fn agenda() -> Url {
    url("https://kiosque.example/@lyon_agenda")
}

fn actor_form(id: &Url) -> ActorForm {
    ActorForm {
        id: id.clone(),
        preferred_username: "lyon_agenda".to_owned(),
        name: "Agenda de Lyon".to_owned(),
        summary: "<p>À Lyon.</p>".to_owned(),
        url: id.clone(),
        shared_inbox: url("https://kiosque.example/inbox"),
        webfinger_host: "kiosque.example".to_owned(),
        manually_approves_followers: false,
        discoverable: true,
        indexable: false,
        icon: Some(ActorImage {
            url: url("https://kiosque.example/media/a.png"),
            media_type: "image/png".to_owned(),
        }),
        image: None,
        keys: PublishedKeys {
            rsa_pem: "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n".to_owned(),
            ed25519_multikey: Some("z6Mkx".to_owned()),
        },
        upcoming_events: Some(url("https://kiosque.example/@lyon_agenda/upcoming")),
        fields: vec![(
            "Site".to_owned(),
            "<a href=\"https://x.example\">x</a>".to_owned(),
        )],
        also_known_as: Vec::new(),
        moved_to: None,
        published: Some(utc("2026-09-01T08:00:00Z")),
        updated: None,
    }
}

fn event_form() -> EventForm {
    EventForm {
        id: url("https://kiosque.example/events/42"),
        url: url("https://kiosque.example/e/42"),
        agenda: agenda(),
        agenda_followers: url("https://kiosque.example/@lyon_agenda/followers"),
        organiser: instance(),
        organisers: Vec::new(),
        name: "Repair café".to_owned(),
        summary: "<p>Sat 12 Sept 2026, 14:00 · Lyon</p>".to_owned(),
        content: "<p>Bring your toaster.</p>".to_owned(),
        language: "en".to_owned(),
        start: at("2026-09-12T14:00:00+02:00"),
        end: Some(at("2026-09-12T18:00:00+02:00")),
        display_end_time: true,
        timezone: Some("Europe/Paris".to_owned()),
        previous_start: None,
        place: Some(PlaceForm {
            id: Some(url("https://kiosque.example/places/7")),
            name: "Maison du quartier".to_owned(),
            address: PostalAddress {
                street: Some("1 rue des Fleurs".to_owned()),
                postal_code: Some("69001".to_owned()),
                locality: Some("Lyon".to_owned()),
                region: None,
                country: Some("France".to_owned()),
            },
            coordinates: Some((45.0, 4.0)),
        }),
        online_url: None,
        is_online: false,
        website: Some(url("https://repaircafe.example/")),
        links: Vec::new(),
        category: Some("COMMUNITY".to_owned()),
        tags: vec![TagForm {
            name: "RepairCafe".to_owned(),
            href: url("https://kiosque.example/tags/repaircafe"),
        }],
        images: vec![ImageForm {
            url: url("https://kiosque.example/media/42.jpg"),
            media_type: "image/jpeg".to_owned(),
            alt: Some("A hand fixing a toaster".to_owned()),
            width: Some(1280),
            height: Some(720),
            blurhash: Some("UBL_:rOpGG".to_owned()),
            focal_point: Some((0.0, 0.2)),
        }],
        status: EventStatus::Confirmed,
        join_mode: JoinMode::External,
        participation_url: None,
        maximum_attendees: None,
        comments_enabled: true,
        audience: AudienceForm::Public,
        published: utc("2026-09-01T08:00:00Z"),
        updated: utc("2026-08-01T08:00:00Z"),
    }
}

fn event(form: &EventForm) -> Value {
    write::event(form, NS).expect("writable")
}

/// The document as a peer gets it: as bytes, through our own parser.
fn sent(value: &Value) -> Value {
    assert!(no_null(value), "{value}");
    parse(value.to_string().as_bytes()).expect("parsable")
}

fn no_null(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(list) => list.iter().all(no_null),
        Value::Object(map) => map.values().all(no_null),
        _ => true,
    }
}

/// Names of AS2 and security v1 that documents may use without a term.
const CORE: &str = "@context id type actor attributedTo name url summary content mediaType contentMap \
    startTime endTime location attachment tag published updated to cc object target href width height \
    latitude longitude preferredUsername inbox outbox followers following endpoints sharedInbox icon \
    image generator publicKey publicKeyPem owner inReplyTo formerType deleted totalItems orderedItems \
    first next prev partOf ical:status Hashtag";

/// Every key must be in AS2, in security v1 or in the inline map (R-ACT-02).
fn assert_terms(document: &Value) {
    let mut known: BTreeSet<String> = CORE.split_whitespace().map(str::to_owned).collect();
    let context = &document["@context"];
    if let Some(list) = context.as_array() {
        assert_eq!(list.len(), 3, "two addresses and one map");
        assert_eq!(list[0], "https://www.w3.org/ns/activitystreams");
        assert_eq!(list[1], "https://w3id.org/security/v1");
        let terms = list[2].as_object().expect("a map");
        known.extend(terms.keys().cloned());
        for definition in terms.values() {
            let iri = definition
                .as_str()
                .or(definition["@id"].as_str())
                .expect("an IRI");
            let prefix = iri.split(':').next().expect("a prefix");
            assert!(
                matches!(prefix, "http" | "https" | "as") || terms.contains_key(prefix),
                "{iri}"
            );
        }
    } else {
        assert_eq!(context, "https://www.w3.org/ns/activitystreams");
    }
    fn walk(value: &Value, known: &BTreeSet<String>) {
        match value {
            Value::Array(list) => list.iter().for_each(|inner| walk(inner, known)),
            Value::Object(map) => {
                for (key, inner) in map {
                    assert!(known.contains(key), "{key} is not in the context");
                    if key != "@context" && key != "contentMap" {
                        walk(inner, known);
                    }
                }
            }
            _ => {}
        }
    }
    walk(document, &known);
}

#[test]
fn g_the_canonical_event_suits_every_importer() {
    let event = sent(&event(&event_form()));
    assert_terms(&event);
    // Mobilizon.
    assert_eq!(event["type"], "Event");
    assert_ne!(event["actor"], event["attributedTo"]);
    assert!(event["location"].is_object() && event["content"].is_string());
    assert!(event["location"]["latitude"].is_f64() && event["location"]["longitude"].is_f64());
    assert!(event.to_string().contains("\"latitude\":45.0"));
    assert!(event["to"].is_array() && event["cc"].is_array());
    assert_eq!(event["to"], json!([PUBLIC]));
    assert!(
        ["CONFIRMED", "TENTATIVE", "CANCELLED"]
            .contains(&event["ical:status"].as_str().expect("text"))
    );
    assert_ne!(event["joinMode"], "none");
    assert_eq!(event["externalParticipationUrl"], event["url"]);
    // Gancio, on Create and on Update.
    let attachment = event["attachment"].as_array().expect("a list");
    assert!(
        attachment[0]["mediaType"]
            .as_str()
            .expect("text")
            .contains("image")
    );
    assert!(attachment[0]["url"].is_string());
    assert!(event["location"]["name"].is_string());
    assert!(
        event["tag"]
            .as_array()
            .expect("a list")
            .iter()
            .all(|tag| tag["name"].is_string() && tag["href"].is_string())
    );
    // Lemmy.
    assert!(attachment.iter().all(|one| ["Document", "Image", "Link"].contains(&one["type"].as_str().expect("text"))));
    // WordPress: the start with seconds and an offset.
    assert_eq!(event["startTime"], "2026-09-12T14:00:00+02:00");
    assert_eq!(attachment[0]["name"], "Banner");
    assert_eq!(attachment[0]["summary"], "A hand fixing a toaster");
    assert_eq!(attachment[1]["name"], "Website");
    // R-AP-06.
    assert_eq!(
        (&event["published"], &event["updated"]),
        (
            &json!("2026-09-01T08:00:00Z"),
            &json!("2026-09-01T08:00:00Z")
        )
    );
}

/// Mastodon: title, summary and link; media from `attachment` that are no links.
fn mastodon(event: &Value) -> (String, Vec<&Value>) {
    let text = |key: &str| event[key].as_str().unwrap_or_default();
    let link = if text("url").is_empty() {
        text("id")
    } else {
        text("url")
    };
    let media = event["attachment"].as_array().map(|list| {
        list.iter()
            .filter(|one| one.get("href").is_none())
            .take(4)
            .collect()
    });
    (
        format!("<h2>{}</h2>\n\n{}\n\n{link}", text("name"), text("summary")),
        media.unwrap_or_default(),
    )
}

#[test]
fn g_mastodon_shows_title_summary_link_and_one_picture() {
    let mut form = event_form();
    form.name = "Repair <b>café".to_owned();
    let event = sent(&event(&form));
    let (text, media) = mastodon(&event);
    assert_eq!(
        text,
        "<h2>Repair b>café</h2>\n\n<p>Sat 12 Sept 2026, 14:00 · Lyon</p>\n\nhttps://kiosque.example/e/42"
    );
    assert_eq!(media.len(), 1);
    assert_eq!(
        event["contentMap"].as_object().map(|map| map.len()),
        Some(1)
    );
}

#[test]
fn an_event_reads_back_as_it_was_written() {
    let form = event_form();
    let read = EventObject::read(&sent(&event(&form))).expect("readable");
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
    assert_eq!((read.id, read.name), (form.id, form.name));
    assert_eq!((read.start, read.end), (Some(form.start), form.end));
    assert_eq!(read.timezone, form.timezone);
    assert_eq!(
        (read.places[0].lat, read.places[0].lon),
        (Some(45.0), Some(4.0))
    );
    assert_eq!(read.places[0].address, form.place.expect("a place").address);
    assert_eq!(read.tags, ["RepairCafe"]);
    assert_eq!((read.website, read.url), (form.website, Some(form.url)));
    assert_eq!((read.images.len(), read.images[0].is_banner), (1, true));
    assert_eq!(read.images[0].focal_point, Some((0.0, 0.2)));
    assert_eq!(
        (read.status, read.join_mode),
        (Some(form.status), Some(form.join_mode))
    );
    assert_eq!(
        read.audience.visibility(Some(&form.agenda_followers)),
        Visibility::Public
    );
    assert_eq!(
        (read.attributed_to, read.actor),
        (vec![form.agenda], Some(form.organiser))
    );
    assert_eq!(read.in_language.as_deref(), Some("en"));
}

#[test]
fn an_event_may_lack_everything_optional() {
    let mut form = event_form();
    (
        form.end,
        form.timezone,
        form.place,
        form.website,
        form.category,
    ) = (None, None, None, None, None);
    (form.tags, form.images, form.content) = (Vec::new(), Vec::new(), String::new());
    let value = sent(&event(&form));
    assert_eq!(
        (&value["attachment"], &value["tag"], &value["content"]),
        (&json!([]), &json!([]), &json!(""))
    );
    assert_eq!(value["displayEndTime"], false);
    for absent in ["endTime", "location", "image", "category", "timezone"] {
        assert!(value.get(absent).is_none(), "{absent}");
    }
    assert!(EventObject::read(&value).is_ok());
}

#[test]
fn r_ev_05_online_and_hybrid_events_keep_one_location() {
    let mut form = event_form();
    (form.is_online, form.online_url) = (true, Some(url("https://meet.example/x")));
    let hybrid = sent(&event(&form));
    assert!(hybrid["location"].is_object());
    let read = EventObject::read(&hybrid).expect("readable");
    assert_eq!(read.online_urls[0].href.as_str(), "https://meet.example/x");
    (form.place, form.website) = (None, None);
    let online = sent(&event(&form));
    assert!(online.get("location").is_none() && online["isOnline"] == true);
    assert_eq!(online["attachment"][1]["name"], "Website");
    let read = EventObject::read(&online).expect("readable");
    assert_eq!(read.online_urls[0].href.as_str(), "https://meet.example/x");
}

#[test]
fn r_ev_10_cancelled_and_postponed_events_say_so_in_both_words() {
    for (status, ical, fep) in [
        (EventStatus::Confirmed, "CONFIRMED", "EventScheduled"),
        (EventStatus::Tentative, "TENTATIVE", "EventScheduled"),
        (EventStatus::Cancelled, "CANCELLED", "EventCancelled"),
        (EventStatus::Postponed, "TENTATIVE", "EventPostponed"),
    ] {
        let mut form = event_form();
        (form.status, form.previous_start) = (status, Some(form.start));
        let value = sent(&event(&form));
        assert_eq!(
            (&value["status"], &value["eventStatus"]),
            (&json!(ical), &json!(fep))
        );
        assert_eq!(value["previousStartTime"], "2026-09-12T14:00:00+02:00");
        assert_eq!(
            EventObject::read(&value).expect("readable").status,
            Some(status)
        );
    }
}

#[test]
fn events_no_peer_could_take_are_not_written() {
    let refused = |change: fn(&mut EventForm)| {
        let mut form = event_form();
        change(&mut form);
        write::event(&form, NS).map(|_| ())
    };
    assert_eq!(refused(|_| {}), Ok(()));
    assert_eq!(
        refused(|form| form.organiser = form.agenda.clone()),
        Err(WriteError::OrganiserIsAgenda)
    );
    assert_eq!(
        refused(|form| form.name = " < ".to_owned()),
        Err(WriteError::NameEmpty)
    );
    assert_eq!(
        refused(|form| form.end = Some(at("2026-09-12T11:59:59Z"))),
        Err(WriteError::EndBeforeStart)
    );
    assert_eq!(refused(|form| form.end = Some(form.start)), Ok(()));
}

#[test]
fn audiences_are_written_and_read_alike() {
    for (audience, seen) in [
        (AudienceForm::Public, Visibility::Public),
        (AudienceForm::Unlisted, Visibility::Unlisted),
        (AudienceForm::Followers, Visibility::Followers),
    ] {
        let mut form = event_form();
        form.audience = audience;
        let read = EventObject::read(&sent(&event(&form))).expect("readable");
        assert_eq!(read.audience.visibility(Some(&form.agenda_followers)), seen);
    }
}

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

#[test]
fn collections_read_back_even_empty() {
    let id = url("https://kiosque.example/@lyon_agenda/events");
    let empty = sent(&write::collection_with_items(&id, Vec::new(), None));
    assert_eq!(
        (&empty["totalItems"], &empty["orderedItems"]),
        (&json!(0), &json!([]))
    );
    assert!(CollectionDocument::read(&empty).is_ok());
    let full = sent(&write::collection_with_items(
        &id,
        vec![event(&event_form())],
        None,
    ));
    assert_terms(&full);
    assert_eq!(
        CollectionDocument::read(&full)
            .expect("readable")
            .items
            .len(),
        1
    );
    let first = url("https://kiosque.example/@lyon_agenda/events?page=1");
    let paged = sent(&write::collection(&id, 7, &first));
    let paged = CollectionDocument::read(&paged).expect("readable");
    assert_eq!(
        (paged.total_items, paged.next_address()),
        (Some(7), Some(&first))
    );
    let page = write::collection_page(
        &first,
        &id,
        vec![json!("https://kiosque.example/e/1")],
        None,
        None,
        None,
    );
    let page = CollectionDocument::read(&sent(&page)).expect("readable");
    assert_eq!(
        (page.items.len(), page.part_of, page.next),
        (1, Some(id), None)
    );
}

#[test]
fn discovery_reads_back() {
    let base = url("https://kiosque.example/");
    let jrd = sent(&write::webfinger_jrd(
        "Lyon_Agenda",
        "Kiosque.example",
        &agenda(),
        &agenda(),
    ));
    let answer = WebFinger::read(&jrd, &["kiosque.example"]).expect("readable");
    assert_eq!(
        (answer.subject.as_str(), answer.actor),
        ("acct:lyon_agenda@kiosque.example", agenda())
    );
    assert!(WebFinger::read(&jrd, &["other.example"]).is_err());
    let service = sent(&write::webfinger_service(&base, &instance()));
    assert_eq!(
        WebFinger::read(&service, &["kiosque.example"])
            .expect("readable")
            .actor,
        instance()
    );
    let links = sent(&write::nodeinfo_links(&base, &instance()));
    let rels: Vec<&str> = links["links"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|link| link["rel"].as_str())
        .collect();
    assert!(
        rels[0].ends_with("/2.0") && rels[1].ends_with("/2.1") && rels[2].ends_with("#Application"),
        "R-DIS-03"
    );
    let read = NodeInfoLinks::read(&links, &base).expect("readable");
    assert_eq!(
        read.document.map(String::from).as_deref(),
        Some("https://kiosque.example/nodeinfo/2.1")
    );
    assert_eq!(read.application, Some(instance()));
    assert!(NodeInfoLinks::read(&links, &url("https://other.example/")).is_err());
    let form = NodeInfoForm {
        version: "0.1.0".to_owned(),
        repository: Some(url("https://forge.example/kiosque")),
        open_registrations: false,
        users_total: 3,
        users_active_month: None,
        users_active_half_year: Some(2),
        local_posts: 5,
        local_comments: 0,
        node_name: "Lyon".to_owned(),
        node_description: String::new(),
        languages: vec!["fr".to_owned()],
        fasp_base_url: None,
    };
    for (value, version) in [
        (write::nodeinfo_2_0(&form), "2.0"),
        (write::nodeinfo_2_1(&form), "2.1"),
    ] {
        let value = sent(&value);
        assert_eq!(
            value["software"].get("repository").is_some(),
            version == "2.1"
        );
        let read = NodeInfo::read(&value).expect("readable");
        assert_eq!(
            (read.software_name.as_str(), read.version.as_deref()),
            ("kiosque", Some(version))
        );
        assert_eq!((read.users_total, read.local_posts), (Some(3), Some(5)));
    }
}

#[test]
fn r_dis_02_host_meta_reads_back_and_html_does_not() {
    let xml = write::host_meta_xml(&url("https://kiosque.example/"));
    let read = HostMeta::read(&xml).expect("readable");
    let address = read
        .address_for("acct:a@kiosque.example")
        .expect("an address");
    assert_eq!(
        address.as_str(),
        "https://kiosque.example/.well-known/webfinger?resource=acct%3Aa%40kiosque.example"
    );
    assert!(origin::same_origin(&address, &instance()));
    let single = "<XRD><Link rel='lrdd' template='https://h.example/wf?r={uri}&amp;x=1' /></XRD>";
    assert_eq!(
        HostMeta::read(single).expect("readable").lrdd_template,
        "https://h.example/wf?r={uri}&x=1"
    );
    for bad in [
        "<html><Link rel=\"lrdd\" template=\"https://h.example/{uri}\"></html>",
        "<XRD><Link rel=\"lrdd\" template=\"javascript:{uri}\"/></XRD>",
        "<XRD><Link rel=\"lrdd\" template=\"https://h.example/\"/></XRD>",
        "<XRD></XRD>",
        "",
    ] {
        assert!(HostMeta::read(bad).is_err(), "{bad}");
    }
}
