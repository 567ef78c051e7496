//! What is about to be done with several lines of the queue, and what could not be done.

use super::QUEUE_PATH;
use super::queue::{name_of, read};
use super::queue_act::Sent;
use super::report::ground_choices;
use crate::letters::key_of;
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::queue::{BULK_KINDS, MEASURE, Waiting};
use moderation::rules::Ground;
use pages::Frame;
use ui::forms::{Button, Choice, error_summary};
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, NavItem, SafeHtml};

/// The lines that still wait, and what the act needs to know.
pub(super) async fn preview(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    sent: &Sent,
    errors: &FormErrors,
    status: u16,
) -> HttpResponse {
    let seen = match read(frame, who, rooms, &sent.asked).await {
        Ok(seen) => seen,
        Err(error) => return super::faults::page_of(frame, &error),
    };
    let chosen = |line: &&Waiting| {
        let mut lines = sent.lines.iter();
        lines.any(|(source, key)| source == line.source && *key == line.key)
    };
    let lines: Vec<&Waiting> = seen.lines.iter().filter(chosen).collect();
    let Some(first) = lines.first() else {
        return super::faults::page_of(frame, &ModerationError::Decided);
    };
    let lang = frame.lang;
    let heading = lang.t("queue-preview-heading");
    let act = lang.t(&format!("queue-do-{}", sent.act));
    let n = [("n", lines.len().into())];
    let mut form = Form::post(QUEUE_PATH, frame.csrf())
        .hidden("act", &sent.act)
        .hidden("confirmed", "yes")
        .hidden("show", &sent.asked.show)
        .hidden("after", &sent.asked.after);
    if sent.act == MEASURE {
        let reason = match sent.reason.as_str() {
            "" => &first.reason,
            reason => reason,
        };
        match measure_fields(frame, rooms, sent, reason, errors).await {
            Ok(fields) => form = form.body(fields),
            Err(error) => return super::faults::page_of(frame, &error),
        }
    }
    let words = sent.lines.iter().any(|(source, _)| {
        let source = rooms.queue.named(source);
        source.is_some_and(|source| source.takes_words(&sent.act))
    });
    let mut list = String::new();
    for line in lines {
        form = form.hidden("line", &name_of(line));
        list.push_str(&format!(
            "<li><bdi>{}</bdi><span class=\"sub\">{}</span></li>",
            SafeHtml::text(&line.title),
            SafeHtml::text(&line.about)
        ));
    }
    let body = SafeHtml::concat([
        &error_summary(errors, lang),
        &SafeHtml::trusted(format!(
            "<p>{}</p><ul>{list}</ul><p><strong>{}</strong></p>",
            SafeHtml::text(&lang.ta("queue-preview-text", &n)),
            SafeHtml::text(&act)
        )),
        &form
            .body(match words {
                true => Field::textarea("words", lang.t("queue-words"), 3)
                    .max_length(1_000)
                    .optional()
                    .value(&sent.words)
                    .render(errors, lang),
                false => SafeHtml::default(),
            })
            .button(Button::primary(lang.t("queue-confirm")))
            .render(),
    ]);
    let page = form_page(
        frame,
        NavItem::Admin,
        &heading,
        narrow_page(&heading, "", &body),
    );
    frame.answer(status, &page)
}

/// On what, which measure, why, how long.
async fn measure_fields(
    frame: &Frame,
    rooms: &Rooms,
    sent: &Sent,
    reason: &str,
    errors: &FormErrors,
) -> Result<SafeHtml, ModerationError> {
    let lang = frame.lang;
    let (site, now) = (frame.site.id, rooms.clock.ts());
    let grounds = rooms
        .database
        .read(move |conn| Ground::offered(conn, site, now));
    let grounds = grounds.await?;
    let kinds = BULK_KINDS
        .iter()
        .map(|kind| {
            let word = key_of(kind.as_str());
            Choice::new(kind.as_str(), &lang.t(&format!("measure-do-{word}")))
        })
        .collect();
    let on = vec![
        Choice::new("", &lang.t("queue-on-things")),
        Choice::new("author", &lang.t("queue-on-authors")),
    ];
    let fields = [
        Field::select("on", lang.t("measure-on"), on).value(&sent.on),
        Field::radios("kind", lang.t("measure-what"), kinds)
            .required()
            .value(&sent.kind),
        Field::select(
            "reason",
            lang.t("measure-reason"),
            ground_choices(frame, &grounds),
        )
        .value(reason),
        Field::number("days", lang.t("measure-days"))
            .help(lang.t("measure-days-help"))
            .optional()
            .value(&sent.days),
    ];
    let fields: Vec<SafeHtml> = fields
        .iter()
        .map(|field| field.render(errors, lang))
        .collect();
    Ok(SafeHtml::concat(&fields))
}

/// What was done and what was not: titles and reasons.
pub(super) fn report(frame: &Frame, sent: &Sent, failed: &[(String, String)]) -> HttpResponse {
    let lang = frame.lang;
    let heading = lang.t("queue-heading");
    let done = sent.lines.len() - failed.len();
    let list: String = failed
        .iter()
        .map(|(title, why)| {
            format!(
                "<li><bdi>{}</bdi><span class=\"sub\">{}</span></li>",
                SafeHtml::text(title),
                SafeHtml::text(why)
            )
        })
        .collect();
    let body = SafeHtml::trusted(format!(
        "<p>{}</p><p>{}</p><ul>{list}</ul><p class=\"actions\"><a class=\"button\" href=\"{}\">{}</a></p>",
        SafeHtml::text(&lang.ta("queue-done-all", &[("n", done.into())])),
        SafeHtml::text(&lang.ta("queue-done-some", &[("n", failed.len().into())])),
        SafeHtml::text(&sent.asked.address()),
        SafeHtml::text(&heading)
    ));
    let page = form_page(
        frame,
        NavItem::Admin,
        &heading,
        narrow_page(&heading, "", &body),
    );
    frame.answer(409, &page)
}
