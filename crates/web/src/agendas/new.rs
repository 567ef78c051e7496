//! The form of a new agenda.

use super::making::{AgendaError, NewAgenda, make};
use crate::faults::{actor_key, page_of};
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Member};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;
use ui::forms::{Button, error_summary};
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct AgendaForm {
    username: String,
    name: String,
    summary: String,
}

fn page(frame: &Frame, form: &AgendaForm, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let example = format!("raffinerie@{}", frame.site.host);
    let help = lang.ta("agendas-handle-help", &[("example", example.into())]);
    let shown = Form::post("/agendas/new", frame.csrf())
        .body(agenda_name(&form.name, errors, lang))
        .body(
            Field::text("username", lang.t("agendas-handle"))
                .help(help)
                .value(&form.username)
                .required()
                .max_length(30)
                .attribute("autocapitalize", "none")
                .attribute("spellcheck", "false")
                .render(errors, lang),
        )
        .body(summary(&form.summary, errors, lang))
        .button(Button::primary(lang.t("agendas-create")))
        .render();
    let heading = lang.t("agendas-new");
    let body = SafeHtml::concat([&error_summary(errors, lang), &shown]);
    let body = narrow_page(&heading, &lang.t("agendas-intro"), &body);
    form_page(frame, NavItem::Account, &heading, body)
}

/// The field of an agenda's name.
pub(super) fn agenda_name(value: &str, errors: &FormErrors, lang: ui::Lang) -> SafeHtml {
    Field::text("name", lang.t("agendas-name"))
        .value(value)
        .required()
        .max_length(100)
        .render(errors, lang)
}

/// The field of an agenda's presentation.
pub(super) fn summary(value: &str, errors: &FormErrors, lang: ui::Lang) -> SafeHtml {
    Field::textarea("summary", lang.t("agendas-summary"), 4)
        .help(lang.t("form-description-help"))
        .value(value)
        .max_length(5000)
        .optional()
        .render(errors, lang)
}

pub(crate) async fn show(frame: Frame, _who: Member) -> HttpResponse {
    frame.html(&page(&frame, &AgendaForm::default(), &FormErrors::new()))
}

pub(crate) async fn send(
    frame: Frame,
    who: Member,
    rooms: Rooms,
    form: CsrfForm<AgendaForm>,
) -> HttpResponse {
    let new = NewAgenda {
        username: form.username.clone(),
        name: form.name.clone(),
        summary: form.summary.clone(),
    };
    match make(&rooms, &frame.site, &who, &new).await {
        Ok(actor) => pages::done(&super::path(&actor.username), "agenda-created"),
        Err(error) => refused(&frame, &error, |errors| page(&frame, &form, errors)),
    }
}

/// Answers with the form and what is wrong in it.
pub(super) fn refused(
    frame: &Frame,
    error: &AgendaError,
    page: impl FnOnce(&FormErrors) -> Page,
) -> HttpResponse {
    let (field, key) = match error {
        AgendaError::Name => ("name", "account-error-name"),
        AgendaError::Summary => ("summary", "account-error-text"),
        AgendaError::TooMany => ("", "agendas-error-many"),
        AgendaError::Account(error) => return page_of(frame, error),
        AgendaError::NotAMember => return frame.error(403),
        AgendaError::Actor(actor) => match actor_key(actor) {
            Some(found) => found,
            None => {
                tracing::error!(%error, "the agenda could not be made");
                return frame.error(500);
            }
        },
        AgendaError::Store(_) => {
            tracing::error!(%error, "the agenda could not be made");
            return frame.error(500);
        }
    };
    let mut errors = FormErrors::new();
    errors.add(field, key);
    frame.answer(422, &page(&errors))
}
