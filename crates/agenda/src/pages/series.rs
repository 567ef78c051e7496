//! The other dates of a series: made like this one, called off, or deleted.

use super::edit::own;
use crate::dates::{Scope, Step, change, others};
use crate::listing::Listed;
use crate::rooms::Rooms;
use accounts::CsrfForm;
use actix_web::{HttpResponse, web};
use pages::{Frame, done};
use serde::Deserialize;
use ui::forms::{Button, Choice, Field, Form, error_summary};
use ui::pages::narrow_page;
use ui::{FormErrors, SafeHtml};

/// What the form brings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    scope: String,
    step: String,
}

async fn question(
    frame: &Frame,
    rooms: &Rooms,
    listed: &Listed,
    answer: &Answer,
    errors: &FormErrors,
) -> HttpResponse {
    let (lang, now, seen) = (frame.lang, rooms.clock.ts(), listed.clone());
    let found = rooms
        .database
        .read(move |c| others(c, &seen, Scope::All, now))
        .await;
    let Ok(found) = found else {
        return frame.error(503);
    };
    let choice = |value: &str, key: &str| Choice::new(value, &lang.t(key));
    let form = Form::post(&frame.path, frame.csrf())
        .body(
            Field::radios(
                "scope",
                lang.t("series-scope"),
                vec![
                    choice("following", "series-scope-following"),
                    choice("all", "series-scope-all"),
                ],
            )
            .value(&answer.scope)
            .render(errors, lang),
        )
        .body(
            Field::radios(
                "step",
                lang.t("series-do"),
                vec![
                    choice("copy", "series-do-copy"),
                    choice("cancel", "series-do-cancel"),
                    choice("delete", "series-do-delete"),
                ],
            )
            .value(&answer.step)
            .render(errors, lang),
        )
        .button(Button::primary(lang.t("series-confirm")));
    let mut body = error_summary(errors, lang);
    match found.is_empty() {
        true => body.push(&SafeHtml::trusted(format!(
            "<p class=\"nothing\">{}</p>",
            SafeHtml::text(&lang.t("series-none"))
        ))),
        false => body.push(&form.render()),
    }
    body.push(&SafeHtml::trusted(format!(
        "<p><a href=\"/e/{}\">{}</a></p>",
        listed.object.id,
        SafeHtml::text(&lang.t("event-back"))
    )));
    let title = listed.object.title.as_str();
    let heading = lang.ta("series-heading", &[("title", title.into())]);
    let body = narrow_page(&heading, &lang.t("series-intro"), &body);
    let mut page = frame.page(&heading, body);
    page.noindex = true;
    frame.answer(if errors.is_empty() { 200 } else { 422 }, &page)
}

/// The date in the path, when it belongs to a series and the viewer may change it.
async fn date(frame: &Frame, rooms: &Rooms, id: &str) -> Result<Listed, HttpResponse> {
    let listed = own(frame, rooms, id).await?;
    match listed.event.series_id {
        Some(_) => Ok(listed),
        None => Err(frame.error(404)),
    }
}

/// `GET /e/{id}/series`.
pub(super) async fn ask(frame: Frame, rooms: Rooms, path: web::Path<String>) -> HttpResponse {
    match date(&frame, &rooms, &path).await {
        Ok(listed) => {
            let answer = Answer {
                scope: "following".to_owned(),
                step: "copy".to_owned(),
            };
            question(&frame, &rooms, &listed, &answer, &FormErrors::new()).await
        }
        Err(answer) => answer,
    }
}

/// `POST /e/{id}/series`.
pub(super) async fn send(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    form: CsrfForm<Answer>,
) -> HttpResponse {
    let listed = match date(&frame, &rooms, &path).await {
        Ok(listed) => listed,
        Err(answer) => return answer,
    };
    let mut errors = FormErrors::new();
    let scope = Scope::from_word(&form.scope);
    let step = match form.step.as_str() {
        "copy" => Some(Step::Copy),
        "cancel" => Some(Step::Cancel),
        "delete" => Some(Step::Delete),
        _ => None,
    };
    if scope.is_none() {
        errors.add("scope", "form-error-choice");
    }
    if step.is_none() {
        errors.add("step", "form-error-choice");
    }
    let (Some(scope), Some(step)) = (scope, step) else {
        return question(&frame, &rooms, &listed, &form, &errors).await;
    };
    let account = frame.viewer.identity().map(|who| who.account.id);
    let (registry, now) = (rooms.registry.clone(), rooms.clock.ts());
    let page = crate::cards::path(&listed);
    let written = rooms
        .database
        .write(move |c| change(c, &registry, &listed, scope, step, account, now))
        .await;
    match written {
        Ok(_) => {
            rooms.federation.wake();
            done(&page, "series-changed")
        }
        Err(error) => {
            tracing::error!(%error, "the dates of a series could not be changed");
            frame.error(503)
        }
    }
}
