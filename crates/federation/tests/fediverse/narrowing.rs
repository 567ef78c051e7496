//! What a site shows of a peer, narrowed; and that two sites of one server exchange as over the wire.

use super::authority::followed;
use diesel::prelude::*;
use hostile::{Options, Peer, Sister, World};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use publication::narrowing::{Circle, Coming, Narrowing, NarrowingError, coming};
use serde_json::json;
use store::schema::{narrowings, objects};

fn options() -> Options {
    Options::hosts(&["alpha.test", "beta.test"])
}

const TAGS: [&str; 4] = ["danse", "Été", "jazz", "rock"];

/// Titles that the site shows.
fn shown(world: &World) -> Vec<String> {
    let (site, actor) = (world.site.id, world.instance.id);
    world.read(|c| {
        let rows = objects::table
            .filter(publication::shown_on!(site, actor))
            .order(objects::title);
        Ok(rows.select(objects::title).load(c)?)
    })
}

fn rule(world: &World, host: &str, rule: &Narrowing) -> Coming {
    let (own, now) = (world.instance.id, world.ts());
    world.write(|c| {
        rule.write(c, own, host, now)?;
        assert_eq!(&Narrowing::read(c, own, host)?.within, &rule.within);
        coming(c, own, host)
    })
}

/// Sixteen events, one for each set of tags; its title tells the set.
async fn tagged(world: &World, alice: &Peer) {
    for set in 0..16u8 {
        let part = format!("{set:02}");
        let mut event = alice.event(&part, &part);
        let tags = TAGS
            .iter()
            .enumerate()
            .filter(|(at, _)| set & (1 << at) != 0);
        event["tag"] = tags
            .map(|(_, tag)| json!({"type": "Hashtag", "name": format!("#{tag}")}))
            .collect();
        let create = alice.says("Create", &format!("c{part}"), event);
        assert_eq!(world.deliver(alice, &create).await.status, 202);
    }
}

#[test]
fn a_rule_hides_what_it_says_and_counts_it() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        tagged(&world, &alice).await;
        assert_eq!(shown(&world).len(), 16);
        let lists = (0..16u8, 0..16u8);
        let pick = |set: u8| -> Vec<String> {
            let tags = TAGS
                .iter()
                .enumerate()
                .filter(|(at, _)| set & (1 << at) != 0);
            // Spelled otherwise: case, accents and signs do not matter.
            tags.map(|(_, tag)| format!("#{}", tag.to_uppercase()))
                .collect()
        };
        let mut runner = TestRunner::new(Config {
            cases: 64,
            failure_persistence: None,
            ..Config::default()
        });
        let ran = runner.run(&lists, |(include, exclude)| {
            for (include, exclude) in [(include, exclude), (exclude, include)] {
                let narrow = Narrowing {
                    include: pick(include),
                    exclude: pick(exclude),
                    ..Narrowing::default()
                };
                // A tag in both lists is refused before it hides anything.
                prop_assert_eq!(narrow.check().is_ok(), include & exclude == 0);
                let count = rule(&world, "alpha.test", &narrow);
                let wanted = |set: &u8| (include == 0 || set & include != 0) && set & exclude == 0;
                let expected: Vec<String> = (0..16)
                    .filter(wanted)
                    .map(|set| format!("{set:02}"))
                    .collect();
                let seen = shown(&world);
                prop_assert_eq!(&seen, &expected);
                // Never silently: what is not shown is counted as hidden.
                prop_assert_eq!(count.total, 16);
                prop_assert_eq!(count.hidden, 16 - i64::try_from(seen.len()).unwrap());
                // Without wanted tags, what bears no unwanted one is always there.
                prop_assert!(include != 0 || seen.contains(&"00".to_owned()));
            }
            Ok(())
        });
        ran.expect("the property");
        let count = rule(&world, "alpha.test", &Narrowing::default());
        assert_eq!(
            (count.hidden, shown(&world).len()),
            (0, 16),
            "taken away, all is back"
        );
        let rows: i64 = world.read(|c| Ok(narrowings::table.count().get_result(c)?));
        assert_eq!(rows, 0);
    });
}

#[test]
fn a_rule_is_of_one_host_and_of_its_kinds_and_places() {
    hostile::on_both(&options(), async |world| {
        let alice = followed(&world, "alpha.test", "alice", 1).await;
        let bob = followed(&world, "beta.test", "bob", 2).await;
        for peer in [&alice, &bob] {
            let create = peer.says("Create", "c", peer.event("1", &peer.name));
            world.deliver(peer, &create).await;
        }
        let kinds = |kind: &str| Narrowing {
            kinds: vec![kind.to_owned()],
            ..Narrowing::default()
        };
        assert_eq!(rule(&world, "alpha.test", &kinds("happening")).hidden, 0);
        assert_eq!(rule(&world, "alpha.test", &kinds("music")).hidden, 1);
        assert_eq!(shown(&world), ["bob"]);
        let around = |latitude: f64, kilometres: f64| Narrowing {
            within: Some(Circle {
                latitude,
                longitude: 2.35,
                kilometres,
            }),
            ..Narrowing::default()
        };
        // Without a place on the map it is hidden by any circle.
        assert_eq!(
            rule(&world, "alpha.test", &around(48.85, 20_000.0)).hidden,
            1
        );
        assert_eq!(around(91.0, 5.0).check(), Err(NarrowingError::Place));
        assert_eq!(around(48.0, 0.0).check(), Err(NarrowingError::Place));
        assert_eq!(around(48.0, f64::NAN).check(), Err(NarrowingError::Place));
        rule(&world, "alpha.test", &Narrowing::default());
        assert_eq!(shown(&world), ["alice", "bob"]);
    });
}

/// The other side of an exchange: a server elsewhere, or a second site of this one.
enum Other {
    Wire(Peer),
    Sibling(Box<Sister>),
}

impl Other {
    fn host(&self) -> &str {
        match self {
            Self::Wire(peer) => &peer.host.name,
            Self::Sibling(sister) => &sister.site.host,
        }
    }

    async fn publishes(&self, world: &World, part: &str, title: &str, tag: &str, verb: &str) {
        match self {
            Self::Wire(peer) => {
                let mut event = peer.event(part, title);
                event["tag"] = json!([{"type": "Hashtag", "name": format!("#{tag}")}]);
                if verb == "Update" {
                    event["updated"] = json!("2026-12-01T11:30:00Z");
                }
                peer.serve_event(part, &event);
                let outbox = json!({"id": format!("{}/outbox", peer.uri), "type": "OrderedCollection",
                    "orderedItems": [peer.event_uri(part)]});
                if verb == "Create" {
                    let path = format!("{}/outbox", peer.path());
                    peer.host.answer(&path, hostile::Reply::activity(&outbox));
                }
                let says = peer.says(verb, &format!("{verb}-{part}"), event);
                world.deliver(peer, &says).await;
            }
            Self::Sibling(sister) if verb == "Create" => {
                let object = world.publish_on(&sister.site, sister.agenda.id, title, &[tag]);
                sister.keep(part, object);
            }
            Self::Sibling(sister) => world.retitle(&sister.object(part), title),
        }
        world.settle().await;
    }

    async fn deletes(&self, world: &World, part: &str) {
        match self {
            Self::Wire(peer) => {
                let delete = peer.says("Delete", "gone", json!(peer.event_uri(part)));
                world.deliver(peer, &delete).await;
            }
            Self::Sibling(sister) => world.take_away(&sister.object(part)),
        }
        world.settle().await;
    }

    /// Its person answers the follow that waits, or its server the one that it refused before.
    async fn answers(&self, world: &World, yes: bool) {
        let (follow, uri): (store::Id, String) = world.read(|c| {
            use store::schema::follows;
            let row = follows::table.select((follows::id, follows::uri));
            Ok(row.first(c)?)
        });
        match self {
            Self::Wire(peer) => {
                let verb = if yes { "Accept" } else { "Reject" };
                let says = peer.says(verb, &format!("{verb}-{follow}"), json!(uri));
                world.deliver(peer, &says).await;
            }
            Self::Sibling(sister) => {
                let answer = world.federation.answer(&sister.site, follow, yes);
                answer.await.expect("answered");
            }
        }
        world.settle().await;
    }
}

/// What a visitor of our site and its moderators see after each step.
async fn exchange(world: &World, other: &Other) -> Vec<(&'static str, Vec<String>, i64, String)> {
    let mut log = Vec::new();
    let own = world.instance.id;
    let note = |log: &mut Vec<_>, step: &'static str| {
        let state: String = world.read(|c| {
            use store::schema::follows;
            Ok(follows::table.select(follows::state).first(c)?)
        });
        let hidden = world.read(|c| coming(c, own, other.host())).hidden;
        log.push((step, shown(world), hidden, state));
    };
    let target = match other {
        Other::Wire(peer) => peer.uri.clone(),
        Other::Sibling(sister) => sister.site.host.clone(),
    };
    let follow = async || {
        let asked = world
            .federation
            .follow(&world.site, &target)
            .await
            .expect("asked");
        world.settle().await;
        asked.0.id
    };
    other.publishes(world, "1", "One", "danse", "Create").await;
    follow().await;
    note(&mut log, "asked");
    other.answers(world, true).await;
    note(&mut log, "accepted, with what there was before");
    other.publishes(world, "2", "Two", "jazz", "Create").await;
    note(&mut log, "published");
    let narrow = Narrowing {
        exclude: vec!["Jazz".to_owned()],
        ..Narrowing::default()
    };
    rule(world, other.host(), &narrow);
    note(&mut log, "narrowed");
    rule(world, other.host(), &Narrowing::default());
    other
        .publishes(world, "1", "One again", "danse", "Update")
        .await;
    note(&mut log, "updated");
    other.deletes(world, "2").await;
    note(&mut log, "deleted");
    let id: store::Id = world.read(|c| {
        use store::schema::follows;
        Ok(follows::table.select(follows::id).first(c)?)
    });
    world
        .federation
        .unfollow(&world.site, id)
        .await
        .expect("ended");
    world.settle().await;
    note(&mut log, "unfollowed");
    follow().await;
    note(&mut log, "asked again");
    other.answers(world, false).await;
    note(&mut log, "refused");
    follow().await;
    // Over the wire the refusal comes back at once (R-FOL-01); a sibling's stands in the store.
    if matches!(other, Other::Wire(_)) {
        other.answers(world, false).await;
    }
    note(&mut log, "asked after a refusal");
    log
}

#[test]
fn two_sites_of_one_server_exchange_as_two_servers_do() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let wire = exchange(&world, &Other::Wire(alice)).await;
        let states: Vec<&str> = wire.iter().map(|(.., state)| state.as_str()).collect();
        assert_eq!(
            states,
            [
                "pending", "accepted", "accepted", "accepted", "accepted", "accepted", "removed",
                "pending", "refused", "refused"
            ]
        );
        assert_eq!(wire[3].1, ["One"], "the rule hides one");
        assert_eq!(wire[3].2, 1);
        world.write(|c| {
            use store::schema::follows;
            Ok(diesel::delete(follows::table).execute(c)?)
        });
        world.fediverse.forget();
        let sister = world.add_sister("sister.test");
        let store = exchange(&world, &Other::Sibling(Box::new(sister))).await;
        assert_eq!(store, wire);
        assert_eq!(
            world.fediverse.asked(),
            Vec::<String>::new(),
            "nothing was sent or asked"
        );
    });
}
