//! The rules as they are changed: one form each, one for a new one, and the usual reasons that are offered.

use super::EDIT_PATH;
use crate::letters::key_of;
use crate::markup::{form_page, link, panel};
use crate::moderating::page_of;
use crate::rooms::Rooms;
use accounts::Admin;
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::report::Reason;
use moderation::rules::{LONGEST_RULE, RULES_PATH, SiteRule, hidden};
use pages::Frame;
use store::Ts;
use ui::forms::{Button, Choice, error_summary};
use ui::{Field, Form, FormErrors, Lang, NavItem, SafeHtml, dates};

/// What was typed, to be shown again.
#[derive(Debug, Default, Clone)]
pub(super) struct Typed {
    pub(super) id: String,
    pub(super) fr: String,
    pub(super) en: String,
    pub(super) reason: String,
    pub(super) since: String,
}

impl Typed {
    fn of(rule: &SiteRule) -> Self {
        let text = |tag: &str| rule.texts.0[tag].as_str().unwrap_or_default().to_owned();
        Self {
            id: rule.id.to_string(),
            fr: text("fr"),
            en: text("en"),
            reason: rule.reason.clone(),
            since: String::new(),
        }
    }
}

/// The usual reasons as choices.
fn reasons(lang: Lang) -> Vec<Choice> {
    let choice = |reason: &Reason| {
        let word = reason.as_str();
        Choice::new(word, &lang.t(&format!("report-reason-{}", key_of(word))))
    };
    Reason::ALL.iter().map(choice).collect()
}

fn form(frame: &Frame, typed: &Typed, errors: &FormErrors) -> SafeHtml {
    let lang = frame.lang;
    let new = typed.id.is_empty();
    let named = |name: &str| format!("{name}-{}", if new { "new" } else { &typed.id });
    let mut fields = Vec::new();
    for (name, value) in [("fr", &typed.fr), ("en", &typed.en)] {
        fields.push(
            Field::textarea(name, lang.t(&format!("rules-text-{name}")), 2)
                .id(&named(name))
                .max_length(LONGEST_RULE)
                .optional()
                .value(value),
        );
    }
    let about = Field::select("reason", lang.t("rules-about"), reasons(lang))
        .id(&named("reason"))
        .help(lang.t("rules-about-help"))
        .value(&typed.reason);
    let since = Field::date("since", lang.t("rules-when"))
        .id(&named("since"))
        .help(lang.t("rules-when-help"))
        .optional()
        .value(&typed.since);
    fields.extend([about, since]);
    let tell = Field::checkbox("tell", lang.t("rules-tell"), false).id(&named("tell"));
    let mut made = Form::post(EDIT_PATH, frame.csrf()).hidden("id", &typed.id);
    for field in fields.into_iter().chain([tell]) {
        made = made.body(field.render(errors, lang));
    }
    let key = if new { "rules-add" } else { "rules-save" };
    made = made.button(Button::primary(lang.t(key)).sends("do", "set"));
    if !new {
        made = made.button(Button::quiet(lang.t("rules-end")).sends("do", "end"));
    }
    made.render()
}

fn offered(frame: &Frame, hidden: &[Reason]) -> SafeHtml {
    let lang = frame.lang;
    let mut made = Form::post(EDIT_PATH, frame.csrf());
    for choice in reasons(lang) {
        if choice.value == Reason::Other.as_str() {
            continue;
        }
        let shown = hidden.iter().all(|reason| reason.as_str() != choice.value);
        let field = Field::checkbox(&choice.value, choice.label.clone(), shown);
        made = made.body(field.render(&FormErrors::new(), lang));
    }
    made.button(Button::primary(lang.t("rules-save")).sends("do", "offer"))
        .render()
}

/// The page, with what was wrong in the form of `typed`.
pub(super) async fn answer(
    frame: &Frame,
    rooms: &Rooms,
    typed: &Typed,
    errors: &FormErrors,
    status: u16,
) -> HttpResponse {
    let (site, now) = (frame.site.id, rooms.clock.ts());
    let found = rooms.database.read(move |conn| {
        Ok::<_, ModerationError>((SiteRule::all(conn, site)?, hidden(conn, site)?))
    });
    let (rules, hidden) = match found.await {
        Ok(found) => found,
        Err(error) => return page_of(frame, &error),
    };
    let lang = frame.lang;
    let heading = lang.t("rules-edit-heading");
    let none = FormErrors::new();
    let mut parts = vec![
        SafeHtml::trusted(format!(
            "<h1>{}</h1><p class=\"lede\">{}</p><p>{}</p>",
            SafeHtml::text(&heading),
            SafeHtml::text(&lang.t("rules-edit-intro")),
            link(RULES_PATH, &lang.t("rules-see"))
        )),
        error_summary(errors, lang),
    ];
    let stands = |rule: &&SiteRule| rule.until.is_none_or(|until| until > now);
    for rule in rules.iter().filter(stands) {
        let whose = typed.id == rule.id.to_string();
        let title = rule.text(lang.tag(), &frame.site.default_language);
        let title: String = title.chars().take(80).collect();
        let note = match (rule.since > now, rule.until) {
            (true, _) => said(frame, "rules-from", rule.since),
            (false, Some(until)) => said(frame, "rules-until", until),
            _ => said(frame, "rules-since", rule.since),
        };
        let body = match rule.until {
            // What ends soon was reworded already.
            Some(_) => note,
            None if whose => SafeHtml::concat([&note, &form(frame, typed, errors)]),
            None => SafeHtml::concat([&note, &form(frame, &Typed::of(rule), &none)]),
        };
        parts.push(panel(&format!("r{}", rule.id), &title, &body));
    }
    let new = match typed.id.is_empty() {
        true => form(frame, typed, errors),
        false => form(frame, &Typed::default(), &none),
    };
    parts.push(panel("new", &lang.t("rules-new"), &new));
    let body = offered(frame, &hidden);
    parts.push(panel("offered", &lang.t("rules-offered"), &body));
    let body = SafeHtml::concat(&parts);
    frame.answer(status, &form_page(frame, NavItem::Admin, &heading, body))
}

fn said(frame: &Frame, key: &str, at: Ts) -> SafeHtml {
    let day = at.0.with_timezone(&frame.site.timezone).date_naive();
    let date = [("date", dates::long_date(day, frame.lang).into())];
    let text = SafeHtml::text(&frame.lang.ta(key, &date));
    SafeHtml::trusted(format!("<p class=\"sub\">{text}</p>"))
}

pub(crate) async fn show(frame: Frame, _who: Admin, rooms: Rooms) -> HttpResponse {
    let (typed, errors) = (Typed::default(), FormErrors::new());
    answer(&frame, &rooms, &typed, &errors, 200).await
}
