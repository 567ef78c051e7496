//! Signing in.

use super::with_session;
use crate::faults::refused;
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::{Visitor, VisitorForm, local_path};
use actix_web::{HttpResponse, web};
use pages::Frame;
use serde::Deserialize;
use sites::Registration;
use ui::pages::sign_in_page;
use ui::{FormErrors, NavItem, Page};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignInForm {
    email: String,
    password: String,
    next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Next {
    next: String,
}

fn page(frame: &Frame, email: &str, next: &str, errors: &FormErrors) -> Page {
    let next = local_path(next).unwrap_or_default();
    let open = frame.site.registration != Registration::Closed;
    let (routes, lang) = (frame.routes(), frame.lang);
    // No session yet, so no token: the browser says where the form stood.
    let body = sign_in_page(&routes, "", email, &next, open, errors, lang);
    form_page(frame, NavItem::SignIn, &lang.t("sign-in-heading"), body)
}

pub(crate) async fn show(frame: Frame, next: web::Query<Next>) -> HttpResponse {
    frame.html(&page(&frame, "", &next.next, &FormErrors::new()))
}

pub(crate) async fn send(
    frame: Frame,
    rooms: Rooms,
    visitor: Visitor,
    form: VisitorForm<SignInForm>,
) -> HttpResponse {
    let entered = rooms
        .accounts
        .log_in(&frame.site, &form.email, &form.password, &visitor);
    match entered.await {
        Ok(opened) => {
            let next = local_path(&form.next).unwrap_or_else(|| "/".to_owned());
            with_session(&frame, &opened, pages::see_other(&next))
        }
        Err(error) => refused(&frame, &error, |errors| {
            page(&frame, &form.email, &form.next, errors)
        }),
    }
}
