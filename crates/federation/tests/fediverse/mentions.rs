//! ACL-04: who is only mentioned is told nothing, and a conversation of few opens nothing to others.

use super::authority::options;
use diesel::prelude::*;
use hostile::{Peer, World};
use publication::Audience;
use serde_json::{Value, json};
use store::schema::{activities, comments, deliveries, jobs, mail_queue};

/// Rows by which anybody here would be told something: replies shown or held, letters, work, what is sent.
fn told(world: &World) -> [i64; 5] {
    world.read(|c| {
        Ok([
            comments::table.count().get_result(c)?,
            mail_queue::table.count().get_result(c)?,
            jobs::table.count().get_result(c)?,
            activities::table.count().get_result(c)?,
            deliveries::table.count().get_result(c)?,
        ])
    })
}

#[test]
fn acl_04_a_mention_notifies_nobody_and_a_private_thread_opens_nothing() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let open = world.publish("Concert", Audience::Public);
        let few = world.publish("For few", Audience::Followers);
        let nobody = world.publish("Private", Audience::Private);
        world.settle().await;
        let elsewhere = alice.host.url("/notes/elsewhere");
        let followers = format!("{}/followers", alice.uri);
        let mention =
            json!([{"type": "Mention", "href": world.agenda.uri, "name": "@agenda@ours.test"}]);
        let note = |part: &str, under: &str, to: Value, cc: Value| {
            json!({"id": alice.host.url(&format!("/notes/{part}")), "type": "Note", "attributedTo": alice.uri,
                "inReplyTo": under, "content": "<p>@agenda@ours.test</p>", "tag": mention, "to": to, "cc": cc})
        };
        let public = json!([activitystreams::PUBLIC]);
        let agenda = json!([world.agenda.uri]);
        // Who she is, is known from before.
        let like = super::signatures::like(&alice, "0");
        assert_eq!(world.deliver(&alice, &like).await.status, 202);
        let before = (told(&world), world.effects());
        for (part, under, to, cc) in [
            // Mentioned without being addressed.
            ("1", &open.uri, json!([followers]), json!([])),
            ("2", &open.uri, json!([]), json!([])),
            // Public, and said in a conversation that is none of ours.
            ("3", &elsewhere, public.clone(), json!([])),
            // To the agenda alone: a private message, with or without a thread of ours above it.
            ("4", &open.uri, agenda.clone(), json!([])),
            ("5", &elsewhere, agenda.clone(), json!([])),
            // Under what only few may see, or nobody; publicly too.
            ("6", &few.uri, agenda.clone(), json!([])),
            ("7", &few.uri, public.clone(), agenda.clone()),
            ("8", &nobody.uri, public.clone(), agenda.clone()),
        ] {
            let create = alice.says("Create", part, note(part, under, to, cc));
            let private = world.message(&alice, "/@agenda/inbox", &create);
            assert_eq!(world.send(&private).await.status, 202, "{part}");
            world.settle().await;
            assert_eq!(told(&world), before.0, "{part}");
            assert!(world.effects() == before.1, "{part}");
        }
        // Having written in private opens no way for what comes after it.
        let second = note("9", &alice.host.url("/notes/4"), public.clone(), json!([]));
        world
            .deliver(&alice, &alice.says("Create", "9", second))
            .await;
        assert_eq!(told(&world), before.0);
        // The twin: a public reply to what is public is there for its readers; letters go to nobody.
        let reply = note("10", &open.uri, public, agenda);
        world
            .deliver(&alice, &alice.says("Create", "10", reply))
            .await;
        let [replies, rest @ ..] = told(&world);
        assert_eq!((replies, rest.as_slice()), (1, &before.0[1..]));
    });
}
