//! AUT-06 and AUT-08: what others say about collections that are not theirs, and what comes of an actor that may not act.

use crate::authority::{announced, follow_states, followed, options, title};
use diesel::prelude::*;
use serde_json::json;
use store::schema::{activities, actors, objects};

#[test]
fn aut_06_nobody_adds_to_or_takes_from_a_collection_of_another() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let mallory = followed(&world, "alpha.test", "mallory", 2).await;
        let eve = followed(&world, "evil.test", "eve", 3).await;
        let uri = alice.event_uri("1");
        let event = alice.event("1", "Hers");
        world
            .deliver(&alice, &alice.says("Create", "1", event.clone()))
            .await;
        alice.serve_event("1", &event);
        let counts = || {
            world.read(|c| {
                let all = objects::table.count().get_result::<i64>(c)?;
                let said = activities::table.count().get_result::<i64>(c)?;
                Ok((all, said))
            })
        };
        let before = (counts(), announced(&world), follow_states(&world));
        let ours = world.instance.uri.clone();
        for thief in [&mallory, &eve] {
            for (n, kind) in ["Add", "Remove"].into_iter().enumerate() {
                for (m, target) in [
                    format!("{}/featured", alice.uri),
                    format!("{}/outbox", alice.uri),
                    format!("{ours}/outbox"),
                    format!("{ours}/upcoming"),
                    format!("{ours}/followers"),
                ]
                .into_iter()
                .enumerate()
                {
                    let mut said = thief.says(kind, &format!("c{n}{m}"), json!(uri));
                    said["target"] = json!(target);
                    world.deliver(thief, &said).await;
                    let after = (counts(), announced(&world), follow_states(&world));
                    assert_eq!(after, before, "{kind} {target} by {}", thief.uri);
                    assert_eq!(title(&world, &uri), "Hers", "{kind} {target}");
                }
            }
        }
        // The twin: its author takes it back in the way that there is.
        world
            .deliver(&alice, &alice.says("Delete", "d", json!(uri)))
            .await;
        assert_ne!(title(&world, &uri), "Hers");
    });
}

#[test]
fn aut_08_what_is_new_of_a_suspended_actor_comes_in_by_no_way() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let bob = followed(&world, "beta.test", "bob", 2).await;
        let state = |word: &'static str| {
            let row = actors::table.filter(actors::uri.eq(alice.uri.clone()));
            world.write(|c| {
                let changed = diesel::update(row).set(actors::state.eq(word)).execute(c)?;
                Ok(changed)
            });
        };
        state("suspended");
        let event = |part: &str| {
            let event = alice.event(part, "Unseen");
            alice.serve_event(part, &event);
            (alice.event_uri(part), event)
        };
        let (created, document) = event("1");
        world
            .deliver(&alice, &alice.says("Create", "1", document))
            .await;
        let (updated, document) = event("2");
        world
            .deliver(&alice, &alice.says("Update", "2", document))
            .await;
        let (passed_on, _) = event("3");
        let said = bob.says("Announce", "3", json!(passed_on));
        world.deliver(&bob, &said).await;
        let (embedded, document) = event("4");
        world
            .deliver(&bob, &bob.says("Announce", "4", document))
            .await;
        for uri in [&created, &updated, &passed_on, &embedded] {
            assert!(world.object(uri).is_none(), "{uri}");
        }
        // The twin: by the same way, once it may act again.
        state("active");
        let (passed_on, _) = event("5");
        let said = bob.says("Announce", "5", json!(passed_on));
        world.deliver(&bob, &said).await;
        assert_eq!(title(&world, &passed_on), "Unseen");
    });
}
