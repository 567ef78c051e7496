//! The form of an event: what is published, what is refused and said, who may.

use crate::scene::{Browser, jpeg, on_both, typed, with};
use publication::history;
use store::{Id, StoreError};

#[test]
fn o1_a_form_without_script_becomes_a_page_and_an_activity() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let form = camille.get(&app, "/@raffinerie/new").await;
        assert_eq!(form.status, 200);
        assert!(form.body.contains("enctype=\"multipart/form-data\""));
        assert!(form.body.contains("name=\"start_date\""));
        let sent = camille
            .send_form(&app, "/@raffinerie/new", &typed("Bal folk"), None)
            .await;
        let id = sent.event();
        let visitor = Browser::visitor("alpha.test");
        let page = visitor.get(&app, &format!("/e/{id}")).await;
        assert_eq!(page.status, 200);
        for words in [
            "Bal folk",
            "<strong>chaussures</strong>",
            "Salle des fêtes",
            "Savenay",
            "Prix libre",
            "20\u{202f}h\u{202f}30",
            "La Raffinerie",
        ] {
            assert!(page.body.contains(words), "{words} in {}", page.body);
        }
        assert!(page.header("set-cookie").is_empty());
        let told = scene.told(&format!("/events/{id}"));
        let create = told
            .iter()
            .find(|(kind, body)| {
                kind == "Create" && body["actor"] == "http://alpha.test/@raffinerie"
            })
            .unwrap();
        assert_eq!(create.1["object"]["name"], "Bal folk");
        assert_eq!(create.1["object"]["startTime"], "2026-12-12T20:30:00+01:00");
        let home = visitor.get(&app, "/").await;
        assert!(home.body.contains("Bal folk"));
        let agenda = visitor.get(&app, "/@raffinerie").await;
        assert!(agenda.body.contains("Bal folk"));
    });
}

#[test]
fn a_form_with_faults_says_them_at_their_fields_and_keeps_what_was_typed() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let long = "é".repeat(201);
        let cases: [(&'static str, &[(&'static str, &str)]); 20] = [
            ("title", &[("title", "")]),
            ("title", &[("title", "ab")]),
            ("title", &[("title", &long)]),
            ("start_date", &[("start_date", "")]),
            ("start_date", &[("start_date", "2026-02-30")]),
            ("start_time", &[("start_time", "25:00")]),
            ("start_time", &[("start_time", "")]),
            // Clocks jump from two to three in Paris that night.
            (
                "start_time",
                &[
                    ("start_date", "2027-03-28"),
                    ("start_time", "02:30"),
                    ("end_date", ""),
                    ("end_time", ""),
                ],
            ),
            ("end_time", &[("end_time", "18:00")]),
            ("end_date", &[("end_date", "2026-12-11")]),
            ("time_zone", &[("time_zone", "Europe/Savenay")]),
            (
                "place_latitude",
                &[("place_latitude", "95"), ("place_longitude", "2")],
            ),
            (
                "place_longitude",
                &[("place_latitude", "48"), ("place_longitude", "")],
            ),
            ("online_url", &[("online_url", "javascript:alert(1)")]),
            ("online_url", &[("online_url", "data:text/html,x")]),
            ("online_url", &[("online_url", "https://")]),
            ("registration_url", &[("registration_url", "vbscript:x")]),
            (
                "repeat_until",
                &[
                    ("repeat", "weekly"),
                    ("repeat_end", "until"),
                    ("repeat_until", "2026-01-01"),
                ],
            ),
            (
                "repeat_except",
                &[("repeat", "weekly"), ("repeat_except", "demain")],
            ),
            (
                "repeat_count",
                &[
                    ("repeat", "weekly"),
                    ("repeat_end", "count"),
                    ("repeat_count", "x"),
                ],
            ),
        ];
        let before = scene.count();
        for (field, change) in cases {
            let fields = with(typed("Bal <i>folk"), change);
            let answer = camille
                .send_form(&app, "/@raffinerie/new", &fields, None)
                .await;
            assert_eq!(answer.status, 422, "{change:?}");
            let faults = answer.faults();
            let near = faults.iter().any(|fault| {
                fault == field
                    || (field.starts_with("end_") && fault.starts_with("end_"))
                    || (field.starts_with("place_l") && fault.starts_with("place_l"))
            });
            assert!(near, "{change:?}: {faults:?}");
            if field != "title" {
                assert!(
                    answer.body.contains("value=\"Bal &lt;i&gt;folk\""),
                    "{change:?}"
                );
            }
            assert!(answer.body.contains("**chaussures**"), "{change:?}");
            assert_eq!(scene.count(), before, "{change:?}");
        }
        // The twins: the same fields, well typed.
        for change in [
            &[("title", "Bal")][..],
            &[("title", &"é".repeat(200))],
            &[("all_day", "on"), ("start_time", ""), ("end_time", "")],
            &[
                ("start_date", "2027-03-28"),
                ("start_time", "03:30"),
                ("end_date", ""),
                ("end_time", ""),
            ],
            &[("end_date", "2026-12-13"), ("end_time", "02:00")],
            &[("end_date", ""), ("end_time", "")],
            &[("time_zone", "Indian/Reunion")],
            &[("place_latitude", "47,36"), ("place_longitude", "-1.94")],
            &[("online_url", "https://visio.example/salle")],
            &[("registration_url", "mailto:salle@alpha.test")],
            &[
                ("repeat", "weekly"),
                ("repeat_end", "count"),
                ("repeat_count", "3"),
            ],
        ] {
            let fields = with(typed("Bal folk"), change);
            let answer = camille
                .send_form(&app, "/@raffinerie/new", &fields, None)
                .await;
            assert_eq!(answer.status, 303, "{change:?}: {:?}", answer.faults());
        }
    });
}

#[test]
fn only_organisers_publish_and_only_from_our_own_form() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let before = scene.count();
        let sasha = scene.signed_in("sasha@alpha.test");
        let stranger = scene.signed_in("camille@beta.test");
        let forged = Browser {
            csrf: "AAAA".into(),
            ..camille.clone()
        };
        let elsewhere = Browser {
            host: "alpha.test".into(),
            ..stranger
        };
        for (who, browser) in [("sasha", &sasha), ("forged", &forged)] {
            let sent = browser
                .send_form(&app, "/@raffinerie/new", &typed("Intrus"), None)
                .await;
            assert_eq!(sent.status, 403, "{who}");
            let sent = browser
                .send_form(&app, &format!("/e/{id}/edit"), &typed("Intrus"), None)
                .await;
            assert_eq!(sent.status, 403, "{who}");
            for step in ["cancel", "delete"] {
                let sent = browser.post(&app, &format!("/e/{id}/{step}"), &[]).await;
                assert_eq!(sent.status, 403, "{who} {step}");
            }
        }
        for browser in [Browser::visitor("alpha.test"), elsewhere] {
            for path in ["/@raffinerie/new".to_owned(), format!("/e/{id}/edit")] {
                let asked = browser.get(&app, &path).await;
                assert_eq!(asked.status, 303, "{path}");
                assert!(asked.header("location").starts_with("/login?next="));
                let sent = browser.send_form(&app, &path, &typed("Intrus"), None).await;
                assert!([303, 403].contains(&sent.status), "{path}: {}", sent.status);
            }
        }
        assert_eq!(camille.get(&app, "/@personne/new").await.status, 404);
        assert_eq!(scene.count(), before);
        let page = camille.get(&app, &format!("/e/{id}")).await;
        assert!(page.body.contains("Bal folk") && !page.body.contains("Intrus"));
    });
}

#[test]
fn a_preview_writes_nothing_and_a_draft_is_its_organisers_alone() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let before = scene.count();
        let fields = with(typed("Bal folk"), &[("do", "preview")]);
        let shown = camille
            .send_form(&app, "/@raffinerie/new", &fields, None)
            .await;
        assert_eq!(shown.status, 200);
        assert!(shown.body.contains("<strong>chaussures</strong>"));
        assert!(shown.body.contains("value=\"Bal folk\""));
        assert_eq!(scene.count(), before);

        let draft = camille
            .publish(&app, "raffinerie", &[("do", "draft")])
            .await;
        assert_eq!(scene.count(), before + 1);
        let path = format!("/e/{draft}");
        assert_eq!(camille.get(&app, &path).await.status, 200);
        assert_eq!(visitor.get(&app, &path).await.status, 404);
        assert!(scene.told(&format!("/events/{draft}")).is_empty());
        // Published, it is everybody's and peers are told once.
        let published = camille
            .send_form(&app, &format!("{path}/edit"), &typed("Bal folk"), None)
            .await;
        assert_eq!(published.status, 303);
        assert_eq!(visitor.get(&app, &path).await.status, 200);
        let told = scene.told(&format!("/events/{draft}"));
        assert!(told.iter().any(|(kind, _)| kind == "Create"));
    });
}

#[test]
fn a_picture_is_shown_with_its_text_and_hidden_with_its_event() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let bytes = jpeg();
        let file = Some(("picture", "affiche.jpg", "image/jpeg", bytes.as_slice()));
        let fields = with(typed("Bal folk"), &[("picture_alt", "Deux danseuses")]);
        let sent = camille
            .send_form(&app, "/@raffinerie/new", &fields, file)
            .await;
        let id = sent.event();
        let page = visitor.get(&app, &format!("/e/{id}")).await;
        assert!(
            page.body.contains("alt=\"Deux danseuses\""),
            "{}",
            page.body
        );
        let picture = page.picture();
        let answer = visitor.get(&app, &picture).await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").starts_with("image/"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").contains("sandbox"));
        assert!(
            page.body
                .contains("<meta property=\"og:image\" content=\"http://alpha.test/media/")
        );
        // Kept when the form is sent again without a file.
        let sent = camille
            .send_form(&app, &format!("/e/{id}/edit"), &fields, None)
            .await;
        assert_eq!(sent.status, 303);
        assert_eq!(
            visitor.get(&app, &format!("/e/{id}")).await.picture(),
            picture
        );
        // MED-07: the picture of what is not public is not there.
        let key = Id::parse(&id).unwrap();
        for (state, audience, status) in [
            ("draft", "public", 404),
            ("held", "public", 404),
            ("removed", "public", 404),
            ("public", "followers", 404),
            ("public", "unlisted", 200),
            ("public", "public", 200),
        ] {
            scene.put(key, state, audience);
            let answer = visitor.get(&app, &picture).await;
            assert_eq!(answer.status, status, "{state} {audience}");
        }
        scene.put(key, "draft", "public");
        assert_eq!(camille.get(&app, &picture).await.status, 200);
        scene.put(key, "public", "public");
        let gone = camille.post(&app, &format!("/e/{id}/delete"), &[]).await;
        assert_eq!(gone.status, 303);
        assert_eq!(visitor.get(&app, &picture).await.status, 404);
        for bad in ["/media/x", "/media/..%2f..%2fetc%2fpasswd", "/media/0.jpg"] {
            assert_eq!(visitor.get(&app, bad).await.status, 404, "{bad}");
        }
    });
}

#[test]
fn a_file_that_is_no_picture_is_refused_at_its_field() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let before = scene.count();
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        for (name, kind, bytes) in [
            ("a.svg", "image/svg+xml", &svg[..]),
            ("a.jpg", "image/jpeg", svg),
            ("a.html", "text/html", b"<script>alert(1)</script>"),
        ] {
            let file = Some(("picture", name, kind, bytes));
            let sent = camille
                .send_form(&app, "/@raffinerie/new", &typed("Bal folk"), file)
                .await;
            assert_eq!(sent.status, 422, "{name}");
            assert_eq!(sent.faults(), ["picture"], "{name}");
            assert!(sent.body.contains("value=\"Bal folk\""), "{name}");
        }
        assert_eq!(scene.count(), before);
        // Fields are bounded too.
        let fields = with(typed("Bal"), &[("description", &"x".repeat(300_000))]);
        let sent = camille
            .send_form(&app, "/@raffinerie/new", &fields, None)
            .await;
        assert_eq!(sent.status, 413);
    });
}

#[test]
fn a_colleague_s_change_is_not_overwritten_unseen() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let path = format!("/e/{id}/edit");
        let form = camille.get(&app, &path).await;
        assert!(form.body.contains("name=\"revision\" value=\"0\""));
        assert!(form.body.contains("value=\"2026-12-12\""));
        let edit =
            |title: &str, revision: &'static str| with(typed(title), &[("revision", revision)]);
        let first = edit("Grand bal", "0");
        let first = camille.send_form(&app, &path, &first, None).await;
        assert_eq!(first.status, 303);
        let late = camille
            .send_form(&app, &path, &edit("Petit bal", "0"), None)
            .await;
        assert_eq!(late.status, 422);
        assert!(late.body.contains("value=\"Petit bal\""));
        assert!(late.body.contains("name=\"revision\" value=\"1\""));
        let visitor = Browser::visitor("alpha.test");
        let page = visitor.get(&app, &format!("/e/{id}")).await;
        assert!(page.body.contains("Grand bal"));
        let again = edit("Petit bal", "1");
        let again = camille.send_form(&app, &path, &again, None).await;
        assert_eq!(again.status, 303);
        let told = scene.told(&format!("/events/{id}"));
        let updates = told.iter().filter(|(kind, body)| {
            kind == "Update" && body["actor"] == "http://alpha.test/@raffinerie"
        });
        assert_eq!(updates.count(), 2);
    });
}

#[test]
fn o5_a_second_organiser_edits_and_the_history_keeps_who() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let actor = scene.actor("alpha.test", "raffinerie").id;
        let account = scene.account("sasha@alpha.test").id;
        let now = scene.ts();
        scene
            .database
            .write_now(|c| {
                let role = accounts::ActorRole::Organiser;
                accounts::roles::set_actor_role(c, actor, account, role, now).unwrap();
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let sasha = scene.signed_in("sasha@alpha.test");
        let sent = sasha
            .send_form(&app, &format!("/e/{id}/edit"), &typed("Grand bal"), None)
            .await;
        assert_eq!(sent.status, 303);
        let key = Id::parse(&id).unwrap();
        let kept = scene.database.read_now(|c| history(c, key)).unwrap();
        let who: Vec<Option<Id>> = kept.iter().map(|(_, _, who, _)| *who).collect();
        assert_eq!(
            who,
            [Some(scene.account("camille@alpha.test").id), Some(account)]
        );
        assert_eq!(
            kept[1].1.0["title"],
            serde_json::json!(["Bal folk", "Grand bal"])
        );
    });
}

#[test]
fn ori_05_an_uploaded_document_is_never_served_as_one() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let before = scene.count();
        let actor = br#"{"@context":"https://www.w3.org/ns/activitystreams","id":"http://alpha.test/media/x","type":"Person","inbox":"http://evil.test/inbox"}"#;
        for (name, kind) in [
            ("a.json", "application/activity+json"),
            ("a.json", "application/ld+json"),
            ("a.jpg", "image/jpeg"),
            ("a.png", "application/activity+json"),
            ("a.mp3", "audio/mpeg"),
            ("a.txt", "text/plain"),
            ("a.svg", "image/svg+xml"),
        ] {
            let file = Some(("picture", name, kind, &actor[..]));
            let sent = camille
                .send_form(&app, "/@raffinerie/new", &typed("Bal folk"), file)
                .await;
            assert_eq!(
                (sent.status, sent.faults()),
                (422, vec!["picture".to_owned()]),
                "{name}"
            );
        }
        let file = Some(("file", "a.ics", "text/calendar", &actor[..]));
        let sent = camille
            .send_form(&app, "/@raffinerie/import", &[], file)
            .await;
        assert!(sent.status < 500, "{}", sent.body);
        assert_eq!(scene.count(), before);
        // A picture, also one with a document behind its end, is served as a picture alone.
        let mut bytes = jpeg();
        bytes.extend_from_slice(actor);
        let file = Some(("picture", "affiche.jpg", "image/jpeg", bytes.as_slice()));
        let fields = with(typed("Bal folk"), &[("picture_alt", "Deux danseuses")]);
        let sent = camille
            .send_form(&app, "/@raffinerie/new", &fields, file)
            .await;
        let page = camille.get(&app, &format!("/e/{}", sent.event())).await;
        for accept in [
            "application/activity+json",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
        ] {
            let request = Browser::visitor("alpha.test")
                .request(actix_web::http::Method::GET, &page.picture())
                .insert_header(("accept", accept));
            let answer = actix_web::test::call_service(&app, request.to_request()).await;
            let header = |name: &str| {
                let value = answer.headers().get(name);
                value.map_or("", |value| value.to_str().unwrap()).to_owned()
            };
            assert_eq!(answer.status(), 200, "{accept}");
            assert!(
                header("content-type").starts_with("image/"),
                "{}",
                header("content-type")
            );
            assert_eq!(header("x-content-type-options"), "nosniff");
            let body = actix_web::test::read_body(answer).await;
            let found = body.windows(9).any(|part| part == b"evil.test");
            assert!(!found, "what came behind the picture is gone");
        }
    });
}

/// Tags offered as boxes by a page, in order.
fn boxes(page: &str) -> Vec<String> {
    let parts = page.split("<input type=\"checkbox\"").skip(1);
    let named = parts.filter(|part| part.contains("name=\"tag\""));
    named
        .map(|part| {
            let value = part.split_once("value=\"").unwrap().1;
            value.split('"').next().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn the_form_proposes_tags_of_the_place_then_of_the_site_and_works_without_script() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        assert!(boxes(&camille.get(&app, "/@raffinerie/new").await.body).is_empty());
        for (tags, place) in [
            ("concert, jazz", "Grange"),
            ("concert", "Grange"),
            ("Concert, atelier", "Grange"),
            ("poterie", "Four"),
        ] {
            let change = [("tags", tags), ("place_name", place)];
            camille.publish(&app, "raffinerie", &change).await;
        }
        // A draft and another site keep theirs.
        let draft = with(typed("Secret"), &[("tags", "secret"), ("do", "draft")]);
        let sent = camille.send_form(&app, "/@raffinerie/new", &draft, None);
        sent.await.event();
        let stranger = scene.signed_in("camille@beta.test");
        let change = [("tags", "ailleurs")];
        stranger.publish(&app, "fablab", &change).await;
        let form = camille.get(&app, "/@raffinerie/new").await;
        let all = boxes(&form.body);
        assert_eq!(all.len(), 4, "{all:?}");
        assert_eq!(all[0].to_lowercase(), "concert");
        assert_eq!(all[1..], ["atelier", "jazz", "poterie"]);
        assert!(form.body.contains("<option value=\"poterie\">"));
        // Where events take place counts first; what is typed already is not offered again.
        let pottery = camille.publish(
            &app,
            "raffinerie",
            &[("tags", "modelage"), ("place_name", "Four")],
        );
        let pottery = pottery.await;
        let form = camille.get(&app, &format!("/e/{pottery}/edit")).await;
        assert_eq!(boxes(&form.body)[0], "poterie");
        assert!(!boxes(&form.body).contains(&"modelage".to_owned()));
        // Ticked ones join those typed.
        let mut fields = with(typed("Bal"), &[("tags", "bal")]);
        fields.push(("tag", "jazz".to_owned()));
        fields.push(("tag", "poterie".to_owned()));
        let sent = camille.send_form(&app, "/@raffinerie/new", &fields, None);
        let id = sent.await.event();
        let event = camille.get(&app, &format!("/api/v1/events/{id}")).await;
        assert_eq!(
            event.json()["tags"],
            serde_json::json!(["bal", "jazz", "poterie"])
        );
    });
}

#[test]
fn ssrf_09_a_name_of_a_picture_names_nothing_else() {
    on_both(async |scene| {
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        for bad in [
            "/media/a.jpg&proxy=http:%2f%2f127.0.0.1",
            "/media/a.jpg%3fproxy=http:%2f%2f127.0.0.1",
            "/media/..%2factor",
            "/media/%2e%2e%2f%2e%2e%2fapi%2fv1%2fsite",
            "/media/http:%2f%2fevil.test%2fa.jpg",
            "/media/a.jpg%00.svg",
        ] {
            let status = visitor.get(&app, bad).await.status;
            assert!([400, 404].contains(&status), "{bad}: {status}");
        }
    });
}

#[test]
fn what_crops_keep_is_chosen_without_script_and_told_as_a_focal_point() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let bytes = jpeg();
        let file = Some(("picture", "a.jpg", "image/jpeg", bytes.as_slice()));
        let wrong = with(typed("Bal"), &[("picture_focus", "moon")]);
        let sent = camille.send_form(&app, "/@raffinerie/new", &wrong, file);
        let sent = sent.await;
        assert_eq!(sent.status, 422);
        assert!(sent.body.contains("id=\"f-picture_focus-error\""));
        let fields = with(typed("Bal"), &[("picture_focus", "top-right")]);
        let sent = camille.send_form(&app, "/@raffinerie/new", &fields, file);
        let id = sent.await.event();
        let focal = || {
            let told = scene.told(&format!("/events/{id}"));
            let (kind, body) = told.last().unwrap().clone();
            let event = match kind.as_str() {
                "Announce" => told[0].1["object"].clone(),
                _ => body["object"].clone(),
            };
            event["attachment"][0]["focalPoint"].clone()
        };
        let near = |value: serde_json::Value, x: f64, y: f64| {
            let at = |n: usize| value[n].as_f64().unwrap();
            assert!(
                (at(0) - x).abs() < 0.01 && (at(1) - y).abs() < 0.01,
                "{value}"
            );
        };
        near(focal(), 0.8, 0.8);
        let visitor = Browser::visitor("alpha.test");
        assert!(
            visitor
                .get(&app, "/")
                .await
                .body
                .contains("class=\"thumb fx4 fy0\"")
        );
        // The form remembers it; another spot is told; a form without the question keeps it.
        let edit = format!("/e/{id}/edit");
        let form = camille.get(&app, &edit).await.body;
        let chosen = form
            .split("<input type=\"radio\"")
            .find(|part| part.contains("name=\"picture_focus\"") && part.contains(" checked"));
        assert!(chosen.unwrap().contains("value=\"top-right\""));
        let fields = with(typed("Bal"), &[("picture_focus", "bottom")]);
        assert_eq!(
            camille.send_form(&app, &edit, &fields, None).await.status,
            303
        );
        near(focal(), 0.0, -0.8);
        let fields = typed("Bal des mots");
        assert_eq!(
            camille.send_form(&app, &edit, &fields, None).await.status,
            303
        );
        near(focal(), 0.0, -0.8);
        assert!(
            visitor
                .get(&app, "/")
                .await
                .body
                .contains("class=\"thumb fx2 fy4\"")
        );
    });
}
