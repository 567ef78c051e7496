//! The buttons of the page of the servers.

use super::peers::{Asked, PATH, answer};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use federation::BlockError;
use federation::follow::FollowError;
use federation::follow::peers::PeerAct;
use pages::Frame;
use serde::Deserialize;
use ui::FormErrors;

store::text_enum! {
    /// What a person does about a host, whoever follows whom.
    pub(super) enum HostAct {
        /// Speaks with it no more; server administrators only.
        Block = "block",
        /// Lifts that.
        Unblock = "unblock",
        /// Sends what waits at once.
        Try = "try",
    }
}

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
    if let Some(act) = HostAct::from_word(&form.act) {
        return on_host(&frame, &who, &rooms, &form.host, act).await;
    }
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
    again(&frame, &who, &rooms, &form.host, key, status).await
}

/// The page with what went wrong.
async fn again(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    host: &str,
    key: &'static str,
    status: u16,
) -> HttpResponse {
    let mut errors = FormErrors::new();
    let host: String = host.chars().take(100).collect();
    errors.add_with("show", key, &[("host", host.as_str().into())]);
    let asked = Asked::default();
    answer(frame, who.is_admin(), rooms, &asked, errors, status).await
}

/// What concerns the host and not a follow: for every site of the server.
async fn on_host(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    host: &str,
    act: HostAct,
) -> HttpResponse {
    if act != HostAct::Try && !who.account.is_server_admin {
        return frame.error(403);
    }
    let done = match act {
        HostAct::Block => rooms.federation.block_host(host, "").await.map(|_| ()),
        HostAct::Unblock => rooms.federation.unblock_host(host).await.map(|_| ()),
        HostAct::Try => rooms
            .federation
            .retry_host(host)
            .await
            .map_err(BlockError::Store),
    };
    match done {
        Ok(()) => pages::done(PATH, &format!("peer-{}", act.as_str())),
        Err(BlockError::Store(error)) => {
            tracing::error!(%error, "a host could not be changed");
            frame.error(500)
        }
        Err(_) => again(frame, who, rooms, host, "peers-error-not-blocked", 422).await,
    }
}
