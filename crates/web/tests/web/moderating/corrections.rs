//! "The date is wrong": proposed by a passer-by, accepted by the author.

use super::*;
use serde_json::{Value, json};

/// A program of somebody's.
async fn call(app: &app!(), who: &str, method: Method, path: &str, body: Value) -> Answer {
    let browser = Browser::new(ALPHA);
    let token = sign_in(app, who).await;
    let request = browser
        .request(method, path)
        .insert_header(("authorization", format!("Bearer {token}")))
        .insert_header(("accept", "application/json"));
    let request = match body {
        Value::Null => request,
        body => request.set_json(body),
    };
    send(app, request).await
}

fn path_of(link: &str) -> String {
    link.replace(ALPHA, "")
}

#[test]
fn a_visitor_says_the_right_date_and_the_author_corrects_it_with_one_click() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut visitor = Browser::new(ALPHA);
        let form = visitor.get(&app, &about(&event)).await;
        assert!(form.body.contains("name=\"date\""), "{}", form.body);
        let fields = [
            ("about", event.uri.as_str()),
            ("reason", "wrong_fact"),
            ("field", "start"),
            ("date", "2027-03-02"),
            ("time", "21:00"),
            ("email", "visite@ailleurs.test"),
        ];
        let sent = visitor.post(&app, "/report", &fields).await;
        assert_eq!(sent.status, 200, "{}", sent.body);
        // Nothing reaches the author before the address is confirmed.
        let told = |scene: &Scene| {
            let letters = scene.letters();
            letters
                .into_iter()
                .filter(|(to, body)| to == "lea@alpha.test" && body.contains("/corrections/"))
                .collect::<Vec<_>>()
        };
        assert!(told(&scene).is_empty());
        let link = scene.link("visite@ailleurs.test", "/report/confirm");
        let token = link.split("token=").nth(1).unwrap();
        visitor
            .post(&app, "/report/confirm", &[("token", token)])
            .await;
        let letters = told(&scene);
        assert_eq!(letters.len(), 1);
        let (_, body) = &letters[0];
        assert!(
            body.contains("2\u{a0}mars") && body.contains("21\u{202f}h"),
            "{body}"
        );
        assert!(!body.contains("visite@ailleurs.test"), "{body}");

        let page = path_of(&scene.link("lea@alpha.test", "/corrections/"));
        // A letter's scanner and other people see nothing of it.
        assert_eq!(visitor.get(&app, &page).await.status, 303);
        let mut noe = member(&scene, &app, "noe").await;
        assert_eq!(noe.get(&app, &page).await.status, 404);
        let refused = noe.post(&app, &page, &[("do", "accept")]).await;
        assert_eq!(refused.status, 404);

        let mut lea = Browser::new(ALPHA);
        lea.sign_in(&app, "lea@alpha.test", PASSWORD).await;
        let shown = lea.get(&app, &event.page).await;
        assert!(shown.body.contains(&page), "{}", shown.body);
        let asked = lea.get(&app, &page).await;
        assert!(asked.body.contains("2\u{a0}mars"), "{}", asked.body);
        let done = lea.post(&app, &page, &[("do", "accept")]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let shown = visitor.get(&app, &event.page).await.body;
        assert!(
            shown.contains("2\u{a0}mars") && shown.contains("21\u{202f}h"),
            "{shown}"
        );
        let again = lea.post(&app, &page, &[("do", "accept")]).await;
        assert_eq!(again.status, 409);

        // Nothing is left for the moderators, and the visitor is told.
        let mut admin = admin(&app, ALPHA).await;
        assert_eq!(case_of(&mut admin, &app).await, None);
        assert!(
            scene
                .letters()
                .iter()
                .any(|(to, body)| to == "visite@ailleurs.test" && body.contains("Bal folk"))
        );
    });
}

#[test]
fn what_the_author_declines_stays_with_the_moderators() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        member(&scene, &app, "noe").await;
        let report = |value: &str| json!({"about": event.uri, "reason": "wrong_fact", "field": "end", "value": value});
        let reports = "/api/v1/reports";
        let sent = call(
            &app,
            "noe",
            Method::POST,
            reports,
            report("2027-03-01T23:30"),
        )
        .await;
        assert_eq!(sent.status, 204, "{}", sent.body);
        let waiting = call(&app, "lea", Method::GET, "/api/v1/corrections", Value::Null).await;
        let waiting = waiting.json();
        assert_eq!(waiting[0]["was"], "2027-03-01T22:00", "{waiting}");
        assert_eq!(waiting[0]["value"], "2027-03-01T23:30");
        let path = format!("/api/v1/corrections/{}", waiting[0]["id"].as_str().unwrap());
        // Another person has nothing to decide there.
        let others = call(&app, "noe", Method::GET, "/api/v1/corrections", Value::Null).await;
        assert_eq!(others.json(), json!([]));
        let refused = call(
            &app,
            "noe",
            Method::POST,
            &format!("{path}/accept"),
            json!({}),
        )
        .await;
        assert_eq!(refused.status, 404);
        let words = json!({"text": "La salle ferme à 22 h."});
        let said = call(&app, "lea", Method::POST, &format!("{path}/decline"), words).await;
        assert_eq!(said.status, 204, "{}", said.body);
        let shown = Browser::new(ALPHA).get(&app, &event.page).await.body;
        assert!(!shown.contains("23\u{202f}h"), "{shown}");
        let mut admin = admin(&app, ALPHA).await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let page = admin.get(&app, &case).await.body;
        assert!(page.contains("La salle ferme à 22 h."), "{page}");
        assert!(page.contains("L’auteur dit que c’était juste"), "{page}");
        let case = format!("/api/v1/cases/{}", case.rsplit('/').next().unwrap());
        let case = call(&app, "admin", Method::GET, &case, Value::Null)
            .await
            .json();
        assert_eq!(
            case["reports"][0]["corrections"][0]["state"], "declined",
            "{case}"
        );
    });
}

#[test]
fn what_cannot_stand_there_is_refused_and_says_why() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        member(&scene, &app, "noe").await;
        for (field, value, code) in [
            ("start", "demain", "not_a_value"),
            ("end", "2027-02-01T20:00", "not_a_value"),
            ("start", "+262142-12-31", "not_a_value"),
            ("end", "+262142-12-31", "not_a_value"),
            ("start", "-262143-01-01T00:00", "not_a_value"),
            ("status", "perhaps", "not_a_value"),
            ("registration_url", "javascript:alert(1)", "not_a_value"),
            ("revision", "12", "not_a_field"),
            ("title", "Bal folk", "says_so_already"),
        ] {
            let report =
                json!({"about": event.uri, "reason": "wrong_fact", "field": field, "value": value});
            let sent = call(&app, "noe", Method::POST, "/api/v1/reports", report).await;
            assert_eq!(
                (sent.status, sent.json()["error"].as_str()),
                (422, Some(code)),
                "{field}: {}",
                sent.body
            );
        }
        let mut admin = admin(&app, ALPHA).await;
        assert_eq!(case_of(&mut admin, &app).await, None);
        // A day alone keeps the hour; the author of something else cannot be asked about it.
        let day = json!({"about": event.uri, "reason": "wrong_fact", "field": "start", "value": "2027-03-05"});
        assert_eq!(
            call(&app, "noe", Method::POST, "/api/v1/reports", day)
                .await
                .status,
            204
        );
        let waiting = call(&app, "lea", Method::GET, "/api/v1/corrections", Value::Null).await;
        assert_eq!(waiting.json()[0]["value"], "2027-03-05T20:00");
    });
}

#[test]
fn authors_are_not_written_to_again_and_again() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        for (name, price) in [
            ("ana", "1 €"),
            ("ana", "2 €"),
            ("bob", "1 €"),
            ("ana", "3 €"),
            ("ana", "4 €"),
        ] {
            member(&scene, &app, name).await;
            let report = json!({"about": event.uri, "reason": "wrong_fact", "field": "price", "value": price});
            let sent = call(&app, name, Method::POST, "/api/v1/reports", report).await;
            assert_eq!(sent.status, 204, "{}", sent.body);
        }
        let letters = scene.letters();
        let told = letters
            .iter()
            .filter(|(to, body)| to == "lea@alpha.test" && body.contains("/corrections/"));
        assert_eq!(told.count(), 3);
        // Whoever said the same is answered with it; the case waits for the others.
        let waiting = call(&app, "lea", Method::GET, "/api/v1/corrections", Value::Null)
            .await
            .json();
        let path = format!(
            "/api/v1/corrections/{}/accept",
            waiting[0]["id"].as_str().unwrap()
        );
        assert_eq!(
            call(&app, "lea", Method::POST, &path, json!({}))
                .await
                .status,
            204
        );
        let mut admin = admin(&app, ALPHA).await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let case = format!("/api/v1/cases/{}", case.rsplit('/').next().unwrap());
        let case = call(&app, "admin", Method::GET, &case, Value::Null)
            .await
            .json();
        let states = |report: usize| -> Vec<&str> {
            let all = case["reports"][report]["corrections"].as_array().unwrap();
            all.iter()
                .map(|one| one["state"].as_str().unwrap())
                .collect()
        };
        assert_eq!(states(0), ["accepted", "waiting", "waiting", "waiting"]);
        assert_eq!(states(1), ["accepted"]);
    });
}

#[test]
fn a_day_beyond_the_calendar_is_refused_of_whole_days_and_by_authors_too() {
    on_both(|scene| async move {
        let app = scene.app().await;
        event(&scene, &app, "Bal folk").await;
        let days = json!({"title": "Festival", "start": "2027-03-01", "end": "2027-03-04", "all_day": true});
        let path = "/api/v1/agendas/bal/events";
        let made = call(&app, "lea", Method::POST, path, days.clone()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let made = made.json();
        member(&scene, &app, "noe").await;
        let report = |value: &str| json!({"about": made["uri"], "reason": "wrong_fact", "field": "end", "value": value});
        let sent = async |value: &str| {
            let answer = call(&app, "noe", Method::POST, "/api/v1/reports", report(value)).await;
            (
                answer.status,
                answer.json()["error"].as_str().map(str::to_owned),
            )
        };
        assert_eq!(
            sent("+262142-12-31").await,
            (422, Some("not_a_value".to_owned()))
        );
        for far in ["+262142-12-31", "-262143-01-01", "+262142-12-31T23:00"] {
            for field in ["start", "end"] {
                let mut new = days.clone();
                new[field] = json!(far);
                let refused = call(&app, "lea", Method::POST, path, new.clone()).await;
                assert_eq!(refused.status, 422, "{field} {far}: {}", refused.body);
                let one = format!("/api/v1/events/{}", made["id"].as_str().unwrap());
                let refused = call(&app, "lea", Method::PATCH, &one, json!({field: far})).await;
                assert_eq!(refused.status, 422, "{field} {far}: {}", refused.body);
            }
        }
        let report = call(
            &app,
            "noe",
            Method::POST,
            "/api/v1/reports",
            report("2027-03-05"),
        )
        .await;
        assert_eq!(report.status, 204);
        // The last day is the one that people say.
        let waiting = call(&app, "lea", Method::GET, "/api/v1/corrections", Value::Null)
            .await
            .json();
        assert_eq!(
            (&waiting[0]["was"], &waiting[0]["value"]),
            (&json!("2027-03-03"), &json!("2027-03-05"))
        );
    });
}
