//! What passed the gate is written down: the id that it was received, and its place in the queue.

use super::Turned;
use super::verified::Verified;
use crate::Federation;
use crate::actor::ActorState;
use activitystreams::{Activity, Item};
use diesel::prelude::*;
use sha2::{Digest, Sha256};
use sites::Site;
use std::sync::Arc;
use store::schema::{actors, inbox_queue, received_activities};
use store::{Conn, Id, Portable, StoreError, Ts, fresh_id};

impl Federation {
    pub(super) async fn enqueue(
        &self,
        site: &Arc<Site>,
        activity: &Activity,
        actor: Verified,
        body: &[u8],
        now: Ts,
    ) -> Result<(), Turned> {
        let uri = received_id(activity, body);
        let text = String::from_utf8_lossy(body).into_owned();
        let site = site.id;
        let state = self
            .0
            .database
            .write_grouped(move |c| enqueue(c, site, &uri, &actor, text, now))
            .await?;
        match state {
            ActorState::Active => self.0.inbox_wake.notify_one(),
            // Stopped since its keys were read (SIG-16).
            _ => return Err(Turned::Unwelcome),
        }
        Ok(())
    }
}

/// The received id and the queue row, of what was verified and of nothing else (AUT-16); gives the
/// sender's state as the database knows it now.
pub(super) fn enqueue(
    conn: &mut Conn,
    site: Id,
    uri: &str,
    actor: &Verified,
    body: String,
    now: Ts,
) -> Result<ActorState, StoreError> {
    let state: Option<String> = actors::table
        .filter(actors::uri.eq(&actor.uri))
        .select(actors::state)
        .first(conn)
        .optional()?;
    let state = state
        .and_then(|word| ActorState::from_word(&word))
        .unwrap_or(ActorState::Suspended);
    if state != ActorState::Active {
        return Ok(state);
    }
    let first = Portable(
        diesel::insert_into(received_activities::table)
            .values((
                received_activities::uri.eq(uri),
                received_activities::received_at.eq(now),
            ))
            .on_conflict_do_nothing(),
    )
    .execute(conn)?;
    if first == 0 {
        return Ok(state);
    }
    diesel::insert_into(inbox_queue::table)
        .values((
            inbox_queue::id.eq(fresh_id(now.0)),
            inbox_queue::site_id.eq(site),
            inbox_queue::activity_uri.eq(uri),
            inbox_queue::actor_uri.eq(&actor.uri),
            inbox_queue::body.eq(body),
            inbox_queue::state.eq("queued"),
            inbox_queue::attempts.eq(0),
            inbox_queue::next_try_at.eq(now),
            inbox_queue::received_at.eq(now),
            inbox_queue::request_id.eq(store::trail::current()),
        ))
        .execute(conn)?;
    crate::notices::tell(conn)?;
    Ok(state)
}

/// The id that makes a second delivery of the same activity harmless. Activities without an id
/// (Funkwhale's Delete) are known by their actor and content.
fn received_id(activity: &Activity, body: &[u8]) -> String {
    match &activity.id {
        Some(id) => id.to_string(),
        None => {
            let object = activity
                .object
                .iter()
                .filter_map(Item::id)
                .map(|id| id.to_string());
            let mut hash = Sha256::new();
            hash.update(activity.actor.as_str());
            hash.update(object.collect::<Vec<_>>().join(" "));
            hash.update(body);
            format!("urn:sha256:{:x}", hash.finalize())
        }
    }
}
