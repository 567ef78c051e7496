//! SIG-12 to 17: whose key it is, and who may act.

use super::signatures::{acquaintance, like, options, refused, stranger};
use hostile::{Message, Peer, Reply, http_date, key};
use serde_json::{Value, json};

#[test]
fn sig_12_the_key_belongs_to_the_actor_and_the_actor_says_so() {
    hostile::on_both(&options(), async |world| {
        let host = world.fediverse.host("alpha.test");
        let alice = Peer::new(&host, "alice", 1);
        let mut elsewhere = alice.clone();
        elsewhere.key_id = "http://evil.test/users/alice#main-key".to_owned();
        let message = world.message(&elsewhere, "/inbox", &like(&alice, "1"));
        refused(&world, "key of another host", &message, &[401]).await;

        let mut stated = alice.document();
        for (what, key) in [
            (
                "not listed",
                json!({"id": "http://alpha.test/users/alice#other", "owner": alice.uri, "publicKeyPem": alice.pem()}),
            ),
            (
                "owned by another",
                json!({"id": alice.key_id, "owner": "http://victim.test/users/victor", "publicKeyPem": alice.pem()}),
            ),
            (
                "on another host",
                json!({"id": "http://evil.test/key", "owner": alice.uri, "publicKeyPem": alice.pem()}),
            ),
            ("no key at all", Value::Null),
        ] {
            let name = format!("alice_{}", what.replace(' ', "_"));
            let mut peer = Peer::new(&host, &name, 1);
            stated["id"] = json!(peer.uri);
            stated["publicKey"] = if what == "not listed" {
                json!({"id": format!("{}#other", peer.uri), "owner": peer.uri, "publicKeyPem": alice.pem()})
            } else {
                key.clone()
            };
            if what == "owned by another" {
                stated["publicKey"]["id"] = json!(peer.key_id);
            }
            peer.serve(&stated);
            peer.key = alice.key.clone();
            let message = world.message(&peer, "/inbox", &like(&peer, "1"));
            assert_eq!(world.send(&message).await.status, 401, "{what}");
            assert_eq!(world.queued("queued"), 0, "{what}");
        }
        let keys: Vec<String> = world.rows();
        assert!(
            !keys
                .iter()
                .any(|row| row.contains("evil.test") || row.contains("victim.test"))
        );
        assert_eq!(world.deliver(&alice, &like(&alice, "1")).await.status, 202);
    });
}

#[test]
fn sig_13_nobody_replaces_the_key_of_another() {
    hostile::on_both(&options(), async |world| {
        let victor = Peer::new(&world.fediverse.host("victim.test"), "victor", 4);
        assert_eq!(
            world.deliver(&victor, &like(&victor, "1")).await.status,
            202
        );
        let before: Vec<String> = world
            .rows()
            .into_iter()
            .filter(|row| row.contains("main-key"))
            .collect();
        let eve = Peer::new(&world.fediverse.host("evil.test"), "eve", 3);
        let mut document = victor.document();
        document["publicKey"]["publicKeyPem"] = json!(eve.pem());
        eve.serve(&document);
        let message = world.message(&eve, "/inbox", &like(&eve, "1"));
        assert_eq!(world.send(&message).await.status, 401);
        let _ = world.federation.look_up(&world.site, &eve.uri).await;
        let after: Vec<String> = world
            .rows()
            .into_iter()
            .filter(|row| row.contains("main-key"))
            .collect();
        assert_eq!(after, before);
        assert_eq!(
            world.deliver(&victor, &like(&victor, "2")).await.status,
            202
        );
    });
}

#[test]
fn sig_14_a_new_key_is_asked_for_once() {
    hostile::on_both(&options(), async |world| {
        let alice = acquaintance(&world).await;
        let mut rotated = Peer::new(&alice.host, "alice", 5);
        let answer = world.deliver(&rotated, &like(&rotated, "new")).await;
        assert_eq!(answer.status, 202, "the new key is found");
        assert_eq!(alice.host.count(&alice.path()), 1, "by one fetch");
        assert_eq!(
            world
                .send(&world.message(&alice, "/inbox", &like(&alice, "old")))
                .await
                .status,
            401
        );
        rotated.key = key(6);
        for n in 0..50 {
            // Also under key ids that were never heard of.
            rotated.key_id = format!("{}#key-{n}", alice.uri);
            let message = world.message(&rotated, "/inbox", &like(&rotated, "bad"));
            assert_eq!(world.send(&message).await.status, 401);
        }
        assert_eq!(alice.host.count(&alice.path()), 1, "no further fetch");
    });
}

#[test]
fn sig_14_an_actor_that_cannot_be_had_is_asked_for_once() {
    hostile::each(&options(), async |world| {
        let alice = stranger(&world);
        for status in [500, 404] {
            alice.host.answer(&alice.path(), Reply::status(status));
            for n in 0..20 {
                let message = world.message(&alice, "/inbox", &like(&alice, &format!("{n}")));
                assert_eq!(world.send(&message).await.status, 401);
            }
            assert_eq!(alice.host.count(&alice.path()), 1);
        }
        let bob = Peer::new(&alice.host, "bob", 2);
        assert_eq!(world.deliver(&bob, &like(&bob, "1")).await.status, 202);
    });
}

#[test]
fn sig_15_weak_algorithms_and_keys() {
    hostile::each(&options(), async |world| {
        let peer = acquaintance(&world).await;
        let covered = ["(request-target)", "host", "date", "digest"];
        for algorithm in ["hmac-sha256", "none", "rsa-sha1"] {
            let plain = world.unsigned("/inbox", &like(&peer, algorithm));
            let message = plain.sign_as(&peer.key, &peer.key_id, &covered, algorithm);
            refused(&world, algorithm, &message, &[401]).await;
        }
        let broken = [
            "",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
            "MIIB",
        ];
        let private = peer.key.to_pem();
        for (n, pem) in broken.into_iter().chain([private.as_str()]).enumerate() {
            let other = Peer::new(&peer.host, &format!("weak{n}"), 1);
            let mut document = other.document();
            document["publicKey"]["publicKeyPem"] = json!(pem);
            other.serve(&document);
            let message = world.message(&other, "/inbox", &like(&other, "1"));
            assert_eq!(world.send(&message).await.status, 401, "{pem:.30}");
        }
        for algorithm in ["rsa-sha256", "hs2019"] {
            let plain = world.unsigned("/inbox", &like(&peer, algorithm));
            let message = plain.sign_as(&peer.key, &peer.key_id, &covered, algorithm);
            assert_eq!(world.send(&message).await.status, 202, "{algorithm}");
        }
    });
}

#[test]
fn sig_16_those_who_may_not_act() {
    hostile::on_both(&options(), async |world| {
        let alice = acquaintance(&world).await;
        let bob = Peer::new(&alice.host, "bob", 2);
        assert_eq!(world.deliver(&bob, &like(&bob, "1")).await.status, 202);
        let follow = |part: &str| alice.says("Follow", part, json!(world.agenda.uri));
        for state in ["suspended", "deleted"] {
            let uri = alice.uri.clone();
            world.write(|c| {
                use diesel::prelude::*;
                use store::schema::actors;
                diesel::update(actors::table.filter(actors::uri.eq(uri)))
                    .set(actors::state.eq(state))
                    .execute(c)?;
                Ok(())
            });
            let message = world.message(&alice, "/inbox", &follow(state));
            refused(&world, state, &message, &[403]).await;
        }
        assert_eq!(world.deliver(&bob, &like(&bob, "2")).await.status, 202);
    });
}

#[test]
fn sig_17_a_blocked_host_is_not_served_what_it_signs_for() {
    hostile::each(&options(), async |world| {
        let object = world.publish("Concert", publication::Audience::Public);
        world.settle().await;
        let path = object.uri.trim_start_matches("http://ours.test").to_owned();
        let alice = acquaintance(&world).await;
        let read = |path: &str| {
            Message::get("ours.test", path, "application/activity+json")
                .with("Date", &http_date(world.now()))
                .sign_over(
                    &alice.key,
                    &alice.key_id,
                    &["(request-target)", "host", "date"],
                )
        };
        for path in [path.as_str(), "/@agenda", "/actor", "/actor/outbox?page=1"] {
            assert_eq!(world.send(&read(path)).await.status, 200, "{path}");
        }
        let uri = alice.uri.clone();
        world.write(|c| {
            use diesel::prelude::*;
            use store::schema::actors;
            diesel::update(actors::table.filter(actors::uri.eq(uri)))
                .set(actors::state.eq("suspended"))
                .execute(c)?;
            Ok(())
        });
        for path in [path.as_str(), "/@agenda", "/actor", "/actor/outbox?page=1"] {
            assert_eq!(world.send(&read(path)).await.status, 403, "{path}");
            let answer = world.get(path).await;
            assert_eq!(answer.status, 200, "{path} unsigned");
            let vary = answer.headers.iter().find(|(name, _)| name == "vary");
            let vary = vary
                .map(|(_, value)| value.to_ascii_lowercase())
                .unwrap_or_default();
            assert!(
                vary.contains("signature"),
                "{path}: a cache must keep the two apart: {vary}"
            );
        }
    });
}
