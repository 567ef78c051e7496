//! SSRF-03 in this room's own loops: wherever a picture or a calendar is sent on to, each step is
//! checked as the first one is, and there are three at most.

use crate::calendars::{HOST, calendar};
use crate::pictures::{pictured, png};
use crate::scene::{Scene, on_both};
use crate::server::{Server, answer};
use crate::{pictures, subscriptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

const EVENT: &str = "UID:a@x\nDTSTART:20261212T100000Z\nSUMMARY:Atelier";

/// A listener that nobody may reach, and how often somebody did.
async fn trap() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, reached) = (listener.local_addr().unwrap().port(), Arc::default());
    let count: Arc<AtomicUsize> = Arc::clone(&reached);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, reached)
}

/// Places that no path may lead to; the port is the trap's.
fn places(port: u16) -> Vec<String> {
    let mut places: Vec<String> = [
        "127.0.0.1",
        "127.9.9.9",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:7f00:1]",
        "inside.test",
        "mapped.test",
        "mixed.test",
        "nowhere.test",
        "good@inside.test",
        "user:word@calendar.localhost",
        "evil.localhost",
        "sub.EVIL.localhost",
    ]
    .iter()
    .map(|host| format!("http://{host}:{port}/x"))
    .collect();
    // Ours, and what is no web address at all.
    places.extend(
        [
            "http://alpha.test/agenda.ics",
            "http://beta.test/media/x.png",
        ]
        .map(str::to_owned),
    );
    places.extend(
        [
            "file:///etc/hosts",
            "data:text/calendar,x",
            "gopher://inside.test/",
        ]
        .map(str::to_owned),
    );
    places
}

/// A server whose `/0` leads over `steps` redirects to `to`.
fn leads(server: &Server, name: &str, steps: usize, to: &str) -> String {
    for step in 0..steps {
        let next = match step + 1 == steps {
            true => to.to_owned(),
            // Relative and absolute, by every status that sends on.
            false if step % 2 == 0 => format!("/{name}/{}", step + 1),
            false => server.url(&format!("/{name}/{}", step + 1)),
        };
        let status = [301, 302, 307, 308][step % 4];
        let sent = answer(status, &[("location", &next)], b"");
        server.says(&format!("/{name}/{step}"), sent);
    }
    server.url(&format!("/{name}/0"))
}

fn error(scene: &Scene, id: store::Id) -> Option<String> {
    let actor = scene.actor(HOST, "raffinerie").id;
    let all = scene
        .database
        .read_now(|c| agenda::import::sources_of(c, actor))
        .unwrap();
    let source = all.into_iter().find(|source| source.id == id).unwrap();
    assert!(source.checked_at.is_some(), "it was tried");
    source.last_error
}

#[test]
fn ssrf_03_a_calendar_is_read_where_it_may_be_and_after_three_steps_at_most() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, subscriptions::worker(&scene));
        let (port, reached) = trap().await;
        scene
            .federation
            .block_host("evil.localhost", "")
            .await
            .unwrap();
        let mut n = 0;
        for place in places(port) {
            for steps in [0, 1, 3] {
                n += 1;
                let start = match steps {
                    0 => format!("{place}?{n}"),
                    _ => leads(&server, &format!("c{n}"), steps, &place),
                };
                let Ok(url) = url::Url::parse(&start) else {
                    continue;
                };
                let source = scene.source(Some(url.as_str())).id;
                assert_eq!(worker.check_due().await.unwrap(), 1, "{start}");
                let what = format!("{place} after {steps}");
                assert!(error(&scene, source).is_some(), "{what}");
                assert_eq!(server.asked().len(), steps, "{what}");
                assert_eq!(reached.load(Ordering::SeqCst), 0, "{what}");
            }
        }
        assert!(scene.events().is_empty());
        let good = answer(
            200,
            &[("content-type", "text/calendar")],
            calendar(&[EVENT]).as_bytes(),
        );
        server.says("/good.ics", good);
        for (steps, read) in [(4, false), (3, true)] {
            let start = leads(&server, &format!("long{steps}"), steps, "/good.ics");
            let source = scene.source(Some(&start)).id;
            worker.check_due().await.unwrap();
            assert_eq!(error(&scene, source).is_none(), read, "{steps} steps");
            assert_eq!(server.asked().len(), 4, "{steps} steps");
            assert_eq!(scene.events().len(), usize::from(read), "{steps} steps");
        }
    });
}

#[test]
fn ssrf_03_a_picture_is_fetched_where_it_may_be_and_after_three_steps_at_most() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, pictures::worker(&scene));
        let (port, reached) = trap().await;
        scene
            .federation
            .block_host("evil.localhost", "")
            .await
            .unwrap();
        let peer = scene.followed(HOST, "guilde.example");
        let named = |url: &str| {
            let picture =
                serde_json::json!([{"type": "Document", "mediaType": "image/png", "url": url}]);
            serde_json::json!({ "attachment": picture })
        };
        let mut n = 0;
        for place in places(port) {
            for steps in [0, 1, 3] {
                n += 1;
                let start = match steps {
                    0 => place.clone(),
                    _ => leads(&server, &format!("p{n}"), steps, &place),
                };
                scene.arrives(&peer, &format!("Faux {n}"), named(&start));
                worker.fetch_due().await.unwrap();
                let what = format!("{place} after {steps}");
                assert_eq!(server.asked().len(), steps, "{what}");
                assert_eq!(reached.load(Ordering::SeqCst), 0, "{what}");
            }
        }
        let good = answer(200, &[("content-type", "image/png")], &png());
        server.says("/good.png", good);
        for (steps, kept) in [(4, false), (3, true)] {
            let start = leads(&server, &format!("long{steps}"), steps, "/good.png");
            let title = format!("Après {steps}");
            scene.import(None, calendar(&[&pictured(&title, &title, &start)]));
            assert_eq!(worker.fetch_due().await.unwrap(), 1, "{steps} steps");
            assert_eq!(server.asked().len(), 4, "{steps} steps");
            let event = scene.titled(&title).event;
            assert_eq!(event.picture_id.is_some(), kept, "{steps} steps");
        }
    });
}
