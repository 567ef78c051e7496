//! The page of what one hides.

use super::BLOCKS_PATH;
use super::blocks::{DAYS, RuleForm};
use crate::markup::{form_page, nothing, panel, paragraph, table, two_lines};
use federation::Actor;
use pages::Frame;
use publication::personal::{Level, Rule, RuleKind};
use ui::forms::{Button, Choice, error_summary};
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml, dates};

/// What is in the form.
pub(super) struct Typed<'a> {
    pub(super) form: &'a RuleForm,
    /// Whom the page is about.
    pub(super) about: Option<&'a Actor>,
    pub(super) errors: &'a FormErrors,
}

pub(super) fn page(frame: &Frame, rules: &[Rule], typed: &Typed<'_>) -> Page {
    let lang = frame.lang;
    let heading = lang.t("own-heading");
    let new = match typed.about {
        Some(actor) => about_form(frame, actor, typed),
        None => free_form(frame, typed),
    };
    let body = SafeHtml::concat([
        &error_summary(typed.errors, lang),
        &new,
        &panel("list", &lang.t("own-list"), &list(frame, rules)),
    ]);
    let body = narrow_page(&heading, &lang.t("own-intro"), &body);
    form_page(frame, NavItem::Account, &heading, body)
}

/// How far, and how long.
fn rest(frame: &Frame, typed: &Typed<'_>) -> [SafeHtml; 2] {
    let lang = frame.lang;
    let level = |level: Level| Choice {
        value: level.as_str().to_owned(),
        label: lang.t(&format!("own-level-{level}")),
        help: lang.t(&format!("own-level-{level}-help")),
    };
    let days = |days: &i64| {
        let text = match days {
            0 => lang.t("own-for-ever"),
            days => lang.ta("own-for-days", &[("n", (*days).into())]),
        };
        Choice::new(&days.to_string(), &text)
    };
    [
        Field::radios(
            "level",
            lang.t("own-level"),
            vec![level(Level::Mute), level(Level::Block)],
        )
        .value(&typed.form.level)
        .render(typed.errors, lang),
        Field::select("days", lang.t("own-days"), DAYS.iter().map(days).collect())
            .value(&typed.form.days)
            .render(typed.errors, lang),
    ]
}

/// From the page of an event or a reply: this actor, or its whole server.
fn about_form(frame: &Frame, actor: &Actor, typed: &Typed<'_>) -> SafeHtml {
    let lang = frame.lang;
    let handle = actor.handle();
    let mut kinds = vec![Choice::new(
        RuleKind::Actor.as_str(),
        &lang.ta("own-this-actor", &[("who", handle.as_str().into())]),
    )];
    if actor.site_id.is_none() {
        let host = [("host", actor.host.as_str().into())];
        kinds.push(Choice::new(
            RuleKind::Host.as_str(),
            &lang.ta("own-this-host", &host),
        ));
    }
    let name = match actor.name.trim() {
        "" => handle.as_str(),
        name => name,
    };
    let mut form = Form::post(BLOCKS_PATH, frame.csrf())
        .hidden("target", &actor.uri)
        .hidden("about", &actor.uri)
        .body(paragraph(&lang.ta("own-about", &[("who", name.into())])))
        .body(
            Field::radios("kind", lang.t("own-what"), kinds)
                .value(&typed.form.kind)
                .render(typed.errors, lang),
        );
    for field in rest(frame, typed) {
        form = form.body(field);
    }
    form.button(Button::primary(lang.t("own-submit"))).render()
}

fn free_form(frame: &Frame, typed: &Typed<'_>) -> SafeHtml {
    let lang = frame.lang;
    let kinds = RuleKind::ALL
        .iter()
        .map(|kind| Choice::new(kind.as_str(), &lang.t(&format!("own-kind-{kind}"))))
        .collect();
    let mut form = Form::post(BLOCKS_PATH, frame.csrf())
        .body(
            Field::select("kind", lang.t("own-what"), kinds)
                .value(&typed.form.kind)
                .render(typed.errors, lang),
        )
        .body(
            Field::text("target", lang.t("own-target"))
                .help(lang.t("own-target-help"))
                .value(&typed.form.target)
                .max_length(500)
                .attribute("autocapitalize", "none")
                .attribute("spellcheck", "false")
                .required()
                .render(typed.errors, lang),
        );
    for field in rest(frame, typed) {
        form = form.body(field);
    }
    form.button(Button::primary(lang.t("own-submit"))).render()
}

fn list(frame: &Frame, rules: &[Rule]) -> SafeHtml {
    let lang = frame.lang;
    if rules.is_empty() {
        return nothing(&lang.t("own-none"));
    }
    let columns = [
        "own-col-what",
        "own-col-level",
        "own-col-until",
        "agendas-col-do",
    ];
    let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
    let rows: Vec<Vec<SafeHtml>> = rules
        .iter()
        .map(|rule| {
            let until = match rule.ends_at {
                Some(at) => {
                    let day = at.0.with_timezone(&frame.site.timezone).date_naive();
                    let date = dates::long_date(day, lang);
                    lang.ta("own-until", &[("date", date.into())])
                }
                None => lang.t("own-for-ever"),
            };
            let undo = Form::post("/account/blocks/remove", frame.csrf())
                .inline()
                .hidden("id", &rule.id.to_string())
                .button(Button::quiet(lang.t("own-show-again")).about(&rule.shown))
                .render();
            vec![
                two_lines(&rule.shown, &lang.t(&format!("own-kind-{}", rule.kind))),
                SafeHtml::text(&lang.t(&format!("own-is-{}", rule.level))),
                SafeHtml::text(&until),
                undo,
            ]
        })
        .collect();
    table(&lang.t("own-list"), &columns, &rows)
}
