//! WEB-01, WEB-03, WEB-04, WEB-06 on the pages.

use crate::scene::{Browser, admin, on_both, send};
use actix_web::http::Method;

const ALPHA: &str = "https://alpha.test";

/// Every route of this room that changes something, but `/setup`, which has a test of its own.
/// True for those that need somebody signed in.
const CHANGING: [(&str, bool); 47] = [
    ("/signup", false),
    ("/login", false),
    ("/confirm", false),
    ("/reset", false),
    ("/invitation", false),
    ("/account", true),
    ("/account/password", true),
    ("/account/email", true),
    ("/account/sessions", true),
    ("/account/tokens", true),
    ("/account/apply", true),
    ("/account/blocks", true),
    ("/account/blocks/remove", true),
    ("/account/export", true),
    ("/account/close", true),
    ("/agendas/new", true),
    ("/agendas/bal", true),
    ("/agendas/bal/people", true),
    ("/agendas/bal/pictures", true),
    ("/following", true),
    ("/following/act", true),
    ("/admin/site", true),
    ("/admin/site/pictures", true),
    ("/admin/people", true),
    ("/admin/deliveries/parked", true),
    ("/admin/blocks/preview", true),
    ("/admin/blocks/take", true),
    ("/admin/blocks/lists", true),
    ("/admin/blocks/allowed", true),
    ("/admin/peers/act", true),
    ("/admin/peers/settings", true),
    ("/admin/peers/rule", true),
    ("/report", false),
    ("/report/confirm", false),
    ("/appeal", false),
    ("/corrections/01900000-0000-7000-8000-000000000000", true),
    ("/admin/queue", true),
    ("/admin/rules", true),
    ("/admin/hooks", true),
    ("/admin/hooks/01900000-0000-7000-8000-000000000000", true),
    ("/admin/cases/01900000-0000-7000-8000-000000000000", true),
    ("/admin/measures", true),
    ("/admin/moderation", true),
    ("/admin/moderation/settings", true),
    ("/admin/measures/undo", true),
    ("/admin/appeals/01900000-0000-7000-8000-000000000000", true),
    ("/logout", true),
];

fn sources(folder: &std::path::Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => sources(&path, found),
            false => found.push(std::fs::read_to_string(path).unwrap()),
        }
    }
}

#[test]
fn web_01_the_table_names_every_route_that_changes_something() {
    let mut all = Vec::new();
    sources(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut all,
    );
    let posts: usize = all
        .iter()
        .filter(|text| !text.contains("/api/v1/"))
        .map(|text| text.matches("web::post()").count())
        .sum();
    assert_eq!(posts, CHANGING.len() + 1, "with /setup");
}

#[test]
fn web_01_only_our_own_pages_change_something() {
    on_both(|scene| async move {
        let app = scene.app().await;
        for (path, signed) in CHANGING {
            let browser = match signed {
                true => admin(&app, ALPHA).await,
                false => Browser::new(ALPHA),
            };
            scene.pass(3_700);
            let own = || browser.form(path, &[]);
            let refused = [
                (
                    "origin",
                    own().insert_header(("origin", "https://evil.test")),
                ),
                (
                    "other site of ours",
                    own().insert_header(("origin", "http://beta.test")),
                ),
                ("null", own().insert_header(("origin", "null"))),
                (
                    "cross-site",
                    own().insert_header(("sec-fetch-site", "cross-site")),
                ),
                (
                    "same-site",
                    own().insert_header(("sec-fetch-site", "same-site")),
                ),
                ("text", own().insert_header(("content-type", "text/plain"))),
            ];
            for (name, request) in refused {
                let answer = send(&app, request).await;
                assert!(
                    [403, 415].contains(&answer.status),
                    "{path} {name}: {}",
                    answer.status
                );
                assert!(answer.header("set-cookie").is_empty(), "{path} {name}");
            }
            if signed {
                // A form with a file is read as one; its forged token has a test of its own.
                let refusals: &[u16] =
                    match path.ends_with("/pictures") || path.ends_with("/preview") {
                        true => &[400, 404],
                        false => &[403],
                    };
                let mut forged = browser.clone();
                for token in ["", "another"] {
                    forged.csrf = token.into();
                    let answer = send(&app, forged.form(path, &[])).await;
                    assert!(refusals.contains(&answer.status), "{path} {token}");
                }
                let mut visitor = Browser::new(ALPHA);
                let answer = visitor.post(&app, path, &[]).await;
                assert_eq!(
                    (answer.status, answer.header("location")),
                    (303, "/login"),
                    "{path}"
                );
            }
            for disguise in ["_method", "x-http-method-override"] {
                let get = browser
                    .request(Method::GET, &format!("{path}?{disguise}=POST"))
                    .insert_header(("x-http-method-override", "POST"));
                let answer = send(&app, get).await;
                assert!(answer.header("set-cookie").is_empty(), "{path}");
                assert!(!answer.header("location").contains("done="), "{path}");
            }
            // The twin: the form of our own page reaches its handler.
            let answer = send(&app, own()).await;
            assert!(
                ![401, 403, 405, 415, 500].contains(&answer.status),
                "{path}: {}",
                answer.status
            );
        }
    });
}

#[test]
fn web_03_after_signing_in_one_stays_here() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let foreign = [
            "//evil.test/x",
            "/\\evil.test",
            "https:evil.test",
            "http://evil.test/",
            "%2f%2fevil.test",
            "/%2f/evil.test",
            "/%5cevil.test",
            "javascript:alert(1)",
            "\t//evil.test",
            "",
        ];
        for next in foreign {
            let mut visitor = Browser::new(ALPHA);
            let page = visitor
                .get(&app, &format!("/login?next={}", urlencoded(next)))
                .await;
            assert!(
                !page.body.contains("evil") && !page.body.contains("alert(1)"),
                "{next}"
            );
            let fields = [
                ("email", "admin@alpha.test"),
                ("password", crate::scene::PASSWORD),
                ("next", next),
            ];
            let done = visitor.post(&app, "/login", &fields).await;
            assert_eq!((done.status, done.header("location")), (303, "/"), "{next}");
            scene.pass(3_700);
        }
        let mut visitor = Browser::new(ALPHA);
        let fields = [
            ("email", "admin@alpha.test"),
            ("password", crate::scene::PASSWORD),
            ("next", "/agendas/new?x=1"),
        ];
        let done = visitor.post(&app, "/login", &fields).await;
        assert_eq!(
            (done.status, done.header("location")),
            (303, "/agendas/new?x=1")
        );
    });
}

fn urlencoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[test]
fn web_04_a_session_of_one_site_opens_nothing_on_the_other() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let alpha = admin(&app, ALPHA).await;
        let value = alpha.cookie.clone().unwrap();
        assert!(value.starts_with("__Host-session="));
        let token = value.split_once('=').unwrap().1;
        let mut carried = Browser::new("http://beta.test");
        carried.cookie = Some(format!("session={token}"));
        for path in ["/account", "/admin", "/agendas"] {
            let answer = carried.get(&app, path).await;
            assert_eq!(answer.status, 303, "{path}");
            assert!(answer.header("location").starts_with("/login"), "{path}");
        }
        let answer = carried.get(&app, "/about").await;
        assert!(!answer.body.contains("alpha.test") && !answer.body.contains("Camille"));
        let mut twin = admin(&app, "http://beta.test").await;
        assert_eq!(twin.get(&app, "/admin").await.status, 200);
    });
}

#[test]
fn web_04_an_unknown_host_gets_421_without_cookie_or_link() {
    on_both(|scene| async move {
        let app = scene.app().await;
        for host in [
            "unknown.test",
            "alpha.test.evil.test",
            "127.0.0.1",
            "alpha.test.",
        ] {
            for path in [
                "/",
                "/login",
                "/setup",
                "/about",
                "/nothing",
                "/api/v1/site",
                "/actor",
            ] {
                let mut visitor = Browser::new(&format!("https://{host}"));
                let answer = visitor.get(&app, path).await;
                assert_eq!(answer.status, 421, "{host}{path}");
                assert!(answer.header("set-cookie").is_empty());
                assert!(
                    !answer.body.contains("http"),
                    "{host}{path}: {}",
                    answer.body
                );
            }
        }
        assert_eq!(Browser::new(ALPHA).get(&app, "/about").await.status, 200);
    });
}

#[test]
fn web_06_new_tabs_know_nothing_of_us() {
    on_both(|scene| async move {
        let app = scene.app().await;
        let mut alpha = admin(&app, ALPHA).await;
        assert_eq!(
            alpha
                .post(&app, "/following", &[("target", "beta.test")])
                .await
                .status,
            303
        );
        let mut tabs = 0;
        for path in [
            "/about",
            "/following",
            "/account",
            "/login",
            "/signup",
            "/admin/site",
            "/follow-from",
        ] {
            let page = alpha.get(&app, path).await;
            assert_eq!(page.status, 200, "{path}");
            for tag in page
                .body
                .split('<')
                .filter(|tag| tag.contains("target=\"_blank\""))
            {
                tabs += 1;
                for word in ["noopener", "noreferrer", "nofollow", "ugc"] {
                    assert!(tag.contains(word), "{path}: {tag}");
                }
            }
        }
        assert!(tabs > 0);
    });
}
