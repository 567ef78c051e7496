//! What the application answers to, read from its own map of resources.

use crate::scene::rooms;
use actix_web::http::Method;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, HttpRequest, HttpResponse, web};
use publication::Registry;
use std::collections::BTreeSet;

/// A method and the pattern of an address.
pub(super) type Route = (&'static str, String);

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Answers what no route takes: the map of all resources, under a status that no handler has.
async fn nobody(request: HttpRequest) -> HttpResponse {
    HttpResponse::ImATeapot().body(format!("{:?}", request.resource_map()))
}

/// The patterns in a map of resources, as it is printed.
fn patterns(map: &str) -> BTreeSet<String> {
    assert!(!map.contains("List(["), "a resource with several patterns");
    let quoted = map.split("Single(\"").skip(1);
    let all = quoted.map(|rest| rest.split_once("\")").unwrap().0.replace("\\\\", "\\"));
    all.filter(|pattern| !pattern.is_empty()).collect()
}

/// An address that the pattern takes, of invented parts.
fn sample(pattern: &str) -> String {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        // A part's expression may hold braces of its own: `[0-9a-f-]{36}`.
        let mut depth = 1;
        let end = after.find(|c| {
            depth += match c {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            depth == 0
        });
        let (part, next) = after.split_at(end.unwrap());
        let words = part.split_once(':').map(|(_, expression)| expression);
        path.push_str(match words {
            Some(words) if words.contains("{36}") => "01900000-0000-7000-8000-000000000000",
            Some(words) if words.contains('|') => words.split('|').next().unwrap(),
            _ => "x",
        });
        rest = &next[1..];
    }
    path + rest
}

/// Every method and pattern that some handler takes. The application asked here has no data: whatever reaches a
/// handler fails there, and what reaches none says so by its status.
pub(super) async fn routes(registry: &Registry) -> BTreeSet<Route> {
    let app = App::new()
        .configure(rooms(registry))
        .default_service(web::to(nobody));
    let app = init_service(app).await;
    let ask = async |method: &str, path: &str, accept: &str| {
        let request = TestRequest::with_uri(path)
            .method(method.parse::<Method>().unwrap())
            .insert_header(("accept", accept));
        call_service(&app, request.to_request()).await
    };
    let map = ask("GET", "/nobody/takes/this", "text/html").await;
    let map = actix_web::test::read_body(map).await;
    let mut found = BTreeSet::new();
    for pattern in patterns(std::str::from_utf8(&map).unwrap()) {
        let path = sample(&pattern);
        let mut taken = 0;
        for method in METHODS {
            for accept in ["text/html", "application/activity+json"] {
                let answer = ask(method, &path, accept).await;
                // Where this pattern's guards say no, one that comes later may take the same address.
                let reached = answer.request().match_pattern();
                let ours = reached.as_ref() == Some(&pattern);
                if ours && ![405, 418].contains(&answer.status().as_u16()) {
                    taken += 1;
                    found.insert((method, pattern.clone()));
                }
            }
        }
        assert!(taken > 0, "no method reaches {pattern}");
    }
    found
}

/// What the binary serves beside the rooms, each with a test of its own in `crates/kiosque`.
const BESIDE: [&str; 1] = ["/health"];

#[test]
fn aut_15_the_binary_serves_these_rooms_and_nothing_beside_them() {
    let wiring = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../kiosque/src/commands/serve.rs"
    );
    let wiring = std::fs::read_to_string(wiring).unwrap();
    let scene = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/web/scene.rs");
    let scene = std::fs::read_to_string(scene).unwrap();
    let all = |text: &str, before: &str| -> BTreeSet<String> {
        let found = text.split(before).skip(1);
        let word = |rest: &str| rest.split([',', ':', ')', '"']).next().unwrap().to_owned();
        found.map(word).collect()
    };
    let served = all(&wiring, ".configure(");
    assert!(served.len() > 3, "{served:?}");
    for room in &served {
        assert!(
            scene.contains(&format!("{room}::configure")),
            "{room} is not in the scene"
        );
    }
    let beside: Vec<String> = all(&wiring, ".route(\"").into_iter().collect();
    assert_eq!(beside, BESIDE);
    assert!(!wiring.contains(".service("), "a resource beside the rooms");
}
