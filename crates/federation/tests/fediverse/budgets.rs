//! DOS-07, DOS-14, RATE-01, AUTH-02: what others may cost, and that only they are turned away for it.

use super::signatures::like;
use chrono::Duration;
use hostile::{Message, Options, Peer, RawAnswer, Reply, World, key};
use serde_json::json;

/// Names below one domain that somebody else owns.
fn below(domain: &str, count: usize) -> Vec<&'static str> {
    let name = |n| &*Box::leak(format!("n{n}.{domain}").into_boxed_str());
    (0..count).map(name).collect()
}

fn wait(answer: &RawAnswer) -> Option<u64> {
    let line = answer
        .headers
        .iter()
        .find(|(name, _)| name == "retry-after");
    line.and_then(|(_, value)| value.parse().ok())
}

/// A delivery in the name of somebody who did not sign it.
fn forged(world: &World, peer: &Peer, part: &str) -> Message {
    world
        .unsigned("/inbox", &like(peer, part))
        .sign(&key(9), &peer.key_id)
}

/// Somebody of a host that nobody ever finds.
fn nobody(world: &World, host: &str) -> Peer {
    Peer::new(&world.fediverse.host(host), "nobody", 9)
}

#[test]
fn dos_14_forged_deliveries_cost_one_domain_so_much_and_nobody_else() {
    let mut options = Options::hosts(&["alpha.test"]);
    options.hosts.extend(below("evil.test", 125));
    hostile::on_both(&options, async |world| {
        let hosts = below("evil.test", 125);
        let known = Peer::new(&world.fediverse.host(hosts[124]), "known", 2);
        assert_eq!(world.deliver(&known, &like(&known, "0")).await.status, 202);
        world.fediverse.forget();
        for (n, host) in hosts[..124].iter().enumerate() {
            let victim = Peer::new(&world.fediverse.host(host), "victor", 4);
            let asked = world.fediverse.count();
            let answer = world.send(&forged(&world, &victim, "1")).await;
            // With the one that was asked for honestly, a hundred and twenty.
            if n < 119 {
                assert_eq!(answer.status, 401, "{host}");
                assert_eq!(world.fediverse.count() - asked, 1, "{host}: its document");
            } else {
                assert_eq!(
                    (answer.status, answer.code().as_str()),
                    (429, "too_much"),
                    "{host}"
                );
                assert!(
                    wait(&answer).is_some_and(|s| (1..=300).contains(&s)),
                    "{answer:?}"
                );
                assert_eq!(world.fediverse.count(), asked, "{host}");
            }
        }
        // Nobody was asked but who was named.
        let asked = world.fediverse.asked();
        assert!(
            asked.iter().all(|line| line.contains(".evil.test/")),
            "{asked:?}"
        );
        // Who is known there is heard, and so is a stranger of another domain at the same address.
        assert_eq!(world.deliver(&known, &like(&known, "1")).await.status, 202);
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        assert_eq!(world.deliver(&alice, &like(&alice, "1")).await.status, 202);
        // The same delivery that was put off comes in later.
        let late = Peer::new(&world.fediverse.host(hosts[123]), "late", 1);
        let answer = world
            .send(&world.message(&late, "/inbox", &like(&late, "1")))
            .await;
        assert_eq!(answer.status, 429);
        world.advance(Duration::seconds(301));
        assert_eq!(world.deliver(&late, &like(&late, "1")).await.status, 202);
    });
}

#[test]
fn dos_14_auth_02_forged_deliveries_cost_one_address_so_much_and_no_other() {
    let mut options = Options::hosts(&["alpha.test"]);
    options.proxies = &["127.0.0.1", "10.0.0.0/8"];
    hostile::on_both(&options, async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        assert_eq!(world.deliver(&alice, &like(&alice, "0")).await.status, 202);
        world.fediverse.forget();
        let from = async |n: usize, hops: &str| {
            let peer = nobody(&world, &format!("d{n}.test"));
            let message = forged(&world, &peer, "1").with("X-Forwarded-For", hops);
            world.send(&message).await
        };
        for n in 0..300 {
            // What the sender writes further left is not believed.
            let answer = from(
                n,
                &format!("192.0.2.{}, 2001:db8:1:2::{n:x}, 10.0.0.9", n % 256),
            )
            .await;
            assert_eq!(answer.status, 401, "{n}");
        }
        for hops in ["2001:db8:1:2::ffff", "8.8.8.8, 2001:db8:1:2:3::1, 10.9.9.9"] {
            let answer = from(900, hops).await;
            assert_eq!(answer.status, 429, "{hops}");
            assert!(
                wait(&answer).is_some_and(|s| (1..=300).contains(&s)),
                "{answer:?}"
            );
        }
        assert_eq!(world.fediverse.count(), 0);
        for (n, hops) in ["2001:db8:1:3::1", "192.0.2.1", "2001:db8:1:2::1, 192.0.2.2"]
            .into_iter()
            .enumerate()
        {
            assert_eq!(from(901 + n, hops).await.status, 401, "{hops}");
        }
        // Who is known is heard from the very address.
        let own = world.message(&alice, "/inbox", &like(&alice, "1"));
        let own = own.with("X-Forwarded-For", "2001:db8:1:2::1");
        assert_eq!(world.send(&own).await.status, 202);
        world.advance(Duration::seconds(301));
        assert_eq!(from(910, "2001:db8:1:2::1").await.status, 401);
    });
}

#[test]
fn auth_02_nobody_but_a_proxy_says_whose_delivery_it_is() {
    hostile::each(&Options::hosts(&["alpha.test"]), async |world| {
        let mut last = 0;
        for n in 0..=300 {
            let peer = nobody(&world, &format!("d{n}.test"));
            let mut message = forged(&world, &peer, "1");
            for name in [
                "X-Forwarded-For",
                "X-Real-IP",
                "Forwarded",
                "CF-Connecting-IP",
            ] {
                let value = match name {
                    "Forwarded" => format!("for=198.51.{}.7", n % 256),
                    _ => format!("198.51.{}.7", n % 256),
                };
                message = message.with(name, &value);
            }
            last = world.send(&message).await.status;
            assert!(n == 300 || last == 401, "{n}: {last}");
        }
        assert_eq!(last, 429, "all of them from one address");
    });
}

#[test]
fn rate_01_an_actor_and_a_host_are_heard_so_often() {
    hostile::on_both(
        &Options::hosts(&["alpha.test", "beta.test"]),
        async |world| {
            let host = world.fediverse.host("alpha.test");
            let say = async |peer: &Peer, n: usize| {
                let message = world.message(peer, "/inbox", &like(peer, &n.to_string()));
                world.send(&message).await
            };
            let eager: Vec<Peer> = ["a", "b", "c", "d"]
                .map(|name| Peer::new(&host, name, 1))
                .into();
            for peer in &eager[..3] {
                for n in 0..1_000 {
                    assert_eq!(say(peer, n).await.status, 202, "{n}");
                }
                if peer.name == "a" {
                    let answer = say(peer, 1_000).await;
                    assert_eq!((answer.status, answer.code().as_str()), (429, "too_much"));
                    assert!(
                        wait(&answer).is_some_and(|s| (1..=300).contains(&s)),
                        "{answer:?}"
                    );
                    let rows = world.rows();
                    assert!(
                        !rows.contains(&format!("{}#1000", peer.uri)),
                        "nothing is kept of it"
                    );
                }
            }
            assert_eq!(
                say(&eager[3], 0).await.status,
                429,
                "the host has said enough"
            );
            let other = Peer::new(&world.fediverse.host("beta.test"), "other", 2);
            assert_eq!(say(&other, 0).await.status, 202, "another has not");
            // Forged in its name, nothing is counted for it.
            for n in 0..5 {
                let answer = world.send(&forged(&world, &other, &n.to_string())).await;
                assert_eq!(answer.status, 401);
            }
            world.advance(Duration::seconds(301));
            for peer in [&eager[0], &eager[3]] {
                assert_eq!(
                    say(peer, 1_000).await.status,
                    202,
                    "later there is room again"
                );
            }
            world.settle().await;
        },
    );
}

#[test]
fn dos_07_one_activity_causes_twenty_requests_at_most() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |world| {
        let host = world.fediverse.host("alpha.test");
        let (alice, bob) = (Peer::new(&host, "alice", 1), Peer::new(&host, "bob", 2));
        world.follow(&alice).await;
        world.follow(&bob).await;
        for n in 0..40 {
            let part = n.to_string();
            let event = bob.event(&part, "Concert");
            bob.serve_event(&part, &event);
            world
                .send(&world.message(&bob, "/inbox", &bob.says("Create", &part, event)))
                .await;
        }
        world.settle().await;
        world.fediverse.forget();
        // Of somebody else's objects each one's own server must be asked.
        let named = |parts: std::ops::Range<usize>| {
            let uris: Vec<String> = parts.map(|n| bob.event_uri(&n.to_string())).collect();
            json!(uris)
        };
        let answer = world
            .deliver(&alice, &alice.says("Delete", "d1", named(0..40)))
            .await;
        assert_eq!(answer.status, 202);
        assert_eq!(world.fediverse.count(), 20, "{:?}", world.fediverse.asked());
        assert_eq!(
            (
                world.queued("queued"),
                world.queued("later"),
                world.queued("parked")
            ),
            (0, 0, 0)
        );
        // A way that leads on and on, to a document that says it is another one.
        for n in 0..4 {
            let here = host.url(&format!("/way/{}", n + 1));
            host.answer(&format!("/way/{n}"), Reply::redirect(&here));
        }
        world.fediverse.forget();
        world
            .deliver(
                &alice,
                &alice.says("Announce", "a1", json!(host.url("/way/0"))),
            )
            .await;
        assert!((1..=20).contains(&world.fediverse.count()));
        // The twin: few enough are asked for and go.
        for n in 0..5 {
            host.answer(&format!("/events/{n}"), Reply::status(410));
        }
        world.fediverse.forget();
        world
            .deliver(&alice, &alice.says("Delete", "d2", named(0..6)))
            .await;
        assert_eq!(world.fediverse.count(), 6);
        let state = |n: usize| {
            world
                .object(&bob.event_uri(&n.to_string()))
                .map(|o| o.state)
        };
        assert!((0..5).all(|n| state(n).as_deref() == Some("deleted")));
        assert_eq!(state(5).as_deref(), Some("public"));
    });
}

#[test]
fn dos_07_so_many_new_hosts_of_one_domain_are_met_in_an_hour() {
    let mut options = Options::hosts(&["alpha.test", "beta.test"]);
    options.hosts.extend(below("evil.test", 205));
    hostile::on_both(&options, async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        world.follow(&alice).await;
        let hosts = below("evil.test", 205);
        for (n, host) in hosts.iter().enumerate() {
            let there = hostile::at(host, "/events/1");
            let announce = alice.says("Announce", &format!("a{n}"), json!(there));
            world
                .send(&world.message(&alice, "/inbox", &announce))
                .await;
        }
        world.settle().await;
        assert_eq!(world.fediverse.count(), 200);
        assert_eq!(world.queued("later"), 5, "put off, not lost");
        // One that was met may be asked again, and so may another domain.
        let (met, other) = (
            hostile::at(hosts[0], "/events/2"),
            hostile::at("beta.test", "/events/1"),
        );
        for (part, there) in [("again", met), ("other", other)] {
            world.fediverse.forget();
            world
                .deliver(&alice, &alice.says("Announce", part, json!(there)))
                .await;
            assert_eq!(world.fediverse.count(), 1, "{part}");
        }
        world.fediverse.forget();
        world.advance(Duration::minutes(61));
        world.settle().await;
        assert_eq!(world.fediverse.count(), 5, "{:?}", world.fediverse.asked());
        assert_eq!(world.queued("later"), 0);
    });
}

#[test]
fn dos_07_a_thread_is_not_followed_up() {
    hostile::each(&Options::hosts(&["alpha.test"]), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        world.follow(&alice).await;
        for n in 0..20 {
            let note = json!({"id": alice.host.url(&format!("/notes/{n}")), "type": "Note", "attributedTo": alice.uri,
                "inReplyTo": alice.host.url(&format!("/notes/{}", n + 1)), "content": "x", "to": [activitystreams::PUBLIC]});
            world
                .send(&world.message(
                    &alice,
                    "/inbox",
                    &alice.says("Create", &n.to_string(), note),
                ))
                .await;
        }
        world.settle().await;
        assert_eq!(world.fediverse.asked(), Vec::<String>::new());
        assert_eq!(world.queued("queued") + world.queued("parked"), 0);
    });
}
