//! Filled forms, and checks that every document must pass.

use activitystreams::write::{
    self, ActorForm, ActorImage, AudienceForm, EventForm, ImageForm, PlaceForm, PublishedKeys,
    Replies, TagForm,
};
use activitystreams::{EventStatus, JoinMode, PostalAddress, parse};
use chrono::{DateTime, FixedOffset, Utc};
use serde_json::Value;
use std::collections::BTreeSet;
use url::Url;

pub(crate) const NS: &str = "https://kiosque.example/ns#";

pub(crate) fn url(text: &str) -> Url {
    Url::parse(text).expect(text)
}

pub(crate) fn at(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect(text)
}

pub(crate) fn utc(text: &str) -> DateTime<Utc> {
    at(text).to_utc()
}

pub(crate) fn instance() -> Url {
    url("https://kiosque.example/actor")
}

pub(crate) fn agenda() -> Url {
    url("https://kiosque.example/@lyon_agenda")
}

pub(crate) fn actor_form(id: &Url) -> ActorForm {
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
            alt: None,
        }),
        image: Some(ActorImage {
            url: url("https://kiosque.example/media/b.jpg"),
            media_type: "image/jpeg".to_owned(),
            alt: Some("La façade".to_owned()),
        }),
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

pub(crate) fn event_form() -> EventForm {
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
        replies: Replies::Open,
        audience: AudienceForm::Public,
        published: utc("2026-09-01T08:00:00Z"),
        updated: utc("2026-08-01T08:00:00Z"),
    }
}

pub(crate) fn event(form: &EventForm) -> Value {
    write::event(form, NS).expect("writable")
}

/// The document as a peer gets it: as bytes, through our own parser.
pub(crate) fn sent(value: &Value) -> Value {
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
pub(crate) fn assert_terms(document: &Value) {
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
