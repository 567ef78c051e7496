//! Calendars into an agenda by its pages.

use crate::scene::{Browser, on_both};

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//FR\r\nBEGIN:VEVENT\r\nUID:a@x\r\n\
    DTSTAMP:20261101T000000Z\r\nDTSTART;TZID=Europe/Paris:20261212T203000\r\nSUMMARY:Bal folk\r\n\
    LOCATION:Salle des fêtes\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:b@x\r\nDTSTAMP:20261101T000000Z\r\n\
    DTSTART:nonsense\r\nSUMMARY:Sans <date>\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn fields(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect()
}

#[test]
fn a_file_becomes_events_once_and_what_was_refused_is_said() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let path = "/@raffinerie/import";
        assert_eq!(camille.get(&app, path).await.status, 200);
        let form = fields(&[("do", "upload")]);
        let file = Some(("file", "agenda.ics", "text/calendar", CALENDAR.as_bytes()));
        let sent = camille.send_form(&app, path, &form, file).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let page = camille.get(&app, path).await;
        for words in ["agenda.ics", "1 événement ajouté", "1 événement refusé"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        assert!(!page.body.contains("Sans <date>"));
        let listed = visitor.get(&app, "/api/v1/events").await.json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert_eq!(listed["items"][0]["title"], "Bal folk");
        assert_eq!(listed["items"][0]["start"], "2026-12-12T20:30:00+01:00");
        let before = scene.count();
        let again = camille.send_form(&app, path, &form, file).await;
        assert_eq!(again.status, 303);
        assert_eq!(scene.count(), before);
        // Nothing chosen, or no calendar at all.
        let none = camille.send_form(&app, path, &form, None).await;
        assert_eq!(none.status, 422);
        assert_eq!(scene.count(), before);
    });
}

#[test]
fn ssrf_08_an_address_is_subscribed_to_by_organisers_alone_and_never_inwards() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let path = "/@raffinerie/import";
        for address in [
            "",
            "x",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://user:secret@calendar.example/a.ics",
            "http://127.0.0.1/a.ics",
            "http://[::1]/a.ics",
            "http://2130706433/a.ics",
            "http://alpha.test/agenda.ics",
            "webcal://127.0.0.1/a.ics",
        ] {
            let sent = camille
                .send_form(&app, path, &fields(&[("url", address)]), None)
                .await;
            assert_eq!(sent.status, 422, "{address}");
            assert_eq!(sent.faults(), ["url"], "{address}");
        }
        for browser in [
            scene.signed_in("sasha@alpha.test"),
            Browser::visitor("alpha.test"),
        ] {
            let sent = browser
                .send_form(
                    &app,
                    path,
                    &fields(&[("url", "https://calendar.example/a.ics")]),
                    None,
                )
                .await;
            assert!([303, 403].contains(&sent.status));
            assert!(!sent.header("location").contains("done="));
            assert_ne!(browser.get(&app, path).await.status, 200);
        }
        assert!(
            !camille
                .get(&app, path)
                .await
                .body
                .contains("calendar.example")
        );
        let sent = camille
            .send_form(
                &app,
                path,
                &fields(&[("url", "webcal://calendar.example/a.ics")]),
                None,
            )
            .await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let page = camille.get(&app, path).await;
        assert!(page.body.contains("calendar.example"));
        let (_, rest) = page.body.split_once("name=\"source\" value=\"").unwrap();
        let source = rest.split('"').next().unwrap();
        for step in ["check", "end"] {
            let sent = camille
                .send_form(
                    &app,
                    path,
                    &fields(&[("do", step), ("source", source)]),
                    None,
                )
                .await;
            assert_eq!(sent.status, 303, "{step}");
        }
        assert!(
            !camille
                .get(&app, path)
                .await
                .body
                .contains("name=\"source\"")
        );
    });
}
