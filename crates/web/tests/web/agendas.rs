//! Agendas: made, changed, organised by several.

use crate::scene::{Browser, PASSWORD, admin, on_both};
use diesel::prelude::*;
use store::StoreError;
use store::schema::{activities, actors};

const ALPHA: &str = "https://alpha.test";

fn updates(scene: &crate::scene::Scene) -> Vec<String> {
    scene
        .database
        .read_now(|conn| {
            activities::table
                .filter(activities::kind.eq("Update"))
                .select(activities::body)
                .load(conn)
                .map_err(StoreError::from)
        })
        .unwrap()
}

#[test]
fn an_agenda_is_made_once_and_its_followers_hear_of_a_change() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut camille = admin(&app, ALPHA).await;
        assert_eq!(camille.get(&app, "/agendas/new").await.status, 200);
        for (username, name, field) in [
            ("ab", "Trop court", "f-username"),
            ("a b c", "Espaces", "f-username"),
            ("admin", "Réservé", "f-username"),
            ("bal", "", "f-name"),
        ] {
            let form = [("username", username), ("name", name)];
            let answer = camille.post(&app, "/agendas/new", &form).await;
            assert_eq!(answer.status, 422, "{username}");
            assert!(
                answer.body.contains(&format!("href=\"#{field}\"")),
                "{username}"
            );
        }
        let form = [
            ("username", "@Bal"),
            ("name", "Le bal"),
            ("summary", "Tous les **samedis**"),
        ];
        let made = camille.post(&app, "/agendas/new", &form).await;
        assert_eq!(
            (made.status, made.header("location")),
            (303, "/agendas/bal?done=agenda-created")
        );
        assert_eq!(camille.post(&app, "/agendas/new", &form).await.status, 422);
        // The other site has names of its own.
        let mut beta = admin(&app, "http://beta.test").await;
        assert_eq!(beta.get(&app, "/agendas/bal").await.status, 404);
        assert_eq!(beta.post(&app, "/agendas/new", &form).await.status, 303);
        assert!(updates(&scene).is_empty());
        let change = [
            ("name", "Le grand bal"),
            ("summary", "<script>x</script> Venez"),
        ];
        assert_eq!(
            camille.post(&app, "/agendas/bal", &change).await.status,
            303
        );
        let told = updates(&scene);
        assert_eq!(told.len(), 1);
        let update: serde_json::Value = serde_json::from_str(&told[0]).unwrap();
        assert_eq!(update["actor"], "https://alpha.test/@bal");
        assert_eq!(update["object"]["name"], "Le grand bal");
        assert!(!told[0].contains("<script>"));
        assert!(
            camille
                .get(&app, "/agendas")
                .await
                .body
                .contains("Le grand bal")
        );
    });
}

#[test]
fn organisers_come_by_invitation_and_the_last_owner_stays() {
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
        let people = "/agendas/bal/people";
        let faulty = camille
            .post(&app, people, &[("do", "invite"), ("email", "nowhere")])
            .await;
        assert_eq!(faulty.status, 422);
        let asked = camille
            .post(
                &app,
                people,
                &[("do", "invite"), ("email", "ida@example.org")],
            )
            .await;
        assert_eq!(asked.status, 303);
        assert!(
            camille
                .get(&app, people)
                .await
                .body
                .contains("ida@example.org")
        );
        // A site closed to sign-ups still lets the invited in; the address is the invitation's.
        let link = scene.link("ida@example.org", "/invitation?token=");
        let token = link.split("token=").nth(1).unwrap();
        let mut ida = Browser::new(ALPHA);
        assert!(ida.get(&app, &link).await.body.contains("Le bal"));
        let fields = [
            ("token", token),
            ("name", "Ida"),
            ("password", PASSWORD),
            ("email", "x@example.org"),
        ];
        let came = ida.post(&app, "/invitation", &fields).await;
        assert_eq!(
            (came.status, came.header("location")),
            (303, "/agendas?done=invitation-accepted")
        );
        assert_eq!(ida.get(&app, &link).await.status, 410);
        // An organiser edits and does not invite, nor reads the others' addresses.
        let own = ida.get(&app, people).await;
        assert_eq!(own.status, 200);
        assert!(!own.body.contains("admin@alpha.test") && !own.body.contains("value=\"invite\""));
        let refused = ida
            .post(
                &app,
                people,
                &[("do", "invite"), ("email", "y@example.org")],
            )
            .await;
        assert_eq!(refused.status, 403);
        assert_eq!(
            ida.post(&app, "/agendas/bal", &[("name", "Bal d’Ida")])
                .await
                .status,
            303
        );
        let page = camille.get(&app, people).await;
        let ids: Vec<&str> = page.body.split("name=\"id\" value=\"").skip(1).collect();
        let ids: Vec<&str> = ids
            .iter()
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        let mut ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        ids.dedup();
        assert_eq!(ids.len(), 2, "{ids:?}");
        let own = ids[0].clone();
        // The last owner cannot leave; after handing over, she can.
        let leave = [("do", "remove"), ("id", own.as_str())];
        assert_eq!(camille.post(&app, people, &leave).await.status, 422);
        assert_eq!(
            camille
                .post(&app, people, &[("do", "owner"), ("id", &ids[1])])
                .await
                .status,
            303
        );
        let left = camille.post(&app, people, &leave).await;
        assert_eq!(
            (left.status, left.header("location")),
            (303, "/agendas?done=organiser-removed")
        );
        assert_eq!(camille.get(&app, people).await.status, 404);
    });
}

#[test]
fn auth_09_whoever_was_not_let_in_opens_no_agenda() {
    on_both(|scene| async move {
        let app = scene.app().await;
        // An account of this server that the other site never let in.
        let mut guest = Browser::new("http://beta.test");
        assert_eq!(
            guest
                .post(
                    &app,
                    "/login",
                    &[("email", "ida@example.org"), ("password", "x")]
                )
                .await
                .status,
            422
        );
        let mut beta = admin(&app, "http://beta.test").await;
        beta.post(
            &app,
            "/agendas/new",
            &[("username", "bal"), ("name", "Le bal")],
        )
        .await;
        beta.post(
            &app,
            "/agendas/bal/people",
            &[("do", "invite"), ("email", "ida@example.org")],
        )
        .await;
        let link = scene.link("ida@example.org", "/invitation?token=");
        let token = link.split("token=").nth(1).unwrap();
        let fields = [("token", token), ("name", "Ida"), ("password", PASSWORD)];
        assert_eq!(guest.post(&app, "/invitation", &fields).await.status, 303);
        guest.get(&app, "/account").await;
        let form = [("username", "intrus"), ("name", "Intrus")];
        assert_eq!(guest.get(&app, "/agendas/new").await.status, 403);
        assert_eq!(guest.post(&app, "/agendas/new", &form).await.status, 403);
        // She asks, a moderator says yes, and then it works.
        let asked = guest
            .post(&app, "/account/apply", &[("reason", "un second bal")])
            .await;
        assert_eq!(asked.status, 303);
        let page = beta.get(&app, "/admin/people").await;
        let id = page
            .body
            .split("name=\"id\" value=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(
            beta.post(&app, "/admin/people", &[("do", "approve"), ("id", &id)])
                .await
                .status,
            303
        );
        assert_eq!(guest.post(&app, "/agendas/new", &form).await.status, 303);
    });
}

#[test]
fn the_site_is_changed_as_a_whole_or_not_at_all() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut camille = admin(&app, ALPHA).await;
        let good = [
            ("site_name", "Nouveau nom"),
            ("tagline", "Pour tous"),
            ("language", "en"),
            ("content_languages", "fr, br"),
            ("time_zone", "Indian/Reunion"),
            ("contact_email", "ecrire@alpha.test"),
            ("registrations", "closed"),
            ("accent_hue", "190"),
            ("paper", "dark"),
            ("administrator", "Une **asso**"),
        ];
        for (field, value) in [
            ("site_name", ""),
            ("language", "tlh"),
            ("content_languages", "français"),
            ("time_zone", "Mars/Olympus"),
            ("contact_email", "nowhere"),
            ("registrations", "ajar"),
            ("accent_hue", "360"),
            ("paper", "papyrus"),
        ] {
            let form = good.map(|(name, old)| (name, if name == field { value } else { old }));
            let answer = camille.post(&app, "/admin/site", &form).await;
            assert_eq!(answer.status, 422, "{field}");
            assert!(
                answer.body.contains(&format!("href=\"#f-{field}\"")),
                "{field}"
            );
            assert_eq!(
                scene.sites.by_host("alpha.test").unwrap().name,
                "Kiosque alpha.test"
            );
        }
        assert_eq!(camille.post(&app, "/admin/site", &good).await.status, 303);
        let site = scene.sites.by_host("alpha.test").unwrap();
        assert_eq!((site.name.as_str(), site.accent_hue), ("Nouveau nom", 190));
        assert_eq!(site.languages, ["fr", "br"]);
        assert_eq!(site.follower_policy, sites::FollowerPolicy::Manual);
        let about = Browser::new(ALPHA).get(&app, "/about").await;
        assert!(
            about.body.contains("Une <strong>asso</strong>")
                && about.body.contains("ecrire@alpha.test")
        );
        let signup = Browser::new(ALPHA).get(&app, "/signup").await;
        assert!(!signup.body.contains("name=\"password\""));
        assert_eq!(updates(&scene).len(), 1);
        assert_eq!(camille.get(&app, "/admin/deliveries").await.status, 200);
    });
}

/// What is written of an agenda: replies, people shown.
fn chosen(scene: &crate::scene::Scene, name: &str) -> (String, bool) {
    scene
        .database
        .read_now(|conn| {
            actors::table
                .filter(actors::username.eq(name))
                .select((actors::comments, actors::shows_people))
                .first(conn)
                .map_err(StoreError::from)
        })
        .unwrap()
}

#[test]
fn acl_05_replies_are_its_organisers_choice_and_naming_people_its_owners() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut camille = admin(&app, ALPHA).await;
        let form = [("username", "bal"), ("name", "Le bal")];
        camille.post(&app, "/agendas/new", &form).await;
        assert_eq!(chosen(&scene, "bal"), ("open".to_owned(), false));
        let path = "/agendas/bal";
        let page = camille.get(&app, path).await.body;
        assert!(page.contains("name=\"comments\"") && page.contains("name=\"shows_people\""));
        let wrong = [("name", "Le bal"), ("comments", "perhaps")];
        assert_eq!(camille.post(&app, path, &wrong).await.status, 422);
        let form = [
            ("name", "Le bal"),
            ("comments", "moderated"),
            ("people_asked", "1"),
            ("shows_people", "on"),
        ];
        assert_eq!(camille.post(&app, path, &form).await.status, 303);
        assert_eq!(chosen(&scene, "bal"), ("moderated".to_owned(), true));
        // An organiser decides about replies, not about who is named.
        camille
            .post(
                &app,
                "/agendas/bal/people",
                &[("do", "invite"), ("email", "ida@example.org")],
            )
            .await;
        let link = scene.link("ida@example.org", "/invitation?token=");
        let token = link.split("token=").nth(1).unwrap();
        let mut ida = Browser::new(ALPHA);
        ida.get(&app, &link).await;
        let fields = [("token", token), ("name", "Ida"), ("password", PASSWORD)];
        assert_eq!(ida.post(&app, "/invitation", &fields).await.status, 303);
        let page = ida.get(&app, path).await.body;
        assert!(page.contains("name=\"comments\"") && !page.contains("name=\"shows_people\""));
        let form = [
            ("name", "Le bal"),
            ("comments", "closed"),
            ("people_asked", "1"),
        ];
        assert_eq!(ida.post(&app, path, &form).await.status, 303);
        assert_eq!(chosen(&scene, "bal"), ("closed".to_owned(), true));
        let form = [("name", "Le bal"), ("people_asked", "1")];
        assert_eq!(camille.post(&app, path, &form).await.status, 303);
        assert_eq!(chosen(&scene, "bal"), ("closed".to_owned(), false));
    });
}
