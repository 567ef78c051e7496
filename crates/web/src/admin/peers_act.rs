//! The buttons of the page of the servers.

use super::peers::{Asked, PATH, answer};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use federation::follow::FollowError;
use federation::follow::peers::PeerAct;
use pages::Frame;
use serde::Deserialize;
use ui::FormErrors;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ActForm {
    host: String,
    /// Word of [`PeerAct`].
    #[serde(rename = "do")]
    act: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<ActForm>,
) -> HttpResponse {
    let Some(act) = PeerAct::from_word(&form.act) else {
        return frame.error(400);
    };
    let acted = rooms
        .federation
        .act_on_peer(&frame.site, &form.host, act)
        .await;
    let error = match acted {
        Ok(()) => {
            rooms.federation.list_chosen();
            return pages::done(PATH, &format!("peer-{}", act.as_str()));
        }
        Err(error) => error,
    };
    let (key, status) = match &error {
        FollowError::Store(_) | FollowError::NoActor => {
            tracing::error!(%error, "a peer could not be changed");
            return frame.error(500);
        }
        FollowError::Blocked => ("peers-error-blocked", 422),
        FollowError::Unknown | FollowError::Itself => ("peers-error-gone", 404),
        FollowError::Resolve(_) => ("peers-error-unreachable", 422),
    };
    let mut errors = FormErrors::new();
    let host: String = form.host.chars().take(100).collect();
    errors.add_with("show", key, &[("host", host.as_str().into())]);
    answer(
        &frame,
        who.is_admin(),
        &rooms,
        &Asked::default(),
        errors,
        status,
    )
    .await
}
