//! A new password.

use super::PATH;
use super::overview::refused;
use crate::people::with_session;
use crate::rooms::Rooms;
use accounts::{CsrfForm, SignedIn};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PasswordForm {
    current: String,
    password: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<PasswordForm>,
) -> HttpResponse {
    let changed =
        rooms
            .accounts
            .change_password(&frame.site, &who.session, &form.current, &form.password);
    match changed.await {
        Ok(opened) => with_session(&frame, &opened, pages::done(PATH, "password-changed")),
        Err(error) => refused(&frame, &who, &rooms, "password", &error, "").await,
    }
}
