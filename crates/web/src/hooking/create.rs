//! Naming a program.

use super::failed;
use super::fields::{Sent, wrong};
use super::list::answer;
use crate::rooms::Rooms;
use accounts::{Admin, CsrfForm};
use actix_web::HttpResponse;
use hooks::NewHook;
use pages::Frame;
use ui::FormErrors;

pub(crate) async fn send(
    frame: Frame,
    who: Admin,
    rooms: Rooms,
    form: CsrfForm<Vec<(String, String)>>,
) -> HttpResponse {
    let (site, by, now) = (frame.site.id, who.account.id, rooms.clock.ts());
    let new = Sent(&form.0).hook();
    let (federation, typed) = (rooms.federation.as_ref().clone(), new.clone());
    let made = rooms
        .database
        .write(move |conn| hooks::create(conn, &federation, site, by, &new, now));
    match made.await {
        Ok(made) => {
            let (none, errors) = (NewHook::default(), FormErrors::new());
            answer(&frame, &rooms, &none, &errors, (200, Some(&made.secret))).await
        }
        Err(error) if error.status() == 422 => {
            answer(&frame, &rooms, &typed, &wrong(&error), (422, None)).await
        }
        Err(error) => failed(&frame, &error),
    }
}
