//! DOS-14: a delivery that nothing verifies causes one request, whatever comes back; and those who really
//! sent theirs are heard all the same.

use super::signatures::like;
use diesel::prelude::*;
use hostile::{Message, Options, Peer, Reply, World, key};
use store::schema::actors;

fn options() -> Options {
    Options::hosts(&["alpha.test", "beta.test"])
}

/// In the name of somebody who did not sign it.
fn forged(world: &World, peer: &Peer, rfc9421: bool) -> Message {
    let message = world.unsigned("/inbox", &like(peer, "forged"));
    match rfc9421 {
        true => message.sign_rfc9421(&key(9), &peer.key_id, world.now()),
        false => message.sign(&key(9), &peer.key_id),
    }
}

fn username(world: &World, peer: &Peer) -> Option<String> {
    let row = actors::table.filter(actors::uri.eq(&peer.uri));
    world.read(|c| Ok(row.select(actors::username).first(c).optional()?))
}

#[test]
fn dos_14_a_forged_delivery_causes_one_request_whatever_the_answer() {
    hostile::on_both(&options(), async |world| {
        let host = world.fediverse.host("alpha.test");
        let elsewhere = Peer::new(&host, "elsewhere", 1);
        let away = Reply::redirect(&elsewhere.uri);
        host.answer("/loop", Reply::redirect(&host.url("/loop")));
        let answers = [
            ("honest", None),
            ("bad_request", Some(Reply::status(400))),
            ("unsigned", Some(Reply::status(401))),
            ("forbidden", Some(Reply::status(403))),
            ("missing", Some(Reply::status(404))),
            ("gone", Some(Reply::status(410))),
            ("broken", Some(Reply::status(500))),
            ("away", Some(away)),
            ("loop", Some(Reply::redirect(&host.url("/loop")))),
            ("other", Some(Reply::activity(&elsewhere.document()))),
            ("page", Some(Reply::typed("text/html", "<p>x</p>"))),
        ];
        for rfc9421 in [false, true] {
            for (name, answer) in &answers {
                let peer = Peer::new(&host, &format!("{name}{rfc9421}"), 1);
                if let Some(answer) = answer {
                    host.answer(&peer.path(), answer.clone());
                }
                world.fediverse.forget();
                let message = forged(&world, &peer, rfc9421);
                for _ in 0..3 {
                    assert_eq!(world.send(&message).await.status, 401, "{name}");
                }
                world.settle().await;
                let asked = vec![format!("GET alpha.test{}", peer.path())];
                assert_eq!(world.fediverse.asked(), asked, "RFC 9421: {rfc9421}");
                let name = username(&world, &peer).unwrap_or_default();
                assert_eq!(name, "", "nobody was asked who that is");
            }
        }
    });
}

#[test]
fn dos_14_who_was_forged_is_heard_and_gets_its_name() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let refused = world.send(&forged(&world, &alice, false)).await;
        assert_eq!(refused.status, 401);
        world.fediverse.forget();
        assert_eq!(world.deliver(&alice, &like(&alice, "1")).await.status, 202);
        assert_eq!(username(&world, &alice).as_deref(), Some("alice"));
        assert_eq!(alice.host.count(&alice.path()), 0, "its key is known");
        assert_eq!(world.fediverse.count(), 1, "only its name was asked for");
        assert_eq!(world.deliver(&alice, &like(&alice, "2")).await.status, 202);
        assert_eq!(world.fediverse.count(), 1, "once");
        // Forged again later, it keeps its name, and nobody asks for it.
        let bob = Peer::new(&world.fediverse.host("beta.test"), "bob", 2);
        let found = world.federation.look_up(&world.site, &bob.uri).await;
        assert_eq!(found.expect("found").username, "bob");
        world.fediverse.forget();
        assert_eq!(world.send(&forged(&world, &bob, false)).await.status, 401);
        assert_eq!(world.fediverse.count(), 1);
        assert_eq!(username(&world, &bob).as_deref(), Some("bob"));
        // One whose host does not confirm the name has none.
        let carl = Peer::new(&bob.host, "carl", 3);
        let place = "/.well-known/webfinger?resource=acct%3Acarl%40beta.test";
        bob.host.answer(place, Reply::status(404));
        assert_eq!(world.deliver(&carl, &like(&carl, "1")).await.status, 202);
        assert_eq!(username(&world, &carl).as_deref(), Some(""));
    });
}

/// The one request is signed as the delivery is: whoever signs in a scheme reads it (interop.md, B.1), so
/// that no second knock is needed at the gate, also where a server answers nobody it cannot verify.
#[test]
fn dos_14_the_one_request_speaks_as_the_delivery_does() {
    hostile::on_both(&options(), async |world| {
        for (name, rfc9421) in [("old", false), ("new", true)] {
            let peer = Peer::new(&world.fediverse.host("alpha.test"), name, 1);
            let message = world.unsigned("/inbox", &like(&peer, "1"));
            let message = match rfc9421 {
                true => message.sign_rfc9421(&peer.key, &peer.key_id, world.now()),
                false => message.sign(&peer.key, &peer.key_id),
            };
            assert_eq!(world.send(&message).await.status, 202);
            let seen = peer.host.seen(&peer.path());
            let schemes: Vec<bool> = seen
                .iter()
                .map(|seen| seen.header("signature-input").is_some())
                .collect();
            assert_eq!(schemes, [rfc9421], "{name}");
        }
        // A forger who chooses the scheme that a server refuses does not shut its people out.
        let peer = Peer::new(&world.fediverse.host("beta.test"), "gina", 1);
        let answers = vec![Reply::status(401), Reply::activity(&peer.document())];
        peer.host.answers(&peer.path(), answers);
        assert_eq!(world.send(&forged(&world, &peer, true)).await.status, 401);
        assert_eq!(world.deliver(&peer, &like(&peer, "1")).await.status, 202);
    });
}

/// Key ids that are no part of the actor's address (GoToSocial, Mobilizon) cost no request of their own: the
/// actor is asked for and must list its key (R-SIG-13), which a key document could not replace.
#[test]
fn dos_14_a_key_document_is_not_asked_for() {
    hostile::on_both(&options(), async |world| {
        for (name, key_id) in [
            ("gts", "/users/gts/main-key"),
            ("mobilizon", "/users/mobilizon/publickey"),
            ("peertube", "/users/peertube"),
            ("mastodon", "/users/mastodon#main-key"),
        ] {
            let mut peer = Peer::new(&world.fediverse.host("alpha.test"), name, 1);
            peer.key_id = peer.host.url(key_id);
            peer.serve(&peer.document());
            world.fediverse.forget();
            assert_eq!(world.send(&forged(&world, &peer, false)).await.status, 401);
            assert_eq!(world.fediverse.count(), 1, "{:?}", world.fediverse.asked());
            assert_eq!(world.deliver(&peer, &like(&peer, "1")).await.status, 202);
            assert_eq!(peer.host.count(&peer.path()), 1, "{name}");
            assert_eq!(world.fediverse.count(), 2, "its document, its name");
        }
    });
}
