//! Reports, their cases, and the queue.

use super::*;

#[test]
fn a_visitors_report_counts_once_its_address_is_confirmed() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut visitor = Browser::new(ALPHA);
        let form = visitor.get(&app, &about(&event)).await;
        assert_eq!(form.status, 200);
        assert!(form.body.contains("Bal folk"), "{}", form.body);
        let fields = [
            ("about", event.uri.as_str()),
            ("reason", "wrong_fact"),
            ("field", "l’heure"),
            ("text", "C’est à 21 h."),
            ("email", "visite@ailleurs.test"),
        ];
        let sent = visitor.post(&app, "/report", &fields).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        let mut admin = admin(&app, ALPHA).await;
        assert_eq!(case_of(&mut admin, &app).await, None);
        let link = scene.link("visite@ailleurs.test", "/report/confirm");
        // A letter's scanner follows links: that confirms nothing.
        assert_eq!(visitor.get(&app, &link).await.status, 200);
        assert_eq!(case_of(&mut admin, &app).await, None);
        let token = link.split("token=").nth(1).unwrap();
        let confirmed = visitor
            .post(&app, "/report/confirm", &[("token", token)])
            .await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.body);
        let case = case_of(&mut admin, &app).await.unwrap();
        let page = admin.get(&app, &case).await;
        assert!(page.body.contains("C’est à 21 h."), "{}", page.body);
        assert!(page.body.contains("l’heure"));
        assert!(!page.body.contains("visite@ailleurs.test"), "{}", page.body);
        let again = visitor
            .post(&app, "/report/confirm", &[("token", token)])
            .await;
        assert_eq!(again.status, 410);
    });
}

#[test]
fn reports_of_one_thing_are_one_case_and_a_reporter_counts_once() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut noe, mut ada) = (
            member(&scene, &app, "noe").await,
            member(&scene, &app, "ada").await,
        );
        for text in ["Une publicité.", "Encore."] {
            assert_eq!(
                report(&mut noe, &app, &event, "spam", text).await.status,
                303
            );
        }
        assert_eq!(report(&mut ada, &app, &event, "hate", "").await.status, 303);
        let mut admin = admin(&app, ALPHA).await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let page = admin.get(&app, &case).await.body;
        assert_eq!(page.matches("<p class=\"said\">").count(), 2, "{page}");
        assert!(page.contains("Encore."), "{page}");
        let queue = admin.get(&app, "/admin/queue").await.body;
        assert_eq!(queue.matches("/admin/cases/").count(), 1, "{queue}");
        assert!(queue.contains("× 3"), "{queue}");
    });
}

#[test]
fn acl_03_what_one_may_not_see_cannot_be_reported_and_looks_like_nothing() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut noe = member(&scene, &app, "noe").await;
        let mut admin = admin(&app, ALPHA).await;
        report(&mut noe, &app, &event, "spam", "").await;
        let case = case_of(&mut admin, &app).await.unwrap();
        assert_eq!(
            measure(&mut admin, &app, &case, &[("kind", "remove")])
                .await
                .status,
            303
        );
        let hidden = noe.get(&app, &about(&event)).await;
        let absent = noe
            .get(
                &app,
                "/report?about=https%3A%2F%2Falpha.test%2Fevents%2Fnothing",
            )
            .await;
        assert_eq!((hidden.status, absent.status), (404, 404));
        assert!(!hidden.body.contains("Bal folk"));
        assert_eq!(hidden.body.len(), absent.body.len());
        assert_eq!(report(&mut noe, &app, &event, "spam", "").await.status, 404);
    });
}

#[test]
fn mod_02_two_moderators_at_once_and_ones_own_case() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut admin, mut zoe) = (
            admin(&app, ALPHA).await,
            moderator(&scene, &app, "zoe").await,
        );
        // Who reported does not judge, while somebody else is there.
        report(&mut zoe, &app, &event, "spam", "").await;
        let case = case_of(&mut zoe, &app).await.unwrap();
        let close = [("do", "close"), ("outcome", "dismissed"), ("words", "")];
        assert_eq!(zoe.post(&app, &case, &close).await.status, 403);
        assert_eq!(admin.post(&app, &case, &close).await.status, 303);
        assert_eq!(admin.post(&app, &case, &close).await.status, 409);
        let told = scene.letters();
        assert!(
            told.iter()
                .any(|(to, body)| to == "zoe@alpha.test" && body.contains("Bal folk"))
        );
        assert_eq!(
            admin.post(&app, &case, &[("do", "reopen")]).await.status,
            303
        );
        assert_eq!(case_of(&mut admin, &app).await, Some(case));
    });
}

#[test]
fn what_was_typed_into_a_case_stays_when_it_is_refused() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut noe, mut admin) = (member(&scene, &app, "noe").await, admin(&app, ALPHA).await);
        report(&mut noe, &app, &event, "spam", "").await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let fields = [("do", "close"), ("words", "Merci d’avoir regardé.")];
        let refused = admin.post(&app, &case, &fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains("Merci d’avoir regardé."));
        let long = "ah ".repeat(2_000);
        let refused = admin
            .post(&app, &case, &[("do", "note"), ("text", &long)])
            .await;
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains(long.trim()));
        let key = event.page.rsplit('/').next().unwrap();
        let measure = [
            ("on", format!("object:{key}")),
            ("case", case.rsplit('/').next().unwrap().to_owned()),
            ("kind", "remove".to_owned()),
            ("reason", "spam".to_owned()),
            ("text", "Trop de publicité.".to_owned()),
            ("days", "demain".to_owned()),
        ];
        let measure: Vec<(&str, &str)> = measure.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let refused = admin.post(&app, "/admin/measures", &measure).await;
        assert_eq!(refused.status, 422);
        for kept in [
            "Trop de publicité.",
            "value=\"remove\" checked",
            "value=\"demain\"",
        ] {
            assert!(refused.body.contains(kept), "{kept}: {}", refused.body);
        }
        assert!(!refused.body.contains("Merci d’avoir regardé."));
    });
}

#[test]
fn several_lines_of_the_queue_are_shown_before_they_are_done() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut noe, mut admin) = (member(&scene, &app, "noe").await, admin(&app, ALPHA).await);
        report(&mut noe, &app, &event, "spam", "").await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let line = format!("reports:{}", case.rsplit('/').next().unwrap());
        let none = admin
            .post(&app, "/admin/queue", &[("act", "dismiss")])
            .await;
        assert_eq!(none.status, 422);
        let other = admin
            .post(&app, "/admin/queue", &[("act", "approve"), ("line", &line)])
            .await;
        assert_eq!(other.status, 422);
        let fields = [("act", "dismiss"), ("line", line.as_str())];
        let preview = admin.post(&app, "/admin/queue", &fields).await;
        assert_eq!(preview.status, 200);
        assert!(preview.body.contains("Bal folk"), "{}", preview.body);
        assert!(case_of(&mut admin, &app).await.is_some());
        let fields = [
            ("act", "dismiss"),
            ("line", line.as_str()),
            ("confirmed", "yes"),
            ("words", "Merci !"),
        ];
        assert_eq!(admin.post(&app, "/admin/queue", &fields).await.status, 303);
        assert_eq!(case_of(&mut admin, &app).await, None);
        let told = scene.letters();
        assert!(
            told.iter()
                .any(|(to, body)| to == "noe@alpha.test" && body.contains("Merci !"))
        );
        let gone = admin.post(&app, "/admin/queue", &fields).await;
        assert_eq!(gone.status, 409);
    });
}

#[test]
fn moderation_is_for_moderators() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut noe = member(&scene, &app, "noe").await;
        report(&mut noe, &app, &event, "spam", "").await;
        let mut admin = admin(&app, ALPHA).await;
        let case = case_of(&mut admin, &app).await.unwrap();
        for path in [
            "/admin/queue",
            "/admin/measures",
            "/admin/record",
            case.as_str(),
        ] {
            assert_eq!(noe.get(&app, path).await.status, 403, "{path}");
            assert_eq!(
                Browser::new(ALPHA).get(&app, path).await.status,
                303,
                "{path}"
            );
        }
        // The other site's moderators see nothing of it.
        let mut beta = crate::scene::admin(&app, "http://beta.test").await;
        assert_eq!(beta.get(&app, &case).await.status, 404);
        assert!(
            !beta
                .get(&app, "/admin/queue")
                .await
                .body
                .contains("Bal folk")
        );
    });
}

#[test]
fn rate_01_moderators_get_one_letter_about_the_queue_in_six_hours() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut noe = member(&scene, &app, "noe").await;
        let queue = moderation::queue::Queue::of_server();
        let tell = || {
            let (desk, now) = (scene.moderation.clone(), scene.clock.ts());
            scene
                .database
                .write_now(|c| desk.tell_moderators(c, &queue, now))
                .unwrap()
        };
        assert_eq!(tell(), 0);
        report(&mut noe, &app, &event, "spam", "").await;
        assert_eq!((tell(), tell()), (1, 0));
        let told = scene.letters();
        assert!(
            told.iter()
                .any(|(to, body)| to == "admin@alpha.test" && body.contains("/admin/queue"))
        );
        scene.pass(7 * 3_600);
        assert_eq!(tell(), 0);
        // What nobody touches is told again after a day.
        scene.pass(18 * 3_600);
        assert_eq!((tell(), tell()), (1, 0));
        let mut many = 0;
        for number in 0..30 {
            many += u32::from(
                report(&mut noe, &app, &event, "spam", &number.to_string())
                    .await
                    .status
                    == 429,
            );
        }
        assert!(many > 10, "{many}");
    });
}

#[test]
fn a_visitor_counts_once_and_what_was_never_confirmed_is_forgotten() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut visitor = Browser::new(ALPHA);
        let say = |text: &'static str| {
            [
                ("about", event.uri.clone()),
                ("reason", "spam".to_owned()),
                ("text", text.to_owned()),
                ("email", "visite@ailleurs.test".to_owned()),
            ]
        };
        for text in ["Une publicité.", "Encore une."] {
            let fields = say(text);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
            assert_eq!(visitor.post(&app, "/report", &fields).await.status, 200);
            let link = scene.link("visite@ailleurs.test", "/report/confirm");
            let token = [("token", link.split("token=").nth(1).unwrap())];
            let confirmed = visitor.post(&app, "/report/confirm", &token).await;
            assert_eq!(confirmed.status, 200);
            scene.pass(1);
        }
        let mut admin = admin(&app, ALPHA).await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let page = admin.get(&app, &case).await.body;
        assert_eq!(page.matches("<p class=\"said\">").count(), 1, "{page}");
        assert!(page.contains("Encore une."), "{page}");
        let fields = say("Jamais confirmé.");
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        visitor.post(&app, "/report", &fields).await;
        let forget = || {
            let now = scene.clock.ts();
            let done = |c: &mut store::Conn| moderation::report::forget_unconfirmed(c, now);
            scene.database.write_now(done).unwrap()
        };
        assert_eq!(forget(), 0);
        scene.pass(25 * 3_600);
        assert_eq!((forget(), forget()), (1, 0));
    });
}
