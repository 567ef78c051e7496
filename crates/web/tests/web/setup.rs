//! The first visit of an empty server.

use crate::scene::{Browser, CODE, PASSWORD, on_both_empty};

const ORIGIN: &str = "http://neuf.test";

fn fields<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("site_name", "La Raffinerie"),
        ("name", "Camille"),
        ("email", "camille@neuf.test"),
        ("password", PASSWORD),
        ("language", "fr"),
        ("administrator", "Une association"),
    ];
    fields.extend(more);
    fields
}

#[test]
fn every_page_leads_to_the_setup_which_closes_behind_the_first_administrator() {
    on_both_empty(|scene| async move {
        let app = scene.app().await;
        let mut home = Browser::new(ORIGIN);
        home.address = "127.0.0.1:5000".into();
        for path in ["/", "/about", "/login", "/nothing-here"] {
            let answer = home.get(&app, path).await;
            assert_eq!(
                (answer.status, answer.header("location")),
                (303, "/setup"),
                "{path}"
            );
        }
        let page = home.get(&app, "/setup").await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("name=\"site_name\"") && !page.body.contains("setup_code"));
        // Faults are said, what was typed is kept, nothing is made.
        let wrong = home.post(&app, "/setup", &fields(&[])[..2]).await;
        assert_eq!(wrong.status, 422);
        assert!(
            wrong.body.contains("value=\"La Raffinerie\"") && wrong.body.contains("aria-invalid")
        );
        assert!(scene.sites.is_empty());
        let done = home
            .post(&app, "/setup", &fields(&[("agenda_handle", "raffinerie")]))
            .await;
        assert_eq!(
            (done.status, done.header("location")),
            (303, "/?done=setup-done"),
            "{}",
            done.body
        );
        assert!(home.cookie.is_some());
        let site = scene.sites.by_host("neuf.test").unwrap();
        assert_eq!(site.name, "La Raffinerie");
        assert_eq!(site.about.administrator, "Une association");
        assert!(site.actor_id.is_some());
        assert_eq!(home.get(&app, "/admin").await.status, 200);
        let about = home.get(&app, "/about").await;
        assert!(about.body.contains("Une association"));
        let agendas = home.get(&app, "/agendas").await;
        assert!(agendas.body.contains("@raffinerie@neuf.test"));
        // Closed for everybody, the administrator included.
        let mut stranger = Browser::new(ORIGIN);
        for browser in [&mut stranger, &mut home] {
            assert_eq!(browser.get(&app, "/setup").await.status, 404);
            let again = browser.post(&app, "/setup", &fields(&[])).await;
            assert_eq!(again.status, 404);
        }
        assert_eq!(scene.sites.all().len(), 1);
    });
}

#[test]
fn from_elsewhere_it_takes_the_code_and_a_page_of_the_same_name() {
    on_both_empty(|scene| async move {
        let app = scene.app().await;
        let mut away = Browser::new(ORIGIN);
        assert!(away.get(&app, "/setup").await.body.contains("setup_code"));
        let refused = away
            .post(&app, "/setup", &fields(&[("setup_code", "wrong")]))
            .await;
        assert_eq!(refused.status, 422);
        let missing = away.post(&app, "/setup", &fields(&[])).await;
        assert_eq!(missing.status, 422);
        // A proxy on the same machine speaks for somebody else.
        let mut proxied = away.clone();
        proxied.address = "127.0.0.1:5000".into();
        let request = proxied
            .form("/setup", &fields(&[]))
            .insert_header(("x-forwarded-for", "203.0.113.9"));
        assert_eq!(crate::scene::send(&app, request).await.status, 422);
        // Another site's page has no say even with the code.
        let request = away
            .form("/setup", &fields(&[("setup_code", CODE)]))
            .insert_header(("origin", "http://evil.test"));
        assert_eq!(crate::scene::send(&app, request).await.status, 403);
        assert!(scene.sites.is_empty());
        let page = away.get(&app, &format!("/setup?code={CODE}")).await;
        assert!(page.body.contains(&format!("value=\"{CODE}\"")));
        let done = away
            .post(&app, "/setup", &fields(&[("setup_code", CODE)]))
            .await;
        assert_eq!(done.status, 303, "{}", done.body);
    });
}

#[test]
fn an_address_in_numbers_is_no_name_of_a_site() {
    on_both_empty(|scene| async move {
        let app = scene.app().await;
        let mut home = Browser::new("http://127.0.0.1:8536");
        home.address = "127.0.0.1:5000".into();
        let page = home.get(&app, "/setup").await;
        assert!(page.body.contains("error-summary"));
        assert_eq!(home.post(&app, "/setup", &fields(&[])).await.status, 422);
        assert!(scene.sites.is_empty());
    });
}
