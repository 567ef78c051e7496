//! R-MOVE-01 and AUT-13: actors that go on under another address.

use super::origin::{followed, options};
use hostile::{Peer, World};
use publication::narrowing::Narrowing;
use serde_json::{Value, json};

/// A Move from `old` to `new`, in the words of `by`.
fn moves(by: &Peer, old: &str, new: &str, n: usize) -> Value {
    let mut activity = by.says("Move", &format!("moves/{n}"), json!(old));
    activity["target"] = json!(new);
    activity
}

/// The state of the site's follow of an actor.
fn follow(world: &World, uri: &str) -> Option<String> {
    use diesel::prelude::*;
    use store::schema::{actors, follows};
    world.read(|c| {
        Ok(follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
            .filter(follows::follower_id.eq(world.instance.id))
            .filter(actors::uri.eq(uri))
            .select(follows::state)
            .first(c)
            .optional()?)
    })
}

/// Serves an actor that says it was another one before.
fn knows(peer: &Peer, before: &[&str]) {
    let mut document = peer.document();
    document["alsoKnownAs"] = json!(before);
    peer.serve(&document);
}

async fn deliver(world: &World, peer: &Peer, activity: &Value) {
    assert_eq!(world.deliver(peer, activity).await.status, 202);
    assert_eq!(world.queued("queued") + world.queued("parked"), 0);
}

#[test]
fn r_move_01_the_site_follows_where_an_actor_goes() {
    hostile::on_both(&options(), async |world| {
        let old = followed(&world, "alpha.test", "alice", 1).await;
        let new = Peer::new(&world.fediverse.host("beta.test"), "alice", 2);
        knows(&new, &["https://elsewhere.test/x", &old.uri]);
        world.fediverse.forget();
        deliver(&world, &old, &moves(&old, &old.uri, &new.uri, 1)).await;
        assert_eq!(follow(&world, &new.uri).as_deref(), Some("pending"));
        assert_eq!(follow(&world, &old.uri).as_deref(), Some("removed"));
        let told: Vec<Value> = ["alpha.test", "beta.test"]
            .iter()
            .flat_map(|host| world.fediverse.host(host).seen("/users/alice/inbox"))
            .map(|seen| seen.json()["type"].clone())
            .collect();
        assert!(
            told.contains(&json!("Follow")) && told.contains(&json!("Undo")),
            "{told:?}"
        );
        // A second one within the week, and the way back, change nothing.
        let third = Peer::new(&world.fediverse.host("victim.test"), "alice", 4);
        knows(&third, &[&old.uri, &new.uri]);
        knows(&old, &[&new.uri]);
        deliver(&world, &new, &moves(&new, &new.uri, &old.uri, 2)).await;
        deliver(&world, &old, &moves(&old, &old.uri, &third.uri, 3)).await;
        assert_eq!(follow(&world, &third.uri), None);
        assert_eq!(follow(&world, &old.uri).as_deref(), Some("removed"));
        assert_eq!(follow(&world, &new.uri).as_deref(), Some("pending"));
    });
}

#[test]
fn r_move_01_the_new_account_may_say_it_where_the_old_one_agrees() {
    hostile::on_both(&options(), async |world| {
        let old = followed(&world, "alpha.test", "alice", 1).await;
        let new = Peer::new(&world.fediverse.host("beta.test"), "alice", 2);
        deliver(&world, &new, &moves(&new, &old.uri, &new.uri, 1)).await;
        assert_eq!(follow(&world, &new.uri), None, "the old one says nothing");
        let mut document = old.document();
        document["movedTo"] = json!(new.uri);
        old.serve(&document);
        deliver(&world, &new, &moves(&new, &old.uri, &new.uri, 2)).await;
        assert_eq!(follow(&world, &new.uri).as_deref(), Some("pending"));
    });
}

/// What is shown of a server, in the words of the rule.
fn excluded(world: &World, host: &str) -> Vec<String> {
    let own = world.instance.id;
    world.read(|c| Ok(Narrowing::read(c, own, host)?.exclude))
}

fn exclude(world: &World, host: &str, tag: &str) {
    let rule = Narrowing {
        exclude: vec![tag.to_owned()],
        ..Narrowing::default()
    };
    let (own, now) = (world.instance.id, world.ts());
    world.write(|c| rule.write(c, own, host, now));
}

/// Titles that the site shows.
fn titles(world: &World) -> Vec<String> {
    use diesel::prelude::*;
    use store::schema::objects;
    let (site, actor) = (world.site.id, world.instance.id);
    world.read(|c| {
        let rows = objects::table
            .filter(publication::shown_on!(site, actor))
            .order(objects::title);
        Ok(rows.select(objects::title).load(c)?)
    })
}

#[test]
fn r_move_01_the_rule_about_what_is_shown_of_a_server_goes_along() {
    hostile::on_both(&options(), async |world| {
        let old = followed(&world, "alpha.test", "alice", 1).await;
        exclude(&world, "alpha.test", "rock");
        let new = Peer::new(&world.fediverse.host("beta.test"), "alice", 2);
        knows(&new, &[&old.uri]);
        deliver(&world, &old, &moves(&old, &old.uri, &new.uri, 1)).await;
        assert_eq!(excluded(&world, "beta.test"), ["rock"]);
        assert_eq!(excluded(&world, "alpha.test"), ["rock"]);
        // It does what it did before.
        let follow = world
            .fediverse
            .host("beta.test")
            .seen("/users/alice/inbox")
            .pop()
            .expect("asked")
            .json();
        let accept = new.says("Accept", "accepts/moved", follow["id"].clone());
        deliver(&world, &new, &accept).await;
        for (title, tag) in [("Concert", "rock"), ("Bal", "danse")] {
            let mut event = new.event(title, title);
            event["tag"] = json!([{"type": "Hashtag", "name": format!("#{tag}")}]);
            let create = new.says("Create", &format!("creates/{title}"), event);
            deliver(&world, &new, &create).await;
        }
        assert_eq!(titles(&world), ["Bal"]);
    });
}

#[test]
fn r_move_01_what_was_decided_of_the_new_server_stays() {
    hostile::on_both(&options(), async |world| {
        // Somebody is followed there without a rule.
        let old = followed(&world, "alpha.test", "alice", 1).await;
        exclude(&world, "alpha.test", "rock");
        followed(&world, "beta.test", "bob", 2).await;
        let new = Peer::new(&world.fediverse.host("beta.test"), "alice", 3);
        knows(&new, &[&old.uri]);
        deliver(&world, &old, &moves(&old, &old.uri, &new.uri, 1)).await;
        assert_eq!(follow(&world, &new.uri).as_deref(), Some("pending"));
        assert!(excluded(&world, "beta.test").is_empty());
        // There is a rule.
        let old = followed(&world, "evil.test", "eve", 4).await;
        exclude(&world, "evil.test", "rock");
        exclude(&world, "victim.test", "jazz");
        let new = Peer::new(&world.fediverse.host("victim.test"), "eve", 5);
        knows(&new, &[&old.uri]);
        deliver(&world, &old, &moves(&old, &old.uri, &new.uri, 2)).await;
        assert_eq!(follow(&world, &new.uri).as_deref(), Some("pending"));
        assert_eq!(excluded(&world, "victim.test"), ["jazz"]);
    });
}

#[test]
fn aut_13_a_move_that_the_other_side_does_not_confirm_is_refused() {
    hostile::on_both(&options(), async |world| {
        let old = followed(&world, "alpha.test", "alice", 1).await;
        let new = Peer::new(&world.fediverse.host("beta.test"), "alice", 2);
        let eve = followed(&world, "evil.test", "eve", 3).await;
        let stays = |why: &str| {
            assert_eq!(
                follow(&world, &old.uri).as_deref(),
                Some("accepted"),
                "{why}"
            );
            assert_eq!(follow(&world, &new.uri), None, "{why}");
        };
        deliver(&world, &old, &moves(&old, &old.uri, &new.uri, 1)).await;
        stays("no alsoKnownAs");
        knows(
            &new,
            &[&format!("{}x", old.uri), "https://victim.test/alice"],
        );
        deliver(&world, &old, &moves(&old, &old.uri, &new.uri, 2)).await;
        stays("another alsoKnownAs");
        knows(&new, &[&old.uri]);
        let by_eve = moves(&eve, &old.uri, &new.uri, 3);
        assert_eq!(world.deliver(&eve, &by_eve).await.status, 400);
        stays("by a third");
        let own = world.instance.uri.clone();
        let targets = [
            old.uri.as_str(),
            own.as_str(),
            "http://victim.test/users/nobody",
        ];
        for (n, target) in targets.into_iter().enumerate() {
            let sent = world
                .deliver(&old, &moves(&old, &old.uri, target, 40 + n))
                .await;
            assert!([202, 400].contains(&sent.status), "{target}");
            stays(target);
        }
        world
            .federation
            .block_host("beta.test", "")
            .await
            .expect("blocked");
        deliver(&world, &old, &moves(&old, &old.uri, &new.uri, 5)).await;
        stays("to a blocked host");
        // The twin.
        world
            .federation
            .unblock_host("beta.test")
            .await
            .expect("lifted");
        deliver(&world, &old, &moves(&old, &old.uri, &new.uri, 6)).await;
        assert_eq!(follow(&world, &new.uri).as_deref(), Some("pending"));
    });
}
