//! Erasure, proven: every table is read before and after.

use super::dump::dump;
use super::strangers::{follows_and_answers, stranger};
use super::*;
use crate::moderating::{case_of, event, measure, member, report};
use crate::scene::{admin, on_both};
use std::collections::BTreeSet;
use store::schema::{activities, appeals, media, objects, reports, sites as site_rows};

/// The tables in which something of the person stands.
fn found(scene: &Scene) -> Vec<(String, String)> {
    let all = scene
        .database
        .read_now(|c| Ok::<_, StoreError>(dump(c)))
        .unwrap();
    let marks = [
        EMAIL,
        NAME,
        "zebulon_bal",
        "zebulon",
        "quatrefages",
        ADDRESS,
    ]
    .map(str::to_lowercase);
    let says = |row: &(String, String)| {
        let text = row.1.to_lowercase();
        marks.iter().any(|mark| text.contains(mark.as_str()))
    };
    all.into_iter().filter(says).collect()
}

/// The deletions that are told, by their object.
fn farewells(scene: &Scene) -> Vec<String> {
    scene
        .database
        .read_now(|c| {
            Ok::<_, StoreError>(
                activities::table
                    .filter(activities::kind.eq("Delete"))
                    .order(activities::id)
                    .select(activities::object_uri)
                    .load(c)?,
            )
        })
        .unwrap()
}

#[test]
fn after_an_erasure_no_table_says_anything_of_the_person() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let bal = event(&scene, &app, "Bal folk").await;
        let mut admin = admin(&app, ALPHA).await;
        let mut zoe = zebulon(&scene, &app).await;
        // An agenda of one's own with its picture, and one with another owner.
        let new = [
            ("username", "zebulon_bal"),
            ("name", "Le bal de Zébulon Quatrefages"),
            ("summary", "Chez Zébulon Quatrefages"),
        ];
        assert_eq!(zoe.post(&app, "/agendas/new", &new).await.status, 303);
        let picture = {
            let picture = image::RgbImage::from_pixel(600, 200, image::Rgb([20, 120, 90]));
            let mut bytes = std::io::Cursor::new(Vec::new());
            picture
                .write_to(&mut bytes, image::ImageFormat::Png)
                .unwrap();
            bytes.into_inner()
        };
        let alt = format!("Le jardin de {NAME}");
        let fields = [
            ("part", "banner"),
            ("banner_alt", alt.as_str()),
            ("do", "save"),
        ];
        let file = ("banner_file", "x.png", picture.as_slice());
        let path = "/agendas/zebulon_bal/pictures";
        assert_eq!(zoe.post_file(&app, path, &fields, file).await.status, 303);
        let mine = publish(&zoe, &app, "zebulon_bal", &format!("Fête chez {NAME}")).await;
        let change = json!({"title": format!("Grande fête chez {NAME}")});
        let path = format!("/api/v1/events/{}", mine.page.rsplit('/').next().unwrap());
        assert_eq!(
            call(&zoe, &app, Method::PATCH, &path, Some(change))
                .await
                .status,
            200
        );
        own_too(&scene, "bal", EMAIL);
        help(&scene, "zebulon_bal", "lea@alpha.test");
        // Somebody else's words and letters.
        let invited = [("email", "noe@alpha.test"), ("do", "invite")];
        zoe.post(&app, "/agendas/zebulon_bal/people", &invited)
            .await;
        let guilde = stranger(&scene);
        follows_and_answers(&scene, &guilde, "zebulon_bal", &mine);
        let mut lea = member(&scene, &app, "lea").await;
        let words = format!("{NAME} exagère");
        assert_eq!(
            report(&mut lea, &app, &mine, "spam", &words).await.status,
            303
        );
        let case = case_of(&mut admin, &app).await.unwrap();
        let words = format!("Bonjour {NAME}");
        let taken = measure(
            &mut admin,
            &app,
            &case,
            &[("kind", "warn"), ("text", &words)],
        )
        .await;
        assert_eq!(taken.status, 303, "{}", taken.body);
        let link = scene.link(EMAIL, "/appeal");
        let token = link.split("token=").nth(1).unwrap();
        let answer = [
            ("token", token),
            ("text", "Moi, Zébulon Quatrefages, je conteste."),
        ];
        assert_eq!(zoe.post(&app, "/appeal", &answer).await.status, 303);
        // A measure on the agenda itself: the record must not bear its name.
        let actor_case = Event {
            uri: format!("{ALPHA}/@zebulon_bal"),
            page: String::new(),
        };
        assert_eq!(
            report(&mut lea, &app, &actor_case, "spam", "Encore")
                .await
                .status,
            303
        );
        let reply_case = Event {
            uri: "https://fab.test/notes/1".into(),
            page: String::new(),
        };
        assert_eq!(
            report(&mut lea, &app, &reply_case, "hate", "Et cela")
                .await
                .status,
            303
        );
        // One's own words.
        let words = format!("Signé {NAME}, {EMAIL}");
        assert_eq!(
            report(&mut zoe, &app, &bal, "spam", &words).await.status,
            303
        );
        let mut visitor = Browser::new(ALPHA);
        let fields = [
            ("about", bal.uri.as_str()),
            ("reason", "hate"),
            ("text", words.as_str()),
            ("email", EMAIL),
        ];
        assert_eq!(visitor.post(&app, "/report", &fields).await.status, 200);
        zoe.post(
            &app,
            "/account/blocks",
            &[("kind", "host"), ("target", "far.test"), ("days", "0")],
        )
        .await;
        zoe.post(&app, "/account/export", &[("current", PASSWORD)])
            .await;
        scene.leaving.make_due().await.unwrap();
        scene
            .database
            .write_now(|c| {
                let contact = site_rows::contact_email.eq(EMAIL);
                diesel::update(site_rows::table)
                    .set(contact)
                    .execute(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        scene.sites.reload_now().unwrap();
        let before: BTreeSet<String> = found(&scene).into_iter().map(|(table, _)| table).collect();
        for table in [
            "accounts",
            "activities",
            "actor_keys",
            "actors",
            "appeals",
            "cases",
            "comments",
            "events",
            "follows",
            "mail_queue",
            "measures",
            "object_history",
            "objects",
            "places",
            "reports",
            "sites",
        ] {
            assert!(
                before.contains(table),
                "{table}: the test would prove nothing: {before:?}"
            );
        }

        let record = admin.get(&app, "/admin/record").await.body;
        assert!(record.contains("@zebulon_bal@alpha.test"), "{record}");

        // Beforehand it is said what becomes of each agenda.
        let page = zoe.get(&app, "/account/close").await.body;
        assert!(
            page.contains("Le bal de Zébulon Quatrefages sera supprimé, avec son événement."),
            "{page}"
        );
        assert!(page.contains("Une autre personne y participe"), "{page}");
        assert!(
            page.contains("Le Bal reste aux autres responsables"),
            "{page}"
        );
        let wrong = zoe
            .post(&app, "/account/close", &[("current", "pas celui-là")])
            .await;
        assert_eq!(wrong.status, 422);
        let closed = zoe
            .post(&app, "/account/close", &[("current", PASSWORD)])
            .await;
        assert_eq!(
            (closed.status, closed.header("location")),
            (303, "/?done=account-closed"),
            "{}",
            closed.body
        );
        assert!(zoe.cookie.is_none());
        // Others are told: the event, then the agenda itself; what they have of `bal` stays.
        let actor = format!("{ALPHA}/@zebulon_bal");
        let told = farewells(&scene);
        assert_eq!(
            told.iter().filter(|uri| **uri == mine.uri).count(),
            2,
            "{told:?}"
        );
        assert_eq!(told.last(), Some(&actor), "{told:?}");
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(
            scene.federation.forget_names().await.unwrap(),
            0,
            "the farewell waits"
        );
        scene.federation.expand_waiting().await.unwrap();
        assert_eq!(
            scene.federation.forget_names().await.unwrap(),
            0,
            "it is on its way"
        );
        // Arrived.
        scene
            .database
            .write_now(|c| {
                diesel::delete(store::schema::deliveries::table)
                    .execute(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        assert_eq!(scene.federation.forget_names().await.unwrap(), 1);

        let left = found(&scene);
        assert_eq!(left, [], "{left:#?}");
        let (broken, unlinked, pictures, answers) = scene
            .database
            .read_now(|c| {
                let mut broken = Vec::new();
                for site in scene.sites.all() {
                    broken.push(moderation::record::check(c, site.id)?.is_err());
                }
                let unlinked: i64 = reports::table
                    .filter(reports::text.eq(""))
                    .filter(reports::account_id.is_null())
                    .count()
                    .get_result(c)?;
                let pictures: i64 = media::table.count().get_result(c)?;
                let answers: String = appeals::table.select(appeals::text).first(c)?;
                Ok::<_, StoreError>((broken, unlinked, pictures, answers))
            })
            .unwrap();
        assert_eq!(broken, [false, false], "the record follows on");
        assert!(unlinked >= 2 && pictures == 0 && answers.is_empty());
        // Nothing on the disk either.
        assert_eq!(scene.leaving.expire().await.unwrap(), 0);

        // Who helped is told, without a name.
        let told = scene.letters();
        let (to, letter) = told.last().unwrap();
        assert_eq!(to, "lea@alpha.test");
        assert!(letter.contains("supprimé avec le compte"), "{letter}");

        // What goes on: the other agenda, its event, the queue of the moderators, the record.
        for (path, status) in [
            (bal.page.as_str(), 200),
            ("/@bal", 200),
            (mine.page.as_str(), 410),
            ("/@zebulon_bal", 404),
        ] {
            let mut visitor = Browser::new(ALPHA);
            assert_eq!(visitor.get(&app, path).await.status, status, "{path}");
        }
        for path in ["/admin/queue", "/admin/record", case.as_str()] {
            assert_eq!(admin.get(&app, path).await.status, 200, "{path}");
        }
        // The name stays taken, the address is free (AUT-10).
        let again = lea.post(&app, "/agendas/new", &new).await;
        assert_eq!(again.status, 422);
        zebulon(&scene, &app).await;
    });
}

#[test]
fn the_last_administrator_stays_with_all_that_is_theirs() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut camille = admin(&app, ALPHA).await;
        camille
            .post(
                &app,
                "/agendas/new",
                &[("username", "seul"), ("name", "Seul")],
            )
            .await;
        // The administrator of the other site runs the server as well.
        let mut beta = admin(&app, "http://beta.test").await;
        let gone = beta
            .post(&app, "/account/close", &[("current", PASSWORD)])
            .await;
        let last = camille
            .post(&app, "/account/close", &[("current", PASSWORD)])
            .await;
        assert!([303, 422].contains(&gone.status), "{}", gone.status);
        assert_eq!(last.status, 422, "{}", last.body);
        assert!(
            last.body.contains("Il faut au moins un administrateur"),
            "{}",
            last.body
        );
        // Nothing of it was half done.
        let kept: i64 = scene
            .database
            .read_now(|c| {
                Ok::<_, StoreError>(
                    actors::table
                        .filter(actors::username.eq("seul"))
                        .filter(actors::deleted_at.is_null())
                        .count()
                        .get_result(c)?,
                )
            })
            .unwrap();
        assert_eq!(kept, 1);
        assert_eq!(camille.get(&app, "/@seul").await.status, 200);
        let none: Vec<String> = farewells(&scene);
        assert!(none.is_empty());
        let objects: i64 = scene
            .database
            .read_now(|c| {
                objects::table
                    .count()
                    .get_result(c)
                    .map_err(StoreError::from)
            })
            .unwrap();
        assert_eq!(objects, 0);
    });
}
