//! A forgotten password: asking for the link, then choosing a new one.

use super::LinkToken;
use crate::faults::{page_of, refused};
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::{AccountError, RESET_PATH, SIGN_IN_PATH, TokenPurpose, Visitor, VisitorForm};
use actix_web::{HttpResponse, web};
use pages::Frame;
use serde::Deserialize;
use ui::pages::{message_page, reset_choose_page, reset_request_page};
use ui::{FormErrors, NavItem, Page};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ResetForm {
    email: String,
    token: String,
    password: String,
}

fn ask_page(frame: &Frame, errors: &FormErrors) -> Page {
    let body = reset_request_page(&frame.routes(), "", errors, frame.lang);
    form_page(frame, NavItem::SignIn, &frame.lang.t("reset-heading"), body)
}

fn choose_page(frame: &Frame, token: &str, errors: &FormErrors) -> Page {
    let body = reset_choose_page(RESET_PATH, "", token, errors, frame.lang);
    form_page(
        frame,
        NavItem::SignIn,
        &frame.lang.t("reset-choose-heading"),
        body,
    )
}

fn dead(frame: &Frame) -> HttpResponse {
    let heading = frame.lang.t("reset-failed-heading");
    let label = frame.lang.t("confirm-again");
    let text = frame.lang.t("reset-failed-text");
    let body = message_page(&heading, &text, Some((RESET_PATH, &label)));
    frame.answer(410, &form_page(frame, NavItem::SignIn, &heading, body))
}

pub(crate) async fn show(frame: Frame, rooms: Rooms, link: web::Query<LinkToken>) -> HttpResponse {
    let none = FormErrors::new();
    if link.token.is_empty() {
        return frame.html(&ask_page(&frame, &none));
    }
    let purpose = TokenPurpose::Reset;
    match rooms
        .accounts
        .is_alive(&frame.site, purpose, &link.token)
        .await
    {
        Ok(true) => frame.answer(200, &choose_page(&frame, &link.token, &none)),
        Ok(false) => dead(&frame),
        Err(error) => page_of(&frame, &error),
    }
}

/// Asked for a link, the answer is the same whether the address is known or not (AUTH-05).
pub(crate) async fn send(
    frame: Frame,
    rooms: Rooms,
    visitor: Visitor,
    form: VisitorForm<ResetForm>,
) -> HttpResponse {
    if form.token.is_empty() {
        let asked = rooms
            .accounts
            .request_reset(&frame.site, &form.email, &visitor);
        return match asked.await {
            Ok(()) => {
                let heading = frame.lang.t("reset-done-heading");
                let body = message_page(&heading, &frame.lang.t("reset-done-text"), None);
                frame.answer(200, &form_page(&frame, NavItem::SignIn, &heading, body))
            }
            Err(error) => refused(&frame, &error, |errors| ask_page(&frame, errors)),
        };
    }
    let changed = rooms
        .accounts
        .reset(&frame.site, &form.token, &form.password, &visitor);
    match changed.await {
        Ok(()) => pages::done(SIGN_IN_PATH, "password-reset"),
        Err(AccountError::DeadLink) => dead(&frame),
        Err(error) => refused(&frame, &error, |errors| {
            choose_page(&frame, &form.token, errors)
        }),
    }
}
