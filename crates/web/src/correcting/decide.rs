//! What an author says to a correction.

use super::show::{page, read};
use crate::moderating::{page_of, refused};
use crate::rooms::Rooms;
use accounts::{CsrfForm, SignedIn};
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use pages::Frame;
use serde::Deserialize;
use store::Id;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct AnswerForm {
    #[serde(rename = "do")]
    act: String,
    text: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    path: web::Path<String>,
    form: CsrfForm<AnswerForm>,
) -> HttpResponse {
    let (by, now) = (who.account.id, rooms.clock.ts());
    let Some(id) = Id::parse(&path) else {
        return frame.error(404);
    };
    let (correction, object) = match read(&frame, &rooms, by, id).await {
        Ok((correction, object)) if who.may_edit(object.actor_id) => (correction, object),
        Ok(_) => return frame.error(404),
        Err(error) => return page_of(&frame, &error),
    };
    let accept = match form.act.as_str() {
        "accept" => true,
        "decline" => false,
        _ => return frame.error(400),
    };
    let (desk, site, text) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        form.text.clone(),
    );
    let decided = rooms.database.write(move |conn| match accept {
        true => desk.accept_correction(conn, &site, by, id, now),
        false => desk.decline_correction(conn, &site, by, id, &text, now),
    });
    let decided = decided.await;
    rooms.moderation.wake();
    rooms.federation.wake();
    match (decided, accept) {
        (Ok(object), true) => {
            let shown = url::Url::parse(&object.url).map(|url| url.path().to_owned());
            let home = frame.routes().home.to_owned();
            pages::done(&shown.unwrap_or(home), "correction-accepted")
        }
        (Ok(_), false) => pages::done(&frame.path, "correction-declined"),
        (Err(ModerationError::Unknown), _) => frame.error(410),
        (Err(error), _) => refused(&frame, &error, |errors| {
            page(&frame, &correction, &object, &form.text, errors)
        }),
    }
}
