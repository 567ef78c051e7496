//! A new address: asked for with the password, taken by the link sent to it.

use super::PATH;
use super::overview::refused;
use crate::markup::form_page;
use crate::people::{LinkToken, with_session};
use crate::rooms::Rooms;
use accounts::{AccountError, CsrfForm, EMAIL_PATH, SignedIn, TokenPurpose};
use actix_web::{HttpResponse, web};
use pages::Frame;
use serde::Deserialize;
use ui::forms::Button;
use ui::pages::{message_page, narrow_page};
use ui::{Form, NavItem};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EmailForm {
    token: String,
    email: String,
    current: String,
}

fn dead(frame: &Frame) -> HttpResponse {
    let heading = frame.lang.t("confirm-failed-heading");
    let label = frame.lang.t("account-heading");
    let text = frame.lang.t("confirm-failed-text");
    let body = message_page(&heading, &text, Some((PATH, &label)));
    frame.answer(410, &form_page(frame, NavItem::Account, &heading, body))
}

/// The page of the link: programs that follow links change nothing.
pub(crate) async fn show(
    frame: Frame,
    _who: SignedIn,
    rooms: Rooms,
    link: web::Query<LinkToken>,
) -> HttpResponse {
    if link.token.is_empty() {
        return pages::see_other(PATH);
    }
    let purpose = TokenPurpose::Email;
    match rooms
        .accounts
        .is_alive(&frame.site, purpose, &link.token)
        .await
    {
        Ok(true) => {
            let lang = frame.lang;
            let heading = lang.t("account-email-confirm");
            let form = Form::post(EMAIL_PATH, frame.csrf())
                .hidden("token", &link.token)
                .button(Button::primary(lang.t("confirm-submit")))
                .render();
            let body = narrow_page(&heading, &lang.t("account-email-confirm-text"), &form);
            frame.answer(200, &form_page(&frame, NavItem::Account, &heading, body))
        }
        Ok(false) => dead(&frame),
        Err(error) => crate::faults::page_of(&frame, &error),
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<EmailForm>,
) -> HttpResponse {
    if !form.token.is_empty() {
        let taken = rooms
            .accounts
            .confirm_email(&frame.site, &who.session, &form.token);
        return match taken.await {
            Ok(opened) => with_session(&frame, &opened, pages::done(PATH, "email-changed")),
            Err(AccountError::DeadLink) => dead(&frame),
            Err(error) => crate::faults::page_of(&frame, &error),
        };
    }
    let asked = rooms
        .accounts
        .request_email(&frame.site, &who.session, &form.current, &form.email);
    match asked.await {
        Ok(()) => pages::done(PATH, "email-asked"),
        Err(error) => refused(&frame, &who, &rooms, "email", &error, &form.email).await,
    }
}
