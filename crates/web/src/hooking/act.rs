//! Changing a program and its secret, trying it, pausing and removing it, and sending it a message again.

use super::fields::{Sent, wrong};
use super::one::{Shown, answer};
use super::{PATH, failed, page_of};
use crate::rooms::Rooms;
use accounts::{Admin, CsrfForm};
use actix_web::{HttpResponse, web};
use hooks::{HookChange, HookError};
use pages::Frame;
use store::Id;

pub(crate) async fn send(
    frame: Frame,
    who: Admin,
    rooms: Rooms,
    path: web::Path<String>,
    form: CsrfForm<Vec<(String, String)>>,
) -> HttpResponse {
    let Some(id) = Id::parse(&path) else {
        return frame.error(404);
    };
    let sent = Sent(&form.0);
    let (who, now) = ((frame.site.id, who.account.id), rooms.clock.ts());
    let (site, by) = who;
    let federation = rooms.federation.as_ref().clone();
    let act = sent.get("do").to_owned();
    if act == "secret" {
        let made = rooms
            .database
            .write(move |conn| hooks::renew_secret(conn, &federation, who, id, now));
        let shown = match made.await {
            Ok(made) => Shown {
                secret: Some(made.secret),
                ..Shown::default()
            },
            Err(error) => return failed(&frame, &error),
        };
        return answer(&frame, &rooms, id, shown, 200).await;
    }
    let typed = sent.hook();
    let set = HookChange {
        name: Some(typed.name.clone()),
        url: Some(typed.url.clone()),
        events: Some(typed.events.clone()),
        asks: Some(typed.asks),
    };
    let delivery = Id::parse(sent.get("delivery"));
    let back = match act.as_str() {
        "remove" => PATH.to_owned(),
        _ => page_of(id),
    };
    let done = rooms.database.write(move |conn| match act.as_str() {
        "change" => hooks::change(conn, &federation, who, id, &set, now),
        "test" => hooks::try_out(conn, site, by, id, now),
        "pause" => hooks::pause(conn, site, by, id),
        "resume" => hooks::resume(conn, site, by, id, now),
        "remove" => hooks::remove(conn, site, by, id),
        "again" => {
            let delivery = delivery.ok_or(HookError::Unknown)?;
            hooks::send_again(conn, who, id, delivery, now)
        }
        _ => Err(HookError::Unknown),
    });
    match done.await {
        Ok(()) => pages::done(&back, "hook-changed"),
        Err(error) if error.status() == 422 => {
            let shown = Shown {
                typed: Some((typed, wrong(&error))),
                ..Shown::default()
            };
            answer(&frame, &rooms, id, shown, 422).await
        }
        Err(error) => failed(&frame, &error),
    }
}
