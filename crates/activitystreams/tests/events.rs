//! Guards on what an event may bring in (R-EV-01, R-EV-13, XSS-02).

use activitystreams::{EventObject, EventStatus, EventWarning, JoinMode};
use serde_json::{Value, json};

fn read(change: Value) -> Result<EventObject, (&'static str, &'static str)> {
    let mut event = json!({"id": "https://a.example/1", "type": "Event", "name": "Fête",
        "startTime": "2026-09-12T14:00:00+02:00"});
    for (key, value) in change.as_object().expect("an object") {
        event[key] = value.clone();
    }
    EventObject::read(&event).map_err(|error| (error.field(), error.code()))
}

fn ok(change: Value) -> EventObject {
    read(change).expect("readable")
}

fn start(change: Value) -> String {
    ok(change).start.expect("a start").to_rfc3339()
}

#[test]
fn r_ev_13_starts_need_an_offset_or_a_zone() {
    assert_eq!(start(json!({})), "2026-09-12T14:00:00+02:00");
    assert_eq!(
        start(json!({"startTime": "2026-09-12T14:00:00.000Z"})),
        "2026-09-12T14:00:00+00:00"
    );
    assert_eq!(
        start(json!({"startTime": "2026-09-12T14:00Z"})),
        "2026-09-12T14:00:00+00:00"
    );
    let local = json!({"startTime": "2026-09-12T14:00:00", "timezone": "Europe/Paris"});
    assert_eq!(start(local), "2026-09-12T14:00:00+02:00");
    // Neither the hour that does not exist nor the one that comes twice is lost.
    let gap = json!({"startTime": "2026-03-29T02:30:00", "timezone": "Europe/Paris"});
    assert_eq!(start(gap), "2026-03-29T03:30:00+02:00");
    let twice = json!({"startTime": "2026-10-25T02:30:00", "timezone": "Europe/Paris"});
    assert_eq!(start(twice), "2026-10-25T02:30:00+02:00");
    let naive = read(json!({"startTime": "2026-09-12T14:00:00"}));
    assert_eq!(naive.map(|_| ()), Err(("startTime", "time_without_zone")));
    let bad_zone = read(json!({"startTime": "2026-09-12T14:00:00", "timezone": "Lyon"}));
    assert_eq!(
        bad_zone.map(|_| ()),
        Err(("startTime", "time_without_zone"))
    );
    for odd in [
        json!("tomorrow"),
        json!(7),
        json!({}),
        json!(""),
        json!("2026-13-01T00:00:00Z"),
    ] {
        let error = read(json!({"startTime": odd})).map(|_| ());
        assert_eq!(error, Err(("startTime", "bad_time")), "{odd}");
    }
    assert!(ok(json!({"startTime": null})).require_start().is_err());
}

#[test]
fn r_ev_13_ends_are_dropped_with_a_warning() {
    let good = ok(json!({"endTime": "2026-09-12T18:00:00+02:00"}));
    assert!(good.end.is_some() && good.display_end_time && good.warnings.is_empty());
    let hidden = ok(json!({"endTime": "2026-09-12T18:00:00+02:00", "displayEndTime": false}));
    assert!(hidden.end.is_some() && !hidden.display_end_time);
    let before = ok(json!({"endTime": "2026-09-12T13:59:59+02:00"}));
    assert_eq!(
        (before.end, before.warnings),
        (None, vec![EventWarning::EndBeforeStart])
    );
    let odd = ok(json!({"endTime": "later"}));
    assert_eq!(
        (odd.end, odd.warnings),
        (None, vec![EventWarning::EndUnreadable])
    );
    let long = ok(json!({"endTime": "2027-09-14T14:00:00+02:00"}));
    assert!(long.end.is_some());
    assert_eq!(long.warnings, [EventWarning::LongerThanOneYear]);
    let zone = ok(json!({"timezone": "Lyon"}));
    assert_eq!(
        (zone.timezone, zone.warnings),
        (None, vec![EventWarning::TimezoneUnknown])
    );
}

#[test]
fn r_ev_01_prefixed_names_are_read_but_never_for_who_speaks() {
    let event = ok(json!({
        "sc:location": {"type": "Place", "name": "Hall", "schema:address": {"type": "PostalAddress",
            "https://schema.org/streetAddress": "1 rue"}},
        "http://schema.org#inLanguage": "fr", "mz:joinMode": "free", "ical:status": "CANCELLED",
        "sc:actor": "https://evil.example/u", "mz:attributedTo": "https://evil.example/u",
        "fep:organizers": "https://evil.example/u",
    }));
    assert_eq!(event.places[0].name.as_deref(), Some("Hall"));
    assert_eq!(event.places[0].address.street.as_deref(), Some("1 rue"));
    assert_eq!(event.in_language.as_deref(), Some("fr"));
    assert_eq!(
        (event.join_mode, event.status),
        (Some(JoinMode::Free), Some(EventStatus::Cancelled))
    );
    assert!(event.actor.is_none() && event.attributed_to.is_empty() && event.organizers.is_empty());
}

#[test]
fn the_gravest_status_counts() {
    let status = |a: Value, b: Value| ok(json!({"status": a, "eventStatus": b})).status;
    assert_eq!(
        status(json!("CONFIRMED"), json!("EventCancelled")),
        Some(EventStatus::Cancelled)
    );
    assert_eq!(
        status(json!("cancelled"), json!("EventScheduled")),
        Some(EventStatus::Cancelled)
    );
    assert_eq!(
        status(
            json!("TENTATIVE"),
            json!("https://schema.org/EventPostponed")
        ),
        Some(EventStatus::Postponed)
    );
    assert_eq!(
        status(json!("TENTATIVE"), json!("EventScheduled")),
        Some(EventStatus::Tentative)
    );
    assert_eq!(
        status(json!(null), json!("fep:EventScheduled")),
        Some(EventStatus::Confirmed)
    );
    assert_eq!(status(json!(null), json!(7)), None);
}

#[test]
fn every_form_of_location_is_read() {
    let places = |location: Value| ok(json!({"location": location})).places;
    assert_eq!(
        places(json!("Town hall"))[0].name.as_deref(),
        Some("Town hall")
    );
    assert_eq!(places(json!([{"name": "A"}, "B"])).len(), 2);
    assert!(
        places(json!(null)).is_empty()
            && places(json!(7)).is_empty()
            && places(json!({})).is_empty()
    );
    let text = places(json!({"type": "Place", "address": "1 rue des Fleurs"}));
    assert_eq!(text[0].text.as_deref(), Some("1 rue des Fleurs"));
    let integer = places(json!({"name": "A", "latitude": 45, "longitude": "4.8"}));
    assert_eq!((integer[0].lat, integer[0].lon), (Some(45.0), Some(4.8)));
    let half = places(json!({"name": "A", "latitude": 45}));
    assert_eq!((half[0].lat, half[0].lon), (None, None));
    let far = ok(json!({"location": {"name": "A", "latitude": 145.0, "longitude": 4.0}}));
    assert_eq!(
        (far.places[0].lat, far.warnings),
        (None, vec![EventWarning::CoordinatesDropped])
    );
    let online = ok(
        json!({"location": {"name": "Call", "address": {"type": "VirtualLocation", "url": "https://meet.example/x"}}}),
    );
    assert!(online.is_online && online.places.is_empty());
    let mixed = ok(
        json!({"location": {"name": "Hall", "address": ["1 rue", {"type": "VirtualLocation", "url": "https://meet.example/x"}]}}),
    );
    assert_eq!((mixed.places.len(), mixed.online_urls.len()), (1, 1));
}

#[test]
fn xss_02_only_web_addresses_survive() {
    let bad = [
        "javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//x.example/",
        " java\tscript:alert(1)",
        "blob:https://a.example/1",
        "JaVaScRiPt:x",
        "file:///etc/passwd",
        "https:\\\\x.example",
        "/x",
        "ftp://x.example/",
    ];
    let with = |address: &str| {
        json!({
            "url": address, "image": address, "externalParticipationUrl": address, "sameAs": [address],
            "attachment": [
                {"type": "Link", "href": address, "name": "Website"},
                {"type": "Document", "mediaType": "image/png", "url": address},
                {"type": "Image", "url": {"type": "Link", "href": address}},
            ],
            "location": [{"type": "VirtualLocation", "url": address}, {"type": "Place", "name": "A", "url": address}],
            "tag": [{"type": "Mention", "href": address}],
        })
    };
    for address in bad {
        let event = ok(with(address));
        let clean = event.url.is_none()
            && event.images.is_empty()
            && event.links.is_empty()
            && event.website.is_none()
            && event.online_urls.is_empty()
            && event.same_as.is_empty()
            && event.external_participation_url.is_none()
            && event.mentions.is_empty()
            && event.places.iter().all(|place| place.url.is_none());
        assert!(clean, "{address}: {event:?}");
        assert!(
            event.warnings.contains(&EventWarning::UnsafeAddressDropped),
            "{address}"
        );
    }
    let good = ok(with("https://x.example/"));
    assert!(good.url.is_some() && good.website.is_some() && !good.images.is_empty());
    assert_eq!(
        (
            good.online_urls.len(),
            good.same_as.len(),
            good.mentions.len()
        ),
        (1, 1, 1)
    );
    assert!(good.warnings.is_empty());
    let mail =
        ok(json!({"externalParticipationUrl": "mailto:a@b.example", "url": "mailto:a@b.example"}));
    assert!(mail.external_participation_url.is_some() && mail.url.is_none());
}

#[test]
fn tags_and_pictures_come_in_every_form() {
    let tags = |tag: Value| ok(json!({"tag": tag})).tags;
    assert_eq!(tags(json!({"type": "Hashtag", "name": "#Un"})), ["Un"]);
    assert_eq!(
        tags(json!([{"type": "Hashtag", "name": "deux"}, "#trois", {"name": "#quatre"}])),
        ["deux", "trois", "quatre"]
    );
    assert!(
        tags(json!([null, 7, {"type": "Emoji", "name": ":x:"}, {"type": "Hashtag"}])).is_empty()
    );
    let event = ok(json!({
        "attachment": [
            {"type": "Link", "href": "https://a.example/site", "name": "Website"},
            {"type": "Document", "mediaType": "image/png", "url": "https://a.example/2.png", "name": "two"},
            {"type": "Document", "mediaType": "image/png", "url": "https://a.example/1.png", "name": "Banner", "summary": "one"},
            {"type": "PropertyValue", "name": "mz:x", "value": "y"}, null,
        ],
        "image": {"type": "Image", "url": "https://a.example/2.png"},
    }));
    let alts: Vec<_> = event
        .images
        .iter()
        .map(|image| image.alt.as_deref())
        .collect();
    assert_eq!(alts, [Some("one"), Some("two")]);
    assert!(event.images[0].is_banner && !event.images[1].is_banner);
    assert_eq!(
        event.website.map(String::from).as_deref(),
        Some("https://a.example/site")
    );
}

#[test]
fn refusals_name_the_field() {
    assert_eq!(
        read(json!({"name": "  "})).map(|_| ()),
        Err(("name", "missing"))
    );
    assert_eq!(
        read(json!({"name": null})).map(|_| ()),
        Err(("name", "missing"))
    );
    assert_eq!(
        read(json!({"type": "Note"})).map(|_| ()),
        Err(("type", "wrong_type"))
    );
    assert_eq!(
        read(json!({"id": 7})).map(|_| ()),
        Err(("id", "wrong_type"))
    );
    assert!(read(json!({"type": ["Event", "Article"]})).is_ok());
    assert_eq!(
        ok(json!({"name": null, "nameMap": {"fr": "Fête"}})).name,
        "Fête"
    );
}
