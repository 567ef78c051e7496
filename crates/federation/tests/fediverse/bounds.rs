//! DOS: how much of it.

use chrono::Duration;
use federation::parked::ParkedAct;
use hostile::{Framing, Message, Options, Peer, Reply, World};
use serde_json::json;
use std::time::{Duration as Span, Instant};
use url::Url;

fn options() -> Options {
    Options::hosts(&["alpha.test", "beta.test", "slow.test"])
}

async fn followed(world: &World, host: &str, name: &str, key: u8) -> Peer {
    let peer = Peer::new(&world.fediverse.host(host), name, key);
    world.follow(&peer).await;
    peer
}

/// Two MiB of zeros in 13 KB of gzip: one literal, then matches of 258 bytes at distance 1.
fn bomb() -> Vec<u8> {
    let mut bits: Vec<bool> = vec![true, true, false];
    let code = |bits: &mut Vec<bool>, value: u32, width: u32| {
        bits.extend((0..width).rev().map(|n| value >> n & 1 == 1));
    };
    code(&mut bits, 0b0011_0000, 8);
    for _ in 0..(2 * 1024 * 1024 / 258) {
        code(&mut bits, 0b1100_0101, 8);
        code(&mut bits, 0, 5);
    }
    code(&mut bits, 0, 7);
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for eight in bits.chunks(8) {
        bytes.push(
            eight
                .iter()
                .enumerate()
                .fold(0, |byte, (n, bit)| byte | u8::from(*bit) << n),
        );
    }
    bytes.extend([0; 8]);
    bytes
}

async fn outcome(world: &World, url: &str) -> String {
    let url = Url::parse(url).expect("url");
    let fetched = world.federation.fetch_document(&world.site, &url).await;
    fetched.map_or_else(|error| error.code().to_owned(), |_| "fetched".to_owned())
}

#[test]
fn dos_01_an_answer_is_cut_at_a_mebibyte() {
    hostile::each(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let padded = |part: &str, size: usize| {
            let mut event = alice.event(part, "Concert");
            event["content"] = json!("");
            let rest = size - event.to_string().len();
            event["content"] = json!("x".repeat(rest));
            Reply::activity(&event)
        };
        for framing in [Framing::Length, Framing::Chunked, Framing::Close] {
            for (size, want) in [
                (1024 * 1024, "fetched"),
                (1024 * 1024 + 1, "answer_too_large"),
            ] {
                alice
                    .host
                    .answer("/events/big", padded("big", size).framed(framing));
                assert_eq!(
                    outcome(&world, &alice.event_uri("big")).await,
                    want,
                    "{framing:?} {size}"
                );
            }
        }
        for framing in [Framing::Length, Framing::Chunked] {
            let reply = Reply::typed("application/activity+json", bomb())
                .header("content-encoding", "gzip");
            alice.host.answer("/events/bomb", reply.framed(framing));
            assert_eq!(
                outcome(&world, &alice.event_uri("bomb")).await,
                "answer_too_large",
                "{framing:?}"
            );
        }
        // One without end is not taken in before it is found too long, nor is one that unpacks to a lot.
        for framing in [Framing::Length, Framing::Chunked, Framing::Close] {
            world.fediverse.forget();
            let endless = Reply::typed("application/activity+json", vec![b'['; 64 * 1024 * 1024]);
            alice
                .host
                .answer("/events/endless", endless.framed(framing));
            let url = alice.event_uri("endless");
            assert_eq!(
                outcome(&world, &url).await,
                "answer_too_large",
                "{framing:?}"
            );
            tokio::time::sleep(Span::from_millis(200)).await;
            let sent = world.fediverse.sent();
            assert!(
                sent < 9 * 1024 * 1024,
                "{framing:?}: {sent} bytes were taken"
            );
        }
        // Packed in ways that were not offered: bytes like any others, and no document.
        for packing in ["br", "zstd", "deflate", "gzip, gzip", "identity;q=0"] {
            let reply = Reply::typed("application/activity+json", bomb());
            alice
                .host
                .answer("/events/packed", reply.header("content-encoding", packing));
            assert_ne!(
                outcome(&world, &alice.event_uri("packed")).await,
                "fetched",
                "{packing}"
            );
        }
        // A length that lies.
        let mut lying = Reply::activity(&alice.event("lie", "x")).framed(Framing::Close);
        lying = lying.header("content-length", "99999999999999");
        alice.host.answer("/events/lie", lying);
        assert_eq!(
            outcome(&world, &alice.event_uri("lie")).await,
            "answer_too_large"
        );
    });
}

#[test]
fn dos_02_a_slow_server_costs_thirty_seconds_and_holds_up_nobody() {
    hostile::each(&options(), async |world| {
        let slow = world.fediverse.host("slow.test");
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let busy = followed(&world, "beta.test", "busy", 2).await;
        let eve = Peer::new(&slow, "eve", 3);
        let mut drip = Reply::activity(&eve.event("drip", "x".repeat(4_000).as_str()));
        drip.pace = Some((1, Span::from_millis(900)));
        slow.answer("/events/drip", drip);
        slow.answer(
            "/events/mute",
            Reply::activity(&eve.event("mute", "x")).after(Span::from_secs(60)),
        );
        let mut head = Reply::activity(&eve.event("head", "x"));
        head.slow_head = Some(Span::from_millis(900));
        slow.answer("/events/head", head);
        let begun = Instant::now();
        let timed = |url: String| {
            let world = &world;
            async move { (outcome(world, &url).await, begun.elapsed()) }
        };
        let others = async {
            // A peer that passes on something of the slow server waits; the other does not.
            let announce = busy.says("Announce", "a", json!(eve.event_uri("mute")));
            let answer = world.send(&world.message(&busy, "/inbox", &announce)).await;
            assert_eq!(answer.status, 202);
            tokio::time::sleep(Span::from_millis(300)).await;
            let create = alice.says("Create", "c", alice.event("1", "Quick"));
            let answer = world.send(&world.message(&alice, "/inbox", &create)).await;
            assert_eq!(answer.status, 202);
            while world.object(&alice.event_uri("1")).is_none() {
                assert!(
                    begun.elapsed() < Span::from_secs(8),
                    "held up by the slow server"
                );
                tokio::time::sleep(Span::from_millis(50)).await;
            }
            assert_eq!(world.queued("queued"), 1, "the other one still waits");
        };
        // The fake hosts speak no TLS: whoever begins it waits for an answer.
        let shake = eve.event_uri("shake").replacen("http://", "https://", 1);
        let ((dripped, long), (muted, short), (headed, whole), (shaken, greeting), ()) = tokio::join!(
            timed(eve.event_uri("drip")),
            timed(eve.event_uri("mute")),
            timed(eve.event_uri("head")),
            timed(shake),
            others
        );
        assert_eq!(
            (dripped.as_str(), muted.as_str()),
            ("unreachable", "unreachable")
        );
        assert_eq!(
            (headed.as_str(), shaken.as_str()),
            ("unreachable", "unreachable")
        );
        assert!(whole < Span::from_secs(35), "{whole:?} for a head");
        assert!(
            greeting < Span::from_secs(8),
            "{greeting:?} for a handshake"
        );
        assert!(short < Span::from_secs(15), "{short:?} without a byte");
        assert!(long < Span::from_secs(35), "{long:?} in all");
    });
}

#[test]
fn dos_04_a_body_of_a_mebibyte() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let sized = |size: usize| {
            let mut like = alice.says("Like", &size.to_string(), json!("http://ours.test/x"));
            like["content"] = json!("");
            let rest = size - like.to_string().len();
            like["content"] = json!("x".repeat(rest));
            world.message(&alice, "/inbox", &like)
        };
        let before = world.rows();
        for size in [1024 * 1024 + 1, 3 * 1024 * 1024] {
            let message = sized(size);
            assert_eq!(world.send(&message).await.status, 413, "{size}");
        }
        assert_eq!(world.rows(), before);
        for size in [300 * 1024, 1024 * 1024] {
            assert_eq!(world.send(&sized(size)).await.status, 202, "{size}");
        }
    });
}

#[test]
fn dos_05_documents_that_are_none() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let like = alice
            .says("Like", "1", json!("http://ours.test/x"))
            .to_string();
        let with = |extra: String| like.replacen('{', &format!("{{{extra},"), 1).into_bytes();
        let keys: Vec<String> = (0..60_000).map(|n| format!("\"k{n}\":1")).collect();
        let mut latin = with("\"content\":\"§\"".to_owned());
        latin.retain(|byte| *byte != 0xc2);
        let bodies = [
            (
                "deep",
                with(format!("\"x\":{}{}", "[".repeat(200), "]".repeat(200))),
            ),
            ("wide", with(keys.join(","))),
            ("long", with(format!("\"x\":[{}0]", "0,".repeat(5_000)))),
            ("large", with("\"x\":1e400".to_owned())),
            ("surrogate", with("\"x\":\"\\ud800\"".to_owned())),
            ("nul", with("\"content\":\"a\\u0000b\"".to_owned())),
            ("nul key", with("\"a\\u0000b\":1".to_owned())),
            ("latin", latin),
            ("empty", Vec::new()),
            ("text", b"hello".to_vec()),
            ("list", b"[]".to_vec()),
            ("two", format!("{like}{like}").into_bytes()),
            (
                "no actor",
                br#"{"type":"Like","object":"http://ours.test/x"}"#.to_vec(),
            ),
            (
                "two actors",
                like.replacen(
                    &format!("\"actor\":\"{}\"", alice.uri),
                    &format!("\"actor\":[\"{0}\",\"{0}x\"]", alice.uri),
                    1,
                )
                .into_bytes(),
            ),
            (
                "no object",
                format!(r#"{{"type":"Like","actor":"{}"}}"#, alice.uri).into_bytes(),
            ),
        ];
        let before = world.rows();
        for (what, body) in bodies {
            let message = Message::post_bytes("ours.test", "/inbox", body, world.now());
            let message = message.sign(&alice.key, &alice.key_id);
            assert_eq!(world.send(&message).await.status, 400, "{what}");
            assert_eq!(world.rows(), before, "{what}");
        }
        let message = Message::post_bytes("ours.test", "/inbox", like.into_bytes(), world.now());
        let message = message.sign(&alice.key, &alice.key_id);
        assert_eq!(world.send(&message).await.status, 202);
        for resource in [
            "acct:a%00@ours.test",
            "acct:%00",
            "http://ours.test/x%00y",
            "%ff",
        ] {
            let answer = world
                .get(&format!("/.well-known/webfinger?resource={resource}"))
                .await;
            assert!(
                matches!(answer.status, 400 | 404),
                "{resource}: {}",
                answer.status
            );
        }
    });
}

#[test]
fn dos_10_farewells_of_strangers_cost_nothing() {
    hostile::on_both(&options(), async |world| {
        let host = world.fediverse.host("alpha.test");
        let before = world.rows();
        for n in 0..200 {
            let peer = Peer::new(&host, &format!("gone{n}"), 1);
            host.answer(&peer.path(), Reply::status(410));
            let delete = peer.says("Delete", "delete", json!(peer.uri));
            assert_eq!(
                world
                    .send(&world.message(&peer, "/inbox", &delete))
                    .await
                    .status,
                202
            );
        }
        world.settle().await;
        assert_eq!(world.fediverse.count(), 0);
        assert_eq!(world.rows(), before);
        // One that is known is heard, and signed by another it is not.
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let mut forged = alice.clone();
        forged.key = hostile::key(2);
        let delete = alice.says("Delete", "delete", json!(alice.uri));
        assert_eq!(
            world
                .send(&world.message(&forged, "/inbox", &delete))
                .await
                .status,
            401
        );
        assert_eq!(world.deliver(&alice, &delete).await.status, 202);
        let actor = world
            .read(|c| federation::Actor::by_uri(c, &alice.uri))
            .expect("kept");
        assert_eq!((actor.state.as_str(), actor.name.as_str()), ("deleted", ""));
    });
}

#[test]
fn dos_15_poison_is_parked_and_the_worker_lives() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let bob = followed(&world, "beta.test", "bob", 2).await;
        world
            .deliver(
                &alice,
                &alice.says("Create", "p", alice.event("p", "poison")),
            )
            .await;
        world
            .deliver(
                &alice,
                &alice.says("Create", "1", alice.event("1", "Behind")),
            )
            .await;
        world
            .deliver(&bob, &bob.says("Create", "1", bob.event("1", "Beside")))
            .await;
        assert!(
            world.object(&bob.event_uri("1")).is_some(),
            "others proceed"
        );
        for _ in 0..4 {
            world.advance(Duration::minutes(10));
            world.settle().await;
        }
        assert_eq!((world.queued("queued"), world.queued("parked")), (0, 1));
        assert!(
            world.object(&alice.event_uri("p")).is_none(),
            "not half of it"
        );
        assert!(
            world.object(&alice.event_uri("1")).is_some(),
            "those behind it come through"
        );
        world
            .deliver(
                &alice,
                &alice.says("Create", "2", alice.event("2", "After")),
            )
            .await;
        assert!(
            world.object(&alice.event_uri("2")).is_some(),
            "the worker lives"
        );
        assert_eq!(world.get("/actor").await.status, 200);

        // A person sees it whole, lets it be tried again, and throws it away when it comes back.
        let (hub, site) = (&world.federation, world.site.id);
        let parked = async || hub.parked(site, None, 10).await.expect("parked");
        let found = parked().await;
        let [poison] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert!(poison.body.contains("poison"), "{}", poison.body);
        assert_eq!(poison.actor_uri, alice.uri);
        assert!(poison.last_error.is_some());
        let act = async |site, act| hub.act_on_parked(site, poison.id, act).await.expect("act");
        let elsewhere = store::fresh_id(world.ts().0);
        assert!(!act(elsewhere, ParkedAct::Drop).await, "another site's");
        assert!(act(site, ParkedAct::Retry).await);
        assert!(!act(site, ParkedAct::Drop).await, "it is being tried");
        for _ in 0..4 {
            world.advance(Duration::minutes(10));
            world.settle().await;
        }
        assert_eq!(parked().await.len(), 1, "it fails as before");
        assert!(act(site, ParkedAct::Drop).await);
        assert_eq!(parked().await, []);
        assert!(!act(site, ParkedAct::Drop).await, "it is gone");
    });
}

#[test]
fn what_fails_for_a_while_is_tried_again_and_what_fails_for_good_is_not() {
    hostile::on_both(&options(), async |world| {
        let relay = followed(&world, "beta.test", "relay", 2).await;
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let event = alice.event("1", "Concert");
        alice.host.answers(
            "/events/1",
            vec![
                Reply::status(503),
                Reply::status(429),
                Reply::activity(&event),
            ],
        );
        world
            .deliver(
                &relay,
                &relay.says("Announce", "1", json!(alice.event_uri("1"))),
            )
            .await;
        assert_eq!((world.queued("later"), world.queued("queued")), (1, 0));
        // It has stepped aside: what the same sender says next does not wait for it.
        let own = relay.says("Create", "own", relay.event("own", "Meanwhile"));
        world.deliver(&relay, &own).await;
        assert!(world.object(&relay.event_uri("own")).is_some());
        for _ in 0..2 {
            world.advance(Duration::minutes(2));
            world.settle().await;
        }
        assert!(world.object(&alice.event_uri("1")).is_some());
        // Its author is no actor: no other try will do better.
        let nobody = Peer::new(&alice.host, "nobody", 1);
        nobody.serve(&json!({"id": nobody.uri, "type": "Note"}));
        nobody.serve_event("2", &nobody.event("2", "Concert"));
        alice.host.answer("/events/3", Reply::status(403));
        for part in ["2", "3", "4"] {
            world
                .deliver(
                    &relay,
                    &relay.says("Announce", part, json!(alice.event_uri(part))),
                )
                .await;
            let left = ["queued", "later", "parked"].map(|state| world.queued(state));
            assert_eq!(left, [0, 0, 0], "{part}");
        }
    });
}
