//! Naming a program, trying it, pausing and removing it.

use super::PATH;
use super::show::answer;
use crate::letters::key_of;
use crate::rooms::Rooms;
use accounts::{Admin, CsrfForm};
use actix_web::HttpResponse;
use hooks::{HookError, NewHook};
use pages::Frame;
use store::Id;
use store::events::Event;
use ui::FormErrors;

pub(crate) async fn send(
    frame: Frame,
    who: Admin,
    rooms: Rooms,
    form: CsrfForm<Vec<(String, String)>>,
) -> HttpResponse {
    let get = |name: &str| {
        let found = form.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let (site, by, now) = (frame.site.id, who.account.id, rooms.clock.ts());
    let act = get("do");
    if act == "create" {
        let ticked = Event::ALL.iter().map(|event| event.as_str());
        let new = NewHook {
            url: get("url"),
            events: ticked
                .filter(|word| !get(word).is_empty())
                .map(str::to_owned)
                .collect(),
            asks: !get("asks").is_empty(),
        };
        let (federation, typed) = (rooms.federation.as_ref().clone(), new.clone());
        let made = rooms
            .database
            .write(move |conn| hooks::create(conn, &federation, site, by, &new, now));
        let (mut errors, none) = (FormErrors::new(), NewHook::default());
        return match made.await {
            Ok(made) => answer(&frame, &rooms, &none, &errors, (200, Some(&made.secret))).await,
            Err(error) if error.status() == 422 => {
                errors.add("url", &format!("hooks-error-{}", key_of(error.code())));
                answer(&frame, &rooms, &typed, &errors, (422, None)).await
            }
            Err(error) => failed(&frame, &error),
        };
    }
    let Some(id) = Id::parse(&get("id")) else {
        return frame.error(404);
    };
    let done = rooms.database.write(move |conn| match act.as_str() {
        "test" => hooks::try_out(conn, site, by, id, now),
        "pause" => hooks::set_paused(conn, site, by, id, true),
        "resume" => hooks::set_paused(conn, site, by, id, false),
        "remove" => hooks::remove(conn, site, by, id),
        _ => Err(HookError::Unknown),
    });
    match done.await {
        Ok(()) => pages::done(PATH, "hook-changed"),
        Err(error) => failed(&frame, &error),
    }
}

fn failed(frame: &Frame, error: &HookError) -> HttpResponse {
    if error.status() >= 500 {
        tracing::error!(%error, "a hook could not be changed");
    }
    frame.error(error.status())
}
