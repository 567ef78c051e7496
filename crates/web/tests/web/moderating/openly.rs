//! What everybody may read of the moderation.

use super::*;

pub(super) const SETTINGS: &str = "/admin/moderation/settings";
const PUBLIC: [&str; 4] = [
    "/moderation",
    "/api/v1/moderation/log",
    "/api/v1/moderation/figures",
    "/api/v1/moderation/servers",
];

pub(super) async fn shown(
    admin: &mut Browser,
    app: &app!(),
    log: bool,
    figures: bool,
    servers: &str,
) {
    let mut fields = vec![("do", "shown"), ("servers", servers)];
    fields.extend(log.then_some(("log", "on")));
    fields.extend(figures.then_some(("figures", "on")));
    assert_eq!(admin.post(app, SETTINGS, &fields).await.status, 303);
}

pub(super) async fn block(admin: &mut Browser, app: &app!(), host: &str) {
    let on = format!("host:{host}");
    let fields = [
        ("on", on.as_str()),
        ("kind", "block"),
        ("reason", "spam"),
        ("text", "Signalé par Zoé."),
        ("days", "2"),
    ];
    let taken = admin.post(app, "/admin/measures", &fields).await;
    assert_eq!(taken.status, 303, "{}", taken.body);
}

/// Who may not be named anywhere, and what must not be said.
fn names_nobody(text: &str) {
    for hidden in [
        "Bal folk", "noe", "lea", "Camille", "admin@", "Zoé", "Très", "0190", "account:", "/@bal",
        "T08:",
    ] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
}

#[test]
fn mo5_the_public_log_is_off_until_switched_on_and_then_names_nobody() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut noe = member(&scene, &app, "noe").await;
        report(&mut noe, &app, &event, "hate", "Très vilain.").await;
        let mut admin = admin(&app, ALPHA).await;
        let case = case_of(&mut admin, &app).await.unwrap();
        let words = [("kind", "remove"), ("text", "Très mal."), ("days", "1")];
        assert_eq!(measure(&mut admin, &app, &case, &words).await.status, 303);
        block(&mut admin, &app, "evil.test").await;
        let mut visitor = Browser::new(ALPHA);
        for path in PUBLIC {
            assert_eq!(visitor.get(&app, path).await.status, 404, "{path}");
            assert_eq!(admin.get(&app, path).await.status, 404, "{path}");
        }
        let about = visitor.get(&app, "/about").await.body;
        assert!(!about.contains("href=\"/moderation\""), "{about}");

        shown(&mut admin, &app, true, false, "nobody").await;
        let about = visitor.get(&app, "/about").await.body;
        assert!(about.contains("href=\"/moderation\""), "{about}");
        let page = visitor.get(&app, "/moderation").await;
        assert_eq!(page.status, 200);
        for said in ["Retrait", "Une publication", "De la publicité", "Blocage"] {
            assert!(page.body.contains(said), "{said}: {}", page.body);
        }
        let log = visitor.get(&app, "/api/v1/moderation/log").await.json();
        assert_eq!(
            log["items"],
            serde_json::json!([
                {"day": "2027-01-15", "step": "taken", "measure": "block", "about": "server", "host": null, "reason": "spam"},
                {"day": "2027-01-15", "step": "taken", "measure": "remove", "about": "publication", "host": null, "reason": "spam"},
            ])
        );
        names_nobody(&log.to_string());
        let start = page.body.find("<h1").unwrap();
        let end = page.body.find("</main>").unwrap();
        names_nobody(&page.body[start..end]);
        assert!(!page.body.contains("evil.test"), "{}", page.body);
        for path in &PUBLIC[2..] {
            assert_eq!(visitor.get(&app, path).await.status, 404, "{path}");
        }

        // The end and the undo are told as well.
        scene.pass(86_401);
        let (desk, now) = (scene.moderation.clone(), scene.clock.ts());
        let ended = scene.database.write_now(|c| desk.end_measures(c, now));
        assert_eq!(ended.unwrap(), 1);
        admin.sign_in(&app, "admin@alpha.test", PASSWORD).await;
        let act = [("host", "evil.test"), ("do", "unblock")];
        assert_eq!(admin.post(&app, "/admin/peers/act", &act).await.status, 303);
        let first = visitor
            .get(&app, "/api/v1/moderation/log?limit=3")
            .await
            .json();
        let steps: Vec<&str> = first["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["step"].as_str().unwrap())
            .collect();
        assert_eq!(steps, ["undone", "ended", "taken"]);
        let next = first["next"].as_i64().unwrap();
        let rest = visitor
            .get(
                &app,
                &format!("/api/v1/moderation/log?limit=3&before={next}"),
            )
            .await
            .json();
        assert_eq!(rest["items"].as_array().unwrap().len(), 1);
        assert!(rest["next"].is_null());
        // The other site decides for itself.
        let mut beta = Browser::new("http://beta.test");
        assert_eq!(beta.get(&app, "/moderation").await.status, 404);
    });
}

#[test]
fn blocked_servers_are_named_to_whom_the_site_says_with_the_motive_alone() {
    on_both(|scene| async move {
        let app = scene.app().await;
        member(&scene, &app, "lea").await;
        let mut admin = admin(&app, ALPHA).await;
        block(&mut admin, &app, "evil.test").await;
        let (mut visitor, mut lea) = (Browser::new(ALPHA), member(&scene, &app, "lea").await);
        shown(&mut admin, &app, true, false, "signed_in").await;
        for (browser, sees) in [(&mut visitor, false), (&mut lea, true)] {
            let page = browser.get(&app, "/moderation").await;
            assert_eq!(page.status, 200);
            assert_eq!(page.body.contains("evil.test"), sees, "{}", page.body);
            assert!(!page.body.contains("Zoé"), "{}", page.body);
        }
        let token = sign_in(&app, "lea").await;
        let ask = |token: Option<&str>| {
            let request = Browser::new(ALPHA).request(Method::GET, "/api/v1/moderation/servers");
            match token {
                Some(token) => request.insert_header(("authorization", format!("Bearer {token}"))),
                None => request,
            }
        };
        assert_eq!(send(&app, ask(None)).await.status, 404);
        let told = send(&app, ask(Some(&token))).await;
        assert_eq!(
            told.json()["items"],
            serde_json::json!([{"host": "evil.test", "measures": ["block"], "reasons": ["spam"]}])
        );
        shown(&mut admin, &app, false, false, "everybody").await;
        let page = visitor.get(&app, "/moderation").await;
        assert!(page.body.contains("evil.test"), "{}", page.body);
        let log = visitor.get(&app, "/api/v1/moderation/log").await;
        assert_eq!(log.status, 404);
        // Who may not set it, and what is no answer.
        let fields = [("do", "shown"), ("servers", "everybody")];
        assert_eq!(lea.post(&app, SETTINGS, &fields).await.status, 403);
        let wrong = [("do", "shown"), ("servers", "friends")];
        assert_eq!(admin.post(&app, SETTINGS, &wrong).await.status, 422);
    });
}

#[test]
fn the_figures_of_a_year_are_rounded_and_the_smallest_are_not_told() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let event = event(&scene, &app, "Bal folk").await;
        let mut noe = member(&scene, &app, "noe").await;
        let mut admin = admin(&app, ALPHA).await;
        shown(&mut admin, &app, false, true, "nobody").await;
        for round in 0..6 {
            report(
                &mut noe,
                &app,
                &event,
                if round == 0 { "spam" } else { "hate" },
                "",
            )
            .await;
            let case = case_of(&mut admin, &app).await.unwrap();
            scene.pass(1_800);
            admin.sign_in(&app, "admin@alpha.test", PASSWORD).await;
            let fields = [("do", "close"), ("outcome", "dismissed"), ("text", "")];
            let closed = admin.post(&app, &case, &fields).await;
            assert_eq!(closed.status, 303, "{}", closed.body);
            noe = member(&scene, &app, "noe").await;
        }
        block(&mut admin, &app, "evil.test").await;
        let mut visitor = Browser::new(ALPHA);
        let figures = visitor.get(&app, "/api/v1/moderation/figures").await;
        assert_eq!(figures.status, 200, "{}", figures.body);
        let figures = figures.json();
        assert_eq!(figures["year"], 2027);
        assert_eq!(
            figures["reports_by_source"],
            serde_json::json!([{"name": "account", "count": 5}])
        );
        assert_eq!(
            figures["reports_by_reason"],
            serde_json::json!([{"name": "spam", "count": null}, {"name": "hate", "count": 5}])
        );
        assert_eq!(
            figures["measures_by_kind"],
            serde_json::json!([{"name": "block", "count": null}])
        );
        assert_eq!(figures["cases_decided"], 5);
        assert_eq!(figures["median_hours"], 1);
        let page = visitor.get(&app, "/moderation?year=2027").await.body;
        assert!(page.contains("moins de 5"), "{page}");
        assert!(page.contains("en moins d’une heure"), "{page}");
        let other = visitor
            .get(&app, "/api/v1/moderation/figures?year=2026")
            .await;
        assert_eq!(other.status, 404);
        // A year later the old one is still there, and the new one is empty.
        scene.pass(366 * 86_400);
        let page = visitor.get(&app, "/moderation").await.body;
        assert!(page.contains("Rien à compter en 2028"), "{page}");
        let old = visitor
            .get(&app, "/api/v1/moderation/figures?year=2027")
            .await;
        assert_eq!(old.json()["cases_decided"], 5);
    });
}
