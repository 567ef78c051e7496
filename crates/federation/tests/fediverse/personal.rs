//! A person's own blocks, the blocks of others, and what is left of an agenda that is erased.

use diesel::prelude::*;
use federation::actor::NewActor;
use federation::{Actor, FreshKey, NewActorError, Randomness, create_actor};
use hostile::{Options, Peer, Seen, World};
use publication::Audience;
use publication::personal::{Level, RuleError, What, add_rule, remove_rule, rules};
use serde_json::{Value, json};
use sites::Sites;
use store::schema::{accounts, activities, actor_keys, actor_roles, actors, comments, follows};
use store::{Id, StoreError, Ts, fresh_id};

fn options() -> Options {
    Options::hosts(&["alpha.test", "sub.alpha.test", "beta.test"])
}

/// Somebody who owns the agenda.
fn owner(world: &World) -> Id {
    let (now, agenda) = (world.ts(), world.agenda.id);
    world.write(|c| {
        let id = fresh_id(now.0);
        diesel::insert_into(accounts::table)
            .values((
                (
                    accounts::id.eq(id),
                    accounts::email.eq("lea@ours.test"),
                    accounts::email_folded.eq("lea@ours.test"),
                    accounts::name.eq("Léa"),
                    accounts::password_hash.eq(""),
                    accounts::language.eq("fr"),
                    accounts::state.eq("active"),
                ),
                (
                    accounts::motive.eq(""),
                    accounts::is_server_admin.eq(false),
                    accounts::created_at.eq(now),
                ),
            ))
            .execute(c)?;
        diesel::insert_into(actor_roles::table)
            .values((
                actor_roles::actor_id.eq(agenda),
                actor_roles::account_id.eq(id),
                actor_roles::role.eq("owner"),
                actor_roles::created_at.eq(now),
            ))
            .execute(c)?;
        Ok(id)
    })
}

fn rule(
    world: &World,
    owner: Id,
    what: &What,
    level: Level,
    until: Option<Ts>,
) -> Result<Id, RuleError> {
    let sites = Sites::open(world.database.clone()).expect("sites");
    let now = world.ts();
    let made = world
        .database
        .write_now(|c| add_rule(c, &sites, (&world.site, owner), what, (level, until), now));
    world.federation.wake();
    made.map(|rule| rule.id)
}

fn actor(world: &World, peer: &Peer) -> What {
    let known = world.read(|c| Actor::by_uri(c, &peer.uri));
    What::Actor(Box::new(known.expect("known")))
}

/// The types of what came to a peer, at its own inbox and its host's.
fn heard(peer: &Peer) -> Vec<String> {
    let own = peer.host.seen(&format!("{}/inbox", peer.path()));
    let shared = peer.host.seen("/inbox");
    let mut kinds: Vec<String> = own
        .iter()
        .chain(&shared)
        .map(Seen::json)
        .map(|activity| activity["type"].as_str().unwrap_or_default().to_owned())
        .collect();
    kinds.sort();
    kinds
}

fn state(world: &World, peer: &Peer) -> Option<String> {
    world.read(|c| {
        Ok::<_, StoreError>(
            follows::table
                .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
                .filter(actors::uri.eq(&peer.uri))
                .filter(follows::target_id.eq(world.agenda.id))
                .select(follows::state)
                .first(c)
                .optional()?,
        )
    })
}

async fn ask(world: &World, peer: &Peer, n: u8) {
    let follow = peer.says("Follow", &format!("again/{n}"), json!(world.agenda.uri));
    assert_eq!(world.deliver(peer, &follow).await.status, 202);
}

#[test]
fn an_owners_block_ends_follows_and_holds_until_it_is_lifted() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let bruno = Peer::new(&world.fediverse.host("beta.test"), "bruno", 2);
        let lea = owner(&world);
        for peer in [&alice, &bruno] {
            world.followed_by(peer, &world.agenda).await;
        }
        world.fediverse.forget();
        // Muted only: nothing changes for anybody but Léa.
        let mute = rule(&world, lea, &actor(&world, &alice), Level::Mute, None).expect("muted");
        world.publish("Bal", Audience::Public);
        world.settle().await;
        assert_eq!(
            (heard(&alice), heard(&bruno)),
            (vec!["Create".into()], vec!["Create".into()])
        );
        world.fediverse.forget();
        let again = rule(&world, lea, &actor(&world, &alice), Level::Block, None).expect("blocked");
        assert_eq!(mute, again, "one rule about one thing");
        world.settle().await;
        assert_eq!(heard(&alice), ["Reject"], "and no Block: nobody is told");
        assert_eq!(state(&world, &alice).as_deref(), Some("refused"));
        assert_eq!(state(&world, &bruno).as_deref(), Some("accepted"));
        world.fediverse.forget();
        ask(&world, &alice, 1).await;
        assert_eq!(heard(&alice), ["Reject"]);
        world.fediverse.forget();
        world.publish("Concert", Audience::Public);
        world.settle().await;
        assert_eq!(
            (heard(&alice), heard(&bruno)),
            (vec![], vec!["Create".into()])
        );
        world.fediverse.forget();
        let removed = world.database.write_now(|c| remove_rule(c, lea, again));
        assert!(removed.expect("removed"));
        ask(&world, &alice, 2).await;
        assert_eq!(heard(&alice), ["Accept"]);
        assert_eq!(state(&world, &alice).as_deref(), Some("accepted"));
    });
}

#[test]
fn a_blocked_server_hears_nothing_of_an_agenda_by_whatever_way_and_a_block_can_end() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("sub.alpha.test"), "alice", 1);
        let bruno = Peer::new(&world.fediverse.host("beta.test"), "bruno", 2);
        let lea = owner(&world);
        for peer in [&alice, &bruno] {
            world.followed_by(peer, &world.instance).await;
        }
        let day = Ts::new(world.now() + chrono::Duration::days(1));
        for wrong in ["", "alpha", "ours.test", "test", "https://OURS.test/"] {
            let made = rule(&world, lea, &What::Host(wrong.into()), Level::Block, None);
            assert!(made.is_err(), "{wrong}");
        }
        let past = rule(
            &world,
            lea,
            &What::Host("alpha.test".into()),
            Level::Block,
            Some(world.ts()),
        );
        assert!(matches!(past, Err(RuleError::Over)));
        let host = What::Host("https://ALPHA.test.:8443/x".into());
        rule(&world, lea, &host, Level::Block, Some(day)).expect("blocked");
        world.fediverse.forget();
        let bal = world.publish("Bal", Audience::Public);
        world.settle().await;
        assert_eq!(
            (heard(&alice), heard(&bruno)),
            (vec![], vec!["Announce".into()])
        );
        // That it is gone is told to everybody: they may have it from before.
        world.fediverse.forget();
        world.take_away(&bal);
        world.settle().await;
        assert_eq!(
            (heard(&alice), heard(&bruno)),
            (vec!["Delete".into()], vec!["Delete".into()])
        );
        world.advance(chrono::Duration::days(2));
        assert_eq!(world.read(|c| rules(c, lea, world.ts())), []);
        world.fediverse.forget();
        world.publish("Concert", Audience::Public);
        world.settle().await;
        assert_eq!(
            (heard(&alice), heard(&bruno)),
            (vec!["Announce".into()], vec!["Announce".into()])
        );
    });
}

#[test]
fn whom_an_owner_blocks_does_not_answer_there() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let bruno = Peer::new(&world.fediverse.host("beta.test"), "bruno", 2);
        let lea = owner(&world);
        for peer in [&alice, &bruno] {
            world.followed_by(peer, &world.agenda).await;
        }
        let bal = world.publish("Bal", Audience::Public);
        world.settle().await;
        let said = |peer: &Peer, n: u8| {
            let note = json!({"id": peer.host.url(&format!("/notes/{n}")), "type": "Note",
                "attributedTo": peer.uri, "inReplyTo": bal.uri, "content": "<p>Oui</p>",
                "to": [activitystreams::PUBLIC], "cc": []});
            peer.says("Create", &format!("c{n}"), note)
        };
        let kept = || {
            let rows = comments::table.order(comments::id).select(comments::uri);
            world
                .read(|c| rows.load::<String>(c).map_err(StoreError::from))
                .len()
        };
        world.deliver(&alice, &said(&alice, 1)).await;
        assert_eq!(kept(), 1);
        rule(&world, lea, &actor(&world, &alice), Level::Block, None).expect("blocked");
        world.deliver(&alice, &said(&alice, 2)).await;
        assert_eq!(kept(), 1);
        world.deliver(&bruno, &said(&bruno, 3)).await;
        assert_eq!(kept(), 2);
        let own = world
            .read(|c| Actor::by_uri(c, &world.agenda.uri))
            .expect("agenda");
        for own in [own, world.instance.clone()] {
            let made = rule(&world, lea, &What::Actor(Box::new(own)), Level::Block, None);
            assert!(matches!(made, Err(RuleError::Own)));
        }
    });
}

#[test]
fn a_block_of_somebody_elsewhere_ends_follows_both_ways() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let bruno = Peer::new(&world.fediverse.host("beta.test"), "bruno", 2);
        for peer in [&alice, &bruno] {
            world.follow(peer).await;
            world.followed_by(peer, &world.agenda).await;
            world.followed_by(peer, &world.instance).await;
        }
        let block = |target: &str, n: u8| alice.says("Block", &format!("b{n}"), json!(target));
        // Of somebody else, of nobody: nothing.
        world.deliver(&alice, &block(&bruno.uri, 1)).await;
        assert_eq!(state(&world, &alice).as_deref(), Some("accepted"));
        world.deliver(&alice, &block(&world.agenda.uri, 2)).await;
        assert_eq!(state(&world, &alice), None);
        assert_eq!(state(&world, &bruno).as_deref(), Some("accepted"));
        world.deliver(&alice, &block(&world.instance.uri, 3)).await;
        let ours = |peer: &Peer| {
            world.read(|c| {
                let found = follows::table
                    .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
                    .filter(actors::uri.eq(&peer.uri))
                    .select(follows::state);
                found.first::<String>(c).map_err(StoreError::from)
            })
        };
        assert_eq!(
            (ours(&alice), ours(&bruno)),
            ("refused".into(), "accepted".into())
        );
        world.fediverse.forget();
        world.publish("Bal", Audience::Public);
        world.settle().await;
        assert_eq!(heard(&alice), [] as [&str; 0]);
        assert_eq!(heard(&bruno), ["Announce", "Create"]);
    });
}

#[test]
fn aut_10_an_erased_agenda_says_goodbye_and_its_name_stays_taken() {
    hostile::on_both(&options(), async |world| {
        let alice = Peer::new(&world.fediverse.host("alpha.test"), "alice", 1);
        let bruno = Peer::new(&world.fediverse.host("beta.test"), "bruno", 2);
        world.followed_by(&alice, &world.agenda).await;
        world.followed_by(&bruno, &world.instance).await;
        world.publish("Bal", Audience::Public);
        world.settle().await;
        world.fediverse.forget();
        let now = world.ts();
        let gone = world
            .database
            .write_now(|c| publication::close_actor(c, &world.registry, &world.agenda, None, now));
        assert_eq!(gone.expect("closed").len(), 1);
        // While the farewell waits, the row is there to sign it.
        assert_eq!(world.federation.forget_names().await.expect("forgot"), 0);
        world.federation.wake();
        world.settle().await;
        assert_eq!(heard(&alice), ["Delete", "Delete"]);
        let last: Value = alice.host.seen("/inbox").last().expect("farewell").json();
        assert_eq!(last["object"]["id"], json!(world.agenda.uri));
        assert_eq!(last["actor"], json!(world.agenda.uri));
        assert_eq!(heard(&bruno), ["Delete", "Delete"]);
        assert_eq!(world.federation.forget_names().await.expect("forgot"), 1);
        assert_eq!(world.federation.forget_names().await.expect("forgot"), 0);
        let answer = world.get("/@agenda").await;
        assert_eq!(answer.status, 410);
        assert_eq!(answer.json()["type"], json!("Tombstone"));
        assert_eq!(world.get("/@nobody").await.status, 404);
        let left: (i64, i64, i64) = world.read(|c| {
            let named = actors::table
                .filter(actors::uri.eq(&world.agenda.uri))
                .count();
            let keys = actor_keys::table
                .filter(actor_keys::actor_id.eq(world.agenda.id))
                .count();
            let said = activities::table
                .filter(activities::body.like(format!("%{}%", world.agenda.uri)))
                .count();
            Ok((
                named.get_result(c)?,
                keys.get_result(c)?,
                said.get_result(c)?,
            ))
        });
        assert_eq!(left, (0, 0, 0));
        let key = FreshKey::make(&Randomness::new(|bytes| bytes.fill(9))).expect("key");
        let again = |name: &str| {
            let new = NewActor {
                kind: "Group",
                username: name,
                name: "Encore",
                summary: "",
            };
            let seal = world.federation.seal();
            world
                .database
                .write_now(|c| create_actor(c, &world.site, &new, &key, seal, now))
        };
        assert!(matches!(again("agenda"), Err(NewActorError::Taken)));
        assert!(again("agenda_bis").is_ok());
    });
}
