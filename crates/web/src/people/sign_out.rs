//! Signing out.

use super::without_session;
use crate::faults::page_of;
use crate::rooms::Rooms;
use accounts::{CsrfForm, SignedIn};
use actix_web::HttpResponse;
use pages::Frame;

/// The token alone.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Nothing {}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    _form: CsrfForm<Nothing>,
) -> HttpResponse {
    match rooms.accounts.log_out(&who.session).await {
        Ok(()) => without_session(&frame, pages::done("/", "signed-out")),
        Err(error) => page_of(&frame, &error),
    }
}
