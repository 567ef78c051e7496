//! Several lines of the queue at once: shown first, done after a second click.

use super::QUEUE_PATH;
use super::queue::{Asked, answer, name_of, read};
use crate::letters::key_of;
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::queue::{Deciding, Waiting};
use pages::Frame;
use store::Id;
use ui::forms::Button;
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, NavItem, SafeHtml};

/// Lines taken in one go.
const MOST: usize = 100;

/// The fields, with `line` once for each.
#[derive(Default)]
struct Sent {
    asked: Asked,
    /// Source and key of each line.
    lines: Vec<(String, Id)>,
    act: String,
    words: String,
    confirmed: bool,
}

impl Sent {
    fn read(fields: &[(String, String)]) -> Self {
        let one = |name: &str| {
            let found = fields.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let lines = fields
            .iter()
            .filter(|(key, _)| key == "line")
            .filter_map(|(_, value)| {
                let (source, key) = value.split_once(':')?;
                Some((source.to_owned(), Id::parse(key)?))
            });
        Self {
            lines: lines.take(MOST).collect(),
            act: one("act"),
            words: one("words"),
            confirmed: one("confirmed") == "yes",
            asked: Asked::of(one("show"), one("after")),
        }
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<Vec<(String, String)>>,
) -> HttpResponse {
    let sent = Sent::read(&form);
    let again = |key: &'static str| {
        let mut errors = FormErrors::new();
        errors.add("act", key);
        errors
    };
    if sent.lines.is_empty() || sent.act.is_empty() {
        let errors = again("queue-choose-some");
        return answer(&frame, &who, &rooms, &sent.asked, errors, 422).await;
    }
    let fits = sent.lines.iter().all(|(source, _)| {
        rooms
            .queue
            .open_to(source, who.permissions)
            .is_some_and(|source| source.acts().contains(&sent.act.as_str()))
    });
    if !fits {
        let errors = again("queue-choose-one-kind");
        return answer(&frame, &who, &rooms, &sent.asked, errors, 422).await;
    }
    if !sent.confirmed {
        return preview(&frame, &who, &rooms, &sent).await;
    }
    let hands = rooms.hands();
    let deciding = Deciding {
        site: frame.site.clone(),
        by: who.account.id,
        words: sent.words.clone(),
    };
    let mut failed: Vec<String> = Vec::new();
    for (source, key) in &sent.lines {
        let Some(source) = rooms.queue.named(source) else {
            continue;
        };
        if let Err(error) = source.act(&hands, &deciding, *key, &sent.act).await {
            if error.status() >= 500 {
                tracing::error!(%error, "a line of the queue failed");
            }
            failed.push(
                frame
                    .lang
                    .t(&format!("moderation-error-{}", key_of(error.code()))),
            );
        }
    }
    match failed.is_empty() {
        true => pages::done(&sent.asked.address(), "queue-done"),
        false => report(&frame, &sent, &failed),
    }
}

/// What is about to be done: the lines that still wait.
async fn preview(frame: &Frame, who: &Moderator, rooms: &Rooms, sent: &Sent) -> HttpResponse {
    let seen = match read(frame, who, rooms, &sent.asked).await {
        Ok(seen) => seen,
        Err(error) => return super::faults::page_of(frame, &error),
    };
    let chosen = |line: &&Waiting| {
        let mut lines = sent.lines.iter();
        lines.any(|(source, key)| source == line.source && *key == line.key)
    };
    let lines: Vec<&Waiting> = seen.lines.iter().filter(chosen).collect();
    if lines.is_empty() {
        return super::faults::page_of(frame, &ModerationError::Decided);
    }
    let lang = frame.lang;
    let heading = lang.t("queue-preview-heading");
    let act = lang.t(&format!("queue-do-{}", sent.act));
    let n = [("n", lines.len().into())];
    let mut form = Form::post(QUEUE_PATH, frame.csrf())
        .hidden("act", &sent.act)
        .hidden("confirmed", "yes")
        .hidden("show", &sent.asked.show)
        .hidden("after", &sent.asked.after);
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
                    .render(&FormErrors::new(), lang),
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
    frame.answer(200, &page)
}

/// What was done and what was not.
fn report(frame: &Frame, sent: &Sent, failed: &[String]) -> HttpResponse {
    let lang = frame.lang;
    let heading = lang.t("queue-heading");
    let done = sent.lines.len() - failed.len();
    let list: String = failed
        .iter()
        .map(|why| format!("<li>{}</li>", SafeHtml::text(why)))
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
