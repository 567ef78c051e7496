//! Calendars read from a real server on their schedule.

use crate::calendars::{HOST, calendar};
use crate::scene::{Scene, on_both};
use crate::server::{Server, answer};
use agenda::CalendarWorker;
use agenda::import::Source;

const A: &str = "UID:a@x\nDTSTART:20261212T100000Z\nSUMMARY:Atelier";
const B: &str = "UID:b@x\nDTSTART:20261213T100000Z\nSUMMARY:Balade";
const ICS: (&str, &str) = ("content-type", "text/calendar");

pub(crate) fn worker(scene: &Scene) -> CalendarWorker {
    CalendarWorker {
        database: scene.database.clone(),
        sites: scene.sites.clone(),
        registry: scene.registry.clone(),
        federation: scene.federation.clone(),
        bell: agenda::CalendarBell::default(),
        clock: scene.clock.clone(),
    }
}

fn state(scene: &Scene, id: store::Id) -> Source {
    let actor = scene.actor(HOST, "raffinerie").id;
    let all = scene
        .database
        .read_now(|c| agenda::import::sources_of(c, actor))
        .unwrap();
    all.into_iter().find(|source| source.id == id).unwrap()
}

/// Hours until it is read again.
fn wait(scene: &Scene, id: store::Id) -> i64 {
    (state(scene, id).next_check_at.unwrap().0 - scene.clock.now()).num_hours()
}

#[test]
fn a2_a_calendar_is_followed_and_asked_only_for_changes() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        let tagged = |tag: &str, events: &[&str]| {
            let headers = [
                ICS,
                ("etag", tag),
                ("last-modified", "Mon, 23 Nov 2026 10:00:00 GMT"),
            ];
            answer(200, &headers, calendar(events).as_bytes())
        };
        server.says("/a.ics", tagged("\"1\"", &[A, B]));
        let source = scene.source(Some(&server.url("/a.ics"))).id;
        assert_eq!(worker.check_due().await.unwrap(), 1);
        assert_eq!(scene.events().len(), 2);
        let asked = server.asked();
        assert!(asked[0].contains("accept: text/calendar") && !asked[0].contains("if-none-match"));
        assert_eq!(wait(&scene, source), 6);
        assert_eq!(worker.check_due().await.unwrap(), 0, "not due");

        server.says("/a.ics", answer(304, &[("etag", "\"1\"")], b""));
        scene.pass(6 * 3_600);
        assert_eq!(worker.check_due().await.unwrap(), 1);
        let asked = server.asked();
        assert!(asked[0].contains("if-none-match: \"1\""), "{asked:?}");
        assert!(asked[0].contains("if-modified-since: mon, 23 nov 2026 10:00:00 gmt"));
        assert_eq!(state(&scene, source).last_error, None);

        let said = scene.said().len();
        let renamed = A.replace("Atelier", "Grand atelier");
        server.says("/a.ics", tagged("\"2\"", &[&renamed]));
        scene.pass(6 * 3_600);
        worker.check_due().await.unwrap();
        let since = scene.said_since(said);
        assert_eq!(since.len(), 2, "{since:?}");
        assert_eq!(scene.titled("Grand atelier").event.status, "confirmed");
        assert_eq!(scene.titled("Balade").event.status, "cancelled");

        // After a week of "not changed" it is read whole, so that series move on.
        scene.pass(7 * 86_400);
        worker.check_due().await.unwrap();
        let asked = server.asked();
        assert!(
            !asked.last().unwrap().contains("if-none-match"),
            "{asked:?}"
        );
    });
}

#[test]
fn a_calendar_says_how_often_it_is_read_within_bounds() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        for (path, asks, hours) in [
            ("/minute.ics", "PT1M", 1),
            ("/day.ics", "P1D", 24),
            ("/year.ics", "P52W", 7 * 24),
        ] {
            let line = format!("VERSION:2.0\r\nREFRESH-INTERVAL;VALUE=DURATION:{asks}");
            let text = calendar(&[A]).replace("VERSION:2.0", &line);
            server.says(path, answer(200, &[ICS], text.as_bytes()));
            let source = scene.source(Some(&server.url(path))).id;
            worker.check_due().await.unwrap();
            assert_eq!(wait(&scene, source), hours, "{asks}");
        }
    });
}

#[test]
fn a_failure_is_said_in_words_waits_and_harms_nothing() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        server.says(
            "/a.ics",
            answer(200, &[ICS, ("etag", "\"1\"")], calendar(&[A]).as_bytes()),
        );
        let source = scene.source(Some(&server.url("/a.ics"))).id;
        worker.check_due().await.unwrap();
        scene.pass(6 * 3_600);
        let too_large = vec![b' '; 6 * 1024 * 1024];
        let html = b"<!doctype html><title>Connexion</title>";
        let failures = [
            (answer(500, &[], b""), "500", 1),
            (answer(200, &[], html), "iCalendar", 2),
            (answer(200, &[ICS], &too_large), "trop gros", 4),
            (answer(302, &[("location", "/a.ics")], b""), "ailleurs", 8),
            (
                answer(302, &[("location", "http://127.0.0.1:1/x.ics")], b""),
                "publique",
                16,
            ),
            (
                answer(302, &[("location", "http://alpha.test/agenda.ics")], b""),
                "publique",
                24,
            ),
            (answer(404, &[], b""), "404", 24),
        ];
        for (bytes, words, hours) in failures {
            server.says("/a.ics", bytes);
            assert_eq!(worker.check_due().await.unwrap(), 1, "{words}");
            let error = state(&scene, source).last_error.unwrap();
            assert!(error.contains(words), "{words}: {error}");
            assert_eq!(wait(&scene, source), hours, "{words}");
            assert_eq!(scene.titled("Atelier").event.status, "confirmed");
            scene.pass(hours * 3_600);
        }
        server.says("/b.ics", answer(200, &[ICS], calendar(&[A, B]).as_bytes()));
        server.says("/a.ics", answer(302, &[("location", "/b.ics")], b""));
        worker.check_due().await.unwrap();
        assert_eq!(state(&scene, source).last_error, None);
        assert_eq!(wait(&scene, source), 6);
        assert_eq!(scene.events().len(), 2);
    });
}

#[test]
fn a_person_may_ask_for_it_now() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        server.says("/a.ics", answer(200, &[ICS], calendar(&[A]).as_bytes()));
        let source = scene.source(Some(&server.url("/a.ics"))).id;
        worker.check_due().await.unwrap();
        let (actor, stranger) = (
            scene.actor(HOST, "raffinerie").id,
            scene.actor("beta.test", "fablab").id,
        );
        scene.pass(60);
        let now = scene.ts();
        let due = |actor| {
            scene
                .database
                .write_now(|c| agenda::import::check_now(c, actor, source, now))
                .unwrap();
        };
        due(stranger);
        assert_eq!(worker.check_due().await.unwrap(), 0);
        due(actor);
        assert_eq!(worker.check_due().await.unwrap(), 1);
    });
}
