//! ORI: where it comes from.

use hostile::{Options, Peer, Reply, World};
use serde_json::{Value, json};

pub(super) fn options() -> Options {
    Options::hosts(&["alpha.test", "beta.test", "evil.test", "victim.test"])
}

/// A peer that the site follows.
pub(super) async fn followed(world: &World, host: &str, name: &str, key: u8) -> Peer {
    let peer = Peer::new(&world.fediverse.host(host), name, key);
    world.follow(&peer).await;
    peer
}

/// An Announce by a peer, and what was asked for it.
async fn announce(world: &World, peer: &Peer, part: &str, url: &str) -> Vec<String> {
    world.fediverse.forget();
    let activity = peer.says("Announce", part, json!(url));
    assert_eq!(world.deliver(peer, &activity).await.status, 202, "{part}");
    assert_eq!(world.queued("queued") + world.queued("parked"), 0, "{part}");
    world.fediverse.asked()
}

/// The announced thing is not stored, under whatever id.
async fn not_taken(world: &World, peer: &Peer, part: &str, url: &str) -> Vec<String> {
    let objects = |rows: Vec<String>| -> Vec<String> {
        rows.into_iter()
            .filter(|row| row.starts_with("Object"))
            .collect()
    };
    let before = objects(world.rows());
    let asked = announce(world, peer, part, url).await;
    assert_eq!(objects(world.rows()), before, "{part}");
    asked
}

#[test]
fn ori_01_a_document_is_what_its_own_address_says() {
    hostile::on_both(&options(), async |world| {
        let relay = followed(&world, "beta.test", "relay", 2).await;
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let evil = Peer::new(&world.fediverse.host("evil.test"), "eve", 3);
        let event = alice.event("1", "Concert");
        // Another host's id.
        evil.serve_event("copy", &event);
        let asked = not_taken(&world, &relay, "other-host", &evil.event_uri("copy")).await;
        assert_eq!(asked, ["GET evil.test/events/copy"]);
        // Another id on the same host: that one is asked once and believed.
        alice.serve_event("alias", &event);
        alice.serve_event("1", &alice.event("1", "The true title"));
        announce(&world, &relay, "same-host", &alice.event_uri("alias")).await;
        assert!(world.object(&alice.event_uri("alias")).is_none());
        let stored = world.object(&alice.event_uri("1")).expect("stored");
        assert_eq!(stored.title, "The true title");
        assert_eq!(alice.host.count("/events/1"), 1);
        // A ring of ids ends.
        alice.serve_event("ring1", &alice.event("ring2", "Ring"));
        alice.serve_event("ring2", &alice.event("ring1", "Ring"));
        let asked = not_taken(&world, &relay, "ring", &alice.event_uri("ring1")).await;
        assert_eq!(asked.len(), 2);
        // No id at all.
        alice.serve_event(
            "none",
            &json!({"type": "Event", "attributedTo": alice.uri, "name": "x"}),
        );
        not_taken(&world, &relay, "no-id", &alice.event_uri("none")).await;
    });
}

#[test]
fn ori_02_only_activitystreams_is_read() {
    hostile::each(&options(), async |world| {
        let relay = followed(&world, "beta.test", "relay", 2).await;
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let profile = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
        let table = [
            (Some("application/activity+json"), true),
            (Some("Application/Activity+JSON; charset=utf-8"), true),
            (Some(profile), true),
            (Some("application/json"), false),
            (Some("text/html"), false),
            (Some("text/plain"), false),
            (Some("image/png"), false),
            (Some("application/ld+json"), false),
            (Some("application/activity+jsonx"), false),
            (None, false),
        ];
        for (n, (kind, taken)) in table.into_iter().enumerate() {
            let part = n.to_string();
            let event = alice.event(&part, "Concert").to_string();
            let mut reply = Reply::status(200);
            reply.body = event.into_bytes();
            if let Some(kind) = kind {
                reply = reply.header("content-type", kind);
            }
            alice.host.answer(&format!("/events/{part}"), reply);
            announce(&world, &relay, &part, &alice.event_uri(&part)).await;
            let stored = world.object(&alice.event_uri(&part));
            assert_eq!(stored.is_some(), taken, "{kind:?}");
        }
        let twice = Reply::activity(&alice.event("twice", "x")).header("content-type", "text/html");
        alice.host.answer("/events/twice", twice);
        not_taken(&world, &relay, "twice", &alice.event_uri("twice")).await;
    });
}

#[test]
fn ori_03_a_redirect_changes_no_id() {
    hostile::on_both(&options(), async |world| {
        let relay = followed(&world, "beta.test", "relay", 2).await;
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let evil = Peer::new(&world.fediverse.host("evil.test"), "eve", 3);
        // Stored under the final id, never under the asked one.
        alice.serve_event("1", &alice.event("1", "Concert"));
        evil.host
            .answer("/events/moved", Reply::redirect(&alice.event_uri("1")));
        announce(&world, &relay, "moved", &evil.event_uri("moved")).await;
        assert!(world.object(&evil.event_uri("moved")).is_none());
        assert!(world.object(&alice.event_uri("1")).is_some());
        // The victim's address redirects to a document of evil's that claims the victim's id.
        alice
            .host
            .answer("/events/open", Reply::redirect(&evil.host.url("/forged")));
        evil.host
            .answer("/forged", Reply::activity(&alice.event("open", "Forged")));
        not_taken(&world, &relay, "open", &alice.event_uri("open")).await;
        // An actor behind a redirect is not the one who was named.
        evil.host
            .answer("/users/other", Reply::redirect(&alice.uri));
        let mut other = Peer::new(&evil.host, "other", 1);
        evil.host
            .answer("/users/other", Reply::redirect(&alice.uri));
        other.key = alice.key.clone();
        let follow = other.says("Follow", "f", json!(world.agenda.uri));
        let answer = world.send(&world.message(&other, "/inbox", &follow)).await;
        assert_eq!(answer.status, 401);
        let follow = alice.says("Follow", "f", json!(world.agenda.uri));
        assert_eq!(world.deliver(&alice, &follow).await.status, 202);
    });
}

#[test]
fn ori_04_an_open_redirect_is_no_actor() {
    hostile::each(&options(), async |world| {
        let eve = Peer::new(&world.fediverse.host("evil.test"), "eve", 3);
        let victim = world.fediverse.host("victim.test");
        let open = format!("/redirect?to={}", eve.uri);
        victim.answer("/redirect", Reply::redirect(&eve.uri));
        let mut forged = eve.clone();
        forged.uri = victim.url(&open);
        let like = forged.says("Like", "1", json!("http://ours.test/events/none"));
        let mut like = like;
        like["id"] = json!(victim.url("/likes/1"));
        let before = world.rows();
        for key_id in [eve.key_id.clone(), format!("{}#main-key", forged.uri)] {
            forged.key_id = key_id;
            let answer = world.send(&world.message(&forged, "/inbox", &like)).await;
            assert_eq!(answer.status, 401, "{}", forged.key_id);
        }
        // Her own actor may have been read on the way, under its own id.
        let mut after = world.rows();
        after.retain(|row| !row.contains("evil.test"));
        assert_eq!(after, before);
        let like = eve.says("Like", "1", json!("http://ours.test/events/none"));
        assert_eq!(world.deliver(&eve, &like).await.status, 202);
    });
}

#[test]
fn ori_07_nothing_of_ours_comes_from_elsewhere() {
    hostile::on_both(&options(), async |world| {
        let relay = followed(&world, "beta.test", "relay", 2).await;
        let object = world.publish("Ours", publication::Audience::Public);
        world.settle().await;
        let path = object.uri.trim_start_matches("http://ours.test").to_owned();
        world.fediverse.forget();
        let before = world.effects();
        let spellings = [
            format!("http://ours.test{path}"),
            format!("http://OURS.test{path}"),
            format!("http://ours.test:80{path}"),
            format!("http://ours.test.{path}"),
            format!("http://{}{path}", world.address),
        ];
        for (n, url) in spellings.iter().enumerate() {
            let mut event = relay.event("x", "Overwritten");
            event["id"] = json!(url);
            for (kind, object) in [
                ("Announce", json!(url)),
                ("Create", event.clone()),
                ("Update", event),
            ] {
                let activity = relay.says(kind, &format!("{kind}{n}"), object);
                assert_eq!(
                    world.deliver(&relay, &activity).await.status,
                    202,
                    "{kind} {url}"
                );
                assert_eq!(
                    world.fediverse.asked(),
                    Vec::<String>::new(),
                    "{kind} {url}"
                );
            }
            let mut forged = relay.says("Like", &format!("actor{n}"), json!("http://ours.test/x"));
            forged["actor"] = json!(url);
            let answer = world.send(&world.message(&relay, "/inbox", &forged)).await;
            assert_eq!(answer.status, 401, "{url}");
        }
        assert_eq!(world.effects(), before);
        // An actor whose inbox is ours is not delivered to.
        let eve = Peer::new(&world.fediverse.host("evil.test"), "eve", 3);
        let mut document = eve.document();
        document["inbox"] = json!("http://ours.test/inbox");
        document["endpoints"] = Value::Null;
        eve.serve(&document);
        let follow = eve.says("Follow", "f", json!(world.agenda.uri));
        assert_eq!(world.deliver(&eve, &follow).await.status, 202);
        assert!(!world.rows().contains(&"http://ours.test/inbox".to_owned()));
        // The twin: an object of its own is taken.
        relay.serve_event("1", &relay.event("1", "Theirs"));
        announce(&world, &relay, "own", &relay.event_uri("1")).await;
        assert!(world.object(&relay.event_uri("1")).is_some());
    });
}

#[test]
fn ori_08_every_author_is_of_the_objects_own_host() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let bob = Peer::new(&alice.host, "bob", 2);
        let foreign = "http://victim.test/users/victor";
        for (part, author) in [
            ("null", Value::Null),
            ("foreign", json!(foreign)),
            ("mixed", json!([foreign, alice.uri])),
            ("first-right", json!([alice.uri, foreign])),
            ("object", json!({"type": "Person", "id": foreign})),
            ("empty", json!([])),
            ("number", json!(5)),
        ] {
            let mut event = alice.event(part, "Concert");
            event["attributedTo"] = author;
            alice.serve_event(part, &event);
            let create = alice.says("Create", part, event);
            world.fediverse.forget();
            assert_eq!(world.deliver(&alice, &create).await.status, 202, "{part}");
            assert!(world.object(&alice.event_uri(part)).is_none(), "{part}");
            let asked = world.fediverse.asked();
            assert!(
                asked
                    .iter()
                    .all(|line| line.starts_with("GET alpha.test/events/")),
                "{asked:?}"
            );
            assert_eq!(world.queued("parked") + world.queued("queued"), 0, "{part}");
        }
        for (part, author) in [
            ("one", json!(alice.uri)),
            ("list", json!([alice.uri])),
            ("with-object", json!([{"type": "Person", "id": alice.uri}])),
            ("two", json!([alice.uri, bob.uri])),
        ] {
            let mut event = alice.event(part, "Concert");
            event["attributedTo"] = author;
            world
                .deliver(&alice, &alice.says("Create", part, event))
                .await;
            let stored = world.object(&alice.event_uri(part)).expect(part);
            let author = world.read(|c| federation::Actor::by_id(c, stored.actor_id));
            assert_eq!(author.expect("author").uri, alice.uri, "{part}");
        }
        // Listed second, the sender is not the author: the object's own server says who is.
        let mut event = alice.event("second", "Concert");
        event["attributedTo"] = json!([bob.uri, alice.uri]);
        alice.serve_event("second", &event);
        world
            .deliver(&alice, &alice.says("Create", "second", event))
            .await;
        let stored = world.object(&alice.event_uri("second")).expect("second");
        let author = world.read(|c| federation::Actor::by_id(c, stored.actor_id));
        assert_eq!(author.expect("author").uri, bob.uri);
    });
}

#[test]
fn ori_09_an_embedded_object_of_another_host_is_only_a_hint() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let victor = Peer::new(&world.fediverse.host("victim.test"), "victor", 4);
        victor.serve_event("1", &victor.event("1", "True"));
        for (part, kind) in [("c", "Create"), ("u", "Update")] {
            let forged = victor.event("1", "Forged");
            world.deliver(&alice, &alice.says(kind, part, forged)).await;
            let stored = world.object(&victor.event_uri("1"));
            assert!(stored.is_none_or(|object| object.title == "True"), "{kind}");
        }
        let missing = victor.event("missing", "Forged");
        world
            .deliver(&alice, &alice.says("Create", "m", missing))
            .await;
        assert!(world.object(&victor.event_uri("missing")).is_none());
        world
            .deliver(
                &alice,
                &alice.says("Create", "own", alice.event("1", "Own")),
            )
            .await;
        assert_eq!(
            world.object(&alice.event_uri("1")).expect("own").title,
            "Own"
        );
    });
}

#[test]
fn ori_10_an_object_keeps_its_author() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let mallory = followed(&world, "alpha.test", "mallory", 2).await;
        world
            .deliver(&alice, &alice.says("Create", "1", alice.event("1", "Hers")))
            .await;
        alice.serve_event("1", &alice.event("1", "Hers"));
        let before = world.object(&alice.event_uri("1")).expect("stored");
        for kind in ["Create", "Update"] {
            let mut stolen = alice.event("1", "Stolen");
            stolen["attributedTo"] = json!(mallory.uri);
            world
                .deliver(&mallory, &mallory.says(kind, kind, stolen))
                .await;
            let after = world.object(&alice.event_uri("1")).expect("stored");
            assert_eq!(
                (after.title.as_str(), after.actor_id),
                ("Hers", before.actor_id),
                "{kind}"
            );
        }
        let mut changed = alice.event("1", "Hers, later");
        changed["updated"] = json!("2026-12-01T11:30:00Z");
        world
            .deliver(&alice, &alice.says("Update", "2", changed))
            .await;
        assert_eq!(
            world.object(&alice.event_uri("1")).expect("stored").title,
            "Hers, later"
        );
    });
}
