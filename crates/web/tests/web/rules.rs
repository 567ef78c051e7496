//! The rules of a site as people read, change, name and are judged by them; mail domains that are not taken.

use crate::scene::{Browser, PASSWORD, admin, on_both};

const ALPHA: &str = "https://alpha.test";

/// The key of the rule with these words, from the page on which rules are changed.
fn key(page: &str, words: &str) -> String {
    let panel = page
        .split("<section class=\"panel\"")
        .find(|panel| panel.contains(words))
        .unwrap_or_else(|| panic!("{words}: {page}"));
    let id = panel.split("name=\"id\" value=\"").nth(1).unwrap();
    id.split('"').next().unwrap().to_owned()
}

#[test]
fn a_rule_is_dated_translated_reworded_without_loss_and_told() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let (mut admin, mut visitor) = (admin(&app, ALPHA).await, Browser::new(ALPHA));
        assert!(
            visitor
                .get(&app, "/rules")
                .await
                .body
                .contains("pas encore écrit")
        );
        let set = |fr: &'static str, since: &'static str| {
            [
                ("do", "set"),
                ("fr", fr),
                ("en", "Be kind."),
                ("reason", "harassment"),
                ("since", since),
            ]
        };
        admin.get(&app, "/admin/rules").await;
        for (wrong, field) in [
            (set(" ", ""), "fr-new"),
            (set("Soyez doux.", "2001-01-01"), "since-new"),
            (set("Soyez doux.", "hier"), "since-new"),
        ] {
            let mut fields = wrong.to_vec();
            if field == "fr-new" {
                fields[2] = ("en", "");
            }
            let refused = admin.post(&app, "/admin/rules", &fields).await;
            assert_eq!(refused.status, 422, "{field}");
            let name = field.trim_end_matches("-new");
            let control = format!("name=\"{name}\"");
            let wrong = refused
                .body
                .split('<')
                .find(|tag| tag.contains(&control) && tag.contains("aria-invalid"));
            assert!(wrong.is_some(), "{field}: {}", refused.body);
        }
        assert_eq!(
            admin
                .post(&app, "/admin/rules", &set("Soyez doux.", ""))
                .await
                .status,
            303
        );
        let page = visitor.get(&app, "/rules").await.body;
        assert!(
            page.contains("Soyez doux.") && page.contains("Depuis le"),
            "{page}"
        );
        assert!(
            visitor
                .get(&app, "/rules?lang=en")
                .await
                .body
                .contains("Be kind.")
        );
        // Reworded from a day on: until then the old words count.
        scene.pass(60);
        let id = key(&admin.get(&app, "/admin/rules").await.body, "Soyez doux.");
        let mut fields = set("Soyez plus doux.", "2027-02-01").to_vec();
        fields.extend([("id", id.as_str()), ("tell", "yes")]);
        assert_eq!(admin.post(&app, "/admin/rules", &fields).await.status, 303);
        let page = visitor.get(&app, "/rules").await.body;
        let (now, coming) = page.split_once("À venir").unwrap();
        assert!(
            now.contains("Soyez doux.") && coming.contains("Soyez plus doux."),
            "{page}"
        );
        let told = scene.letters();
        let (_, letter) = told.last().unwrap();
        assert!(
            letter.contains("/rules") && letter.contains("février 2027"),
            "{letter}"
        );
        let again = admin.post(&app, "/admin/rules", &fields).await;
        assert_eq!(again.status, 409, "it was reworded already");
        scene.pass(60 * 86_400);
        let page = visitor.get(&app, "/rules").await.body;
        let (now, past) = page.split_once("Comment elles étaient avant").unwrap();
        assert!(
            now.contains("Soyez plus doux.") && past.contains("Soyez doux."),
            "{page}"
        );
        admin.sign_in(&app, "admin@alpha.test", PASSWORD).await;
        let id = key(
            &admin.get(&app, "/admin/rules").await.body,
            "Soyez plus doux.",
        );
        let end = [("do", "end"), ("id", id.as_str())];
        assert_eq!(admin.post(&app, "/admin/rules", &end).await.status, 303);
        assert!(
            visitor
                .get(&app, "/rules")
                .await
                .body
                .contains("pas encore écrit")
        );
        let record = admin.get(&app, "/admin/record").await.body;
        assert_eq!(record.matches("Règle changée").count(), 3);
        // Markup in a rule is text (XSS-01).
        let nasty = set("<script>x</script>", "");
        assert_eq!(admin.post(&app, "/admin/rules", &nasty).await.status, 303);
        assert!(!visitor.get(&app, "/rules").await.body.contains("<script>x"));
    });
}

#[test]
fn a_rule_is_a_ground_to_report_and_a_hidden_reason_is_none() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut admin = admin(&app, ALPHA).await;
        admin.get(&app, "/admin/rules").await;
        let rule = [
            ("do", "set"),
            ("fr", "Une annonce par soirée."),
            ("reason", "spam"),
        ];
        assert_eq!(admin.post(&app, "/admin/rules", &rule).await.status, 303);
        let offer = [("do", "offer"), ("spam", "yes"), ("wrong_fact", "yes")];
        assert_eq!(admin.post(&app, "/admin/rules", &offer).await.status, 303);
        let about = scene.sites.by_host("alpha.test").unwrap().actor_uri();
        let address = format!(
            "/report?about={}",
            url::form_urlencoded::byte_serialize(about.as_bytes()).collect::<String>()
        );
        let page = admin.get(&app, &address).await.body;
        assert!(page.contains("Une annonce par soirée."), "{page}");
        assert!(
            page.contains("value=\"other\"") && !page.contains("value=\"hate\""),
            "{page}"
        );
        let word = page
            .split("value=\"rule:")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let word = format!("rule:{word}");
        for refused in [
            "hate",
            "rule:x",
            "rule:01900000-0000-7000-8000-000000000000",
        ] {
            let fields = [("about", about.as_str()), ("reason", refused)];
            assert_eq!(
                admin.post(&app, "/report", &fields).await.status,
                422,
                "{refused}"
            );
        }
        let fields = [("about", about.as_str()), ("reason", word.as_str())];
        assert_eq!(admin.post(&app, "/report", &fields).await.status, 303);
        let queue = admin.get(&app, "/admin/queue").await.body;
        let case = queue
            .split("href=\"/admin/cases/")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let case = admin.get(&app, &format!("/admin/cases/{case}")).await.body;
        assert!(
            case.contains("<strong>Une annonce par soirée.</strong>"),
            "{case}"
        );
    });
}

#[test]
fn mail_domains_are_refused_or_read_first() {
    on_both(|scene| async move {
        let app = scene.app().await;
        scene.open("alpha.test");
        let mut admin = admin(&app, ALPHA).await;
        admin.get(&app, "/admin/people").await;
        let wrong = [
            ("do", "domains"),
            ("refused", "jetable.example pas-un-domaine"),
        ];
        assert_eq!(admin.post(&app, "/admin/people", &wrong).await.status, 422);
        let rules = [
            ("do", "domains"),
            ("refused", "JETABLE.example."),
            ("read", "inconnu.example"),
        ];
        assert_eq!(admin.post(&app, "/admin/people", &rules).await.status, 303);
        let page = admin.get(&app, "/admin/people").await.body;
        assert!(page.contains("jetable.example</textarea>"), "{page}");
        let sign_up = async |email: &str| {
            let mut browser = Browser::new(ALPHA);
            let fields = [("email", email), ("name", "Ada"), ("password", PASSWORD)];
            browser.post(&app, "/signup", &fields).await
        };
        for email in ["ada@jetable.example", "ada@a.Jetable.example"] {
            let refused = sign_up(email).await;
            assert_eq!(refused.status, 422, "{email}");
            assert!(refused.body.contains("fournisseur"), "{}", refused.body);
        }
        assert_eq!(scene.letters().len(), 0, "nobody is written to");
        for (email, role) in [
            ("ada@pasjetable.example", "member"),
            ("ada@inconnu.example", "applicant"),
        ] {
            let taken = sign_up(email).await;
            assert_eq!(taken.status, 200, "{email}: {}", taken.body);
            let token = scene
                .link(email, "/confirm")
                .split("token=")
                .nth(1)
                .unwrap()
                .to_owned();
            let mut browser = Browser::new(ALPHA);
            let fields = [("token", token.as_str()), ("password", PASSWORD)];
            browser.post(&app, "/confirm", &fields).await;
            let queue = admin.get(&app, "/admin/queue?show=sign-ups").await.body;
            assert_eq!(queue.contains("Ada"), role == "applicant", "{email}");
        }
        // Nor may an address be changed to one of them, nor something be reported with one.
        let fields = [("password", PASSWORD), ("email", "x@jetable.example")];
        assert_eq!(
            admin.post(&app, "/account/email", &fields).await.status,
            422
        );
        let about = scene.sites.by_host("alpha.test").unwrap().actor_uri();
        let fields = [
            ("about", about.as_str()),
            ("reason", "spam"),
            ("email", "x@jetable.example"),
        ];
        let mut visitor = Browser::new(ALPHA);
        assert_eq!(visitor.post(&app, "/report", &fields).await.status, 422);
    });
}
