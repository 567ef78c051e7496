//! Taking a measure back.

use super::faults::page_of;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;
use store::Id;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct UndoForm {
    id: String,
    back: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<UndoForm>,
) -> HttpResponse {
    let Some(id) = Id::parse(&form.id) else {
        return frame.error(404);
    };
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let undone = rooms
        .database
        .write(move |conn| desk.undo_measure(conn, &site, by, id, now));
    let undone = undone.await;
    rooms.decided().await;
    match undone {
        Ok(_) => {
            let back = accounts::local_path(&form.back);
            let back = back.unwrap_or_else(|| super::MEASURES_PATH.to_owned());
            pages::done(&back, "measure-undone")
        }
        Err(error) => page_of(&frame, &error),
    }
}
