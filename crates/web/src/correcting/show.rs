//! A correction, for whoever may change the publication: what it says, what it should, yes or no.

use super::{field_name, said};
use crate::markup::{form_page, link};
use crate::moderating::page_of;
use crate::rooms::Rooms;
use accounts::SignedIn;
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::correction::CORRECTION_PATH;
use pages::Frame;
use publication::{Correction, Object};
use store::Id;
use ui::forms::{Button, error_summary, more_options};
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml};

pub(super) async fn read(
    frame: &Frame,
    rooms: &Rooms,
    account: Id,
    id: Id,
) -> Result<(Correction, Object), ModerationError> {
    let (desk, site) = (rooms.moderation.clone(), frame.site.clone());
    let found = rooms
        .database
        .read(move |conn| desk.correction(conn, &site, account, id));
    found.await
}

pub(super) fn page(
    frame: &Frame,
    correction: &Correction,
    object: &Object,
    words: &str,
    errors: &FormErrors,
) -> Page {
    let lang = frame.lang;
    let heading = lang.t("correction-heading");
    let line = |key: &str, value: &str| {
        format!(
            "<p>{}<br><strong>{}</strong></p>",
            SafeHtml::text(&lang.t(key)),
            SafeHtml::text(&said(&correction.field, value, lang))
        )
    };
    let facts = SafeHtml::trusted(format!(
        "<h2>{}</h2>{}{}",
        SafeHtml::text(&field_name(&correction.field, lang)),
        line("correction-was", &correction.was),
        line("correction-value", &correction.value),
    ));
    let about = SafeHtml::trusted(format!("<p>{}</p>", link(&object.url, &object.title)));
    let address = format!("{CORRECTION_PATH}/{}", correction.id);
    let decide = match correction.is_waiting() {
        true => {
            let accept = Form::post(&address, frame.csrf())
                .hidden("do", "accept")
                .button(Button::primary(lang.t("correction-accept")))
                .render();
            let decline = Form::post(&address, frame.csrf())
                .hidden("do", "decline")
                .body(
                    Field::textarea("text", lang.t("correction-why"), 3)
                        .help(lang.t("correction-why-help"))
                        .max_length(5_000)
                        .optional()
                        .value(words)
                        .render(errors, lang),
                )
                .button(Button::quiet(lang.t("correction-decline")))
                .render();
            let open = !errors.is_empty();
            let decline = more_options(&lang.t("correction-decline"), open, &decline);
            SafeHtml::concat([&accept, &decline])
        }
        false => SafeHtml::trusted(format!(
            "<p class=\"nothing\">{}</p>",
            SafeHtml::text(&lang.t(&format!("correction-state-{}", correction.state)))
        )),
    };
    let body = SafeHtml::concat([&error_summary(errors, lang), &about, &facts, &decide]);
    let intro = lang.t("correction-intro");
    form_page(
        frame,
        NavItem::Nowhere,
        &heading,
        narrow_page(&heading, &intro, &body),
    )
}

pub(crate) async fn show(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    path: web::Path<String>,
) -> HttpResponse {
    let Some(id) = Id::parse(&path) else {
        return frame.error(404);
    };
    match read(&frame, &rooms, who.account.id, id).await {
        Ok((correction, object)) if who.may_edit(object.actor_id) => {
            let page = page(&frame, &correction, &object, "", &FormErrors::new());
            frame.answer(200, &page)
        }
        Ok(_) => frame.error(404),
        Err(error) => page_of(&frame, &error),
    }
}
