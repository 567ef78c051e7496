//! Closing one's account.

use super::overview::refused;
use crate::people::without_session;
use crate::rooms::Rooms;
use accounts::{CsrfForm, SignedIn};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CloseForm {
    current: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<CloseForm>,
) -> HttpResponse {
    match rooms.accounts.close(&who.session, &form.current).await {
        Ok(()) => without_session(&frame, pages::done("/", "account-closed")),
        Err(error) => refused(&frame, &who, &rooms, "close", &error, "").await,
    }
}
