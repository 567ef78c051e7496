//! What somebody hid is not shown to them, and to them alone.

use crate::scene::{Browser, Scene, on_both};
use activitystreams::NoteObject;
use actix_web::http::Method;
use federation::{Actor, Content};
use publication::personal::{Level, What, add_rule, remove_rule};
use serde_json::json;
use store::Id;

/// Lists of the site on which an event of mid-December stands.
const LISTS: [&str; 5] = [
    "/",
    "/?q=soir",
    "/month/2026-12",
    "/day/2026-12-12",
    "/tags/folk",
];

fn hide(scene: &Scene, email: &str, what: What) -> Id {
    let (site, account) = (scene.site("alpha.test"), scene.account(email).id);
    let (sites, now) = (scene.sites.clone(), scene.clock.ts());
    let made = scene
        .database
        .write_now(|c| add_rule(c, &sites, (&site, account), &what, (Level::Mute, None), now));
    made.unwrap().id
}

fn show_again(scene: &Scene, email: &str, rule: Id) {
    let account = scene.account(email).id;
    let removed = scene.database.write_now(|c| remove_rule(c, account, rule));
    assert!(removed.unwrap());
}

fn tagged(title: &str) -> serde_json::Value {
    json!({"tag": [{"type": "Hashtag", "name": "#folk"}], "content": format!("<p>{title}</p>")})
}

/// Titles of `all` that a page shows.
async fn seen<'a>(
    app: &impl actix_web::dev::Service<
        actix_http::Request,
        Response = actix_web::dev::ServiceResponse<impl actix_web::body::MessageBody>,
        Error = actix_web::Error,
    >,
    browser: &Browser,
    path: &str,
    all: &[&'a str],
) -> Vec<&'a str> {
    let page = browser.get(app, path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    let shown = |title: &&&str| page.body.contains(**title);
    all.iter().filter(shown).copied().collect()
}

#[test]
fn a_server_or_an_actor_that_is_hidden_stands_in_no_list_of_who_hid_it() {
    on_both(async |scene| {
        let app = scene.app().await;
        let (fab, far) = (
            scene.followed("alpha.test", "fab.far.test"),
            scene.followed("alpha.test", "other.test"),
        );
        let mine = scene.arrives(&fab, "Soir bleu", tagged("Un"));
        scene.arrives(&far, "Soir vert", tagged("Deux"));
        let all = ["Soir bleu", "Soir vert"];
        let (sasha, program) = (
            scene.signed_in("sasha@alpha.test"),
            scene.program("sasha@alpha.test"),
        );
        let visitor = Browser::visitor("alpha.test");
        for what in [
            What::Host("FAR.test".into()),
            What::Actor(Box::new(fab.clone())),
        ] {
            let rule = hide(&scene, "sasha@alpha.test", what);
            for path in LISTS {
                assert_eq!(
                    seen(&app, &sasha, path, &all).await,
                    ["Soir vert"],
                    "{path}"
                );
                assert_eq!(seen(&app, &visitor, path, &all).await, all, "{path}");
                let camille = scene.signed_in("camille@alpha.test");
                assert_eq!(seen(&app, &camille, path, &all).await, all, "{path}");
            }
            let path = "/api/v1/events";
            assert_eq!(seen(&app, &program, path, &all).await, ["Soir vert"]);
            assert_eq!(seen(&app, &visitor, path, &all).await, all);
            // A cookie is nothing to the API (WEB-02).
            assert_eq!(seen(&app, &sasha, path, &all).await, all);
            // Who has the address sees it.
            let own = sasha.get(&app, &format!("/e/{}", mine.id)).await;
            assert_eq!(own.status, 200);
            show_again(&scene, "sasha@alpha.test", rule);
            assert_eq!(seen(&app, &sasha, "/", &all).await, all);
        }
    });
}

#[test]
fn a_hidden_word_hides_wherever_it_stands_and_pages_stay_full() {
    on_both(async |scene| {
        let app = scene.app().await;
        let far = scene.followed("alpha.test", "other.test");
        for n in 0..45 {
            scene.arrives(
                &far,
                &format!("Numéro {n:02}"),
                tagged("Grande C\u{43e}RRIDA !"),
            );
        }
        scene.arrives(
            &far,
            "Soir rouge",
            json!({"tag": [{"type": "Hashtag", "name": "#Corrida"}]}),
        );
        scene.arrives(&far, "Soir vert", tagged("Une corridas, autre mot"));
        let all = ["Numéro 00", "Numéro 44", "Soir rouge", "Soir vert"];
        let sasha = scene.signed_in("sasha@alpha.test");
        assert_eq!(
            seen(&app, &sasha, "/", &all).await,
            ["Numéro 00"],
            "the first page is full"
        );
        hide(&scene, "sasha@alpha.test", What::Word("  Corrida ".into()));
        assert_eq!(seen(&app, &sasha, "/", &all).await, ["Soir vert"]);
        // What one publishes oneself is not hidden from oneself.
        let camille = scene.program("camille@alpha.test");
        let event = json!({"title": "Contre la corrida", "start": "2026-12-12T20:30:00"});
        let made = camille
            .call(
                &app,
                Method::POST,
                "/api/v1/agendas/raffinerie/events",
                &event,
            )
            .await;
        assert_eq!(made.status, 201, "{}", made.body);
        hide(&scene, "camille@alpha.test", What::Word("corrida".into()));
        let own = ["Contre la corrida"];
        let camille = scene.signed_in("camille@alpha.test");
        assert_eq!(seen(&app, &camille, "/", &own).await, own);
        assert_eq!(seen(&app, &sasha, "/", &own).await, [] as [&str; 0]);
    });
}

fn reply(scene: &Scene, author: &Actor, to: &str, n: u8, text: &str) {
    let note = json!({"id": format!("https://{}/notes/{n}", author.host), "type": "Note",
        "attributedTo": author.uri, "inReplyTo": to, "content": format!("<p>{text}</p>"),
        "to": ["https://www.w3.org/ns/activitystreams#Public"]});
    let (note, now) = (NoteObject::read(&note).unwrap(), scene.clock.ts());
    let kept = scene
        .database
        .write_now(|c| scene.registry.replied(c, &note, author, now));
    assert!(kept.unwrap());
}

#[test]
fn replies_are_hidden_under_an_event_and_the_link_stands_beside_what_it_hides() {
    on_both(async |scene| {
        let app = scene.app().await;
        let program = scene.program("camille@alpha.test");
        let event = json!({"title": "Bal", "start": "2026-12-12T20:30:00", "tags": ["folk"]});
        let made = program
            .call(
                &app,
                Method::POST,
                "/api/v1/agendas/raffinerie/events",
                &event,
            )
            .await;
        let made = made.json();
        let (fab, far) = (
            scene.followed("alpha.test", "fab.test"),
            scene.followed("alpha.test", "other.test"),
        );
        let uri = made["uri"].as_str().unwrap();
        reply(&scene, &fab, uri, 1, "Premier mot");
        reply(&scene, &far, uri, 2, "Second mot");
        let path = format!("/e/{}", made["id"].as_str().unwrap());
        let all = ["Premier mot", "Second mot"];
        let (sasha, camille) = (
            scene.signed_in("sasha@alpha.test"),
            scene.signed_in("camille@alpha.test"),
        );
        let visitor = Browser::visitor("alpha.test");
        for browser in [&sasha, &camille, &visitor] {
            assert_eq!(seen(&app, browser, &path, &all).await, all);
        }
        let agenda = "/account/blocks?about=http%3A%2F%2Falpha.test%2F%40raffinerie";
        let other = "/account/blocks?about=https%3A%2F%2Ffab.test%2F%40guilde";
        let links = [agenda, other];
        assert_eq!(seen(&app, &sasha, &path, &links).await, links);
        assert_eq!(
            seen(&app, &camille, &path, &links).await,
            [other],
            "not one's own"
        );
        assert_eq!(seen(&app, &visitor, &path, &links).await, [] as [&str; 0]);
        hide(&scene, "camille@alpha.test", What::Actor(Box::new(fab)));
        hide(&scene, "sasha@alpha.test", What::Word("second".into()));
        assert_eq!(seen(&app, &camille, &path, &all).await, ["Second mot"]);
        assert_eq!(seen(&app, &sasha, &path, &all).await, ["Premier mot"]);
        assert_eq!(seen(&app, &visitor, &path, &all).await, all);
        // An agenda of this very site: out of the lists, and there where one asks for it by name.
        let raffinerie = scene.actor("alpha.test", "raffinerie");
        hide(
            &scene,
            "sasha@alpha.test",
            What::Actor(Box::new(raffinerie)),
        );
        assert_eq!(seen(&app, &sasha, "/", &["Bal"]).await, [] as [&str; 0]);
        assert_eq!(seen(&app, &sasha, "/@raffinerie", &["Bal"]).await, ["Bal"]);
        assert_eq!(seen(&app, &visitor, "/", &["Bal"]).await, ["Bal"]);
    });
}
