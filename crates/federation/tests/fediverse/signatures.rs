//! SIG: who sent it.

use chrono::Duration;
use hostile::{Message, Options, Peer, World, digest, exchange, http_date, key};
use serde_json::{Value, json};

pub(super) fn options() -> Options {
    Options::hosts(&["alpha.test", "evil.test", "victim.test"])
}

/// A peer whose actor is not known yet.
pub(super) fn stranger(world: &World) -> Peer {
    Peer::new(&world.fediverse.host("alpha.test"), "alice", 1)
}

/// A peer whose actor and key are known, with nothing asked since.
pub(super) async fn acquaintance(world: &World) -> Peer {
    let peer = stranger(world);
    let found = world.federation.look_up(&world.site, &peer.uri).await;
    assert_eq!(found.expect("actor").uri, peer.uri);
    world.fediverse.forget();
    peer
}

/// The same, once its document was read again: what follows asks for nothing (SIG-14).
async fn rechecked(world: &World) -> Peer {
    let peer = acquaintance(world).await;
    let mut forged = peer.clone();
    forged.key = key(9);
    let message = world.message(&forged, "/inbox", &like(&peer, "forged"));
    assert_eq!(world.send(&message).await.status, 401);
    assert_eq!(peer.host.count(&peer.path()), 1);
    world.fediverse.forget();
    peer
}

/// An activity without effect.
pub(super) fn like(peer: &Peer, part: &str) -> Value {
    peer.says("Like", part, json!("http://ours.test/events/none"))
}

/// Refused with a status, nothing asked, nothing changed.
pub(super) async fn refused(world: &World, what: &str, message: &Message, statuses: &[u16]) {
    refused_bytes(world, what, &message.bytes(), statuses).await;
}

async fn refused_bytes(world: &World, what: &str, bytes: &[u8], statuses: &[u16]) {
    let (before, asked) = (world.rows(), world.fediverse.count());
    let answer = exchange(world.address, bytes).await;
    assert!(
        statuses.contains(&answer.status),
        "{what}: {}",
        answer.status
    );
    world.settle().await;
    assert_eq!(
        world.fediverse.count(),
        asked,
        "{what}: {:?}",
        world.fediverse.asked()
    );
    assert_eq!(world.rows(), before, "{what}");
}

#[test]
fn sig_01_a_valid_delivery_is_taken_with_one_fetch_of_its_actor() {
    hostile::on_both(&options(), async |world| {
        let peer = stranger(&world);
        let answer = world.deliver(&peer, &like(&peer, "1")).await;
        assert_eq!(answer.status, 202);
        assert_eq!(world.fediverse.asked().len(), 2, "actor and WebFinger");
        assert_eq!(peer.host.count(&peer.path()), 1);
        let answer = world.deliver(&peer, &like(&peer, "2")).await;
        assert_eq!(answer.status, 202);
        assert_eq!(world.fediverse.count(), 2, "the key is known now");
        let message = world.unsigned("/inbox", &like(&peer, "3"));
        let message = message.sign_rfc9421(&peer.key, &peer.key_id, world.now());
        assert_eq!(world.send(&message).await.status, 202, "RFC 9421");
        let pem = hostile::key(1).public_key().to_pem().expect("RSA");
        assert_eq!(peer.pem(), pem);
    });
}

#[test]
fn sig_02_no_signature_no_fetch() {
    hostile::on_both(&options(), async |world| {
        let peer = stranger(&world);
        let plain = world.unsigned("/inbox", &like(&peer, "1"));
        let garbage = "x".repeat(64 * 1024);
        for (what, value) in [
            ("empty", ""),
            ("garbage", "garbage"),
            ("half", "keyId=\"http://alpha.test/users/alice#main-key\""),
            ("64 KiB", garbage.as_str()),
        ] {
            let message = plain.clone().with("Signature", value);
            refused(&world, what, &message, &[401, 400, 431]).await;
        }
        refused(&world, "none", &plain, &[401]).await;
        assert_eq!(world.deliver(&peer, &like(&peer, "1")).await.status, 202);
    });
}

#[test]
fn sig_03_every_part_must_be_signed() {
    hostile::on_both(&options(), async |world| {
        let peer = acquaintance(&world).await;
        let all = ["(request-target)", "host", "date", "digest"];
        for left_out in all {
            let covered: Vec<&str> = all.into_iter().filter(|name| *name != left_out).collect();
            let message = world.unsigned("/inbox", &like(&peer, left_out));
            let message = message.sign_over(&peer.key, &peer.key_id, &covered);
            refused(&world, left_out, &message, &[401]).await;
        }
        let message = world.unsigned("/inbox", &like(&peer, "none"));
        let message = message.sign_over(&peer.key, &peer.key_id, &["content-type"]);
        refused(&world, "together", &message, &[401]).await;
        assert_eq!(world.deliver(&peer, &like(&peer, "all")).await.status, 202);
    });
}

#[test]
fn sig_04_the_digest_is_one_and_right() {
    hostile::on_both(&options(), async |world| {
        let peer = acquaintance(&world).await;
        let plain = world.unsigned("/inbox", &like(&peer, "1"));
        let right = digest(&plain.body);
        let sign = |message: Message| message.sign(&peer.key, &peer.key_id);
        let mut other_body = sign(plain.clone());
        other_body.body = like(&peer, "2").to_string().into_bytes();
        refused(&world, "another body", &other_body, &[401]).await;
        let missing = sign(plain.clone()).without("digest");
        refused(&world, "missing", &missing, &[401, 400]).await;
        for value in [
            right.replace("SHA-256", "MD5"),
            right.replace("SHA-256", "SHA-512"),
            format!("{right},SHA-256=AAAA"),
            format!("SHA-256=AAAA,{right}"),
            digest(b"something else"),
        ] {
            let message = sign(plain.clone().set("Digest", &value));
            refused(&world, &value, &message, &[401]).await;
        }
        let lower = sign(plain.set("Digest", &right.replace("SHA-256", "sha-256")));
        assert_eq!(world.send(&lower).await.status, 202);
    });
}

#[test]
fn sig_05_nothing_twice() {
    hostile::on_both(&options(), async |world| {
        let peer = acquaintance(&world).await;
        let good = world.message(&peer, "/inbox", &like(&peer, "1"));
        for (name, other) in [
            ("Digest", "SHA-256=AAAA".to_owned()),
            ("Host", "evil.test".to_owned()),
            ("Date", http_date(world.now() - Duration::minutes(1))),
            ("Signature", "keyId=\"x\"".to_owned()),
            ("Content-Type", "application/json".to_owned()),
        ] {
            let what = format!("{name} twice");
            let message = good.clone().with(name, &other);
            refused(&world, &what, &message, &[400, 421]).await;
            let message = good.clone().with_first(name, &other);
            refused(&world, &what, &message, &[400, 421]).await;
            let same = good.value(name).expect("header").to_owned();
            let message = good.clone().with(name, &same);
            refused(&world, &what, &message, &[400, 421]).await;
        }
        let message = good.clone().with("Authorization", "Bearer x");
        refused(&world, "Authorization beside", &message, &[400]).await;
        assert_eq!(world.send(&good).await.status, 202);
    });
}

#[test]
fn sig_06_only_our_own_host() {
    hostile::on_both(&options(), async |world| {
        let peer = acquaintance(&world).await;
        let plain = world.unsigned("/inbox", &like(&peer, "1"));
        let literal = world.address.to_string();
        for host in [
            "evil.test",
            "ours.test.",
            "ours.test:80",
            "ours.test:443",
            "127.0.0.1",
            literal.as_str(),
            "ours.test, evil.test",
            "",
        ] {
            let message = plain.clone().set("Host", host);
            let message = message.sign(&peer.key, &peer.key_id);
            refused(&world, host, &message, &[421, 400]).await;
            let message = message.with("X-Forwarded-Host", "ours.test");
            let message = message.with("Forwarded", "host=ours.test");
            refused(&world, host, &message, &[421, 400]).await;
        }
        let message = plain.clone().sign(&peer.key, &peer.key_id).without("Host");
        refused(&world, "missing", &message, &[421, 400]).await;
        let upper = plain.set("Host", "OURS.test").sign(&peer.key, &peer.key_id);
        assert_eq!(world.send(&upper).await.status, 202);
    });
}

#[test]
fn sig_07_within_the_window() {
    hostile::each(&options(), async |world| {
        let peer = acquaintance(&world).await;
        for date in [
            http_date(world.now() - Duration::minutes(61)),
            http_date(world.now() + Duration::minutes(31)),
            "yesterday".to_owned(),
            "Thu, 01 Jan 1970 00:00:00 GMT".to_owned(),
            "Fri, 31 Dec 9999 23:59:59 GMT".to_owned(),
            "Wed, 31 Dec 2026 23:59:60 GMT".to_owned(),
        ] {
            let message = world.unsigned("/inbox", &like(&peer, "1"));
            let message = message.set("Date", &date).sign(&peer.key, &peer.key_id);
            refused(&world, &date, &message, &[401]).await;
        }
        for (part, minutes) in [("past", -59), ("future", 29)] {
            let date = http_date(world.now() + Duration::minutes(minutes));
            let message = world.unsigned("/inbox", &like(&peer, part));
            let message = message.set("Date", &date).sign(&peer.key, &peer.key_id);
            assert_eq!(world.send(&message).await.status, 202, "{part}");
        }
    });
}

#[test]
fn sig_08_an_unsigned_date_does_not_refresh_a_signature() {
    hostile::each(&options(), async |world| {
        let peer = rechecked(&world).await;
        let old = world.message(&peer, "/inbox", &like(&peer, "1"));
        world.advance(Duration::minutes(90));
        let fresh = old.clone().set("Date", &http_date(world.now()));
        refused(&world, "fresh date", &fresh, &[401]).await;
        let covered = ["(request-target)", "host", "digest"];
        let plain = world.unsigned("/inbox", &like(&peer, "2"));
        let without = plain.sign_over(&peer.key, &peer.key_id, &covered);
        refused(&world, "date not covered", &without, &[401]).await;
        let again = old
            .without("signature")
            .set("Date", &http_date(world.now()));
        let again = again.sign(&peer.key, &peer.key_id);
        assert_eq!(world.send(&again).await.status, 202);
    });
}

#[test]
fn sig_09_twenty_times_at_once_is_once() {
    hostile::on_both(&options(), async |mut world| {
        let peer = stranger(&world);
        let follow = peer.says("Follow", "follows/1", json!(world.agenda.uri));
        let message = world.message(&peer, "/inbox", &follow);
        let all = (0..20).map(|_| {
            let (message, address) = (message.clone(), world.address);
            tokio::spawn(async move { message.send(address).await.status })
        });
        for answer in all.collect::<Vec<_>>() {
            assert_eq!(answer.await.expect("answer"), 202);
        }
        world.settle().await;
        assert_eq!(peer.host.count(&peer.path()), 1, "one fetch for all twenty");
        assert_eq!(peer.host.count("/users/alice/inbox"), 1, "one Accept");
        world.stop_workers().await;
        world.start_workers();
        assert_eq!(world.send(&message).await.status, 202);
        world.settle().await;
        assert_eq!(peer.host.count("/users/alice/inbox"), 1, "after a restart");
        let rows = world.rows();
        assert_eq!(
            rows.iter().filter(|row| row.starts_with("Follow")).count(),
            1
        );
    });
}

#[test]
fn sig_10_signed_for_one_inbox_is_for_no_other() {
    hostile::each(&options(), async |world| {
        let peer = rechecked(&world).await;
        let good = world.message(&peer, "/@agenda/inbox", &like(&peer, "1"));
        for target in [
            "/actor/inbox",
            "/inbox",
            "/@agenda/inbox?x=1",
            "//@agenda/inbox",
            "/./@agenda/inbox",
            "/@agenda/inbox/",
            "/@AGENDA/inbox",
        ] {
            let mut message = good.clone();
            message.target = target.to_owned();
            refused(&world, target, &message, &[401, 404]).await;
        }
        assert_eq!(world.send(&good).await.status, 202);
    });
}

#[test]
fn sig_11_the_signer_is_the_actor() {
    hostile::on_both(&options(), async |world| {
        let alice = acquaintance(&world).await;
        let mallory = Peer::new(&world.fediverse.host("alpha.test"), "mallory", 2);
        let evil = Peer::new(&world.fediverse.host("evil.test"), "eve", 3);
        for known in [&mallory, &evil] {
            assert_eq!(world.deliver(known, &like(known, "1")).await.status, 202);
        }
        world.fediverse.forget();
        let activity = like(&alice, "forged");
        let other_host = world.message(&evil, "/inbox", &activity);
        refused(&world, "another host", &other_host, &[401]).await;
        // On the same host the actor is read again, once, in case the key is a new one of hers.
        let before = world.rows();
        let same_host = world.message(&mallory, "/inbox", &activity);
        assert_eq!(world.send(&same_host).await.status, 401);
        assert!(
            world.fediverse.count() <= 2,
            "{:?}",
            world.fediverse.asked()
        );
        let mut after = world.rows();
        after.retain(|row| !row.starts_with("Actor"));
        let mut kept = before;
        kept.retain(|row| !row.starts_with("Actor"));
        assert_eq!(after, kept);
        assert_eq!(world.deliver(&alice, &activity).await.status, 202);
    });
}

#[test]
fn sig_18_two_ways_to_read_one_request() {
    hostile::each(&options(), async |world| {
        let peer = acquaintance(&world).await;
        let good = world.message(&peer, "/inbox", &like(&peer, "1"));
        let length = good.body.len().to_string();
        let mut smuggled = good.clone().with("Transfer-Encoding", "chunked");
        refused(&world, "CL and TE", &smuggled, &[400]).await;
        smuggled = good.clone().with_first("Transfer-Encoding", "chunked");
        refused(&world, "TE and CL", &smuggled, &[400]).await;
        let twice = good.clone().with("Content-Length", "5");
        refused(&world, "two lengths", &twice, &[400]).await;
        let mut twice = good.clone().with("Content-Length", "5");
        twice = twice.with("Content-Length", &length);
        twice.measured = false;
        refused(&world, "two lengths, other order", &twice, &[400]).await;
        let text = String::from_utf8(good.bytes()).expect("text");
        let folded = text.replacen("Date: ", "Date:\r\n ", 1);
        refused_bytes(&world, "folded", folded.as_bytes(), &[400]).await;
        assert_eq!(world.send(&good).await.status, 202);
    });
}

/// This server speaks HTTP/1.1 alone in clear text: HTTP/2, which has `:authority` and no `Host`,
/// ends at the proxy in front. What a client says of it here opens no second way to name a host.
#[test]
fn sig_18_http_2_in_clear_text_is_not_spoken() {
    hostile::each(&options(), async |world| {
        let peer = acquaintance(&world).await;
        let good = world.message(&peer, "/inbox", &like(&peer, "1"));
        // Prior knowledge: the preface and an empty SETTINGS frame.
        let mut preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        preface.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]);
        refused_bytes(&world, "preface", &preface, &[400]).await;
        // HTTP/2's way to name the host, in HTTP/1.1.
        for (what, message) in [
            (
                ":authority",
                good.clone().without("host").with(":authority", "ours.test"),
            ),
            (
                "authority",
                good.clone().without("host").with("authority", "ours.test"),
            ),
        ] {
            refused(&world, what, &message, &[400, 421]).await;
        }
        let absolute = |message: &Message| {
            let text = String::from_utf8(message.bytes()).expect("text");
            text.replacen("POST /inbox", "POST http://ours.test/inbox", 1)
        };
        let nameless = absolute(&good.clone().without("host"));
        refused_bytes(&world, "no host", nameless.as_bytes(), &[400, 421]).await;
        let foreign = absolute(&good.clone().set("Host", "evil.test"));
        refused_bytes(&world, "two hosts", foreign.as_bytes(), &[400, 421]).await;
        // An offer to change over is not taken up; the request itself is good.
        let offered = good
            .with("Upgrade", "h2c")
            .with("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA");
        let answer = world.send(&offered).await;
        assert_eq!(answer.status, 202);
        assert!(!answer.headers.iter().any(|(name, _)| name == "upgrade"));
    });
}
