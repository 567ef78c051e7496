//! The things that the rows name in braces, made when they are asked for: each time a new one, so that an act that is
//! allowed finds something to act on.

use super::cast::{ALPHA, Seat};
use crate::scene::{Answer, Browser, Scene, send};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use diesel::prelude::*;
use federation::follow::Follow;
use serde_json::{Value, json};
use std::collections::HashMap;
use store::schema::{comments, inbox_queue};
use store::{Id, StoreError, fresh_id};

/// Things by the name that a row gives them, without braces.
pub(super) type Things = HashMap<&'static str, String>;

/// Every name, in the order in which they are made: a reply needs its event.
const NAMES: [&str; 22] = [
    "hook",
    "message",
    "rule",
    "event",
    "uri",
    "comment",
    "series",
    "place",
    "case",
    "measure",
    "appeal",
    "correction",
    "person",
    "applicant",
    "follow",
    "follower",
    "parked",
    "list",
    "block",
    "peer",
    "asset",
    "file",
];

/// Puts the things in their places.
pub(super) fn filled(text: &str, things: &Things) -> String {
    let mut text = text.to_owned();
    for (name, value) in things {
        text = text.replace(&format!("{{{name}}}"), value);
    }
    text
}

pub(super) struct Stage<'a> {
    pub(super) scene: &'a Scene,
}

/// A program's request.
pub(super) async fn call(
    app: &app!(),
    seat: &Seat,
    method: &str,
    path: &str,
    body: Value,
) -> Answer {
    let request = seat
        .browser
        .request(method.parse::<Method>().unwrap(), path)
        .insert_header(("accept", "application/json"))
        .insert_header(("authorization", format!("Bearer {}", seat.token)));
    let request = match body {
        Value::Null => request,
        body => request.set_json(body),
    };
    send(app, request).await
}

impl Stage<'_> {
    fn seat(&self, name: &str) -> Seat {
        self.scene.seat(self.scene.account_of(name))
    }

    /// As somebody of the cast, and it must go well.
    async fn done(&self, app: &app!(), who: &str, method: &str, path: &str, body: Value) -> Value {
        let answer = call(app, &self.seat(who), method, path, body).await;
        assert!(
            answer.status < 300,
            "{method} {path}: {} {}",
            answer.status,
            answer.body
        );
        serde_json::from_str(&answer.body).unwrap_or(Value::Null)
    }

    /// The agendas, and a follow each way.
    pub(super) async fn furnish(&self, app: &app!()) {
        self.scene.person("judge", "alpha.test");
        for (who, username) in [("owner", "bal"), ("member", "autre")] {
            let agenda = json!({"username": username, "name": username, "summary": ""});
            self.done(app, who, "POST", "/api/v1/agendas", agenda).await;
        }
    }

    /// What the texts name.
    pub(super) async fn things(&self, app: &app!(), texts: &[&str]) -> Things {
        let mut things = Things::new();
        for name in NAMES {
            let named = |name: &str| {
                texts
                    .iter()
                    .any(|text| text.contains(&format!("{{{name}}}")))
            };
            let needed = match name {
                "event" => [
                    "event",
                    "uri",
                    "comment",
                    "case",
                    "measure",
                    "appeal",
                    "correction",
                ]
                .iter()
                .any(|n| named(n)),
                _ => named(name),
            };
            if needed {
                let made = self.make(app, name, &things).await;
                things.insert(name, made);
            }
        }
        things
    }

    async fn make(&self, app: &app!(), name: &str, things: &Things) -> String {
        match name {
            "event" => self.event(app).await,
            "uri" => format!("{ALPHA}/events/{}", things["event"]),
            "comment" => self.comment(&things["event"]),
            "series" => self.series(app).await,
            "place" => self.place(app).await,
            "case" => self.case(app, &things["event"]).await,
            "measure" => self.measure(app, &things["event"]).await,
            "appeal" => self.appeal(app, &things["event"]).await,
            "correction" => self.correction(app, &things["event"]).await,
            "person" | "applicant" => self.newcomer(name),
            "follow" => self.follow(app).await,
            "follower" => self.follower(),
            "parked" => self.parked(),
            "list" => self.list(app).await,
            "hook" => self.hook(app).await,
            "message" => self.message(app, &things["hook"]).await,
            "rule" => self.rule(app).await,
            "peer" => {
                self.follow(app).await;
                "beta.test".to_owned()
            }
            "block" => self.block(app).await,
            "asset" => ui::asset_path("site.css")["/assets/".len()..].to_owned(),
            _ => self.file(app).await,
        }
    }

    /// The same again and again: a site has few of them.
    async fn hook(&self, app: &app!()) -> String {
        let known = self
            .done(app, "admin", "GET", "/api/v1/hooks", Value::Null)
            .await;
        if let Some(id) = known["items"][0]["id"].as_str() {
            return id.to_owned();
        }
        let hook = json!({"url": "https://hook.example/told", "events": ["case.closed"]});
        let made = self.done(app, "admin", "POST", "/api/v1/hooks", hook).await;
        made["id"].as_str().unwrap().to_owned()
    }

    async fn message(&self, app: &app!(), hook: &str) -> String {
        let hook = format!("/api/v1/hooks/{hook}");
        let test = format!("{hook}/test");
        self.done(app, "admin", "POST", &test, Value::Null).await;
        let sent = format!("{hook}/deliveries");
        let sent = self.done(app, "admin", "GET", &sent, Value::Null).await;
        sent["items"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn rule(&self, app: &app!()) -> String {
        let rule = json!({"reason": "spam", "texts": {"fr": "Pas de publicité."}});
        let made = self.done(app, "admin", "POST", "/api/v1/rules", rule).await;
        made["id"].as_str().unwrap().to_owned()
    }

    async fn event(&self, app: &app!()) -> String {
        let event =
            json!({"title": "Bal folk", "start": "2027-03-01T20:00", "end": "2027-03-01T22:00"});
        let path = "/api/v1/agendas/bal/events";
        let made = self.done(app, "owner", "POST", path, event).await;
        made["id"].as_str().unwrap().to_owned()
    }

    fn comment(&self, event: &str) -> String {
        let (id, now) = (fresh_id(self.scene.clock.now()), self.scene.clock.ts());
        let (object, actor) = (Id::parse(event).unwrap(), self.scene.actor("autre").id);
        let row = (
            comments::id.eq(id),
            comments::uri.eq(format!("https://peer.test/notes/{id}")),
            comments::object_id.eq(object),
            comments::actor_id.eq(actor),
            comments::state.eq("held"),
            comments::content.eq("Bonsoir"),
            comments::in_reply_to.eq(format!("{ALPHA}/events/{event}")),
            comments::published_at.eq(now),
            comments::updated_at.eq(now),
        );
        self.insert(|c| diesel::insert_into(comments::table).values(row).execute(c));
        id.to_string()
    }

    fn insert(&self, rows: impl FnOnce(&mut store::Conn) -> QueryResult<usize>) {
        self.scene
            .database
            .write_now(|c| rows(c).map_err(StoreError::from))
            .unwrap();
    }

    async fn series(&self, app: &app!()) -> String {
        let mut owner = self.seat("owner").browser;
        let fields = [
            ("title", "Bal"),
            ("start_date", "2027-03-02"),
            ("start_time", "20:00"),
            ("time_zone", "Europe/Paris"),
            ("repeat", "weekly"),
            ("repeat_end", "count"),
            ("repeat_count", "3"),
            ("do", "publish"),
        ];
        let none: (&str, &str, &[u8]) = ("picture", "", b"");
        let made = owner.post_file(app, "/@bal/new", &fields, none).await;
        assert_eq!(made.status, 303, "{}", made.body);
        made.header("location")["/e/".len()..]
            .split('?')
            .next()
            .unwrap()
            .to_owned()
    }

    async fn place(&self, app: &app!()) -> String {
        let mut owner = self.seat("owner").browser;
        let fields = [
            ("title", "Bal"),
            ("start_date", "2027-03-02"),
            ("start_time", "20:00"),
            ("time_zone", "Europe/Paris"),
            ("place_name", "Salle des fêtes"),
            ("do", "publish"),
        ];
        let none: (&str, &str, &[u8]) = ("picture", "", b"");
        let made = owner.post_file(app, "/@bal/new", &fields, none).await;
        let page = made
            .header("location")
            .split('?')
            .next()
            .unwrap()
            .to_owned();
        let page = owner.get(app, &page).await.body;
        let rest = page.split_once("href=\"/places/").unwrap().1;
        rest.split('"').next().unwrap().to_owned()
    }

    async fn case(&self, app: &app!(), event: &str) -> String {
        let report = json!({"about": format!("{ALPHA}/events/{event}"), "reason": "spam"});
        // Each time by somebody else: one account may not report so often.
        let reporter = Id::parse(&self.newcomer("person")).unwrap();
        let reporter = self.scene.seat(reporter);
        let sent = call(app, &reporter, "POST", "/api/v1/reports", report).await;
        assert_eq!(sent.status, 204, "{}", sent.body);
        let path = "/api/v1/queue?source=reports&limit=200";
        let queue = self.done(app, "admin", "GET", path, Value::Null).await;
        let newest = queue["items"].as_array().unwrap().iter();
        let newest = newest
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .max();
        newest.unwrap()
    }

    async fn correction(&self, app: &app!(), event: &str) -> String {
        let report = json!({"about": format!("{ALPHA}/events/{event}"), "reason": "wrong_fact", "field": "price", "value": "5 €"});
        let reporter = Id::parse(&self.newcomer("person")).unwrap();
        let reporter = self.scene.seat(reporter);
        let sent = call(app, &reporter, "POST", "/api/v1/reports", report).await;
        assert_eq!(sent.status, 204, "{}", sent.body);
        let path = "/api/v1/corrections";
        let waiting = self.done(app, "owner", "GET", path, Value::Null).await;
        let of_event = waiting
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["object"] == event);
        of_event.unwrap()["id"].as_str().unwrap().to_owned()
    }

    async fn measure(&self, app: &app!(), event: &str) -> String {
        let measure =
            json!({"kind": "remove", "target_kind": "object", "target": event, "reason": "spam"});
        // By somebody who is nobody of the cast: who took a measure does not judge what is said against it.
        let taken = self
            .done(app, "judge", "POST", "/api/v1/measures", measure)
            .await;
        taken["id"].as_str().unwrap().to_owned()
    }

    async fn appeal(&self, app: &app!(), event: &str) -> String {
        self.measure(app, event).await;
        let link = self.scene.link("owner@alpha.test", "/appeal");
        let token = link.split("token=").nth(1).unwrap();
        let fields = [("token", token), ("text", "Ce n’en est pas.")];
        let sent = Browser::new(ALPHA).post(app, "/appeal", &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let path = "/api/v1/queue?source=appeals&limit=200";
        let queue = self.done(app, "admin", "GET", path, Value::Null).await;
        let newest = queue["items"].as_array().unwrap().iter();
        let newest = newest
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .max();
        newest.unwrap()
    }

    /// Somebody who was let in, or asks to be.
    fn newcomer(&self, kind: &str) -> String {
        let name = format!("new-{}", fresh_id(self.scene.clock.now()));
        let id = self.scene.person(&name, "alpha.test");
        self.scene.site_role(
            id,
            match kind {
                "applicant" => accounts::SiteRole::Applicant,
                _ => accounts::SiteRole::Member,
            },
        );
        id.to_string()
    }

    async fn follow(&self, app: &app!()) -> String {
        let target = json!({"target": "beta.test"});
        let path = "/api/v1/follows";
        call(app, &self.seat("admin"), "POST", path, target).await;
        let all = self.done(app, "admin", "GET", path, Value::Null).await;
        all["items"][0]["id"].as_str().unwrap().to_owned()
    }

    /// `beta.test` follows this site.
    fn follower(&self) -> String {
        let actor = |host: &str| self.scene.sites.by_host(host).unwrap().actor_id.unwrap();
        let (from, to) = (actor("beta.test"), actor("alpha.test"));
        let known = || {
            self.scene
                .database
                .read_now(|c| Follow::between(c, from, to))
                .unwrap()
        };
        if known().is_none() {
            use store::schema::follows as f;
            let (id, now) = (fresh_id(self.scene.clock.now()), self.scene.clock.ts());
            let row = (
                f::id.eq(id),
                f::follower_id.eq(from),
                f::target_id.eq(to),
                f::uri.eq(format!("http://beta.test/follows/{id}")),
                f::state.eq("pending"),
                f::activity.eq("{}"),
                f::created_at.eq(now),
            );
            self.insert(|c| diesel::insert_into(f::table).values(row).execute(c));
        }
        known().unwrap().id.to_string()
    }

    fn parked(&self) -> String {
        let (id, now) = (fresh_id(self.scene.clock.now()), self.scene.clock.ts());
        let row = (
            inbox_queue::id.eq(id),
            inbox_queue::site_id.eq(self.scene.sites.by_host("alpha.test").unwrap().id),
            inbox_queue::activity_uri.eq(format!("https://peer.test/{id}")),
            inbox_queue::actor_uri.eq("https://peer.test/actor"),
            inbox_queue::body.eq("{}"),
            inbox_queue::state.eq("parked"),
            inbox_queue::attempts.eq(9),
            inbox_queue::next_try_at.eq(now),
            inbox_queue::received_at.eq(now),
        );
        self.insert(|c| {
            diesel::insert_into(inbox_queue::table)
                .values(row)
                .execute(c)
        });
        id.to_string()
    }

    async fn list(&self, app: &app!()) -> String {
        let url = format!(
            "https://lists.test/{}.csv",
            fresh_id(self.scene.clock.now())
        );
        let made = self
            .done(
                app,
                "admin",
                "POST",
                "/api/v1/block-lists",
                json!({"url": url}),
            )
            .await;
        match made["id"].as_str() {
            Some(id) => id.to_owned(),
            None => {
                let all = self
                    .done(app, "admin", "GET", "/api/v1/block-lists", Value::Null)
                    .await;
                all["items"][0]["id"].as_str().unwrap().to_owned()
            }
        }
    }
    async fn block(&self, app: &app!()) -> String {
        let host = format!("h{}.example", fresh_id(self.scene.clock.now()));
        let block = json!({"host": host, "reason": "spam"});
        self.done(app, "admin", "POST", "/api/v1/blocks", block)
            .await;
        host
    }

    /// The picture of an event, its name at `/media/`.
    async fn file(&self, app: &app!()) -> String {
        let mut owner = self.seat("owner").browser;
        let fields = [
            ("title", "Bal"),
            ("start_date", "2027-03-02"),
            ("start_time", "20:00"),
            ("time_zone", "Europe/Paris"),
            ("do", "publish"),
        ];
        let made = owner
            .post_file(app, "/@bal/new", &fields, ("picture", "a.jpg", &jpeg()))
            .await;
        let page = made
            .header("location")
            .split('?')
            .next()
            .unwrap()
            .to_owned();
        let page = owner.get(app, &page).await.body;
        let rest = page.split_once("src=\"/media/").unwrap().1;
        rest.split('"').next().unwrap().to_owned()
    }
}

/// A picture of one colour.
pub(super) fn jpeg() -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(800, 450, image::Rgb([180, 60, 20]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}
