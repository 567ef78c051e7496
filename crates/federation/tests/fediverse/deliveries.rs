//! DEL, R-SIG-02: deliveries under bad conditions.

use chrono::Duration;
use diesel::prelude::*;
use federation::SignatureScheme;
use hostile::{Framing, Options, Peer, Reply, Verdict, World};
use publication::Audience;
use store::schema::{deliveries, follows, peers};

fn options() -> Options {
    Options::hosts(&["alpha.test", "beta.test"])
}

/// A follower of the agenda.
pub(crate) async fn fan(world: &World, host: &str, name: &str, key: u8) -> Peer {
    let peer = Peer::new(&world.fediverse.host(host), name, key);
    world.followed_by(&peer, &world.agenda).await;
    world.fediverse.forget();
    peer
}

/// States and last statuses of all deliveries to a host, oldest first.
fn states(world: &World, host: &str) -> Vec<(String, Option<i32>)> {
    let host = host.to_owned();
    world.read(|c| {
        Ok(deliveries::table
            .filter(deliveries::host.eq(host))
            .order(deliveries::id)
            .select((deliveries::state, deliveries::last_status))
            .load(c)?)
    })
}

/// How many deliveries a host has taken, and how many wait for it.
fn taken(world: &World, host: &str) -> (i64, i64) {
    let host = host.to_owned();
    world.read(|c| {
        let waiting = deliveries::table
            .filter(deliveries::host.eq(&host))
            .filter(deliveries::state.eq("queued"));
        Ok((
            peers::table.find(&host).select(peers::delivered).first(c)?,
            waiting.count().get_result(c)?,
        ))
    })
}

/// Titles of what came to a host's shared inbox.
pub(crate) fn titles(peer: &Peer) -> Vec<String> {
    let seen = peer.host.seen("/inbox");
    let title = |seen: &hostile::Seen| {
        seen.json()["object"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    seen.iter().map(title).collect()
}

#[test]
fn r_sig_02_a_second_knock_and_its_memory() {
    hostile::on_both(&options(), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        let pem = world.get("/@agenda").await.json()["publicKey"]["publicKeyPem"]
            .as_str()
            .expect("key")
            .to_owned();
        let refuse = |status| vec![Reply::status(status), Reply::status(202)];
        for status in [401, 400, 403] {
            world.write(|c| {
                diesel::update(peers::table)
                    .set(peers::signature_scheme.eq(None::<String>))
                    .execute(c)?;
                Ok(())
            });
            alice.host.answers("/inbox", refuse(status));
            world.publish("Knock", Audience::Public);
            world.settle().await;
            if status == 401 {
                let seen = alice.host.seen("/inbox");
                assert_eq!(seen.len(), 2);
                assert!(matches!(hostile::judge(&seen[0], &pem), Verdict::Cavage(_)));
                let covered = "\"@method\" \"@target-uri\" \"content-digest\"".to_owned();
                assert_eq!(hostile::judge(&seen[1], &pem), Verdict::Rfc9421(covered));
                assert_eq!(
                    world.federation.known_scheme("alpha.test").await,
                    SignatureScheme::Rfc9421
                );
            }
        }
        world.fediverse.forget();
        alice.host.answer("/inbox", Reply::status(202));
        world.publish("Remembered", Audience::Public);
        world.settle().await;
        let scheme: Option<String> = world.read(|c| {
            Ok(peers::table
                .find("alpha.test")
                .select(peers::signature_scheme)
                .first(c)?)
        });
        assert!(scheme.is_some());
        assert_eq!(
            alice.host.count("/inbox"),
            1,
            "one knock with what worked last"
        );
        // Refused both ways it is refused, once, and the next one is tried all the same.
        alice.host.answer("/inbox", Reply::status(401));
        world.publish("Refused", Audience::Public);
        world.settle().await;
        assert_eq!(
            states(&world, "alpha.test").last(),
            Some(&("refused".to_owned(), Some(401)))
        );
        alice.host.answer("/inbox", Reply::status(202));
        let (before, _) = taken(&world, "alpha.test");
        world.publish("Next", Audience::Public);
        world.settle().await;
        assert_eq!(taken(&world, "alpha.test"), (before + 1, 0));
    });
}

#[test]
fn the_scheme_is_remembered_per_host() {
    hostile::on_both(&options(), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        let bob = fan(&world, "beta.test", "bob", 2).await;
        alice
            .host
            .answers("/inbox", vec![Reply::status(401), Reply::status(202)]);
        world.publish("One", Audience::Public);
        world.settle().await;
        let signed = |peer: &Peer| -> Vec<bool> {
            let seen = peer.host.seen("/inbox");
            seen.iter()
                .map(|seen| seen.header("signature-input").is_some())
                .collect()
        };
        assert_eq!(
            (signed(&alice), signed(&bob)),
            (vec![false, true], vec![false])
        );
        world.publish("Two", Audience::Public);
        world.settle().await;
        assert_eq!(
            (signed(&alice), signed(&bob)),
            (vec![false, true, true], vec![false, false])
        );
    });
}

#[test]
fn del_02_410_ends_an_inbox() {
    hostile::on_both(&options(), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        let bob = fan(&world, "beta.test", "bob", 2).await;
        alice.host.answer("/inbox", Reply::status(410));
        world.publish("One", Audience::Public);
        world.settle().await;
        world.publish("Two", Audience::Public);
        world.settle().await;
        assert_eq!(
            titles(&alice),
            ["One"],
            "nothing more, the shared inbox included"
        );
        assert_eq!(titles(&bob), ["One", "Two"]);
        let lost: Vec<String> = world.read(|c| {
            Ok(follows::table
                .order(follows::id)
                .select(follows::state)
                .load(c)?)
        });
        assert_eq!(lost, ["lost", "accepted"]);
        // It may come back.
        alice.host.answer("/inbox", Reply::status(202));
        let follow = alice.says("Follow", "again", serde_json::json!(world.agenda.uri));
        world.deliver(&alice, &follow).await;
        world.publish("Three", Audience::Public);
        world.settle().await;
        assert_eq!(titles(&alice), ["One", "Three"]);
    });
}

#[test]
fn in_order_per_actor_and_inbox() {
    hostile::on_both(&options(), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        let bob = fan(&world, "beta.test", "bob", 2).await;
        let names: Vec<String> = (0..12).map(|n| format!("Event {n}")).collect();
        alice
            .host
            .answers("/inbox", vec![Reply::status(503), Reply::status(202)]);
        for name in &names {
            world.publish(name, Audience::Public);
        }
        world.settle().await;
        assert_eq!(
            titles(&alice),
            [names[0].clone()],
            "the rest waits behind the first"
        );
        assert_eq!(titles(&bob), names, "another host does not wait");
        world.advance(Duration::minutes(1));
        world.settle().await;
        let mut want = vec![names[0].clone()];
        want.extend(names);
        assert_eq!(titles(&alice), want);
    });
}

#[test]
fn an_accept_arrives_before_what_is_sent_because_of_it() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        alice.serve(&alice.document());
        let own = format!("{}/inbox", alice.path());
        for inbox in [own.as_str(), "/inbox"] {
            alice.host.answer(inbox, Reply::status(503));
        }
        world.followed_by(&alice, &world.agenda).await;
        world.publish("First", Audience::Public);
        world.settle().await;
        alice.host.answer("/inbox", Reply::status(202));
        let slow = Reply::status(202).after(std::time::Duration::from_millis(150));
        alice.host.answer(&own, slow);
        world.fediverse.forget();
        world.advance(Duration::minutes(1));
        world.settle().await;
        let seen = world.fediverse.seen();
        let posts = seen.iter().filter(|seen| seen.method == "POST");
        let kinds: Vec<String> = posts
            .map(|seen| seen.json()["type"].as_str().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(kinds, ["Accept", "Create"], "to two inboxes of one host");
    });
}

#[test]
fn del_03_retries_grow_and_end_after_a_week() {
    hostile::on_both(&options(), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        alice
            .host
            .answer("/inbox", Reply::status(503).header("retry-after", "1800"));
        world.publish("Later", Audience::Public);
        world.settle().await;
        world.advance(Duration::minutes(20));
        world.settle().await;
        assert_eq!(alice.host.count("/inbox"), 1, "it said when");
        world.advance(Duration::minutes(20));
        world.settle().await;
        assert_eq!(alice.host.count("/inbox"), 2);
        let dates: Vec<String> = alice
            .host
            .seen("/inbox")
            .iter()
            .map(|seen| seen.header("date").unwrap_or_default().to_owned())
            .collect();
        assert_ne!(dates[0], dates[1], "signed anew each time");
        alice.host.answer("/inbox", Reply::status(500));
        for _ in 0..30 {
            world.advance(Duration::hours(15));
            world.settle().await;
        }
        assert_eq!(
            states(&world, "alpha.test").last(),
            Some(&("failed".to_owned(), Some(500)))
        );
        let tries = alice.host.count("/inbox");
        assert!((10..25).contains(&tries), "{tries}");
        alice.host.answer("/inbox", Reply::status(202));
        world.publish("After", Audience::Public);
        world.settle().await;
        assert_eq!(titles(&alice).last().map(String::as_str), Some("After"));
    });
}

#[test]
fn a_long_answer_is_judged_by_its_status() {
    hostile::on_both(&options(), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        for framing in [Framing::Length, Framing::Chunked] {
            let mut page = Reply::typed("text/html", vec![b'x'; 300 * 1024]).framed(framing);
            page.status = 500;
            alice.host.answer("/inbox", page.clone());
            world.publish("Failing", Audience::Public);
            world.settle().await;
            assert_eq!(
                states(&world, "alpha.test").last(),
                Some(&("queued".to_owned(), Some(500)))
            );
            page.status = 200;
            alice.host.answer("/inbox", page);
            let (before, _) = taken(&world, "alpha.test");
            world.advance(Duration::minutes(2));
            world.settle().await;
            assert_eq!(taken(&world, "alpha.test"), (before + 1, 0));
        }
    });
}

#[test]
fn del_04_nothing_is_lost_or_doubled_over_a_restart() {
    hostile::on_both(&options(), async |mut world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        world.stop_workers().await;
        for name in ["One", "Two", "Three"] {
            world.publish(name, Audience::Public);
        }
        assert_eq!(titles(&alice), Vec::<String>::new());
        world.start_workers();
        world.settle().await;
        assert_eq!(titles(&alice), ["One", "Two", "Three"]);
        // What came in while no worker ran waits as well.
        world.stop_workers().await;
        let follow = alice.says("Follow", "again", serde_json::json!(world.agenda.uri));
        assert_eq!(world.deliver(&alice, &follow).await.status, 202);
        assert_eq!(world.queued("queued"), 1);
        world.fediverse.forget();
        // An answer under way when the worker ends is written down, and not sent again.
        alice.host.answer(
            "/users/alice/inbox",
            Reply::status(202).after(std::time::Duration::from_millis(600)),
        );
        world.start_workers();
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        world.stop_workers().await;
        world.start_workers();
        world.settle().await;
        assert_eq!(alice.host.count("/users/alice/inbox"), 1);
    });
}

#[test]
fn del_05_one_delivery_for_a_shared_inbox() {
    hostile::on_both(&options(), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        fan(&world, "alpha.test", "bob", 2).await;
        fan(&world, "alpha.test", "carol", 3).await;
        world.publish("Once", Audience::Public);
        world.settle().await;
        assert_eq!(titles(&alice), ["Once"]);
    });
}

#[test]
fn received_ids_and_finished_work_are_forgotten_after_thirty_days() {
    hostile::on_both(&options(), async |world| {
        let alice = fan(&world, "alpha.test", "alice", 1).await;
        world.publish("Old", Audience::Public);
        world.settle().await;
        let traces = |world: &World| -> (i64, i64) {
            use store::schema::received_activities;
            world.read(|c| {
                Ok((
                    received_activities::table.count().get_result(c)?,
                    deliveries::table.count().get_result(c)?,
                ))
            })
        };
        let before = traces(&world);
        assert_eq!(before, (1, 0), "what arrived leaves no row");
        world.advance(Duration::days(29));
        assert_eq!(world.federation.purge().await.expect("purged"), 0);
        assert_eq!(traces(&world), before);
        world
            .deliver(
                &alice,
                &alice.says("Like", "new", serde_json::json!("http://ours.test/x")),
            )
            .await;
        world.advance(Duration::days(2));
        assert_eq!(world.federation.purge().await.expect("purged"), 1);
        assert_eq!(traces(&world), (1, 0));
        world.publish("New", Audience::Public);
        world.settle().await;
        assert_eq!(titles(&alice), ["Old", "New"]);
    });
}
