//! Several dates, several agendas, festivals.

use crate::scene::{Browser, Scene, on_both, typed, with};
use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use federation::actor::NewActor;
use store::StoreError;

async fn weekly<S, B>(scene: &Scene, app: &S) -> Vec<String>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let camille = scene.signed_in("camille@alpha.test");
    let form = [
        ("start_date", "2026-12-01"),
        ("end_date", "2026-12-01"),
        ("repeat", "weekly"),
        ("repeat_end", "count"),
        ("repeat_count", "4"),
    ];
    camille.publish(app, "raffinerie", &form).await;
    let list = Browser::visitor("alpha.test")
        .get(app, "/api/v1/events")
        .await
        .json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 4);
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_dates_that_follow_are_changed_with_one() {
    on_both(async |scene| {
        let app = scene.app().await;
        let dates = weekly(&scene, &app).await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let page = visitor.get(&app, &format!("/e/{}", dates[1])).await;
        assert!(
            page.body.contains("Tous les mardis, 4 fois"),
            "the rule in words"
        );
        assert!(!page.body.contains("/series\""));
        let path = format!("/e/{}/series", dates[1]);
        assert_eq!(camille.get(&app, &path).await.status, 200);
        let edit = with(
            typed("Bal à la grange"),
            &[
                ("start_date", "2026-12-08"),
                ("end_date", "2026-12-08"),
                ("start_time", "19:00"),
                ("place_name", "Grange"),
            ],
        );
        let sent = camille
            .send_form(&app, &format!("/e/{}/edit", dates[1]), &edit, None)
            .await;
        assert_eq!(sent.status, 303);
        let wrong = camille
            .post(&app, &path, &[("scope", "x"), ("step", "copy")])
            .await;
        assert_eq!(wrong.status, 422);
        let sent = camille
            .post(&app, &path, &[("scope", "following"), ("step", "copy")])
            .await;
        assert_eq!(sent.status, 303);
        let list = visitor.get(&app, "/api/v1/events").await.json();
        let seen: Vec<(String, String)> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                (
                    item["title"].as_str().unwrap().to_owned(),
                    item["start"].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        let expected = [
            ("Bal folk", "2026-12-01T20:30:00+01:00"),
            ("Bal à la grange", "2026-12-08T19:00:00+01:00"),
            ("Bal à la grange", "2026-12-15T19:00:00+01:00"),
            ("Bal à la grange", "2026-12-22T19:00:00+01:00"),
        ];
        let expected = expected.map(|(title, start)| (title.to_owned(), start.to_owned()));
        assert_eq!(seen, expected);
        assert_eq!(list["items"][3]["place"]["name"], "Grange");
        let sent = camille
            .post(&app, &path, &[("scope", "following"), ("step", "delete")])
            .await;
        assert_eq!(sent.status, 303);
        let list = visitor.get(&app, "/api/v1/events").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        let sent = camille
            .post(&app, &path, &[("scope", "all"), ("step", "cancel")])
            .await;
        assert_eq!(sent.status, 303);
        let list = visitor.get(&app, "/api/v1/events").await.json();
        assert_eq!(list["items"][0]["status"], "cancelled");
        assert_eq!(list["items"][1]["status"], "confirmed");
    });
}

#[test]
fn only_organisers_change_the_dates_of_a_series() {
    on_both(async |scene| {
        let app = scene.app().await;
        let dates = weekly(&scene, &app).await;
        let path = format!("/e/{}/series", dates[0]);
        let form = [("scope", "all"), ("step", "delete")];
        let sasha = scene.signed_in("sasha@alpha.test");
        assert_eq!(sasha.get(&app, &path).await.status, 403);
        assert_eq!(sasha.post(&app, &path, &form).await.status, 403);
        let list = sasha.get(&app, "/api/v1/events").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 4);
        // An event of one date has no such page.
        let camille = scene.signed_in("camille@alpha.test");
        let single = camille.publish(&app, "raffinerie", &[]).await;
        let path = format!("/e/{single}/series");
        assert_eq!(camille.get(&app, &path).await.status, 404);
    });
}

#[test]
fn a_festival_shows_its_programme_and_takes_no_stranger_s_event() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let festival = camille
            .publish(
                &app,
                "raffinerie",
                &[("title", "Festival d’hiver"), ("end_date", "2026-12-15")],
            )
            .await;
        let form = camille.get(&app, "/@raffinerie/new").await;
        assert!(form.body.contains(&format!("<option value=\"{festival}\"")));
        let part = camille
            .publish(
                &app,
                "raffinerie",
                &[("title", "Ouverture"), ("parent", &festival)],
            )
            .await;
        let page = visitor.get(&app, &format!("/e/{festival}")).await;
        assert!(page.body.contains("Au programme"));
        assert!(page.body.contains(&format!("href=\"/e/{part}\"")));
        let page = visitor.get(&app, &format!("/e/{part}")).await;
        assert!(page.body.contains(&format!("href=\"/e/{festival}\"")));
        // Not one's own festival, not one that is not there, not itself.
        let stranger = scene.signed_in("camille@beta.test");
        for (browser, agenda, parent) in [
            (&stranger, "fablab", festival.as_str()),
            (
                &camille,
                "raffinerie",
                "018f0000-0000-7000-8000-000000000000",
            ),
            (&camille, "raffinerie", "x"),
        ] {
            let fields = with(typed("Intrus"), &[("parent", parent)]);
            let sent = browser
                .send_form(&app, &format!("/@{agenda}/new"), &fields, None)
                .await;
            assert_eq!(sent.status, 422, "{agenda} {parent}");
        }
        let fields = with(typed("Festival d’hiver"), &[("parent", &festival)]);
        let sent = camille
            .send_form(&app, &format!("/e/{festival}/edit"), &fields, None)
            .await;
        assert_eq!(sent.status, 422);
        // A place of another site is not to be had either.
        let id = stranger.publish(&app, "fablab", &[]).await;
        let page = stranger.get(&app, &format!("/e/{id}")).await;
        let (_, rest) = page.body.split_once("href=\"/places/").unwrap();
        let place = rest.split('"').next().unwrap().to_owned();
        let fields = with(typed("Chez eux"), &[("place", &place)]);
        let sent = camille
            .send_form(&app, "/@raffinerie/new", &fields, None)
            .await;
        assert_eq!(sent.status, 422);
        assert_eq!(sent.faults(), ["place"]);
    });
}

#[test]
fn the_form_publishes_in_the_agenda_that_is_chosen_in_it() {
    on_both(async |scene| {
        let app = scene.app().await;
        let now = scene.ts();
        let site = scene.site("alpha.test");
        let account = scene.account("camille@alpha.test").id;
        scene
            .database
            .write_now(|c| {
                for (username, owned) in [("atelier", true), ("autre", false)] {
                    let new = NewActor {
                        kind: "Group",
                        username,
                        name: username,
                        summary: "",
                    };
                    let (key, seal) = (crate::scene::key(), scene.federation.seal());
                    let actor = federation::create_actor(c, &site, &new, key, seal, now).unwrap();
                    if owned {
                        let owner = accounts::ActorRole::Owner;
                        accounts::roles::set_actor_role(c, actor.id, account, owner, now).unwrap();
                    }
                }
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let camille = scene.signed_in("camille@alpha.test");
        let asked = camille.get(&app, "/events/new").await;
        assert_eq!(asked.status, 303);
        assert!(["/@atelier/new", "/@raffinerie/new"].contains(&asked.header("location")));
        let form = camille.get(&app, "/@raffinerie/new").await;
        assert!(form.body.contains("value=\"raffinerie\" selected"));
        assert!(form.body.contains("value=\"atelier\"") && !form.body.contains("value=\"autre\""));
        let id = camille
            .publish(&app, "raffinerie", &[("agenda", "atelier")])
            .await;
        let told = scene.told(&format!("/events/{id}"));
        assert!(
            told.iter()
                .any(|(kind, body)| kind == "Create"
                    && body["actor"] == "http://alpha.test/@atelier")
        );
        let fields = with(typed("Intrus"), &[("agenda", "autre")]);
        let sent = camille
            .send_form(&app, "/@raffinerie/new", &fields, None)
            .await;
        assert_eq!(sent.status, 422);
        assert_eq!(sent.faults(), ["agenda"]);
        let visitor = Browser::visitor("alpha.test");
        assert!(
            visitor
                .get(&app, "/events/new")
                .await
                .header("location")
                .starts_with("/login")
        );
    });
}

fn updates(scene: &Scene, id: &str) -> usize {
    let told = scene.told(&format!("/events/{id}"));
    let own = |body: &serde_json::Value| body["actor"] == "http://alpha.test/@raffinerie";
    let updates = told
        .iter()
        .filter(|(kind, body)| kind == "Update" && own(body));
    updates.count()
}

#[test]
fn o2_an_edit_reaches_the_dates_asked_for_and_followers_hear_of_real_changes_alone() {
    on_both(async |scene| {
        let app = scene.app().await;
        let dates = weekly(&scene, &app).await;
        let camille = scene.signed_in("camille@alpha.test");
        let counts = || -> Vec<usize> { dates.iter().map(|id| updates(&scene, id)).collect() };
        let day = |n: usize| ["2026-12-01", "2026-12-08", "2026-12-15", "2026-12-22"][n];
        let edit = async |n: usize, change: &[(&'static str, &str)]| {
            let fields = with(
                typed("Bal folk"),
                &[("start_date", day(n)), ("end_date", day(n))],
            );
            let path = format!("/e/{}/edit", dates[n]);
            camille
                .send_form(&app, &path, &with(fields, change), None)
                .await
        };
        let form = camille.get(&app, &format!("/e/{}/edit", dates[1])).await;
        assert!(form.body.contains("name=\"scope\"") && form.body.contains("value=\"following\""));
        let single = camille.publish(&app, "raffinerie", &[]).await;
        let form = camille.get(&app, &format!("/e/{single}/edit")).await;
        assert!(!form.body.contains("name=\"scope\""));
        // One date moved to another place and hour: its own affair.
        let own = [("place_name", "Grange"), ("start_time", "18:00")];
        assert_eq!(edit(2, &own).await.status, 303);
        assert_eq!(counts(), [0, 0, 1, 0]);
        let wrong = edit(1, &[("scope", "some")]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("id=\"f-scope-error\""));
        // A price for this date and those after it.
        let sent = edit(1, &[("price", "5 €"), ("scope", "following")]).await;
        assert_eq!(sent.status, 303);
        assert_eq!(counts(), [0, 1, 2, 1]);
        let event = async |n: usize| {
            let path = format!("/api/v1/events/{}", dates[n]);
            camille.get(&app, &path).await.json()
        };
        assert_eq!(event(0).await["price"], "Prix libre");
        let third = event(2).await;
        assert_eq!(third["price"], "5 €");
        assert_eq!(third["place"]["name"], "Grange", "what is its own stays");
        assert_eq!(third["start"], "2026-12-15T18:00:00+01:00");
        // All of them: those that have it already are not told of again.
        let sent = edit(0, &[("price", "5 €"), ("scope", "all")]).await;
        assert_eq!(sent.status, 303);
        assert_eq!(counts(), [1, 1, 2, 1]);
        // Another hour for all: each keeps its day, a later date has the hour too.
        let hour = [("price", "5 €"), ("start_time", "19:00"), ("scope", "all")];
        assert_eq!(edit(0, &hour).await.status, 303);
        assert_eq!(counts(), [2, 2, 3, 2]);
        for n in 0..4 {
            let start = format!("{}T19:00:00+01:00", day(n));
            assert_eq!(event(n).await["start"], start);
        }
    });
}
