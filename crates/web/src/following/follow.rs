//! Asking to follow an address, a handle or a host.

use super::overview::answer;
use super::{PATH, fault};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FollowForm {
    target: String,
}

pub(crate) async fn send(
    frame: Frame,
    _who: Moderator,
    rooms: Rooms,
    form: CsrfForm<FollowForm>,
) -> HttpResponse {
    let typed = form.target.trim();
    match rooms
        .federation
        .follow_or_subscribe(&frame.site, typed)
        .await
    {
        Ok(_) => pages::done(PATH, "follow-asked"),
        Err(error) => match fault(&error, typed) {
            Some(errors) => answer(&frame, &rooms, typed, errors, Some(422)).await,
            None => {
                tracing::error!(%error, "the follow could not be made");
                frame.error(500)
            }
        },
    }
}
