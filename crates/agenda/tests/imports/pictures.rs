//! Pictures that calendars and peers name, fetched once and served from here (V5).

use crate::calendars::calendar;
use crate::scene::{Browser, Scene, on_both};
use crate::server::{Server, answer};
use agenda::PictureWorker;

pub(crate) fn worker(scene: &Scene) -> PictureWorker {
    PictureWorker {
        database: scene.database.clone(),
        federation: scene.federation.clone(),
        registry: scene.registry.clone(),
        library: scene.library.clone(),
        processor: scene.processor.clone(),
        clock: scene.clock.clone(),
    }
}

pub(crate) fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(900, 600, |x, y| image::Rgb([x as u8, y as u8, 90]));
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

pub(crate) fn pictured(uid: &str, title: &str, url: &str) -> String {
    format!("UID:{uid}\nDTSTART:20261212T100000Z\nSUMMARY:{title}\nIMAGE;VALUE=URI:{url}")
}

#[test]
fn v5_a_named_picture_is_fetched_once_and_served_from_here() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        let url = server.url("/p.png");
        server.says(
            "/q.png",
            answer(200, &[("content-type", "image/png")], &png()),
        );
        server.says("/p.png", answer(302, &[("location", "/q.png")], b""));
        let events = [pictured("a", "Un", &url), pictured("b", "Deux", &url)];
        let text = calendar(&[&events[0], &events[1]]);
        scene.import(None, &text);
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let path = format!("/e/{}", scene.titled("Un").object.id);
        let page = visitor.get(&app, &path).await;
        assert!(
            !page.body.contains("<img src=\"http"),
            "never from elsewhere"
        );
        assert_eq!(worker.fetch_due().await.unwrap(), 1);
        assert_eq!(worker.fetch_due().await.unwrap(), 0);
        assert_eq!(server.asked().len(), 2, "one picture, one redirect");
        let (one, two) = (scene.titled("Un").event, scene.titled("Deux").event);
        assert!(one.picture_id.is_some() && one.picture_id == two.picture_id);
        let page = visitor.get(&app, &path).await;
        assert!(page.body.contains("src=\"/media/"), "{}", page.body);
        assert!(!page.body.contains(&url));
        // Another import does not ask again.
        let renamed = text.replace("SUMMARY:Un", "SUMMARY:Unique");
        scene.import(None, renamed);
        assert_eq!(scene.titled("Unique").event.picture_id, one.picture_id);
        assert_eq!(worker.fetch_due().await.unwrap(), 0);
    });
}

#[test]
fn a_picture_that_nothing_shows_goes_with_its_files() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        for (path, red) in [("/p.png", 10), ("/q.png", 240)] {
            let picture = image::RgbImage::from_pixel(900, 600, image::Rgb([red, 9, 90]));
            let mut bytes = std::io::Cursor::new(Vec::new());
            picture
                .write_to(&mut bytes, image::ImageFormat::Png)
                .unwrap();
            server.says(
                path,
                answer(200, &[("content-type", "image/png")], bytes.get_ref()),
            );
        }
        let events = [
            pictured("a", "Purgé", &server.url("/p.png")),
            pictured("b", "Gardé", &server.url("/q.png")),
        ];
        scene.import(None, calendar(&[&events[0], &events[1]]));
        assert_eq!(worker.fetch_due().await.unwrap(), 2);
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let mut files = Vec::new();
        for title in ["Purgé", "Gardé"] {
            let path = format!("/e/{}", scene.titled(title).object.id);
            let page = visitor.get(&app, &path).await.body;
            let start = page.find("/media/").unwrap();
            files.push(page[start..].split('"').next().unwrap().to_owned());
        }
        let purged = scene.titled("Purgé").object;
        let (registry, now) = (scene.registry.clone(), scene.clock.ts());
        scene
            .database
            .write_now(|c| publication::delete(c, &registry, &purged, None, now))
            .unwrap();
        // What was just fetched may still be hung; an hour later it may not.
        worker.sweep().await.unwrap();
        let on_disk = |file: &str| scene.library.open(&file["/media/".len()..]).is_ok();
        assert!(on_disk(&files[0]) && on_disk(&files[1]));
        scene.pass(2 * 3_600);
        worker.sweep().await.unwrap();
        assert!(!on_disk(&files[0]) && on_disk(&files[1]));
        assert_eq!(visitor.get(&app, &files[0]).await.status, 404);
        assert_eq!(visitor.get(&app, &files[1]).await.status, 200);
    });
}

#[test]
fn what_is_no_picture_is_given_up_after_three_tries() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        let image = ("content-type", "image/png");
        let bad = [
            (
                "/html.png",
                answer(200, &[("content-type", "text/html")], &png()),
            ),
            (
                "/svg.svg",
                answer(200, &[("content-type", "image/svg+xml")], b"<svg/>"),
            ),
            (
                "/fake.png",
                answer(200, &[image], b"<html>not a picture</html>"),
            ),
            ("/loop.png", answer(302, &[("location", "/loop.png")], b"")),
            (
                "/in.png",
                answer(302, &[("location", "http://127.0.0.1:1/x")], b""),
            ),
            ("/gone.png", answer(404, &[image], &png())),
        ];
        let mut events = Vec::new();
        for (path, bytes) in bad {
            server.says(path, bytes);
            events.push(pictured(path, path, &server.url(path)));
        }
        let refs: Vec<&str> = events.iter().map(String::as_str).collect();
        scene.import(None, calendar(&refs));
        for _ in 0..3 {
            assert_eq!(worker.fetch_due().await.unwrap(), 6);
            assert_eq!(worker.fetch_due().await.unwrap(), 0, "put off");
            scene.pass(3_600);
        }
        scene.pass(30 * 86_400);
        assert_eq!(worker.fetch_due().await.unwrap(), 0, "given up");
        assert!(
            scene
                .events()
                .iter()
                .all(|one| one.event.picture_id.is_none())
        );
        // Their accepted twin.
        server.says("/good.png", answer(200, &[image], &png()));
        let good = pictured("good", "Bonne", &server.url("/good.png"));
        scene.import(None, calendar(&[&good]));
        assert_eq!(worker.fetch_due().await.unwrap(), 1);
        assert!(scene.titled("Bonne").event.picture_id.is_some());
    });
}

#[test]
fn ori_06_only_a_picture_is_taken_for_a_picture_and_nobody_learns_who_asks() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        let actor = br#"{"@context":"https://www.w3.org/ns/activitystreams","id":"http://alpha.test/actor","type":"Person"}"#;
        let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>"#;
        let page = b"<!doctype html><script>1</script>";
        let bodies: [(&str, &[u8]); 8] = [
            ("application/activity+json", actor),
            ("application/ld+json", actor),
            ("image/svg+xml", svg),
            ("text/html", page),
            // The same under a better name: the content decides.
            ("image/png", actor),
            ("image/jpeg", svg),
            ("image/webp", page),
            ("application/activity+json", &png()),
        ];
        let mut events = Vec::new();
        for (n, (kind, body)) in bodies.iter().enumerate() {
            let (path, real) = (format!("/{n}.png"), format!("/real-{n}.png"));
            server.says(&path, answer(302, &[("location", &real)], b""));
            server.says(&real, answer(200, &[("content-type", kind)], body));
            events.push(pictured(
                &n.to_string(),
                &format!("Faux {n}"),
                &server.url(&path),
            ));
        }
        server.says(
            "/ok.png",
            answer(200, &[("content-type", "image/png")], &png()),
        );
        events.push(pictured("ok", "Vrai", &server.url("/ok.png")));
        let refs: Vec<&str> = events.iter().map(String::as_str).collect();
        scene.import(None, calendar(&refs));
        assert_eq!(worker.fetch_due().await.unwrap(), 9);
        for event in scene.events() {
            let kept = event.event.picture_id.is_some();
            assert_eq!(kept, event.object.title == "Vrai", "{}", event.object.title);
        }
        let asked = server.asked();
        assert_eq!(asked.len(), 2 * bodies.len() + 1);
        for head in asked {
            for name in [
                "signature",
                "authorization",
                "cookie",
                "referer",
                "origin",
                "x-forwarded",
            ] {
                assert!(!head.contains(&format!("\n{name}")), "{name}: {head}");
            }
        }
    });
}

#[test]
fn a_picture_that_comes_late_is_told_to_followers_of_our_event_alone() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        let url = server.url("/p.png");
        server.says(
            "/p.png",
            answer(200, &[("content-type", "image/png")], &png()),
        );
        scene.import(None, calendar(&[&pictured("a", "Bal", &url)]));
        let guild = scene.followed("alpha.test", "guilde.example");
        let attachment =
            serde_json::json!([{"type": "Document", "mediaType": "image/png", "url": url}]);
        let theirs = scene.arrives(
            &guild,
            "Veillée",
            serde_json::json!({"attachment": attachment}),
        );
        let ours = scene.titled("Bal").object;
        let before = scene.told(&ours.uri);
        let create = &before.iter().find(|(kind, _)| kind == "Create").unwrap().1;
        assert!(
            create["object"]["attachment"]
                .to_string()
                .find("/media/")
                .is_none()
        );
        scene.pass(60);
        assert_eq!(worker.fetch_due().await.unwrap(), 1);
        let told = scene.told(&ours.uri);
        let updates: Vec<_> = told
            .iter()
            .filter(|(kind, body)| kind == "Update" && body["actor"] == create["actor"])
            .collect();
        assert_eq!(updates.len(), 1, "{told:?}");
        let event = &updates[0].1["object"];
        let picture = &event["attachment"][0];
        assert!(
            picture["url"]
                .as_str()
                .unwrap()
                .starts_with("http://alpha.test/media/")
        );
        let at = |event: &serde_json::Value| event["updated"].as_str().unwrap().to_owned();
        assert!(at(event) > at(&create["object"]));
        // Another server's event has its picture here too, and nobody is told.
        let shown = scene
            .database
            .read_now(|c| agenda::listing::one(c, theirs.id))
            .unwrap()
            .unwrap();
        assert!(shown.event.picture_id.is_some());
        assert_eq!(
            (shown.object.revision, scene.told(&theirs.uri)),
            (0, Vec::new())
        );
        // Once.
        assert_eq!(worker.fetch_due().await.unwrap(), 0);
        assert_eq!(scene.told(&ours.uri).len(), told.len());
    });
}

#[test]
fn another_server_s_focal_point_places_the_crop_here() {
    on_both(async |scene| {
        let (server, worker) = (Server::start().await, worker(&scene));
        let url = server.url("/p.png");
        server.says(
            "/p.png",
            answer(200, &[("content-type", "image/png")], &png()),
        );
        let guild = scene.followed("alpha.test", "guilde.example");
        let with = |focal: serde_json::Value| {
            serde_json::json!({"id": "https://guilde.example/events/x", "attachment": [
                {"type": "Document", "mediaType": "image/png", "url": url, "focalPoint": focal}]})
        };
        scene.arrives(&guild, "Veillée", with(serde_json::json!([-1.0, 1.0])));
        assert_eq!(worker.fetch_due().await.unwrap(), 1);
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let home = visitor.get(&app, "/").await;
        assert!(
            home.body.contains("class=\"thumb fx0 fy0\""),
            "{}",
            home.body
        );
        // Moved by its author, and nonsense is the middle.
        scene.arrives(&guild, "Veillée", with(serde_json::json!([1.0, -1.0])));
        let home = visitor.get(&app, "/").await;
        assert!(home.body.contains("class=\"thumb fx4 fy4\""));
        scene.arrives(&guild, "Veillée", with(serde_json::json!(["x", 7])));
        let home = visitor.get(&app, "/").await;
        assert!(home.body.contains("class=\"thumb \""));
        assert_eq!(server.asked().len(), 1, "one picture, fetched once");
    });
}
