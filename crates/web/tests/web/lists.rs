//! Lists of servers to block: how often they are read.

use crate::api::{ALPHA, Program};
use crate::blocking::worker;
use crate::scene::{Scene, on_both_among};
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use chrono::Duration;
use diesel::prelude::*;
use hostile::Reply;
use serde_json::json;
use store::schema::block_lists;
use store::{StoreError, Ts};

const LIST: &str = "/list.csv";

/// Subscribes the site to a list.
async fn subscribe<S, B>(app: &S, program: &Program, url: &str)
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let list = Some(json!({"url": url}));
    let made = program.call(app, Method::POST, "/block-lists", list).await;
    assert!(made.status < 300, "{}", made.body);
}

fn csv() -> Reply {
    Reply::typed("text/csv", "evil.test\n")
}

/// Reads what is due and says how long it is left alone then.
async fn read(scene: &Scene) -> Duration {
    let worker = worker(scene);
    assert_eq!(worker.read_due().await.unwrap(), 1);
    let due: Ts = scene
        .database
        .read_now(|c| {
            let due = block_lists::table.select(block_lists::due_at);
            due.first(c).map_err(StoreError::from)
        })
        .unwrap();
    due.0 - scene.clock.now()
}

/// A time of the scene in the words of HTTP.
fn in_time(scene: &Scene, after: Duration) -> String {
    let at = scene.clock.now() + after;
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[test]
fn a_list_is_read_as_often_as_its_server_says_within_bounds() {
    on_both_among(&["lists.test"], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host("lists.test");
        let program = Program::signed_in(&app, ALPHA).await;
        subscribe(&app, &program, &host.url(LIST)).await;
        let control = |value: &str| csv().header("cache-control", value);
        let (hour, week) = (Duration::hours(1), Duration::days(7));
        let soon = in_time(&scene, Duration::days(1));
        let cases = [
            (csv(), Duration::hours(12)),
            (control("public, max-age=7200"), Duration::hours(2)),
            (control("max-age=\"10800\""), Duration::hours(3)),
            (control("max-age=60"), hour),
            (control("max-age=2592000"), week),
            (
                control("max-age=99999999999999999999999"),
                Duration::hours(12),
            ),
            (control("max-age=99999999999"), week),
            (control("max-age=7200, no-cache"), hour),
            (control("no-store"), hour),
            (control("public"), Duration::hours(12)),
            (csv().header("expires", "0"), hour),
            (
                control("max-age=7200").header("expires", &soon),
                Duration::hours(2),
            ),
        ];
        for (n, (reply, rest)) in cases.into_iter().enumerate() {
            host.answer(LIST, reply);
            assert_eq!(read(&scene).await, rest, "case {n}");
            scene.pass(rest.num_seconds());
        }
        let expires = in_time(&scene, Duration::days(2));
        host.answer(LIST, csv().header("expires", &expires));
        assert_eq!(read(&scene).await, Duration::days(2));
    });
}

#[test]
fn an_unchanged_list_is_not_sent_again_and_its_answer_counts_too() {
    on_both_among(&["lists.test"], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host("lists.test");
        let program = Program::signed_in(&app, ALPHA).await;
        subscribe(&app, &program, &host.url(LIST)).await;
        let first = csv().header("etag", "\"one\"");
        let same = Reply::status(304).header("cache-control", "max-age=86400");
        host.answers(LIST, vec![first, same]);
        assert_eq!(read(&scene).await, Duration::hours(12));
        scene.pass(12 * 3_600);
        assert_eq!(read(&scene).await, Duration::days(1));
        let seen = host.seen(LIST);
        assert_eq!(seen[0].header("if-none-match"), None);
        assert_eq!(seen[1].header("if-none-match"), Some("\"one\""));
    });
}

#[test]
fn a_server_that_cannot_answer_is_left_alone_as_long_as_it_asks() {
    on_both_among(&["lists.test"], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host("lists.test");
        let program = Program::signed_in(&app, ALPHA).await;
        subscribe(&app, &program, &host.url(LIST)).await;
        let busy = Reply::status(503);
        let later = |value: &str| busy.clone().header("retry-after", value);
        let day = in_time(&scene, Duration::days(1));
        let cases = [
            (busy.clone(), Duration::minutes(30)),
            (later("36000"), Duration::hours(10)),
            // The usual wait has grown to two hours meanwhile.
            (later("60"), Duration::hours(2)),
            (later("when it rains"), Duration::hours(4)),
            (later("9999999"), Duration::days(7)),
        ];
        for (reply, wait) in cases {
            host.answer(LIST, reply);
            assert_eq!(read(&scene).await, wait);
            scene.pass(wait.num_seconds());
        }
        host.answer(LIST, csv());
        assert_eq!(read(&scene).await, Duration::hours(12));
        scene.pass(12 * 3_600);
        host.answer(LIST, later(&day));
        assert_eq!(read(&scene).await, Duration::hours(1), "that day is over");
        scene.pass(3_600);
        let day = in_time(&scene, Duration::days(1));
        host.answer(LIST, later(&day));
        assert_eq!(read(&scene).await, Duration::days(1));
    });
}

#[test]
fn a_no_about_a_server_answers_every_list_that_proposes_it_now_and_later() {
    on_both_among(&["lists.test"], |scene, fediverse| async move {
        let app = scene.app().await;
        let host = fediverse.host("lists.test");
        let program = Program::signed_in(&app, ALPHA).await;
        let worker = worker(&scene);
        let follow = async |path: &str| {
            host.answer(path, csv());
            subscribe(&app, &program, &host.url(path)).await;
            worker.read_due().await.unwrap();
        };
        let waiting = async || {
            let queue = program.call(&app, Method::GET, "/queue?source=proposals", None);
            let items = queue.await.json()["items"].clone();
            let items = items.as_array().unwrap().clone();
            items
                .iter()
                .map(|one| one["id"].clone())
                .collect::<Vec<_>>()
        };
        follow("/one.csv").await;
        follow("/two.csv").await;
        let both = waiting().await;
        assert_eq!(both.len(), 2);
        let no = json!({"source": "proposals", "ids": [both[0]], "action": "refuse"});
        let said = program.call(&app, Method::POST, "/queue", Some(no)).await;
        assert_eq!(said.json()["items"][0]["error"], "", "{}", said.body);
        assert!(waiting().await.is_empty());
        follow("/three.csv").await;
        assert!(waiting().await.is_empty());
        // The twin: another server of the same list is proposed.
        host.answer(LIST, Reply::typed("text/csv", "evil.test\nloud.test\n"));
        subscribe(&app, &program, &host.url(LIST)).await;
        worker.read_due().await.unwrap();
        assert_eq!(waiting().await.len(), 1);
    });
}
