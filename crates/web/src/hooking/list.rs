//! The programs, and a form for a new one.

use super::fields::{add, event_key, secret_panel};
use super::{PATH, failed, page_of};
use crate::markup::{form_page, link, nothing, panel, table};
use crate::rooms::Rooms;
use accounts::Admin;
use actix_web::HttpResponse;
use hooks::{Hook, NewHook};
use pages::Frame;
use ui::forms::{Button, error_summary};
use ui::{Form, FormErrors, NavItem, SafeHtml};

/// What there is to know of it in a line.
pub(super) fn state(frame: &Frame, hook: &Hook) -> String {
    let lang = frame.lang;
    match (hook.paused, hook.failing_at) {
        (true, _) => lang.t("hooks-paused"),
        (_, Some(at)) => {
            let when = ui::dates::moment(at.0, frame.site.timezone, lang);
            lang.ta("hooks-failing", &[("when", when.into())])
        }
        _ => String::new(),
    }
}

fn row(frame: &Frame, hook: &Hook) -> Vec<SafeHtml> {
    let lang = frame.lang;
    let (called, under) = match hook.name.is_empty() {
        true => (&hook.url, ""),
        false => (&hook.name, hook.url.as_str()),
    };
    let sub = SafeHtml::trusted(format!(
        "<span class=\"sub\">{} {}</span>",
        SafeHtml::text(under),
        SafeHtml::text(&state(frame, hook))
    ));
    let asks = hook.asks.then(|| lang.t("hooks-asks"));
    let hears: Vec<String> = asks
        .into_iter()
        .chain(hook.words().map(|word| lang.t(&event_key(word))))
        .collect();
    vec![
        SafeHtml::concat([&link(&page_of(hook.id), called), &sub]),
        SafeHtml::text(&hears.join(", ")),
    ]
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
    let found = rooms.database.read(move |conn| hooks::list(conn, site));
    let all = match found.await {
        Ok(all) => all,
        Err(error) => return failed(frame, &error.into()),
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
    parts.extend(made.map(|secret| secret_panel(frame, secret)));
    parts.push(match all.is_empty() {
        true => nothing(&lang.t("hooks-none")),
        false => {
            let columns = ["hooks-col-program", "hooks-col-hears"].map(|key| lang.t(key));
            let rows: Vec<Vec<SafeHtml>> = all.iter().map(|hook| row(frame, hook)).collect();
            table(&heading, &columns, &rows)
        }
    });
    let form = add(Form::post(PATH, frame.csrf()), frame, typed, errors)
        .button(Button::primary(lang.t("hooks-add")));
    parts.push(panel("new", &lang.t("hooks-new"), &form.render()));
    let body = SafeHtml::concat(&parts);
    frame.answer(status, &form_page(frame, NavItem::Admin, &heading, body))
}

pub(crate) async fn show(frame: Frame, _who: Admin, rooms: Rooms) -> HttpResponse {
    let (typed, errors) = (NewHook::default(), FormErrors::new());
    answer(&frame, &rooms, &typed, &errors, (200, None)).await
}
