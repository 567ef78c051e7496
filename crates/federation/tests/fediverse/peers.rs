//! R-FOL-01..03, R-REL-01, R-REL-02 and what a site does by itself: allow-list, follow-back, lists,
//! relays, backfill that goes on where it was.

use diesel::prelude::*;
use federation::follow::peers::{PeerAct, PeerFilter, list};
use federation::follow::policy::{FollowSettings, HostList, set_hosts};
use federation::follow::{FollowState, Waiting};
use hostile::{Options, Peer, Reply, World};
use serde_json::{Value, json};
use store::schema::{follows, objects};

fn options() -> Options {
    Options::hosts(&["alpha.test", "beta.test", "gamma.test", "list.test"])
}

/// A server's own actor, found by its host.
fn instance(world: &World, host: &str, key: u8) -> Peer {
    let peer = Peer::new(&world.fediverse.host(host), "instance", key);
    let mut document = peer.document();
    document["type"] = json!("Application");
    peer.serve(&document);
    let links = json!({"links": [
        {"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": peer.host.url("/nodeinfo/2.0")},
        {"rel": "https://www.w3.org/ns/activitystreams#Application", "href": peer.uri},
    ]});
    let info = json!({"version": "2.0", "software": {"name": "kiosque", "version": "1"}});
    peer.host.answer(
        "/.well-known/nodeinfo",
        Reply::typed("application/json", links.to_string()),
    );
    peer.host.answer(
        "/nodeinfo/2.0",
        Reply::typed("application/json", info.to_string()),
    );
    peer
}

/// Types of what came to a peer's inbox.
fn kinds(peer: &Peer) -> Vec<String> {
    let seen = peer.host.seen(&format!("{}/inbox", peer.path()));
    let kind = |value: Value| value["type"].as_str().unwrap_or_default().to_owned();
    seen.iter().map(|seen| kind(seen.json())).collect()
}

async fn asks(world: &World, peer: &Peer, part: &str) {
    let follow = peer.says("Follow", part, json!(world.instance.uri));
    assert_eq!(world.deliver(peer, &follow).await.status, 202);
}

fn policy(world: &mut World, word: &str) {
    world.change_site(&sites::SiteChange {
        follower_policy: Some(word.to_owned()),
        ..Default::default()
    });
}

fn settings(world: &World, change: impl Fn(&mut FollowSettings)) {
    let id = world.site.id;
    world.write(|c| {
        let mut settings = FollowSettings::read(c, id)?;
        change(&mut settings);
        settings.write(c)
    });
}

fn told(world: &World) -> usize {
    let now = world.ts();
    world.write(|c| Waiting::take(c, now)).len()
}

/// Hosts that the site asked to follow, whatever came of it.
fn asked(world: &World) -> Vec<String> {
    let own = world.instance.id;
    world.read(|c| {
        use store::schema::actors;
        Ok(follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
            .filter(follows::follower_id.eq(own))
            .order(actors::host)
            .select(actors::host)
            .load(c)?)
    })
}

#[test]
fn an_allow_list_lets_its_hosts_in_and_nobody_else() {
    hostile::on_both(&options(), async |mut world| {
        policy(&mut world, "allow_list");
        let site = world.site.id;
        world.write(|c| set_hosts(c, site, HostList::Allowed, &["alpha.test".to_owned()]));
        let alpha = instance(&world, "alpha.test", 1);
        let beta = instance(&world, "beta.test", 2);
        asks(&world, &alpha, "1").await;
        asks(&world, &beta, "1").await;
        assert_eq!(
            (kinds(&alpha), kinds(&beta)),
            (vec!["Accept".into()], vec!["Reject".into()])
        );
        assert_eq!(told(&world), 0, "nothing waits for a person");
        // A person puts it on the list: that is what lets it in, at its next Follow.
        world.write(|c| set_hosts(c, site, HostList::Allowed, &["beta.test".to_owned()]));
        asks(&world, &beta, "2").await;
        assert_eq!(kinds(&beta), ["Reject", "Accept"]);
    });
}

#[test]
fn r_fol_01_who_was_removed_stays_out_and_is_told_of_once() {
    hostile::on_both(&options(), async |mut world| {
        policy(&mut world, "manual");
        let alpha = instance(&world, "alpha.test", 1);
        asks(&world, &alpha, "1").await;
        asks(&world, &alpha, "2").await;
        assert_eq!((kinds(&alpha).len(), told(&world)), (0, 1));
        let site = world.site.clone();
        let act = |act| world.federation.act_on_peer(&site, "alpha.test", act);
        act(PeerAct::Approve).await.expect("approved");
        world.settle().await;
        act(PeerAct::Remove).await.expect("removed");
        world.settle().await;
        assert_eq!(kinds(&alpha), ["Accept", "Reject"]);
        let undo = alpha.says(
            "Undo",
            "u",
            alpha.says("Follow", "2", json!(world.instance.uri)),
        );
        world.deliver(&alpha, &undo).await;
        asks(&world, &alpha, "3").await;
        assert_eq!(
            kinds(&alpha),
            ["Accept", "Reject", "Reject"],
            "undoing does not wash it off"
        );
        // Another actor of the same server is the same server.
        let other = Peer::new(&alpha.host, "relay", 3);
        let mut document = other.document();
        document["type"] = json!("Application");
        other.serve(&document);
        asks(&world, &other, "1").await;
        assert_eq!(kinds(&other), ["Reject"]);
        assert_eq!(told(&world), 0);
        // The server of somebody else is not; moderators had a letter a moment ago.
        world.advance(chrono::Duration::hours(6));
        let beta = instance(&world, "beta.test", 2);
        asks(&world, &beta, "1").await;
        assert_eq!((kinds(&beta).len(), told(&world)), (0, 1));
        // Only a person undoes it.
        act(PeerAct::Approve).await.expect("let back in");
        world.settle().await;
        assert_eq!(kinds(&alpha).last().map(String::as_str), Some("Accept"));
        let gone = act(PeerAct::Refuse).await;
        assert!(gone.is_err(), "what is accepted is removed, not refused");
    });
}

#[test]
fn following_back_passes_over_what_a_person_decided() {
    hostile::on_both(&options(), async |world| {
        settings(&world, |settings| settings.follow_back = true);
        let site = world.site.id;
        world.write(|c| set_hosts(c, site, HostList::Excluded, &["beta.test".to_owned()]));
        let (alpha, beta) = (
            instance(&world, "alpha.test", 1),
            instance(&world, "beta.test", 2),
        );
        let person = Peer::new(&world.fediverse.host("gamma.test"), "gina", 3);
        for peer in [&alpha, &beta, &person] {
            asks(&world, peer, "1").await;
        }
        assert_eq!(kinds(&alpha), ["Accept", "Follow"]);
        assert_eq!(kinds(&beta), ["Accept"], "excluded");
        assert_eq!(kinds(&person), ["Accept"], "no instance");
        // Unfollowed by a person: its next Follow does not bring it back.
        let act = |act| world.federation.act_on_peer(&world.site, "alpha.test", act);
        act(PeerAct::Unfollow).await.expect("unfollowed");
        world.settle().await;
        asks(&world, &alpha, "2").await;
        assert_eq!(kinds(&alpha), ["Accept", "Follow", "Undo", "Accept"]);
    });
}

#[test]
fn a_list_of_instances_is_followed_a_few_a_day() {
    hostile::on_both(&options(), async |world| {
        let home = world.fediverse.host("list.test");
        let (alpha, beta) = (
            instance(&world, "alpha.test", 1),
            instance(&world, "beta.test", 2),
        );
        let gamma = instance(&world, "gamma.test", 3);
        let page = |hosts: &[&str]| {
            let data: Vec<Value> = hosts.iter().map(|host| json!({"host": host})).collect();
            let body = json!({"total": 4, "data": data}).to_string();
            Reply::typed("application/json", body).header("etag", "\"one\"")
        };
        home.answer("/hosts", page(&["alpha.test", "ours.test"]));
        home.answer(
            "/hosts?start=2&count=100",
            page(&["beta.test", "gamma.test"]),
        );
        let site = world.site.clone();
        let later = world.now() + chrono::Duration::days(900);
        settings(&world, |settings| {
            (settings.index_url, settings.index_daily) = (Some(home.url("/hosts")), 1);
            // Read by this test alone, not by the worker.
            settings.index_next_at = Some(store::Ts::new(later));
        });
        // Refused as a follower: a list does not bring it in.
        asks(&world, &beta, "1").await;
        let act = world
            .federation
            .act_on_peer(&site, "beta.test", PeerAct::Remove);
        act.await.expect("removed");
        let run = async || world.federation.follow_list(&site).await.expect("read");
        let both = (run().await, run().await);
        let error = world.read(|c| FollowSettings::read(c, site.id)).index_error;
        assert_eq!((both, error), ((1, 0), None), "one a day");
        assert_eq!(asked(&world), ["alpha.test"]);
        world.settle().await;
        world.advance(chrono::Duration::days(1));
        home.answer("/hosts", Reply::status(304));
        assert_eq!(run().await, 1, "of the list as known");
        assert_eq!(asked(&world), ["alpha.test", "gamma.test"]);
        let last = home.seen("/hosts").pop().expect("asked");
        assert_eq!(last.header("if-none-match"), Some("\"one\""));
        // Ended by a person: never again by itself.
        let act = world
            .federation
            .act_on_peer(&site, "gamma.test", PeerAct::Unfollow);
        act.await.expect("ended");
        world.settle().await;
        world.advance(chrono::Duration::days(1));
        let text = "# nearby\nalpha.test\nbeta.test\n\ngamma.test # closed\n";
        home.answer("/hosts", Reply::typed("text/plain", text));
        assert_eq!(run().await, 0);
        world.settle().await;
        let follows = |peer: &Peer| kinds(peer).iter().filter(|kind| *kind == "Follow").count();
        assert_eq!([&alpha, &beta, &gamma].map(follows), [1, 0, 1]);
        for (reply, code) in [
            (
                Reply::typed("text/html", "<html>no list</html>"),
                "unreadable",
            ),
            (Reply::status(404), "status"),
            (Reply::typed("text/plain", "# nobody"), "empty"),
            (Reply::redirect("http://127.0.0.2/"), "address"),
        ] {
            home.answer("/hosts", reply);
            run().await;
            let id = site.id;
            let known = world.read(|c| FollowSettings::read(c, id));
            assert_eq!(known.index_error.as_deref(), Some(code));
            assert!(
                known.index_hosts.contains("alpha.test"),
                "the last good list is kept"
            );
        }
    });
}

#[test]
fn r_rel_01_a_relay_only_says_where_to_look() {
    hostile::on_both(&options(), async |world| {
        let relay = Peer::new(&world.fediverse.host("beta.test"), "relay", 2);
        let mut document = relay.document();
        document["type"] = json!("Application");
        document["id"] = json!(relay.uri);
        relay.serve(&document);
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        alice.serve_event("1", &alice.event("1", "As it is"));
        let mut forged = alice.event("1", "As the relay says");
        forged["content"] = json!("<p>forged</p>");
        let create = alice.says("Create", "c1", forged);
        let forward = async |activity: &Value| {
            let answer = world.send(&world.message(&relay, "/inbox", activity)).await;
            world.settle().await;
            answer.status
        };
        assert_eq!(forward(&create).await, 401, "nobody is subscribed");
        assert!(world.object(&alice.event_uri("1")).is_none());
        let (follow, _) = world
            .federation
            .subscribe(&world.site, &relay.uri)
            .await
            .expect("asked");
        world.settle().await;
        let inbox = format!("{}/inbox", relay.path());
        let sent = relay.host.seen(&inbox).pop().expect("sent").json();
        assert_eq!(
            sent["object"],
            json!("https://www.w3.org/ns/activitystreams#Public")
        );
        assert_eq!(
            (&sent["type"], &sent["to"]),
            (&json!("Follow"), &json!([relay.uri]))
        );
        assert_eq!(forward(&create).await, 401, "not accepted yet");
        world
            .deliver(&relay, &relay.says("Accept", "a", json!(follow.uri)))
            .await;
        assert_eq!(forward(&create).await, 202);
        let title = |part: &str| {
            world
                .object(&alice.event_uri(part))
                .map(|object| object.title)
        };
        assert_eq!(
            title("1").as_deref(),
            Some("As it is"),
            "its origin was asked"
        );
        // The author's own delivery under the same id is not lost.
        world.fediverse.forget();
        assert_eq!(
            world
                .deliver(&alice, &alice.says("Create", "c1", alice.event("1", "x")))
                .await
                .status,
            202
        );
        // A Delete that its origin does not confirm changes nothing; a confirmed one does.
        let delete = |part: &str| alice.says("Delete", part, json!(alice.event_uri("1")));
        assert_eq!(forward(&delete("d1")).await, 202);
        let state = || {
            world
                .object(&alice.event_uri("1"))
                .map(|object| object.state)
        };
        assert_eq!(state().as_deref(), Some("public"));
        alice.host.answer("/events/1", Reply::status(410));
        assert_eq!(forward(&delete("d2")).await, 202);
        assert_ne!(state().as_deref(), Some("public"));
        // What is published here goes there.
        world.publish("Ours", publication::Audience::Public);
        world.settle().await;
        let shared: Vec<Value> = relay
            .host
            .seen("/inbox")
            .iter()
            .map(hostile::Seen::json)
            .collect();
        let told =
            |sent: &Value| sent["type"] == json!("Create") || sent["type"] == json!("Announce");
        assert!(shared.iter().any(told), "{shared:?}");
        world
            .federation
            .unfollow(&world.site, follow.id)
            .await
            .expect("ended");
        world.settle().await;
        assert_eq!(kinds(&relay).last().map(String::as_str), Some("Undo"));
        let back: i64 = world.read(|c| {
            Ok(follows::table
                .filter(follows::state.eq("accepted"))
                .count()
                .get_result(c)?)
        });
        assert_eq!(back, 0, "the way back is gone");
        assert_eq!(
            forward(&alice.says("Create", "c3", alice.event("3", "x"))).await,
            401
        );
    });
}

#[test]
fn r_rel_02_no_relay_is_found_here() {
    hostile::on_both(&options(), async |world| {
        let alice = instance(&world, "alpha.test", 1);
        for (part, object) in [("1", "https://www.w3.org/ns/activitystreams#Public")] {
            world
                .deliver(&alice, &alice.says("Follow", part, json!(object)))
                .await;
        }
        assert_eq!(kinds(&alice), ["Reject"]);
        let rows: i64 = world.read(|c| Ok(follows::table.count().get_result(c)?));
        assert_eq!(rows, 0);
        asks(&world, &alice, "2").await;
        assert_eq!(
            kinds(&alice),
            ["Reject", "Accept"],
            "the site itself is followed as ever"
        );
    });
}

#[test]
fn a_backfill_goes_on_where_it_was() {
    hostile::on_both(&options(), async |mut world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        settings(&world, |settings| settings.backfill_most = 45);
        let ids: Vec<String> = (0..50).map(|n| alice.event_uri(&n.to_string())).collect();
        for n in 0..50 {
            let part = n.to_string();
            alice.serve_event(&part, &alice.event(&part, &format!("Event {n}")));
        }
        let outbox = format!("{}/outbox", alice.path());
        let page = |n: usize| format!("{}/outbox?page={n}", alice.uri);
        let top = json!({"id": format!("{}/outbox", alice.uri), "type": "OrderedCollection", "first": page(1)});
        alice
            .host
            .answer(&outbox, Reply::activity(&top).header("etag", "\"v1\""));
        for (n, part) in ids.chunks(30).enumerate() {
            let mut document =
                json!({"id": page(n + 1), "type": "OrderedCollectionPage", "orderedItems": part});
            if n == 0 {
                document["next"] = json!(page(2));
            }
            alice.host.answer(
                &format!("{outbox}?page={}", n + 1),
                Reply::activity(&document),
            );
        }
        let count =
            |world: &World| -> i64 { world.read(|c| Ok(objects::table.count().get_result(c)?)) };
        world.follow(&alice).await;
        // The process ends in the middle.
        for _ in 0..500 {
            if count(&world) >= 20 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        world.stop_workers().await;
        let before = count(&world);
        assert!((20..45).contains(&before), "{before}");
        world.start_workers();
        for _ in 0..1_000 {
            if count(&world) >= 45 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        world.settle().await;
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        assert_eq!(count(&world), 45, "as many as the site wants");
        let asked = |part: usize| alice.host.count(&format!("/events/{part}"));
        assert!(
            (0..45).all(|part| asked(part) <= 1),
            "nothing was read again"
        );
        // Asked anew, unchanged: one conditional question, nothing else.
        let follow: store::Id = world.read(|c| Ok(follows::table.select(follows::id).first(c)?));
        world
            .federation
            .unfollow(&world.site, follow)
            .await
            .expect("ended");
        world.settle().await;
        let shown = world.read(|c| {
            let (site, actor) = (world.site.id, world.instance.id);
            let rows = objects::table.filter(publication::shown_on!(site, actor));
            Ok(rows.count().get_result::<i64>(c)?)
        });
        assert_eq!(shown, 0);
    });
}

#[test]
fn many_peers_are_listed_a_page_at_a_time() {
    hostile::on_both(&options(), async |world| {
        let own = world.instance.id;
        let now = world.ts();
        world.write(|c| {
            use store::schema::actors;
            for n in 0..400 {
                let (id, host) = (store::fresh_id(now.0), format!("h{n:04}.example"));
                diesel::insert_into(actors::table)
                    .values((
                        actors::id.eq(id),
                        actors::uri.eq(format!("https://{host}/actor")),
                        actors::host.eq(&host),
                        actors::kind.eq("Application"),
                        (
                            actors::username.eq("i"),
                            actors::name.eq(&host),
                            actors::summary.eq(""),
                        ),
                        actors::inbox.eq(format!("https://{host}/inbox")),
                        (
                            actors::manually_approves.eq(false),
                            actors::discoverable.eq(true),
                        ),
                        (actors::indexable.eq(true), actors::state.eq("active")),
                        (actors::created_at.eq(now), actors::updated_at.eq(now)),
                    ))
                    .execute(c)?;
                let state = ["accepted", "pending", "refused", "removed"][n % 4];
                let (follower, target) = if n % 2 == 0 { (own, id) } else { (id, own) };
                diesel::insert_into(follows::table)
                    .values((
                        follows::id.eq(store::fresh_id(now.0)),
                        follows::follower_id.eq(follower),
                        follows::target_id.eq(target),
                        follows::uri.eq(format!("https://{host}/follows/{n}")),
                        (follows::state.eq(state), follows::activity.eq("{}")),
                        follows::created_at.eq(now),
                    ))
                    .execute(c)?;
            }
            Ok(())
        });
        let site = world.site.id;
        let page = |filter, text: &str, after: &str| {
            world.read(|c| list(c, (site, own), filter, text, after, 50))
        };
        let mut seen: Vec<String> = Vec::new();
        loop {
            let after = seen.last().cloned().unwrap_or_default();
            let rows = page(PeerFilter::All, "", &after);
            if rows.is_empty() {
                break;
            }
            seen.extend(rows.into_iter().map(|row| row.host));
        }
        assert_eq!(seen.len(), 400, "each once");
        let waiting = page(PeerFilter::Waiting, "", "");
        assert_eq!(waiting.len(), 50);
        let state = |row: &federation::follow::peers::PeerEntry| {
            row.follower.as_ref().map(|side| side.follow.state())
        };
        assert!(
            waiting
                .iter()
                .all(|row| state(row) == Some(FollowState::Pending))
        );
        assert_eq!(page(PeerFilter::All, "H0123", "").len(), 1);
        assert_eq!(page(PeerFilter::All, "%", "").len(), 0, "a sign is a sign");
        assert_eq!(page(PeerFilter::Lost, "", "").len(), 0);
    });
}
