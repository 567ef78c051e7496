//! The rules of following and what is shown of a peer, through the API.

use crate::api::{ALPHA, Program};
use crate::scene::{admin, on_both};
use actix_web::http::Method;
use serde_json::{Value, json};
use sites::SiteChange;

#[test]
fn follow_rules_are_read_and_changed_all_or_none() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let program = Program::signed_in(&app, ALPHA).await;
        let path = "/follow-rules";
        let before = program.call(&app, Method::GET, path, None).await;
        assert_eq!(before.status, 200, "{}", before.body);
        let before = before.json();
        let change = json!({
            "policy": "allow_list", "allowed": ["Beta.TEST", "agenda.example.org"],
            "follow_back": true, "index_url": "https://lists.example.org/hosts", "index_hours": 6,
        });
        let changed = program
            .call(&app, Method::PATCH, path, Some(change.clone()))
            .await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let changed = changed.json();
        for (field, value) in [
            ("policy", json!("allow_list")),
            ("allowed", json!(["agenda.example.org", "beta.test"])),
            ("excluded", json!([])),
            ("follow_back", json!(true)),
            ("index_url", json!("https://lists.example.org/hosts")),
            ("index_hours", json!(6)),
            ("index_daily", before["index_daily"].clone()),
            ("backfill_most", before["backfill_most"].clone()),
        ] {
            assert_eq!(changed[field], value, "{field}");
        }
        for (wrong, code) in [
            (json!({"policy": "whatever"}), "unknown_policy"),
            (json!({"index_hours": 0}), "out_of_bounds"),
            (json!({"backfill_most": 1_001}), "out_of_bounds"),
            (json!({"excluded": ["pas un hôte"]}), "not_a_host"),
            (json!({"index_url": "http://127.0.0.1/"}), "not_an_address"),
            (json!({"index_url": "x"}), "not_an_address"),
            (json!({"polcy": "manual"}), "json"),
        ] {
            // What is right beside it is not written either.
            let mut body = wrong.clone();
            body["follow_back"] = json!(false);
            let answer = program.call(&app, Method::PATCH, path, Some(body)).await;
            let said = (answer.status, answer.json()["error"].clone());
            assert_eq!(said, (422, json!(code)), "{wrong}");
        }
        let none = json!({"index_url": ""});
        let after = program.call(&app, Method::PATCH, path, Some(none)).await;
        let after = after.json();
        assert_eq!(after["index_url"], Value::Null);
        assert_eq!(after["follow_back"], json!(true));
        // The page shows the same.
        let mut browser = admin(&app, ALPHA).await;
        let page = browser.get(&app, "/admin/peers/settings").await;
        assert!(page.body.contains("agenda.example.org\nbeta.test"));
    });
}

#[test]
fn what_is_shown_of_a_peer_is_read_and_narrowed() {
    on_both(|scene| async move {
        let automatic = SiteChange {
            follower_policy: Some("automatic".into()),
            ..SiteChange::default()
        };
        scene.change("beta.test", automatic);
        let app = scene.app().await;
        let program = Program::signed_in(&app, ALPHA).await;
        let path = "/peers/beta.test/narrowing";
        let unknown = program.call(&app, Method::GET, path, None).await;
        assert_eq!(unknown.status, 404, "{}", unknown.body);
        let target = json!({"target": "beta.test"});
        let asked = program
            .call(&app, Method::POST, "/follows", Some(target))
            .await;
        assert_eq!(asked.status, 201, "{}", asked.body);
        let open = json!({
            "include": [], "exclude": [], "kinds": [], "within": null, "total": 0, "hidden": 0,
        });
        let shown = program.call(&app, Method::GET, path, None).await;
        assert_eq!((shown.status, shown.json()), (200, open.clone()));
        let rule = json!({
            "include": ["Bal folk"], "exclude": ["loto"],
            "within": {"latitude": 45.75, "longitude": 4.85, "kilometres": 30.0},
        });
        let put = program.call(&app, Method::PUT, path, Some(rule)).await;
        assert_eq!(put.status, 200, "{}", put.body);
        let shown = program.call(&app, Method::GET, path, None).await.json();
        assert_eq!(shown["exclude"], json!(["loto"]));
        assert_eq!(shown["within"]["kilometres"], json!(30.0));
        for (wrong, code) in [
            (
                json!({"include": ["a"], "exclude": ["A"]}),
                "tag_in_both_lists",
            ),
            (json!({"include": vec!["a"; 101]}), "too_many_words"),
            (
                json!({"within": {"latitude": 91.0, "longitude": 0.0, "kilometres": 1.0}}),
                "not_a_place",
            ),
            (json!({"within": {"latitude": 1.0}}), "json"),
        ] {
            let answer = program
                .call(&app, Method::PUT, path, Some(wrong.clone()))
                .await;
            let said = (answer.status, answer.json()["error"].clone());
            assert_eq!(said, (422, json!(code)), "{wrong}");
        }
        let kept = program.call(&app, Method::GET, path, None).await.json();
        assert_eq!(kept, shown, "a rule that cannot stand changes nothing");
        let all = program.call(&app, Method::PUT, path, Some(json!({}))).await;
        assert_eq!(all.json(), open);
    });
}
