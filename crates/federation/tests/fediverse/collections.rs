//! What is taken over from a collection after a follow was accepted.

use hostile::{Host, Options, Peer, Reply, World};
use serde_json::{Value, json};

fn options() -> Options {
    Options::hosts(&["alpha.test", "evil.test"])
}

fn collection(host: &Host, path: &str, rest: Value) -> Value {
    let mut document = json!({"@context": "https://www.w3.org/ns/activitystreams",
        "id": host.url(path), "type": "OrderedCollection", "totalItems": 1_000_000_000_000_u64});
    let parts = document.as_object_mut().expect("object");
    parts.extend(rest.as_object().expect("object").clone());
    document
}

/// A new actor of a host whose outbox is at an address.
pub(super) fn with_outbox(host: &Host, name: &str, key: u8, outbox: &str) -> Peer {
    let peer = Peer::new(host, name, key);
    let mut document = peer.document();
    document["outbox"] = json!(outbox);
    peer.serve(&document);
    peer
}

/// Follows and waits for what is taken over; gives what was asked besides the actor, its name and
/// its inbox.
pub(super) async fn followed(world: &World, peer: &Peer) -> Vec<String> {
    let follow = world.federation.follow(&world.site, &peer.uri).await;
    let (follow, _) = follow.expect("follow");
    world.fediverse.forget();
    let part = format!("accepts/{}", follow.id);
    let accept = peer.says("Accept", &part, Value::String(follow.uri));
    assert_eq!(world.deliver(peer, &accept).await.status, 202);
    for _ in 0..500 {
        let left: i64 = world.read(|c| {
            use diesel::prelude::*;
            use store::schema::jobs;
            let queued = jobs::table.filter(jobs::state.eq("queued"));
            let now = queued.filter(jobs::attempts.eq(0));
            Ok(now.count().get_result(c)?)
        });
        if left == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    world.settle().await;
    let mut asked = world.fediverse.asked();
    asked.retain(|line| {
        let inner = ["/inbox", "/.well-known/", "/users/"];
        !inner.iter().any(|part| line.contains(part))
    });
    asked
}

#[test]
fn ori_11_a_collection_is_its_own_servers_alone() {
    hostile::on_both(&options(), async |world| {
        let alpha = world.fediverse.host("alpha.test");
        let evil = world.fediverse.host("evil.test");
        let eve = Peer::new(&evil, "eve", 3);
        eve.serve_event("e", &eve.event("e", "Evil"));
        let forged = |peer: &Peer, part: &str| peer.event(part, "Forged");
        // The collection elsewhere: nobody is asked.
        let peer = with_outbox(&alpha, "one", 1, &evil.url("/outbox"));
        let items = json!({"orderedItems": [forged(&peer, "forged1"), eve.event_uri("e")]});
        evil.answer(
            "/outbox",
            Reply::activity(&collection(&evil, "/outbox", items)),
        );
        assert_eq!(followed(&world, &peer).await, Vec::<String>::new());
        // A redirect of its own leads elsewhere: what is there is not believed.
        let peer = with_outbox(&alpha, "two", 1, &alpha.url("/away"));
        let items = json!({"orderedItems": [forged(&peer, "forged2")]});
        alpha.answer("/away", Reply::redirect(&evil.url("/outbox2")));
        evil.answer(
            "/outbox2",
            Reply::activity(&collection(&alpha, "/away", items)),
        );
        let asked = followed(&world, &peer).await;
        assert_eq!(asked, ["GET alpha.test/away", "GET evil.test/outbox2"]);
        // It says that it is another server's.
        let peer = with_outbox(&alpha, "three", 1, &alpha.url("/out3"));
        let items = json!({"orderedItems": [forged(&peer, "forged3")]});
        alpha.answer("/out3", Reply::activity(&collection(&evil, "/out3", items)));
        assert_eq!(followed(&world, &peer).await, ["GET alpha.test/out3"]);
        // Pages and items elsewhere.
        let peer = with_outbox(&alpha, "four", 1, &alpha.url("/out4"));
        let embedded = eve.event("embedded", "Evil");
        let create = eve.says("Create", "c", eve.event("created", "Evil"));
        let own = peer.event("own", "Own");
        let page = json!({"type": "OrderedCollectionPage", "next": evil.url("/page"),
            "orderedItems": [eve.event_uri("e"), embedded, create, own]});
        let rest = json!({"first": page, "next": evil.url("/page"), "last": evil.url("/page")});
        alpha.answer("/out4", Reply::activity(&collection(&alpha, "/out4", rest)));
        assert_eq!(followed(&world, &peer).await, ["GET alpha.test/out4"]);
        let peer = with_outbox(&alpha, "five", 1, &alpha.url("/out5"));
        let rest = json!({"first": evil.url("/page")});
        alpha.answer("/out5", Reply::activity(&collection(&alpha, "/out5", rest)));
        assert_eq!(followed(&world, &peer).await, ["GET alpha.test/out5"]);
        for part in ["e", "embedded", "created"] {
            assert!(world.object(&eve.event_uri(part)).is_none(), "{part}");
        }
        for part in ["forged1", "forged2", "forged3"] {
            assert!(
                world
                    .object(&alpha.url(&format!("/events/{part}")))
                    .is_none(),
                "{part}"
            );
        }
        // The twin stood beside them; pages and items of its own are read.
        assert!(world.object(&alpha.url("/events/own")).is_some());
        let peer = with_outbox(&alpha, "six", 1, &alpha.url("/out6"));
        peer.serve_event("six2", &peer.event("six2", "By its id"));
        let rest = json!({"first": alpha.url("/page6")});
        alpha.answer("/out6", Reply::activity(&collection(&alpha, "/out6", rest)));
        let create = peer.says("Create", "c", peer.event("six1", "Created"));
        let rest = json!({"next": alpha.url("/page6b"), "orderedItems": [create]});
        alpha.answer(
            "/page6",
            Reply::activity(&collection(&alpha, "/page6", rest)),
        );
        let rest = json!({"orderedItems": [peer.event_uri("six2")]});
        alpha.answer(
            "/page6b",
            Reply::activity(&collection(&alpha, "/page6b", rest)),
        );
        followed(&world, &peer).await;
        for part in ["six1", "six2"] {
            assert!(world.object(&peer.event_uri(part)).is_some(), "{part}");
        }
    });
}

#[test]
fn dos_08_a_collection_without_end_costs_three_pages() {
    hostile::on_both(&options(), async |world| {
        let alpha = world.fediverse.host("alpha.test");
        let peer = with_outbox(&alpha, "endless", 1, &alpha.url("/endless"));
        let first = json!({"first": alpha.url("/p0")});
        alpha.answer(
            "/endless",
            Reply::activity(&collection(&alpha, "/endless", first)),
        );
        for n in 0..20 {
            let path = format!("/p{n}");
            let event = peer.event(&format!("p{n}"), "Page");
            let rest = json!({"next": alpha.url(&format!("/p{}", n + 1)), "orderedItems": [event]});
            alpha.answer(&path, Reply::activity(&collection(&alpha, &path, rest)));
        }
        let asked = followed(&world, &peer).await;
        let pages = ["endless", "p0", "p1", "p2"].map(|path| format!("GET alpha.test/{path}"));
        assert_eq!(asked, pages);
        assert!(world.object(&peer.event_uri("p2")).is_some());
        assert!(world.object(&peer.event_uri("p3")).is_none());
        // First is the collection itself, and the next page is the page.
        let peer = with_outbox(&alpha, "loop", 1, &alpha.url("/loop"));
        let rest = json!({"first": alpha.url("/loop"), "next": alpha.url("/loop")});
        alpha.answer("/loop", Reply::activity(&collection(&alpha, "/loop", rest)));
        assert_eq!(followed(&world, &peer).await, ["GET alpha.test/loop"]);
        // Items without number, each an id to be asked for.
        let peer = with_outbox(&alpha, "many", 1, &alpha.url("/many"));
        let ids: Vec<String> = (0..8_000).map(|n| alpha.url(&format!("/i/{n}"))).collect();
        let rest = json!({"orderedItems": ids});
        alpha.answer("/many", Reply::activity(&collection(&alpha, "/many", rest)));
        let asked = followed(&world, &peer).await;
        assert!(asked.len() <= 201, "{}", asked.len());
    });
}
