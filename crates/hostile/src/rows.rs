//! Looking into the database of the server under test.

use crate::world::World;
use diesel::prelude::*;
use federation::Actor;
use publication::Object;
use std::collections::HashMap;
use store::schema::{
    activities, actor_keys, actors, announces, comments, deliveries, follows, inbox_queue, objects,
    peers, received_activities, tombstones,
};

impl World {
    /// True when nothing that is due waits for a worker.
    pub(crate) fn is_idle(&self) -> bool {
        let now = self.ts();
        self.read(|c| {
            // Those behind a waiting one of their lane do not count.
            let earlier = diesel::alias!(inbox_queue as earlier);
            let behind = earlier
                .filter(earlier.field(inbox_queue::state).eq("queued"))
                .filter(
                    earlier
                        .field(inbox_queue::actor_uri)
                        .eq(inbox_queue::actor_uri),
                )
                .filter(earlier.field(inbox_queue::next_try_at).gt(now));
            let received: i64 = inbox_queue::table
                .filter(inbox_queue::state.eq("queued"))
                .filter(inbox_queue::next_try_at.le(now))
                .filter(diesel::dsl::not(diesel::dsl::exists(behind)))
                .count()
                .get_result(c)?;
            let unexpanded: i64 = activities::table
                .filter(activities::expanded_at.is_null())
                .count()
                .get_result(c)?;
            let due: i64 = peers::table
                .filter(peers::due_at.le(now).or(peers::claimed_by.is_not_null()))
                .count()
                .get_result(c)?;
            let aside: i64 = inbox_queue::table
                .filter(inbox_queue::state.eq("later"))
                .filter(inbox_queue::next_try_at.le(now))
                .count()
                .get_result(c)?;
            Ok(received + unexpanded + due + aside == 0)
        })
    }

    /// Everything that a refusal must leave as it is, one line a row.
    pub fn rows(&self) -> Vec<String> {
        self.read(|c| {
            let mut rows = Vec::new();
            let found: Vec<Actor> = actors::table.select(Actor::as_select()).load(c)?;
            rows.extend(found.iter().map(|row| format!("{row:?}")));
            let found: Vec<Object> = objects::table.select(Object::as_select()).load(c)?;
            rows.extend(found.iter().map(|row| format!("{row:?}")));
            let found: Vec<federation::follow::Follow> = follows::table
                .select(federation::follow::Follow::as_select())
                .load(c)?;
            rows.extend(found.iter().map(|row| format!("{row:?}")));
            let found: Vec<(String, String)> = actor_keys::table
                .select((actor_keys::key_uri, actor_keys::public_key))
                .load(c)?;
            rows.extend(found.iter().map(|row| format!("{row:?}")));
            let found: Vec<(String, String, String)> = comments::table
                .select((comments::uri, comments::content, comments::state))
                .load(c)?;
            rows.extend(found.iter().map(|row| format!("{row:?}")));
            for found in [
                announces::table.select(announces::uri).load::<String>(c)?,
                tombstones::table.select(tombstones::uri).load(c)?,
                received_activities::table
                    .select(received_activities::uri)
                    .load(c)?,
                inbox_queue::table.select(inbox_queue::body).load(c)?,
                activities::table.select(activities::uri).load(c)?,
                deliveries::table.select(deliveries::inbox).load(c)?,
            ] {
                rows.extend(found);
            }
            rows.sort();
            Ok(rows)
        })
    }

    /// The same without the received-id table, for what is acknowledged and changes nothing.
    pub fn effects(&self) -> Vec<String> {
        let received: Vec<String> = self.read(|c| {
            Ok(received_activities::table
                .select(received_activities::uri)
                .load(c)?)
        });
        let mut seen: HashMap<String, usize> = HashMap::new();
        for uri in received {
            *seen.entry(uri).or_default() += 1;
        }
        let mut rows = self.rows();
        rows.retain(|row| match seen.get_mut(row) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        rows
    }

    /// Rows of the inbox queue by state.
    pub fn queued(&self, state: &str) -> i64 {
        self.read(|c| {
            let rows = inbox_queue::table.filter(inbox_queue::state.eq(state));
            Ok(rows.count().get_result(c)?)
        })
    }
}
