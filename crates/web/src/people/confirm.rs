//! Confirming an address. The password chosen at sign-up is asked for, so that nobody confirms an
//! account that somebody else made with their address.

use super::{LinkToken, with_session};
use crate::faults::{page_of, refused};
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::{CONFIRM_PATH, Confirmed, TokenPurpose, Visitor, VisitorForm};
use actix_web::{HttpResponse, web};
use pages::Frame;
use serde::Deserialize;
use ui::forms::{Button, error_summary};
use ui::pages::{message_page, narrow_page};
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ConfirmForm {
    token: String,
    password: String,
}

fn page(frame: &Frame, token: &str, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let form = Form::post(CONFIRM_PATH, "")
        .hidden("token", token)
        .body(
            Field::password("password", lang.t("account-password"), false)
                .help(lang.t("confirm-password-help"))
                .required()
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("confirm-submit")))
        .render();
    let heading = lang.t("confirm-heading");
    let body = SafeHtml::concat([&error_summary(errors, lang), &form]);
    let body = narrow_page(&heading, &lang.t("confirm-text"), &body);
    form_page(frame, NavItem::SignIn, &heading, body)
}

fn message(frame: &Frame, key: &str, next: Option<(&str, &str)>) -> Page {
    let heading = frame.lang.t(&format!("{key}-heading"));
    let text = frame.lang.t(&format!("{key}-text"));
    let label = next.map(|(_, key)| frame.lang.t(key)).unwrap_or_default();
    let next = next.map(|(path, _)| (path, label.as_str()));
    form_page(
        frame,
        NavItem::SignIn,
        &heading,
        message_page(&heading, &text, next),
    )
}

fn dead(frame: &Frame) -> HttpResponse {
    let again = Some(("/signup", "confirm-again"));
    frame.answer(410, &message(frame, "confirm-failed", again))
}

pub(crate) async fn show(frame: Frame, rooms: Rooms, link: web::Query<LinkToken>) -> HttpResponse {
    let purpose = TokenPurpose::Confirm;
    match rooms
        .accounts
        .is_alive(&frame.site, purpose, &link.token)
        .await
    {
        Ok(true) => frame.answer(200, &page(&frame, &link.token, &FormErrors::new())),
        Ok(false) => dead(&frame),
        Err(error) => page_of(&frame, &error),
    }
}

pub(crate) async fn send(
    frame: Frame,
    rooms: Rooms,
    visitor: Visitor,
    form: VisitorForm<ConfirmForm>,
) -> HttpResponse {
    let confirmed = rooms
        .accounts
        .confirm(&frame.site, &form.token, &form.password, &visitor);
    match confirmed.await {
        Ok(Confirmed::SignedIn(opened)) => {
            with_session(&frame, &opened, pages::done("/account", "email-confirmed"))
        }
        Ok(Confirmed::Waiting) => frame.answer(200, &message(&frame, "confirm-pending", None)),
        Err(accounts::AccountError::DeadLink) => dead(&frame),
        Err(accounts::AccountError::Credentials) => {
            let mut errors = FormErrors::new();
            errors.add("password", "account-error-password-wrong");
            frame.answer(422, &page(&frame, &form.token, &errors))
        }
        Err(error) => refused(&frame, &error, |errors| page(&frame, &form.token, errors)),
    }
}
