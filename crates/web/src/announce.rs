//! Telling the followers of an actor of ours that it changed.

use crate::rooms::Rooms;
use chrono::SecondsFormat;
use diesel::prelude::*;
use federation::Actor;
use federation::outbox::{Followers, Recipients, Spoken, say};
use sites::Site;
use std::sync::Arc;
use store::StoreError;
use store::schema::actors;

/// Writes an actor's name and presentation and, in the same transaction, the Update that tells its
/// followers.
pub(crate) async fn tell_followers(
    rooms: &Rooms,
    site: &Arc<Site>,
    actor: Actor,
) -> Result<(), StoreError> {
    let now = rooms.clock.ts();
    let mut document = rooms.federation.actor_document(site, &actor).await?;
    if let Some(fields) = document
        .as_mut()
        .and_then(|document| document.as_object_mut())
    {
        let stamp = now.0.to_rfc3339_opts(SecondsFormat::Secs, true);
        fields.insert("updated".to_owned(), stamp.into());
    }
    let update = document.map(|document| activitystreams::write::update(&document));
    let site = site.id;
    let written = rooms.database.write(move |conn| {
        diesel::update(actors::table.find(actor.id))
            .set((
                actors::name.eq(&actor.name),
                actors::summary.eq(&actor.summary),
                actors::updated_at.eq(now),
            ))
            .execute(conn)?;
        let Some(body) = update else { return Ok(()) };
        let uri = body
            .get("id")
            .and_then(|id| id.as_str())
            .unwrap_or_default();
        let spoken = Spoken {
            site,
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
