//! INJ-01: what others name themselves and where they want to be told is a value, never part of a query.

use federation::follow::Follow;
use hostile::{Message, Options, Peer};
use serde_json::json;

/// Signs that end a text, a statement or a pattern in one database or the other.
const NAMES: [&str; 10] = [
    "o'brien",
    "x'--",
    "x';DROP%20TABLE%20actors;--",
    "')OR('1'='1",
    "100%25_",
    "$$1$2",
    "a:*&|!()",
    "back%5Cslash%22",
    "nul%00byte",
    "E'%5Cx27",
];

#[test]
fn inj_01_ids_and_inboxes_of_others_are_taken_literally() {
    hostile::on_both(
        &Options::hosts(&["alpha.test", "beta.test"]),
        async |world| {
            let host = world.fediverse.host("alpha.test");
            let known = Peer::new(&world.fediverse.host("beta.test"), "known", 2);
            world.followed_by(&known, &world.agenda).await;
            let followers = || world.read(|c| Ok(Follow::followers(c, world.agenda.id)?.len()));
            for (n, name) in NAMES.iter().enumerate() {
                let mut peer = Peer::new(&host, name, 1);
                // An inbox of its own as well, and no shared one.
                peer.inbox = host.url(&format!("/in/{name}'--"));
                host.answer(&format!("/in/{name}'--"), hostile::Reply::status(202));
                let mut document = peer.document();
                document["endpoints"] = json!({});
                document["name"] = json!(format!("{name}\" \\ % _ ; -- $$ :* & | ! ( )"));
                document["summary"] = json!("<p>'; DELETE FROM follows; --</p>");
                peer.serve(&document);
                let follow = peer.says("Follow", &format!("f/{name}"), json!(world.agenda.uri));
                assert_eq!(world.deliver(&peer, &follow).await.status, 202, "{name}");
                assert_eq!(followers(), 2, "{name}");
                world.publish(
                    &format!("Concert {n} '; DROP TABLE objects; --"),
                    publication::Audience::Public,
                );
                world.settle().await;
                let there = host.seen(&format!("/in/{name}'--"));
                assert!(
                    there.len() >= 2,
                    "{name}: answered and told at the very inbox"
                );
                // Its own objects, tags and deletions.
                let mut event = peer.event(name, "'; DELETE FROM objects; --");
                event["tag"] = json!([{"type": "Hashtag", "name": format!("#{name}"), "href": host.url("/t")}]);
                for activity in [
                    peer.says("Create", &format!("c/{name}"), event),
                    peer.says("Delete", &format!("d/{name}"), json!(peer.event_uri(name))),
                    peer.says("Undo", &format!("u/{name}"), follow),
                ] {
                    assert_eq!(world.deliver(&peer, &activity).await.status, 202, "{name}");
                }
                assert_eq!(followers(), 1, "{name}: its own follow alone is gone");
            }
            assert_eq!(world.queued("parked"), 0);
            world.fediverse.forget();
            world.publish("After", publication::Audience::Public);
            world.settle().await;
            assert!(
                known.host.count("/inbox") > 0,
                "who was there before is told as ever"
            );
        },
    );
}

#[test]
fn inj_01_what_is_asked_for_by_name_is_found_by_that_name_alone() {
    hostile::on_both(&Options::hosts(&["alpha.test"]), async |world| {
        for name in NAMES
            .iter()
            .chain(&["%25", "_genda", "agend_", "a%25", "AGENDA'"])
        {
            for path in [
                format!("/.well-known/webfinger?resource=acct:{name}@ours.test"),
                format!("/.well-known/webfinger?resource=http://ours.test/@{name}"),
                format!("/@{name}"),
                format!("/@{name}/outbox?page=1"),
                format!("/events/{name}"),
            ] {
                let get = Message::get("ours.test", &path, activitystreams::ACTIVITY_JSON);
                let answer = world.send(&get).await;
                assert!(
                    matches!(answer.status, 400 | 404),
                    "{path}: {}",
                    answer.status
                );
            }
            for path in [
                format!("/@agenda/outbox?page={name}"),
                format!("/@agenda/followers?page={name}"),
                format!("/actor/upcoming?page={name}"),
            ] {
                let answer = world.get(&path).await;
                assert!(answer.status < 500, "{path}: {}", answer.status);
            }
            let blocked = world.federation.block_host(name, "").await;
            assert!(blocked.is_err(), "{name}");
        }
        for path in [
            "/.well-known/webfinger?resource=acct:agenda@ours.test",
            "/@agenda",
            "/@agenda/outbox?page=1",
        ] {
            assert_eq!(world.get(path).await.status, 200, "{path}");
        }
    });
}
