//! SSRF: where our own requests go.

use federation::outbox::{Recipients, Spoken, say};
use federation::{Federation, Lookup, Randomness, Settings};
use hostile::{Options, Peer, Reply, World};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use url::Url;

/// A listener that nobody may reach, and how often somebody did.
pub(super) async fn trap() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("free port");
    let port = listener.local_addr().expect("address").port();
    let reached = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reached);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, reached)
}

/// What names resolve to: one set after the other, the last one stays; and how often was asked.
#[derive(Clone, Default)]
pub(super) struct Script(Arc<Mutex<(Vec<Vec<SocketAddr>>, usize)>>);

impl Script {
    pub(super) fn set(&self, sets: Vec<Vec<SocketAddr>>) {
        *self.0.lock().expect("script") = (sets, 0);
    }

    fn asked(&self) -> usize {
        self.0.lock().expect("script").1
    }

    pub(super) fn lookup(&self) -> Lookup {
        let script = Arc::clone(&self.0);
        Arc::new(move |_| {
            let mut script = script.lock().expect("script");
            script.1 += 1;
            let set = if script.0.len() > 1 {
                script.0.remove(0)
            } else {
                script.0.first().cloned().unwrap_or_default()
            };
            Box::pin(async move { Ok(set) })
        })
    }
}

/// A server as in production: https and public addresses only, names resolved by the script.
fn public(script: &Script) -> Options {
    Options {
        local_test: false,
        lookup: Some(script.lookup()),
        site: "ours.example.org",
        ..Options::hosts(&[])
    }
}

async fn reason(world: &World, url: &str) -> String {
    let url = Url::parse(url).expect("url");
    match world.federation.fetch_document(&world.site, &url).await {
        Ok(_) => "fetched".to_owned(),
        Err(error) => error.to_string(),
    }
}

const REFUSED: &str = "does not resolve to a public address";

/// In 2000::/3 and given to nobody: public by the rule, and no packet of a test reaches anybody.
pub(super) fn nobody(port: u16) -> SocketAddr {
    SocketAddr::from(([0x2000, 0, 0, 0, 0, 0, 0, 1], port))
}

#[test]
fn ssrf_01_no_name_leads_inside() {
    let script = Script::default();
    hostile::each(&public(&script), async |world| {
        let (port, reached) = trap().await;
        for inside in [
            "127.0.0.1",
            "127.8.9.1",
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.254",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "ff02::1",
        ] {
            let inside = SocketAddr::new(inside.parse().expect(inside), port);
            for set in [
                vec![inside],
                vec![nobody(port), inside],
                vec![inside, nobody(port)],
            ] {
                script.set(vec![set.clone()]);
                let why = reason(&world, "https://peer.example.net/x").await;
                assert!(why.contains(REFUSED), "{set:?}: {why}");
                assert_eq!(script.asked(), 1, "{set:?}");
            }
        }
        script.set(vec![vec![]]);
        assert!(
            reason(&world, "https://peer.example.net/x")
                .await
                .contains(REFUSED)
        );
        assert_eq!(reached.load(Ordering::SeqCst), 0);
        // The twin fails later, at the connection.
        script.set(vec![vec![nobody(port)]]);
        let why = reason(&world, "https://other.example.net/x").await;
        assert!(!why.contains(REFUSED), "{why}");
    });
}

#[test]
fn ssrf_02_what_was_checked_is_what_is_connected_to() {
    let script = Script::default();
    hostile::each(&public(&script), async |world| {
        let (port, reached) = trap().await;
        let inside = SocketAddr::from(([127, 0, 0, 1], port));
        // Public when first asked, inside a moment later.
        script.set(vec![vec![nobody(port)], vec![inside]]);
        let why = reason(&world, "https://rebind.example.net/x").await;
        assert!(!why.contains(REFUSED) && why != "fetched", "{why}");
        assert_eq!(
            script.asked(),
            1,
            "one look-up, whose answer is connected to"
        );
        let why = reason(&world, "https://rebind.example.net/x").await;
        assert!(why.contains(REFUSED), "{why}");
        assert_eq!(script.asked(), 2);
        assert_eq!(reached.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn ssrf_02_the_trap_can_be_reached() {
    // The control: a test server, which may go to loopback addresses, does get there.
    hostile::each(&Options::hosts(&["alpha.test"]), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        assert_eq!(reason(&world, &alice.uri).await, "fetched");
        assert!(
            reason(&world, "http://unlisted.test/x")
                .await
                .contains("not among the hosts")
        );
    });
}

#[test]
fn ssrf_03_redirects_are_few_and_checked() {
    hostile::each(
        &Options::hosts(&["alpha.test", "beta.test"]),
        async |world| {
            let host = world.fediverse.host("alpha.test");
            let other = world.fediverse.host("beta.test");
            let alice = Peer::new(&host, "alice", 1);
            alice.serve_event("1", &alice.event("1", "Concert"));
            let (port, reached) = trap().await;
            for to in [
                format!("http://127.0.0.1:{port}/"),
                format!("http://[::1]:{port}/"),
                format!("http://2130706433:{port}/"),
                "http://unlisted.test/".to_owned(),
                "http://user@beta.test/".to_owned(),
                "http://ours.test/actor".to_owned(),
                "file:///etc/hosts".to_owned(),
                "data:application/activity+json,{}".to_owned(),
                "gopher://beta.test/".to_owned(),
                "ftp://beta.test/".to_owned(),
                "http://".to_owned(),
            ] {
                world.fediverse.forget();
                host.answer("/out", Reply::redirect(&to));
                assert_ne!(reason(&world, &host.url("/out")).await, "fetched", "{to}");
                assert_eq!(world.fediverse.asked(), ["GET alpha.test/out"], "{to}");
            }
            assert_eq!(reached.load(Ordering::SeqCst), 0);
            // Three hops, the last two relative in both ways.
            host.answer("/hop1", Reply::redirect(&other.url("/hop2")));
            other.answer("/hop2", Reply::redirect("//alpha.test/hop3"));
            host.answer("/hop3", Reply::redirect("events/1"));
            assert_eq!(reason(&world, &host.url("/hop1")).await, "fetched");
            host.answer("/hop0", Reply::redirect("/hop1"));
            world.fediverse.forget();
            assert_eq!(
                reason(&world, &host.url("/hop0")).await,
                "too many redirects"
            );
            assert_eq!(world.fediverse.count(), 4);
            host.answer("/self", Reply::redirect("/self"));
            assert_eq!(
                reason(&world, &host.url("/self")).await,
                "too many redirects"
            );
            host.answer("/nowhere", Reply::status(302));
            assert_eq!(
                reason(&world, &host.url("/nowhere")).await,
                "the server answered 302"
            );
        },
    );
}

#[test]
fn ssrf_03_04_as_in_production() {
    let script = Script::default();
    hostile::each(&public(&script), async |world| {
        let (port, reached) = trap().await;
        script.set(vec![vec![SocketAddr::from(([127, 0, 0, 1], port))]]);
        for text in [
            "http://peer.example.net/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://peer.example.net:8443/",
            "https://good@127.0.0.1/",
            "https://good@peer.example.net/",
            "https://good:pw@peer.example.net/",
            "https://localhost/",
            "https://peer.example.net./",
            "https://db.internal/",
            "https://printer.local/",
            "https://alpha.test/",
            "https://intranet/",
            "https://ours.example.org/actor",
            "https://ours.example.org./actor",
            "https://OURS.example.org/actor",
        ] {
            let url = Url::parse(text).expect(text);
            assert!(world.federation.client().check(&url).is_err(), "{text}");
            assert_ne!(reason(&world, text).await, "fetched", "{text}");
        }
        assert_eq!(script.asked(), 0, "refused before any look-up");
        assert_eq!(reached.load(Ordering::SeqCst), 0);
        let fine = Url::parse("https://peer.example.net/users/a?x=1").expect("url");
        assert!(world.federation.client().check(&fine).is_ok());
    });
}

#[test]
fn ssrf_05_the_request_line_stays_whole() {
    hostile::each(&Options::hosts(&["alpha.test"]), async |world| {
        for text in [
            "http://alpha.test/a%0d%0aX-Evil:%201",
            "http://alpha.test/a\r\nX-Evil: 1",
            "http://alpha.test/a b\tc",
            "http://alpha.test/a\\b",
            "http://alpha.test/é?ü=1",
            "@a%0d%0aX-Evil@alpha.test",
            "@a\r\nX-Evil: 1@alpha.test",
        ] {
            world.fediverse.forget();
            assert!(
                world.federation.look_up(&world.site, text).await.is_err(),
                "{text}"
            );
            for seen in world.fediverse.seen() {
                assert_eq!(
                    (seen.method.as_str(), seen.host.as_str()),
                    ("GET", "alpha.test")
                );
                assert!(
                    seen.target.bytes().all(|b| b.is_ascii_graphic()),
                    "{}",
                    seen.target
                );
                assert_eq!(seen.header("x-evil"), None, "{text}");
            }
        }
        for text in [
            "http://alpha.test\r\n.evil.test/x",
            "http://alpha.test%0d%0a/x",
            "http://al pha.test/",
            "@a@alpha.test/../x",
            "@a@evil test",
        ] {
            let found = world.federation.look_up(&world.site, text).await;
            assert!(found.is_err(), "{text}");
        }
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        assert!(
            world
                .federation
                .look_up(&world.site, "@alice@alpha.test")
                .await
                .is_ok()
        );
        assert!(
            world
                .federation
                .look_up(&world.site, &alice.uri)
                .await
                .is_ok()
        );
    });
}

#[test]
fn ssrf_06_an_inbox_is_checked_again_when_it_is_sent_to() {
    let script = Script::default();
    hostile::on_both(&public(&script), async |world| {
        let (port, reached) = trap().await;
        script.set(vec![vec![SocketAddr::from(([127, 0, 0, 1], port))]]);
        let send = |n: usize, inbox: &str| {
            let now = world.ts();
            let uri = format!("https://ours.example.org/actor#{n}");
            let spoken = Spoken {
                site: world.site.id,
                actor: world.instance.id,
                kind: "Announce",
                object_id: None,
                object_uri: "https://ours.example.org/x".to_owned(),
                body: json!({"id": uri, "type": "Announce"}),
                uri,
                recipients: Recipients::inbox(inbox),
                listed: false,
            };
            world.write(|c| say(c, &spoken, now));
            world.federation.wake();
        };
        let inboxes = [
            "https://moved.example.net/inbox",
            "https://127.0.0.1/inbox",
            "http://peer.example.net/inbox",
            "https://ours.example.org/inbox",
        ];
        for (n, inbox) in inboxes.into_iter().enumerate() {
            send(n, inbox);
        }
        world.settle().await;
        let outcome: Vec<(String, String, Option<String>)> = world.read(|c| {
            use diesel::prelude::*;
            use store::schema::deliveries::dsl as d;
            Ok(d::deliveries
                .order(d::id)
                .select((d::inbox, d::state, d::last_error))
                .load(c)?)
        });
        let line: Vec<(&str, &str)> = outcome
            .iter()
            .map(|(inbox, state, _)| (inbox.as_str(), state.as_str()))
            .collect();
        assert_eq!(
            line,
            [
                (inboxes[0], "queued"),
                (inboxes[1], "failed"),
                (inboxes[2], "failed")
            ],
            "{outcome:?}"
        );
        assert!(
            outcome[0]
                .2
                .as_deref()
                .is_some_and(|why| why.contains(REFUSED)),
            "{outcome:?}"
        );
        assert_eq!(reached.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn ssrf_09_what_is_typed_stays_inside_its_place_in_an_address() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |world| {
        let host = world.fediverse.host("alpha.test");
        let find = async |typed: &str| {
            world.fediverse.forget();
            world.federation.look_up(&world.site, typed).await.is_ok()
        };
        // A name is a value of one parameter, whatever it holds.
        for name in [
            "a&resource=acct:root",
            "a#",
            "a?x=1",
            "a%26resource=b",
            "../../admin",
            "a/../b",
            "jpg&proxy=http://127.0.0.1",
            "a;b",
            "a+b c",
            "é\u{202e}",
        ] {
            assert!(!find(&format!("@{name}@alpha.test")).await, "{name}");
            for seen in world.fediverse.seen() {
                let url = Url::parse(&format!("http://alpha.test{}", seen.target)).expect("url");
                assert_eq!(url.path(), "/.well-known/webfinger", "{name}");
                let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
                let want = ("resource".to_owned(), format!("acct:{name}@alpha.test"));
                assert_eq!(pairs, [want], "{name}");
            }
        }
        // A host is a host and nothing more.
        for place in [
            "alpha.test/../x",
            "alpha.test?x",
            "alpha.test#x",
            "alpha.test&x=1",
            "alpha.test%2fx",
            "alpha.test\\x",
            "alpha.test:80/x",
            "alpha.test:x",
            "[::1]",
            "good@alpha.test",
        ] {
            assert!(!find(&format!("@alice@{place}")).await, "{place}");
            assert!(!find(place).await || place.is_empty(), "{place}");
            let strange = |seen: &hostile::Seen| !seen.target.starts_with("/.well-known/");
            assert!(!world.fediverse.seen().iter().any(strange), "{place}");
        }
        // What NodeInfo and WebFinger give as addresses is checked like any other.
        let links = json!({"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0",
            "href": "http://127.0.0.1/nodeinfo&proxy=http://alpha.test/"}]});
        host.answer(
            "/.well-known/nodeinfo",
            Reply::typed("application/json", links.to_string()),
        );
        assert!(!find("alpha.test").await);
        let alice = Peer::new(&host, "alice", 1);
        assert!(find("@alice@alpha.test").await);
        assert!(find(&alice.uri).await);
    });
}

#[test]
fn ssrf_10_the_switch_for_tests_beside_a_public_name() {
    hostile::each(&Options::hosts(&[]), async |world| {
        let open = || {
            let settings = Settings {
                local_test: true,
                hosts: Default::default(),
                fast: false,
                namespace: "https://ns.example.org/ns#".to_owned(),
                master_key: [7; 32],
                user_agent: "Kiosque (test)".to_owned(),
                delivery_concurrency: 1,
                proxies: sites::Proxies::default(),
                limits_factor: 1,
            };
            let sites = sites::Sites::open(world.database.clone()).expect("sites");
            let (time, random) = (world.now(), Randomness::new(|_| {}));
            let clock = store::Clock::new(move || time);
            let content = Arc::new(world.registry.clone());
            Federation::open(
                settings,
                world.database.clone(),
                sites,
                clock,
                random,
                federation::system_lookup(),
                content,
            )
        };
        assert!(open().is_ok());
        let new = sites::NewSite {
            host: "agenda.example.org".to_owned(),
            scheme: "https".to_owned(),
            name: "Public".to_owned(),
            language: "fr".to_owned(),
            timezone: chrono_tz::Europe::Paris,
            about: sites::About::default(),
        };
        let now = world.ts();
        world.write(|c| sites::Site::create(c, &new, now));
        assert!(
            matches!(open(), Err(federation::StartError::LocalTest(host)) if host == "agenda.example.org")
        );
    });
}
