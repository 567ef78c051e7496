//! Who sees what: states and audiences on every surface, two sites on one server, the weight of
//! pages.

use crate::scene::{Answer, Browser, Scene, on_both};
use accounts::{SiteRole, roles};
use serde_json::json;
use store::Id;

/// Every address on which an event of `agenda` may show.
fn surfaces(id: &str, agenda: &str, place: &str) -> Vec<String> {
    let mut all: Vec<String> = [
        "/",
        "/?q=bal",
        "/?tag=bal%20folk",
        "/month/2026-12",
        "/day/2026-12-12",
        "/agenda.ics",
        "/agenda.atom",
        "/search.ics?q=bal",
        "/tags/balfolk.ics",
        "/tags/balfolk.atom",
        "/embed/agenda",
        "/api/v1/events",
        "/api/v1/events?q=bal",
    ]
    .map(str::to_owned)
    .to_vec();
    for suffix in ["", ".ics", ".atom", "?past=1"] {
        all.push(format!("/@{agenda}{suffix}"));
    }
    all.push(format!("/embed/@{agenda}"));
    all.push(format!("/api/v1/agendas/{agenda}/events"));
    for suffix in ["", ".ics", ".atom"] {
        all.push(format!("{place}{suffix}"));
    }
    all.push(format!("/e/{id}"));
    all.push(format!("/e/{id}.ics"));
    all.push(format!("/api/v1/events/{id}"));
    all.push(format!("/events/{id}"));
    all
}

fn is_list(path: &str) -> bool {
    !(path.starts_with("/e/")
        || path.starts_with("/events/")
        || path.starts_with("/api/v1/events/"))
}

fn place_of(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("href=\"/places/").unwrap();
    format!("/places/{}", rest.split('"').next().unwrap())
}

/// Makes sasha something else than the administrator that the scene made.
fn role(scene: &Scene, role: SiteRole) {
    let (site, now) = (scene.site("alpha.test").id, scene.clock.ts());
    let sasha = scene.account("sasha@alpha.test").id;
    scene
        .database
        .write_now(|c| roles::set_site_role(c, site, sasha, role, now))
        .unwrap();
}

#[test]
fn states_and_audiences_hold_on_every_surface() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let id = camille
            .publish(
                &app,
                "raffinerie",
                &[("title", "Bal secret"), ("tags", "bal folk")],
            )
            .await;
        let key = Id::parse(&id).unwrap();
        let place = place_of(&camille.get(&app, &format!("/e/{id}")).await);
        role(&scene, SiteRole::Member);
        let visitors = [
            ("visitor", Browser::visitor("alpha.test")),
            ("sasha", scene.signed_in("sasha@alpha.test")),
        ];
        for (state, audience, listed, by_address) in [
            ("public", "public", true, true),
            ("public", "unlisted", false, true),
            ("public", "followers", false, false),
            ("public", "private", false, false),
            ("draft", "public", false, false),
            ("held", "public", false, false),
            ("removed", "public", false, false),
        ] {
            scene.put(key, state, audience);
            for (who, browser) in &visitors {
                for path in surfaces(&id, "raffinerie", &place) {
                    if path == "/@raffinerie?past=1" {
                        continue;
                    }
                    let answer = browser.get(&app, &path).await;
                    let shown = answer.body.contains("Bal secret");
                    let wanted = if is_list(&path) { listed } else { by_address };
                    if path.starts_with("/events/") {
                        let expected = if wanted { 303 } else { 404 };
                        assert_eq!(answer.status, expected, "{who} {state} {audience} {path}");
                        continue;
                    }
                    assert_eq!(
                        shown, wanted,
                        "{who} {state} {audience} {path} {}",
                        answer.status
                    );
                    if !is_list(&path) {
                        let expected = if wanted { 200 } else { 404 };
                        assert_eq!(answer.status, expected, "{who} {state} {audience} {path}");
                    }
                }
            }
            // Its organisers see it as long as it is theirs to change.
            let own = camille.get(&app, &format!("/e/{id}")).await;
            assert_eq!(own.status, 200, "{state} {audience}");
            assert!(own.header("cache-control").contains("private"));
        }
        // Moderators read what waits for them and what they took away, by its address; no draft.
        role(&scene, SiteRole::Moderator);
        let moderator = scene.signed_in("sasha@alpha.test");
        for (state, status) in [("held", 200), ("removed", 200), ("draft", 404)] {
            scene.put(key, state, "public");
            let page = moderator.get(&app, &format!("/e/{id}")).await;
            assert_eq!(page.status, status, "{state}");
            for path in surfaces(&id, "raffinerie", &place) {
                let answer = moderator.get(&app, &path).await;
                let in_list = is_list(&path) && answer.body.contains("Bal secret");
                assert!(!in_list, "{state} {path}");
            }
        }
    });
}

#[test]
fn acl_02_what_is_hidden_looks_like_what_is_not_there() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let key = Id::parse(&id).unwrap();
        let visitor = Browser::visitor("alpha.test");
        let absent = "018f0000-0000-7000-8000-000000000000";
        let forms = [
            "/e/ID",
            "/e/ID.ics",
            "/api/v1/events/ID",
            "/events/ID",
            "/e/ID/edit",
        ];
        for (state, audience) in [
            ("draft", "public"),
            ("held", "public"),
            ("removed", "public"),
            ("public", "followers"),
            ("public", "private"),
        ] {
            scene.put(key, state, audience);
            for form in forms {
                let hidden = visitor.get(&app, &form.replace("ID", &id)).await;
                let missing = visitor.get(&app, &form.replace("ID", absent)).await;
                assert_eq!(hidden.status, missing.status, "{state} {form}");
                let same = hidden.body.replace(&id, absent);
                assert_eq!(same, missing.body, "{state} {form}");
                let names = |answer: &Answer| -> std::collections::BTreeSet<String> {
                    let all = answer.headers.iter();
                    all.map(|(name, _)| name.to_string()).collect()
                };
                assert_eq!(names(&hidden), names(&missing), "{state} {form}");
            }
        }
        // The twin: what is public differs.
        scene.put(key, "public", "public");
        let shown = visitor.get(&app, &format!("/e/{id}")).await;
        assert_eq!(shown.status, 200);
    });
}

#[test]
fn a_suspended_agenda_shows_nothing() {
    on_both(async |scene| {
        use diesel::prelude::*;
        use store::schema::actors;
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let id = camille
            .publish(&app, "raffinerie", &[("title", "Bal secret")])
            .await;
        let place = place_of(&camille.get(&app, &format!("/e/{id}")).await);
        let actor = scene.actor("alpha.test", "raffinerie").id;
        scene
            .database
            .write_now(|c| {
                diesel::update(actors::table.find(actor))
                    .set(actors::state.eq("suspended"))
                    .execute(c)?;
                Ok::<_, store::StoreError>(())
            })
            .unwrap();
        let visitor = Browser::visitor("alpha.test");
        for path in surfaces(&id, "raffinerie", &place) {
            let answer = visitor.get(&app, &path).await;
            assert!(!answer.body.contains("Bal secret"), "{path}");
            if path.contains("raffinerie") || !is_list(&path) {
                assert_eq!(answer.status, 404, "{path}");
            }
        }
    });
}

/// An event with a place and a tag on each site, one from a server that only `host` follows.
async fn two_sites(scene: &Scene) -> (String, String, String, String) {
    let app = scene.app().await;
    let camille = scene.signed_in("camille@alpha.test");
    let ours = camille
        .publish(
            &app,
            "raffinerie",
            &[
                ("title", "Bal d’Alpha"),
                ("tags", "bal folk"),
                ("place_name", "Salle d’Alpha"),
            ],
        )
        .await;
    let place = place_of(&camille.get(&app, &format!("/e/{ours}")).await);
    let author = scene.followed("alpha.test", "peer.test");
    let object = scene.arrives(
        &author,
        "Bal d’Alpha d’ailleurs",
        json!({
            "tag": [{"type": "Hashtag", "name": "#balfolk"}],
            "location": {"type": "Place", "name": "Salle d’Alpha d’ailleurs", "address": "1 rue"},
        }),
    );
    let remote = object.id.to_string();
    let remote_place = place_of(&camille.get(&app, &format!("/e/{remote}")).await);
    (ours, place, remote, remote_place)
}

#[test]
fn web_04_no_site_shows_what_another_one_knows() {
    on_both(async |scene| {
        let app = scene.app().await;
        let (ours, place, remote, remote_place) = two_sites(&scene).await;
        let people = [
            Browser::visitor("beta.test"),
            scene.signed_in("camille@beta.test"),
        ];
        let alpha = Browser::visitor("alpha.test");
        for (id, place) in [(&ours, &place), (&remote, &remote_place)] {
            for path in surfaces(id, "raffinerie", place) {
                for browser in &people {
                    let answer = browser.get(&app, &path).await;
                    assert!(!answer.body.contains("Alpha"), "{path}: {}", answer.body);
                    assert!(!answer.body.contains("alpha.test"), "{path}");
                    if !is_list(&path)
                        || path.contains("raffinerie")
                        || path.starts_with("/places/")
                    {
                        assert_eq!(answer.status, 404, "{path}");
                    }
                }
            }
            // The twin: on its own site each of them is there.
            for path in [
                format!("/e/{id}"),
                place.clone(),
                format!("{place}.ics"),
                format!("/e/{id}.ics"),
            ] {
                let answer = alpha.get(&app, &path).await;
                assert_eq!(answer.status, 200, "{path}");
                assert!(
                    answer.body.replace("\r\n ", "").contains("Bal d’Alpha"),
                    "{path}"
                );
            }
        }
        // A session of one site is none on the other.
        let borrowed = Browser {
            host: "beta.test".into(),
            ..scene.signed_in("camille@alpha.test")
        };
        let page = borrowed.get(&app, "/").await;
        assert!(page.body.contains("href=\"/login\""));
        // An unknown host has no page at all.
        let unknown = Browser::visitor("gamma.test").get(&app, "/").await;
        assert_eq!(unknown.status, 421);
        assert!(unknown.header("set-cookie").is_empty());
        // What both follow, both show.
        let object = {
            let author = scene.followed("beta.test", "peer.test");
            scene.arrives(&author, "Pour tous", json!({}))
        };
        for host in ["alpha.test", "beta.test"] {
            let page = Browser::visitor(host)
                .get(&app, &format!("/e/{}", object.id))
                .await;
            assert_eq!(page.status, 200, "{host}");
        }
    });
}

#[test]
fn a_home_page_of_forty_events_stays_light_and_an_embedded_one_lighter() {
    on_both(async |scene| {
        let app = scene.app().await;
        let author = scene.followed("alpha.test", "peer.test");
        for number in 0..60 {
            let start = format!("2026-12-{:02}T19:00:00Z", 1 + number / 3);
            let name = format!(
                "Concert de soutien à la radio locale, avec l’orchestre d’harmonie, soir {number}"
            );
            scene.arrives(
                &author,
                &name,
                json!({
                    "startTime": start,
                    "location": {"type": "Place", "name": "Maison de quartier de la Croix-Rousse", "address": {"type": "PostalAddress", "addressLocality": "Savenay"}},
                    "tag": [{"type": "Hashtag", "name": "musique"}, {"type": "Hashtag", "name": "radio"}, {"type": "Hashtag", "name": "soutien"}],
                }),
            );
        }
        let visitor = Browser::visitor("alpha.test");
        let home = visitor.get(&app, "/").await;
        assert!(home.body.matches("class=\"card").count() >= 40);
        assert!(home.bytes < 100_000, "{}", home.bytes);
        for path in ["/embed/agenda", "/embed/@raffinerie"] {
            let embed = visitor.get(&app, path).await;
            assert_eq!(embed.status, 200, "{path}");
            assert!(embed.bytes < 30_000, "{path}: {}", embed.bytes);
            assert!(!embed.body.contains("<script"), "{path}");
            assert!(embed.header("set-cookie").is_empty());
            assert!(
                embed
                    .header("content-security-policy")
                    .contains("frame-ancestors *")
            );
            assert!(embed.header("x-frame-options").is_empty());
        }
        assert!(
            home.header("content-security-policy")
                .contains("frame-ancestors 'none'")
        );
        // V5: nothing is asked of anybody else.
        for tag in home.body.split('<') {
            let loads = ["script", "link rel=\"stylesheet\"", "img", "iframe"]
                .iter()
                .any(|name| tag.starts_with(name));
            assert!(!(loads && tag.contains("//")), "<{tag}");
        }
    });
}

#[test]
fn v6_an_agenda_can_be_followed_from_elsewhere() {
    on_both(async |scene| {
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let page = visitor.get(&app, "/@raffinerie").await;
        assert_eq!(page.status, 200);
        for words in [
            "La Raffinerie",
            "@raffinerie@alpha.test",
            "action=\"/follow-from\"",
            "name=\"account\"",
        ] {
            assert!(page.body.contains(words), "{words}");
        }
        // The same address is the actor for servers.
        let request = visitor
            .request(actix_web::http::Method::GET, "/@raffinerie")
            .insert_header(("accept", "application/activity+json"));
        let actor = crate::scene::send(&app, request).await.json();
        assert_eq!(actor["type"], "Group");
        assert_eq!(visitor.get(&app, "/@Raffinerie").await.status, 200);
        assert_eq!(visitor.get(&app, "/@personne").await.status, 404);
    });
}
