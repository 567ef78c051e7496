//! The servers that the site blocks, as a file that Mastodon and others read.

use crate::moderating::page_of;
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::lists::{exported, write};
use pages::Frame;

pub(crate) async fn show(frame: Frame, _who: Moderator, rooms: Rooms) -> HttpResponse {
    let site = frame.site.id;
    let lines = rooms
        .database
        .read(move |conn| Ok::<_, ModerationError>(exported(conn, site)?));
    match lines.await {
        Ok(lines) => HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8")
            .insert_header(("cache-control", "private, no-store"))
            .insert_header((
                "content-disposition",
                "attachment; filename=\"domain_blocks.csv\"",
            ))
            .body(write(&lines)),
        Err(error) => page_of(&frame, &error),
    }
}
