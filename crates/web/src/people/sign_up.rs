//! Opening an account.

use crate::about::answers_folded;
use crate::faults::refused;
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::{SIGN_IN_PATH, SignUp, SignUpOutcome, Visitor, VisitorForm};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;
use sites::Registration;
use ui::pages::{SignUpView, message_page, sign_up_page};
use ui::{FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignUpForm {
    name: String,
    email: String,
    password: String,
    reason: String,
}

fn page(frame: &Frame, form: &SignUpForm, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let title = lang.t("sign-up-heading");
    if frame.site.registration == Registration::Closed {
        return message(frame, "sign-up-closed");
    }
    let rules = text::markdown(&frame.site.about.code_of_conduct);
    let view = SignUpView {
        csrf: String::new(),
        name: form.name.clone(),
        email: form.email.clone(),
        reason: form.reason.clone(),
        by_approval: frame.site.registration == Registration::Approval,
        rules: SafeHtml::trusted(rules),
        errors: errors.clone(),
    };
    let body = SafeHtml::concat([
        &sign_up_page(&view, &frame.routes(), lang),
        &answers_folded(&frame.site, lang),
    ]);
    form_page(frame, NavItem::SignIn, &title, body)
}

/// A heading and a text by the beginning of their keys, and the way to the sign-in page.
fn message(frame: &Frame, key: &str) -> Page {
    let heading = frame.lang.t(&format!("{key}-heading"));
    let text = frame.lang.t(&format!("{key}-text"));
    let label = frame.lang.t("nav-sign-in");
    let body = message_page(&heading, &text, Some((SIGN_IN_PATH, &label)));
    form_page(frame, NavItem::SignIn, &heading, body)
}

pub(crate) async fn show(frame: Frame) -> HttpResponse {
    frame.html(&page(&frame, &SignUpForm::default(), &FormErrors::new()))
}

/// The answer is the same whether the address has an account or not (AUTH-05).
pub(crate) async fn send(
    frame: Frame,
    rooms: Rooms,
    visitor: Visitor,
    form: VisitorForm<SignUpForm>,
) -> HttpResponse {
    let asked = SignUp {
        email: form.email.clone(),
        name: form.name.clone(),
        password: form.password.clone(),
        language: frame.lang.tag().to_owned(),
        motive: form.reason.clone(),
    };
    match rooms.accounts.sign_up(&frame.site, asked, &visitor).await {
        Ok(outcome) => {
            let key = match outcome {
                SignUpOutcome::ConfirmationSent => "sign-up-done",
                SignUpOutcome::WaitingForModerator => "sign-up-waiting",
                SignUpOutcome::Usable => "sign-up-usable",
            };
            frame.answer(200, &message(&frame, key))
        }
        Err(error) => refused(&frame, &error, |errors| page(&frame, &form, errors)),
    }
}
