//! Reporting, judging and answering, as people do it on the pages.

use crate::scene::{Answer, Browser, PASSWORD, Scene, admin, on_both, send};
use accounts::{SiteRole, roles};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use diesel::prelude::*;
use moderation::record;
use store::schema::{accounts as people, moderation_record};
use store::{Id, StoreError};

const ALPHA: &str = "https://alpha.test";

macro_rules! app {
    () => { impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error> };
}

/// An event of the agenda `bal`, whose owner is the administrator, or who `owner` is.
struct Event {
    uri: String,
    page: String,
}

/// The agenda `bal` with an event, published by somebody who is no moderator.
async fn event(scene: &Scene, app: &app!(), title: &str) -> Event {
    let lea = member(scene, app, "lea").await;
    let token = sign_in(app, "lea").await;
    let call = |path: &str, body: serde_json::Value| {
        lea.request(Method::POST, path)
            .insert_header(("authorization", format!("Bearer {token}")))
            .insert_header(("accept", "application/json"))
            .set_json(body)
    };
    let agenda = serde_json::json!({"username": "bal", "name": "Le Bal", "summary": ""});
    send(app, call("/api/v1/agendas", agenda)).await;
    let made =
        serde_json::json!({"title": title, "start": "2027-03-01T20:00", "end": "2027-03-01T22:00"});
    let made = send(app, call("/api/v1/agendas/bal/events", made)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    Event {
        uri: made["uri"].as_str().unwrap().to_owned(),
        page: made["url"].as_str().unwrap().replace(ALPHA, ""),
    }
}

async fn sign_in(app: &app!(), name: &str) -> String {
    let entry = serde_json::json!({"email": format!("{name}@alpha.test"), "password": PASSWORD});
    let browser = Browser::new(ALPHA);
    let request = browser
        .request(Method::POST, "/api/v1/session")
        .set_json(entry);
    let answer = send(app, request).await;
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// Somebody let in, signed in.
async fn member(scene: &Scene, app: &app!(), name: &str) -> Browser {
    scene.open("alpha.test");
    let email = format!("{name}@alpha.test");
    let mut browser = Browser::new(ALPHA);
    let known = scene
        .database
        .read_now(|c| {
            let found = people::table.filter(people::email.eq(&email)).count();
            found.get_result::<i64>(c).map_err(StoreError::from)
        })
        .unwrap();
    if known == 0 {
        let fields = [
            ("email", email.as_str()),
            ("name", name),
            ("password", PASSWORD),
        ];
        browser.post(app, "/signup", &fields).await;
        let link = scene.link(&email, "/confirm");
        let token = link.split("token=").nth(1).unwrap().to_owned();
        let fields = [("token", token.as_str()), ("password", PASSWORD)];
        browser.post(app, "/confirm", &fields).await;
    }
    browser.sign_in(app, &email, PASSWORD).await;
    browser
}

/// A moderator beside the administrator.
async fn moderator(scene: &Scene, app: &app!(), name: &str) -> Browser {
    member(scene, app, name).await;
    let email = format!("{name}@alpha.test");
    let (site, now) = (
        scene.sites.by_host("alpha.test").unwrap().id,
        scene.clock.ts(),
    );
    scene
        .database
        .write_now(|c| {
            let id: Id = people::table
                .filter(people::email.eq(&email))
                .select(people::id)
                .first(c)?;
            roles::set_site_role(c, site, id, SiteRole::Moderator, now)
        })
        .unwrap();
    member(scene, app, name).await
}

fn about(event: &Event) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("about", &event.uri)
        .finish();
    format!("/report?{query}")
}

async fn report(
    browser: &mut Browser,
    app: &app!(),
    event: &Event,
    reason: &str,
    text: &str,
) -> Answer {
    let fields = [
        ("about", event.uri.as_str()),
        ("reason", reason),
        ("text", text),
    ];
    browser.post(app, "/report", &fields).await
}

/// The first case in the queue, if any.
async fn case_of(browser: &mut Browser, app: &app!()) -> Option<String> {
    let queue = browser.get(app, "/admin/queue").await;
    assert_eq!(queue.status, 200, "{}", queue.body);
    let start = queue.body.find("/admin/cases/")?;
    Some(queue.body[start..].split('"').next().unwrap().to_owned())
}

/// Takes a measure on the page of a case.
async fn measure(browser: &mut Browser, app: &app!(), case: &str, more: &[(&str, &str)]) -> Answer {
    let page = browser.get(app, case).await;
    let on = page
        .body
        .split("value=\"object:")
        .nth(1)
        .unwrap_or_else(|| panic!("{}", page.body));
    let on = format!("object:{}", on.split('"').next().unwrap());
    let id = case.rsplit('/').next().unwrap();
    let mut fields = vec![
        ("on", on.as_str()),
        ("case", id),
        ("back", case),
        ("reason", "spam"),
    ];
    fields.extend(more);
    browser.post(app, "/admin/measures", &fields).await
}

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

/// Publishes by API in somebody's name; gives the answer.
async fn publish(app: &app!(), name: &str, body: serde_json::Value) -> serde_json::Value {
    let token = sign_in(app, name).await;
    let request = Browser::new(ALPHA)
        .request(Method::POST, "/api/v1/agendas/bal/events")
        .insert_header(("authorization", format!("Bearer {token}")))
        .set_json(body);
    let answer = send(app, request).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

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
