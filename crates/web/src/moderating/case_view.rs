//! A case as its page shows it.

use super::case::page_of_case;
use super::case_typed::Typed;
use super::measure_form::{Ask, measure_form, measure_list};
use crate::correcting::{field_name, said};
use crate::letters::key_of;
use crate::markup::{form_page, link, nothing, panel};
use accounts::Moderator;
use moderation::case::{Case, CaseEntry, EntryKind, Outcome};
use moderation::measure::Measure;
use moderation::report::{Report, Source};
use moderation::rules::{Ground, SiteRule};
use moderation::target::Target;
use pages::Frame;
use publication::Correction;
use std::collections::HashMap;
use store::{Id, Ts};
use ui::forms::{Button, Choice, error_summary, more_options};
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml, dates};

/// What the page is made of.
pub(super) struct Seen {
    pub(super) case: Case,
    pub(super) target: Option<Target>,
    pub(super) author: Option<Target>,
    pub(super) writer: Option<Target>,
    pub(super) host: Option<Target>,
    pub(super) taken: Vec<Measure>,
    pub(super) entries: Vec<CaseEntry>,
    pub(super) reports: Vec<Report>,
    /// What reports propose, by report.
    pub(super) corrections: HashMap<Id, Vec<Correction>>,
    pub(super) names: HashMap<Id, String>,
    pub(super) grounds: Vec<Ground>,
    /// Rules that were named, whether they still count or not.
    pub(super) rules: HashMap<Id, SiteRule>,
}

pub(super) fn page(
    frame: &Frame,
    who: &Moderator,
    seen: &Seen,
    typed: &Typed,
    errors: &FormErrors,
) -> Page {
    let lang = frame.lang;
    let heading = lang.ta(
        "case-heading",
        &[("title", seen.case.title.as_str().into())],
    );
    let mut body = SafeHtml::trusted(format!("<h1>{}</h1>", SafeHtml::text(&heading)));
    body.push(&state(frame, who, seen));
    body.push(&error_summary(errors, lang));
    body.push(&panel(
        "reports",
        &lang.t("case-reports"),
        &reports(frame, seen, typed),
    ));
    if seen.case.is_open() {
        let on = [
            ("target", seen.target.as_ref()),
            ("actor", seen.author.as_ref()),
            ("account", seen.writer.as_ref()),
            ("host", seen.host.as_ref()),
        ];
        let ask = Ask {
            on: on
                .into_iter()
                .filter_map(|(word, target)| Some((word, target?)))
                .collect(),
            reason: &seen.case.reason,
            grounds: &seen.grounds,
            case: Some(seen.case.id),
            back: page_of_case(seen.case.id),
        };
        let decide = measure_form(frame, &ask, typed, errors);
        body.push(&panel("decide", &lang.t("measure-heading"), &decide));
        body.push(&panel(
            "close",
            &lang.t("case-close"),
            &close(frame, seen, typed, errors),
        ));
    }
    body.push(&panel(
        "talk",
        &lang.t("case-talk"),
        &talk(frame, seen, typed),
    ));
    let taken = measure_list(frame, &seen.taken, &page_of_case(seen.case.id));
    body.push(&panel("history", &lang.t("measure-history"), &taken));
    form_page(frame, NavItem::Admin, &heading, body)
}

fn moment(frame: &Frame, at: Ts) -> String {
    dates::moment(at.0, frame.site.timezone, frame.lang)
}

fn act(frame: &Frame, seen: &Seen, act: &str) -> Form {
    Form::post(&page_of_case(seen.case.id), frame.csrf()).hidden("do", act)
}

/// Where it stands, who looks after it, and where its subject is.
fn state(frame: &Frame, who: &Moderator, seen: &Seen) -> SafeHtml {
    let lang = frame.lang;
    let case = &seen.case;
    let name = |id: Id| seen.names.get(&id).cloned().unwrap_or_default();
    let standing = match &case.outcome {
        Some(outcome) => {
            let outcome = lang.t(&format!("case-outcome-{outcome}"));
            lang.ta("case-closed", &[("outcome", outcome.into())])
        }
        None => lang.t("case-open"),
    };
    let whose = match case.assigned_to {
        Some(id) => lang.ta("case-assigned", &[("name", name(id).into())]),
        None => lang.t("case-unassigned"),
    };
    let see = match &seen.target {
        Some(target) => {
            let page = match target.page.is_empty() {
                true => SafeHtml::text(&target.title),
                false => link(&target.page, &lang.t("case-see")),
            };
            page.to_string()
        }
        None => SafeHtml::text(&lang.t("case-gone")).to_string(),
    };
    let button = match (case.is_open(), case.assigned_to) {
        (false, _) => act(frame, seen, "reopen").button(Button::quiet(lang.t("case-reopen"))),
        (_, Some(id)) if id == who.account.id => {
            act(frame, seen, "release").button(Button::quiet(lang.t("case-release")))
        }
        _ => act(frame, seen, "take").button(Button::quiet(lang.t("case-take"))),
    };
    SafeHtml::trusted(format!(
        "<p class=\"lede\"><span class=\"badge {}\">{}</span> {}. {see}</p>{}",
        if case.is_open() { "warn" } else { "good" },
        SafeHtml::text(&standing),
        SafeHtml::text(&whose),
        button.inline().render()
    ))
}

fn reports(frame: &Frame, seen: &Seen, typed: &Typed) -> SafeHtml {
    let lang = frame.lang;
    let items: String = seen
        .reports
        .iter()
        .map(|report| {
            let by = match report.source() {
                Source::Account => {
                    let name = report.account_id.and_then(|id| seen.names.get(&id));
                    lang.ta("case-from-account", &[("name", name.cloned().unwrap_or_default().into())])
                }
                Source::Visitor => lang.t("case-from-visitor"),
                Source::Server => lang.ta("case-from-server", &[("host", report.host.as_str().into())]),
            };
            let reason = match report.rule_id.and_then(|id| seen.rules.get(&id)) {
                Some(rule) => rule.text(lang.tag(), &frame.site.default_language),
                None => lang.t(&format!("report-reason-{}", key_of(&report.reason))),
            };
            let field = match (report.field.is_empty(), seen.corrections.get(&report.id)) {
                (_, Some(proposed)) => proposed.iter().map(|one| correction(frame, one)).collect(),
                (true, None) => String::new(),
                (false, None) => {
                    let named = super::report::field_or_words(&report.field, lang);
                    format!("<p><strong>{}</strong></p>", SafeHtml::text(&named))
                }
            };
            let times = match report.times {
                ..=1 => String::new(),
                n => format!(
                    "<span class=\"sub\">{}</span>",
                    SafeHtml::text(&lang.ta("case-times", &[("n", i64::from(n).into())]))
                ),
            };
            // The copy was cleaned when it was made, and is cleaned again: the row may be older than the cleaner.
            let text = text::clean_html(report.copy.0["text"].as_str().unwrap_or_default());
            let title = report.copy.0["title"].as_str().unwrap_or_default();
            let copy = more_options(
                &lang.t("case-copy"),
                false,
                &SafeHtml::trusted(format!(
                    "<p><strong>{}</strong></p><div class=\"prose\">{text}</div>",
                    SafeHtml::text(title)
                )),
            );
            format!(
                "<li><p><strong>{}</strong><span class=\"sub\">{}, {}</span>{times}</p>{field}<p class=\"said\">{}</p>{copy}{}</li>",
                SafeHtml::text(&reason),
                SafeHtml::text(&by),
                SafeHtml::text(&moment(frame, report.created_at)),
                SafeHtml::text(&report.text),
                answer_to(frame, seen, report, typed),
            )
        })
        .collect();
    SafeHtml::trusted(format!("<ul class=\"plain\">{items}</ul>"))
}

/// What is proposed, and what the author said.
fn correction(frame: &Frame, one: &Correction) -> String {
    let lang = frame.lang;
    let args = [
        ("field", field_name(&one.field, lang).into()),
        ("was", said(&one.field, &one.was, lang).into()),
        ("value", said(&one.field, &one.value, lang).into()),
    ];
    let state = match (one.is_waiting(), one.told_at) {
        (true, None) => "correction-state-untold".to_owned(),
        _ => format!("correction-state-{}", one.state),
    };
    format!(
        "<p><strong>{}</strong> <span class=\"badge\">{}</span></p>",
        SafeHtml::text(&lang.ta("correction-line", &args)),
        SafeHtml::text(&lang.t(&state))
    )
}

/// Writing to who reported, and passing it on.
fn answer_to(frame: &Frame, seen: &Seen, report: &Report, typed: &Typed) -> SafeHtml {
    let lang = frame.lang;
    let none = FormErrors::new();
    let id = report.id.to_string();
    let mut parts = Vec::new();
    if report.source() != Source::Server {
        let kept = typed.text_of("write-reporter", &id);
        let form = act(frame, seen, "write-reporter")
            .hidden("report", &id)
            .body(
                Field::textarea("text", lang.t("case-to-reporter"), 3)
                    .id(&format!("to-{id}"))
                    .value(kept.unwrap_or_default())
                    .max_length(5_000)
                    .render(&none, lang),
            )
            .button(Button::quiet(lang.t("case-write")))
            .render();
        parts.push(more_options(
            &lang.t("case-to-reporter"),
            kept.is_some(),
            &form,
        ));
    }
    match (&seen.host, report.forwarded_at) {
        (Some(_), Some(_)) => parts.push(SafeHtml::trusted(format!(
            "<p class=\"sub\">{}</p>",
            SafeHtml::text(&lang.t("case-forwarded"))
        ))),
        (Some(host), None) if seen.case.is_open() => {
            let help = lang.ta("case-forward-help", &[("host", host.host.as_str().into())]);
            let kept = typed.text_of("forward", &id);
            let form = act(frame, seen, "forward")
                .hidden("report", &id)
                .body(
                    Field::textarea("text", lang.t("case-forward"), 3)
                        .id(&format!("forward-{id}"))
                        .help(help)
                        .value(kept.unwrap_or(&report.text))
                        .max_length(5_000)
                        .render(&none, lang),
                )
                .button(Button::quiet(lang.t("case-forward-do")))
                .render();
            parts.push(more_options(&lang.t("case-forward"), kept.is_some(), &form));
        }
        _ => {}
    }
    SafeHtml::concat(&parts)
}

fn close(frame: &Frame, seen: &Seen, typed: &Typed, errors: &FormErrors) -> SafeHtml {
    let lang = frame.lang;
    let outcomes = Outcome::ALL
        .iter()
        .map(|outcome| {
            let word = outcome.as_str();
            Choice::new(word, &lang.t(&format!("case-outcome-{word}")))
        })
        .collect();
    act(frame, seen, "close")
        .body(
            Field::radios("outcome", lang.t("case-close-outcome"), outcomes)
                .required()
                .value(&typed.outcome)
                .render(errors, lang),
        )
        .body(
            Field::textarea("words", lang.t("case-close-words"), 3)
                .max_length(5_000)
                .value(&typed.words)
                .optional()
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("case-close")))
        .render()
}

/// Notes, messages and steps, and the forms to add one.
fn talk(frame: &Frame, seen: &Seen, typed: &Typed) -> SafeHtml {
    let lang = frame.lang;
    let none = FormErrors::new();
    let lines: String = seen
        .entries
        .iter()
        .map(|entry| {
            let who = entry.account_id.and_then(|id| seen.names.get(&id));
            let who = who.cloned().unwrap_or_default();
            let step = entry.kind == EntryKind::Step.as_str();
            let said = match (step, entry.text.strip_prefix("measure-")) {
                (true, Some(kind)) => {
                    let measure = lang.t(&format!("measure-name-{}", key_of(kind)));
                    lang.ta("case-step-measure", &[("measure", measure.into())])
                }
                (true, None) => lang.t(&format!("case-step-{}", entry.text)),
                (false, _) => entry.text.clone(),
            };
            let kind = match step {
                true => String::new(),
                false => format!(
                    " <span class=\"badge\">{}</span>",
                    SafeHtml::text(&lang.t(&format!("case-kind-{}", key_of(&entry.kind))))
                ),
            };
            format!(
                "<li><p><strong><bdi>{}</bdi></strong>{kind}<span class=\"sub\">{}</span></p><p class=\"said\">{}</p></li>",
                SafeHtml::text(&who),
                SafeHtml::text(&moment(frame, entry.at)),
                SafeHtml::text(&said)
            )
        })
        .collect();
    let list = match lines.is_empty() {
        true => nothing(&lang.t("case-talk-none")),
        false => SafeHtml::trusted(format!("<ol class=\"plain\">{lines}</ol>")),
    };
    let note = act(frame, seen, "note")
        .body(
            Field::textarea("text", lang.t("case-note"), 3)
                .id("note")
                .max_length(5_000)
                .value(typed.text_of("note", "").unwrap_or_default())
                .render(&none, lang),
        )
        .button(Button::quiet(lang.t("case-note-add")))
        .render();
    let local = seen
        .author
        .as_ref()
        .is_some_and(|author| !author.is_remote());
    let mut parts = vec![list, note];
    if local || seen.writer.is_some() {
        let kept = typed.text_of("write-subject", "");
        let form = act(frame, seen, "write-subject")
            .body(
                Field::textarea("text", lang.t("case-to-subject"), 3)
                    .id("to-subject")
                    .help(lang.t("case-to-subject-help"))
                    .value(kept.unwrap_or_default())
                    .max_length(5_000)
                    .render(&none, lang),
            )
            .button(Button::quiet(lang.t("case-write")))
            .render();
        parts.push(more_options(
            &lang.t("case-to-subject"),
            kept.is_some(),
            &form,
        ));
    }
    SafeHtml::concat(&parts)
}
