//! What an agenda's owner chose: what becomes of replies, whether people are named, its pictures.

use crate::scene::{Browser, Scene, jpeg, on_both};
use diesel::prelude::*;
use federation::{Actor, Content};
use publication::{CommentPolicy, set_comment_policy};
use serde_json::{Value, json};
use store::schema::actors;
use store::{Id, StoreError};

fn rule(scene: &Scene, policy: CommentPolicy) {
    let (actor, now) = (scene.actor("alpha.test", "raffinerie").id, scene.ts());
    scene
        .database
        .write_now(|c| set_comment_policy(c, &scene.registry, actor, policy, None, now))
        .unwrap();
}

/// A reply arrives; gives whether it was kept.
fn replies(scene: &Scene, author: &Actor, event: &str, number: u32, words: &str, at: &str) -> bool {
    let note = json!({
        "id": format!("https://{}/notes/{number}", author.host), "type": "Note",
        "attributedTo": author.uri, "inReplyTo": format!("http://alpha.test/events/{event}"),
        "content": words, "published": "2026-11-20T10:00:00Z", "updated": at,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
    });
    let note = activitystreams::NoteObject::read(&note).unwrap();
    let now = scene.ts();
    scene
        .database
        .write_now(|c| Ok::<_, StoreError>(scene.registry.replied(c, &note, author, now)))
        .unwrap()
        .unwrap_or(false)
}

fn last_told(scene: &Scene, event: &str) -> Value {
    let told = scene.told(&format!("/events/{event}"));
    let own = told.iter().rfind(|(kind, body)| {
        kind != "Announce" && body["actor"] == "http://alpha.test/@raffinerie"
    });
    own.unwrap().1["object"].clone()
}

const EARLY: &str = "2026-11-20T10:00:00Z";

#[test]
fn r_rep_01_replies_follow_the_agenda_s_rule_and_peers_are_told_of_it() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let guild = scene.followed("alpha.test", "guilde.example");
        let event = camille.publish(&app, "raffinerie", &[]).await;
        let page = format!("/e/{event}");
        let words = |event: &Value| {
            (
                event["commentsEnabled"].clone(),
                event["repliesModerationOption"].clone(),
            )
        };
        assert_eq!(
            words(&last_told(&scene, &event)),
            (json!(true), json!("allow_all"))
        );
        assert!(replies(&scene, &guild, &event, 1, "ouverte", EARLY));
        assert!(visitor.get(&app, &page).await.body.contains("ouverte"));

        scene.pass(60);
        rule(&scene, CommentPolicy::Moderated);
        assert_eq!(
            words(&last_told(&scene, &event)),
            (json!(true), json!("moderated"))
        );
        assert!(replies(&scene, &guild, &event, 2, "à relire", EARLY));
        assert!(!visitor.get(&app, &page).await.body.contains("à relire"));
        let agenda = camille.get(&app, "/@raffinerie").await;
        assert!(agenda.body.contains(&format!("{page}#comments")));
        assert!(
            !visitor
                .get(&app, "/@raffinerie")
                .await
                .body
                .contains("#comments")
        );
        let shown = camille.get(&app, &page).await.body;
        assert!(shown.contains("à relire"));
        let held = shown.split(&format!("{page}/comments/")).nth(2).unwrap();
        let held = format!("{page}/comments/{}", held.split('"').next().unwrap());
        // Strangers decide nothing, nor does a word that is none.
        let sasha = scene.signed_in("sasha@alpha.test");
        assert_eq!(sasha.post(&app, &held, &[("do", "show")]).await.status, 403);
        assert_eq!(camille.post(&app, &held, &[("do", "x")]).await.status, 400);
        let other = camille.publish(&app, "raffinerie", &[]).await;
        let elsewhere = held.replace(&event, &other);
        assert_eq!(
            camille
                .post(&app, &elsewhere, &[("do", "show")])
                .await
                .status,
            404
        );
        assert!(!visitor.get(&app, &page).await.body.contains("à relire"));
        assert_eq!(
            camille.post(&app, &held, &[("do", "show")]).await.status,
            303
        );
        assert!(visitor.get(&app, &page).await.body.contains("à relire"));
        // Other words wait again; the same words do not.
        assert!(replies(
            &scene,
            &guild,
            &event,
            2,
            "à relire",
            "2026-11-20T11:00:00Z"
        ));
        assert!(visitor.get(&app, &page).await.body.contains("à relire"));
        assert!(replies(
            &scene,
            &guild,
            &event,
            2,
            "réclame",
            "2026-11-20T12:00:00Z"
        ));
        assert!(!visitor.get(&app, &page).await.body.contains("réclame"));
        // Hidden for good, whatever it says later.
        assert_eq!(
            camille.post(&app, &held, &[("do", "hide")]).await.status,
            303
        );
        replies(&scene, &guild, &event, 2, "encore", "2026-11-20T13:00:00Z");
        assert!(!camille.get(&app, &page).await.body.contains("encore"));

        scene.pass(60);
        rule(&scene, CommentPolicy::Closed);
        assert_eq!(
            words(&last_told(&scene, &event)),
            (json!(false), json!("closed"))
        );
        assert!(!replies(&scene, &guild, &event, 3, "trop tard", EARLY));
        assert!(
            visitor.get(&app, &page).await.body.contains("ouverte"),
            "what was said stays"
        );
        // A new event begins with the rule.
        let late = camille.publish(&app, "raffinerie", &[]).await;
        assert_eq!(
            words(&last_told(&scene, &late)),
            (json!(false), json!("closed"))
        );
        rule(&scene, CommentPolicy::Open);
        assert!(replies(&scene, &guild, &late, 4, "enfin", EARLY));
    });
}

#[test]
fn acl_05_an_agenda_names_its_people_only_when_its_owner_wants_it() {
    on_both(async |scene| {
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let named = async || {
            visitor
                .get(&app, "/@raffinerie")
                .await
                .body
                .contains("Organisé par camille")
        };
        assert!(!named().await);
        let set = |shown: bool| {
            let actor = scene.actor("alpha.test", "raffinerie").id;
            scene
                .database
                .write_now(|c| {
                    diesel::update(actors::table.find(actor))
                        .set(actors::shows_people.eq(shown))
                        .execute(c)
                        .map_err(StoreError::from)
                })
                .unwrap();
        };
        set(true);
        assert!(named().await);
        let page = visitor.get(&app, "/@raffinerie").await.body;
        assert!(!page.contains("camille@alpha") && !page.contains("sasha"));
        set(false);
        assert!(!named().await);
    });
}

#[test]
fn the_pictures_of_an_agenda_are_served_on_its_own_site_alone() {
    on_both(async |scene| {
        let app = scene.app().await;
        let bytes = jpeg();
        let library = actix_web::web::Data::from(scene.library.clone());
        let mut incoming = library.incoming(1 << 20).unwrap();
        incoming.write(&bytes).unwrap();
        let stored = scene
            .processor
            .accept(scene.library.clone(), incoming, None, None)
            .await
            .unwrap();
        let (site, now) = (scene.site("alpha.test"), scene.ts());
        let put = |actor: Id| {
            scene
                .database
                .write_now(|c| {
                    let id = pages::store_picture(c, &stored, Some(site.id), None, None, now)?;
                    diesel::update(actors::table.find(actor))
                        .set((
                            actors::banner_id.eq(id),
                            actors::banner_alt.eq("La <façade>"),
                            actors::icon_id.eq(id),
                        ))
                        .execute(c)?;
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        };
        let visitor = Browser::visitor("alpha.test");
        let before = visitor.get(&app, "/@raffinerie").await.body;
        assert!(!before.contains("/media/"));
        put(scene.actor("alpha.test", "raffinerie").id);
        let page = visitor.get(&app, "/@raffinerie").await;
        assert!(
            page.body.contains("alt=\"La &#60;façade&#62;\""),
            "{}",
            page.body
        );
        assert!(page.body.contains("class=\"logo\""));
        let file = page.picture();
        assert_eq!(visitor.get(&app, &file).await.status, 200);
        let neighbour = Browser::visitor("beta.test");
        assert_eq!(neighbour.get(&app, &file).await.status, 404);
        // The site's own stand on its home page.
        assert!(!visitor.get(&app, "/").await.body.contains("class=\"banner"));
        put(site.actor_id.unwrap());
        let home = visitor.get(&app, "/").await.body;
        assert!(home.contains("class=\"banner") && home.contains("class=\"logo\""));
        assert!(
            !neighbour
                .get(&app, "/")
                .await
                .body
                .contains("class=\"banner")
        );
    });
}
