//! Programs that are told what happens: their lanes, and what an administrator does with them.

macro_rules! app {
    () => { impl Service<actix_http::Request, Response = ServiceResponse<impl MessageBody>, Error = actix_web::Error> };
}

mod desk;
mod lanes;

use crate::api::{ALPHA, Program};
use crate::scene::{Answer, Browser, Scene, admin, on_both_among};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use hooks::HookWorker;
use hostile::{Fediverse, Host, Reply};
use serde_json::{Value, json};
use store::Clock;
use store::events::{Event, tell};
use tokio::sync::watch;

const TOLD: &str = "/told";
const HOOK: &str = "hook.test";
const OTHER: &str = "other.test";

/// Nobody tells it to stop.
fn going() -> (watch::Sender<bool>, watch::Receiver<bool>) {
    watch::channel(false)
}

fn worker(scene: &Scene, clock: &Clock) -> HookWorker {
    HookWorker {
        database: scene.database.clone(),
        sites: scene.sites.clone(),
        registry: scene.registry.clone(),
        moderation: scene.moderation.clone(),
        federation: scene.federation.clone(),
        accounts: scene.accounts.clone(),
        clock: clock.clone(),
    }
}

/// Sends what is due at this time; gives how many messages were tried.
async fn send_due(scene: &Scene) -> usize {
    let (_stop, going) = going();
    worker(scene, &scene.clock).send_due(&going).await
}

/// The administrator's program. It signs in each time: days pass here.
struct Desk;

impl Desk {
    async fn ask(app: &app!(), method: Method, path: &str, body: Option<Value>) -> Answer {
        let program = Program::signed_in(app, ALPHA).await;
        program.call(app, method, path, body).await
    }

    async fn call(app: &app!(), method: Method, path: &str, body: Option<Value>) -> Value {
        let answer = Self::ask(app, method, path, body).await;
        assert!(
            answer.status < 300,
            "{path}: {} {}",
            answer.status,
            answer.body
        );
        match answer.body.is_empty() {
            true => Value::Null,
            false => answer.json(),
        }
    }

    /// Its key and its secret.
    async fn hook(app: &app!(), url: &str) -> (String, String) {
        let hook = json!({"url": url, "events": ["case.closed"]});
        let made = Self::call(app, Method::POST, "/hooks", Some(hook)).await;
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        (text("id"), text("secret"))
    }

    /// State of each message, the oldest first.
    async fn states(app: &app!(), hook: &str) -> Vec<String> {
        let path = format!("/hooks/{hook}/deliveries");
        let found = Self::call(app, Method::GET, &path, None).await;
        let items = found["items"].as_array().unwrap().iter().rev();
        let state = |one: &Value| one["state"].as_str().unwrap().to_owned();
        items.map(state).collect()
    }

    async fn act(app: &app!(), hook: &str, act: &str) {
        let path = format!("/hooks/{hook}/{act}");
        Self::call(app, Method::POST, &path, None).await;
    }
}

/// Something happens so many times on the site.
fn happens(scene: &Scene, times: usize) {
    let site = scene.sites.by_host("alpha.test").unwrap().id;
    let now = scene.clock.ts();
    for n in 0..times {
        let about = json!({"case": n.to_string()});
        scene
            .database
            .write_now(|c| tell(c, site, Event::CaseClosed, &about, now))
            .unwrap();
    }
}

/// What a program was told, in order: the ids.
fn ids(host: &Host) -> Vec<String> {
    let seen = host.seen(TOLD);
    let id = |seen: &hostile::Seen| seen.header("webhook-id").unwrap().to_owned();
    seen.iter().map(id).collect()
}

/// Waits until it is so. Fails after 30 s.
async fn until(so: impl Fn() -> bool) {
    for _ in 0..1_500 {
        if so() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it does not happen");
}
