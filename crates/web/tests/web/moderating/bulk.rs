//! Several lines of the queue at once.

use super::*;
use serde_json::{Value, json};

/// Events of lea's, each reported by noe as a spam.
async fn wave(scene: &Scene, app: &app!(), titles: &[&str]) -> Vec<Event> {
    let mut noe = member(scene, app, "noe").await;
    let mut all = Vec::new();
    for title in titles {
        let event = event(scene, app, title).await;
        assert_eq!(report(&mut noe, app, &event, "spam", "").await.status, 303);
        all.push(event);
    }
    all
}

fn lines(page: &str) -> Vec<String> {
    page.split("name=\"line\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[test]
fn a_spam_wave_is_stopped_at_its_author_and_all_its_cases_are_closed() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let events = wave(&scene, &app, &["Perdez du poids", "Gagnez gros", "Cliquez"]).await;
        let mut admin = admin(&app, ALPHA).await;
        let fields = [("act", "measure"), ("whole", "on")];
        let preview = admin.post(&app, "/admin/queue", &fields).await;
        assert_eq!(preview.status, 200);
        let chosen = lines(&preview.body);
        assert_eq!(chosen.len(), 3, "{}", preview.body);
        for title in ["Perdez du poids", "Gagnez gros", "Cliquez"] {
            assert!(preview.body.contains(title));
        }
        // Seen only: nothing was done.
        assert!(case_of(&mut admin, &app).await.is_some());
        let mut fields = vec![("act", "measure"), ("confirmed", "yes"), ("on", "author")];
        fields.extend([("reason", "spam"), ("words", "De la publicité.")]);
        fields.extend(chosen.iter().map(|line| ("line", line.as_str())));
        // Without a measure it is asked for, and what was typed stays.
        let asked = admin.post(&app, "/admin/queue", &fields).await;
        assert_eq!(asked.status, 422, "{}", asked.body);
        assert!(asked.body.contains("De la publicité."), "{}", asked.body);
        assert_eq!(lines(&asked.body).len(), 3);
        fields.extend([("kind", "suspend"), ("days", "7")]);
        let done = admin.post(&app, "/admin/queue", &fields).await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(case_of(&mut admin, &app).await, None);
        for event in &events {
            let gone = Browser::new(ALPHA).get(&app, &event.page).await;
            assert!(matches!(gone.status, 404 | 410), "{}", gone.status);
        }
        let letters = scene.letters();
        let to = |who: &str, words: &str| {
            let one = |(to, body): &&(String, String)| {
                to == &format!("{who}@alpha.test") && body.contains(words)
            };
            letters.iter().filter(one).count()
        };
        // One measure, one letter; each report is answered.
        assert_eq!(to("lea", "De la publicité."), 1);
        assert_eq!(to("noe", "« Cliquez »".replace(' ', "\u{a0}").as_str()), 1);
        let again = admin.post(&app, "/admin/queue", &fields).await;
        assert_eq!(again.status, 409);
        assert_eq!(to("lea", "De la publicité."), 1);
    });
}

#[test]
fn what_was_chosen_stays_chosen_when_something_is_missing() {
    on_both(|scene| async move {
        let app = scene.app().await;
        wave(&scene, &app, &["Un bal", "Deux bals"]).await;
        let mut admin = admin(&app, ALPHA).await;
        let all = lines(&admin.get(&app, "/admin/queue").await.body);
        let fields = [("line", all[0].as_str()), ("act", "")];
        let refused = admin.post(&app, "/admin/queue", &fields).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused
                .body
                .contains(&format!("value=\"{}\" checked", all[0]))
        );
        assert!(
            !refused
                .body
                .contains(&format!("value=\"{}\" checked", all[1]))
        );
    });
}

#[test]
fn programs_take_one_measure_on_many_as_well() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let events = wave(&scene, &app, &["Perdez du poids", "Gagnez gros"]).await;
        let token = sign_in(&app, "admin").await;
        let call = |method: Method, body: Value| {
            let browser = Browser::new(ALPHA);
            let request = browser
                .request(method, "/api/v1/queue")
                .insert_header(("authorization", format!("Bearer {token}")));
            match body {
                Value::Null => request,
                body => request.set_json(body),
            }
        };
        let queue = send(&app, call(Method::GET, Value::Null)).await.json();
        let ids: Vec<Value> = queue["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].clone())
            .collect();
        let act = |measure: Value| json!({"source": "reports", "ids": ids.clone(), "action": "measure", "measure": measure});
        // What is looked at one by one, and what there is not.
        for kind in ["purge", "kinds", "block", "vanish"] {
            let wrong = json!({"kind": kind, "reason": "spam"});
            assert_eq!(
                send(&app, call(Method::POST, act(wrong))).await.status,
                422,
                "{kind}"
            );
        }
        let missing = send(&app, call(Method::POST, act(Value::Null)))
            .await
            .json();
        assert_eq!(missing["items"][0]["error"], "text_missing", "{missing}");
        let remove = json!({"kind": "remove", "reason": "spam"});
        let done = send(&app, call(Method::POST, act(remove))).await.json();
        assert!(
            done["items"]
                .as_array()
                .unwrap()
                .iter()
                .all(|one| one["error"] == ""),
            "{done}"
        );
        for event in &events {
            let gone = Browser::new(ALPHA).get(&app, &event.page).await;
            assert!(matches!(gone.status, 404 | 410), "{}", gone.status);
        }
        let left = send(&app, call(Method::GET, Value::Null)).await.json();
        assert_eq!(left["items"], json!([]));
    });
}
