//! DEL-03, DEL-04: hosts that are away, for an hour or for months, and those that hang.

use crate::deliveries::{fan, titles};
use chrono::Duration;
use diesel::prelude::*;
use federation::BacklogAct;
use hostile::{Options, Peer, Reply, World};
use publication::Audience;
use store::schema::{deliveries, follows, peers};

/// `(failing days, unreachable, rows that wait)` of a host.
fn standing(world: &World, host: &str) -> (i32, bool, i64) {
    let host = host.to_owned();
    world.read(|c| {
        let (days, since): (i32, Option<store::Ts>) = peers::table
            .find(&host)
            .select((peers::failing_days, peers::unreachable_at))
            .first(c)?;
        let waiting = deliveries::table
            .filter(deliveries::host.eq(&host))
            .filter(deliveries::state.eq("queued"));
        Ok((days, since.is_some(), waiting.count().get_result(c)?))
    })
}

/// Lets time pass while a host is away.
async fn pass(world: &World, span: Duration) {
    let step = Duration::hours(12).min(span);
    let mut left = span;
    while left > Duration::zero() {
        world.advance(step);
        world.settle().await;
        left -= step;
    }
}

async fn comes_back_after(world: World, away: Duration) {
    let alice = fan(&world, "alpha.test", "alice", 1).await;
    let bob = fan(&world, "beta.test", "bob", 2).await;
    world.publish("Before", Audience::Public);
    world.settle().await;
    alice.host.answer("/inbox", Reply::status(503));
    alice
        .host
        .answer("/.well-known/nodeinfo", Reply::status(503));
    world.publish("First", Audience::Public);
    world.settle().await;
    pass(&world, away / 2).await;
    world.publish("Middle", Audience::Public);
    world.settle().await;
    pass(&world, away / 2).await;
    world.publish("Last", Audience::Public);
    world.settle().await;
    let (days, unreachable, waiting) = standing(&world, "alpha.test");
    assert_eq!(unreachable, away > Duration::days(7), "{days} days");
    assert_eq!(waiting, if unreachable { 0 } else { 3 });
    let tries = alice.host.count("/inbox");
    assert!(tries < 30, "{tries} tries are not a storm");
    alice.host.answer("/inbox", Reply::status(202));
    alice
        .host
        .answer("/.well-known/nodeinfo", Reply::status(404));
    world.fediverse.forget();
    pass(&world, Duration::hours(25)).await;
    assert_eq!(titles(&alice), ["First", "Middle", "Last"], "after {away}");
    assert_eq!(standing(&world, "alpha.test"), (0, false, 0));
    world.fediverse.forget();
    world.publish("After", Audience::Public);
    world.settle().await;
    assert_eq!(
        (titles(&alice), titles(&bob)),
        (vec!["After".to_owned()], vec!["After".to_owned()])
    );
}

#[test]
fn del_03_an_hour_a_day_three_days_a_week() {
    let options = Options::hosts(&["alpha.test", "beta.test"]);
    for away in [
        Duration::hours(1),
        Duration::days(1),
        Duration::days(3),
        Duration::days(7),
    ] {
        hostile::on_both(&options, async |world| comes_back_after(world, away).await);
    }
}

#[test]
fn del_03_thirty_days_and_it_is_sent_what_it_missed() {
    let options = Options::hosts(&["alpha.test", "beta.test"]);
    hostile::on_both(&options, async |world| {
        comes_back_after(world, Duration::days(30)).await;
    });
}

#[test]
fn del_03_after_ninety_days_of_asking_its_followers_are_lost() {
    let options = Options::hosts(&["alpha.test"]);
    hostile::on_both(&options, async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        alice.host.answer("/inbox", Reply::status(503));
        alice
            .host
            .answer("/.well-known/nodeinfo", Reply::status(503));
        world.publish("Unheard", Audience::Public);
        world.settle().await;
        pass(&world, Duration::days(10)).await;
        assert!(standing(&world, "alpha.test").1);
        world.fediverse.forget();
        pass(&world, Duration::days(20)).await;
        let asked = alice.host.count("/.well-known/nodeinfo");
        assert!((15..=21).contains(&asked), "once a day: {asked}");
        assert_eq!(alice.host.count("/inbox"), 0);
        for _ in 0..75 {
            world.advance(Duration::days(1));
            world.settle().await;
        }
        let states: Vec<String> =
            world.read(|c| Ok(follows::table.select(follows::state).load(c)?));
        assert_eq!(states, ["lost"]);
        world.fediverse.forget();
        pass(&world, Duration::days(3)).await;
        assert_eq!(
            alice.host.seen("/.well-known/nodeinfo").len(),
            0,
            "nobody asks any more"
        );
    });
}

#[test]
fn del_04_a_host_that_hangs_and_one_that_fails_hold_up_nobody() {
    let names = [
        "alpha.test",
        "beta.test",
        "gamma.test",
        "delta.test",
        "epsilon.test",
        "zeta.test",
    ];
    hostile::on_both(&Options::hosts(&names), async |world| {
        let mut fans = Vec::new();
        for (n, name) in names.iter().enumerate() {
            fans.push(fan(&world, name, "fan", n as u8 + 1).await);
        }
        let hang = Reply::status(202).after(std::time::Duration::from_secs(8));
        fans[0].host.answer("/inbox", hang);
        fans[1].host.answer("/inbox", Reply::status(503));
        for name in ["One", "Two", "Three"] {
            world.publish(name, Audience::Public);
        }
        let healthy = &fans[2..];
        let all = |fan: &Peer| titles(fan) == ["One", "Two", "Three"];
        for _ in 0..400 {
            if healthy.iter().all(all) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert!(healthy.iter().all(all), "the healthy ones have everything");
        let (_, _, waiting) = standing(&world, "alpha.test");
        assert_eq!(
            waiting, 3,
            "while the first answer of the hanging one is awaited"
        );
        assert_eq!(titles(&fans[0]).len(), 1);
        assert_eq!(standing(&world, "beta.test").2, 3);
    });
}

/// An activity that its receiver fails on lets the others pass, and is tried on its own.
#[test]
fn a_poison_activity_blocks_nobody() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        let mut answers = vec![Reply::status(500); 3];
        answers.push(Reply::status(202));
        alice.host.answers("/inbox", answers);
        world.publish("Poison", Audience::Public);
        world.publish("Harmless", Audience::Public);
        world.settle().await;
        assert_eq!(titles(&alice), ["Poison"], "order is kept at first");
        for _ in 0..2 {
            world.advance(Duration::minutes(2));
            world.settle().await;
        }
        assert_eq!(titles(&alice), ["Poison", "Poison", "Poison", "Harmless"]);
        assert_eq!(standing(&world, "alpha.test").2, 1, "it is tried again");
        world.advance(Duration::minutes(10));
        world.settle().await;
        assert_eq!(titles(&alice).last().map(String::as_str), Some("Poison"));
        assert_eq!(standing(&world, "alpha.test").2, 0);
    });
}

#[test]
fn a_person_may_try_at_once_and_send_again_what_was_refused() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        alice.host.answer("/inbox", Reply::status(503));
        world.publish("Waits", Audience::Public);
        world.settle().await;
        alice.host.answer("/inbox", Reply::status(202));
        world.settle().await;
        assert_eq!(alice.host.count("/inbox"), 1);
        let act = async |host: &str, act: BacklogAct| {
            let done = world.federation.act_on_backlog(&world.site, host, act);
            done.await.map_err(|error| error.to_string())
        };
        assert_eq!(act("alpha.test", BacklogAct::Try).await, Ok(0));
        assert!(act("nobody.test", BacklogAct::Try).await.is_err());
        world.settle().await;
        assert_eq!(titles(&alice), ["Waits", "Waits"]);
        alice.host.answer("/inbox", Reply::status(422));
        world.publish("Refused", Audience::Public);
        world.settle().await;
        world.advance(Duration::days(1));
        world.settle().await;
        assert_eq!(alice.host.count("/inbox"), 3, "a refusal is final");
        alice.host.answer("/inbox", Reply::status(202));
        assert_eq!(act("alpha.test", BacklogAct::Replay).await, Ok(1));
        world.settle().await;
        assert_eq!(titles(&alice).last().map(String::as_str), Some("Refused"));
        assert_eq!(standing(&world, "alpha.test").2, 0);
        assert_eq!(act("alpha.test", BacklogAct::Replay).await, Ok(0));
    });
}
