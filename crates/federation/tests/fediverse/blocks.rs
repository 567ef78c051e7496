//! DOM: hosts that are not spoken to.

use super::origin::followed;
use federation::outbox::{Recipients, Spoken, say};
use federation::{Actor, ActorState, BlockError};
use hostile::{Message, Options, Peer, Reply, World, http_date};
use publication::Audience;
use serde_json::{Value, json};

fn options() -> Options {
    Options::hosts(&["alpha.test", "evil.test", "sub.evil.test", "notevil.test"])
}

/// A peer that the site follows and that follows the agenda.
async fn friend(world: &World, host: &str, name: &str, key: u8) -> Peer {
    let peer = followed(world, host, name, key).await;
    world.followed_by(&peer, &world.agenda).await;
    world.fediverse.forget();
    peer
}

/// A signed read.
fn read(world: &World, peer: &Peer, path: &str) -> Message {
    Message::get("ours.test", path, "application/activity+json")
        .with("Date", &http_date(world.now()))
        .sign_over(
            &peer.key,
            &peer.key_id,
            &["(request-target)", "host", "date"],
        )
}

fn state(world: &World, uri: &str) -> ActorState {
    let actor = world.read(|c| Actor::by_uri(c, uri));
    actor.expect("known actor").state()
}

/// The states of all follows with a peer: ours of it, its of ours.
fn follow_states(world: &World, peer: &Peer) -> Vec<String> {
    use diesel::prelude::*;
    use store::schema::{actors, follows};
    world.read(|c| {
        let id: store::Id = actors::table
            .filter(actors::uri.eq(&peer.uri))
            .select(actors::id)
            .first(c)?;
        let mut states: Vec<String> = follows::table
            .filter(follows::target_id.eq(id))
            .select(follows::state)
            .load(c)?;
        let theirs = follows::table.filter(follows::follower_id.eq(id));
        states.extend(theirs.select(follows::state).load::<String>(c)?);
        Ok(states)
    })
}

/// Deliveries by state and host.
fn deliveries(world: &World, host: &str) -> Vec<String> {
    use diesel::prelude::*;
    use store::schema::deliveries as d;
    world.read(|c| {
        Ok(d::table
            .filter(d::host.eq(host))
            .order(d::id)
            .select(d::state)
            .load(c)?)
    })
}

fn send_to(world: &World, n: usize, inbox: &str) {
    let now = world.ts();
    let uri = format!("http://ours.test/actor#said/{n}");
    let spoken = Spoken {
        site: world.site.id,
        actor: world.instance.id,
        kind: "Announce",
        object_id: None,
        object_uri: "http://ours.test/x".to_owned(),
        body: json!({"id": uri, "type": "Announce"}),
        uri,
        recipients: Recipients::inbox(inbox),
        listed: false,
    };
    world.write(|c| say(c, &spoken, now));
    world.federation.wake();
}

#[test]
fn dom_01_what_may_be_blocked_and_under_which_name() {
    hostile::on_both(&options(), async |world| {
        let hub = &world.federation;
        for wrong in [
            "",
            "test",
            "exa/mple.org",
            "evil..test",
            "xn--a.test",
            "a b.test",
        ] {
            let made = hub.block_host(wrong, "").await;
            assert!(matches!(made, Err(BlockError::NotAHost)), "{wrong}");
        }
        for own in ["ours.test", "OURS.test:443", "http://ours.test/x"] {
            let made = hub.block_host(own, "").await;
            assert!(matches!(made, Err(BlockError::Ours)), "{own}");
        }
        assert_eq!(hub.blocked_hosts().await.expect("list"), []);
        let reason = format!("spam\u{0}\r\n{}", "x".repeat(1_000));
        let made = hub.block_host(" EVIL.test.:8443", &reason).await;
        let made = made.expect("blocked").block;
        assert_eq!(made.host, "evil.test");
        assert_eq!(made.reason.as_deref().map(str::len), Some(500));
        assert!(
            made.reason
                .as_deref()
                .is_some_and(|r| r.starts_with("spamx"))
        );
        assert_eq!(made.since, Some(world.ts()));
        // Again, nested, and in other letters.
        world.advance(chrono::Duration::hours(1));
        let again = hub.block_host("evil.test", "worse").await.expect("blocked");
        assert_eq!(again.block.since, made.since);
        hub.block_host("sub.evil.test", "").await.expect("blocked");
        hub.block_host("bücher.test", "").await.expect("blocked");
        let names = |list: Vec<federation::Block>| -> Vec<String> {
            list.into_iter().map(|block| block.host).collect()
        };
        let all = names(hub.blocked_hosts().await.expect("list"));
        assert_eq!(all, ["evil.test", "sub.evil.test", "xn--bcher-kva.test"]);
        for covered in [
            "evil.test",
            "a.sub.evil.test",
            "BÜCHER.test",
            "xn--bcher-kva.test:1",
        ] {
            assert!(hub.is_blocked(covered), "{covered}");
        }
        for free in ["notevil.test", "alpha.test", "bucher.test", "test"] {
            assert!(!hub.is_blocked(free), "{free}");
        }
        // The nested one stays when the one above is lifted; another name lifts neither.
        assert!(!hub.unblock_host("notevil.test").await.expect("lifted"));
        assert!(hub.unblock_host("Evil.test").await.expect("lifted"));
        assert!(!hub.unblock_host("evil.test").await.expect("lifted"));
        assert!(hub.is_blocked("x.sub.evil.test") && !hub.is_blocked("evil.test"));
        assert!(hub.unblock_host("Bücher.test").await.expect("lifted"));
        let all = names(hub.blocked_hosts().await.expect("list"));
        assert_eq!(all, ["sub.evil.test"]);
    });
}

#[test]
fn dom_02_a_blocked_host_is_stopped_on_every_path_and_hears_nothing() {
    hostile::on_both(&options(), async |world| {
        let eve = friend(&world, "evil.test", "eve", 3).await;
        let alice = friend(&world, "alpha.test", "alice", 1).await;
        let stranger = Peer::new(&world.fediverse.host("sub.evil.test"), "mallory", 4);
        let known = eve.event("known", "Known");
        world.deliver(&eve, &eve.says("Create", "k", known)).await;
        assert!(world.object(&eve.event_uri("known")).is_some());
        // One delivery waits for it, and one activity of it waits to be applied.
        eve.host.answer("/inbox", Reply::status(503));
        world.publish("Told", Audience::Public);
        world.settle().await;
        let mut world = world;
        world.stop_workers().await;
        let late = world.message(
            &eve,
            "/inbox",
            &eve.says("Create", "l", eve.event("late", "L")),
        );
        assert_eq!(world.send(&late).await.status, 202);
        let made = world.federation.block_host("EVIL.test.", "spam").await;
        let made = made.expect("blocked");
        assert_eq!((made.follows, made.deliveries), (2, 1));
        world.start_workers();
        world.fediverse.forget();
        eve.host.answer("/inbox", Reply::status(202));
        assert_eq!(follow_states(&world, &eve), ["removed", "refused"]);
        assert_eq!(state(&world, &eve.uri), ActorState::Blocked);

        // What it sends, known or not, by its own name or below.
        for (peer, part) in [(&eve, "a"), (&stranger, "b")] {
            let follow = peer.says("Follow", part, json!(world.agenda.uri));
            let create = peer.says("Create", part, peer.event(part, "Late"));
            let delete = peer.says("Delete", part, json!(peer.uri));
            let before = world.rows();
            for activity in [follow, create, delete] {
                let answer = world.send(&world.message(peer, "/inbox", &activity)).await;
                assert_eq!(answer.status, 403, "{activity}");
            }
            assert_eq!(world.rows(), before);
        }
        // A key of its own for an actor elsewhere.
        let mut borrowed = alice.clone();
        (borrowed.key, borrowed.key_id) = (eve.key.clone(), eve.key_id.clone());
        let like = alice.says("Like", "k", json!("http://ours.test/x"));
        let answer = world.send(&world.message(&borrowed, "/inbox", &like)).await;
        assert_eq!(answer.status, 401);
        // What it asks for.
        for path in ["/actor", "/@agenda", "/@agenda/outbox?page=1"] {
            let answer = world.send(&read(&world, &eve, path)).await;
            assert_eq!(answer.status, 403, "{path}");
            let answer = world.send(&read(&world, &alice, path)).await;
            assert_eq!(answer.status, 200, "{path}");
        }
        // What others bring of it.
        let elsewhere = |part: &str, key: &str, value: Value| {
            let mut event = alice.event(part, "Elsewhere");
            event[key] = value;
            alice.serve_event(part, &event);
            alice.event_uri(part)
        };
        alice
            .host
            .answer("/out", Reply::redirect(&eve.event_uri("known")));
        eve.serve_event("known", &eve.event("known", "Changed"));
        let page = json!([{"type": "Link", "href": eve.host.url("/page")}]);
        let announced = [
            eve.event_uri("known"),
            stranger.event_uri("new"),
            alice.host.url("/out"),
            elsewhere("page", "url", json!(eve.host.url("/page"))),
            elsewhere("link", "url", page),
            elsewhere("author", "attributedTo", json!(eve.uri)),
            elsewhere("authors", "attributedTo", json!([alice.uri, eve.uri])),
        ];
        for (n, uri) in announced.iter().enumerate() {
            let activity = alice.says("Announce", &format!("an{n}"), json!(uri));
            assert_eq!(world.deliver(&alice, &activity).await.status, 202);
            assert_eq!(world.queued("queued") + world.queued("parked"), 0, "{uri}");
        }
        let mut embedded = alice.event("embedded", "Embedded");
        embedded["url"] = json!(eve.host.url("/page"));
        world
            .deliver(&alice, &alice.says("Create", "e", embedded))
            .await;
        world
            .deliver(
                &alice,
                &alice.says("Create", "f", json!(eve.event_uri("f"))),
            )
            .await;
        for uri in announced[1..].iter().chain([
            &eve.event_uri("late"),
            &eve.event_uri("f"),
            &alice.event_uri("embedded"),
        ]) {
            assert!(world.object(uri).is_none(), "{uri}");
        }
        assert_eq!(
            world.object(&eve.event_uri("known")).expect("kept").title,
            "Known"
        );
        // What people here ask for.
        let jrd = json!({"subject": "acct:hidden@alpha.test", "links": [
            {"rel": "self", "type": "application/activity+json", "href": stranger.uri}]});
        alice.host.answer(
            "/.well-known/webfinger?resource=acct%3Ahidden%40alpha.test",
            Reply::typed("application/jrd+json", jrd.to_string()),
        );
        for typed in [
            "evil.test",
            "sub.evil.test",
            "@eve@evil.test",
            "@EVE@EVIL.test",
            "@hidden@alpha.test",
            eve.uri.as_str(),
            stranger.uri.as_str(),
            "http://evil.test/",
        ] {
            let asked = world.federation.follow(&world.site, typed).await;
            assert!(asked.is_err(), "{typed}");
        }
        // What we say.
        let told = world.publish("After", Audience::Public);
        send_to(&world, 1, "http://evil.test/inbox");
        send_to(&world, 2, "http://sub.evil.test/inbox");
        send_to(&world, 3, "http://alpha.test/inbox");
        world.settle().await;
        assert!(!deliveries(&world, "evil.test").contains(&"queued".to_owned()));
        assert_eq!(deliveries(&world, "sub.evil.test"), Vec::<String>::new());
        let sent: Vec<Value> = alice.host.seen("/inbox").iter().map(|s| s.json()).collect();
        let is_told = |body: &Value| body["object"]["id"] == json!(told.uri);
        assert!(sent.iter().any(is_told), "the twin is told: {sent:?}");
        let asked = world.fediverse.asked();
        assert!(
            !asked.iter().any(|line| line.contains("evil.test")),
            "{asked:?}"
        );

        // Lifted: both directions again, and no follow by itself.
        assert!(
            world
                .federation
                .unblock_host("evil.test")
                .await
                .expect("lifted")
        );
        assert_eq!(state(&world, &eve.uri), ActorState::Active);
        assert_eq!(follow_states(&world, &eve), ["removed", "refused"]);
        assert_eq!(world.send(&read(&world, &eve, "/actor")).await.status, 200);
        let again = eve.says("Follow", "again", json!(world.agenda.uri));
        assert_eq!(world.deliver(&eve, &again).await.status, 202);
        assert_eq!(follow_states(&world, &eve), ["removed", "refused"]);
        let own_inbox = eve.host.seen("/users/eve/inbox");
        let is_rejected = |seen: &hostile::Seen| seen.json()["type"] == "Reject";
        assert!(own_inbox.iter().any(is_rejected), "{own_inbox:?}");
        let found = world
            .federation
            .look_up(&world.site, "@mallory@sub.evil.test");
        assert_eq!(found.await.expect("found").uri, stranger.uri);
        world.follow(&eve).await;
        let create = eve.says("Create", "n", eve.event("new", "New"));
        assert_eq!(world.deliver(&eve, &create).await.status, 202);
        assert!(world.object(&eve.event_uri("new")).is_some());
    });
}

#[test]
fn dom_03_a_block_outlives_rows_and_lifting_it_brings_nothing_back() {
    hostile::on_both(&options(), async |world| {
        let eve = friend(&world, "evil.test", "eve", 3).await;
        let near = friend(&world, "notevil.test", "nora", 2).await;
        let create = |part: &str| eve.says("Create", part, eve.event(part, part));
        for part in ["kept", "gone"] {
            world.deliver(&eve, &create(part)).await;
        }
        let gone = eve.says("Delete", "d", json!(eve.event_uri("gone")));
        assert_eq!(world.deliver(&eve, &gone).await.status, 202);
        let other = world.second_process("Kiosque (second)");
        world
            .federation
            .block_host("evil.test", "")
            .await
            .expect("blocked");
        // Another process refuses the known actor at once, for its state is in the database, and
        // unknown names as soon as it has read the list again.
        assert_eq!(state(&world, &eve.uri), ActorState::Blocked);
        assert!(!other.is_blocked("evil.test"));
        other.reread_blocks().await.expect("read");
        assert!(other.is_blocked("sub.evil.test") && !other.is_blocked("notevil.test"));
        // Its rows are there and change nothing.
        world.fediverse.forget();
        assert!(world.object(&eve.event_uri("kept")).is_some());
        let update = eve.says("Update", "u", eve.event("kept", "Changed"));
        let answer = world.send(&world.message(&eve, "/inbox", &update)).await;
        assert_eq!((answer.status, answer.code().as_str()), (403, "unwelcome"));
        let by_person = world.federation.follow(&world.site, &eve.uri).await;
        assert_eq!(by_person.expect_err("blocked").code(), "host_blocked");
        let update = near.says("Create", "u", near.event("u", "Beside"));
        assert_eq!(world.deliver(&near, &update).await.status, 202);
        assert!(world.object(&near.event_uri("u")).is_some(), "the twin");
        // One that was suspended or deleted before stays so.
        for (name, before) in [("sue", "suspended"), ("del", "deleted")] {
            let peer = Peer::new(&eve.host, name, 2);
            let now = world.ts();
            world.write(|c| {
                use diesel::prelude::*;
                use store::schema::actors::dsl as a;
                diesel::insert_into(a::actors)
                    .values((
                        a::id.eq(store::fresh_id(now.0)),
                        a::uri.eq(&peer.uri),
                        a::host.eq("evil.test"),
                        a::kind.eq("Person"),
                        a::username.eq(name),
                        a::name.eq(""),
                        a::summary.eq(""),
                        a::inbox.eq(&peer.inbox),
                        a::manually_approves.eq(false),
                        a::discoverable.eq(false),
                        a::indexable.eq(false),
                        a::state.eq(before),
                        a::created_at.eq(now),
                        a::updated_at.eq(now),
                    ))
                    .execute(c)?;
                Ok(())
            });
        }
        other.unblock_host("evil.test").await.expect("lifted");
        world.federation.reread_blocks().await.expect("read");
        assert!(!world.federation.is_blocked("evil.test"));
        assert_eq!(state(&world, &eve.uri), ActorState::Active);
        assert_eq!(
            state(&world, &eve.host.url("/users/sue")),
            ActorState::Suspended
        );
        assert_eq!(
            state(&world, &eve.host.url("/users/del")),
            ActorState::Deleted
        );
        assert_eq!(follow_states(&world, &eve), ["removed", "refused"]);
        // What was deleted stays deleted, and what it sends now is not awaited by anybody.
        for part in ["gone", "fresh"] {
            let answer = world.deliver(&eve, &create(&format!("{part}#2"))).await;
            assert_eq!(answer.status, 202);
        }
        assert_eq!(
            world
                .deliver(&eve, &eve.says("Create", "g2", eve.event("gone", "x")))
                .await
                .status,
            202
        );
        let deleted = world.object(&eve.event_uri("gone"));
        assert!(deleted.is_none_or(|object| object.state() == publication::ObjectState::Deleted));
        assert!(world.object(&eve.event_uri("fresh")).is_none());
    });
}
