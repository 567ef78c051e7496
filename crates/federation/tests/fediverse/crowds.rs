//! RATE-01: much of the same from one actor, one host, or a hundred hosts of one network: it waits in a
//! list, and moderators get one letter.

use chrono::Duration;
use diesel::prelude::*;
use federation::follow::Waiting;
use federation::follow::peers::{PeerFilter, count_waiting, list};
use hostile::{Options, Peer, World};
use serde_json::{Value, json};
use sites::SiteChange;
use store::schema::{comments, jobs, mail_queue};

/// A hundred names that have nothing to do with each other, and two more.
fn crowd() -> Options {
    let name = |n| &*Box::leak(format!("h{n}.test").into_boxed_str());
    let mut options = Options::hosts(&(0..102).map(name).collect::<Vec<_>>());
    options.proxies = &["127.0.0.1"];
    options
}

fn by_hand(world: &mut World) {
    world.change_site(&SiteChange {
        follower_policy: Some("manual".to_owned()),
        ..SiteChange::default()
    });
}

fn instance(world: &World, host: &str, name: &str) -> Peer {
    let peer = Peer::new(&world.fediverse.host(host), name, 1);
    let mut document = peer.document();
    document["type"] = json!("Application");
    peer.serve(&document);
    peer
}

/// Sends from the `n`th address of one network.
async fn from_network(world: &World, peer: &Peer, n: usize, activity: &Value) {
    let message = world.message(peer, "/inbox", activity);
    let message = message.with("X-Forwarded-For", &format!("198.51.100.{n}"));
    assert_eq!(world.send(&message).await.status, 202, "{n}");
}

async fn follows(world: &World, peer: &Peer, n: usize, part: &str) {
    let follow = peer.says("Follow", part, json!(world.instance.uri));
    from_network(world, peer, n, &follow).await;
}

/// Letters that are due; written as soon as somebody waits.
fn letters(world: &World) -> usize {
    let now = world.ts();
    world.write(|c| Waiting::take(c, now)).len()
}

fn waiting(world: &World) -> (i64, Vec<String>) {
    let (site, own) = (world.site.id, world.instance.id);
    world.read(|c| {
        let shown = list(c, (site, own), PeerFilter::Waiting, "", "", 500)?;
        let hosts = shown.into_iter().map(|entry| entry.host).collect();
        Ok((count_waiting(c, own)?, hosts))
    })
}

fn said_to_anybody(world: &World) -> usize {
    let seen = world.fediverse.seen();
    seen.iter().filter(|seen| seen.method == "POST").count()
}

#[test]
fn rate_01_follows_of_a_hundred_hosts_of_one_network_wait_and_make_one_letter() {
    hostile::on_both(&crowd(), async |mut world| {
        by_hand(&mut world);
        let mut written = 0;
        let mut peers = Vec::new();
        for n in 0..100 {
            let peer = instance(&world, &format!("h{n}.test"), "instance");
            follows(&world, &peer, n, "1").await;
            if n % 10 == 0 {
                world.settle().await;
                written += letters(&world);
            }
            peers.push(peer);
        }
        world.settle().await;
        written += letters(&world);
        assert_eq!(written, 1, "the letter leads to the list of all");
        let (rows, hosts) = waiting(&world);
        assert_eq!((rows, hosts.len()), (100, 100));
        assert_eq!(said_to_anybody(&world), 0, "nobody is answered yet");
        // Who came after the letter is told of by the next one, together.
        world.advance(Duration::minutes(359));
        assert_eq!(letters(&world), 0);
        world.advance(Duration::minutes(1));
        assert_eq!((letters(&world), letters(&world)), (1, 0));
        world.advance(Duration::days(2));
        assert_eq!(letters(&world), 0, "everybody was told of");
        let late = instance(&world, "h100.test", "instance");
        follows(&world, &late, 100, "1").await;
        world.settle().await;
        assert_eq!(letters(&world), 1, "a new one is told of at once");
        // The twin: one of the crowd is let in, and hears of it.
        let site = world.site.clone();
        let yes = federation::follow::peers::PeerAct::Approve;
        let act = world.federation.act_on_peer(&site, "h7.test", yes);
        act.await.expect("let in");
        world.settle().await;
        assert_eq!(said_to_anybody(&world), 1);
        assert_eq!(peers[7].host.count("/users/instance/inbox"), 1);
    });
}

#[test]
fn rate_01_follows_of_one_actor_or_host_wait_once_and_make_one_letter() {
    hostile::on_both(&crowd(), async |mut world| {
        by_hand(&mut world);
        let one = instance(&world, "h0.test", "instance");
        for n in 0..100 {
            follows(&world, &one, n, &n.to_string()).await;
        }
        world.settle().await;
        assert_eq!(waiting(&world), (1, vec!["h0.test".to_owned()]));
        assert_eq!(letters(&world), 1);
        for n in 0..100 {
            let actor = instance(&world, "h1.test", &format!("actor{n}"));
            follows(&world, &actor, n, "1").await;
        }
        world.settle().await;
        let hosts = vec!["h0.test".to_owned(), "h1.test".to_owned()];
        assert_eq!(waiting(&world), (101, hosts), "a host is one entry");
        assert_eq!(letters(&world), 0, "there was one a moment ago");
        world.advance(Duration::hours(6));
        assert_eq!((letters(&world), letters(&world)), (1, 0));
        assert_eq!(said_to_anybody(&world), 0);
    });
}

/// `(shown, waiting)` replies.
fn replies(world: &World) -> (i64, i64) {
    world.read(|c| {
        let count = |state: &'static str| comments::table.filter(comments::state.eq(state)).count();
        Ok((count("public").get_result(c)?, count("held").get_result(c)?))
    })
}

#[test]
fn rate_01_replies_of_one_actor_one_host_and_a_hundred_hosts_wait_and_make_no_letter() {
    hostile::on_both(&crowd(), async |world| {
        let object = world.publish("Concert", publication::Audience::Public);
        world.settle().await;
        let reply = |by: &Peer, n: usize| {
            let note = json!({"id": by.host.url(&format!("/notes/{}/{n}", by.name)), "type": "Note",
                "attributedTo": by.uri, "inReplyTo": object.uri, "content": format!("<p>{n} @agenda</p>"),
                "tag": [{"type": "Mention", "href": world.agenda.uri, "name": "@agenda@ours.test"}],
                "to": [activitystreams::PUBLIC], "cc": [world.agenda.uri]});
            by.says("Create", &format!("c{n}"), note)
        };
        let loud = Peer::new(&world.fediverse.host("h0.test"), "loud", 1);
        for n in 0..100 {
            from_network(&world, &loud, n, &reply(&loud, n)).await;
        }
        world.settle().await;
        assert_eq!(replies(&world), (20, 80), "one actor");
        for n in 0..100 {
            let actor = Peer::new(&loud.host, &format!("actor{n}"), 1);
            from_network(&world, &actor, n, &reply(&actor, 0)).await;
        }
        world.settle().await;
        assert_eq!(replies(&world), (100, 100), "one host");
        // Where an organiser reads first, the network's hosts wait as everybody does.
        let revision = publication::Revision {
            comments: Some("moderated".to_owned()),
            ..publication::Revision::default()
        };
        let now = world.ts();
        let none = |_: &mut store::Conn, _: &publication::Object| Ok(());
        let registry = &world.registry;
        let revised = world.database.write_now(|c| {
            publication::revise(
                c,
                registry,
                &object,
                None,
                &revision,
                None,
                None,
                json!({}),
                none,
                now,
            )
        });
        revised.expect("revised");
        world.settle().await;
        for n in 1..101 {
            let peer = Peer::new(&world.fediverse.host(&format!("h{n}.test")), "guest", 1);
            from_network(&world, &peer, n, &reply(&peer, n)).await;
        }
        world.settle().await;
        assert_eq!(replies(&world), (100, 200), "a hundred hosts");
        let (mail, told): (i64, i64) = world.read(|c| {
            let told = jobs::table.filter(jobs::kind.eq("follow_notice"));
            Ok((
                mail_queue::table.count().get_result(c)?,
                told.count().get_result(c)?,
            ))
        });
        assert_eq!((mail, told, said_to_anybody(&world)), (0, 0, 0));
    });
}

#[test]
fn a_few_actors_that_fill_the_queue_do_not_stop_it() {
    hostile::on_both(&crowd(), async |mut world| {
        world.stop_workers().await;
        let loud = Peer::new(&world.fediverse.host("h0.test"), "loud", 1);
        for n in 0..300 {
            let like = super::signatures::like(&loud, &n.to_string());
            from_network(&world, &loud, n % 100, &like).await;
        }
        let other = Peer::new(&world.fediverse.host("h1.test"), "other", 1);
        from_network(&world, &other, 1, &super::signatures::like(&other, "1")).await;
        assert_eq!(world.queued("queued"), 301);
        world.start_workers();
        world.settle().await;
        assert_eq!(world.queued("queued"), 0);
    });
}
