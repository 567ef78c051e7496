//! Cancel, restore, postpone, delete: a question first, so that they work without script.

use super::edit::{change, own};
use crate::event::EventStatus;
use crate::listing::Listed;
use crate::rooms::Rooms;
use accounts::CsrfForm;
use actix_web::{HttpResponse, web};
use calendar::When;
use chrono::{NaiveDate, NaiveTime};
use pages::{Frame, done, see_other};
use publication::{LifeError, delete};
use serde::Deserialize;
use store::Ts;
use ui::forms::{Button, Field, Form, row};
use ui::pages::narrow_page;
use ui::{FormErrors, SafeHtml};

type Path = web::Path<(String, String)>;

/// What the question's form brings.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    note: String,
    start_date: String,
    start_time: String,
}

fn question(
    frame: &Frame,
    listed: &Listed,
    step: &str,
    answer: &Answer,
    errors: &FormErrors,
) -> HttpResponse {
    let lang = frame.lang;
    let back = format!("/e/{}", listed.object.id);
    let note = || {
        Field::text("note", lang.t("form-status-note"))
            .help(lang.t("form-status-note-help"))
            .value(&answer.note)
            .optional()
            .max_length(300)
            .render(errors, lang)
    };
    let mut form = Form::post(&frame.path, frame.csrf());
    form = match step {
        "cancel" => form
            .body(note())
            .button(Button::danger(lang.t("event-cancel-confirm"))),
        "postpone" => form
            .body(row(&[
                Field::date("start_date", lang.t("form-start-date"))
                    .value(&answer.start_date)
                    .optional()
                    .render(errors, lang),
                Field::time("start_time", lang.t("form-start-time"))
                    .value(&answer.start_time)
                    .optional()
                    .render(errors, lang),
            ]))
            .body(note())
            .button(Button::primary(lang.t("event-postpone-confirm"))),
        "restore" => form.button(Button::primary(lang.t("event-restore"))),
        _ => form.button(
            Button::danger(lang.t("event-delete-confirm")).sends("action", "confirm-delete"),
        ),
    };
    let heading = if step == "restore" {
        lang.t("event-restore")
    } else {
        let title = [("title", listed.object.title.as_str().into())];
        lang.ta(&format!("event-{step}-heading"), &title)
    };
    let text = if step == "restore" {
        String::new()
    } else {
        lang.t(&format!("event-{step}-text"))
    };
    let mut body = SafeHtml::trusted(format!(
        "<p><strong>{}</strong></p>",
        SafeHtml::text(&listed.object.title)
    ));
    body.push(&form.render());
    body.push(&SafeHtml::trusted(format!(
        "<p><a href=\"{back}\">{}</a></p>",
        SafeHtml::text(&lang.t("event-back"))
    )));
    let mut page = frame.page(&heading, narrow_page(&heading, &text, &body));
    page.noindex = true;
    frame.answer(if errors.is_empty() { 200 } else { 422 }, &page)
}

/// `GET /e/{id}/{step}`.
pub(super) async fn ask(frame: Frame, rooms: Rooms, path: Path) -> HttpResponse {
    match own(&frame, &rooms, &path.0).await {
        Ok(listed) => question(
            &frame,
            &listed,
            &path.1,
            &Answer::default(),
            &FormErrors::default(),
        ),
        Err(answer) => answer,
    }
}

/// `POST /e/{id}/{step}`.
pub(super) async fn send(
    frame: Frame,
    rooms: Rooms,
    path: Path,
    form: CsrfForm<Answer>,
) -> HttpResponse {
    let listed = match own(&frame, &rooms, &path.0).await {
        Ok(listed) => listed,
        Err(answer) => return answer,
    };
    let (step, answer) = (path.1.as_str(), form.0);
    let page = format!("/e/{}", listed.object.id);
    let account = frame.viewer.identity().map(|who| who.account.id);
    let writer = rooms.clone();
    if step == "delete" {
        let agenda = format!("/@{}", listed.author.username);
        let gone = rooms
            .database
            .write(move |c| {
                delete(
                    c,
                    &writer.registry,
                    &listed.object,
                    account,
                    writer.clock.ts(),
                )
            })
            .await;
        return match gone {
            Ok(()) => {
                rooms.federation.wake();
                done(&agenda, "deleted")
            }
            Err(LifeError::Unknown | LifeError::Stale) => see_other(&agenda),
            Err(LifeError::Store(_)) => frame.error(503),
        };
    }
    let mut details = listed
        .event
        .details(&listed.object.title, listed.place.as_ref());
    details.status_note = answer.note.trim().chars().take(300).collect();
    let said = match step {
        "cancel" => {
            details.status = EventStatus::Cancelled;
            "cancelled"
        }
        "restore" => {
            details.status = EventStatus::Confirmed;
            details.status_note.clear();
            "updated"
        }
        _ => {
            if let Err(errors) = postpone(&answer, &listed, &mut details) {
                return question(&frame, &listed, step, &answer, &errors);
            }
            "postponed"
        }
    };
    let tags = listed.tags.clone();
    let saved = rooms
        .database
        .write(move |c| {
            let now = writer.clock.ts();
            let registry = &writer.registry;
            change(
                c, registry, &listed, None, details, &tags, None, account, now,
            )
        })
        .await;
    match saved {
        Ok(_) => {
            rooms.federation.wake();
            done(&page, said)
        }
        Err(LifeError::Unknown | LifeError::Stale) => frame.error(410),
        Err(LifeError::Store(_)) => frame.error(503),
    }
}

/// Moves the event to the new date, keeping its length; without one it is just postponed.
fn postpone(
    answer: &Answer,
    listed: &Listed,
    details: &mut crate::event::Details,
) -> Result<(), FormErrors> {
    let mut errors = FormErrors::default();
    let before = details.start.instant(details.zone);
    details.previous_start = Some(Ts::new(before));
    let typed = answer.start_date.trim();
    if typed.is_empty() {
        details.status = EventStatus::Postponed;
        return Ok(());
    }
    let day = NaiveDate::parse_from_str(typed, "%Y-%m-%d").ok();
    let time = match answer.start_time.trim() {
        "" => Some(details.start.wall().time()),
        text => NaiveTime::parse_from_str(text, "%H:%M").ok(),
    };
    if day.is_none() {
        errors.add("start_date", "form-error-date");
    }
    if time.is_none() {
        errors.add("start_time", "form-error-time");
    }
    let (Some(day), Some(time)) = (day, time) else {
        return Err(errors);
    };
    let length = details.end.map(|end| end.wall() - details.start.wall());
    let start = day.and_time(time);
    let at = |wall: chrono::NaiveDateTime| {
        if listed.event.all_day {
            When::day(wall.date())
        } else {
            When::local(wall, details.zone)
        }
    };
    details.end = length.map(|length| at(start + length));
    details.start = at(start);
    // The new date is known: it takes place, and `previousStartTime` tells the old one (R-EV-10).
    details.status = EventStatus::Confirmed;
    Ok(())
}
