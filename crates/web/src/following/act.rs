//! The buttons of the following page.

use super::overview::answer;
use super::{PATH, fault};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use federation::Actor;
use federation::follow::{Follow, FollowError, FollowState};
use pages::Frame;
use serde::Deserialize;
use store::{Id, StoreError};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ActForm {
    /// A follow's key.
    follow: String,
    /// `unfollow`, `retry`, `accept` or `refuse`.
    #[serde(rename = "do")]
    act: String,
}

pub(crate) async fn send(
    frame: Frame,
    _who: Moderator,
    rooms: Rooms,
    form: CsrfForm<ActForm>,
) -> HttpResponse {
    let Some(id) = Id::parse(&form.follow) else {
        return frame.error(404);
    };
    let (hub, site) = (&rooms.federation, &frame.site);
    let (acted, key) = match form.act.as_str() {
        "unfollow" => (hub.unfollow(site, id).await, "follow-removed"),
        "accept" => (hub.answer(site, id, true).await, "follower-accepted"),
        "refuse" => (hub.answer(site, id, false).await, "follower-refused"),
        "retry" => (retry(&frame, &rooms, id).await, "follow-asked"),
        _ => return frame.error(400),
    };
    match acted {
        Ok(()) => pages::done(PATH, key),
        Err(FollowError::Unknown) => frame.error(404),
        Err(error) => match fault(&error, "") {
            Some(errors) => answer(&frame, &rooms, "", errors, Some(422)).await,
            None => {
                tracing::error!(%error, "the follow could not be changed");
                frame.error(500)
            }
        },
    }
}

/// Asks again: what still waits is taken back first, or the other side would see no difference.
async fn retry(frame: &Frame, rooms: &Rooms, id: Id) -> Result<(), FollowError> {
    let own = frame.site.actor_id.ok_or(FollowError::NoActor)?;
    let found = rooms.database.read(move |conn| {
        let Some(row) = Follow::by_id(conn, id)?.filter(|row| row.follower_id == own) else {
            return Ok(None);
        };
        let target = Actor::by_id(conn, row.target_id)?;
        Ok::<_, StoreError>(target.map(|target| (row, target)))
    });
    let (row, target) = found.await?.ok_or(FollowError::Unknown)?;
    if row.state() == FollowState::Pending {
        rooms.federation.unfollow(&frame.site, id).await?;
    }
    rooms.federation.follow(&frame.site, &target.uri).await?;
    Ok(())
}
