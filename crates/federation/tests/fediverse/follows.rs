//! R-FOL, R-AP, R-DEL-02: follows in both directions.

use diesel::prelude::*;
use hostile::{Options, Peer, Seen, Verdict, World};
use serde_json::{Value, json};
use store::schema::follows;

fn options() -> Options {
    Options::hosts(&["alpha.test", "beta.test"])
}

/// What came to a peer's own inbox, as documents.
fn received(peer: &Peer) -> Vec<Value> {
    let seen = peer.host.seen(&format!("{}/inbox", peer.path()));
    seen.iter().map(Seen::json).collect()
}

fn kinds(peer: &Peer) -> Vec<String> {
    let kind = |value: &Value| value["type"].as_str().unwrap_or_default().to_owned();
    received(peer).iter().map(kind).collect()
}

async fn pem_of(world: &World, path: &str) -> String {
    let document = world.get(path).await.json();
    document["publicKey"]["publicKeyPem"]
        .as_str()
        .expect("key")
        .to_owned()
}

#[test]
fn r_ap_01_our_follow_is_absolute_addressed_and_signed_by_the_site() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let (follow, _) = world
            .federation
            .follow(&world.site, &alice.uri)
            .await
            .expect("asked");
        world.settle().await;
        let seen = alice
            .host
            .seen("/users/alice/inbox")
            .pop()
            .expect("delivered");
        let sent = seen.json();
        assert_eq!(sent["id"], json!(follow.uri));
        assert_eq!(sent["type"], json!("Follow"));
        assert_eq!(sent["actor"], json!("http://ours.test/actor"));
        assert_eq!(sent["object"], json!(alice.uri));
        assert_eq!(sent["to"], json!([alice.uri]));
        assert!(follow.uri.starts_with("http://ours.test/actor#"));
        let pem = pem_of(&world, "/actor").await;
        let covered = "(request-target) host date digest content-type";
        assert_eq!(
            hostile::judge(&seen, &pem),
            Verdict::Cavage(covered.to_owned())
        );
        assert_eq!(
            hostile::judge(&seen, &alice.pem()),
            Verdict::Invalid("the key did not sign it")
        );
        let signature = seen.header("signature").unwrap_or_default();
        assert!(
            signature.contains("keyId=\"http://ours.test/actor#main-key\""),
            "R-SIG-01"
        );
        assert!(signature.contains("algorithm=\"rsa-sha256\""), "R-SIG-01");
        // R-SIG-03: reads are signed by the site as well.
        let read = alice.host.seen(&alice.path()).pop().expect("read");
        let covered = "(request-target) host date";
        assert_eq!(
            hostile::judge(&read, &pem),
            Verdict::Cavage(covered.to_owned())
        );
    });
}

#[test]
fn r_ap_02_accept_embeds_the_follow_unchanged() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        for (part, target, path) in [
            ("f1", &world.agenda, "/@agenda"),
            ("f2", &world.instance, "/actor"),
        ] {
            world.fediverse.forget();
            let mut follow = alice.says("Follow", part, json!(target.uri));
            follow["odd"] = json!({"kept": [1, null, "ß"], "as": "it is"});
            assert_eq!(world.deliver(&alice, &follow).await.status, 202);
            let seen = alice.host.seen("/users/alice/inbox").pop().expect("answer");
            let answer = seen.json();
            assert_eq!(answer["type"], json!("Accept"));
            assert_eq!(answer["actor"], json!(target.uri));
            assert_eq!(answer["to"], json!([alice.uri]), "R-AP-04");
            assert_eq!(
                answer["object"].to_string(),
                follow.to_string(),
                "unchanged, order and all"
            );
            let pem = pem_of(&world, path).await;
            assert!(matches!(hostile::judge(&seen, &pem), Verdict::Cavage(_)));
        }
        assert_eq!(
            world.get("/@agenda/followers").await.json()["totalItems"],
            json!(1)
        );
    });
}

#[test]
fn r_fol_01_refused_stays_refused() {
    hostile::on_both(&options(), async |mut world| {
        world.change_site(&sites::SiteChange {
            follower_policy: Some("manual".to_owned()),
            ..Default::default()
        });
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let follow = |part: &str| alice.says("Follow", part, json!(world.instance.uri));
        world.deliver(&alice, &follow("1")).await;
        assert_eq!(kinds(&alice), Vec::<String>::new(), "it waits for a person");
        let id: store::Id = world.read(|c| Ok(follows::table.select(follows::id).first(c)?));
        world
            .federation
            .answer(&world.site, id, false)
            .await
            .expect("refused");
        world.settle().await;
        assert_eq!(kinds(&alice), ["Reject"]);
        world.deliver(&alice, &follow("2")).await;
        assert_eq!(kinds(&alice), ["Reject", "Reject"], "at once");
        assert_eq!(received(&alice)[1]["object"], follow("2"), "of the newest");
        world
            .deliver(&alice, &alice.says("Undo", "u", follow("2")))
            .await;
        world.deliver(&alice, &follow("3")).await;
        assert_eq!(kinds(&alice), ["Reject"; 3], "undoing does not wash it off");
        world
            .federation
            .answer(&world.site, id, true)
            .await
            .expect("accepted");
        world.settle().await;
        assert_eq!(kinds(&alice).last().map(String::as_str), Some("Accept"));
        world.deliver(&alice, &follow("4")).await;
        assert_eq!(
            received(&alice).last().expect("answer")["object"],
            follow("4")
        );
        assert_eq!(
            kinds(&alice).last().map(String::as_str),
            Some("Accept"),
            "R-FOL-02"
        );
    });
}

#[test]
fn r_fol_02_a_known_follower_is_answered_again() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        for part in ["1", "2", "3"] {
            world
                .deliver(&alice, &alice.says("Follow", part, json!(world.agenda.uri)))
                .await;
        }
        assert_eq!(kinds(&alice), ["Accept"; 3]);
        let ids: Vec<Value> = received(&alice)
            .iter()
            .map(|answer| answer["object"]["id"].clone())
            .collect();
        let want: Vec<Value> = ["1", "2", "3"]
            .map(|part| json!(format!("{}#{part}", alice.uri)))
            .into();
        assert_eq!(ids, want);
        let rows: i64 = world.read(|c| Ok(follows::table.count().get_result(c)?));
        assert_eq!(rows, 1);
        world
            .deliver(&alice, &alice.says("Follow", "3", json!(world.agenda.uri)))
            .await;
        assert_eq!(kinds(&alice).len(), 3, "the same id again is a repetition");
    });
}

#[test]
fn r_del_02_mobilizon_is_told_of_each_coming_event_after_its_accept() {
    hostile::on_both(&options(), async |world| {
        let coming: Vec<String> = (1..=5)
            .map(|n| {
                world
                    .publish(&format!("Coming {n}"), publication::Audience::Public)
                    .uri
            })
            .collect();
        world.publish("over and done", publication::Audience::Public);
        world.publish("For few", publication::Audience::Followers);
        world.settle().await;
        let relay = Peer::new(&world.fediverse.host("alpha.test"), "relay", 1);
        relay.host.software("Mobilizon");
        let other = Peer::new(&world.fediverse.host("beta.test"), "relay", 2);
        other.host.software("mastodon");
        for peer in [&relay, &other] {
            world.followed_by(peer, &world.instance).await;
        }
        assert_eq!(kinds(&other), ["Accept"]);
        let mut want = vec!["Accept".to_owned()];
        want.extend(vec!["Announce".to_owned(); 5]);
        assert_eq!(kinds(&relay), want, "the Accept comes first");
        let told: Vec<Value> = received(&relay)[1..]
            .iter()
            .map(|announce| announce["object"].clone())
            .collect();
        assert_eq!(
            told,
            coming.iter().map(|uri| json!(uri)).collect::<Vec<_>>(),
            "in order"
        );
        world
            .deliver(
                &relay,
                &relay.says("Follow", "again", json!(world.instance.uri)),
            )
            .await;
        assert_eq!(
            kinds(&relay).len(),
            7,
            "an Accept, and nothing announced twice"
        );
    });
}

#[test]
fn undo_ends_a_follow_and_unfollow_sends_one() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let follow = alice.says("Follow", "1", json!(world.agenda.uri));
        for (part, object) in [
            ("u1", follow.clone()),
            ("u2", json!(format!("{}#2", alice.uri))),
        ] {
            let id = if part == "u1" { "1" } else { "2" };
            world
                .deliver(&alice, &alice.says("Follow", id, json!(world.agenda.uri)))
                .await;
            assert_eq!(
                world.get("/@agenda/followers").await.json()["totalItems"],
                json!(1)
            );
            world
                .deliver(&alice, &alice.says("Undo", part, object))
                .await;
            assert_eq!(
                world.get("/@agenda/followers").await.json()["totalItems"],
                json!(0)
            );
        }
        world.publish("Concert", publication::Audience::Public);
        world.settle().await;
        assert_eq!(alice.host.count("/inbox"), 0, "nothing goes to who left");
        world.follow(&alice).await;
        let row: store::Id = world.read(|c| Ok(follows::table.select(follows::id).first(c)?));
        world
            .federation
            .unfollow(&world.site, row)
            .await
            .expect("taken back");
        world.settle().await;
        let undo = received(&alice).pop().expect("Undo");
        assert_eq!(
            (undo["type"].clone(), undo["object"]["type"].clone()),
            (json!("Undo"), json!("Follow"))
        );
        world
            .deliver(&alice, &alice.says("Create", "c", alice.event("1", "Late")))
            .await;
        assert!(world.object(&alice.event_uri("1")).is_none());
    });
}

#[test]
fn r_join_02_a_join_is_answered_by_ignore() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let object = world.publish("Concert", publication::Audience::Public);
        let join = alice.says("Join", "j", json!(object.uri));
        world.deliver(&alice, &join).await;
        let answer = received(&alice).pop().expect("answer");
        assert_eq!(answer["type"], json!("Ignore"));
        assert_eq!(
            (answer["actor"].clone(), answer["object"].clone()),
            (json!(world.agenda.uri), join["id"].clone())
        );
        world
            .deliver(
                &alice,
                &alice.says("Join", "k", json!("http://ours.test/events/none")),
            )
            .await;
        assert_eq!(received(&alice).len(), 1);
    });
}
