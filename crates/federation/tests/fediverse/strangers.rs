//! SSRF-07: what somebody unknown can make this server ask of others, and what of it they get to see.

use super::signatures::like;
use hostile::{Message, Options, Peer, Reply, key};
use serde_json::json;

/// A word that only the other server says.
const WORD: &str = "secretword";

#[test]
fn ssrf_07_without_a_signature_nobody_makes_us_ask_anybody() {
    hostile::on_both(&Options::hosts(&["far.test"]), async |world| {
        let host = world.fediverse.host("far.test");
        host.software("mastodon");
        let eve = Peer::new(&host, "eve", 3);
        eve.serve_event("1", &eve.event("1", "Concert"));
        let there: String = url::form_urlencoded::byte_serialize(eve.uri.as_bytes()).collect();
        for path in [
            "/.well-known/webfinger?resource=acct:eve@far.test".to_owned(),
            format!("/.well-known/webfinger?resource={there}"),
            format!("/.well-known/nodeinfo?url={there}"),
            format!("/.well-known/host-meta?uri={there}"),
            format!("/actor?id={there}"),
            format!("/actor/outbox?page={there}"),
            format!("/actor/followers?page={there}"),
            "/@eve@far.test".to_owned(),
            format!("/@agenda/upcoming?page={there}"),
            format!("/events/{there}"),
            format!("/ns?id={there}"),
        ] {
            for key_id in [None, Some(&eve.key_id)] {
                // A read that is signed is not one that is asked about either (SIG-17).
                let mut message = Message::get("ours.test", &path, activitystreams::ACTIVITY_JSON)
                    .with("Date", &hostile::http_date(world.now()));
                if let Some(key_id) = key_id {
                    let covered = ["(request-target)", "host", "date"];
                    message = message.sign_over(&eve.key, key_id, &covered);
                }
                let answer = world.send(&message).await;
                assert!(answer.status < 500, "{path}: {}", answer.status);
            }
        }
        let activities = [
            eve.says("Follow", "1", json!(world.instance.uri)),
            eve.says("Create", "2", eve.event("1", "Concert")),
            eve.says("Announce", "3", json!(eve.event_uri("1"))),
            eve.says("Accept", "4", json!(world.instance.uri)),
            eve.says("Update", "5", json!(eve.uri)),
        ];
        for inbox in ["/inbox", "/actor/inbox", "/@agenda/inbox"] {
            for activity in &activities {
                let plain = world.unsigned(inbox, activity);
                let covered = ["(request-target)", "host", "date"];
                for (what, message) in [
                    ("no signature", plain.clone()),
                    ("an empty one", plain.clone().with("Signature", "")),
                    (
                        "nothing but a key",
                        plain
                            .clone()
                            .with("Signature", &format!("keyId=\"{}\"", eve.key_id)),
                    ),
                    (
                        "not of the body",
                        plain.clone().sign_over(&eve.key, &eve.key_id, &covered),
                    ),
                    (
                        "a body that is not signed",
                        plain
                            .clone()
                            .set("Digest", &hostile::digest(b"another"))
                            .sign(&eve.key, &eve.key_id),
                    ),
                ] {
                    let answer = world.send(&message).await;
                    assert_eq!(answer.status, 401, "{inbox} {what}");
                }
            }
        }
        world.settle().await;
        assert_eq!(world.fediverse.asked(), Vec::<String>::new());
        // The twin: who signs is asked for, once.
        let answer = world.deliver(&eve, &like(&eve, "1")).await;
        assert_eq!(answer.status, 202);
        assert_eq!(host.count(&eve.path()), 1);
    });
}

#[test]
fn ssrf_07_what_another_server_answers_is_told_to_nobody() {
    hostile::on_both(&Options::hosts(&["far.test"]), async |world| {
        let host = world.fediverse.host("far.test");
        let answers = [
            ("type", Reply::typed(&format!("text/{WORD}"), "x")),
            ("page", Reply::typed("text/html", format!("<p>{WORD}</p>"))),
            ("text", Reply::typed("application/activity+json", WORD)),
            (
                "keys",
                Reply::activity(&json!({ WORD: WORD, "id": WORD, "type": WORD })),
            ),
            (
                "other",
                Reply::activity(&json!({"id": format!("http://far.test/{WORD}")})),
            ),
            ("status", Reply::status(418).header("x-word", WORD)),
            ("away", Reply::redirect(&format!("http://127.0.0.1/{WORD}"))),
            (
                "long",
                Reply::activity(&json!({"id": WORD.repeat(200_000)})),
            ),
            ("gone", Reply::status(410)),
        ];
        let mut said = Vec::new();
        for (name, reply) in answers {
            let peer = Peer::new(&host, name, 1);
            host.answer(&peer.path(), reply);
            let answer = world
                .send(&world.message(&peer, "/inbox", &like(&peer, "1")))
                .await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (401, "no_actor"),
                "{name}"
            );
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!text.contains(WORD), "{name}: {text}");
            said.push(text);
        }
        // Nor can who asks tell from the answer what is there and what is not.
        said.dedup();
        assert_eq!(said.len(), 1, "{said:?}");
        let mut forged = Peer::new(&host, "forged", 1);
        forged.key = key(2);
        let answer = world
            .send(&world.message(&forged, "/inbox", &like(&forged, "1")))
            .await;
        assert_eq!(answer.status, 401);
        let honest = Peer::new(&host, "honest", 1);
        assert_eq!(
            world.deliver(&honest, &like(&honest, "1")).await.status,
            202
        );
    });
}
