//! A visitor's link: asks once more, then the report counts. A letter's scanner that follows links confirms nothing.

use super::faults::page_of;
use crate::markup::form_page;
use crate::people::LinkToken;
use crate::rooms::Rooms;
use accounts::VisitorForm;
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::report::CONFIRM_REPORT_PATH;
use pages::Frame;
use ui::forms::Button;
use ui::pages::{message_page, narrow_page};
use ui::{Form, NavItem};

pub(crate) async fn show(frame: Frame, link: web::Query<LinkToken>) -> HttpResponse {
    let lang = frame.lang;
    let heading = lang.t("report-confirm-heading");
    let form = Form::post(CONFIRM_REPORT_PATH, "")
        .hidden("token", &link.token)
        .button(Button::primary(lang.t("report-confirm-send")))
        .render();
    let body = narrow_page(&heading, &lang.t("report-confirm-text"), &form);
    frame.answer(200, &form_page(&frame, NavItem::Nowhere, &heading, body))
}

pub(crate) async fn send(frame: Frame, rooms: Rooms, form: VisitorForm<LinkToken>) -> HttpResponse {
    let (desk, site, now) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        rooms.clock.ts(),
    );
    let token = form.token.clone();
    let confirmed = rooms
        .database
        .write(move |conn| desk.confirm_report(conn, &site, &token, now));
    let confirmed = confirmed.await;
    rooms.moderation.wake();
    let (status, heading, text) = match confirmed {
        Ok(_) => (200, "report-thanks-heading", "report-thanks-text"),
        Err(ModerationError::DeadLink) => (410, "appeal-dead-heading", "report-dead-text"),
        Err(error) => return page_of(&frame, &error),
    };
    let heading = frame.lang.t(heading);
    let body = message_page(&heading, &frame.lang.t(text), None);
    frame.answer(status, &form_page(&frame, NavItem::Nowhere, &heading, body))
}
