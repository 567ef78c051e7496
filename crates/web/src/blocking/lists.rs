//! Subscribing to a list of others, reading it now, ending it, lifting what it brought.

use super::PATH;
use super::overview::{Typed, answer};
use crate::letters::key_of;
use crate::moderating::page_of;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::lists::{BlockList, subscribe, unsubscribe};
use pages::Frame;
use serde::Deserialize;
use store::Id;
use ui::FormErrors;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct ListForm {
    /// `subscribe`, `read`, `end` or `lift`.
    #[serde(rename = "do")]
    act: String,
    id: String,
    url: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<ListForm>,
) -> HttpResponse {
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let asked = form.0.clone();
    if form.act == "subscribe"
        && let Err(error) = may_be_asked(&rooms, &form.url)
    {
        return again(&frame, &who, &rooms, &form, &error).await;
    }
    let done = rooms.database.write(move |conn| {
        let id = || Id::parse(&asked.id).ok_or(ModerationError::Unknown);
        match asked.act.as_str() {
            "subscribe" => subscribe(conn, site.id, by, &asked.url, now),
            "read" => BlockList::find(conn, site.id, id()?)?.read_soon(conn, by, now),
            "end" => unsubscribe(conn, site.id, by, id()?),
            "lift" => desk.lift_list(conn, &site, by, &asked.url, now).map(|_| ()),
            _ => Err(ModerationError::Unknown),
        }
    });
    let done = done.await;
    rooms.moderation.lists_changed();
    rooms.decided().await;
    match done {
        Ok(()) => pages::done(PATH, &format!("lists-{}", form.act)),
        Err(error @ (ModerationError::Address | ModerationError::TooLong)) => {
            again(&frame, &who, &rooms, &form, &error).await
        }
        Err(error) => page_of(&frame, &error),
    }
}

/// Refuses what this server would never ask (SSRF), before it is written down.
pub(crate) fn may_be_asked(rooms: &Rooms, address: &str) -> Result<(), ModerationError> {
    let url = url::Url::parse(address.trim()).map_err(|_| ModerationError::Address)?;
    let allowed = rooms.federation.client().check(&url);
    allowed.map_err(|_| ModerationError::Address)
}

async fn again(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    form: &ListForm,
    error: &ModerationError,
) -> HttpResponse {
    let mut errors = FormErrors::new();
    let key = match error {
        ModerationError::TooLong => "lists-error-many".to_owned(),
        _ => format!("moderation-error-{}", key_of(error.code())),
    };
    errors.add("url", &key);
    let typed = Typed {
        list: form.url.clone(),
        ..Typed::default()
    };
    answer(frame, who, rooms, &typed, &errors, error.status()).await
}
