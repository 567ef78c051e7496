//! The page and the API of what one hides.

use super::strangers::{follows_and_answers, stranger};
use super::*;
use crate::moderating::{event, member};
use crate::scene::{admin, on_both, on_both_among};

/// The key of the first rule on the page.
fn first_rule(body: &str) -> String {
    let (_, rest) = body.split_once("name=\"id\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn an_agenda_is_hidden_from_its_event_and_shown_again() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut zoe = zebulon(&scene, &app).await;
        let page = zoe.get(&app, &event.page).await.body;
        let start = page.find("/account/blocks?about=").unwrap();
        let link = page[start..].split('"').next().unwrap().to_owned();
        let form = zoe.get(&app, &link).await;
        assert_eq!(form.status, 200);
        assert!(
            form.body.contains("@bal@alpha.test") && form.body.contains("Vous ne masquez rien")
        );
        let about = "https://alpha.test/@bal";
        let fields = [
            ("kind", "actor"),
            ("target", about),
            ("about", about),
            ("level", "mute"),
            ("days", "7"),
        ];
        assert!(zoe.get(&app, "/").await.body.contains("Bal folk"));
        let sent = zoe.post(&app, "/account/blocks", &fields).await;
        assert_eq!(
            (sent.status, sent.header("location")),
            (303, "/account/blocks?done=own-hidden")
        );
        let list = zoe.get(&app, "/account/blocks").await.body;
        assert!(
            list.contains("@bal@alpha.test") && list.contains("Masqué"),
            "{list}"
        );
        assert!(!zoe.get(&app, "/").await.body.contains("Bal folk"));
        let mut lea = member(&scene, &app, "lea").await;
        assert!(lea.get(&app, "/").await.body.contains("Bal folk"));
        // Nobody takes another's rule back.
        let id = first_rule(&list);
        let fields = [("id", id.as_str())];
        assert_eq!(
            lea.post(&app, "/account/blocks/remove", &fields)
                .await
                .status,
            404
        );
        assert_eq!(
            zoe.post(&app, "/account/blocks/remove", &fields)
                .await
                .status,
            303
        );
        assert_eq!(
            zoe.post(&app, "/account/blocks/remove", &fields)
                .await
                .status,
            404
        );
        assert!(zoe.get(&app, "/").await.body.contains("Bal folk"));
        // The same, until its time is over.
        let fields = [("kind", "word"), ("target", "FOLK"), ("days", "1")];
        assert_eq!(zoe.post(&app, "/account/blocks", &fields).await.status, 303);
        assert!(!zoe.get(&app, "/").await.body.contains("Bal folk"));
        scene.pass(86_401);
        assert!(zoe.get(&app, "/").await.body.contains("Bal folk"));
        assert!(
            zoe.get(&app, "/account/blocks")
                .await
                .body
                .contains("Vous ne masquez rien")
        );
    });
}

#[test]
fn what_cannot_be_hidden_is_said_at_its_field() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut camille = admin(&app, ALPHA).await;
        camille
            .post(
                &app,
                "/agendas/new",
                &[("username", "bal"), ("name", "Le bal")],
            )
            .await;
        for (kind, target, status) in [
            ("", "x.test", 422),
            ("actor", "", 422),
            ("actor", "@bal@alpha.test", 422),
            ("actor", "@nobody@alpha.test", 422),
            ("actor", "https://alpha.test/actor", 422),
            ("host", "alpha.test", 422),
            ("host", "pas un hôte", 422),
            ("word", "   ", 422),
            ("word", "\u{200b}", 422),
            ("host", "Autre.test", 303),
            ("word", "corrida", 303),
        ] {
            let fields = [
                ("kind", kind),
                ("target", target),
                ("level", "block"),
                ("days", "0"),
            ];
            let sent = camille.post(&app, "/account/blocks", &fields).await;
            assert_eq!(sent.status, status, "{kind} {target}: {}", sent.body);
            if status == 422 {
                assert!(sent.body.contains("error-summary"), "{kind} {target}");
            }
        }
        let list = camille.get(&app, "/account/blocks").await.body;
        assert!(list.contains("autre.test") && list.contains("Bloqué") && list.contains("corrida"));
        // A word is only hidden, whatever was asked.
        assert_eq!(list.matches(">Bloqué<").count(), 1, "{list}");
        let mut visitor = Browser::new(ALPHA);
        let asked = visitor.get(&app, "/account/blocks").await;
        assert_eq!(asked.status, 303);
    });
}

#[test]
fn programs_hide_list_and_show_again() {
    on_both_among(&["fab.test"], |scene, fediverse| async move {
        let app = scene.app().await;
        let zoe = zebulon(&scene, &app).await;
        let path = "/api/v1/account/blocks";
        let guilde = hostile::Peer::new(&fediverse.host("fab.test"), "guilde", 1);
        let until = "2027-02-01T00:00:00Z";
        for (input, value, level) in [
            (
                json!({"kind": "host", "target": "*.Far.test."}),
                "far.test",
                "mute",
            ),
            (
                json!({"kind": "word", "target": "Corrida", "level": "block"}),
                "corrida",
                "mute",
            ),
            (
                json!({"kind": "actor", "target": guilde.uri, "level": "block", "until": until}),
                guilde.uri.as_str(),
                "block",
            ),
        ] {
            let made = call(&zoe, &app, Method::POST, path, Some(input.clone())).await;
            assert_eq!(made.status, 201, "{input}: {}", made.body);
            let made = made.json();
            assert_eq!(
                (&made["value"], &made["level"]),
                (&json!(value), &json!(level))
            );
        }
        for (input, code) in [
            (json!({"kind": "host", "target": "alpha.test"}), "own_host"),
            (json!({"kind": "host", "target": "x"}), "malformed"),
            (json!({"kind": "planet", "target": "x"}), "malformed"),
            (
                json!({"kind": "word", "target": "x", "level": "hate"}),
                "malformed",
            ),
            (
                json!({"kind": "word", "target": "x", "until": "2020-01-01T00:00:00Z"}),
                "end_in_the_past",
            ),
        ] {
            let made = call(&zoe, &app, Method::POST, path, Some(input.clone())).await;
            assert_eq!(
                (made.status, &made.json()["error"]),
                (422, &json!(code)),
                "{input}"
            );
        }
        let list = call(&zoe, &app, Method::GET, path, None).await.json();
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 3);
        assert_eq!(items[0]["shown"], json!("@guilde@fab.test"));
        assert_eq!(items[0]["until"], json!(until));
        let one = format!("{path}/{}", items[0]["id"].as_str().unwrap());
        assert_eq!(
            call(&zoe, &app, Method::DELETE, &one, None).await.status,
            204
        );
        assert_eq!(
            call(&zoe, &app, Method::DELETE, &one, None).await.status,
            404
        );
        let anybody = Browser::new(ALPHA).request(Method::GET, path);
        assert_eq!(send(&app, anybody).await.status, 401);
    });
}

#[test]
fn a_block_holds_for_an_agenda_that_one_becomes_an_owner_of() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut zoe = zebulon(&scene, &app).await;
        let guilde = stranger(&scene);
        follows_and_answers(&scene, &guilde, "bal", &event);
        help(&scene, "bal", EMAIL);
        let fields = [
            ("kind", "actor"),
            ("target", guilde.uri.as_str()),
            ("level", "block"),
            ("days", "0"),
        ];
        assert_eq!(zoe.post(&app, "/account/blocks", &fields).await.status, 303);
        let state = || {
            use store::schema::follows;
            let found = follows::table
                .filter(follows::follower_id.eq(guilde.id))
                .select(follows::state);
            let found = |c: &mut store::Conn| found.first(c).map_err(StoreError::from);
            scene
                .database
                .read_now::<String, StoreError>(found)
                .unwrap()
        };
        assert_eq!(state(), "accepted", "an organiser's block is their own");
        let mut lea = member(&scene, &app, "lea").await;
        let id = account(&scene, EMAIL).to_string();
        let fields = [("do", "owner"), ("id", id.as_str())];
        let made = lea.post(&app, "/agendas/bal/people", &fields).await;
        assert_eq!(made.status, 303, "{}", made.body);
        assert_eq!(state(), "refused");
    });
}
