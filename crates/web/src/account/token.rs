//! A token for programs, shown once.

use super::overview::{Typed, again, refused};
use crate::rooms::Rooms;
use accounts::{CsrfForm, SignedIn};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TokenForm {
    label: String,
    current: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<TokenForm>,
) -> HttpResponse {
    let made = rooms
        .accounts
        .make_api_token(&frame.site, &who.session, &form.current, &form.label);
    match made.await {
        Ok(opened) => {
            let typed = Typed {
                panel: "token",
                fresh_token: Some(&opened.token),
                ..Typed::default()
            };
            again(&frame, &who, &rooms, 200, typed).await
        }
        Err(error) => refused(&frame, &who, &rooms, "token", &error, &form.label).await,
    }
}
