//! DEL-06: a database that goes back to a backup uses no id again that peers have seen.

use diesel::prelude::*;
use hostile::{Options, Peer, World};
use publication::{Audience, Object, Revision};
use serde_json::Value;
use std::collections::HashMap;
use store::schema::{activities, deliveries, objects};

/// Changes who an object is for, and its title.
fn change(world: &World, object: &Object, audience: &str, title: &str) {
    let revision = Revision {
        audience: Some(audience.to_owned()),
        title: Some(title.to_owned()),
        ..Revision::default()
    };
    let (registry, now, none) = (&world.registry, world.ts(), Value::Null);
    let revised = world.database.write_now(|c| {
        let own = |_: &mut store::Conn, _: &Object| Ok(());
        publication::revise(
            c, registry, object, None, &revision, None, None, none, own, now,
        )
    });
    revised.expect("revised");
    world.federation.wake();
}

/// Puts the object's row back and takes away what was said since.
fn restore(world: &World, backup: &Object, said: &[store::Id]) {
    world.write(|c| {
        let later = activities::table.filter(activities::id.ne_all(said));
        let ids: Vec<store::Id> = later.select(activities::id).load(c)?;
        diesel::delete(deliveries::table.filter(deliveries::activity_id.eq_any(&ids)))
            .execute(c)?;
        diesel::delete(activities::table.filter(activities::id.eq_any(&ids))).execute(c)?;
        diesel::update(objects::table.find(backup.id))
            .set((
                objects::title.eq(&backup.title),
                objects::audience.eq(&backup.audience),
                objects::state.eq(&backup.state),
                objects::revision.eq(backup.revision),
                objects::updated_at.eq(backup.updated_at),
            ))
            .execute(c)?;
        Ok(())
    });
}

#[test]
fn del_06_after_a_backup_no_id_is_used_again() {
    hostile::on_both(
        &Options::hosts(&["alpha.test", "beta.test"]),
        async |world| {
            let fan = Peer::new(&world.fediverse.host("alpha.test"), "fan", 1);
            let node = Peer::new(&world.fediverse.host("beta.test"), "node", 2);
            world.followed_by(&fan, &world.agenda).await;
            world.followed_by(&node, &world.instance).await;
            world.fediverse.forget();
            let object = world.publish("Open", Audience::Public);
            world.settle().await;
            let backup = world.object(&object.uri).expect("published");
            let said: Vec<store::Id> =
                world.read(|c| Ok(activities::table.select(activities::id).load(c)?));
            let hour = async |word: &str| {
                for (audience, step) in [
                    ("public", "a"),
                    ("followers", "b"),
                    ("public", "c"),
                    ("private", "d"),
                    ("public", "e"),
                ] {
                    world.advance(chrono::Duration::minutes(10));
                    change(&world, &object, audience, &format!("{word} {step}"));
                    world.settle().await;
                }
            };
            hour("Lost").await;
            let lost = world.fediverse.count();
            restore(&world, &backup, &said);
            world.advance(chrono::Duration::minutes(10));
            hour("Again").await;
            // The twin: as much is said again as was said in the hour that was lost.
            let seen = world.fediverse.seen();
            let posts: Vec<Value> = seen
                .iter()
                .filter(|seen| seen.method == "POST")
                .map(hostile::Seen::json)
                .collect();
            assert!(posts.iter().any(|post| post.to_string().contains("Lost c")));
            assert!(
                posts
                    .iter()
                    .any(|post| post.to_string().contains("Again c"))
            );
            assert!(seen.len() > lost + 5, "{lost} {}", seen.len());
            let mut bodies: HashMap<(String, String), String> = HashMap::new();
            for (seen, body) in seen.iter().filter(|seen| seen.method == "POST").zip(&posts) {
                let id = body["id"].as_str().unwrap_or_default().to_owned();
                let key = (seen.host.clone(), id);
                let again = bodies.insert(key.clone(), body.to_string());
                assert_eq!(again, None, "{key:?} was sent twice");
            }
        },
    );
}
