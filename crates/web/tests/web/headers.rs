//! WEB-05 and ACL-06: the headers of every kind of answer.

use crate::scene::{Answer, Browser, admin, on_both, send};
use actix_web::http::Method;

const ALPHA: &str = "https://alpha.test";

fn check(name: &str, answer: &Answer, page: bool, https: bool) {
    for (header, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(header), value, "{name} {header}");
    }
    assert!(
        answer
            .header("permissions-policy")
            .contains("geolocation=()"),
        "{name}"
    );
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'"), "{name}: {policy}");
    assert!(
        policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"),
        "{name}"
    );
    assert_eq!(
        policy.contains("form-action 'self'"),
        page,
        "{name}: {policy}"
    );
    assert_eq!(policy.contains("sandbox"), !page, "{name}: {policy}");
    assert_eq!(
        !answer.header("strict-transport-security").is_empty(),
        https,
        "{name}"
    );
    assert!(answer.header("server").is_empty());
}

#[test]
fn web_05_each_kind_of_answer_carries_the_whole_set() {
    on_both(|scene| async move {
        let app = scene.app().await;
        for (origin, https) in [(ALPHA, true), ("http://beta.test", false)] {
            let browser = Browser::new(origin);
            let get = |path: &str| browser.request(Method::GET, path);
            let large = "a".repeat(accounts::LONGEST_FORM + 1);
            let pages = [
                ("page", get("/about"), 200),
                ("redirect", get("/account"), 303),
                ("missing", get("/nothing"), 404),
                ("head", browser.request(Method::HEAD, "/about"), 200),
                ("method", browser.request(Method::PUT, "/login"), 405),
                ("fault", browser.form("/login", &[("email", "x")]), 422),
                (
                    "too large",
                    browser.form("/login", &[("email", &large)]),
                    413,
                ),
                (
                    "refused",
                    browser
                        .form("/login", &[])
                        .insert_header(("origin", "null")),
                    403,
                ),
            ];
            for (name, request, status) in pages {
                let answer = send(&app, request).await;
                assert_eq!(answer.status, status, "{name}");
                check(name, &answer, true, https);
                if status >= 400 {
                    assert!(answer.body.contains("<html"), "{name}: {}", answer.body);
                }
            }
            let activity =
                |path: &str| get(path).insert_header(("accept", "application/activity+json"));
            let files = [
                ("style", get(ui::asset_path("site.css")), 200),
                ("icon", get("/favicon.svg"), 200),
                ("colours", get("/theme.css"), 200),
                ("robots", get("/robots.txt"), 200),
                ("actor", activity("/actor"), 200),
                ("API", get("/api/v1/site"), 200),
                ("API, nobody", get("/api/v1/follows"), 401),
                ("API, missing", get("/api/v1/nothing"), 404),
                ("document, missing", activity("/nothing"), 404),
            ];
            for (name, request, status) in files {
                let answer = send(&app, request).await;
                assert_eq!(answer.status, status, "{name}");
                check(name, &answer, false, https);
                if status >= 400 {
                    assert!(answer.json()["error"].is_string(), "{name}");
                    assert!(answer.json()["message"].is_string(), "{name}");
                }
            }
        }
        let answer = send(
            &app,
            Browser::new("https://unknown.test").request(Method::GET, "/"),
        )
        .await;
        assert_eq!(answer.status, 421);
        check("unknown host", &answer, true, false);
    });
}

#[test]
fn acl_06_what_depends_on_a_cookie_is_kept_by_nobody() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut visitor = Browser::new(ALPHA);
        let page = visitor.get(&app, "/about").await;
        assert_eq!(page.header("cache-control"), "no-cache");
        for word in ["Cookie", "Accept", "Accept-Language"] {
            assert!(
                page.header("vary").split(", ").any(|name| name == word),
                "{word}"
            );
        }
        let tag = page.header("etag").to_owned();
        let again = visitor
            .request(Method::GET, "/about")
            .insert_header(("if-none-match", tag.as_str()));
        let again = send(&app, again).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""));
        let other = visitor
            .request(Method::GET, "/about")
            .insert_header(("if-none-match", "\"other\""));
        assert_eq!(send(&app, other).await.status, 200);
        let mut alpha = admin(&app, ALPHA).await;
        for path in ["/about", "/account", "/nothing"] {
            let page = alpha.get(&app, path).await;
            assert_eq!(page.header("cache-control"), "private, no-store", "{path}");
            assert!(page.header("etag").is_empty());
        }
        let style = visitor.get(&app, ui::asset_path("site.css")).await;
        assert!(style.header("cache-control").contains("immutable"));
    });
}

#[test]
fn words_of_the_address_do_not_get_into_the_page() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut visitor = Browser::new(ALPHA);
        let said = visitor.get(&app, "/about?done=saved").await;
        assert!(said.body.contains("class=\"flash success\""));
        for key in [
            "unknown-key",
            "saved%3Cb%3E",
            "Votre+compte+est+ferm%C3%A9",
            "",
        ] {
            let page = visitor.get(&app, &format!("/about?done={key}")).await;
            assert!(!page.body.contains("class=\"flash"), "{key}");
        }
    });
}

#[test]
fn the_language_is_the_address_then_the_browser_then_the_site() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let browser = Browser::new(ALPHA);
        for (path, accept, lang) in [
            ("/about", "", "fr"),
            ("/about", "*", "fr"),
            ("/about", "en-GB,en;q=0.9", "en"),
            ("/about?lang=fr", "en", "fr"),
            ("/about?lang=xx", "en", "en"),
        ] {
            let request = browser
                .request(Method::GET, path)
                .insert_header(("accept-language", accept));
            let page = send(&app, request).await;
            assert!(
                page.body.contains(&format!("<html lang=\"{lang}\"")),
                "{path} {accept}"
            );
        }
    });
}
