//! What is read before it is shown.

use super::*;

#[test]
fn mod_01_mod_03_what_a_rule_holds_is_seen_by_nobody_until_a_moderator_lets_it_through() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut admin = admin(&app, ALPHA).await;
        let bad = admin
            .post(&app, "/admin/moderation", &[("first", "51")])
            .await;
        assert_eq!(bad.status, 422);
        let rules = [("first", "0"), ("words", "casino\npari en ligne")];
        assert_eq!(
            admin.post(&app, "/admin/moderation", &rules).await.status,
            303
        );
        let start = "2027-03-02T20:00";
        let shown = publish(
            &app,
            "lea",
            serde_json::json!({"title": "Bal du casinotier", "start": start}),
        )
        .await;
        let held = publish(
            &app,
            "lea",
            serde_json::json!({
                "title": "Soirée", "start": start, "description": "Au C\u{430}sin\u{43e} !",
            }),
        )
        .await;
        let mut visitor = Browser::new(ALPHA);
        let path = |event: &serde_json::Value| event["url"].as_str().unwrap().replace(ALPHA, "");
        assert_eq!(visitor.get(&app, &path(&shown)).await.status, 200);
        assert_eq!(visitor.get(&app, &path(&held)).await.status, 404);
        for page in [
            "/",
            "/agenda.ics",
            "/agenda.atom",
            "/@bal",
            "/?q=Soir%C3%A9e",
        ] {
            let body = visitor.get(&app, page).await.body;
            // What was looked for stands in its field again.
            assert!(!body.contains(&path(&held)), "{page}: {body}");
        }
        // Its author and the moderators see that it waits.
        let mut lea = member(&scene, &app, "lea").await;
        for browser in [&mut lea, &mut admin] {
            let page = browser.get(&app, &path(&held)).await.body;
            assert!(page.contains("En attente de modération"), "{page}");
        }
        let queue = admin.get(&app, "/admin/queue?show=held").await.body;
        let line = queue
            .split("value=\"held:")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let line = format!("held:{line}");
        let fields = [
            ("act", "approve"),
            ("line", line.as_str()),
            ("confirmed", "yes"),
        ];
        assert_eq!(admin.post(&app, "/admin/queue", &fields).await.status, 303);
        assert_eq!(visitor.get(&app, &path(&held)).await.status, 200);
        assert_eq!(admin.post(&app, "/admin/queue", &fields).await.status, 409);
        // What is there already is not held afterwards.
        assert_eq!(visitor.get(&app, &event.page).await.status, 200);
    });
}

#[test]
fn mod_02_an_edit_after_the_approval_is_read_again_where_the_rule_says_so() {
    on_both(|scene| async move {
        let app = scene.app().await;
        event(&scene, &app, "Bal folk").await;
        let mut admin = admin(&app, ALPHA).await;
        let rules = [("first", "0"), ("links", "yes"), ("edits", "yes")];
        assert_eq!(
            admin.post(&app, "/admin/moderation", &rules).await.status,
            303
        );
        let made = publish(
            &app,
            "lea",
            serde_json::json!({"title": "Bal", "start": "2027-03-02T20:00"}),
        )
        .await;
        let path = made["url"].as_str().unwrap().replace(ALPHA, "");
        let mut visitor = Browser::new(ALPHA);
        assert_eq!(visitor.get(&app, &path).await.status, 200);
        let token = sign_in(&app, "lea").await;
        let id = made["id"].as_str().unwrap();
        let change = Browser::new(ALPHA)
            .request(Method::PATCH, &format!("/api/v1/events/{id}"))
            .insert_header(("authorization", format!("Bearer {token}")))
            .set_json(serde_json::json!({"description": "Voir https://pari.test"}));
        let changed = send(&app, change).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        assert_eq!(visitor.get(&app, &path).await.status, 404);
    });
}

#[test]
fn the_first_publications_of_an_account_are_held_and_then_it_is_trusted_by_itself() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        let rules = [("first", "2")];
        assert_eq!(
            admin.post(&app, "/admin/moderation", &rules).await.status,
            303
        );
        let first = event(&scene, &app, "Bal un").await;
        let mut visitor = Browser::new(ALPHA);
        let mut pages = vec![first.page];
        for title in ["Bal deux", "Bal trois"] {
            let made = publish(
                &app,
                "lea",
                serde_json::json!({"title": title, "start": "2027-03-02T20:00"}),
            )
            .await;
            pages.push(made["url"].as_str().unwrap().replace(ALPHA, ""));
        }
        for page in &pages {
            assert_eq!(visitor.get(&app, page).await.status, 404);
        }
        let queue = admin.get(&app, "/admin/queue?show=held").await.body;
        let lines: Vec<String> = queue
            .split("value=\"held:")
            .skip(1)
            .map(|rest| format!("held:{}", rest.split('"').next().unwrap()))
            .collect();
        assert_eq!(lines.len(), 3);
        let mut fields = vec![("act", "approve"), ("confirmed", "yes")];
        fields.extend(lines.iter().take(2).map(|line| ("line", line.as_str())));
        assert_eq!(admin.post(&app, "/admin/queue", &fields).await.status, 303);
        let made = publish(
            &app,
            "lea",
            serde_json::json!({"title": "Bal quatre", "start": "2027-03-02T20:00"}),
        )
        .await;
        let page = made["url"].as_str().unwrap().replace(ALPHA, "");
        assert_eq!(visitor.get(&app, &page).await.status, 200);
    });
}

#[test]
fn who_is_trusted_by_a_moderator_is_not_held() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        let rules = [("first", "5")];
        admin.post(&app, "/admin/moderation", &rules).await;
        let first = event(&scene, &app, "Bal un").await;
        let mut visitor = Browser::new(ALPHA);
        assert_eq!(visitor.get(&app, &first.page).await.status, 404);
        let people = admin.get(&app, "/admin/people").await.body;
        let form = people.split("value=\"trust\"").next().unwrap();
        let id = form.rsplit("name=\"id\" value=\"").next().unwrap();
        let id = id.split('"').next().unwrap();
        let second = serde_json::json!({"title": "Bal deux", "start": "2027-03-02T20:00"});
        for (act, status) in [("trust", 200), ("distrust", 404)] {
            let fields = [("do", act), ("id", id)];
            let done = admin.post(&app, "/admin/people", &fields).await;
            assert_eq!(done.status, 303);
            let made = publish(&app, "lea", second.clone()).await;
            let page = made["url"].as_str().unwrap().replace(ALPHA, "");
            assert_eq!(visitor.get(&app, &page).await.status, status, "{act}");
        }
    });
}
