use crate::http::{self, get, post, send};
use crate::scene::on_both;
use accounts::{local_path, sign_in_address};

#[test]
fn web_03_only_paths_of_this_site() {
    for next in [
        "//evil",
        "/\\evil",
        "\\\\evil",
        "https:evil",
        "https://evil",
        "%2f%2fevil",
        "/%2fevil",
        "/%2Fevil",
        "/%5cevil",
        "///evil",
        "/\t/evil",
        "/\n/evil",
        "/%09/evil",
        "/./\\evil",
        "/.//evil",
        "/a/..//evil",
        "/%2e//evil",
        "javascript:alert(1)",
        "evil",
        "",
        "?x",
        "#x",
        " /a",
        "/a b",
        "/a\u{a0}b",
        "/a\0",
        "http:/evil",
        "//alpha.test/page",
        "https://alpha.test/page",
        "@evil",
        "/\u{2028}evil",
    ] {
        assert_eq!(local_path(next), None, "{next:?}");
    }
    assert_eq!(local_path(&format!("/{}", "a".repeat(3_000))), None);
    for (next, want) in [
        ("/", "/"),
        ("/events/new", "/events/new"),
        ("/agenda?tag=bal&page=2", "/agenda?tag=bal&page=2"),
        (
            "/search?q=https%3A%2F%2Fevil.test",
            "/search?q=https%3A%2F%2Fevil.test",
        ),
        ("/search?q=//evil", "/search?q=//evil"),
        ("/@raffinerie", "/@raffinerie"),
        ("/a//b", "/a//b"),
        ("/été", "/%C3%A9t%C3%A9"),
        ("/a/../b", "/b"),
        ("/a#b", "/a#b"),
    ] {
        assert_eq!(local_path(next).as_deref(), Some(want), "{next:?}");
    }
}

#[test]
fn web_03_the_way_to_the_sign_in_page_and_back() {
    assert_eq!(
        sign_in_address(Some("/agenda?tag=a&b=c")),
        "/login?next=%2Fagenda%3Ftag%3Da%26b%3Dc"
    );
    assert_eq!(sign_in_address(Some("//evil")), "/login");
    assert_eq!(sign_in_address(Some("/")), "/login");
    assert_eq!(sign_in_address(None), "/login");
    on_both(|scene| async move {
        let app = http::app(&scene, &Default::default()).await;
        let answer = send(&app, get("alpha.test", "/private?x=1&y=2")).await;
        assert_eq!(answer.status, 303);
        assert_eq!(
            answer.header("location"),
            Some("/login?next=%2Fprivate%3Fx%3D1%26y%3D2")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        // A form is not gone back to.
        let answer = send(&app, post("https://alpha.test", "/private", "")).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/login"))
        );
        let answer = send(&app, get("alpha.test", "/api/private")).await;
        assert_eq!(
            (answer.status, answer.header("www-authenticate")),
            (401, Some("Bearer"))
        );
        let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(json["error"], "sign_in");
    });
}
