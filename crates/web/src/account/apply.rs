//! Asking to be let in on this site with an account made on another.

use super::PATH;
use super::overview::refused;
use crate::rooms::Rooms;
use accounts::{CsrfForm, SignedIn};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ApplyForm {
    reason: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<ApplyForm>,
) -> HttpResponse {
    match rooms
        .accounts
        .apply(&frame.site, who.account.id, &form.reason)
        .await
    {
        Ok(_) => pages::done(PATH, "applied"),
        Err(error) => refused(&frame, &who, &rooms, "apply", &error, &form.reason).await,
    }
}
