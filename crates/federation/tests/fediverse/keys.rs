//! SIG-12 to 17: whose key it is, and who may act.

use super::signatures::{acquaintance, like, options, refused, stranger};
use hostile::{Message, Peer, Reply, World, http_date, key};
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

/// Writes a state on an actor's row.
fn set_state(world: &World, uri: &str, state: &str) {
    use diesel::prelude::*;
    use store::schema::actors;
    world.write(|c| {
        diesel::update(actors::table.filter(actors::uri.eq(uri)))
            .set(actors::state.eq(state))
            .execute(c)?;
        Ok(())
    });
}

/// Buries an actor and takes its row away, as an old farewell leaves it.
fn bury(world: &World, uri: &str) {
    use diesel::prelude::*;
    use store::schema::{actors, tombstones};
    let now = world.ts();
    world.write(|c| {
        diesel::delete(actors::table.filter(actors::uri.eq(uri))).execute(c)?;
        diesel::insert_into(tombstones::table)
            .values((
                tombstones::uri.eq(uri),
                tombstones::actor_uri.eq(uri),
                tombstones::former_type.eq("Person"),
                tombstones::deleted_at.eq(now),
            ))
            .execute(c)?;
        Ok(())
    });
}

#[test]
fn sig_16_those_who_may_not_act() {
    hostile::on_both(&options(), async |world| {
        let host = world.fediverse.host("alpha.test");
        let bob = Peer::new(&host, "bob", 2);
        assert_eq!(world.deliver(&bob, &like(&bob, "1")).await.status, 202);
        let known = async |name: &str| {
            let peer = Peer::new(&host, name, 1);
            assert_eq!(world.deliver(&peer, &like(&peer, "0")).await.status, 202);
            peer
        };
        for state in ["suspended", "blocked", "deleted"] {
            let peer = known(state).await;
            set_state(&world, &peer.uri, state);
            world.fediverse.forget();
            let follow = peer.says("Follow", state, json!(world.agenda.uri));
            let message = world.message(&peer, "/inbox", &follow);
            refused(&world, state, &message, &[403]).await;
            // Nor with a key that was never seen: nobody is asked for it.
            let mut rotated = peer.clone();
            (rotated.key, rotated.key_id) = (key(7), format!("{}#other", peer.uri));
            let message = world.message(&rotated, "/inbox", &follow);
            refused(&world, state, &message, &[403]).await;
        }
        // By its own word, and long ago.
        let gone = known("gone").await;
        let farewell = gone.says("Delete", "bye", json!(gone.uri));
        assert_eq!(world.deliver(&gone, &farewell).await.status, 202);
        let old = known("old").await;
        bury(&world, &old.uri);
        // A whole host, with the known and the unknown behind it.
        let evil = world.fediverse.host("evil.test");
        let eve = Peer::new(&evil, "eve", 3);
        assert_eq!(world.deliver(&eve, &like(&eve, "0")).await.status, 202);
        let blocked = world.federation.block_host("evil.test", "").await;
        assert!(blocked.is_ok());
        world.fediverse.forget();
        for peer in [&gone, &old, &eve, &Peer::new(&evil, "new", 3)] {
            let follow = peer.says("Follow", "f", json!(world.agenda.uri));
            let message = world.message(peer, "/inbox", &follow);
            refused(&world, &peer.uri, &message, &[403]).await;
        }
        assert_eq!(world.deliver(&bob, &like(&bob, "2")).await.status, 202);
    });
}

/// A signed read that says whose key it is.
fn read(world: &World, peer: &Peer, key_id: &str, path: &str) -> Message {
    let covered = ["(request-target)", "host", "date"];
    Message::get("ours.test", path, "application/activity+json")
        .with("Date", &http_date(world.now()))
        .sign_over(&peer.key, key_id, &covered)
}

fn header(answer: &hostile::RawAnswer, name: &str) -> String {
    let lines = answer.headers.iter().filter(|(line, _)| line == name);
    let values: Vec<String> = lines.map(|(_, value)| value.to_ascii_lowercase()).collect();
    values.join(",")
}

#[test]
fn sig_17_those_who_may_not_act_are_not_served_what_they_sign_for() {
    hostile::on_both(&options(), async |world| {
        let object = world.publish("Concert", publication::Audience::Public);
        world.settle().await;
        let object = object.uri.trim_start_matches("http://ours.test").to_owned();
        let paths = [
            object.as_str(),
            "/actor",
            "/actor/outbox",
            "/actor/outbox?page=1",
            "/actor/followers",
            "/actor/following",
            "/actor/upcoming",
            "/@agenda",
            "/@agenda/outbox?page=1",
            "/@agenda/followers",
            "/@agenda/following",
            "/@agenda/upcoming",
            "/@agenda/events",
            "/@agenda/members",
            "/@agenda/none/todos",
        ];
        let host = world.fediverse.host("alpha.test");
        let evil = world.fediverse.host("evil.test");
        let bob = Peer::new(&host, "bob", 2);
        let alice = Peer::new(&host, "alice", 1);
        let eve = Peer::new(&evil, "eve", 3);
        for peer in [&bob, &alice, &eve] {
            assert_eq!(world.deliver(peer, &like(peer, "0")).await.status, 202);
        }
        let unknown = Peer::new(&evil, "unknown", 3);
        for path in paths {
            for peer in [&bob, &alice, &eve, &unknown] {
                let answer = world.send(&read(&world, peer, &peer.key_id, path)).await;
                assert_eq!(answer.status, 200, "{path}");
            }
        }
        set_state(&world, &alice.uri, "suspended");
        let blocked = world.federation.block_host("evil.test", "").await;
        assert!(blocked.is_ok());
        world.fediverse.forget();
        // The key, the actor's own address as a key, and a key that was never seen.
        let asking = [
            (&alice, alice.key_id.clone()),
            (&alice, alice.uri.clone()),
            (&alice, format!("{}#other", alice.uri)),
            (&eve, eve.key_id.clone()),
            (&unknown, unknown.key_id.clone()),
            (&unknown, "acct:eve@evil.test".to_owned()),
        ];
        for path in paths {
            for (peer, key_id) in &asking {
                let answer = world.send(&read(&world, peer, key_id, path)).await;
                assert_eq!(answer.status, 403, "{path} {key_id}");
                assert!(answer.body.is_empty(), "{path} {key_id}");
                assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
            }
            // The same by another, and without a name; a cache keeps all of them apart.
            let signed = world.send(&read(&world, &bob, &bob.key_id, path)).await;
            let plain = world.get(path).await;
            for answer in [signed, plain] {
                assert_eq!(answer.status, 200, "{path}");
                let vary = header(&answer, "vary");
                assert!(
                    vary.contains("signature") && vary.contains("accept"),
                    "{path}: {vary}"
                );
                let cache = header(&answer, "cache-control");
                assert!(
                    cache.contains("max-age") || cache == "no-store",
                    "{path}: {cache}"
                );
            }
        }
        // What is not there says so to a cache as well.
        for path in ["/@nobody", "/events/01890000-0000-7000-8000-000000000000"] {
            let answer = world.get(path).await;
            assert_eq!(answer.status, 404, "{path}");
        }
        assert_eq!(world.fediverse.asked(), Vec::<String>::new());
    });
}
