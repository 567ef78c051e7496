//! AUT: may they do that.

use diesel::prelude::*;
use hostile::{Options, Peer, Reply, World};
use publication::ObjectState;
use serde_json::json;
use store::schema::{announces, follows};

pub(super) fn options() -> Options {
    Options::hosts(&["alpha.test", "beta.test", "evil.test"])
}

pub(super) async fn followed(world: &World, host: &str, name: &str, key: u8) -> Peer {
    let peer = Peer::new(&world.fediverse.host(host), name, key);
    world.follow(&peer).await;
    peer
}

pub(super) fn title(world: &World, uri: &str) -> String {
    world
        .object(uri)
        .map(|object| object.title)
        .unwrap_or_default()
}

pub(super) fn announced(world: &World) -> i64 {
    world.read(|c| Ok(announces::table.count().get_result(c)?))
}

/// State words of all follows, oldest first.
pub(super) fn follow_states(world: &World) -> Vec<String> {
    world.read(|c| {
        Ok(follows::table
            .order(follows::id)
            .select(follows::state)
            .load(c)?)
    })
}

#[test]
fn aut_01_only_its_author_changes_an_object() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let mallory = followed(&world, "alpha.test", "mallory", 2).await;
        let eve = followed(&world, "evil.test", "eve", 3).await;
        let uri = alice.event_uri("1");
        world
            .deliver(&alice, &alice.says("Create", "1", alice.event("1", "Hers")))
            .await;
        alice.serve_event("1", &alice.event("1", "Hers"));
        let mut changed = alice.event("1", "Taken over");
        changed["updated"] = json!("2026-12-01T11:00:00Z");
        for thief in [&mallory, &eve] {
            for (n, kind) in ["Update", "Create", "Announce"].into_iter().enumerate() {
                let part = format!("t{n}");
                assert_eq!(
                    world
                        .deliver(thief, &thief.says(kind, &part, changed.clone()))
                        .await
                        .status,
                    202
                );
                assert_eq!(title(&world, &uri), "Hers", "{kind} by {}", thief.uri);
            }
        }
        // A profile likewise: the activity's word counts for nothing, its server's for all.
        let mut profile = alice.document();
        profile["name"] = json!("Renamed");
        world
            .deliver(&mallory, &mallory.says("Update", "p", profile.clone()))
            .await;
        let stored = |world: &World| {
            world
                .read(|c| federation::Actor::by_uri(c, &alice.uri))
                .expect("actor")
        };
        assert_eq!(stored(&world).name, "alice");
        alice.serve(&profile);
        world
            .deliver(&alice, &alice.says("Update", "p", profile))
            .await;
        assert_eq!(stored(&world).name, "Renamed");
        world
            .deliver(&alice, &alice.says("Update", "2", changed))
            .await;
        assert_eq!(title(&world, &uri), "Taken over", "by its author it is");
    });
}

#[test]
fn aut_02_only_its_author_deletes() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let mallory = followed(&world, "alpha.test", "mallory", 2).await;
        let eve = followed(&world, "evil.test", "eve", 3).await;
        let uri = alice.event_uri("1");
        world
            .deliver(&alice, &alice.says("Create", "1", alice.event("1", "Hers")))
            .await;
        alice.serve_event("1", &alice.event("1", "Hers"));
        let ours = world.publish("Ours", publication::Audience::Public);
        for thief in [&mallory, &eve] {
            let before = world.effects();
            for (n, object) in [
                json!(uri),
                json!({"id": uri, "type": "Tombstone"}),
                json!({"id": thief.event_uri("x"), "type": "Tombstone", "object": uri}),
                json!(alice.uri),
                json!({"id": alice.uri, "type": "Person"}),
                json!(world.agenda.uri),
                json!(ours.uri),
            ]
            .into_iter()
            .enumerate()
            {
                let delete = thief.says("Delete", &format!("d{n}"), object);
                assert_eq!(world.deliver(thief, &delete).await.status, 202);
            }
            // But for the word about something of its own that was never seen.
            let mut after = world.effects();
            after.retain(|row| *row != thief.event_uri("x"));
            assert_eq!(after, before, "{}", thief.uri);
        }
        // She still speaks, and is heard.
        let follow = alice.says("Follow", "f", json!(world.agenda.uri));
        assert_eq!(world.deliver(&alice, &follow).await.status, 202);
        assert_eq!(follow_states(&world), ["accepted"; 4]);
        // By its author, and by whoever passes it on when its own server says that it is gone.
        world
            .deliver(
                &alice,
                &alice.says("Create", "2", alice.event("2", "Second")),
            )
            .await;
        world
            .deliver(&alice, &alice.says("Delete", "d", json!(uri)))
            .await;
        assert_eq!(
            world.object(&uri).expect("kept").state(),
            ObjectState::Deleted
        );
        alice.host.answer("/events/2", Reply::status(410));
        world
            .deliver(
                &mallory,
                &mallory.says("Delete", "relayed", json!(alice.event_uri("2"))),
            )
            .await;
        assert_eq!(
            world.object(&alice.event_uri("2")).expect("kept").state(),
            ObjectState::Deleted
        );
    });
}

#[test]
fn aut_02_a_neighbour_forbids_no_id_in_advance() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let mallory = followed(&world, "alpha.test", "mallory", 2).await;
        let bob = Peer::new(&alice.host, "bob", 5);
        let uri = alice.event_uri("1");
        world
            .deliver(&mallory, &mallory.says("Delete", "1", json!(uri)))
            .await;
        world
            .deliver(&mallory, &mallory.says("Delete", "2", json!(bob.uri)))
            .await;
        world
            .deliver(
                &mallory,
                &mallory.says("Undo", "3", json!(format!("{}#f", bob.uri))),
            )
            .await;
        world
            .deliver(&alice, &alice.says("Create", "1", alice.event("1", "Hers")))
            .await;
        assert_eq!(title(&world, &uri), "Hers");
        let follow = bob.says("Follow", "f", json!(world.agenda.uri));
        assert_eq!(world.deliver(&bob, &follow).await.status, 202);
        assert_eq!(follow_states(&world).len(), 3, "bob's is there");
    });
}

#[test]
fn aut_03_nobody_undoes_for_another() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let mallory = followed(&world, "alpha.test", "mallory", 2).await;
        let eve = followed(&world, "evil.test", "eve", 3).await;
        let follow = alice.says("Follow", "f", json!(world.agenda.uri));
        world.deliver(&alice, &follow).await;
        alice.serve_event("1", &alice.event("1", "Hers"));
        let announce = alice.says("Announce", "a", json!(alice.event_uri("1")));
        world.deliver(&alice, &announce).await;
        assert_eq!((announced(&world), follow_states(&world).len()), (1, 4));
        for thief in [&mallory, &eve] {
            for (n, object) in [
                follow.clone(),
                announce.clone(),
                follow["id"].clone(),
                announce["id"].clone(),
            ]
            .into_iter()
            .enumerate()
            {
                let mut lying = object.clone();
                if lying.is_object() {
                    lying["actor"] = json!(thief.uri);
                }
                for (m, object) in [object, lying].into_iter().enumerate() {
                    let undo = thief.says("Undo", &format!("u{n}{m}"), object);
                    assert_eq!(world.deliver(thief, &undo).await.status, 202);
                    assert_eq!(
                        (announced(&world), follow_states(&world).len()),
                        (1, 4),
                        "{n}{m}"
                    );
                }
            }
        }
        world
            .deliver(&alice, &alice.says("Undo", "u1", announce))
            .await;
        world
            .deliver(&alice, &alice.says("Undo", "u2", follow))
            .await;
        assert_eq!((announced(&world), follow_states(&world).len()), (0, 3));
    });
}

#[test]
fn aut_04_only_who_was_asked_answers() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let mallory = Peer::new(&world.fediverse.host("alpha.test"), "mallory", 2);
        let eve = Peer::new(&world.fediverse.host("evil.test"), "eve", 3);
        let (follow, _) = world
            .federation
            .follow(&world.site, &alice.uri)
            .await
            .expect("asked");
        world.settle().await;
        let sent = alice
            .host
            .seen("/users/alice/inbox")
            .pop()
            .expect("Follow")
            .json();
        assert_eq!(sent["id"], json!(follow.uri));
        for thief in [&mallory, &eve] {
            for (n, kind) in ["Accept", "Reject"].into_iter().enumerate() {
                for (m, object) in [sent.clone(), json!(follow.uri)].into_iter().enumerate() {
                    world
                        .deliver(thief, &thief.says(kind, &format!("{n}{m}"), object))
                        .await;
                    assert_eq!(
                        follow_states(&world),
                        ["pending"],
                        "{kind} by {}",
                        thief.uri
                    );
                }
            }
        }
        // An answer to a Follow that was never sent.
        let never = json!({"id": "http://ours.test/actor#follows/never", "type": "Follow", "actor": world.instance.uri, "object": eve.uri});
        world
            .deliver(&eve, &eve.says("Accept", "never", never))
            .await;
        assert_eq!(follow_states(&world), ["pending"]);
        world
            .deliver(&alice, &alice.says("Accept", "yes", sent.clone()))
            .await;
        assert_eq!(follow_states(&world), ["accepted"]);
        world
            .deliver(&alice, &alice.says("Reject", "no", sent))
            .await;
        assert_eq!(follow_states(&world), ["refused"]);
    });
}

#[test]
fn aut_05_no_accept_no_content() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let (follow, _) = world
            .federation
            .follow(&world.site, &alice.uri)
            .await
            .expect("asked");
        world.settle().await;
        alice.serve_event("1", &alice.event("1", "Early"));
        for (part, kind, object) in [
            ("1", "Create", alice.event("1", "Early")),
            ("2", "Announce", json!(alice.event_uri("1"))),
        ] {
            world.deliver(&alice, &alice.says(kind, part, object)).await;
            assert!(world.object(&alice.event_uri("1")).is_none(), "{kind}");
        }
        world.advance(chrono::Duration::days(40));
        world.settle().await;
        assert_eq!(follow_states(&world), ["pending"]);
        world
            .deliver(&alice, &alice.says("Accept", "yes", json!(follow.uri)))
            .await;
        world
            .deliver(&alice, &alice.says("Create", "3", alice.event("1", "Now")))
            .await;
        assert_eq!(title(&world, &alice.event_uri("1")), "Now");
    });
}
