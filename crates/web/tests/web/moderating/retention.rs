//! What is forgotten in time, and what stays.

use super::openly::{SETTINGS, block, shown};
use super::*;
use moderation::settings::{ModerationSettings, ShownTo};

#[test]
fn what_people_wrote_is_forgotten_after_the_months_that_the_site_chose() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut noe = member(&scene, &app, "noe").await;
        report(&mut noe, &app, &event, "hate", "Mot secret.").await;
        let mut admin = admin(&app, ALPHA).await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let words = [("do", "note"), ("text", "Note secrète.")];
        assert_eq!(admin.post(&app, &case, &words).await.status, 303);
        let taken = [("kind", "warn"), ("text", "Attention."), ("days", "")];
        assert_eq!(measure(&mut admin, &app, &case, &taken).await.status, 303);
        let link = scene.link("lea@alpha.test", "/appeal");
        let token = link.split("token=").nth(1).unwrap().to_owned();
        let fields = [("token", token.as_str()), ("text", "Réponse secrète.")];
        let answered = Browser::new(ALPHA).post(&app, "/appeal", &fields).await;
        assert!(answered.status < 400, "{}", answered.body);
        let close = [("do", "close"), ("outcome", "acted"), ("text", "")];
        assert_eq!(admin.post(&app, &case, &close).await.status, 303);
        let secrets = || {
            scene
                .database
                .read_now(|c| {
                    use store::schema::{appeals, case_entries, reports};
                    let texts: Vec<(String, Option<Id>, store::Json)> = reports::table
                        .select((reports::text, reports::account_id, reports::copy))
                        .load(c)?;
                    let said: Vec<String> =
                        case_entries::table.select(case_entries::text).load(c)?;
                    let answers: Vec<String> = appeals::table.select(appeals::text).load(c)?;
                    Ok::<_, StoreError>(format!("{texts:?} {said:?} {answers:?}"))
                })
                .unwrap()
        };
        let forget = || {
            let (desk, now) = (scene.moderation.clone(), scene.clock.ts());
            scene.database.write_now(|c| desk.forget(c, now)).unwrap()
        };
        for months in ["0", "61", "x"] {
            let wrong = [("do", "kept"), ("months", months)];
            assert_eq!(
                admin.post(&app, SETTINGS, &wrong).await.status,
                422,
                "{months}"
            );
        }
        let fields = [("do", "kept"), ("months", "2")];
        assert_eq!(admin.post(&app, SETTINGS, &fields).await.status, 303);
        // The other form changed nothing of it, nor the other way round.
        shown(&mut admin, &app, true, false, "everybody").await;
        let site = scene.sites.by_host("alpha.test").unwrap().id;
        let settings = scene
            .database
            .read_now(|c| ModerationSettings::read(c, site))
            .unwrap();
        assert_eq!(
            (settings.months, settings.log, settings.servers),
            (2, true, ShownTo::Everybody)
        );
        scene.pass(58 * 86_400);
        assert!(!forget());
        let kept = secrets();
        for word in ["Mot secret", "Note secrète", "Réponse secrète", "Bal folk"] {
            assert!(kept.contains(word), "{word}: {kept}");
        }
        scene.pass(4 * 86_400);
        assert!(!forget());
        let left = secrets();
        for word in ["Mot secret", "Note secrète", "Bal folk"] {
            assert!(!left.contains(word), "{word}: {left}");
        }
        // The appeal waits for its judge as long as it takes.
        assert!(left.contains("Réponse secrète"), "{left}");
        admin.sign_in(&app, "admin@alpha.test", PASSWORD).await;
        let page = admin.get(&app, &case).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let judge = moderator(&scene, &app, "ada").await;
        let appeal = scene
            .database
            .read_now(|c| {
                let id = store::schema::appeals::table.select(store::schema::appeals::id);
                id.first::<Id>(c).map_err(StoreError::from)
            })
            .unwrap();
        let mut judge = judge;
        let judged = judge
            .post(
                &app,
                &format!("/admin/appeals/{appeal}"),
                &[("do", "uphold"), ("text", "Non.")],
            )
            .await;
        assert_eq!(judged.status, 303, "{}", judged.body);
        scene.pass(63 * 86_400);
        forget();
        assert!(!secrets().contains("Réponse secrète"));
        let whole = scene.database.read_now(|c| record::check(c, site)).unwrap();
        assert!(whole.is_ok(), "{whole:?}");
    });
}

/// Words and name of each measure, the oldest first.
fn words_of_measures(scene: &Scene) -> Vec<(String, String, String)> {
    use store::schema::measures;
    scene
        .database
        .read_now(|c| {
            measures::table
                .order(measures::id)
                .select((measures::kind, measures::title, measures::message))
                .load(c)
                .map_err(StoreError::from)
        })
        .unwrap()
}

#[test]
fn words_and_names_of_measures_go_after_their_end_and_the_record_still_verifies() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut noe = member(&scene, &app, "noe").await;
        report(&mut noe, &app, &event, "hate", "Vilain.").await;
        let mut admin = admin(&app, ALPHA).await;
        let case = case_of(&mut admin, &app).await.unwrap();
        // One ends after a day, one holds, one is done once, and one is about a server.
        for (kind, days) in [("unlist", "1"), ("sensitive", ""), ("warn", "")] {
            let taken = [("kind", kind), ("text", "Mot à Léa."), ("days", days)];
            let taken = measure(&mut admin, &app, &case, &taken).await;
            assert_eq!(taken.status, 303, "{kind}: {}", taken.body);
        }
        block(&mut admin, &app, "evil.test").await;
        let close = [("do", "close"), ("outcome", "acted"), ("text", "")];
        assert_eq!(admin.post(&app, &case, &close).await.status, 303);
        let fields = [("do", "kept"), ("months", "2")];
        assert_eq!(admin.post(&app, SETTINGS, &fields).await.status, 303);
        let pass = |days: i64| {
            scene.pass(days * 86_400);
            let (desk, now) = (scene.moderation.clone(), scene.clock.ts());
            scene
                .database
                .write_now(|c| {
                    desk.end_measures(c, now)?;
                    desk.forget(c, now)
                        .map_err(moderation::ModerationError::from)
                })
                .unwrap();
            words_of_measures(&scene)
        };
        let row = |kind: &str, title: &str, words: &str| {
            (kind.to_owned(), title.to_owned(), words.to_owned())
        };
        let begun = pass(3);
        let all = [
            row("unlist", "Bal folk", "Mot à Léa."),
            row("sensitive", "Bal folk", "Mot à Léa."),
            row("warn", "Bal folk", "Mot à Léa."),
            row("block", "evil.test", "Signalé par Zoé."),
        ];
        assert_eq!(begun, all);
        // The time is over, and the person may still answer: 180 days.
        let mut expected = all.clone();
        expected[3] = row("block", "evil.test", "");
        assert_eq!(pass(70), expected);
        assert_eq!(pass(106), expected);
        expected[0] = row("unlist", "", "");
        expected[2] = row("warn", "", "");
        assert_eq!(pass(2), expected, "what holds keeps its words");
        // The case keeps its name as long as something of it holds.
        let title = || {
            scene
                .database
                .read_now(|c| {
                    use store::schema::cases;
                    let title = cases::table.select(cases::title);
                    title.first::<String>(c).map_err(StoreError::from)
                })
                .unwrap()
        };
        assert_eq!(title(), "Bal folk");
        let (desk, site, now) = (
            scene.moderation.clone(),
            scene.sites.by_host("alpha.test").unwrap(),
            scene.clock.ts(),
        );
        scene
            .database
            .write_now(|c| {
                use store::schema::{accounts as people, measures};
                let by: Id = people::table
                    .filter(people::email.eq("admin@alpha.test"))
                    .select(people::id)
                    .first(c)?;
                let holds: Id = measures::table
                    .filter(measures::ended_at.is_null())
                    .select(measures::id)
                    .first(c)?;
                desk.undo_measure(c, &site, by, holds, now)
            })
            .unwrap();
        assert_eq!(pass(58)[1], all[1]);
        expected[1] = row("sensitive", "", "");
        assert_eq!(pass(5), expected);
        assert_eq!(title(), "");
        admin.sign_in(&app, "admin@alpha.test", PASSWORD).await;
        for path in [case.as_str(), "/admin/measures", "/admin/record"] {
            let page = admin.get(&app, path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.body);
            assert!(
                !page.body.contains("Mot à Léa") && !page.body.contains("Bal folk"),
                "{path}"
            );
        }
        let whole = scene
            .database
            .read_now(|c| record::check(c, site.id))
            .unwrap();
        assert!(whole.is_ok(), "{whole:?}");
    });
}
