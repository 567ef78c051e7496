//! Events as peers need them.

use crate::forms::{NS, assert_terms, at, event, event_form, sent, url};
use activitystreams::write::{self, AudienceForm, EventForm, WriteError};
use activitystreams::{EventObject, EventStatus, PUBLIC, Visibility};
use serde_json::{Value, json};

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
