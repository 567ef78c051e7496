//! The archive of one's data.

use super::*;
use crate::moderating::{event, member, report};
use crate::scene::on_both;
use actix_web::test::{call_service, read_body};
use leaving::export::{Held, TABLES};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// The files of an archive.
fn files(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().unwrap().into_owned(), bytes);
    }
    files
}

/// The link on the page.
fn link(body: &str) -> Option<String> {
    let start = body.find("/account/export/")?;
    Some(body[start..].split('"').next().unwrap().to_owned())
}

fn png() -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(600, 200, image::Rgb([20, 120, 90]));
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn the_archive_holds_what_is_ones_own_and_is_for_its_session_and_a_day() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let bal = event(&scene, &app, "Bal folk").await;
        let mut zoe = zebulon(&scene, &app).await;
        let new = [("username", "chez_zoe"), ("name", "Chez Zoé")];
        zoe.post(&app, "/agendas/new", &new).await;
        let picture = png();
        let sent = zoe
            .post_file(
                &app,
                "/agendas/chez_zoe/pictures",
                &[
                    ("part", "banner"),
                    ("banner_alt", "Le jardin"),
                    ("do", "save"),
                ],
                ("banner_file", "x.png", picture.as_slice()),
            )
            .await;
        assert_eq!(sent.status, 303);
        let fete = publish(&zoe, &app, "chez_zoe", "Fête au jardin").await;
        report(&mut zoe, &app, &bal, "spam", "Toujours la même chose").await;
        let mut lea = member(&scene, &app, "lea").await;
        report(&mut lea, &app, &fete, "spam", "Zoé me dérange").await;
        zoe.post(
            &app,
            "/account/blocks",
            &[("kind", "word"), ("target", "corrida"), ("days", "0")],
        )
        .await;

        let page = zoe.get(&app, "/account/export").await;
        assert!(page.status == 200 && link(&page.body).is_none());
        let wrong = zoe
            .post(&app, "/account/export", &[("current", "pas celui-là")])
            .await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("Ce n’est pas votre mot de passe"));
        assert_eq!(scene.leaving.make_due().await.unwrap(), 0);
        let asked = zoe
            .post(&app, "/account/export", &[("current", PASSWORD)])
            .await;
        assert_eq!(asked.status, 303);
        let page = zoe.get(&app, "/account/export").await.body;
        assert!(
            page.contains("en préparation") && link(&page).is_none(),
            "{page}"
        );
        assert_eq!(scene.leaving.make_due().await.unwrap(), 1);
        let page = zoe.get(&app, "/account/export").await.body;
        let link = link(&page).unwrap_or_else(|| panic!("{page}"));

        let response = call_service(&app, zoe.request(Method::GET, &link).to_request()).await;
        assert_eq!(response.status(), 200);
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(header("content-type"), "application/zip");
        assert_eq!(header("cache-control"), "private, no-store");
        assert!(header("content-disposition").starts_with("attachment; filename=\"kiosque-"));
        let bytes = read_body(response).await;
        let files = files(&bytes);
        for (table, column, held) in TABLES {
            if let Held::In(name) = held {
                assert!(files.contains_key(*name), "{table}.{column}: {name}");
            }
        }
        let json = |name: &str| -> Value { serde_json::from_slice(&files[name]).unwrap() };
        assert_eq!(json("account.json")["email"], json!(EMAIL));
        assert_eq!(
            json("reports.json")[0]["text"],
            json!("Toujours la même chose")
        );
        assert_eq!(json("blocks.json")[0]["value"], json!("corrida"));
        assert_eq!(
            json("publications.json")[0]["title"],
            json!("Fête au jardin")
        );
        let agenda = "agendas/chez_zoe@alpha.test";
        assert_eq!(
            json(&format!("{agenda}/actor.json"))["preferredUsername"],
            json!("chez_zoe")
        );
        let events = json(&format!("{agenda}/events.json"));
        assert_eq!(events["orderedItems"][0]["id"], json!(fete.uri));
        let ics = String::from_utf8(files[&format!("{agenda}/events.ics")].clone()).unwrap();
        assert!(ics.contains("SUMMARY:Fête au jardin"), "{ics}");
        let pictures = json("pictures.json");
        let picture = format!("pictures/{}", pictures[0]["file"].as_str().unwrap());
        assert!(!files[&picture].is_empty());

        // Neither secrets nor what belongs to others.
        let secrets: Vec<String> = scene
            .database
            .read_now(|c| {
                use store::schema::{account_tokens, sessions};
                let mut all: Vec<String> = people::table.select(people::password_hash).load(c)?;
                all.extend(
                    sessions::table
                        .select(sessions::token_hash)
                        .load::<String>(c)?,
                );
                all.extend(sessions::table.select(sessions::csrf).load::<String>(c)?);
                let links = account_tokens::table.select(account_tokens::token_hash);
                all.extend(links.load::<String>(c)?);
                Ok::<_, StoreError>(all)
            })
            .unwrap();
        assert!(secrets.len() > 5);
        let text: String = files
            .iter()
            .filter(|(name, _)| !name.starts_with("pictures/"))
            .map(|(_, bytes)| String::from_utf8_lossy(bytes))
            .collect();
        for secret in secrets.iter().chain([&PASSWORD.to_owned()]) {
            assert!(!text.contains(secret.as_str()), "{secret}");
        }
        for other in [
            "lea@alpha.test",
            "dérange",
            "admin@alpha.test",
            "PRIVATE KEY",
        ] {
            assert!(!text.contains(other), "{other}");
        }

        // Of the same person another session, somebody else, nobody.
        let mut second = Browser::new(ALPHA);
        second.sign_in(&app, EMAIL, PASSWORD).await;
        assert_eq!(second.get(&app, &link).await.status, 404);
        assert_eq!(lea.get(&app, &link).await.status, 404);
        assert_eq!(Browser::new(ALPHA).get(&app, &link).await.status, 303);
        scene.pass(86_399);
        scene.leaving.expire().await.unwrap();
        let response = call_service(&app, zoe.request(Method::GET, &link).to_request()).await;
        assert_eq!(response.status(), 200);
        drop(response);
        scene.pass(2);
        assert_eq!(zoe.get(&app, &link).await.status, 404);
        assert_eq!(scene.leaving.expire().await.unwrap(), 1);
    });
}

#[test]
fn an_archive_ends_with_its_session() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut zoe = zebulon(&scene, &app).await;
        zoe.post(&app, "/account/export", &[("current", PASSWORD)])
            .await;
        scene.leaving.make_due().await.unwrap();
        // Asked anew, the older one is gone.
        let first = link(&zoe.get(&app, "/account/export").await.body).unwrap();
        zoe.post(&app, "/account/export", &[("current", PASSWORD)])
            .await;
        assert_eq!(zoe.get(&app, &first).await.status, 404);
        scene.leaving.make_due().await.unwrap();
        assert_eq!(scene.leaving.expire().await.unwrap(), 0);
        zoe.post(&app, "/logout", &[]).await;
        assert_eq!(scene.leaving.expire().await.unwrap(), 1);
    });
}
