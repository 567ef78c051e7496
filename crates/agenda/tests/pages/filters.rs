//! V1: the filters lie in the address, and work without account or script.

use crate::scene::{Browser, on_both};
use serde_json::json;

#[test]
fn v1_filters_are_shareable_and_narrow_every_surface() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        // Friday evening, in Savenay, with a price.
        let concert = [
            ("title", "Concert de l’Œuvre"),
            ("start_date", "2026-11-27"),
            ("end_date", "2026-11-27"),
            ("category", "MUSIC"),
            ("tags", "Chanson"),
            ("place_latitude", "47.36"),
            ("place_longitude", "-1.94"),
            ("description", "Soirée de soutien à la radio."),
        ];
        // Saturday, in Lyon, free.
        let market = [
            ("title", "Marché paysan"),
            ("start_date", "2026-11-28"),
            ("end_date", ""),
            ("end_time", ""),
            ("free", "on"),
            ("price", ""),
            ("category", "MARKET"),
            ("place_name", "Place Bellecour"),
            ("place_locality", "Lyon"),
            ("place_latitude", "45.7578"),
            ("place_longitude", "4.8320"),
            ("tags", ""),
        ];
        // In January, online.
        let lesson = [
            ("title", "Atelier Wikipédia"),
            ("start_date", "2027-01-15"),
            ("end_date", "2027-01-15"),
            ("online_url", "https://visio.example/salle"),
            ("place_name", ""),
            ("place_locality", ""),
            ("tags", "atelier"),
        ];
        for form in [&concert[..], &market, &lesson] {
            camille.publish(&app, "raffinerie", form).await;
        }
        let author = scene.followed("alpha.test", "peer.test");
        // A show of today that began an hour ago and has no end.
        scene.arrives(
            &author,
            "Spectacle d’à côté",
            json!({"startTime": "2026-11-23T10:00:00Z"}),
        );
        let all = [
            "Concert de l",
            "Marché paysan",
            "Atelier Wikipédia",
            "Spectacle d",
        ];
        let cases: &[(&str, &[usize])] = &[
            ("", &[0, 1, 2, 3]),
            ("q=oeuvre", &[0]),
            ("q=SOUTIEN%20RADIO", &[0]),
            ("q=%25", &[]),
            ("tag=chanson", &[0]),
            ("tag=%23CHANSON", &[0]),
            ("category=MUSIC", &[0]),
            ("place=savenay", &[0]),
            ("place=bellecour", &[1]),
            ("free=on", &[1]),
            ("free=1", &[1]),
            ("online=on", &[2]),
            ("source=peer.test", &[3]),
            ("source=alpha.test", &[0, 1, 2]),
            ("near=45.75,4.85&within=10", &[1]),
            ("near=45.75,4.85&within=500", &[1]),
            ("near=45.75,4.85&within=1000", &[0, 1]),
            ("near=Place%20Bellecour&within=5", &[1]),
            ("when=today", &[3]),
            ("when=weekend", &[1]),
            ("when=week", &[0, 1, 3]),
            ("from=2026-11-28", &[1, 2]),
            ("to=2026-11-27", &[0, 3]),
            ("from=2026-11-27&to=2026-11-27", &[0]),
            ("free=on&when=weekend&near=45.75,4.85&within=20", &[1]),
            ("free=on&q=concert", &[]),
        ];
        let visitor = Browser::visitor("alpha.test");
        for (query, expected) in cases {
            let surfaces = [
                (format!("/?{query}"), "page"),
                (format!("/search.ics?{query}"), "ics"),
                (format!("/agenda.ics?{query}"), "ics"),
                (format!("/agenda.atom?{query}"), "atom"),
                (format!("/api/v1/events?{query}"), "api"),
                (format!("/embed/agenda?{query}"), "embed"),
            ];
            for (path, surface) in surfaces {
                let answer = visitor.get(&app, &path).await;
                assert_eq!(answer.status, 200, "{path}");
                // Lines of a calendar are folded.
                let body = answer.body.replace("\r\n ", "");
                for (index, title) in all.iter().enumerate() {
                    // The list itself, not what was typed in the filters.
                    let listed = body.contains(title);
                    assert_eq!(
                        listed,
                        expected.contains(&index),
                        "{surface} {path}: {title}"
                    );
                }
            }
        }
    });
}

#[test]
fn filters_that_make_no_sense_are_said_and_harm_nothing() {
    on_both(async |scene| {
        let app = scene.app().await;
        scene
            .signed_in("camille@alpha.test")
            .publish(&app, "raffinerie", &[])
            .await;
        let visitor = Browser::visitor("alpha.test");
        for (query, sentence) in [
            ("from=2026-02-30", Some("Cette date n’existe pas")),
            ("to=hier", Some("Cette date n’existe pas")),
            (
                "from=2026-12-31&to=2026-12-01",
                Some("La fin vient avant le début"),
            ),
            ("near=Nulle%20part", Some("Ce lieu n’est pas connu ici")),
            ("near=95,200", Some("Ce lieu n’est pas connu ici")),
            ("near=45.75,4.85&within=-3", Some("Indiquez une distance")),
            ("category=NOTHING", None),
            ("after=x.y", None),
            ("after=999999999999999999999.0", None),
            ("cursor=-1.018f0000-0000-7000-8000-000000000000", None),
            ("limit=1000000", None),
            ("q=%00%01", None),
        ] {
            let answer = visitor.get(&app, &format!("/?{query}")).await;
            assert_eq!(answer.status, 200, "{query}");
            if let Some(sentence) = sentence {
                assert!(answer.body.contains(sentence), "{query}");
            }
            for feed in ["/search.ics", "/agenda.atom", "/api/v1/events"] {
                let answer = visitor.get(&app, &format!("{feed}?{query}")).await;
                assert!(
                    [200, 400, 422].contains(&answer.status),
                    "{feed} {query}: {}",
                    answer.status
                );
            }
        }
    });
}

#[test]
fn pages_follow_one_another_without_gap_or_double() {
    on_both(async |scene| {
        let app = scene.app().await;
        let author = scene.followed("alpha.test", "peer.test");
        for number in 0..95 {
            // Several at the same instant.
            let day = 1 + number / 5;
            let start = format!("2026-12-{day:02}T19:00:00Z");
            scene.arrives(
                &author,
                &format!("Numéro {number:03}"),
                json!({ "startTime": start }),
            );
        }
        let visitor = Browser::visitor("alpha.test");
        let mut path = "/".to_owned();
        let mut seen = Vec::new();
        for _ in 0..10 {
            let page = visitor.get(&app, &path).await;
            let titles = page
                .body
                .split("Numéro ")
                .skip(1)
                .map(|rest| rest[..3].to_owned());
            seen.extend(titles);
            let Some((_, rest)) = page.body.split_once("rel=\"next\" href=\"") else {
                break;
            };
            path = rest.split('"').next().unwrap().replace("&amp;", "&");
        }
        assert_eq!(seen.len(), 95, "{seen:?}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 95);
        let mut cursor = String::new();
        let mut keys = Vec::new();
        for _ in 0..20 {
            let page = visitor
                .get(&app, &format!("/api/v1/events?limit=20{cursor}"))
                .await
                .json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= 20);
            keys.extend(
                items
                    .iter()
                    .map(|item| item["id"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(keys.len(), 95);
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), 95);
        // DOS-11: nobody gets more at once than a program can be asked to read.
        let page = visitor
            .get(&app, "/api/v1/events?limit=1000000")
            .await
            .json();
        assert!(page["items"].as_array().unwrap().len() <= 200);
        assert_eq!(
            visitor.get(&app, "/api/v1/events?limit=-5").await.json()["items"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    });
}

#[test]
fn the_month_shows_its_days_and_the_past_stays_to_be_found() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let past = camille
            .publish(
                &app,
                "raffinerie",
                &[
                    ("title", "Fête passée"),
                    ("start_date", "2026-10-03"),
                    ("end_date", "2026-10-03"),
                ],
            )
            .await;
        camille
            .publish(&app, "raffinerie", &[("title", "Loto géant")])
            .await;
        let month = visitor.get(&app, "/month/2026-12").await;
        assert_eq!(month.status, 200);
        assert!(month.body.contains("Loto géant") && !month.body.contains("Fête passée"));
        assert!(month.body.contains("/month/2026-11") && month.body.contains("/month/2027-01"));
        assert!(
            visitor
                .get(&app, "/month/2026-10")
                .await
                .body
                .contains("Fête passée")
        );
        assert_eq!(visitor.get(&app, "/month").await.status, 200);
        for wrong in [
            "/month/2026-13",
            "/month/x",
            "/month/99999-01",
            "/day/2026-02-30",
            "/day/x",
        ] {
            assert_eq!(visitor.get(&app, wrong).await.status, 404, "{wrong}");
        }
        let day = visitor.get(&app, "/day/2026-12-12").await;
        assert_eq!(day.status, 200);
        assert!(day.body.contains("Loto géant"));
        assert!(
            !visitor
                .get(&app, "/day/2026-12-13")
                .await
                .body
                .contains("Loto géant")
        );
        // The list looks ahead; the archive does not.
        for path in ["/", "/@raffinerie"] {
            let page = visitor.get(&app, path).await;
            assert!(!page.body.contains("Fête passée"), "{path}");
        }
        let page = visitor.get(&app, "/@raffinerie?past=1").await;
        assert!(page.body.contains("Fête passée") && !page.body.contains("Loto géant"));
        let page = visitor.get(&app, &format!("/e/{past}")).await;
        assert!(page.body.contains("Cet événement est passé"));
    });
}

#[test]
fn places_and_tags_have_their_own_agendas() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let id = camille
            .publish(&app, "raffinerie", &[("place_street", "1 rue du Bac")])
            .await;
        camille
            .publish(
                &app,
                "raffinerie",
                &[
                    ("title", "Ailleurs"),
                    ("place_name", "Grange"),
                    ("tags", "autre"),
                ],
            )
            .await;
        let page = visitor.get(&app, &format!("/e/{id}")).await;
        let (_, rest) = page.body.split_once("href=\"/places/").unwrap();
        let place = format!("/places/{}", rest.split('"').next().unwrap());
        for path in [
            place.clone(),
            format!("{place}.ics"),
            format!("{place}.atom"),
            "/tags/bal%20folk".into(),
            "/tags/Bal%20folk.ics".into(),
            "/tags/balfolk.atom".into(),
        ] {
            let mut answer = visitor.get(&app, &path).await;
            if answer.status == 308 || answer.status == 303 {
                let there = answer.header("location").to_owned();
                answer = visitor.get(&app, &there).await;
            }
            assert_eq!(answer.status, 200, "{path}");
            assert!(
                answer.body.contains("Bal folk") && !answer.body.contains("Ailleurs"),
                "{path}"
            );
        }
        let page = visitor.get(&app, &place).await;
        assert!(page.body.contains("1 rue du Bac"));
        for wrong in [
            "/places/x",
            "/places/018f0000-0000-7000-8000-000000000000",
            "/places/018f0000-0000-7000-8000-000000000000.ics",
        ] {
            assert_eq!(visitor.get(&app, wrong).await.status, 404, "{wrong}");
        }
    });
}
