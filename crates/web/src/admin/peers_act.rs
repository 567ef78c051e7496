//! The buttons of the page of the servers, and of a server's own.

use super::peer::page_of;
use super::peers::{Asked, PATH, answer};
use crate::moderating::page_of as moderation_page;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use federation::BacklogAct;
use federation::follow::FollowError;
use federation::follow::peers::PeerAct;
use pages::Frame;
use serde::Deserialize;
use ui::FormErrors;

store::text_enum! {
    /// What a server administrator does about a host, for every site.
    pub(super) enum HostAct {
        /// Speaks with it no more.
        Block = "block",
        /// Lifts that.
        Unblock = "unblock",
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ActForm {
    host: String,
    /// Word of [`PeerAct`].
    #[serde(rename = "do")]
    act: String,
    /// `server`: the server's own page, to which the answer leads back.
    from: String,
}

impl ActForm {
    fn back(&self) -> String {
        match self.from.as_str() {
            "server" => page_of(&self.host),
            _ => PATH.to_owned(),
        }
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<ActForm>,
) -> HttpResponse {
    if let Some(act) = HostAct::from_word(&form.act) {
        return on_host(&frame, &who, &rooms, &form, act).await;
    }
    let (hub, host) = (&rooms.federation, form.host.as_str());
    let acted = match (
        BacklogAct::from_word(&form.act),
        PeerAct::from_word(&form.act),
    ) {
        (Some(act), _) => hub.act_on_backlog(&frame.site, host, act).await.map(|_| ()),
        (_, Some(act)) => hub.act_on_peer(&frame.site, host, act).await,
        _ => return frame.error(400),
    };
    let error = match acted {
        Ok(()) => {
            hub.list_chosen();
            return pages::done(&form.back(), &format!("peer-{}", form.act));
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
    again(&frame, &who, &rooms, &form, key, status).await
}

/// The page with what went wrong.
async fn again(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    form: &ActForm,
    key: &'static str,
    status: u16,
) -> HttpResponse {
    let mut errors = FormErrors::new();
    let host: String = form.host.chars().take(100).collect();
    errors.add_with("show", key, &[("host", host.as_str().into())]);
    if form.from == "server" {
        return super::peer::answer(frame, rooms, &form.host, errors, status).await;
    }
    let asked = Asked::default();
    answer(frame, who.is_admin(), rooms, &asked, errors, status).await
}

/// A block, or the end of one.
async fn on_host(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    form: &ActForm,
    act: HostAct,
) -> HttpResponse {
    if !who.account.is_server_admin {
        return frame.error(403);
    }
    let host = match rooms.federation.may_block(&form.host) {
        Ok(host) => host,
        Err(_) => return again(frame, who, rooms, form, "peers-error-not-blocked", 422).await,
    };
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let done = rooms.database.write(move |conn| match act {
        HostAct::Block => desk
            .block_server(conn, &site, by, &host, "", now)
            .map(|_| ()),
        HostAct::Unblock => desk.unblock_server(conn, &site, by, &host, now).map(|_| ()),
    });
    let done = done.await;
    rooms.decided().await;
    match done {
        Ok(()) => pages::done(&form.back(), &format!("peer-{}", act.as_str())),
        Err(error) => moderation_page(frame, &error),
    }
}
