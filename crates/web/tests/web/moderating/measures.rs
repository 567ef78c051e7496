//! Measures, their end, their undo, and appeals.

use super::*;

#[test]
fn a_removed_event_is_gone_from_every_page_until_the_measure_is_undone() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut noe, mut admin) = (member(&scene, &app, "noe").await, admin(&app, ALPHA).await);
        report(&mut noe, &app, &event, "spam", "").await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let fields = [("kind", "remove"), ("text", "C’est une publicité.")];
        assert_eq!(measure(&mut admin, &app, &case, &fields).await.status, 303);
        let mut visitor = Browser::new(ALPHA);
        for path in [
            event.page.as_str(),
            "/",
            "/agenda.ics",
            "/agenda.atom",
            "/@bal",
        ] {
            let page = visitor.get(&app, path).await;
            assert!(!page.body.contains("Bal folk"), "{path}: {}", page.body);
        }
        assert_eq!(visitor.get(&app, &event.page).await.status, 404);
        let told = scene.letters();
        let (_, letter) = told.iter().rfind(|(to, _)| to == "lea@alpha.test").unwrap();
        assert!(letter.contains("C’est une publicité."), "{letter}");
        assert!(
            letter.contains("Bal folk") && letter.contains("/appeal?token="),
            "{letter}"
        );
        let list = admin.get(&app, "/admin/measures").await.body;
        let id = list
            .split("name=\"id\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        let undone = admin
            .post(&app, "/admin/measures/undo", &[("id", &id)])
            .await;
        assert_eq!(undone.status, 303);
        assert_eq!(visitor.get(&app, &event.page).await.status, 200);
        assert!(visitor.get(&app, "/").await.body.contains("Bal folk"));
        let again = admin
            .post(&app, "/admin/measures/undo", &[("id", &id)])
            .await;
        assert_eq!(again.status, 409);
        let record = admin.get(&app, "/admin/record").await.body;
        assert!(
            record.contains("Décision prise") && record.contains("Décision annulée"),
            "{record}"
        );
        let site = scene.sites.by_host("alpha.test").unwrap().id;
        let whole = scene.database.read_now(|c| record::check(c, site)).unwrap();
        assert_eq!(whole, Ok(3));
    });
}

#[test]
fn a_measure_with_an_end_ends_by_itself() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut noe, mut admin) = (member(&scene, &app, "noe").await, admin(&app, ALPHA).await);
        report(&mut noe, &app, &event, "spam", "").await;
        let case = case_of(&mut admin, &app).await.unwrap();
        for days in ["0", "-1", "4000", "beaucoup", "99999999999999999999"] {
            let refused = measure(
                &mut admin,
                &app,
                &case,
                &[("kind", "unlist"), ("days", days)],
            )
            .await;
            assert_eq!(refused.status, 422, "{days}");
        }
        let taken = measure(
            &mut admin,
            &app,
            &case,
            &[("kind", "unlist"), ("days", "2")],
        )
        .await;
        assert_eq!(taken.status, 303);
        let mut visitor = Browser::new(ALPHA);
        assert!(!visitor.get(&app, "/").await.body.contains("Bal folk"));
        // Whoever has the address sees it.
        assert_eq!(visitor.get(&app, &event.page).await.status, 200);
        let end = || {
            let (desk, now) = (scene.moderation.clone(), scene.clock.ts());
            scene
                .database
                .write_now(|c| desk.end_measures(c, now))
                .unwrap()
        };
        assert_eq!(end(), 0);
        scene.pass(2 * 86_400);
        assert_eq!(end(), 1);
        assert!(visitor.get(&app, "/").await.body.contains("Bal folk"));
    });
}

#[test]
fn an_appeal_is_decided_by_somebody_else_where_there_is_somebody() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut noe, mut admin) = (member(&scene, &app, "noe").await, admin(&app, ALPHA).await);
        report(&mut noe, &app, &event, "spam", "").await;
        let case = case_of(&mut admin, &app).await.unwrap();
        measure(&mut admin, &app, &case, &[("kind", "remove")]).await;
        let link = scene.link("lea@alpha.test", "/appeal");
        let mut lea = Browser::new(ALPHA);
        assert_eq!(lea.get(&app, &link).await.status, 200);
        let token = link.split("token=").nth(1).unwrap();
        let empty = lea
            .post(&app, "/appeal", &[("token", token), ("text", " ")])
            .await;
        assert_eq!(empty.status, 422);
        let fields = [("token", token), ("text", "C’est une vraie soirée.")];
        assert_eq!(lea.post(&app, "/appeal", &fields).await.status, 303);
        assert_eq!(lea.post(&app, "/appeal", &fields).await.status, 409);
        assert_eq!(lea.get(&app, "/appeal?token=invented").await.status, 410);
        let mut other = moderator(&scene, &app, "zoe").await;
        let queue = admin.get(&app, "/admin/queue?show=appeals").await.body;
        let start = queue.find("/admin/appeals/").unwrap();
        let appeal = queue[start..].split('"').next().unwrap().to_owned();
        let own = admin
            .post(&app, &appeal, &[("do", "uphold"), ("text", "")])
            .await;
        assert_eq!(own.status, 403, "{}", own.body);
        let page = other.get(&app, &appeal).await;
        assert!(
            page.body.contains("C’est une vraie soirée."),
            "{}",
            page.body
        );
        let fields = [("do", "lift"), ("text", "Vous avez raison.")];
        assert_eq!(other.post(&app, &appeal, &fields).await.status, 303);
        assert_eq!(lea.get(&app, &event.page).await.status, 200);
        let told = scene.letters();
        let (_, letter) = told.iter().rfind(|(to, _)| to == "lea@alpha.test").unwrap();
        assert!(letter.contains("Vous avez raison."), "{letter}");
        assert_eq!(other.post(&app, &appeal, &fields).await.status, 409);
    });
}

#[test]
fn a_record_that_was_tampered_with_is_found_out() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut noe, mut admin) = (member(&scene, &app, "noe").await, admin(&app, ALPHA).await);
        report(&mut noe, &app, &event, "spam", "").await;
        let case = case_of(&mut admin, &app).await.unwrap();
        measure(&mut admin, &app, &case, &[("kind", "remove")]).await;
        let site = scene.sites.by_host("alpha.test").unwrap().id;
        let check = || scene.database.read_now(|c| record::check(c, site)).unwrap();
        assert_eq!(check(), Ok(2));
        let change = |reason: &str| {
            scene
                .database
                .write_now(|c| {
                    diesel::update(moderation_record::table.filter(moderation_record::seq.eq(1)))
                        .set(moderation_record::reason.eq(reason))
                        .execute(c)
                        .map_err(StoreError::from)
                })
                .unwrap();
        };
        change("hate");
        assert_eq!(check().unwrap_err().seq, 1);
        change("spam");
        assert_eq!(check(), Ok(2));
        scene
            .database
            .write_now(|c| {
                diesel::delete(moderation_record::table.filter(moderation_record::seq.eq(2)))
                    .execute(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        assert_eq!(check().unwrap_err().seq, 1);
    });
}

#[test]
fn who_is_frozen_reads_and_publishes_nothing() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let (mut noe, mut admin) = (member(&scene, &app, "noe").await, admin(&app, ALPHA).await);
        report(&mut noe, &app, &event, "spam", "").await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let page = admin.get(&app, &case).await.body;
        let on = page
            .split("value=\"account:")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let on = format!("account:{on}");
        let fields = [
            ("on", on.as_str()),
            ("kind", "freeze"),
            ("reason", "spam"),
            ("days", "7"),
            ("back", case.as_str()),
        ];
        assert_eq!(
            admin.post(&app, "/admin/measures", &fields).await.status,
            303
        );
        let token = sign_in(&app, "lea").await;
        let call = || {
            Browser::new(ALPHA)
                .request(Method::POST, "/api/v1/agendas/bal/events")
                .insert_header(("authorization", format!("Bearer {token}")))
                .set_json(serde_json::json!({"title": "Bal", "start": "2027-03-02T20:00"}))
        };
        assert_eq!(send(&app, call()).await.status, 403);
        let mut visitor = Browser::new(ALPHA);
        assert_eq!(visitor.get(&app, &event.page).await.status, 200);
        scene.pass(8 * 86_400);
        let (desk, now) = (scene.moderation.clone(), scene.clock.ts());
        scene
            .database
            .write_now(|c| desk.end_measures(c, now))
            .unwrap();
        assert_eq!(send(&app, call()).await.status, 201);
    });
}

#[test]
fn a_server_and_a_person_are_judged_without_a_report_before() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        member(&scene, &app, "lea").await;
        let page = "/admin/measures/new?on=host%3AEvil.Example.%3A8443";
        let seen = admin.get(&app, page).await;
        assert_eq!(seen.status, 200, "{}", seen.body);
        assert!(
            seen.body.contains("value=\"host:evil.example\""),
            "{}",
            seen.body
        );
        let fields = [
            ("on", "host:evil.example"),
            ("kind", "suspend"),
            ("reason", "spam"),
            ("back", page),
        ];
        let unfit = [
            ("on", "host:evil.example"),
            ("kind", "lock"),
            ("reason", "spam"),
        ];
        assert_eq!(
            admin.post(&app, "/admin/measures", &unfit).await.status,
            422
        );
        assert_eq!(
            admin.post(&app, "/admin/measures", &fields).await.status,
            303
        );
        // Once is enough.
        assert_eq!(
            admin.post(&app, "/admin/measures", &fields).await.status,
            409
        );
        assert!(admin.get(&app, page).await.body.contains("en vigueur"));
        for nothing in [
            "host%3A",
            "account%3Anobody",
            "object%3A01900000-0000-7000-8000-000000000000",
            "x",
        ] {
            let answer = admin
                .get(&app, &format!("/admin/measures/new?on={nothing}"))
                .await;
            assert_eq!(answer.status, 404, "{nothing}");
        }
        let people = admin.get(&app, "/admin/people").await.body;
        let link = people
            .split("/admin/measures/new?on=account")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let page = format!("/admin/measures/new?on=account{link}");
        assert!(admin.get(&app, &page).await.body.contains("lea"));
    });
}

#[test]
fn mod_02_nobody_takes_a_measure_back_that_touches_them_nor_judges_what_they_reported() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut admin = admin(&app, ALPHA).await;
        let mut zoe = moderator(&scene, &app, "zoe").await;
        // Without naming the case that she opened herself.
        report(&mut zoe, &app, &event, "spam", "").await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let page = admin.get(&app, &case).await.body;
        let key = page.split("value=\"object:").nth(1).unwrap();
        let on = format!("object:{}", key.split('"').next().unwrap());
        let fields = [("on", on.as_str()), ("kind", "remove"), ("reason", "spam")];
        assert_eq!(zoe.post(&app, "/admin/measures", &fields).await.status, 403);
        let people = admin.get(&app, "/admin/people").await.body;
        let keys = people.split("on=account%3A").skip(1);
        let keys: Vec<&str> = keys.map(|rest| rest.split('"').next().unwrap()).collect();
        let mut own = String::new();
        for key in keys {
            let page = format!("/admin/measures/new?on=account%3A{key}");
            if admin.get(&app, &page).await.body.contains("zoe") {
                own = format!("account:{key}");
            }
        }
        let fields = [("on", own.as_str()), ("kind", "hold"), ("reason", "spam")];
        assert_eq!(
            admin.post(&app, "/admin/measures", &fields).await.status,
            303
        );
        let list = zoe.get(&app, "/admin/measures").await.body;
        let id = list.split("name=\"id\" value=\"").nth(1).unwrap();
        let id = [("id", id.split('"').next().unwrap())];
        let undo = "/admin/measures/undo";
        assert_eq!(zoe.post(&app, undo, &id).await.status, 403);
        assert_eq!(admin.post(&app, undo, &id).await.status, 303);
    });
}

#[test]
fn mod_02_what_a_moderator_took_away_an_organiser_does_not_give_back() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let key = event.page.rsplit('/').next().unwrap().to_owned();
        let (id, now) = (store::fresh_id(scene.clock.now()), scene.clock.ts());
        let (object, author) = (
            Id::parse(&key).unwrap(),
            scene.sites.by_host("beta.test").unwrap().actor_id.unwrap(),
        );
        use store::schema::comments;
        let row = (
            comments::id.eq(id),
            comments::uri.eq(format!("https://peer.test/notes/{id}")),
            comments::object_id.eq(object),
            comments::actor_id.eq(author),
            comments::state.eq("public"),
            comments::content.eq("Des insultes"),
            comments::in_reply_to.eq(&event.uri),
            comments::published_at.eq(now),
            comments::updated_at.eq(now),
        );
        scene
            .database
            .write_now(|c| {
                diesel::insert_into(comments::table)
                    .values(row)
                    .execute(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        let mut admin = admin(&app, ALPHA).await;
        let on = format!("comment:{id}");
        let taken = admin
            .post(
                &app,
                "/admin/measures",
                &[("on", &on), ("kind", "remove"), ("reason", "harassment")],
            )
            .await;
        assert_eq!(taken.status, 303, "{}", taken.body);
        let token = sign_in(&app, "lea").await;
        let decide = |word: &str| {
            Browser::new(ALPHA)
                .request(
                    Method::POST,
                    &format!("/api/v1/events/{key}/comments/{id}/{word}"),
                )
                .insert_header(("authorization", format!("Bearer {token}")))
                .set_json(serde_json::json!({}))
        };
        assert_eq!(send(&app, decide("show")).await.status, 404);
        let page = async || Browser::new(ALPHA).get(&app, &event.page).await.body;
        assert!(!page().await.contains("Des insultes"));
        // What an organiser hid they show again.
        let measure = scene
            .database
            .read_now(|c| {
                use store::schema::measures;
                measures::table
                    .filter(measures::comment_id.eq(id))
                    .select(measures::id)
                    .first::<Id>(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        let undone = admin
            .post(
                &app,
                "/admin/measures/undo",
                &[("id", &measure.to_string())],
            )
            .await;
        assert_eq!(undone.status, 303);
        for (word, shown) in [("hide", false), ("show", true)] {
            assert_eq!(send(&app, decide(word)).await.status, 204);
            assert_eq!(page().await.contains("Des insultes"), shown);
        }
    });
}
