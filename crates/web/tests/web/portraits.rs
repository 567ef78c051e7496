//! Logos and banners of sites and agendas: put up, described, taken down, told to followers.

use crate::scene::{Browser, PASSWORD, Scene, admin, on_both};
use actix_web::http::Method;
use diesel::prelude::*;
use serde_json::Value;
use store::StoreError;
use store::schema::activities;

const ALPHA: &str = "https://alpha.test";

/// Updates of an actor, oldest first.
fn updates(scene: &Scene, actor: &str) -> Vec<Value> {
    let bodies: Vec<String> = scene
        .database
        .read_now(|conn| {
            activities::table
                .filter(activities::kind.eq("Update"))
                .filter(activities::object_uri.eq(actor))
                .order(activities::id)
                .select(activities::body)
                .load(conn)
                .map_err(StoreError::from)
        })
        .unwrap();
    let read = |body: &String| serde_json::from_str::<Value>(body).unwrap()["object"].clone();
    bodies.iter().map(read).collect()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(width, height, image::Rgb([20, 120, 90]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn r_act_06_an_agenda_s_pictures_are_put_up_told_and_taken_down() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut camille = admin(&app, ALPHA).await;
        let new = [("username", "bal"), ("name", "Le bal")];
        camille.post(&app, "/agendas/new", &new).await;
        let (path, actor) = ("/agendas/bal/pictures", "https://alpha.test/@bal");
        assert_eq!(camille.get(&app, path).await.status, 200);
        let picture = png(1200, 400);
        let banner = [
            ("part", "banner"),
            ("banner_alt", "La façade"),
            ("do", "save"),
        ];
        // Nothing chosen, no picture at all.
        for (name, bytes) in [("", &b""[..]), ("x.png", &b"<html>no picture</html>"[..])] {
            let file = ("banner_file", name, bytes);
            let sent = camille.post_file(&app, path, &banner, file).await;
            assert_eq!(sent.status, 422, "{name}");
            assert!(sent.body.contains("href=\"#f-banner_file\""));
        }
        assert!(updates(&scene, actor).is_empty());
        let file = ("banner_file", "x.png", picture.as_slice());
        let sent = camille.post_file(&app, path, &banner, file).await;
        assert_eq!(sent.status, 303);
        let told = updates(&scene, actor);
        assert_eq!(told.len(), 1);
        let image = &told[0]["image"];
        assert!(image.is_object() && told[0]["icon"].is_null());
        assert_eq!(
            (&image["type"], &image["summary"]),
            (&"Image".into(), &"La façade".into())
        );
        let url = image["url"].as_str().unwrap().to_owned();
        assert!(url.starts_with("https://alpha.test/media/"), "{url}");
        assert!(image["mediaType"].as_str().unwrap().starts_with("image/"));
        let icon = [("part", "icon"), ("do", "save")];
        let square = png(300, 300);
        let sent = camille
            .post_file(&app, path, &icon, ("icon_file", "i.png", &square))
            .await;
        assert_eq!(sent.status, 303);
        // What a server that fetches the actor reads, and the page of its owner.
        let asked = camille
            .request(Method::GET, "/@bal")
            .insert_header(("accept", "application/activity+json"));
        let document = crate::scene::send(&app, asked).await.json();
        assert_eq!(document["image"]["url"], url.as_str());
        assert!(document["icon"]["url"].is_string() && document["icon"]["summary"].is_null());
        assert!(
            camille
                .get(&app, path)
                .await
                .body
                .contains("alt=\"La façade\"")
        );
        // Only the text; then away.
        let other = [
            ("part", "banner"),
            ("banner_alt", "La cour"),
            ("do", "save"),
        ];
        let sent = camille.post_file(&app, path, &other, ("banner_file", "", b""));
        assert_eq!(sent.await.status, 303);
        let told = updates(&scene, actor);
        assert_eq!(told[2]["image"]["summary"], "La cour");
        assert_eq!(told[2]["image"]["url"], url.as_str());
        let remove = [("part", "banner"), ("do", "remove")];
        let sent = camille.post_file(&app, path, &remove, ("banner_file", "", b""));
        assert_eq!(sent.await.status, 303);
        let told = updates(&scene, actor);
        assert!(told[3]["image"].is_null() && told[3]["icon"].is_object());
        // Nobody else's affair.
        let mut stranger = Browser::new(ALPHA);
        assert_eq!(stranger.get(&app, path).await.status, 303);
        camille.csrf = "forged".into();
        let sent = camille.post_file(&app, path, &banner, file).await;
        assert_eq!(sent.status, 403);
        assert_eq!(updates(&scene, actor).len(), 4);
    });
}

#[test]
fn a_site_s_pictures_are_its_administrator_s_and_stand_on_its_about_page() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut camille = admin(&app, ALPHA).await;
        let path = "/admin/site/pictures";
        assert!(camille.get(&app, "/admin/site").await.body.contains(path));
        let mut visitor = Browser::new(ALPHA);
        assert!(!visitor.get(&app, "/about").await.body.contains("/media/"));
        let banner = png(1200, 400);
        let form = [
            ("part", "banner"),
            ("banner_alt", "Le kiosque"),
            ("do", "save"),
        ];
        let file = ("banner_file", "x.png", banner.as_slice());
        scene.open("alpha.test");
        let sent = visitor.post_file(&app, path, &form, file).await;
        assert_ne!(sent.status, 200);
        assert!(updates(&scene, "https://alpha.test/actor").is_empty());
        assert_eq!(camille.post_file(&app, path, &form, file).await.status, 303);
        let told = updates(&scene, "https://alpha.test/actor");
        assert_eq!(told.len(), 1);
        assert_eq!(
            (&told[0]["type"], &told[0]["image"]["summary"]),
            (&"Application".into(), &"Le kiosque".into())
        );
        let about = visitor.get(&app, "/about").await.body;
        assert!(about.contains("alt=\"Le kiosque\"") && about.contains("/media/"));
        // Saving the settings keeps it.
        let mut beta = Browser::new("http://beta.test");
        assert!(!beta.get(&app, "/about").await.body.contains("/media/"));
        let mut other = admin(&app, "http://beta.test").await;
        assert_eq!(other.get(&app, path).await.status, 200);
        let _ = PASSWORD;
    });
}
