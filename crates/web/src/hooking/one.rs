//! One program: what it is, its secret, and what it was told of late.

use super::fields::{add, event_key, secret_panel};
use super::list::state;
use super::{PATH, failed, page_of};
use crate::markup::{form_page, link, nothing, panel, paragraph, table, two_lines};
use crate::rooms::Rooms;
use accounts::Admin;
use actix_web::{HttpResponse, web};
use hooks::{Delivery, Hook, HookError, NewHook};
use pages::Frame;
use store::{Id, Ts};
use ui::forms::{Button, error_summary};
use ui::{Form, FormErrors, NavItem, SafeHtml};

/// What is shown beside the program itself.
#[derive(Default)]
pub(super) struct Shown {
    /// What was typed and could not be kept, and why.
    pub(super) typed: Option<(NewHook, FormErrors)>,
    /// A secret that was just made.
    pub(super) secret: Option<String>,
}

fn messages(frame: &Frame, hook: &Hook, deliveries: &[Delivery]) -> SafeHtml {
    let lang = frame.lang;
    if deliveries.is_empty() {
        return nothing(&lang.t("hooks-last-none"));
    }
    let row = |one: &Delivery| {
        let when = ui::dates::moment(one.created_at.0, frame.site.timezone, lang);
        let said = match (&one.answer, &one.error, one.status) {
            (Some(answer), ..) => answer.clone(),
            (_, Some(_), Some(status)) => lang.ta("hooks-answered", &[("status", status.into())]),
            (_, Some(why), None) => lang.ta("hooks-silent", &[("why", why.as_str().into())]),
            _ => String::new(),
        };
        let again = match one.state == "waiting" {
            true => SafeHtml::default(),
            false => Form::post(&page_of(hook.id), frame.csrf())
                .inline()
                .hidden("delivery", &one.id.to_string())
                .button(
                    Button::quiet(lang.t("hooks-again"))
                        .about(&when)
                        .sends("do", "again"),
                )
                .render(),
        };
        vec![
            two_lines(&lang.t(&event_key(&one.event)), &when),
            two_lines(&lang.t(&format!("hooks-state-{}", one.state)), &said),
            again,
        ]
    };
    let columns = ["hooks-col-message", "hooks-col-state", "agendas-col-do"].map(|key| lang.t(key));
    let rows: Vec<Vec<SafeHtml>> = deliveries.iter().map(row).collect();
    table(&lang.t("hooks-last"), &columns, &rows)
}

fn secret(frame: &Frame, hook: &Hook, now: Ts) -> SafeHtml {
    let lang = frame.lang;
    let old = hook.old_until.filter(|until| *until > now).map(|until| {
        let when = ui::dates::moment(until.0, frame.site.timezone, lang);
        paragraph(&lang.ta("hooks-old-until", &[("when", when.into())]))
    });
    let form = Form::post(&page_of(hook.id), frame.csrf())
        .button(Button::quiet(lang.t("hooks-secret-new")).sends("do", "secret"));
    SafeHtml::concat([
        &paragraph(&lang.t("hooks-secret-text")),
        &old.unwrap_or_default(),
        &form.render(),
    ])
}

/// Its page.
pub(super) async fn answer(
    frame: &Frame,
    rooms: &Rooms,
    id: Id,
    shown: Shown,
    status: u16,
) -> HttpResponse {
    let site = frame.site.id;
    let found = rooms.database.read(move |conn| {
        let hook = Hook::of(conn, site, id)?;
        let deliveries = hook.deliveries(conn)?;
        Ok::<_, HookError>((hook, deliveries))
    });
    let (hook, deliveries) = match found.await {
        Ok(found) => found,
        Err(error) => return failed(frame, &error),
    };
    let (typed, errors) = shown
        .typed
        .unwrap_or_else(|| (NewHook::from(&hook), FormErrors::new()));
    let lang = frame.lang;
    let heading = match hook.name.is_empty() {
        true => &hook.url,
        false => &hook.name,
    };
    let mut parts = vec![
        SafeHtml::trusted(format!(
            "<p>{}</p><h1><bdi>{}</bdi></h1><p class=\"lede\">{}</p>",
            link(PATH, &lang.t("hooks-heading")),
            SafeHtml::text(heading),
            SafeHtml::text(&state(frame, &hook))
        )),
        error_summary(&errors, lang),
    ];
    parts.extend(shown.secret.map(|secret| secret_panel(frame, &secret)));
    let path = page_of(id);
    let turn = match hook.paused {
        true => ("resume", "hooks-resume"),
        false => ("pause", "hooks-pause"),
    };
    let mut acts = Form::post(&path, frame.csrf()).inline();
    for (act, key) in [("test", "hooks-test"), turn, ("remove", "hooks-remove")] {
        acts = acts.button(Button::quiet(lang.t(key)).about(heading).sends("do", act));
    }
    parts.push(acts.render());
    parts.push(panel(
        "last",
        &lang.t("hooks-last"),
        &messages(frame, &hook, &deliveries),
    ));
    let form = add(Form::post(&path, frame.csrf()), frame, &typed, &errors)
        .button(Button::primary(lang.t("hooks-save")).sends("do", "change"));
    parts.push(panel("change", &lang.t("hooks-change"), &form.render()));
    let secret = secret(frame, &hook, rooms.clock.ts());
    parts.push(panel("secret", &lang.t("hooks-secret"), &secret));
    let body = SafeHtml::concat(&parts);
    frame.answer(status, &form_page(frame, NavItem::Admin, heading, body))
}

pub(crate) async fn show(
    frame: Frame,
    _who: Admin,
    rooms: Rooms,
    path: web::Path<String>,
) -> HttpResponse {
    match Id::parse(&path) {
        Some(id) => answer(&frame, &rooms, id, Shown::default(), 200).await,
        None => frame.error(404),
    }
}
