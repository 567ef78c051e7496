//! Accepting an invitation to organise an agenda, with the account one has or with a new one.

use super::{LinkToken, with_session};
use crate::faults::{page_of, refused};
use crate::markup::{form_page, paragraph};
use crate::rooms::Rooms;
use accounts::{
    AccountError, INVITATION_PATH, SignUp, Viewer, Visitor, VisitorForm, invitation,
    sign_in_address, verify_csrf,
};
use actix_web::{HttpResponse, ResponseError, web};
use pages::Frame;
use serde::Deserialize;
use ui::forms::{Button, error_summary};
use ui::pages::{message_page, name_field, narrow_page, new_password_field};
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InvitationForm {
    csrf: String,
    token: String,
    name: String,
    password: String,
    other_address: Option<String>,
}

/// The invited address and the agenda's name.
struct Invited {
    email: String,
    agenda: String,
}

async fn read(frame: &Frame, rooms: &Rooms, token: &str) -> Result<Invited, AccountError> {
    let (site, now, token) = (frame.site.id, rooms.clock.ts(), token.to_owned());
    let found = rooms
        .database
        .read(move |conn| invitation::of_link(conn, site, &token, now))
        .await?;
    Ok(Invited {
        email: found.email_folded,
        agenda: found.agenda,
    })
}

fn page(frame: &Frame, invited: &Invited, form: &InvitationForm, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let mut shown = Form::post(INVITATION_PATH, frame.csrf()).hidden("token", &form.token);
    let mut after = SafeHtml::default();
    match frame.viewer.identity() {
        Some(who) => {
            let under = [("email", who.account.email.as_str().into())];
            shown = shown.body(paragraph(&lang.ta("invitation-signed-in", &under)));
            if who.account.email_folded != invited.email {
                let sent = [("email", invited.email.as_str().into())];
                let label = lang.ta("invitation-other-address", &sent);
                let checked = form.other_address.is_some();
                shown = shown
                    .body(Field::checkbox("other_address", label, checked).render(errors, lang));
            }
        }
        None => {
            let sent = [("email", invited.email.as_str().into())];
            shown = shown
                .body(paragraph(&lang.ta("invitation-new-account", &sent)))
                .body(name_field(&form.name, errors, lang))
                .body(new_password_field(errors, lang));
            let back = format!("{INVITATION_PATH}?token={}", form.token);
            after = crate::markup::button_link(
                &sign_in_address(Some(&back)),
                &lang.t("invitation-have-account"),
            );
        }
    }
    let shown = shown
        .button(Button::primary(lang.t("organisers-accept")))
        .render();
    let body = SafeHtml::concat([&error_summary(errors, lang), &shown, &after]);
    let agenda = [("agenda", invited.agenda.as_str().into())];
    let heading = lang.ta("invitation-heading", &agenda);
    let body = narrow_page(&heading, &lang.t("organisers-intro"), &body);
    form_page(frame, NavItem::Account, &heading, body)
}

fn dead(frame: &Frame) -> HttpResponse {
    let heading = frame.lang.t("confirm-failed-heading");
    let body = message_page(&heading, &frame.lang.t("invitation-failed-text"), None);
    frame.answer(410, &form_page(frame, NavItem::Account, &heading, body))
}

pub(crate) async fn show(frame: Frame, rooms: Rooms, link: web::Query<LinkToken>) -> HttpResponse {
    let form = InvitationForm {
        token: link.into_inner().token,
        ..InvitationForm::default()
    };
    match read(&frame, &rooms, &form.token).await {
        Ok(invited) => frame.answer(200, &page(&frame, &invited, &form, &FormErrors::new())),
        Err(AccountError::DeadLink) => dead(&frame),
        Err(error) => page_of(&frame, &error),
    }
}

pub(crate) async fn send(
    frame: Frame,
    rooms: Rooms,
    visitor: Visitor,
    viewer: Viewer,
    form: VisitorForm<InvitationForm>,
) -> HttpResponse {
    let invited = match read(&frame, &rooms, &form.token).await {
        Ok(invited) => invited,
        Err(AccountError::DeadLink) => return dead(&frame),
        Err(error) => return page_of(&frame, &error),
    };
    let failed = |error: AccountError| match error {
        AccountError::DeadLink => dead(&frame),
        error => refused(&frame, &error, |errors| {
            page(&frame, &invited, &form, errors)
        }),
    };
    if let Some(who) = viewer.identity() {
        // Somebody signed in has a token to show besides the form's origin.
        if let Err(error) = verify_csrf(&who.session, &form.csrf) {
            return error.error_response();
        }
        let other = form.other_address.is_some();
        let accepted =
            rooms
                .accounts
                .accept_invitation(&frame.site, &who.account, &form.token, other);
        return match accepted.await {
            Ok(_) => pages::done("/agendas", "invitation-accepted"),
            Err(error) => failed(error),
        };
    }
    let new = SignUp {
        email: String::new(),
        name: form.name.clone(),
        password: form.password.clone(),
        language: frame.lang.tag().to_owned(),
        motive: String::new(),
    };
    let accepted =
        rooms
            .accounts
            .accept_invitation_with_new_account(&frame.site, &form.token, new, &visitor);
    match accepted.await {
        Ok((opened, _)) => with_session(
            &frame,
            &opened,
            pages::done("/agendas", "invitation-accepted"),
        ),
        Err(error) => failed(error),
    }
}
