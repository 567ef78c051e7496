//! What is left of an actor of ours that was erased: once its farewell has arrived, its row without a name, and the hash of
//! its address, so that the name stays taken (AUT-10) and servers that ask hear that it is gone (R-ACT-13).

use crate::Federation;
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use store::schema::{
    activities, actor_keys, actors, deliveries, erased_names, follows, inbox_queue, objects,
};
use store::{Conn, Id, Portable, StoreError, Ts};

/// A farewell that was not taken by then is given up, days: who asks later is told that it is gone.
const PATIENCE_DAYS: i64 = 30;
/// Actors looked at in one go.
const BATCH: i64 = 100;

/// What an address is known by, once it may not be read any more.
fn hash(uri: &str) -> String {
    let digest = Sha256::digest(format!("erased {uri}").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// True for the address of an actor of ours that was erased.
pub fn is_erased(conn: &mut Conn, uri: &str) -> Result<bool, StoreError> {
    let row = erased_names::table.find(hash(uri));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}

impl Federation {
    /// Takes the names of deleted actors of ours out of the database, of those whose farewell has arrived everywhere or
    /// has waited long enough. Gives how many.
    pub async fn forget_names(&self) -> Result<usize, StoreError> {
        let now = self.0.clock.ts();
        let forgotten: Vec<Id> = self.0.database.write(move |c| forget(c, now)).await?;
        for actor in &forgotten {
            self.0.signers.invalidate(actor).await;
        }
        Ok(forgotten.len())
    }
}

fn forget(conn: &mut Conn, now: Ts) -> Result<Vec<Id>, StoreError> {
    let gone: Vec<(Id, String, Ts)> = actors::table
        .filter(actors::site_id.is_not_null())
        .filter(actors::deleted_at.is_not_null())
        .filter(actors::uri.not_like("erased:%"))
        .order(actors::deleted_at)
        .limit(BATCH)
        .select((
            actors::id,
            actors::uri,
            actors::deleted_at.assume_not_null(),
        ))
        .load(conn)?;
    let mut forgotten = Vec::new();
    for (id, uri, at) in gone {
        let late = Ts::new(at.0 + chrono::Duration::days(PATIENCE_DAYS)) <= now;
        if late || !is_under_way(conn, id)? {
            forget_one(conn, id, &uri, now)?;
            forgotten.push(id);
        }
    }
    Ok(forgotten)
}

/// True while something that names the actor is still to be told.
fn is_under_way(conn: &mut Conn, actor: Id) -> Result<bool, StoreError> {
    macro_rules! telling {
        () => {
            activities::table.left_join(objects::table).filter(
                activities::actor_id
                    .eq(actor)
                    .or(objects::actor_id.eq(actor).assume_not_null()),
            )
        };
    }
    let unexpanded = telling!().filter(activities::expanded_at.is_null());
    if diesel::select(diesel::dsl::exists(unexpanded)).get_result(conn)? {
        return Ok(true);
    }
    let told: Vec<Id> = telling!().select(activities::id).load(conn)?;
    for part in told.chunks(500) {
        let waiting = deliveries::table
            .filter(deliveries::activity_id.eq_any(part))
            .filter(deliveries::state.eq("queued"));
        if diesel::select(diesel::dsl::exists(waiting)).get_result(conn)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn forget_one(conn: &mut Conn, id: Id, uri: &str, now: Ts) -> Result<(), StoreError> {
    let row = (
        erased_names::hash.eq(hash(uri)),
        erased_names::erased_at.eq(now),
    );
    let insert = diesel::insert_into(erased_names::table).values(row);
    Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    let its_objects = || {
        objects::table
            .filter(objects::actor_id.eq(id))
            .select(objects::id.nullable())
    };
    diesel::delete(activities::table.filter(activities::actor_id.eq(id))).execute(conn)?;
    diesel::delete(activities::table.filter(activities::object_id.eq_any(its_objects())))
        .execute(conn)?;
    diesel::delete(follows::table.filter(follows::target_id.eq(id))).execute(conn)?;
    diesel::delete(actor_keys::table.filter(actor_keys::actor_id.eq(id))).execute(conn)?;
    // What others sent to it and could not be applied.
    let to_it = inbox_queue::table.filter(
        inbox_queue::body
            .like(format!("%{}%", store::like_escaped(uri)))
            .escape('\\'),
    );
    diesel::delete(to_it).execute(conn)?;
    diesel::update(actors::table.find(id))
        .set((
            actors::uri.eq(format!("erased:{id}")),
            actors::username.eq(format!("erased-{id}")),
            actors::url.eq(None::<String>),
            actors::inbox.eq(""),
            actors::shared_inbox.eq(None::<String>),
            actors::outbox.eq(None::<String>),
            actors::followers_url.eq(None::<String>),
            actors::raw.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}
