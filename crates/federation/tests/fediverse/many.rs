//! DOS-09: followers by the thousand at hosts that are not there.

use super::deliveries::{fan, titles};
use chrono::Duration;
use diesel::prelude::*;
use hostile::{Options, Peer, World};
use publication::Audience;
use std::time::{Duration as Span, Instant};
use store::schema::{actors, deliveries, follows, peers};

/// Followers of the agenda, each at a host and port of its own where nobody answers.
fn dead_followers(world: &World, count: usize) {
    let (now, target) = (world.ts(), world.agenda.id);
    world.write(|c| {
        for n in 0..count {
            let (id, host) = (
                store::fresh_id(now.0),
                format!("h{n}.dead.test:{}", 8_000 + n),
            );
            diesel::insert_into(actors::table)
                .values((
                    actors::id.eq(id),
                    actors::uri.eq(format!("http://{host}/actor")),
                    actors::host.eq(&host),
                    actors::kind.eq("Person"),
                    (
                        actors::username.eq("x"),
                        actors::name.eq("x"),
                        actors::summary.eq(""),
                    ),
                    actors::inbox.eq(format!("http://{host}/inbox")),
                    (
                        actors::manually_approves.eq(false),
                        actors::discoverable.eq(true),
                    ),
                    (actors::indexable.eq(true), actors::state.eq("active")),
                    (actors::created_at.eq(now), actors::updated_at.eq(now)),
                ))
                .execute(c)?;
            diesel::insert_into(follows::table)
                .values((
                    follows::id.eq(store::fresh_id(now.0)),
                    follows::follower_id.eq(id),
                    follows::target_id.eq(target),
                    follows::uri.eq(format!("http://{host}/follows/1")),
                    (follows::state.eq("accepted"), follows::activity.eq("{}")),
                    follows::created_at.eq(now),
                ))
                .execute(c)?;
        }
        Ok(())
    });
}

/// How long an event takes to reach somebody.
async fn reaches(world: &World, fan: &Peer, title: &str) -> Span {
    let begun = Instant::now();
    world.publish(title, Audience::Public);
    while titles(fan).last().map(String::as_str) != Some(title) {
        assert!(
            begun.elapsed() < Span::from_secs(25),
            "{title} does not arrive"
        );
        tokio::time::sleep(Span::from_millis(5)).await;
    }
    begun.elapsed()
}

fn dead_hosts(world: &World) -> (i64, i64) {
    world.read(|c| {
        let hosts = peers::table.filter(peers::host.like("%dead.test%"));
        let rows = deliveries::table.filter(deliveries::host.like("%dead.test%"));
        Ok((hosts.count().get_result(c)?, rows.count().get_result(c)?))
    })
}

#[test]
fn dos_09_hosts_that_are_not_there_hold_up_nobody() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        reaches(&world, &alice, "Warm").await;
        let mut alone = Span::ZERO;
        for n in 0..5 {
            alone = alone.max(reaches(&world, &alice, &format!("Alone {n}")).await);
        }
        dead_followers(&world, 600);
        // The first one makes them known, the next ones find their hosts waiting.
        reaches(&world, &alice, "First").await;
        world.settle().await;
        let (hosts, waiting) = dead_hosts(&world);
        assert!(hosts == 600 && waiting >= 600, "{hosts} {waiting}");
        let mut among = Vec::new();
        for n in 0..5 {
            world.advance(Duration::minutes(3));
            among.push(reaches(&world, &alice, &format!("Among {n}")).await);
        }
        among.sort_unstable();
        // Twice as long, and what it takes to write six hundred deliveries more and to try them on a busy machine; behind
        // those that fail it took fourteen seconds.
        let most = alone * 2 + Span::from_secs(4);
        assert!(among[2] < most, "{among:?} beside {alone:?}");
    });
}

#[test]
fn dos_09_what_is_known_of_hosts_that_are_not_there_expires() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |mut world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        dead_followers(&world, 20);
        world.publish("Unheard", Audience::Public);
        world.settle().await;
        assert_eq!(dead_hosts(&world).0, 20);
        for _ in 0..110 {
            world.advance(Duration::days(1));
            world.settle().await;
        }
        let states: Vec<String> = world.read(|c| {
            let dead =
                follows::table.inner_join(actors::table.on(actors::id.eq(follows::follower_id)));
            let dead = dead.filter(actors::host.like("%dead.test%"));
            Ok(dead.select(follows::state).distinct().load(c)?)
        });
        assert_eq!(states, ["lost"]);
        world.stop_workers().await;
        world.federation.purge().await.expect("purged");
        assert_eq!(
            dead_hosts(&world).0,
            20,
            "it may be asked why they are gone"
        );
        world.advance(Duration::days(121));
        world.federation.purge().await.expect("purged");
        assert_eq!(dead_hosts(&world), (0, 0));
        // The twins: a host that follows is kept though nothing was said, and so is a block.
        let kept: Vec<String> = world.read(|c| Ok(peers::table.select(peers::host).load(c)?));
        assert_eq!(kept, ["alpha.test"]);
        assert!(world.federation.block_host("evil.test", "").await.is_ok());
        world.advance(Duration::days(400));
        world.federation.purge().await.expect("purged");
        let kept: Vec<String> = world.read(|c| {
            Ok(peers::table
                .order(peers::host)
                .select(peers::host)
                .load(c)?)
        });
        assert_eq!(kept, ["alpha.test", "evil.test"]);
        world.start_workers();
        reaches(&world, &alice, "After").await;
    });
}
