//! The form of a measure, and a list of measures with their undo.

use super::MEASURES_PATH;
use super::case_typed::{MEASURE, Typed};
use super::report::ground_choices;
use crate::letters::key_of;
use crate::markup::{nothing, table};
use moderation::measure::{Measure, MeasureKind};
use moderation::rules::Ground;
use moderation::target::{Target, TargetKind};
use pages::Frame;
use store::{Id, Ts};
use ui::forms::{Button, Choice};
use ui::{Field, Form, FormErrors, SafeHtml, dates};

/// A target as a form names it.
pub(super) fn name_of(target: &Target) -> String {
    let key = match (target.kind, target.id) {
        (TargetKind::Host, _) => target.host.clone(),
        (_, Some(id)) => id.to_string(),
        _ => String::new(),
    };
    format!("{}:{key}", target.kind.as_str())
}

/// What the form of a measure needs to know.
pub(super) struct Ask<'a> {
    /// On what: a word of the translations (`measure-on-…`) and the target, the nearest first.
    pub(super) on: Vec<(&'static str, &'a Target)>,
    /// Word of the reason proposed.
    pub(super) reason: &'a str,
    /// Reasons to choose from.
    pub(super) grounds: &'a [Ground],
    /// The case it answers.
    pub(super) case: Option<Id>,
    /// Where it leads afterwards.
    pub(super) back: String,
}

/// The form: on what, what, why, words, how long.
pub(super) fn measure_form(
    frame: &Frame,
    ask: &Ask<'_>,
    typed: &Typed,
    errors: &FormErrors,
) -> SafeHtml {
    let lang = frame.lang;
    let offered = &ask.on;
    let mut targets: Vec<Choice> = Vec::new();
    for (word, target) in offered {
        let value = name_of(target);
        if targets.iter().all(|known| known.value != value) {
            let what = [("title", target.title.as_str().into())];
            targets.push(Choice::new(
                &value,
                &lang.ta(&format!("measure-on-{word}"), &what),
            ));
        }
    }
    let Some(first) = targets.first().map(|choice| choice.value.clone()) else {
        return nothing(&lang.t("case-gone"));
    };
    let everywhere = frame
        .viewer
        .identity()
        .is_some_and(|who| who.account.is_server_admin);
    let kinds = MeasureKind::ALL
        .iter()
        .filter(|kind| everywhere || **kind != MeasureKind::Block)
        .filter(|kind| offered.iter().any(|(_, target)| kind.fits(target)))
        .map(|kind| {
            let word = kind.as_str();
            Choice::new(word, &lang.t(&format!("measure-do-{}", key_of(word))))
        })
        .collect();
    let reasons = ground_choices(frame, ask.grounds);
    // What was typed stands there again, when it was typed here.
    let kept = typed.act == MEASURE;
    let (on, reason) = match kept {
        true => (typed.on.as_str(), typed.reason.as_str()),
        false => (first.as_str(), ask.reason),
    };
    let fields = [
        Field::select("on", lang.t("measure-on"), targets).value(on),
        Field::radios("kind", lang.t("measure-what"), kinds)
            .required()
            .value(&typed.kind),
        Field::select("reason", lang.t("measure-reason"), reasons).value(reason),
        Field::textarea("text", lang.t("measure-message"), 3)
            .id("measure-text")
            .value(typed.text_of(MEASURE, "").unwrap_or_default())
            .help(lang.t("measure-message-help"))
            .max_length(5_000)
            .optional(),
        Field::number("days", lang.t("measure-days"))
            .help(lang.t("measure-days-help"))
            .value(&typed.days)
            .optional(),
    ];
    let mut form = Form::post(MEASURES_PATH, frame.csrf()).hidden("back", &ask.back);
    if let Some(case) = ask.case {
        form = form.hidden("case", &case.to_string());
    }
    for field in fields {
        form = form.body(field.render(errors, lang));
    }
    form.button(Button::primary(lang.t("measure-take")))
        .render()
}

/// Measures, newest first; those that hold with a button that takes them back and leads to `back`.
pub(crate) fn measure_list(frame: &Frame, measures: &[Measure], back: &str) -> SafeHtml {
    let lang = frame.lang;
    if measures.is_empty() {
        return nothing(&lang.t("measure-none"));
    }
    let day =
        |at: Ts| dates::long_date(at.0.with_timezone(&frame.site.timezone).date_naive(), lang);
    let columns = [
        "record-col-what",
        "record-col-on",
        "queue-col-why",
        "record-col-when",
        "agendas-col-do",
    ];
    let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
    let rows: Vec<Vec<SafeHtml>> = measures
        .iter()
        .map(|measure| {
            let (class, state) = match (measure.undone, measure.ended_at) {
                (true, _) => ("", lang.t("measure-undone")),
                (_, Some(_)) => ("", lang.t("measure-over")),
                _ => ("warn", lang.t("measure-holds")),
            };
            let until = match measure.ends_at {
                Some(at) => lang.ta("measure-until", &[("date", day(at).into())]),
                None => String::new(),
            };
            let warning = measure.kind() == Some(MeasureKind::Warn);
            let open = !measure.undone && (measure.ended_at.is_none() || warning);
            let undo = match open && measure.kind().is_some_and(MeasureKind::can_be_undone) {
                true => Form::post("/admin/measures/undo", frame.csrf())
                    .inline()
                    .hidden("id", &measure.id.to_string())
                    .hidden("back", back)
                    .button(Button::quiet(lang.t("measure-undo")).about(&measure.title))
                    .render(),
                false => SafeHtml::default(),
            };
            vec![
                SafeHtml::trusted(format!(
                    "{}<span class=\"sub\"><span class=\"badge {class}\">{}</span> {}</span>",
                    SafeHtml::text(&lang.t(&format!("measure-name-{}", key_of(&measure.kind)))),
                    SafeHtml::text(&state),
                    SafeHtml::text(&until)
                )),
                SafeHtml::trusted(format!("<bdi>{}</bdi>", SafeHtml::text(&measure.title))),
                SafeHtml::text(&lang.t(&format!("report-reason-{}", key_of(&measure.reason)))),
                SafeHtml::text(&day(measure.created_at)),
                undo,
            ]
        })
        .collect();
    table(&lang.t("measure-history"), &columns, &rows)
}
