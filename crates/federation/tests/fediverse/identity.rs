//! ORI-12 to 16: what an actor and a document may be called.

use super::origin::{followed, options};
use hostile::{Peer, Reply};
use publication::ObjectState;
use serde_json::{Value, json};

/// Makes a good document a bad one.
type Spoil = dyn Fn(&mut Value);

#[test]
fn ori_12_shapes_that_are_no_actor() {
    hostile::each(&options(), async |world| {
        let host = world.fediverse.host("alpha.test");
        let shapes: Vec<(&str, Box<Spoil>)> = vec![
            ("note", Box::new(|d| d["type"] = json!("Note"))),
            ("number", Box::new(|d| d["type"] = json!(5))),
            ("untyped", Box::new(|d| d["type"] = Value::Null)),
            (
                "note_too",
                Box::new(|d| d["type"] = json!(["Person", "Note"])),
            ),
            ("id_null", Box::new(|d| d["id"] = Value::Null)),
            ("id_list", Box::new(|d| d["id"] = json!([d["id"]]))),
            ("id_empty", Box::new(|d| d["id"] = json!(""))),
            (
                "id_fragment",
                Box::new(|d| {
                    d["id"] = json!(format!("{}#x", d["id"].as_str().unwrap_or_default()))
                }),
            ),
            ("inbox_none", Box::new(|d| d["inbox"] = Value::Null)),
            (
                "inbox_ftp",
                Box::new(|d| d["inbox"] = json!("ftp://alpha.test/inbox")),
            ),
            (
                "inbox_long",
                Box::new(|d| {
                    d["inbox"] = json!(format!("http://alpha.test/{}", "x".repeat(3_000)))
                }),
            ),
        ];
        for (name, spoil) in shapes {
            let peer = Peer::new(&host, name, 1);
            let mut document = peer.document();
            spoil(&mut document);
            peer.serve(&document);
            let before = world.rows();
            let like = peer.says("Like", "1", json!("http://ours.test/events/none"));
            let answer = world.send(&world.message(&peer, "/inbox", &like)).await;
            assert_eq!(answer.status, 401, "{name}");
            assert_eq!(world.rows(), before, "{name}");
        }
        let peer = Peer::new(&host, "listed", 1);
        let mut document = peer.document();
        document["type"] = json!(["Person", "https://example.org/Musician"]);
        peer.serve(&document);
        let like = peer.says("Like", "1", json!("http://ours.test/events/none"));
        assert_eq!(world.deliver(&peer, &like).await.status, 202);
    });
}

#[test]
fn ori_13_a_key_that_stands_twice() {
    hostile::each(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let like = alice
            .says("Like", "1", json!("http://ours.test/events/none"))
            .to_string();
        for doubled in [
            "\"actor\":\"http://evil.test/users/eve\"",
            "\"id\":\"http://evil.test/1\"",
            "\"object\":\"http://evil.test/2\"",
        ] {
            let before = world.rows();
            for body in [
                like.replacen('{', &format!("{{{doubled},"), 1),
                format!("{},{doubled}}}", like.trim_end_matches('}')),
            ] {
                let message = hostile::Message::post_bytes(
                    "ours.test",
                    "/inbox",
                    body.into_bytes(),
                    world.now(),
                );
                let message = message.sign(&alice.key, &alice.key_id);
                assert_eq!(world.send(&message).await.status, 400, "{doubled}");
            }
            assert_eq!(world.rows(), before);
        }
        let message =
            hostile::Message::post_bytes("ours.test", "/inbox", like.into_bytes(), world.now());
        let message = message.sign(&alice.key, &alice.key_id);
        assert_eq!(world.send(&message).await.status, 202);
    });
}

#[test]
fn ori_14_a_name_is_shown_when_both_directions_agree() {
    hostile::on_both(&options(), async |world| {
        let host = world.fediverse.host("alpha.test");
        let find = |uri: String| {
            let (hub, site) = (world.federation.clone(), world.site.clone());
            async move { hub.look_up(&site, &uri).await.expect("actor") }
        };
        let alice = Peer::new(&host, "alice", 1);
        assert_eq!(find(alice.uri.clone()).await.handle(), "@alice@alpha.test");
        // Another actor claims her name; the host's WebFinger still says that it is hers.
        let thief = Peer::new(&host, "thief", 2);
        let mut document = thief.document();
        document["preferredUsername"] = json!("alice");
        thief.serve(&document);
        assert_eq!(find(thief.uri.clone()).await.username, "");
        assert_eq!(find(alice.uri.clone()).await.username, "alice");
        // A subject that was not asked for, and a subject of another domain.
        for (name, subject) in [
            ("carol", "acct:alice@alpha.test"),
            ("dave", "acct:dave@ours.test"),
        ] {
            let peer = Peer::new(&host, name, 2);
            let place = format!("/.well-known/webfinger?resource=acct%3A{name}%40alpha.test");
            let jrd = json!({"subject": subject, "links": [{"rel": "self", "type": "application/activity+json", "href": peer.uri}]});
            host.answer(
                &place,
                Reply::typed("application/jrd+json", jrd.to_string()),
            );
            assert_eq!(find(peer.uri.clone()).await.username, "", "{name}");
            let typed = world
                .federation
                .look_up(&world.site, &format!("@{name}@alpha.test"))
                .await;
            assert!(typed.is_err(), "{name}");
        }
        let typed = world
            .federation
            .look_up(&world.site, "@alice@alpha.test")
            .await;
        assert_eq!(typed.expect("found").uri, alice.uri);
    });
}

#[test]
fn ori_15_a_name_like_ours_stays_theirs() {
    hostile::on_both(&options(), async |world| {
        let host = world.fediverse.host("evil.test");
        let agenda = Peer::new(&host, "agenda", 3);
        let follow = agenda.says("Follow", "f", json!(world.agenda.uri));
        assert_eq!(world.deliver(&agenda, &follow).await.status, 202);
        let stored = world
            .read(|c| federation::Actor::by_uri(c, &agenda.uri))
            .expect("stored");
        assert_eq!(stored.handle(), "@agenda@evil.test");
        assert_ne!(stored.id, world.agenda.id);
        let ours = world
            .read(|c| federation::Actor::by_uri(c, &world.agenda.uri))
            .expect("ours");
        assert_eq!(ours, world.agenda);
        assert_eq!(
            world
                .get("/.well-known/webfinger?resource=acct:agenda@ours.test")
                .await
                .json()["aliases"][0],
            json!(world.agenda.uri)
        );
        for domain in ["ours.test/", "/ours.test", "our/s.test", "ours.test%2f"] {
            let answer = world
                .get(&format!(
                    "/.well-known/webfinger?resource=acct:agenda@{domain}"
                ))
                .await;
            assert_eq!(answer.status, 404, "ORI-16 {domain}");
        }
    });
}

#[test]
fn long_ids_are_refused_before_they_reach_an_index() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        // Not compressible: PostgreSQL would squeeze a repeated letter under its limit.
        let mut n = 7_u64;
        let long: String = (0..3_500)
            .map(|_| {
                n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                char::from(b'a' + ((n >> 33) % 26) as u8)
            })
            .collect();
        let like = alice.says("Like", &long, json!("http://ours.test/events/none"));
        assert_eq!(
            world
                .send(&world.message(&alice, "/inbox", &like))
                .await
                .status,
            400
        );
        let mut nameless = like.clone();
        nameless["id"] = json!(format!("http://elsewhere.test/{long}"));
        assert_eq!(
            world.deliver(&alice, &nameless).await.status,
            202,
            "known by a hash"
        );
        alice.serve_event(&long, &alice.event(&long, "Long"));
        for (part, kind, object) in [
            ("1", "Create", alice.event(&long, "Long")),
            ("2", "Create", json!(alice.event_uri(&long))),
            ("3", "Announce", json!(alice.event_uri(&long))),
            ("4", "Delete", json!(alice.event_uri(&long))),
            ("5", "Undo", json!(alice.event_uri(&long))),
            (
                "6",
                "Create",
                json!({"type": "Note", "id": alice.event_uri(&long), "attributedTo": alice.uri, "inReplyTo": "http://ours.test/x", "to": [activitystreams::PUBLIC], "content": "x"}),
            ),
        ] {
            assert_eq!(
                world
                    .deliver(&alice, &alice.says(kind, part, object))
                    .await
                    .status,
                202,
                "{kind}"
            );
            assert_eq!(world.queued("queued") + world.queued("parked"), 0, "{kind}");
        }
        assert!(!world.rows().iter().any(|row| row.contains(&long)));
        let fitting = &long[..1_500];
        world
            .deliver(
                &alice,
                &alice.says("Create", "7", alice.event(fitting, "Fits")),
            )
            .await;
        let stored = world.object(&alice.event_uri(fitting)).expect("fits");
        assert_eq!(stored.state(), ObjectState::Public);
    });
}
