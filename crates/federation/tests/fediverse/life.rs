//! AUT-07 to 12: what becomes of an object in time.

use super::authority::{announced, follow_states, followed, options, title};
use diesel::prelude::*;
use hostile::{Peer, World};
use publication::ObjectState;
use serde_json::{Value, json};
use store::schema::{comments, objects};

#[test]
fn aut_07_what_was_said_to_few_is_not_shown_when_passed_on() {
    hostile::on_both(&options(), async |world| {
        let relay = followed(&world, "beta.test", "relay", 2).await;
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let shown = |world: &World| -> Vec<String> {
            let (site, actor) = (world.site.id, world.instance.id);
            world.read(|c| {
                let rows = objects::table.filter(publication::shown_on!(site, actor));
                Ok(rows.select(objects::uri).load(c)?)
            })
        };
        for (part, to) in [
            ("followers", json!([format!("{}/followers", alice.uri)])),
            ("direct", json!([relay.uri])),
        ] {
            let mut event = alice.event(part, "For few");
            event["to"] = to;
            alice.serve_event(part, &event);
            world
                .deliver(
                    &relay,
                    &relay.says("Announce", part, json!(alice.event_uri(part))),
                )
                .await;
            assert_eq!(shown(&world), Vec::<String>::new(), "{part}");
        }
        alice.serve_event("all", &alice.event("all", "For all"));
        world
            .deliver(
                &relay,
                &relay.says("Announce", "all", json!(alice.event_uri("all"))),
            )
            .await;
        assert_eq!(shown(&world), [alice.event_uri("all")]);
        // AUT-12: narrowed by its author, it is gone at once.
        let mut event = alice.event("all", "For few now");
        event["to"] = json!([format!("{}/followers", alice.uri)]);
        event["updated"] = json!("2026-12-01T11:00:00Z");
        alice.serve_event("all", &event);
        world
            .deliver(&alice, &alice.says("Update", "narrow", event))
            .await;
        assert_eq!(shown(&world), Vec::<String>::new());
    });
}

#[test]
fn aut_09_what_is_deleted_stays_deleted() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let relay = followed(&world, "beta.test", "relay", 2).await;
        let uri = alice.event_uri("1");
        world
            .deliver(&alice, &alice.says("Create", "1", alice.event("1", "Was")))
            .await;
        world
            .deliver(
                &alice,
                &alice.says("Delete", "2", json!({"id": uri, "type": "Tombstone"})),
            )
            .await;
        let mut again = alice.event("1", "Again");
        again["updated"] = json!("2026-12-01T11:59:00Z");
        alice.serve_event("1", &again);
        for (part, who, kind, object) in [
            ("3", &alice, "Create", again.clone()),
            ("4", &alice, "Update", again.clone()),
            ("5", &alice, "Announce", json!(uri)),
            ("6", &relay, "Announce", json!(uri)),
            ("7", &relay, "Create", again.clone()),
        ] {
            world.deliver(who, &who.says(kind, part, object)).await;
            let kept = world.object(&uri).expect("tombstone");
            assert_eq!(
                (kept.state(), kept.title.as_str()),
                (ObjectState::Deleted, ""),
                "{kind}"
            );
        }
        let ours = world.publish("Ours", publication::Audience::Public);
        world.settle().await;
        let path = ours.uri.trim_start_matches("http://ours.test").to_owned();
        assert_eq!(world.get(&path).await.status, 200);
        let now = world.ts();
        world
            .database
            .write_now(|c| publication::delete(c, &world.registry, &ours, None, now))
            .expect("deleted");
        let gone = world.get(&path).await;
        assert_eq!(
            (gone.status, gone.json()["type"].clone()),
            (410, json!("Tombstone"))
        );
    });
}

#[test]
fn aut_09_only_whoever_deleted_it_takes_that_back() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let relay = followed(&world, "beta.test", "relay", 2).await;
        let uri = alice.event_uri("1");
        let create = alice.says("Create", "1", alice.event("1", "Was"));
        world.deliver(&alice, &create).await;
        let delete = alice.says("Delete", "2", json!({"id": uri, "type": "Tombstone"}));
        world.deliver(&alice, &delete).await;
        let mut again = alice.event("1", "Again");
        again["updated"] = json!("2026-12-01T11:59:00Z");
        alice.serve_event("1", &again);
        // Somebody else's word, theirs about alice's Delete, and a Create alone.
        let theirs = relay.says("Delete", "2", json!({"id": uri, "type": "Tombstone"}));
        for (part, object) in [("3", theirs), ("4", delete.clone())] {
            world
                .deliver(&relay, &relay.says("Undo", part, object))
                .await;
        }
        world
            .deliver(&alice, &alice.says("Create", "3", again.clone()))
            .await;
        let state = || world.object(&uri).expect("an object").state();
        assert_eq!(state(), ObjectState::Deleted);

        world
            .deliver(&alice, &alice.says("Undo", "4", delete))
            .await;
        // Empty until it comes: nobody sees it.
        assert_eq!(state(), ObjectState::Draft);
        world
            .deliver(&alice, &alice.says("Create", "5", again.clone()))
            .await;
        let back = world.object(&uri).expect("an object");
        assert_eq!(
            (back.state(), back.title.as_str()),
            (ObjectState::Public, "Again")
        );
    });
}

#[test]
fn aut_10_a_name_never_changes_hands() {
    hostile::on_both(&options(), async |world| {
        let id = world.agenda.id;
        world.write(|c| {
            use store::schema::actors;
            diesel::update(actors::table.find(id))
                .set(actors::state.eq("deleted"))
                .execute(c)?;
            Ok(())
        });
        let make = |username: &str| {
            let (site, now) = (world.site.clone(), world.ts());
            let key = federation::FreshKey::make(world.federation.randomness()).expect("key");
            let username = username.to_owned();
            world.database.write_now(|c| {
                let new = federation::NewActor {
                    kind: "Group",
                    username: &username,
                    name: "x",
                    summary: "",
                };
                federation::create_actor(c, &site, &new, &key, world.federation.seal(), now)
            })
        };
        assert!(matches!(
            make("agenda"),
            Err(federation::NewActorError::Taken)
        ));
        assert!(matches!(
            make("kiosque"),
            Err(federation::NewActorError::Reserved)
        ));
        assert!(make("agenda2").is_ok());
        assert_eq!(world.get("/@agenda").await.status, 410);
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        world
            .deliver(&alice, &alice.says("Follow", "f", json!(world.agenda.uri)))
            .await;
        assert_eq!(
            follow_states(&world),
            Vec::<String>::new(),
            "nobody follows what is gone"
        );
        world
            .deliver(
                &alice,
                &alice.says("Follow", "g", json!(world.instance.uri)),
            )
            .await;
        assert_eq!(follow_states(&world), ["accepted"]);
    });
}

#[test]
fn aut_11_the_order_of_arrival_changes_nothing() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let uri = alice.event_uri("1");
        // Delete before Create.
        world
            .deliver(
                &alice,
                &alice.says("Delete", "d", json!({"id": uri, "type": "Tombstone"})),
            )
            .await;
        world
            .deliver(&alice, &alice.says("Create", "c", alice.event("1", "Late")))
            .await;
        assert!(world.object(&uri).is_none());
        // Undo before Follow, undo before Announce.
        let follow = alice.says("Follow", "f", json!(world.agenda.uri));
        world
            .deliver(&alice, &alice.says("Undo", "u", follow.clone()))
            .await;
        world.deliver(&alice, &follow).await;
        assert_eq!(follow_states(&world), ["accepted"], "ours alone");
        alice.serve_event("2", &alice.event("2", "Second"));
        let announce = alice.says("Announce", "a", json!(alice.event_uri("2")));
        world
            .deliver(&alice, &alice.says("Undo", "ua", announce.clone()))
            .await;
        world.deliver(&alice, &announce).await;
        assert_eq!(announced(&world), 0);
        // An older change after a newer one; one from the future is cut to now.
        let stamped = |title: &str, at: &str| {
            let mut event = alice.event("3", title);
            event["updated"] = json!(at);
            event
        };
        for (part, title, at) in [
            ("3a", "First", "2026-12-01T10:00:00Z"),
            ("3b", "Newer", "2026-12-01T11:00:00Z"),
            ("3c", "Older", "2026-12-01T10:30:00Z"),
        ] {
            world
                .deliver(&alice, &alice.says("Update", part, stamped(title, at)))
                .await;
        }
        assert_eq!(title(&world, &alice.event_uri("3")), "Newer");
        world
            .deliver(
                &alice,
                &alice.says("Update", "3d", stamped("Future", "2099-01-01T00:00:00Z")),
            )
            .await;
        assert_eq!(
            world
                .object(&alice.event_uri("3"))
                .expect("stored")
                .updated_at,
            world.ts()
        );
        world.advance(chrono::Duration::minutes(5));
        world
            .deliver(
                &alice,
                &alice.says("Update", "3e", stamped("Next", "2026-12-01T12:04:00Z")),
            )
            .await;
        assert_eq!(title(&world, &alice.event_uri("3")), "Next");
        // A follow with another id is a new one.
        world
            .deliver(&alice, &alice.says("Follow", "f2", json!(world.agenda.uri)))
            .await;
        assert_eq!(follow_states(&world), ["accepted", "accepted"]);
    });
}

#[test]
fn aut_12_a_narrowed_object_is_told_as_gone() {
    hostile::on_both(&options(), async |world| {
        let fan = Peer::new(&world.fediverse.host("alpha.test"), "fan", 1);
        let node = Peer::new(&world.fediverse.host("beta.test"), "node", 2);
        world.followed_by(&fan, &world.agenda).await;
        world.followed_by(&node, &world.instance).await;
        let revise = |object: &publication::Object, audience: &str| {
            let revision = publication::Revision {
                audience: Some(audience.to_owned()),
                title: Some("Secret".to_owned()),
                ..Default::default()
            };
            let now = world.ts();
            let revised = world.database.write_now(|c| {
                publication::revise(
                    c,
                    &world.registry,
                    object,
                    None,
                    &revision,
                    None,
                    None,
                    Value::Null,
                    |_, _| Ok(()),
                    now,
                )
            });
            world.federation.wake();
            revised.expect("revised")
        };
        let said = |peer: &Peer| -> Vec<String> {
            let sent = peer.host.seen("/inbox");
            sent.iter()
                .map(|seen| seen.json()["type"].as_str().unwrap_or_default().to_owned())
                .collect()
        };
        for audience in ["followers", "private"] {
            let object = world.publish("Open", publication::Audience::Public);
            world.settle().await;
            world.fediverse.forget();
            revise(&object, audience);
            world.settle().await;
            assert_eq!(said(&fan), ["Delete"], "{audience}");
            assert_eq!(said(&node), ["Delete"; 1], "{audience}");
            assert!(
                !world
                    .fediverse
                    .seen()
                    .iter()
                    .any(|seen| String::from_utf8_lossy(&seen.body).contains("Secret"))
            );
        }
        // What is for followers changes for followers alone.
        let object = world.publish("Few", publication::Audience::Followers);
        world.settle().await;
        world.fediverse.forget();
        revise(&object, "followers");
        world.settle().await;
        assert_eq!(
            (said(&fan), said(&node)),
            (vec!["Update".to_owned()], vec![])
        );
        world.fediverse.forget();
        world.advance(chrono::Duration::seconds(5));
        revise(&object, "public");
        world.settle().await;
        assert_eq!(said(&node), ["Announce"], "widened, it is told as new");
    });
}

#[test]
fn replies_come_from_their_author_to_what_is_public_here() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let mallory = Peer::new(&world.fediverse.host("alpha.test"), "mallory", 2);
        let object = world.publish("Concert", publication::Audience::Public);
        let note = |by: &Peer, part: &str, to: &str| {
            json!({"id": alice.host.url(&format!("/notes/{part}")), "type": "Note", "attributedTo": by.uri,
                "inReplyTo": object.uri, "content": "<p>Hi<script>x</script></p>", "to": [to]})
        };
        let shown = |world: &World| {
            world
                .read(|c| publication::comments_of(c, object.id, 10))
                .len()
        };
        let stored =
            |world: &World| -> i64 { world.read(|c| Ok(comments::table.count().get_result(c)?)) };
        for (part, by, who, to) in [
            ("1", &alice, &mallory, activitystreams::PUBLIC),
            ("2", &alice, &alice, "http://alpha.test/users/mallory"),
        ] {
            world
                .deliver(who, &who.says("Create", part, note(by, part, to)))
                .await;
            assert_eq!(stored(&world), 0, "{part}");
        }
        world
            .deliver(
                &alice,
                &alice.says("Create", "3", note(&alice, "3", activitystreams::PUBLIC)),
            )
            .await;
        assert_eq!(shown(&world), 1);
        let content = world
            .read(|c| publication::comments_of(c, object.id, 10))
            .remove(0)
            .content;
        assert_eq!(content, "<p>Hi</p>");
        world
            .deliver(
                &mallory,
                &mallory.says("Delete", "4", json!(alice.host.url("/notes/3"))),
            )
            .await;
        assert_eq!(shown(&world), 1);
        world
            .deliver(
                &alice,
                &alice.says("Delete", "5", json!(alice.host.url("/notes/3"))),
            )
            .await;
        assert_eq!(shown(&world), 0);
        world
            .deliver(
                &alice,
                &alice.says("Create", "6", note(&alice, "3", activitystreams::PUBLIC)),
            )
            .await;
        assert_eq!(shown(&world), 0, "deleted stays deleted");
    });
}
