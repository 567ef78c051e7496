//! Reporting, judging and answering, as people do it on the pages.

macro_rules! app {
    () => { impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error> };
}

mod bulk;
mod corrections;
mod holding;
mod limits;
mod measures;
mod openly;
mod permissions;
mod reports;
mod retention;

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

/// An event of the agenda `bal`, whose owner is the administrator, or who `owner` is.
pub(crate) struct Event {
    pub(crate) uri: String,
    pub(crate) page: String,
}

/// The agenda `bal` with an event, published by somebody who is no moderator.
pub(crate) async fn event(scene: &Scene, app: &app!(), title: &str) -> Event {
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

pub(crate) async fn sign_in(app: &app!(), name: &str) -> String {
    let entry = serde_json::json!({"email": format!("{name}@alpha.test"), "password": PASSWORD});
    let browser = Browser::new(ALPHA);
    let request = browser
        .request(Method::POST, "/api/v1/session")
        .set_json(entry);
    let answer = send(app, request).await;
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// Somebody let in, signed in.
pub(crate) async fn member(scene: &Scene, app: &app!(), name: &str) -> Browser {
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

pub(crate) async fn report(
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
pub(crate) async fn case_of(browser: &mut Browser, app: &app!()) -> Option<String> {
    let queue = browser.get(app, "/admin/queue").await;
    assert_eq!(queue.status, 200, "{}", queue.body);
    let start = queue.body.find("/admin/cases/")?;
    Some(queue.body[start..].split('"').next().unwrap().to_owned())
}

/// Takes a measure on the page of a case.
pub(crate) async fn measure(
    browser: &mut Browser,
    app: &app!(),
    case: &str,
    more: &[(&str, &str)],
) -> Answer {
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
