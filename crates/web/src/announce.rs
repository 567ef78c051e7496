//! Telling the followers of an actor of ours that it changed.

use crate::rooms::Rooms;
use chrono::{Duration, SecondsFormat, SubsecRound};
use diesel::prelude::*;
use federation::Actor;
use federation::outbox::{Followers, Recipients, Spoken, say};
use sites::Site;
use std::sync::Arc;
use store::schema::actors;
use store::{Conn, StoreError, Ts};

/// Writes an actor's name and presentation and, in the same transaction, the Update that tells its
/// followers.
pub(crate) async fn tell_followers(
    rooms: &Rooms,
    site: &Arc<Site>,
    actor: Actor,
) -> Result<(), StoreError> {
    tell_followers_with(rooms, site, actor, |_| Ok(())).await
}

/// [`tell_followers`] after `own_part`, which writes more of the actor in the same transaction.
pub(crate) async fn tell_followers_with(
    rooms: &Rooms,
    site: &Arc<Site>,
    actor: Actor,
    own_part: impl FnOnce(&mut Conn) -> Result<(), StoreError> + Send + 'static,
) -> Result<(), StoreError> {
    let now = rooms.clock.ts();
    let (hub, site) = (rooms.federation.clone(), Arc::clone(site));
    let written = rooms.database.write(move |conn| {
        own_part(conn)?;
        let row = actors::table.find(actor.id);
        let before: Ts = row.select(actors::updated_at).first(conn)?;
        // Whole seconds, as the wire has them, and strictly increasing (R-AP-06): the Update's id is
        // made of it, and one of two changes in a second would be lost.
        let now =
            Ts(now.0.trunc_subsecs(0)).max(Ts(before.0.trunc_subsecs(0) + Duration::seconds(1)));
        diesel::update(row)
            .set((
                actors::name.eq(&actor.name),
                actors::summary.eq(&actor.summary),
                actors::updated_at.eq(now),
            ))
            .execute(conn)?;
        let Some(mut document) = hub.document_of(conn, &site, &actor)? else {
            return Ok(());
        };
        if let Some(fields) = document.as_object_mut() {
            let stamp = now.0.to_rfc3339_opts(SecondsFormat::Secs, true);
            fields.insert("updated".to_owned(), stamp.into());
        }
        let body = activitystreams::write::update(&document);
        let uri = body
            .get("id")
            .and_then(|id| id.as_str())
            .unwrap_or_default();
        let spoken = Spoken {
            site: site.id,
            actor: actor.id,
            kind: "Update",
            uri: uri.to_owned(),
            object_id: None,
            object_uri: actor.uri.clone(),
            recipients: Recipients {
                followers: vec![Followers {
                    of: Some(actor.id),
                    ..Followers::default()
                }],
                ..Recipients::default()
            },
            listed: false,
            body,
        };
        say(conn, &spoken, now)
    });
    written.await?;
    rooms.federation.wake();
    Ok(())
}
