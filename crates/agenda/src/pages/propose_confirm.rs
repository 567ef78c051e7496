//! A passer-by's link: asks once more, then the event waits for the moderators. A letter's scanner that follows links
//! proposes nothing.

use crate::proposal::{CONFIRM_PATH, ProposeError, confirm};
use crate::rooms::Rooms;
use accounts::VisitorForm;
use actix_web::{HttpResponse, web};
use pages::Frame;
use serde::Deserialize;
use std::sync::Arc;
use ui::Form;
use ui::forms::Button;
use ui::pages::{message_page, narrow_page};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Link {
    token: String,
}

/// `GET /propose/confirm`.
pub(super) async fn show(frame: Frame, link: web::Query<Link>) -> HttpResponse {
    let lang = frame.lang;
    let heading = lang.t("propose-confirm-heading");
    let form = Form::post(CONFIRM_PATH, "")
        .hidden("token", &link.token)
        .button(Button::primary(lang.t("propose-confirm-send")))
        .render();
    let body = narrow_page(&heading, &lang.t("propose-confirm-text"), &form);
    let mut page = frame.page(&heading, body);
    page.noindex = true;
    frame.html(&page)
}

/// `POST /propose/confirm`.
pub(super) async fn send(frame: Frame, rooms: Rooms, form: VisitorForm<Link>) -> HttpResponse {
    let (site, registry, now) = (
        Arc::clone(&frame.site),
        rooms.registry.clone(),
        rooms.clock.ts(),
    );
    let token = form.token.clone();
    let confirmed = rooms
        .database
        .write(move |c| confirm(c, &registry, &site, &token, now));
    let (status, heading, text) = match confirmed.await {
        Ok(_) => (200, "propose-thanks-heading", "propose-thanks-text"),
        Err(ProposeError::Store(error)) => {
            tracing::error!(%error, "a proposal was not taken");
            return frame.error(503);
        }
        Err(_) => (410, "propose-dead-heading", "propose-dead-text"),
    };
    let heading = frame.lang.t(heading);
    let body = message_page(&heading, &frame.lang.t(text), None);
    let mut page = frame.page(&heading, body);
    page.noindex = true;
    frame.answer(status, &page)
}
