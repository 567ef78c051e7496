//! The page of a measure for whom it touches, reached by their link: what, why, and the answer.

use super::faults::{page_of, refused};
use crate::letters::key_of;
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::VisitorForm;
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::appeal::{APPEAL_PATH, Appeal, AppealState, of_link};
use moderation::measure::Measure;
use pages::Frame;
use serde::Deserialize;
use store::Ts;
use ui::forms::{Button, error_summary};
use ui::pages::{message_page, narrow_page};
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml, dates};

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct AppealForm {
    token: String,
    text: String,
}

/// What is told of a measure: pairs of a name and a value.
pub(super) fn facts(frame: &Frame, measure: &Measure) -> SafeHtml {
    let lang = frame.lang;
    let day =
        |at: Ts| dates::long_date(at.0.with_timezone(&frame.site.timezone).date_naive(), lang);
    let kind = lang.t(&format!("measure-name-{}", key_of(&measure.kind)));
    let mut facts = vec![
        (
            "appeal-what",
            format!("{kind} : {}", measure.title).replace(" :", "\u{a0}:"),
        ),
        (
            "appeal-why",
            lang.t(&format!("report-reason-{}", key_of(&measure.reason))),
        ),
        ("appeal-since", day(measure.created_at)),
    ];
    if !measure.message.is_empty() {
        facts.push(("appeal-words", measure.message.clone()));
    }
    if let Some(at) = measure.ends_at {
        facts.push(("appeal-until", day(at)));
    }
    let rows: String = facts
        .iter()
        .map(|(name, value)| {
            format!(
                "<div><dt>{}</dt><dd>{}</dd></div>",
                SafeHtml::text(&lang.t(name)),
                SafeHtml::text(value)
            )
        })
        .collect();
    SafeHtml::trusted(format!("<dl class=\"answers\">{rows}</dl>"))
}

fn page(
    frame: &Frame,
    token: &str,
    appeal: &Appeal,
    measure: &Measure,
    text: &str,
    errors: &FormErrors,
) -> Page {
    let lang = frame.lang;
    let heading = lang.t("appeal-heading");
    let day = |at: Option<Ts>| {
        at.map(|at| dates::long_date(at.0.with_timezone(&frame.site.timezone).date_naive(), lang))
            .unwrap_or_default()
    };
    let said = match appeal.state() {
        AppealState::Offered => None,
        AppealState::Open => {
            Some(lang.ta("appeal-waits", &[("date", day(appeal.appealed_at).into())]))
        }
        AppealState::Lifted => Some(lang.t("appeal-lifted")),
        AppealState::Upheld => Some(lang.t("appeal-upheld")),
    };
    let rest = match said {
        Some(said) => SafeHtml::trusted(format!(
            "<div class=\"notice\" role=\"status\"><p>{}</p></div><p>{}</p>",
            SafeHtml::text(&said),
            SafeHtml::text(&appeal.answer)
        )),
        None => Form::post(APPEAL_PATH, "")
            .hidden("token", token)
            .body(
                Field::textarea("text", lang.t("appeal-ask"), 6)
                    .help(lang.t("appeal-ask-help"))
                    .max_length(5_000)
                    .required()
                    .value(text)
                    .render(errors, lang),
            )
            .button(Button::primary(lang.t("appeal-send")))
            .render(),
    };
    let body = SafeHtml::concat([&error_summary(errors, lang), &facts(frame, measure), &rest]);
    form_page(
        frame,
        NavItem::Nowhere,
        &heading,
        narrow_page(&heading, "", &body),
    )
}

fn dead(frame: &Frame) -> HttpResponse {
    let heading = frame.lang.t("appeal-dead-heading");
    let body = message_page(&heading, &frame.lang.t("appeal-dead-text"), None);
    frame.answer(410, &form_page(frame, NavItem::Nowhere, &heading, body))
}

async fn found(
    frame: &Frame,
    rooms: &Rooms,
    token: &str,
) -> Result<(Appeal, Measure), ModerationError> {
    let (site, now, token) = (frame.site.id, rooms.clock.ts(), token.to_owned());
    rooms
        .database
        .read(move |conn| of_link(conn, site, &token, now))
        .await
}

pub(crate) async fn show(frame: Frame, rooms: Rooms, link: web::Query<AppealForm>) -> HttpResponse {
    match found(&frame, &rooms, &link.token).await {
        Ok((appeal, measure)) => {
            let none = FormErrors::new();
            frame.answer(
                200,
                &page(&frame, &link.token, &appeal, &measure, "", &none),
            )
        }
        Err(ModerationError::DeadLink) => dead(&frame),
        Err(error) => page_of(&frame, &error),
    }
}

pub(crate) async fn send(
    frame: Frame,
    rooms: Rooms,
    form: VisitorForm<AppealForm>,
) -> HttpResponse {
    let (appeal, measure) = match found(&frame, &rooms, &form.token).await {
        Ok(found) => found,
        Err(ModerationError::DeadLink) => return dead(&frame),
        Err(error) => return page_of(&frame, &error),
    };
    let (desk, site, now) = (rooms.moderation.clone(), frame.site.id, rooms.clock.ts());
    let (token, text) = (form.token.clone(), form.text.clone());
    let made = rooms
        .database
        .write(move |conn| desk.appeal(conn, site, &token, &text, now));
    match made.await {
        Ok(()) => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("token", &form.token)
                .finish();
            pages::done(&format!("{APPEAL_PATH}?{query}"), "appeal-sent")
        }
        Err(error) => refused(&frame, &error, |errors| {
            page(&frame, &form.token, &appeal, &measure, &form.text, errors)
        }),
    }
}
