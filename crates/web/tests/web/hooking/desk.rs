//! What an administrator does with a program, by page and by API.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The signature of what was seen, as Standard Webhooks say.
fn signature(seen: &hostile::Seen, secret: &str) -> String {
    let secret = STANDARD
        .decode(secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let id = seen.header("webhook-id").unwrap();
    let at: i64 = seen.header("webhook-timestamp").unwrap().parse().unwrap();
    signatures::webhook::sign(&secret, id, at, &seen.body)
}

/// The signatures of the last message.
fn last(host: &Host) -> (hostile::Seen, Vec<String>) {
    let seen = host.seen(TOLD).pop().unwrap();
    let given = seen.header("webhook-signature").unwrap().to_owned();
    (seen, given.split(' ').map(str::to_owned).collect())
}

/// The secret that a page shows.
fn shown_secret(body: &str) -> String {
    let (_, rest) = body.split_once("whsec_").unwrap();
    format!("whsec_{}", rest.split('<').next().unwrap())
}

fn answering(fediverse: &Fediverse, status: u16) -> [Host; 2] {
    [HOOK, OTHER].map(|name| {
        let host = fediverse.host(name);
        host.answer(TOLD, Reply::status(status));
        host
    })
}

#[test]
fn the_next_try_goes_to_the_changed_address_at_once() {
    on_both_among(&[HOOK, OTHER], |scene, fediverse| async move {
        let app = scene.app().await;
        let [old, new] = answering(&fediverse, 503);
        new.answer(TOLD, Reply::status(204));
        let (hook, _) = Desk::hook(&app, &old.url(TOLD)).await;
        happens(&scene, 2);
        assert_eq!(send_due(&scene).await, 1);
        let path = format!("/hooks/{hook}");
        let set = json!({"url": new.url(TOLD), "name": "Filtre"});
        let changed = Desk::call(&app, Method::PATCH, &path, Some(set)).await;
        assert_eq!(changed["url"], new.url(TOLD));
        assert_eq!(changed["name"], "Filtre");
        assert_eq!(
            changed["events"],
            json!(["case.closed"]),
            "what is left out stays"
        );
        assert_eq!(changed["failing_since"], Value::Null);
        assert_eq!(send_due(&scene).await, 2);
        assert_eq!(ids(&new)[0], ids(&old)[0], "the same message");
        assert_eq!(Desk::states(&app, &hook).await, ["delivered"; 2]);

        // On the page.
        let mut admin = admin(&app, ALPHA).await;
        let page = format!("/admin/hooks/{hook}");
        let back = old.url(TOLD);
        let fields = [
            ("do", "change"),
            ("name", "Ancien"),
            ("url", back.as_str()),
            ("report.opened", "on"),
        ];
        assert_eq!(admin.post(&app, &page, &fields).await.status, 303);
        let shown = admin.get(&app, &page).await.body;
        assert!(shown.contains("Ancien") && shown.contains(&back), "{shown}");
        let all = Desk::call(&app, Method::GET, "/hooks", None).await;
        assert_eq!(all["items"][0]["events"], json!(["report.opened"]));
        happens(&scene, 1);
        assert_eq!(send_due(&scene).await, 0, "it hears of something else now");
    });
}

#[test]
fn a_change_that_cannot_be_kept_changes_nothing() {
    on_both_among(&[HOOK], |scene, fediverse| async move {
        let app = scene.app().await;
        let url = fediverse.host(HOOK).url(TOLD);
        let (hook, _) = Desk::hook(&app, &url).await;
        let asked = json!({"url": url, "asks": true});
        Desk::call(&app, Method::POST, "/hooks", Some(asked)).await;
        let path = format!("/hooks/{hook}");
        let before = Desk::call(&app, Method::GET, "/hooks", None).await;
        let long = "é".repeat(101);
        let refused = [
            (json!({"url": "http://127.0.0.1/x"}), "not_an_address"),
            (json!({"url": "https://alpha.test/x"}), "not_an_address"),
            (
                json!({"url": "http://me:pass@hook.test/"}),
                "not_an_address",
            ),
            (json!({"events": []}), "unknown_event"),
            (json!({"events": ["everything"]}), "unknown_event"),
            (json!({"name": long}), "name_too_long"),
            (json!({"asks": true}), "too_many_hooks"),
        ];
        let mut browser = admin(&app, ALPHA).await;
        for (set, code) in refused {
            let answer = Desk::ask(&app, Method::PATCH, &path, Some(set)).await;
            assert_eq!(
                (answer.status, answer.json()["error"].as_str()),
                (422, Some(code))
            );
        }
        let fields = [
            ("do", "change"),
            ("url", "http://127.0.0.1/x"),
            ("case.closed", "on"),
        ];
        let page = format!("/admin/hooks/{hook}");
        let answer = browser.post(&app, &page, &fields).await;
        assert_eq!(answer.status, 422);
        assert!(
            answer.body.contains("http://127.0.0.1/x"),
            "what was typed stays"
        );
        assert_eq!(Desk::call(&app, Method::GET, "/hooks", None).await, before);
        let set = json!({"name": "é".repeat(100), "events": ["report.opened"]});
        Desk::call(&app, Method::PATCH, &path, Some(set)).await;
        assert_ne!(Desk::call(&app, Method::GET, "/hooks", None).await, before);
    });
}

#[test]
fn a_new_secret_is_shown_once_and_for_a_day_both_sign() {
    on_both_among(&[HOOK, OTHER], |scene, fediverse| async move {
        let app = scene.app().await;
        let [host, _] = answering(&fediverse, 204);
        let (hook, first) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 1);
        send_due(&scene).await;
        let (seen, given) = last(&host);
        assert_eq!(given, [signature(&seen, &first)]);

        let path = format!("/hooks/{hook}/secret");
        let made = Desk::call(&app, Method::POST, &path, None).await;
        let second = made["secret"].as_str().unwrap().to_owned();
        assert_ne!(first, second);
        assert!(made["old_secret_until"].is_string());
        happens(&scene, 1);
        send_due(&scene).await;
        let (seen, given) = last(&host);
        assert_eq!(given, [signature(&seen, &second), signature(&seen, &first)]);

        scene.pass(24 * 3_600);
        happens(&scene, 1);
        send_due(&scene).await;
        let (seen, given) = last(&host);
        assert_eq!(given, [signature(&seen, &second)]);

        // On the page, once.
        let mut admin = admin(&app, ALPHA).await;
        let page = format!("/admin/hooks/{hook}");
        let made = admin.post(&app, &page, &[("do", "secret")]).await;
        assert_eq!(made.status, 200);
        let third = shown_secret(&made.body);
        assert!(!admin.get(&app, &page).await.body.contains("whsec_"));
        let all = Desk::call(&app, Method::GET, "/hooks", None).await;
        assert!(!all.to_string().contains("whsec_"));
        happens(&scene, 1);
        send_due(&scene).await;
        let (seen, given) = last(&host);
        assert_eq!(given, [signature(&seen, &third), signature(&seen, &second)]);
    });
}

#[test]
fn a_message_is_sent_again_under_its_id_whether_it_arrived_or_was_given_up() {
    on_both_among(&[HOOK, OTHER], |scene, fediverse| async move {
        let app = scene.app().await;
        let [host, _] = answering(&fediverse, 503);
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 1);
        for _ in 0..20 {
            send_due(&scene).await;
            scene.pass(12 * 3_600);
        }
        assert_eq!(Desk::states(&app, &hook).await, ["failed"]);
        let id = ids(&host)[0].clone();
        host.answer(TOLD, Reply::status(204));
        let again = format!("/hooks/{hook}/deliveries/{id}/again");
        Desk::call(&app, Method::POST, &again, None).await;
        assert_eq!(send_due(&scene).await, 1);
        assert_eq!(Desk::states(&app, &hook).await, ["delivered"]);

        // It arrived, and is sent again from the page.
        let told = host.count(TOLD);
        let mut admin = admin(&app, ALPHA).await;
        let page = format!("/admin/hooks/{hook}");
        let fields = [("do", "again"), ("delivery", id.as_str())];
        assert_eq!(admin.post(&app, &page, &fields).await.status, 303);
        assert_eq!(send_due(&scene).await, 1);
        assert_eq!(host.count(TOLD), told + 1);
        assert!(ids(&host).iter().all(|one| *one == id));
        assert_eq!(Desk::states(&app, &hook).await, ["delivered"]);

        // What another hook was told is not this one's.
        let (second, _) = Desk::hook(&app, &host.url(TOLD)).await;
        let again = format!("/hooks/{second}/deliveries/{id}/again");
        let refused = Desk::ask(&app, Method::POST, &again, None).await;
        assert_eq!(refused.status, 404);
        assert_eq!(send_due(&scene).await, 0);
    });
}

#[test]
fn a_test_message_is_sent_by_page_and_api_though_the_program_was_waited_for() {
    on_both_among(&[HOOK, OTHER], |scene, fediverse| async move {
        let app = scene.app().await;
        let [host, _] = answering(&fediverse, 503);
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 1);
        assert_eq!(send_due(&scene).await, 1);
        // The page says why, in words.
        let page = format!("/admin/hooks/{hook}");
        let shown = admin(&app, ALPHA).await.get(&app, &page).await.body;
        assert!(shown.contains("Le programme a répondu 503"), "{shown}");
        host.answer(TOLD, Reply::status(204));
        assert_eq!(send_due(&scene).await, 0);
        Desk::act(&app, &hook, "test").await;
        assert_eq!(send_due(&scene).await, 2);
        let mut admin = admin(&app, ALPHA).await;
        let page = format!("/admin/hooks/{hook}");
        assert_eq!(admin.post(&app, &page, &[("do", "test")]).await.status, 303);
        assert_eq!(send_due(&scene).await, 1);
        let types: Vec<Value> = host
            .seen(TOLD)
            .iter()
            .map(|seen| seen.json()["type"].clone())
            .collect();
        assert_eq!(types, ["case.closed", "case.closed", "test", "test"]);
        let shown = admin.get(&app, &page).await.body;
        assert!(shown.contains("Renvoyer"), "{shown}");
    });
}

#[test]
fn a_hook_belongs_to_its_site_and_to_who_may_change_settings() {
    on_both_among(&[HOOK, OTHER], |scene, fediverse| async move {
        let app = scene.app().await;
        let [host, _] = answering(&fediverse, 204);
        let (hook, _) = Desk::hook(&app, &host.url(TOLD)).await;
        happens(&scene, 1);
        assert_eq!(send_due(&scene).await, 1);
        let id = ids(&host)[0].clone();
        let set = || Some(json!({"name": "Autre"}));
        let all = [
            (Method::PATCH, format!("/hooks/{hook}"), set()),
            (Method::POST, format!("/hooks/{hook}/secret"), None),
            (Method::POST, format!("/hooks/{hook}/test"), None),
            (Method::POST, format!("/hooks/{hook}/pause"), None),
            (Method::POST, format!("/hooks/{hook}/resume"), None),
            (
                Method::POST,
                format!("/hooks/{hook}/deliveries/{id}/again"),
                None,
            ),
            (Method::GET, format!("/hooks/{hook}/deliveries"), None),
            (Method::DELETE, format!("/hooks/{hook}"), None),
        ];
        let elsewhere = Program::signed_in(&app, "http://beta.test").await;
        let token = crate::moderating::member(&scene, &app, "lea").await;
        let mut member = token;
        let page = format!("/admin/hooks/{hook}");
        assert_eq!(member.get(&app, &page).await.status, 403);
        assert_eq!(
            member.post(&app, &page, &[("do", "test")]).await.status,
            403
        );
        let mut other = admin(&app, "http://beta.test").await;
        assert_eq!(other.get(&app, &page).await.status, 404);
        assert_eq!(other.post(&app, &page, &[("do", "test")]).await.status, 404);
        for (method, path, body) in &all {
            let answer = elsewhere
                .call(&app, method.clone(), path, body.clone())
                .await;
            assert_eq!(answer.status, 404, "{path}");
        }
        assert_eq!(send_due(&scene).await, 0, "nothing was set going");
        let mut own = admin(&app, ALPHA).await;
        assert_eq!(own.get(&app, &page).await.status, 200);
        assert_eq!(own.post(&app, &page, &[("do", "test")]).await.status, 303);
        for (method, path, body) in all {
            Desk::call(&app, method, &path, body).await;
        }
        assert_eq!(own.get(&app, &page).await.status, 404, "it was removed");
        assert_eq!(Browser::new(ALPHA).get(&app, &page).await.status, 303);
    });
}
