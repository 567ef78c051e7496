//! Ending a session, or all others.

use crate::faults::page_of;
use crate::rooms::Rooms;
use accounts::{AccountError, CsrfForm, SignedIn, session};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;
use store::Id;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SessionForm {
    /// A session's key, or `others`.
    session: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<SessionForm>,
) -> HttpResponse {
    let (account, own) = (who.account.id, who.session.id);
    let which = match form.session.as_str() {
        "others" => None,
        key => match Id::parse(key) {
            Some(id) => Some(id),
            None => return frame.error(404),
        },
    };
    let ended = rooms.database.write(move |conn| {
        match which {
            Some(id) => session::end(conn, account, id)?,
            None => session::end_all(conn, account, Some(own)).map(drop)?,
        }
        Ok::<_, AccountError>(())
    });
    match ended.await {
        Ok(()) => pages::done("/account#sessions", "session-ended"),
        Err(error) => page_of(&frame, &error),
    }
}
