//! SSRF-07 and SSRF-03 at the pages: whom a visitor can make this server ask.

use crate::scene::{Browser, Scene, admin, on_both_among, send};
use actix_web::http::Method;
use federation::Peer;
use hostile::{Fediverse, Reply};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::TcpListener;

const BETA: &str = "http://beta.test";
const HOSTS: [&str; 3] = ["never-met.test", "met.test", "shut.test"];
/// A word that only the other server says.
const WORD: &str = "mot-de-l-autre";

/// A host that says where it follows others, with a word of its own in it.
fn says_where(fediverse: &Fediverse, host: &str) {
    let document = serde_json::json!({"subject": format!("acct:{WORD}@{host}"), "links": [
        {"rel": "http://ostatus.org/schema/1.0/subscribe",
         "template": format!("http://{host}/{WORD}?uri={{uri}}")},
    ]});
    let reply = Reply::typed("application/jrd+json", document.to_string());
    let reply = reply.header("x-secret", WORD);
    fediverse.host(host).answer("/.well-known/webfinger", reply);
}

/// Deliveries and questions of before make a host known.
async fn meet(scene: &Scene, fediverse: &Fediverse, host: &str) {
    scene.federation.peer("http", host).await.unwrap();
    let name = host.to_owned();
    let row = scene
        .database
        .read_now(|c| Peer::by_host(c, &name))
        .unwrap();
    assert!(row.is_some(), "{host}");
    fediverse.forget();
}

/// Nobody may come here; counts who does.
async fn trap() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, reached) = (listener.local_addr().unwrap().port(), Arc::default());
    let count: Arc<AtomicUsize> = Arc::clone(&reached);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, reached)
}

#[test]
fn ssrf_07_a_server_never_met_is_asked_for_somebody_signed_in_alone() {
    on_both_among(&HOSTS, |scene, fediverse| async move {
        let app = scene.app().await;
        for host in HOSTS {
            says_where(&fediverse, host);
        }
        let path = |host: &str| format!("/follow-from?account=@ada@{host}");
        let mut visitor = Browser::new(BETA);
        for account in ["never-met.test", "NEVER-MET.test", "never-met.test:80"] {
            let page = visitor.get(&app, &path(account)).await;
            assert_eq!(page.status, 200, "{account}");
            // What every server of that name would have: nothing of this one's.
            assert!(
                page.body.contains("/authorize_interaction?uri="),
                "{account}"
            );
            assert!(!page.body.contains(WORD), "{account}");
        }
        assert_eq!(fediverse.asked(), Vec::<String>::new());
        // The twin: for whoever is signed in the same server is asked, and what it says is used.
        let mut camille = admin(&app, BETA).await;
        let page = camille.get(&app, &path("never-met.test")).await;
        assert_eq!(page.status, 200);
        let link = format!("http://never-met.test/{WORD}?uri=http%3A%2F%2Fbeta.test%2Factor");
        assert!(page.body.contains(&link), "{}", page.body);
        let asked = fediverse.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        assert!(asked[0].starts_with("GET never-met.test/.well-known/webfinger?resource="));
        // It was asked, and is no more known for that.
        fediverse.forget();
        visitor.get(&app, &path("never-met.test")).await;
        assert_eq!(fediverse.count(), 0);
        // One that was met before is asked for anybody; of its answer the link alone is shown.
        meet(&scene, &fediverse, "met.test").await;
        let page = visitor.get(&app, &path("met.test")).await;
        assert!(page.body.contains(&format!("http://met.test/{WORD}?uri=")));
        assert_eq!(page.body.matches(WORD).count(), 1, "{}", page.body);
        assert!(!page.headers.contains_key("x-secret"));
        assert_eq!(fediverse.count(), 1);
    });
}

#[test]
fn ssrf_07_no_page_and_no_program_asks_a_server_for_a_stranger() {
    on_both_among(&HOSTS, |scene, fediverse| async move {
        let app = scene.app().await;
        let there = "http://never-met.test/users/ada";
        let account = "@ada@never-met.test";
        let visitor = Browser::new(BETA);
        let fields = [
            ("target", account),
            ("url", there),
            ("index_url", there),
            ("account", account),
            ("actor", there),
            ("host", "never-met.test"),
        ];
        for path in [
            "/following",
            "/following/act",
            "/admin/peers/act",
            "/admin/peers/settings",
        ] {
            let answer = send(&app, visitor.form(path, &fields)).await;
            assert!(
                matches!(answer.status, 303 | 403),
                "{path}: {}",
                answer.status
            );
        }
        for (path, body) in [
            ("/api/v1/follows", serde_json::json!({"target": account})),
            ("/api/v1/follows", serde_json::json!({"target": there})),
            (
                "/api/v1/blocks",
                serde_json::json!({"host": "never-met.test"}),
            ),
            ("/api/v1/peers/never-met.test/follow", serde_json::json!({})),
            (
                "/api/v1/agendas",
                serde_json::json!({"username": "x", "name": there}),
            ),
        ] {
            let request = visitor.request(Method::POST, path).set_json(body);
            let answer = send(&app, request).await;
            assert_eq!(answer.status, 401, "{path}: {}", answer.body);
        }
        for path in [
            format!("/?q={there}"),
            format!("/?q={account}"),
            format!("/search?q={there}"),
            format!("/following?q={account}"),
            format!("/about?uri={there}"),
            format!("/authorize_interaction?uri={there}"),
            format!("/follow-from?target={there}&account={account}"),
            "/.well-known/webfinger?resource=acct:ada@never-met.test".to_owned(),
            format!("/.well-known/webfinger?resource={there}"),
            format!("/ns?id={there}"),
        ] {
            let answer = send(&app, visitor.request(Method::GET, &path)).await;
            assert!(answer.status < 500, "{path}: {}", answer.status);
        }
        assert_eq!(fediverse.asked(), Vec::<String>::new());
        // The twin: somebody who may follow makes us ask by the very same form.
        let mut camille = admin(&app, BETA).await;
        camille
            .post(&app, "/following", &[("target", account)])
            .await;
        assert!(fediverse.count() > 0);
    });
}

#[test]
fn ssrf_03_where_a_server_sends_us_on_to_nobody_goes() {
    on_both_among(&HOSTS, |scene, fediverse| async move {
        let app = scene.app().await;
        let (port, reached) = trap().await;
        let host = fediverse.host("met.test");
        meet(&scene, &fediverse, "met.test").await;
        scene.federation.block_host("shut.test", "").await.unwrap();
        let mut camille = admin(&app, BETA).await;
        for to in [
            format!("http://127.0.0.1:{port}/"),
            format!("http://[::ffff:127.0.0.1]:{port}/"),
            format!("http://2130706433:{port}/"),
            "http://shut.test/.well-known/webfinger".to_owned(),
            "http://user@met.test/next".to_owned(),
            "http://beta.test/actor".to_owned(),
            "http://never-met.test/.well-known/webfinger".to_owned(),
            "file:///etc/hosts".to_owned(),
        ] {
            fediverse.forget();
            scene.pass(301);
            host.answer("/.well-known/webfinger", Reply::redirect(&to));
            let page = camille.get(&app, "/follow-from?account=ada@met.test").await;
            assert_eq!(page.status, 200, "{to}");
            assert!(
                page.body.contains("http://met.test/authorize_interaction"),
                "{to}"
            );
            let asked = fediverse.asked();
            assert_eq!(asked.len(), 1, "{to}: {asked:?}");
            assert!(asked[0].starts_with("GET met.test/"), "{to}: {asked:?}");
            assert_eq!(reached.load(Ordering::SeqCst), 0, "{to}");
        }
        // Nor is a place that may not be asked asked directly.
        fediverse.forget();
        scene.pass(301);
        for account in ["ada@shut.test", "ada@sub.shut.test", "ada@beta.test"] {
            let page = camille
                .get(&app, &format!("/follow-from?account={account}"))
                .await;
            assert!(
                matches!(page.status, 200 | 422),
                "{account}: {}",
                page.status
            );
        }
        assert_eq!(fediverse.asked(), Vec::<String>::new());
        // What is answered in place of a document is not shown either.
        let refused = [
            Reply::typed("text/html", format!("<p>{WORD}</p>")),
            Reply::typed("application/json", format!("[\"{WORD}\"]")),
            Reply::typed("application/json", WORD.repeat(10_000)),
            Reply::status(500).header("x-word", WORD),
        ];
        for reply in refused {
            scene.pass(301);
            host.answer("/.well-known/webfinger", reply);
            let page = camille.get(&app, "/follow-from?account=ada@met.test").await;
            assert_eq!(page.status, 200);
            assert!(!page.body.contains(WORD), "{}", page.body);
        }
        // The twin.
        says_where(&fediverse, "met.test");
        let page = camille.get(&app, "/follow-from?account=ada@met.test").await;
        assert!(page.body.contains(WORD));
    });
}
