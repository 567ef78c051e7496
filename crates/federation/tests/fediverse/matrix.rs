//! The delivery matrix (interop 0.3): each software gets what it can use.

use hostile::{Options, Peer, Seen, World};
use publication::Audience;
use serde_json::{Value, json};

const HOSTS: [(&str, &str); 6] = [
    ("gancio.test", "gancio"),
    ("wordpress.test", "WordPress"),
    ("mobilizon.test", "mobilizon"),
    ("kiosque.test", "kiosque"),
    ("mastodon.test", "mastodon"),
    ("silent.test", ""),
];

fn options() -> Options {
    Options::hosts(&HOSTS.map(|(host, _)| host))
}

/// A follower of one of our actors on each host.
async fn followers(world: &World, instance: bool) -> Vec<Peer> {
    let mut peers = Vec::new();
    for (n, (host, software)) in HOSTS.into_iter().enumerate() {
        let host = world.fediverse.host(host);
        if !software.is_empty() {
            host.software(software);
        }
        let peer = Peer::new(&host, "relay", n as u8 + 1);
        let target = if instance {
            &world.instance
        } else {
            &world.agenda
        };
        world.followed_by(&peer, target).await;
        peers.push(peer);
    }
    world.fediverse.forget();
    peers
}

/// `Type by actor` of what came to a host.
fn told(peer: &Peer) -> Vec<String> {
    let line = |seen: &Seen| {
        let value = seen.json();
        let word = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        format!(
            "{} by {}",
            word("type"),
            word("actor").rsplit('/').next().unwrap_or_default()
        )
    };
    peer.host.seen("/inbox").iter().map(line).collect()
}

fn expect(peers: &[Peer], want: [&[&str]; 6]) {
    for (peer, want) in peers.iter().zip(want) {
        assert_eq!(told(peer), want, "{}", peer.host.name);
    }
}

fn revised(world: &World, object: &publication::Object, title: &str) {
    let revision = publication::Revision {
        title: Some(title.to_owned()),
        ..Default::default()
    };
    change(world, object, revision);
}

fn change(world: &World, object: &publication::Object, revision: publication::Revision) {
    let now = world.ts();
    let done = world.database.write_now(|c| {
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
    done.expect("revised");
    world.federation.wake();
}

#[test]
fn r_del_01_followers_of_the_instance() {
    hostile::on_both(&options(), async |world| {
        let peers = followers(&world, true).await;
        let object = world.publish("Concert", Audience::Public);
        world.settle().await;
        let create = &["Create by actor"][..];
        let announce = &["Announce by actor"][..];
        expect(
            &peers,
            [create, create, announce, announce, announce, announce],
        );
        // The Create carries the whole event by the instance, the Announce its id.
        let sent = peers[0].host.seen("/inbox")[0].json();
        assert_eq!(sent["object"]["id"], json!(object.uri));
        assert_eq!(sent["object"]["attributedTo"], json!(world.agenda.uri));
        let sent = peers[2].host.seen("/inbox")[0].json();
        assert_eq!(sent["object"], json!(object.uri));
        assert!(sent["to"].is_array() && sent["cc"].is_array(), "R-AP-03");
        world.fediverse.forget();
        world.advance(chrono::Duration::minutes(1));
        revised(&world, &object, "Concert, later");
        world.settle().await;
        let (by_us, by_author) = (&["Update by actor"][..], &["Update by @agenda"][..]);
        expect(
            &peers,
            [by_us, by_us, by_author, by_author, by_author, by_author],
        );
        let sent = peers[2].host.seen("/inbox")[0].json();
        assert!(
            sent["object"]["updated"].as_str() > sent["object"]["published"].as_str(),
            "R-AP-06"
        );
        world.fediverse.forget();
        let now = world.ts();
        world
            .database
            .write_now(|c| publication::delete(c, &world.registry, &object, None, now))
            .expect("deleted");
        world.federation.wake();
        world.settle().await;
        let (by_us, by_author) = (&["Delete by actor"][..], &["Delete by @agenda"][..]);
        expect(
            &peers,
            [by_us, by_us, by_author, by_author, by_author, by_author],
        );
        assert_eq!(
            peers[0].host.seen("/inbox")[0].json()["object"]["formerType"],
            json!("Event")
        );
    });
}

#[test]
fn r_del_01_what_was_taken_away_and_comes_back() {
    hostile::on_both(&options(), async |world| {
        let peers = followers(&world, true).await;
        let object = world.publish("Concert", Audience::Public);
        world.settle().await;
        for (state, by_us, by_author) in [
            (
                "removed",
                &["Delete by actor"][..],
                &["Delete by @agenda"][..],
            ),
            (
                "public",
                &["Create by actor"],
                &["Undo by @agenda", "Announce by actor"],
            ),
        ] {
            world.fediverse.forget();
            world.advance(chrono::Duration::minutes(1));
            let state = publication::Revision {
                state: Some(state.to_owned()),
                ..Default::default()
            };
            change(&world, &object, state);
            world.settle().await;
            expect(
                &peers,
                [by_us, by_us, by_author, by_author, by_author, by_author],
            );
        }
        // Whoever was told of the Delete is told which one is taken back.
        let undo = peers[2].host.seen("/inbox")[0].json();
        assert_eq!(undo["object"]["type"], json!("Delete"));
        assert_eq!(undo["object"]["object"]["id"], json!(object.uri));
    });
}

#[test]
fn r_del_01_followers_of_the_agenda_get_its_create() {
    hostile::on_both(&options(), async |world| {
        let peers = followers(&world, false).await;
        world.publish("Concert", Audience::Public);
        world.settle().await;
        let create = &["Create by @agenda"][..];
        expect(&peers, [create; 6]);
        world.fediverse.forget();
        world.publish("For followers", Audience::Followers);
        world.settle().await;
        expect(&peers, [create; 6]);
        world.fediverse.forget();
        world.publish("For nobody", Audience::Private);
        world.settle().await;
        expect(&peers, [&[]; 6]);
    });
}

#[test]
fn r_ev_12_what_is_over_goes_to_archives_only() {
    hostile::on_both(&options(), async |world| {
        let peers = followers(&world, true).await;
        world.publish("over since long", Audience::Public);
        world.settle().await;
        let announce = &["Announce by actor"][..];
        expect(&peers, [&[], &[], announce, announce, &[], announce]);
    });
}

#[test]
fn r_del_01_software_is_asked_once_a_week() {
    hostile::on_both(&options(), async |world| {
        let peers = followers(&world, true).await;
        let asked = || {
            peers
                .iter()
                .map(|peer| peer.host.count("/.well-known/nodeinfo"))
                .sum::<usize>()
        };
        for name in ["One", "Two"] {
            world.publish(name, Audience::Public);
            world.settle().await;
        }
        assert_eq!(asked(), 0, "known from the follow, silence included");
        world.advance(chrono::Duration::days(8));
        peers[0].host.software("mobilizon");
        world.fediverse.forget();
        world.publish("Three", Audience::Public);
        world.settle().await;
        assert_eq!(asked(), 6);
        assert_eq!(
            told(&peers[0]),
            ["Announce by actor"],
            "it is another software now"
        );
    });
}
