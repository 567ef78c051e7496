//! The buttons of the following page.

use super::overview::answer;
use super::{PATH, fault};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use federation::follow::FollowError;
use pages::Frame;
use serde::Deserialize;
use store::Id;

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
        "retry" => (hub.ask_again(site, id).await, "follow-asked"),
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
