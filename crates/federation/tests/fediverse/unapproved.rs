//! AUT-17: nothing is asked of, sent to or taken from a server before its follow was approved.

use hostile::{Options, Peer, World};
use publication::Audience;
use serde_json::json;

/// Requests that are more than finding out who somebody is.
fn dealings(world: &World) -> Vec<String> {
    let mut asked = world.fediverse.asked();
    asked.retain(|line| {
        !["/.well-known/", "/nodeinfo/", "GET alpha.test/users/peer"]
            .iter()
            .any(|who| line.contains(who) && !line.ends_with("/outbox"))
    });
    asked
}

#[test]
fn aut_17_a_follower_that_waits_is_sent_nothing_and_asked_for_nothing() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |mut world| {
        let manual = sites::SiteChange {
            follower_policy: Some("manual".to_owned()),
            ..sites::SiteChange::default()
        };
        world.change_site(&manual);
        let peer = Peer::new(&world.fediverse.host("alpha.test"), "peer", 1);
        let mut document = peer.document();
        document["type"] = json!("Application");
        peer.serve(&document);
        let published = world.publish("Before", Audience::Public);
        world.settle().await;
        let follow = peer.says("Follow", "f", json!(world.instance.uri));
        assert_eq!(world.deliver(&peer, &follow).await.status, 202);
        world.publish("Meanwhile", Audience::Public);
        world.retitle(&published, "Renamed");
        world.settle().await;
        world.advance(chrono::Duration::days(2));
        world.settle().await;
        assert_eq!(dealings(&world), Vec::<String>::new());
        // Nor is what it sends taken in.
        let create = peer.says("Create", "c", peer.event("1", "Theirs"));
        assert_eq!(world.deliver(&peer, &create).await.status, 202);
        let announce = peer.says("Announce", "a", json!(peer.event_uri("1")));
        assert_eq!(world.deliver(&peer, &announce).await.status, 202);
        assert!(world.object(&peer.event_uri("1")).is_none());
        assert_eq!(dealings(&world), Vec::<String>::new());
        // The twin: once a person said yes it is answered and told.
        let id = world.read(|c| {
            let waiting = federation::follow::Follow::followers(c, world.instance.id)?;
            Ok(waiting.first().map(|(follow, _)| follow.id))
        });
        let site = world.site.clone();
        let id = id.expect("it waits");
        world
            .federation
            .answer(&site, id, true)
            .await
            .expect("answered");
        world.publish("After", Audience::Public);
        world.settle().await;
        let kinds: Vec<String> = world
            .fediverse
            .seen()
            .iter()
            .filter(|seen| seen.method == "POST")
            .map(|seen| seen.json()["type"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert!(
            kinds.first().is_some_and(|kind| kind == "Accept"),
            "{kinds:?}"
        );
        assert!(kinds.len() > 1, "{kinds:?}");
    });
}

#[test]
fn aut_17_a_server_that_did_not_say_yes_is_not_read() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |world| {
        let peer = Peer::new(&world.fediverse.host("alpha.test"), "peer", 1);
        let event = peer.event("1", "Theirs");
        peer.serve_event("1", &event);
        let outbox = format!("{}/outbox", peer.path());
        let items = json!({"id": peer.host.url(&outbox), "type": "OrderedCollection",
            "orderedItems": [peer.says("Create", "c", event.clone())]});
        peer.host.answer(&outbox, hostile::Reply::activity(&items));
        let asked = world.federation.follow(&world.site, &peer.uri).await;
        let (follow, _) = asked.expect("asked");
        for _ in 0..3 {
            world.settle().await;
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            world.advance(chrono::Duration::days(2));
        }
        assert_eq!(peer.host.count(&outbox), 0);
        assert!(world.object(&peer.event_uri("1")).is_none());
        let yes = peer.says("Accept", "yes", json!(follow.uri));
        assert_eq!(world.deliver(&peer, &yes).await.status, 202);
        for _ in 0..300 {
            if world.object(&peer.event_uri("1")).is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert!(peer.host.count(&outbox) > 0, "read once it said yes");
        assert!(world.object(&peer.event_uri("1")).is_some());
    });
}
