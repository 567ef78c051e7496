//! DOS-06: what is longer than we keep is taken, and cut.

use activitystreams::{ActorDocument, EventObject};
use diesel::prelude::*;
use hostile::{Options, Peer, World};
use serde_json::{Value, json};
use store::schema::{actors, comments, object_tags, objects};

fn options() -> Options {
    Options::hosts(&["alpha.test", "beta.test"])
}

fn many(count: usize, one: impl Fn(usize) -> Value) -> Value {
    (0..count).map(one).collect()
}

/// An actor's document with too much of everything.
fn swollen(peer: &Peer) -> Value {
    let mut document = peer.document();
    document["preferredUsername"] = json!("u".repeat(5_000));
    document["name"] = json!("n".repeat(5_000));
    document["summary"] = json!("s".repeat(50 * 1_024));
    document["attachment"] = many(
        80,
        |n| json!({"type": "PropertyValue", "name": n.to_string(), "value": "v"}),
    );
    document["alsoKnownAs"] = many(500, |n| json!(format!("http://beta.test/users/{n}")));
    document
}

/// An event with too much of everything.
fn flooded(peer: &Peer, part: &str) -> Value {
    let mut event = peer.event(part, &"n".repeat(5_000));
    event["summary"] = json!("s".repeat(50 * 1_024));
    event["attachment"] = many(
        300,
        |n| json!({"type": "Link", "href": format!("http://alpha.test/files/{n}"), "name": "x"}),
    );
    let mention = |n| json!({"type": "Mention", "href": format!("http://beta.test/users/{n}")});
    let tag = |n| json!({"type": "Hashtag", "name": format!("#t{n}")});
    let mut tags = many(300, mention);
    if let (Value::Array(all), Value::Array(more)) = (&mut tags, many(300, tag)) {
        all.extend(more);
    }
    event["tag"] = tags;
    event
}

/// What is kept of an actor: its row and its document.
fn actor(world: &World, peer: &Peer) -> (federation::Actor, Value) {
    let uri = peer.uri.clone();
    world.read(|c| {
        let row = actors::table.filter(actors::uri.eq(&uri));
        let raw: Option<String> = row.select(actors::raw).first(c)?;
        let actor = federation::Actor::by_uri(c, &uri)?.expect("known");
        let raw = serde_json::from_str(&raw.unwrap_or_default());
        Ok((actor, raw.unwrap_or_default()))
    })
}

fn check_actor(world: &World, peer: &Peer, what: &str) {
    let (row, raw) = actor(world, peer);
    assert_eq!(row.name.len(), 2_048, "{what}");
    assert_eq!(row.summary.len(), 20 * 1_024, "{what}");
    assert_eq!(row.username.len(), 2_048, "{what}");
    let sizes = |raw: &Value| {
        let text = |key: &str| raw[key].as_str().map_or(0, str::len);
        let list = |key: &str| raw[key].as_array().map_or(0, Vec::len);
        (
            [text("name"), text("summary"), text("preferredUsername")],
            [list("attachment"), list("alsoKnownAs")],
        )
    };
    assert_eq!(
        sizes(&raw),
        ([2_048, 20 * 1_024, 2_048], [50, 256]),
        "{what}"
    );
    let read = ActorDocument::read(&raw).expect("still an actor");
    assert_eq!((read.fields.len(), read.also_known_as.len()), (50, 256));
}

#[test]
fn dos_06_an_actor_with_too_much_of_everything_is_taken_and_cut() {
    hostile::on_both(&options(), async |world| {
        // Its WebFinger knows it by what is left of its name.
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let mut short = alice.clone();
        short.name = "u".repeat(2_048);
        short.serve_name();
        alice.serve(&swollen(&alice));
        // As the sender of something, and as the follower of a site.
        let follow = alice.says("Follow", "1", json!(world.instance.uri));
        assert_eq!(world.deliver(&alice, &follow).await.status, 202);
        check_actor(&world, &alice, "first delivery");
        let follower = |world: &World| {
            let own = world.instance.id;
            world.read(|c| federation::follow::Follow::followers(c, own))
        };
        assert_eq!(follower(&world).len(), 1, "it follows");
        // Found by a person.
        let bob = Peer::new(&world.fediverse.host("beta.test"), "bob", 2);
        let mut short = bob.clone();
        short.name = "u".repeat(2_048);
        short.serve_name();
        bob.serve(&swollen(&bob));
        let found = world.federation.look_up(&world.site, &bob.uri).await;
        assert_eq!(found.expect("found").uri, bob.uri);
        check_actor(&world, &bob, "looked up");
        // The twin: an Update to what fits is kept as it is.
        let mut modest = bob.document();
        modest["summary"] = json!("s".repeat(20 * 1_024));
        modest["alsoKnownAs"] = many(256, |n| json!(format!("http://beta.test/users/{n}")));
        bob.serve(&modest);
        bob.serve_name();
        world
            .deliver(&bob, &bob.says("Update", "u1", modest.clone()))
            .await;
        let (row, raw) = actor(&world, &bob);
        assert_eq!((row.name.as_str(), row.username.as_str()), ("bob", "bob"));
        assert_eq!(raw, modest);
        // And one to too much is taken too.
        bob.serve(&swollen(&bob));
        short.serve_name();
        let update = bob.says("Update", "u2", json!(bob.uri));
        assert_eq!(world.deliver(&bob, &update).await.status, 202);
        check_actor(&world, &bob, "updated");
    });
}

#[test]
fn dos_06_an_event_with_too_much_of_everything_is_taken_and_cut() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        world.follow(&alice).await;
        let check = |part: &str, what: &str| {
            let object = world.object(&alice.event_uri(part)).expect("taken");
            assert_eq!(object.title.len(), 2_048, "{what}");
            let (raw, tags): (Option<String>, i64) = world.read(|c| {
                let row = objects::table.find(object.id).select(objects::raw);
                let tags = object_tags::table.filter(object_tags::object_id.eq(object.id));
                Ok((row.first(c)?, tags.count().get_result(c)?))
            });
            assert_eq!(tags, 100, "{what}");
            let raw: Value = serde_json::from_str(&raw.unwrap_or_default()).expect("JSON");
            let list = |key: &str| raw[key].as_array().map_or(0, Vec::len);
            assert_eq!((list("attachment"), list("tag")), (100, 200), "{what}");
            assert_eq!(raw["summary"].as_str().map(str::len), Some(20 * 1_024));
            let read = EventObject::read(&raw).expect("still an event");
            let counts = (read.tags.len(), read.mentions.len(), read.links.len());
            assert_eq!(counts, (100, 100, 100), "{what}");
        };
        let create = alice.says("Create", "c1", flooded(&alice, "1"));
        assert_eq!(world.deliver(&alice, &create).await.status, 202);
        check("1", "created");
        // By an Announce, which is fetched.
        alice.serve_event("2", &flooded(&alice, "2"));
        let announce = alice.says("Announce", "a2", json!(alice.event_uri("2")));
        assert_eq!(world.deliver(&alice, &announce).await.status, 202);
        check("2", "announced");
        // The twin: what fits is kept as it came, and may still grow too long.
        let mut small = alice.event("3", &"n".repeat(2_048));
        small["tag"] = many(
            100,
            |n| json!({"type": "Hashtag", "name": format!("#t{n}")}),
        );
        let create = alice.says("Create", "c3", small.clone());
        assert_eq!(world.deliver(&alice, &create).await.status, 202);
        let object = world.object(&alice.event_uri("3")).expect("taken");
        let raw: Option<String> = world.read(|c| {
            let row = objects::table.find(object.id).select(objects::raw);
            Ok(row.first(c)?)
        });
        let raw: Value = serde_json::from_str(&raw.unwrap_or_default()).expect("JSON");
        assert_eq!(raw, small);
        let mut grown = flooded(&alice, "3");
        grown["updated"] = json!("2026-12-01T11:00:00Z");
        let update = alice.says("Update", "u3", grown);
        assert_eq!(world.deliver(&alice, &update).await.status, 202);
        check("3", "updated");
    });
}

#[test]
fn dos_06_a_reply_that_mentions_hundreds_is_taken() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let object = world.publish("Concert", publication::Audience::Public);
        world.settle().await;
        world.fediverse.forget();
        let mut note = flooded(&alice, "1");
        note["type"] = json!("Note");
        note["inReplyTo"] = json!(object.uri);
        note["content"] = json!("x".repeat(400 * 1_024));
        let create = alice.says("Create", "c1", note);
        assert_eq!(world.deliver(&alice, &create).await.status, 202);
        let kept: Vec<String> =
            world.read(|c| Ok(comments::table.select(comments::content).load(c)?));
        let [content] = kept.as_slice() else {
            panic!("{} replies", kept.len());
        };
        // As much as of anything that is shown.
        let most = 100 * 1_024;
        assert!(
            (most - 100..=most).contains(&content.len()),
            "{}",
            content.len()
        );
        let beta = world.fediverse.host("beta.test");
        assert_eq!(beta.seen("/").len(), 0);
        let asked = world.fediverse.asked();
        assert!(
            asked.iter().all(|line| line.contains("alpha.test/")),
            "nobody mentioned is asked for: {asked:?}"
        );
    });
}
