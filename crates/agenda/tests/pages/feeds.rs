//! Calendars and feeds: read back by strict parsers, asked again cheaply.

use crate::scene::{Browser, NOW, on_both, send, typed, with};
use actix_web::http::Method;
use calendar::{ReadCalendar, ReadOptions, Status};
use chrono::{TimeZone, Utc};
use serde_json::json;

fn read(text: &str) -> ReadCalendar {
    let now = Utc
        .with_ymd_and_hms(NOW.0, NOW.1, NOW.2, NOW.3, 0, 0)
        .unwrap();
    let options = ReadOptions {
        default_zone: chrono_tz::UTC,
        horizon: (
            now - chrono::Duration::days(400),
            now + chrono::Duration::days(400),
        ),
        max_events: 5_000,
        max_occurrences_per_series: 10,
        max_bytes: 10_000_000,
    };
    let calendar = calendar::read(text.as_bytes(), &options);
    assert!(calendar.refusals.is_empty(), "{:?}", calendar.refusals);
    calendar
}

#[test]
fn inj_03_a_calendar_holds_exactly_what_was_published() {
    on_both(async |scene| {
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let author = scene.followed("alpha.test", "peer.test");
        let evils = [
            "Fin\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nSUMMARY:Injecté",
            "a;b,c\\d\\n e:f \"g\"",
            "\u{2028}BEGIN:VEVENT\u{0085}",
            "𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞𝄞",
            "\u{7}\u{b}cloche",
            "BEGIN:VALARM",
            " commence par une espace",
        ];
        for (number, evil) in evils.iter().enumerate() {
            let start = format!("2026-12-{:02}T19:00:00Z", number + 1);
            scene.arrives(
                &author,
                "x",
                json!({
                    "name": evil, "content": evil, "startTime": start,
                    "location": {"type": "Place", "name": evil, "address": evil},
                    "tag": [{"type": "Hashtag", "name": evil}],
                }),
            );
        }
        let answer = visitor.get(&app, "/agenda.ics").await;
        assert!(answer.header("content-type").starts_with("text/calendar"));
        assert!(answer.body.starts_with("BEGIN:VCALENDAR\r\n"));
        for line in answer.body.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
            assert!(!line.contains(['\r', '\n']), "{line:?}");
        }
        let calendar = read(&answer.body);
        assert_eq!(calendar.entries.len(), evils.len());
        assert_eq!(calendar.events_seen, evils.len());
        for (entry, evil) in calendar.entries.iter().zip(evils) {
            let words = |text: &str| {
                text.chars()
                    .map(|c| {
                        if c.is_control() || c == '\u{2028}' {
                            ' '
                        } else {
                            c
                        }
                    })
                    .collect::<String>()
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            assert_eq!(words(&entry.title), words(evil));
            assert!(entry.uid.starts_with("https://peer.test/events/"));
        }
    });
}

#[test]
fn a_calendar_keeps_times_zones_days_places_and_states() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let fields: [&[(&'static str, &str)]; 4] = [
            &[
                ("title", "Un soir"),
                ("place_latitude", "47.36"),
                ("place_longitude", "-1.94"),
            ],
            &[
                ("title", "Deux jours"),
                ("all_day", "on"),
                ("start_time", ""),
                ("end_date", "2026-12-13"),
                ("end_time", ""),
            ],
            &[
                ("title", "À la Réunion"),
                ("time_zone", "Indian/Reunion"),
                ("end_date", ""),
                ("end_time", ""),
            ],
            &[
                ("title", "Annulé hélas"),
                ("status", "cancelled"),
                ("online_url", "https://visio.example/"),
            ],
        ];
        for change in fields {
            camille.publish(&app, "raffinerie", change).await;
        }
        let calendar = read(&visitor.get(&app, "/@raffinerie.ics").await.body);
        assert_eq!(calendar.name.as_deref(), Some("La Raffinerie"));
        let entry = |title: &str| {
            let found = calendar.entries.iter().find(|entry| entry.title == title);
            found.unwrap_or_else(|| panic!("{title}"))
        };
        let evening = entry("Un soir");
        assert_eq!(evening.zone, chrono_tz::Europe::Paris);
        assert_eq!(
            evening.start.instant(evening.zone).to_rfc3339(),
            "2026-12-12T19:30:00+00:00"
        );
        assert_eq!(
            evening.end.unwrap().instant(evening.zone).to_rfc3339(),
            "2026-12-12T22:00:00+00:00"
        );
        assert!(
            evening
                .place_name
                .as_deref()
                .unwrap()
                .starts_with("Salle des fêtes")
        );
        let at = evening.coordinates.unwrap();
        assert_eq!((at.lat, at.lon), (47.36, -1.94));
        assert_eq!(evening.categories, ["Bal folk", "jeune public"]);
        assert_eq!(
            evening.description.as_deref().unwrap().trim(),
            "Apportez vos chaussures."
        );
        assert!(
            evening
                .url
                .as_ref()
                .unwrap()
                .as_str()
                .starts_with("http://alpha.test/e/")
        );
        let days = entry("Deux jours");
        assert!(days.all_day);
        assert_eq!(days.start.date().to_string(), "2026-12-12");
        assert_eq!(days.end.unwrap().last_day().to_string(), "2026-12-13");
        let island = entry("À la Réunion");
        assert_eq!(island.zone, chrono_tz::Indian::Reunion);
        assert_eq!(island.start.wall().to_string(), "2026-12-12 20:30:00");
        let off = entry("Annulé hélas");
        assert_eq!(off.status, Status::Cancelled);
        assert_eq!(
            off.online_url.as_ref().unwrap().as_str(),
            "https://visio.example/"
        );
    });
}

#[test]
fn a_feed_is_sent_again_only_when_it_changed() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let paths = [
            "/agenda.ics".to_owned(),
            "/@raffinerie.ics".to_owned(),
            "/search.ics?q=bal".to_owned(),
            format!("/e/{id}.ics"),
            "/agenda.atom".to_owned(),
            "/@raffinerie.atom".to_owned(),
        ];
        let mut tags = Vec::new();
        for path in &paths {
            let first = visitor.get(&app, path).await;
            assert_eq!(first.status, 200, "{path}");
            assert!(first.header("last-modified").ends_with("GMT"), "{path}");
            assert!(!first.header("cache-control").contains("private"), "{path}");
            let tag = first.header("etag").to_owned();
            assert!(tag.starts_with('"'), "{path}");
            scene.pass(60);
            for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
                let request = visitor
                    .request(Method::GET, path)
                    .insert_header(("if-none-match", known));
                let again = send(&app, request).await;
                assert_eq!((again.status, again.bytes), (304, 0), "{path}");
                assert_eq!(again.header("etag"), tag);
            }
            tags.push(tag);
        }
        let sent = camille
            .send_form(
                &app,
                &format!("/e/{id}/edit"),
                &with(typed("Grand bal"), &[]),
                None,
            )
            .await;
        assert_eq!(sent.status, 303);
        for (path, tag) in paths.iter().zip(tags) {
            let request = visitor
                .request(Method::GET, path)
                .insert_header(("if-none-match", tag));
            assert_eq!(send(&app, request).await.status, 200, "{path}");
        }
    });
}

#[test]
fn a_feed_tells_the_newest_first_with_whole_addresses() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        camille
            .publish(&app, "raffinerie", &[("title", "Le premier écrit")])
            .await;
        scene.pass(3_600);
        let later = camille
            .publish(
                &app,
                "raffinerie",
                &[
                    ("title", "Le second écrit"),
                    ("start_date", "2027-06-01"),
                    ("end_date", "2027-06-01"),
                ],
            )
            .await;
        let answer = visitor.get(&app, "/agenda.atom").await;
        assert!(
            answer
                .header("content-type")
                .starts_with("application/atom+xml")
        );
        let feed = atom_syndication::Feed::read_from(answer.body.as_bytes()).unwrap();
        let titles: Vec<&str> = feed
            .entries()
            .iter()
            .map(|entry| entry.title().as_str())
            .collect();
        assert_eq!(titles, ["Le second écrit", "Le premier écrit"]);
        let entry = &feed.entries()[0];
        assert_eq!(entry.id(), format!("http://alpha.test/events/{later}"));
        assert_eq!(
            entry.links()[0].href(),
            format!("http://alpha.test/e/{later}")
        );
        assert!(
            entry
                .content()
                .unwrap()
                .value()
                .unwrap()
                .contains("<strong>chaussures</strong>")
        );
        // Pages tell where their feeds are.
        let home = visitor.get(&app, "/?q=bal").await;
        for href in [
            "http://alpha.test/agenda.ics?q=bal",
            "http://alpha.test/agenda.atom?q=bal",
        ] {
            assert!(home.body.contains(&format!("href=\"{href}\"")), "{href}");
        }
        let page = visitor.get(&app, &format!("/e/{later}")).await;
        assert!(page.body.contains(&format!(
            "type=\"application/activity+json\" href=\"http://alpha.test/events/{later}\""
        )));
        assert!(
            page.body
                .contains(&format!("http://alpha.test/e/{later}.ics"))
        );
        let agenda = visitor.get(&app, "/@raffinerie").await;
        for href in ["/@raffinerie.ics", "/@raffinerie.atom", "/@raffinerie"] {
            assert!(
                agenda
                    .body
                    .contains(&format!("href=\"http://alpha.test{href}\"")),
                "{href}"
            );
        }
        assert!(agenda.body.contains("@raffinerie@alpha.test"));
        let other = visitor.get(&app, "/@personne.ics").await;
        assert_eq!(other.status, 404);
    });
}
