//! Following from site to site, and "follow from my server".

use crate::scene::{Browser, admin, on_both};
use sites::SiteChange;

const ALPHA: &str = "https://alpha.test";
const BETA: &str = "http://beta.test";

fn follow_id(page: &str) -> String {
    let rest = page
        .split("name=\"follow\" value=\"")
        .nth(1)
        .expect("a line with buttons");
    rest.split('"').next().unwrap().to_owned()
}

#[test]
fn one_site_asks_the_other_answers_and_it_ends() {
    on_both(|scene| async move {
        let manual = SiteChange {
            follower_policy: Some("manual".into()),
            ..SiteChange::default()
        };
        scene.change("beta.test", manual);
        let app = scene.app().await;
        let (mut alpha, mut beta) = (admin(&app, ALPHA).await, admin(&app, BETA).await);
        for target in ["", "not an address", "@nobody@beta.test", "alpha.test"] {
            let answer = alpha.post(&app, "/following", &[("target", target)]).await;
            assert_eq!(answer.status, 422, "{target}");
            assert!(answer.body.contains("href=\"#f-target\""), "{target}");
        }
        let asked = alpha
            .post(&app, "/following", &[("target", "beta.test")])
            .await;
        assert_eq!(
            (asked.status, asked.header("location")),
            (303, "/following?done=follow-asked")
        );
        let page = alpha.get(&app, "/following").await;
        assert!(page.body.contains("beta.test") && page.body.contains("En attente"));
        // Visitors see what is in force, and no button.
        let mut visitor = Browser::new(ALPHA);
        let seen = visitor.get(&app, "/following").await;
        assert!(
            !seen.body.contains("@kiosque@beta.test") && !seen.body.contains("name=\"follow\"")
        );
        let waiting = beta.get(&app, "/following").await;
        assert!(waiting.body.contains("value=\"accept\""));
        let id = follow_id(&waiting.body);
        // Only the site that is asked may answer.
        let stolen = [("follow", id.as_str()), ("do", "accept")];
        assert_eq!(
            alpha.post(&app, "/following/act", &stolen).await.status,
            404
        );
        assert_eq!(beta.post(&app, "/following/act", &stolen).await.status, 303);
        assert!(alpha.get(&app, "/following").await.body.contains("Accepté"));
        assert!(
            visitor
                .get(&app, "/following")
                .await
                .body
                .contains("@kiosque@beta.test")
        );
        let end = [("follow", id.as_str()), ("do", "unfollow")];
        assert_eq!(beta.post(&app, "/following/act", &end).await.status, 404);
        assert_eq!(alpha.post(&app, "/following/act", &end).await.status, 303);
        assert!(
            !alpha
                .get(&app, "/following")
                .await
                .body
                .contains("@kiosque@beta.test")
        );
        assert!(
            !beta
                .get(&app, "/following")
                .await
                .body
                .contains("@kiosque@alpha.test")
        );
    });
}

#[test]
fn following_from_elsewhere_leads_on_by_a_link_and_never_by_itself() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut visitor = Browser::new(ALPHA);
        let plain = visitor.get(&app, "/follow-from").await;
        assert!(
            plain.body.contains("@kiosque@alpha.test") && plain.body.contains("name=\"account\"")
        );
        for target in [
            "https://evil.test/actor",
            "http://alpha.test/actor",
            "/actor",
            "javascript:1",
        ] {
            let target: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
            let answer = visitor
                .get(
                    &app,
                    &format!("/follow-from?target={target}&account=a@b.test"),
                )
                .await;
            assert_eq!(answer.status, 404, "{target}");
        }
        for account in [
            "camille",
            "@camille",
            "camille@",
            "a@127.0.0.1",
            "a@b c.example",
            "a@b.example/x",
        ] {
            let account: String =
                url::form_urlencoded::byte_serialize(account.as_bytes()).collect();
            let answer = visitor
                .get(&app, &format!("/follow-from?account={account}"))
                .await;
            assert_eq!(answer.status, 422, "{account}");
            assert!(!answer.body.contains("authorize_interaction"));
        }
        let asked = visitor
            .get(
                &app,
                "/follow-from?target=https://alpha.test/actor&account=@ada@pouet.example",
            )
            .await;
        assert_eq!(asked.status, 200);
        let link =
            "https://pouet.example/authorize_interaction?uri=https%3A%2F%2Falpha.test%2Factor";
        assert!(asked.body.contains(link), "{}", asked.body);
        assert!(asked.header("location").is_empty());
    });
}

#[test]
fn ssrf_07_an_address_asks_little() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut visitor = Browser::new(ALPHA);
        for n in 0..10 {
            let path = format!("/follow-from?account=ada@pouet{n}.example");
            assert_eq!(visitor.get(&app, &path).await.status, 200);
        }
        assert_eq!(
            visitor
                .get(&app, "/follow-from?account=ada@pouet.example")
                .await
                .status,
            429
        );
        scene.pass(301);
        assert_eq!(
            visitor
                .get(&app, "/follow-from?account=ada@pouet.example")
                .await
                .status,
            200
        );
    });
}
