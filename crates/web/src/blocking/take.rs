//! Taking the chosen lines of a file.

use super::PATH;
use crate::moderating::page_of;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use moderation::lists::{read, take};
use pages::Frame;

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<Vec<(String, String)>>,
) -> HttpResponse {
    let chosen: Vec<&str> = form
        .iter()
        .filter(|(name, _)| name == "line")
        .map(|(_, value)| value.as_str())
        .collect();
    let lines = read(&chosen.join("\n")).lines;
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let taken = rooms
        .database
        .write(move |conn| take(conn, &desk, &site, by, lines, now));
    let taken = taken.await;
    rooms.decided().await;
    match taken {
        Ok(_) => pages::done(PATH, "blocks-taken"),
        Err(error) => page_of(&frame, &error),
    }
}
