//! Events for programs.

use crate::scene::{Browser, on_both, send};
use actix_web::http::Method;
use serde_json::{Value, json};

fn input() -> Value {
    json!({
        "title": "Concert", "description": "Avec **orchestre**.",
        "start": "2026-12-12T20:30:00", "end": "2026-12-12T23:00:00", "timezone": "Europe/Paris",
        "place": {"name": "La Raffinerie", "street": "1 rue du Bac", "postal_code": "44260", "city": "Savenay", "country": "FR", "latitude": 47.36, "longitude": -1.94},
        "online_url": "https://visio.example/", "category": "MUSIC", "tags": ["musique", "soutien"],
        "price": "Prix libre", "registration_url": "https://billets.example/", "language": "fr", "status": "tentative", "status_note": "Selon le temps",
        "free": false, "sold_out": true,
    })
}

const EVENTS: &str = "/api/v1/agendas/raffinerie/events";

#[test]
fn what_a_program_writes_it_reads_back() {
    on_both(async |scene| {
        let app = scene.app().await;
        let program = scene.program("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let made = program.call(&app, Method::POST, EVENTS, &input()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let event = made.json();
        let id = event["id"].as_str().unwrap();
        assert_eq!(event["uri"], format!("http://alpha.test/events/{id}"));
        assert_eq!(event["url"], format!("http://alpha.test/e/{id}"));
        for (key, value) in input().as_object().unwrap() {
            if !["start", "end"].contains(&key.as_str()) {
                assert_eq!(&event[key], value, "{key}");
            }
        }
        assert_eq!(event["start"], "2026-12-12T20:30:00+01:00");
        assert_eq!(event["end"], "2026-12-12T23:00:00+01:00");
        assert_eq!(event["all_day"], false);
        let path = format!("/api/v1/events/{id}");
        assert_eq!(visitor.get(&app, &path).await.json(), event);
        for list in [EVENTS.to_owned(), "/api/v1/events".to_owned()] {
            let page = visitor.get(&app, &list).await.json();
            assert_eq!(page["items"], json!([event]), "{list}");
            assert_eq!(page["next"], Value::Null);
        }
        assert_eq!(visitor.get(&app, &format!("/e/{id}")).await.status, 200);

        let change = json!({"title": "Grand concert", "status": "cancelled"});
        let changed = program.call(&app, Method::PATCH, &path, &change).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let changed = changed.json();
        for (key, value) in event.as_object().unwrap() {
            let expected = change.get(key).unwrap_or(value);
            if !["updated", "revision"].contains(&key.as_str()) {
                assert_eq!(&changed[key], expected, "{key}");
            }
        }
        let told = scene.told(&format!("/events/{id}"));
        assert!(
            told.iter()
                .any(|(kind, body)| kind == "Update" && body["object"]["status"] == "CANCELLED")
        );
        let gone = send(&app, program.request(Method::DELETE, &path)).await;
        assert_eq!((gone.status, gone.bytes), (204, 0));
        assert_eq!(program.get(&app, &path).await.status, 410);
        let again = send(&app, program.request(Method::DELETE, &path)).await;
        assert_eq!(again.status, 410);
        assert_eq!(
            visitor.get(&app, "/api/v1/events?q=concert").await.json()["items"],
            json!([])
        );
    });
}

#[test]
fn times_are_an_instant_or_a_clock_or_a_day() {
    on_both(async |scene| {
        let app = scene.app().await;
        let program = scene.program("camille@alpha.test");
        for (given, start, all_day) in [
            (
                json!({"start": "2026-12-12T20:30:00", "timezone": "Europe/Paris"}),
                "2026-12-12T20:30:00+01:00",
                false,
            ),
            (
                json!({"start": "2026-12-12T20:30"}),
                "2026-12-12T20:30:00+01:00",
                false,
            ),
            (
                json!({"start": "2026-12-12T19:30:00Z", "timezone": "Europe/Paris"}),
                "2026-12-12T20:30:00+01:00",
                false,
            ),
            (
                json!({"start": "2026-12-12T19:30:00Z", "timezone": "Indian/Reunion"}),
                "2026-12-12T23:30:00+04:00",
                false,
            ),
            // The second half past two of that night.
            (
                json!({"start": "2027-10-31T02:30:00+01:00", "timezone": "Europe/Paris"}),
                "2027-10-31T02:30:00+01:00",
                false,
            ),
            (
                json!({"start": "2026-12-12", "all_day": true}),
                "2026-12-12",
                true,
            ),
        ] {
            let mut body = json!({"title": "Heure"});
            for (key, value) in given.as_object().unwrap() {
                body[key] = value.clone();
            }
            let made = program.call(&app, Method::POST, EVENTS, &body).await;
            assert_eq!(made.status, 201, "{given}: {}", made.body);
            let event = made.json();
            assert!(
                event["start"].as_str().unwrap().starts_with(start),
                "{given}: {event}"
            );
            assert_eq!(event["all_day"], all_day);
            // A change of something else moves nothing.
            let path = format!("/api/v1/events/{}", event["id"].as_str().unwrap());
            let changed = program
                .call(&app, Method::PATCH, &path, &json!({"price": "2 €"}))
                .await
                .json();
            assert_eq!(changed["start"], event["start"], "{given}");
        }
    });
}

#[test]
fn what_cannot_be_an_event_is_refused_by_a_stable_code() {
    on_both(async |scene| {
        let app = scene.app().await;
        let program = scene.program("camille@alpha.test");
        let before = scene.count();
        for (change, status) in [
            (json!({"title": ""}), 422),
            (json!({"title": "ab"}), 422),
            (json!({"title": "x".repeat(201)}), 422),
            (json!({"title": 5}), 422),
            (json!({"start": null}), 422),
            (json!({"start": "hier"}), 422),
            (json!({"start": "2026-02-30T20:00:00"}), 422),
            (json!({"start": "2027-03-28T02:30:00", "end": null}), 422),
            (json!({"end": "2026-12-12T18:00:00"}), 422),
            (json!({"timezone": "Europe/Savenay"}), 422),
            (json!({"online_url": "javascript:alert(1)"}), 422),
            (json!({"registration_url": "data:text/html,x"}), 422),
            (json!({"status": "perhaps"}), 422),
            (json!({"category": "NOTHING"}), 422),
            (
                json!({"place": {"name": "x", "latitude": 95.0, "longitude": 0.0}}),
                422,
            ),
            (json!({"place": {"name": "x", "latitude": 45.0}}), 422),
            (json!({"colour": "red"}), 422),
        ] {
            let mut body = input();
            for (key, value) in change.as_object().unwrap() {
                body[key] = value.clone();
            }
            let answer = program.call(&app, Method::POST, EVENTS, &body).await;
            assert_eq!(answer.status, status, "{change}: {}", answer.body);
            let fault = answer.json();
            assert!(
                fault["error"].as_str().is_some_and(|code| !code.is_empty()),
                "{change}"
            );
            assert!(fault["message"].is_string(), "{change}");
        }
        for (text, kind, status) in [("{", "application/json", 400), ("{}", "text/plain", 415)] {
            let request = program
                .request(Method::POST, EVENTS)
                .insert_header(("content-type", kind))
                .set_payload(text);
            assert_eq!(send(&app, request).await.status, status);
        }
        assert_eq!(scene.count(), before);
    });
}

#[test]
fn only_a_token_of_an_organiser_writes() {
    on_both(async |scene| {
        let app = scene.app().await;
        let program = scene.program("camille@alpha.test");
        let made = program
            .call(&app, Method::POST, EVENTS, &input())
            .await
            .json();
        let path = format!("/api/v1/events/{}", made["id"].as_str().unwrap());
        let before = scene.count();
        let beta = scene.program("camille@beta.test");
        // A browser's cookie writes nothing here (WEB-02), nor does another site's token.
        for (browser, status) in [
            (Browser::visitor("alpha.test"), 401),
            (scene.signed_in("camille@alpha.test"), 401),
            (
                Browser {
                    host: "alpha.test".into(),
                    ..beta.clone()
                },
                401,
            ),
            (scene.program("sasha@alpha.test"), 403),
        ] {
            for (method, path) in [
                (Method::POST, EVENTS),
                (Method::PATCH, &path),
                (Method::DELETE, &path),
            ] {
                let request = browser
                    .request(method.clone(), path)
                    .insert_header(("origin", "http://alpha.test"))
                    .insert_header(("sec-fetch-site", "same-origin"))
                    .insert_header(("content-type", "application/json"))
                    .set_payload(
                        json!({"title": "Intrus", "start": "2026-12-12T20:00:00"}).to_string(),
                    );
                assert_eq!(send(&app, request).await.status, status, "{method} {path}");
            }
        }
        // On its own site that event is not there at all.
        for method in [Method::PATCH, Method::DELETE] {
            assert_eq!(beta.call(&app, method, &path, &json!({})).await.status, 404);
        }
        assert_eq!(beta.get(&app, &path).await.status, 404);
        assert_eq!(
            beta.call(&app, Method::POST, EVENTS, &input()).await.status,
            404
        );
        assert_eq!(scene.count(), before);
        assert_eq!(program.get(&app, &path).await.json()["title"], "Concert");
    });
}

#[test]
fn a_followed_server_s_event_has_its_page_here() {
    on_both(async |scene| {
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let author = scene.followed("alpha.test", "peer.test");
        let object = scene.arrives(&author, "Veillée contée", json!({}));
        let event = visitor.get(&app, "/api/v1/events?q=veillee").await.json()["items"][0].clone();
        assert_eq!(event["uri"], object.uri);
        assert_eq!(event["url"], format!("http://alpha.test/e/{}", object.id));
        let program = scene.program("camille@alpha.test");
        let path = format!("/api/v1/events/{}", object.id);
        let taken = program
            .call(&app, Method::PATCH, &path, &json!({"title": "Volé"}))
            .await;
        assert!([403, 404].contains(&taken.status));
        assert_eq!(
            visitor.get(&app, &path).await.json()["title"],
            "Veillée contée"
        );
    });
}

#[test]
fn a_change_of_something_seen_too_late_is_refused() {
    on_both(async |scene| {
        let app = scene.app().await;
        let program = scene.program("camille@alpha.test");
        let made = program
            .call(&app, Method::POST, EVENTS, &input())
            .await
            .json();
        assert_eq!(made["revision"], 0);
        let path = format!("/api/v1/events/{}", made["id"].as_str().unwrap());
        let change = |title: &str| json!({"title": title, "revision": 0});
        let first = program
            .call(&app, Method::PATCH, &path, &change("Grand concert"))
            .await;
        assert_eq!(first.status, 200);
        let late = program
            .call(&app, Method::PATCH, &path, &change("Petit concert"))
            .await;
        assert_eq!(late.status, 409);
        assert_eq!(late.json()["error"], "changed_meanwhile");
        let kept = program.get(&app, &path).await.json();
        assert_eq!(
            (kept["title"].as_str(), kept["revision"].as_i64()),
            (Some("Grand concert"), Some(1))
        );
    });
}

#[test]
fn the_description_of_the_api_names_each_address() {
    let described = serde_json::to_value(agenda::open_api()).unwrap();
    for (path, methods) in [
        ("/api/v1/events", &["get"][..]),
        ("/api/v1/events/{id}", &["get", "patch", "delete"]),
        ("/api/v1/agendas/{name}/events", &["get", "post"]),
    ] {
        for method in methods {
            assert!(
                described["paths"][path][method].is_object(),
                "{method} {path}"
            );
        }
    }
}
