//! Several server processes on one database share its queues: nothing is lost, doubled or out of order.

use crate::deliveries::{fan, titles};
use chrono::Duration;
use diesel::prelude::*;
use federation::Workers;
use hostile::{Options, Peer, World};
use publication::Audience;
use store::Ts;
use store::schema::peers;

const NAMES: [&str; 4] = ["alpha.test", "beta.test", "gamma.test", "delta.test"];

async fn fans(world: &World) -> Vec<Peer> {
    let mut fans = Vec::new();
    for (n, name) in NAMES.iter().enumerate() {
        fans.push(fan(world, name, "fan", n as u8 + 1).await);
    }
    fans
}

#[test]
fn two_processes_deliver_each_activity_once_and_in_order() {
    hostile::on_both(&Options::hosts(&NAMES), async |world| {
        // An embedded database has one server process.
        if world.database.is_embedded() {
            return;
        }
        let fans = fans(&world).await;
        let second = Workers::start(&world.second_process("Kiosque (second)"));
        let names: Vec<String> = (0..20).map(|n| format!("Event {n}")).collect();
        for name in &names {
            world.publish(name, Audience::Public);
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        world.settle().await;
        for fan in &fans {
            assert_eq!(titles(fan), names);
        }
        // The inbox too: what one actor says takes effect in the order it came.
        let alice = &fans[0];
        for n in 0..20 {
            let follow = alice.says(
                "Follow",
                &format!("f{n}"),
                serde_json::json!(world.agenda.uri),
            );
            let undo = alice.says("Undo", &format!("u{n}"), follow.clone());
            world.send(&world.message(alice, "/inbox", &undo)).await;
            world.send(&world.message(alice, "/inbox", &follow)).await;
        }
        world.settle().await;
        let state: String = world.read(|c| {
            use store::schema::{actors, follows};
            Ok(follows::table
                .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
                .filter(actors::uri.eq(&alice.uri))
                .select(follows::state)
                .first(c)?)
        });
        assert_eq!(state, "accepted");
        second.stop().await;
    });
}

/// What a killed process had claimed is taken over: at once in an embedded database, which has one process, and
/// when the claim ends where there may be others.
#[test]
fn del_01_the_claims_of_a_killed_process_end() {
    hostile::on_both(&Options::hosts(&NAMES), async |mut world| {
        let fans = fans(&world).await;
        world.stop_workers().await;
        world.publish("One", Audience::Public);
        world.federation.expand_waiting().await.expect("expanded");
        let until = Ts::new(world.now() + Duration::seconds(15));
        world.write(|c| {
            diesel::update(peers::table.filter(peers::due_at.is_not_null()))
                .set((
                    peers::claimed_by.eq("killed"),
                    peers::claimed_until.eq(until),
                ))
                .execute(c)?;
            Ok(())
        });
        world.start_workers();
        if !world.database.is_embedded() {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            assert!(fans.iter().all(|fan| titles(fan).is_empty()));
            world.advance(Duration::seconds(20));
        }
        world.settle().await;
        assert!(fans.iter().all(|fan| titles(fan) == ["One"]));
    });
}
