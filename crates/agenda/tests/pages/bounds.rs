//! DOS-11: what is asked for without measure is answered in measure.

use crate::scene::{Browser, Scene, on_both};
use serde_json::json;

/// More than any page shows.
const EVENTS: usize = 230;

fn many(scene: &Scene) {
    let author = scene.followed("alpha.test", "peer.test");
    for number in 0..EVENTS {
        let start = format!("2026-12-{:02}T19:00:00Z", 1 + number % 28);
        let name = format!("Soir {number}");
        scene.arrives(&author, &name, json!({"startTime": start}));
    }
}

#[test]
fn dos_11_pages_have_a_size_whatever_is_asked() {
    on_both(async |scene| {
        let app = scene.app().await;
        many(&scene);
        let visitor = Browser::visitor("alpha.test");
        for (limit, most) in [
            ("1000000", 200),
            ("9223372036854775807", 200),
            ("0", 1),
            ("-5", 1),
            ("7", 7),
        ] {
            let path = format!("/api/v1/events?limit={limit}");
            let page = visitor.get(&app, &path).await;
            assert_eq!(page.status, 200, "{path}");
            let page = page.json();
            assert_eq!(page["items"].as_array().unwrap().len(), most, "{path}");
            assert!(page["next"].is_string(), "{path} says that there is more");
        }
        let centuries = "from=1900-01-01&to=9000-12-31";
        for (path, what, count) in [
            (format!("/?{centuries}"), "class=\"card", 40),
            (format!("/?{centuries}&limit=1000000"), "class=\"card", 40),
            (format!("/embed/agenda?{centuries}"), "class=\"card", 15),
            (format!("/agenda.atom?{centuries}"), "<entry>", 50),
            (format!("/agenda.ics?{centuries}"), "BEGIN:VEVENT", EVENTS),
        ] {
            let page = visitor.get(&app, &path).await;
            assert_eq!(page.status, 200, "{path}");
            assert_eq!(page.body.matches(what).count(), count, "{path}");
        }
    });
}

#[test]
fn dos_11_numbers_and_dates_out_of_all_bounds_are_answered() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        camille.publish(&app, "raffinerie", &[]).await;
        let visitor = Browser::visitor("alpha.test");
        for (path, status) in [
            ("/api/v1/events?limit=99999999999999999999999", 400),
            ("/api/v1/events?limit=1e9", 400),
            ("/api/v1/events?cursor=99999999999999999999", 200),
            ("/api/v1/events?cursor=x", 200),
            ("/api/v1/events?from=0000-01-01&to=9999-12-31", 200),
            ("/api/v1/events?from=-292277-01-01T00:00:00Z", 200),
            ("/api/v1/events?near=45,4&within=1e300", 200),
            ("/?after=99999999999999999999", 200),
            ("/?from=9999-12-31&to=0001-01-01", 200),
            ("/month/1970-01", 200),
            ("/month/2200-12", 200),
            ("/month/2201-01", 404),
            ("/month/99999999999-01", 404),
            ("/day/9999-12-31", 404),
            ("/@raffinerie?past=1&after=-1", 200),
        ] {
            let answer = visitor.get(&app, path).await;
            assert_eq!(answer.status, status, "{path}");
        }
    });
}
