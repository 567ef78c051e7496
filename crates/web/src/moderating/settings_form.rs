//! What the site shows of its moderation, and how long it keeps what people wrote, how much people may do: forms beside the rules.

use super::SETTINGS_PATH;
use crate::markup::{panel, paragraph};
use moderation::settings::{MOST_MONTHS, ModerationSettings, ShownTo};
use pages::Frame;
use serde::Deserialize;
use ui::forms::{Button, Choice};
use ui::{Field, Form, FormErrors, SafeHtml};

/// One of them, as it is typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct SettingsForm {
    /// `shown`, `kept` or `limits`.
    #[serde(rename = "do")]
    pub(super) which: String,
    pub(super) log: String,
    pub(super) figures: String,
    pub(super) servers: String,
    pub(super) months: String,
    pub(super) limits: String,
}

impl SettingsForm {
    /// The settings as they stand.
    pub(super) fn of(settings: &ModerationSettings) -> Self {
        let yes = |set: bool| if set { "on".to_owned() } else { String::new() };
        Self {
            which: String::new(),
            log: yes(settings.log),
            figures: yes(settings.figures),
            servers: settings.servers.as_str().to_owned(),
            months: settings.months.to_string(),
            limits: settings.limits.to_string(),
        }
    }
}

/// Percent of the usual limits that the page offers.
const HEIGHTS: [i32; 4] = [50, 100, 200, 500];

/// The forms.
pub(super) fn panels(frame: &Frame, form: &SettingsForm, errors: &FormErrors) -> SafeHtml {
    let lang = frame.lang;
    let choices = ShownTo::ALL
        .iter()
        .map(|one| {
            let label = lang.t(&format!("log-servers-{}", one.as_str().replace('_', "-")));
            Choice::new(one.as_str(), &label)
        })
        .collect();
    let shown = Form::post(SETTINGS_PATH, frame.csrf())
        .hidden("do", "shown")
        .body(
            Field::checkbox("log", lang.t("log-set-log"), !form.log.is_empty())
                .help(lang.t("log-set-log-help"))
                .render(errors, lang),
        )
        .body(
            Field::checkbox(
                "figures",
                lang.t("log-set-figures"),
                !form.figures.is_empty(),
            )
            .help(lang.t("log-set-figures-help"))
            .render(errors, lang),
        )
        .body(
            Field::radios("servers", lang.t("log-set-servers"), choices)
                .value(&form.servers)
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("hold-save")));
    let kept = Form::post(SETTINGS_PATH, frame.csrf())
        .hidden("do", "kept")
        .body(
            Field::number("months", lang.t("log-set-months"))
                .help(lang.ta(
                    "log-set-months-help",
                    &[("most", i64::from(MOST_MONTHS).into())],
                ))
                .attribute("min", "1")
                .attribute("max", &MOST_MONTHS.to_string())
                .value(&form.months)
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("hold-save")));
    let mut heights: Vec<Choice> = HEIGHTS
        .iter()
        .map(|percent| {
            Choice::new(
                &percent.to_string(),
                &lang.t(&format!("limits-set-{percent}")),
            )
        })
        .collect();
    // A program set another one.
    if !form.limits.is_empty() && heights.iter().all(|one| one.value != form.limits) {
        let percent = [("percent", form.limits.as_str().into())];
        heights.push(Choice::new(
            &form.limits,
            &lang.ta("limits-set-other", &percent),
        ));
    }
    let limits = Form::post(SETTINGS_PATH, frame.csrf())
        .hidden("do", "limits")
        .body(
            Field::radios("limits", lang.t("limits-set"), heights)
                .value(&form.limits)
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("hold-save")));
    let body =
        |intro: &str, form: &Form| SafeHtml::concat([&paragraph(&lang.t(intro)), &form.render()]);
    SafeHtml::concat([
        &panel(
            "shown",
            &lang.t("log-set-heading"),
            &body("log-set-intro", &shown),
        ),
        &panel(
            "kept",
            &lang.t("log-kept-heading"),
            &body("log-kept-intro", &kept),
        ),
        &panel(
            "limits",
            &lang.t("limits-heading"),
            &body("limits-intro", &limits),
        ),
    ])
}
