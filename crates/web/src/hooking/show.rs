//! The programs, what they were told of late, and a form for a new one.

use super::PATH;
use crate::letters::key_of;
use crate::markup::{form_page, nothing, panel, table, two_lines};
use crate::rooms::Rooms;
use accounts::Admin;
use actix_web::HttpResponse;
use hooks::{Delivery, Hook, NewHook};
use pages::Frame;
use store::StoreError;
use store::events::Event;
use ui::forms::{Button, error_summary, more_options};
use ui::{Field, Form, FormErrors, NavItem, SafeHtml};

/// An event as the translations spell it.
fn event_key(word: &str) -> String {
    format!("hooks-event-{}", key_of(word).replace('.', "-"))
}

fn last(frame: &Frame, deliveries: &[Delivery]) -> SafeHtml {
    let lang = frame.lang;
    let items: String = deliveries
        .iter()
        .take(10)
        .map(|one| {
            let when = ui::dates::moment(one.created_at.0, frame.site.timezone, lang);
            let more = one.answer.as_ref().or(one.error.as_ref());
            format!(
                "<li>{} <span class=\"badge\">{}</span><span class=\"sub\">{} {}</span></li>",
                SafeHtml::text(&lang.t(&event_key(&one.event))),
                SafeHtml::text(&lang.t(&format!("hooks-state-{}", one.state))),
                SafeHtml::text(&when),
                SafeHtml::text(more.map(String::as_str).unwrap_or_default()),
            )
        })
        .collect();
    let body = match items.is_empty() {
        true => nothing(&lang.t("hooks-last-none")),
        false => SafeHtml::trusted(format!("<ul class=\"plain\">{items}</ul>")),
    };
    more_options(&lang.t("hooks-last"), false, &body)
}

fn row(frame: &Frame, hook: &Hook, deliveries: &[Delivery]) -> Vec<SafeHtml> {
    let lang = frame.lang;
    let state = match (hook.paused, hook.failing_at) {
        (true, _) => lang.t("hooks-paused"),
        (_, Some(at)) => {
            let when = ui::dates::moment(at.0, frame.site.timezone, lang);
            lang.ta("hooks-failing", &[("when", when.into())])
        }
        _ => String::new(),
    };
    let asks = hook.asks.then(|| lang.t("hooks-asks"));
    let events = hook.events.split(',').filter(|word| !word.is_empty());
    let hears: Vec<String> = asks
        .into_iter()
        .chain(events.map(|word| lang.t(&event_key(word))))
        .collect();
    let turn = match hook.paused {
        true => ("resume", "hooks-resume"),
        false => ("pause", "hooks-pause"),
    };
    let mut form = Form::post(PATH, frame.csrf())
        .inline()
        .hidden("id", &hook.id.to_string());
    for (act, key) in [("test", "hooks-test"), turn, ("remove", "hooks-remove")] {
        let button = Button::quiet(lang.t(key)).about(&hook.url);
        form = form.button(button.sends("do", act));
    }
    vec![
        two_lines(&hook.url, &state),
        SafeHtml::concat([&SafeHtml::text(&hears.join(", ")), &last(frame, deliveries)]),
        form.render(),
    ]
}

fn new_form(frame: &Frame, typed: &NewHook, errors: &FormErrors) -> SafeHtml {
    let lang = frame.lang;
    let mut form = Form::post(PATH, frame.csrf()).hidden("do", "create").body(
        Field::url("url", lang.t("hooks-url"))
            .help(lang.t("hooks-url-help"))
            .required()
            .value(&typed.url)
            .render(errors, lang),
    );
    for event in Event::ALL {
        let word = event.as_str();
        let on = typed.events.iter().any(|typed| typed == word);
        form = form.body(Field::checkbox(word, lang.t(&event_key(word)), on).render(errors, lang));
    }
    let asks = Field::checkbox("asks", lang.t("hooks-asks-label"), typed.asks)
        .help(lang.t("hooks-asks-help"))
        .render(errors, lang);
    form.body(asks)
        .button(Button::primary(lang.t("hooks-add")))
        .render()
}

/// The page; `made` is the secret of one that was just named.
pub(super) async fn answer(
    frame: &Frame,
    rooms: &Rooms,
    typed: &NewHook,
    errors: &FormErrors,
    (status, made): (u16, Option<&str>),
) -> HttpResponse {
    let site = frame.site.id;
    let found = rooms.database.read(move |conn| {
        let mut all = Vec::new();
        for hook in hooks::list(conn, site)? {
            let deliveries = hook.deliveries(conn)?;
            all.push((hook, deliveries));
        }
        Ok::<_, StoreError>(all)
    });
    let all = match found.await {
        Ok(all) => all,
        Err(error) => {
            tracing::error!(%error, "the hooks could not be read");
            return frame.error(500);
        }
    };
    let lang = frame.lang;
    let heading = lang.t("hooks-heading");
    let mut parts = vec![
        SafeHtml::trusted(format!(
            "<h1>{}</h1><p class=\"lede\">{}</p>",
            SafeHtml::text(&heading),
            SafeHtml::text(&lang.t("hooks-intro"))
        )),
        error_summary(errors, lang),
    ];
    if let Some(secret) = made {
        let body = SafeHtml::trusted(format!(
            "<p>{}</p><p><code>{}</code></p>",
            SafeHtml::text(&lang.t("hooks-made-text")),
            SafeHtml::text(secret)
        ));
        parts.push(panel("made", &lang.t("hooks-made-heading"), &body));
    }
    parts.push(match all.is_empty() {
        true => nothing(&lang.t("hooks-none")),
        false => {
            let columns = ["hooks-col-program", "hooks-col-hears", "agendas-col-do"];
            let rows: Vec<Vec<SafeHtml>> = all
                .iter()
                .map(|(hook, deliveries)| row(frame, hook, deliveries))
                .collect();
            table(&heading, &columns.map(|key| lang.t(key)), &rows)
        }
    });
    parts.push(panel(
        "new",
        &lang.t("hooks-new"),
        &new_form(frame, typed, errors),
    ));
    let body = SafeHtml::concat(&parts);
    frame.answer(status, &form_page(frame, NavItem::Admin, &heading, body))
}

pub(crate) async fn show(frame: Frame, _who: Admin, rooms: Rooms) -> HttpResponse {
    let (typed, errors) = (NewHook::default(), FormErrors::new());
    answer(&frame, &rooms, &typed, &errors, (200, None)).await
}
