//! After publication: cancelled, postponed, copied, deleted, repeated; and what others answered.

use crate::scene::{Browser, on_both, typed, with};
use federation::Content;
use serde_json::json;
use store::StoreError;

#[test]
fn o4_a_cancelled_event_says_so_everywhere_and_can_take_place_again() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let (page, cancel) = (format!("/e/{id}"), format!("/e/{id}/cancel"));
        let asked = camille.get(&app, &cancel).await;
        assert_eq!(asked.status, 200);
        assert!(
            !visitor
                .get(&app, &page)
                .await
                .body
                .contains("Cet événement est annulé")
        );
        let sent = camille
            .post(&app, &cancel, &[("note", "Trop de <vent>")])
            .await;
        assert_eq!(sent.status, 303);
        let shown = visitor.get(&app, &page).await;
        assert!(shown.body.contains("Cet événement est annulé"));
        assert!(shown.body.contains("Trop de &#60;vent&#62;"));
        assert_eq!(
            shown.json_ld()["eventStatus"],
            "https://schema.org/EventCancelled"
        );
        assert!(visitor.get(&app, "/").await.body.contains("Annulé"));
        let ics = visitor.get(&app, "/@raffinerie.ics").await;
        assert!(ics.body.contains("STATUS:CANCELLED"));
        let told = scene.told(&format!("/events/{id}"));
        let (kind, update) = told.iter().rfind(|(kind, _)| kind == "Update").unwrap();
        assert_eq!(kind, "Update");
        assert_eq!(update["object"]["status"], "CANCELLED");
        assert_eq!(update["object"]["name"], "Bal folk");

        let sent = camille.post(&app, &format!("/e/{id}/restore"), &[]).await;
        assert_eq!(sent.status, 303);
        let shown = visitor.get(&app, &page).await;
        assert!(!shown.body.contains("Cet événement est annulé"));
        assert!(
            !visitor
                .get(&app, "/@raffinerie.ics")
                .await
                .body
                .contains("CANCELLED")
        );
    });
}

#[test]
fn a_postponed_event_keeps_its_length_and_tells_its_old_date() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let (page, postpone) = (format!("/e/{id}"), format!("/e/{id}/postpone"));
        let wrong = camille
            .post(&app, &postpone, &[("start_date", "2026-13-01")])
            .await;
        assert_eq!(wrong.status, 422);
        assert_eq!(wrong.faults(), ["start_date"]);
        // No date yet.
        assert_eq!(camille.post(&app, &postpone, &[]).await.status, 303);
        let shown = visitor.get(&app, &page).await;
        assert!(shown.body.contains("Cet événement est reporté"));
        assert_eq!(
            shown.json_ld()["eventStatus"],
            "https://schema.org/EventPostponed"
        );
        // The new one, across the change of the clocks.
        let date = [("start_date", "2027-04-10"), ("start_time", "19:00")];
        assert_eq!(camille.post(&app, &postpone, &date).await.status, 303);
        let shown = visitor.get(&app, &page).await;
        let data = shown.json_ld();
        assert_eq!(data["startDate"], "2027-04-10T19:00:00+02:00");
        assert_eq!(data["endDate"], "2027-04-10T21:30:00+02:00");
        assert_eq!(data["previousStartDate"], "2026-12-12T20:30:00+01:00");
        assert!(
            shown
                .body
                .replace('\u{a0}', " ")
                .contains("Prévu auparavant : samedi 12 décembre 2026"),
            "the change of date is said"
        );
    });
}

#[test]
fn a_deleted_event_leaves_a_tombstone_on_each_surface() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let page = format!("/e/{id}");
        let asked = camille.get(&app, &format!("{page}/delete")).await;
        assert_eq!(asked.status, 200);
        assert_eq!(visitor.get(&app, &page).await.status, 200);
        let sent = camille.post(&app, &format!("{page}/delete"), &[]).await;
        assert_eq!(sent.status, 303);
        for browser in [&visitor, &camille] {
            assert_eq!(browser.get(&app, &page).await.status, 410);
        }
        assert_eq!(visitor.get(&app, &format!("/e/{id}.ics")).await.status, 410);
        let program = Browser {
            token: Some(String::new()),
            ..visitor.clone()
        };
        let answer = program.get(&app, &format!("/api/v1/events/{id}")).await;
        assert_eq!(answer.status, 410);
        assert_eq!(answer.json()["error"], "gone");
        assert!(!visitor.get(&app, "/").await.body.contains("Bal folk"));
        let told = scene.told(&format!("/events/{id}"));
        let (_, delete) = told.iter().rfind(|(kind, _)| kind == "Delete").unwrap();
        assert_eq!(delete["object"]["formerType"], "Event");
        assert_eq!(
            camille
                .post(&app, &format!("{page}/delete"), &[])
                .await
                .status,
            410
        );
    });
}

#[test]
fn a_copy_is_a_new_event_without_a_date() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let form = camille.get(&app, &format!("/e/{id}/duplicate")).await;
        assert_eq!(form.status, 200);
        assert!(form.body.contains("value=\"Bal folk\""));
        assert!(form.body.contains("**chaussures**"));
        assert!(form.body.contains("action=\"/@raffinerie/new\""));
        assert!(!form.body.contains("2026-12-12"));
        let copy = camille
            .publish(
                &app,
                "raffinerie",
                &[("start_date", "2026-12-19"), ("end_date", "2026-12-19")],
            )
            .await;
        assert_ne!(copy, id);
    });
}

#[test]
fn o2_every_tuesday_but_one_then_one_date_moved() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let weekly = [
            ("start_date", "2026-12-01"),
            ("end_date", "2026-12-01"),
            ("repeat", "weekly"),
            ("repeat_on", "TU"),
            ("repeat_end", "count"),
            ("repeat_count", "6"),
            ("repeat_except", "2026-12-29"),
        ];
        let first = camille.publish(&app, "raffinerie", &weekly).await;
        let calendar = visitor.get(&app, "/@raffinerie.ics").await;
        let dates = |body: &str| -> Vec<String> {
            let mut dates: Vec<String> = body
                .lines()
                .filter_map(|line| line.strip_prefix("DTSTART;TZID=Europe/Paris:"))
                .map(|at| at[..8].to_owned())
                .filter(|at| at.starts_with("202"))
                .collect();
            dates.sort();
            dates
        };
        let expected = ["20261201", "20261208", "20261215", "20261222", "20270105"];
        assert_eq!(dates(&calendar.body), expected);
        let page = visitor.get(&app, &format!("/e/{first}")).await;
        assert!(
            page.body.contains("Toutes les dates"),
            "the other dates are listed"
        );
        // One date moves; the others stay.
        let listed = Browser::visitor("alpha.test")
            .get(&app, "/api/v1/events?from=2026-12-15&to=2026-12-15")
            .await
            .json();
        let moved = listed["items"][0]["id"].as_str().unwrap().to_owned();
        let form = [("start_date", "2026-12-16"), ("start_time", "18:00")];
        let sent = camille
            .post(&app, &format!("/e/{moved}/postpone"), &form)
            .await;
        assert_eq!(sent.status, 303);
        let calendar = visitor.get(&app, "/@raffinerie.ics").await;
        let expected = ["20261201", "20261208", "20261216", "20261222", "20270105"];
        assert_eq!(dates(&calendar.body), expected);
        let updates = |id: &str| {
            let told = scene.told(&format!("/events/{id}"));
            told.iter().filter(|(kind, _)| kind == "Update").count()
        };
        assert!(updates(&moved) > 0);
        assert_eq!(updates(&first), 0, "followers are told of the change only");
    });
}

#[test]
fn replies_and_changes_stand_under_the_event() {
    on_both(async |scene| {
        let app = scene.app().await;
        let camille = scene.signed_in("camille@alpha.test");
        let visitor = Browser::visitor("alpha.test");
        let id = camille.publish(&app, "raffinerie", &[]).await;
        let page = format!("/e/{id}");
        let author = scene.followed("alpha.test", "peer.test");
        let note = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": "https://peer.test/notes/1", "type": "Note", "attributedTo": author.uri,
            "inReplyTo": format!("http://alpha.test/events/{id}"),
            "content": "<p>Y aura-t-il une garderie ?</p><script>alert(1)</script>",
            "published": "2026-11-23T10:00:00Z",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
        });
        let read = activitystreams::NoteObject::read(&note).unwrap();
        let now = scene.ts();
        let kept = scene
            .database
            .write_now(|c| {
                let kept = scene.registry.replied(c, &read, &author, now).unwrap();
                Ok::<_, StoreError>(kept)
            })
            .unwrap();
        assert!(kept);
        let shown = visitor.get(&app, &page).await;
        assert!(shown.body.contains("garderie"));
        assert!(shown.body.contains("@guilde@peer.test"));
        assert!(!shown.body.contains("alert(1)"));
        assert!(!shown.body.contains("Ce qui a changé"));
        let change = [
            ("title", "Grand bal"),
            ("place_name", "La grange"),
            ("price", "8 €"),
        ];
        let sent = camille
            .send_form(
                &app,
                &format!("{page}/edit"),
                &with(typed("Bal folk"), &change),
                None,
            )
            .await;
        assert_eq!(sent.status, 303);
        let shown = visitor.get(&app, &page).await;
        assert!(shown.body.contains("Ce qui a changé"));
        let (_, changes) = shown.body.split_once("id=\"changes\"").unwrap();
        for old in ["Bal folk", "Salle des fêtes", "Prix libre"] {
            assert!(changes.contains(old), "{old}");
        }
        scene
            .database
            .write_now(|c| scene.registry.remove(c, "https://peer.test/notes/1", now))
            .unwrap();
        assert!(!visitor.get(&app, &page).await.body.contains("garderie"));
    });
}

#[test]
fn a_remote_event_says_where_it_comes_from_and_goes_when_its_author_says_so() {
    on_both(async |scene| {
        let app = scene.app().await;
        let visitor = Browser::visitor("alpha.test");
        let author = scene.followed("alpha.test", "peer.test");
        let object = scene.arrives(&author, "Veillée contée", json!({}));
        let path = format!("/e/{}", object.id);
        let page = visitor.get(&app, &path).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("peer.test"));
        let links = page
            .body
            .split("<a ")
            .filter(|link| link.contains("https://peer.test"));
        let mut count = 0;
        for link in links {
            let link = link.split('>').next().unwrap();
            if link.contains("target=\"_blank\"") {
                assert!(link.contains("noopener noreferrer nofollow ugc"), "{link}");
                count += 1;
            }
        }
        assert!(count > 0, "a link to the original");
        scene.vanishes(&object);
        assert_eq!(visitor.get(&app, &path).await.status, 410);
        assert!(!visitor.get(&app, "/").await.body.contains("Veillée"));
    });
}
