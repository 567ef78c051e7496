//! People's own tools: hiding and blocking, taking one's data along, being erased.

mod blocks;
mod dump;
mod erasure;
mod export;
mod strangers;

use crate::moderating::Event;
use crate::scene::{Browser, PASSWORD, Scene, send};
use accounts::{ActorRole, roles};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use diesel::prelude::*;
use serde_json::{Value, json};
use store::schema::{accounts as people, actors};
use store::{Id, StoreError};

const ALPHA: &str = "https://alpha.test";
const EMAIL: &str = "Zebulon.Quatrefages@erasure.test";
const NAME: &str = "Zébulon Quatrefages";
const ADDRESS: &str = "203.0.113.77";

macro_rules! app {
    () => { impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error> };
}

/// The person of these tests, let in and signed in, from an address of their own.
async fn zebulon(scene: &Scene, app: &app!()) -> Browser {
    scene.open("alpha.test");
    let mut browser = Browser::new(ALPHA);
    browser.address = format!("{ADDRESS}:40000");
    let fields = [("email", EMAIL), ("name", NAME), ("password", PASSWORD)];
    assert_eq!(browser.post(app, "/signup", &fields).await.status, 200);
    let link = scene.link(EMAIL, "/confirm");
    let token = link.split("token=").nth(1).unwrap().to_owned();
    let fields = [("token", token.as_str()), ("password", PASSWORD)];
    assert_eq!(browser.post(app, "/confirm", &fields).await.status, 303);
    browser.sign_in(app, EMAIL, PASSWORD).await;
    browser
}

fn account(scene: &Scene, email: &str) -> Id {
    let email = email.to_lowercase();
    let found = people::table
        .filter(people::email_folded.eq(email))
        .select(people::id);
    let found = |c: &mut store::Conn| found.first(c).map_err(StoreError::from);
    scene.database.read_now(found).unwrap()
}

/// Makes somebody an owner of an agenda beside those it has.
fn own_too(scene: &Scene, agenda: &str, email: &str) {
    let (account, now) = (account(scene, email), scene.clock.ts());
    scene
        .database
        .write_now(|c| {
            let actor: Id = actors::table
                .filter(actors::username.eq(agenda))
                .select(actors::id)
                .first(c)?;
            roles::set_actor_role(c, actor, account, ActorRole::Owner, now)
        })
        .unwrap();
}

/// Makes somebody an organiser.
fn help(scene: &Scene, agenda: &str, email: &str) {
    let (account, now) = (account(scene, email), scene.clock.ts());
    scene
        .database
        .write_now(|c| {
            let actor: Id = actors::table
                .filter(actors::username.eq(agenda))
                .select(actors::id)
                .first(c)?;
            roles::set_actor_role(c, actor, account, ActorRole::Organiser, now)
        })
        .unwrap();
}

async fn token(browser: &Browser, app: &app!()) -> String {
    let entry = json!({"email": EMAIL, "password": PASSWORD});
    let mut program = Browser::new(ALPHA);
    program.address.clone_from(&browser.address);
    let request = program.request(Method::POST, "/api/v1/session");
    let answer = send(app, request.set_json(entry)).await;
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// A call of the API in the person's name.
async fn call(
    browser: &Browser,
    app: &app!(),
    method: Method,
    path: &str,
    body: Option<Value>,
) -> crate::scene::Answer {
    let token = token(browser, app).await;
    let request = Browser::new(ALPHA)
        .request(method, path)
        .insert_header(("authorization", format!("Bearer {token}")));
    let request = match body {
        Some(body) => request.set_json(body),
        None => request,
    };
    send(app, request).await
}

/// An event that the person publishes in an agenda.
async fn publish(browser: &Browser, app: &app!(), agenda: &str, title: &str) -> Event {
    let event = json!({"title": title, "start": "2027-03-01T20:00", "end": "2027-03-01T22:00",
        "description": format!("Chez {NAME}"), "place": {"name": format!("Maison de {NAME}"), "city": "Savenay"}});
    let path = format!("/api/v1/agendas/{agenda}/events");
    let made = call(browser, app, Method::POST, &path, Some(event)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    Event {
        uri: made["uri"].as_str().unwrap().to_owned(),
        page: made["url"].as_str().unwrap().replace(ALPHA, ""),
    }
}
