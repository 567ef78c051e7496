//! The first visit: name, account, look, answers.

use super::{AboutAnswers, name_field, narrow_page, new_password_field};
use crate::forms::{
    Button, Choice, Field, Form, FormErrors, error_summary, fieldset, more_options,
};
use crate::html::SafeHtml;
use crate::lang::Lang;
use crate::theme::Paper;

/// A step of the setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetupStep {
    /// Name, sentence, language, zone.
    Site,
    /// The first account.
    Account,
    /// Colour and paper.
    Look,
    /// The nine answers.
    About,
}

impl SetupStep {
    /// Every step, in order.
    pub const ALL: [SetupStep; 4] = [
        SetupStep::Site,
        SetupStep::Account,
        SetupStep::Look,
        SetupStep::About,
    ];

    /// Key of its name.
    fn key(self) -> &'static str {
        match self {
            SetupStep::Site => "setup-step-site",
            SetupStep::Account => "setup-step-account",
            SetupStep::Look => "setup-step-look",
            SetupStep::About => "setup-step-about",
        }
    }
}

/// What is typed in the setup. The names are those of the fields sent.
#[derive(Clone, Debug, Default)]
pub struct SetupValues {
    /// Name of the site.
    pub site_name: String,
    /// One sentence.
    pub tagline: String,
    /// `fr` or `en`.
    pub language: String,
    /// IANA name.
    pub time_zone: String,
    /// Name of the first account's person.
    pub account_name: String,
    /// Its e-mail address.
    pub email: String,
    /// Handle of the first agenda.
    pub agenda_handle: String,
    /// `open`, `approval`, `closed`.
    pub registrations: String,
    /// Degrees, 0 to 359.
    pub accent_hue: String,
    /// A [`Paper`] by name.
    pub paper: String,
    /// The nine answers.
    pub about: AboutAnswers,
}

/// The first visit of an empty instance: the whole setup on one page, in four
/// numbered groups, sent once. The password is sent as `password`, the code
/// printed by the server at its start as `setup_code`.
#[derive(Clone, Debug, Default)]
pub struct SetupView {
    /// Where it goes (POST).
    pub action: String,
    /// The token.
    pub csrf: String,
    /// What is typed.
    pub values: SetupValues,
    /// Time zones to choose from.
    pub time_zones: Vec<Choice>,
    /// A code must be typed (the server is reachable by others already).
    pub needs_code: bool,
    /// The code as typed, or as the printed address brought it.
    pub code: String,
    /// What is wrong.
    pub errors: FormErrors,
}

/// The body of the setup.
pub fn setup_page(view: &SetupView, lang: Lang) -> SafeHtml {
    let (v, e) = (&view.values, &view.errors);
    let steps: String = SetupStep::ALL
        .into_iter()
        .zip(1..)
        .map(|(step, n)| {
            format!(
                "<li><a href=\"#step-{n}\"><b>{n}</b> {}</a></li>",
                SafeHtml::text(&lang.t(step.key()))
            )
        })
        .collect();
    let group = |n: u8, step: SetupStep, help: &str, body: SafeHtml| {
        SafeHtml::trusted(format!(
            "<div id=\"step-{n}\" class=\"step\">{}</div>",
            fieldset(
                &format!("{n}. {}", lang.t(step.key())),
                &lang.t(help),
                &body
            )
        ))
    };
    let mut site = SafeHtml::concat([
        &Field::text("site_name", lang.t("setup-site-name"))
            .help(lang.t("setup-site-name-help"))
            .value(&v.site_name)
            .required()
            .max_length(80)
            .render(e, lang),
        &Field::text("tagline", lang.t("setup-tagline"))
            .help(lang.t("setup-tagline-help"))
            .value(&v.tagline)
            .optional()
            .max_length(160)
            .render(e, lang),
        &Field::select("language", lang.t("setup-language"), language_choices())
            .value(&v.language)
            .render(e, lang),
        &Field::select(
            "time_zone",
            lang.t("setup-time-zone"),
            view.time_zones.clone(),
        )
        .value(&v.time_zone)
        .render(e, lang),
    ]);
    if view.needs_code {
        site = SafeHtml::concat([
            &Field::text("setup_code", lang.t("setup-code"))
                .help(lang.t("setup-code-help"))
                .value(&view.code)
                .required()
                .attribute("autocomplete", "one-time-code")
                .render(e, lang),
            &site,
        ]);
    }
    let account = SafeHtml::concat([
        &Field::email("email", lang.t("account-email"))
            .value(&v.email)
            .required()
            .render(e, lang),
        &name_field(&v.account_name, e, lang),
        &new_password_field(e, lang),
        &Field::text("agenda_handle", lang.t("setup-agenda-handle"))
            .help(lang.t("setup-agenda-handle-help"))
            .value(&v.agenda_handle)
            .optional()
            .max_length(30)
            .attribute("autocapitalize", "none")
            .render(e, lang),
        &Field::radios(
            "registrations",
            lang.t("setup-registrations"),
            registration_choices(lang),
        )
        .value(if v.registrations.is_empty() {
            "approval"
        } else {
            &v.registrations
        })
        .render(e, lang),
    ]);
    let about = more_options(
        &lang.t("setup-about-open"),
        v.about
            .questions()
            .iter()
            .any(|q| !q.3.is_empty() || e.get(q.0).is_some()),
        &v.about.fields(e, lang),
    );
    let form = Form::post(&view.action, &view.csrf)
        .body(group(1, SetupStep::Site, "setup-step-site-help", site))
        .body(group(
            2,
            SetupStep::Account,
            "setup-step-account-help",
            account,
        ))
        .body(group(
            3,
            SetupStep::Look,
            "setup-step-look-help",
            look_fields(&v.accent_hue, &v.paper, e, lang),
        ))
        .body(group(4, SetupStep::About, "setup-step-about-help", about))
        .button(Button::primary(lang.t("setup-finish")))
        .render();
    let body = SafeHtml::trusted(format!(
        "{}<ol class=\"steps\">{steps}</ol>{form}",
        error_summary(e, lang)
    ));
    narrow_page(&lang.t("setup-heading"), &lang.t("setup-intro"), &body)
}

/// The choice of a site's colour (`accent_hue`) and paper (`paper`), for setup
/// and administration.
pub fn look_fields(accent_hue: &str, paper: &str, errors: &FormErrors, lang: Lang) -> SafeHtml {
    let hues = [
        ("25", "look-hue-brick"),
        ("55", "look-hue-apricot"),
        ("90", "look-hue-straw"),
        ("145", "look-hue-leaf"),
        ("190", "look-hue-lagoon"),
        ("250", "look-hue-sky"),
        ("290", "look-hue-iris"),
        ("350", "look-hue-raspberry"),
    ];
    let mut choices: Vec<Choice> = hues
        .iter()
        .map(|(hue, key)| Choice::new(hue, &lang.t(key)))
        .collect();
    let chosen = if accent_hue.is_empty() {
        "25"
    } else {
        accent_hue
    };
    if !hues.iter().any(|(hue, _)| *hue == chosen) {
        choices.push(Choice::new(
            chosen,
            &lang.ta("look-hue-own", &[("hue", chosen.into())]),
        ));
    }
    let papers = Paper::ALL
        .into_iter()
        .map(|p| {
            let key = match p {
                Paper::Light => "look-paper-light",
                Paper::Tinted => "look-paper-tinted",
                Paper::Dark => "look-paper-dark",
            };
            Choice::new(p.as_str(), &lang.t(key))
        })
        .collect();
    let hue = Field::radios("accent_hue", lang.t("look-hue"), choices)
        .help(lang.t("look-hue-help"))
        .value(chosen)
        .render(errors, lang);
    let paper = Field::radios("paper", lang.t("look-paper"), papers)
        .value(if paper.is_empty() {
            Paper::default().as_str()
        } else {
            paper
        })
        .render(errors, lang);
    SafeHtml::trusted(format!(
        "<div class=\"hues flow\">{hue}</div><div class=\"papers flow\">{paper}</div>"
    ))
}

fn language_choices() -> Vec<Choice> {
    Lang::ALL
        .into_iter()
        .map(|l| Choice::new(l.tag(), l.own_name()))
        .collect()
}

/// Open, by approval, closed; with a line of help each.
pub fn registration_choices(lang: Lang) -> Vec<Choice> {
    let choice = |value: &str, label: &str, help: &str| Choice {
        value: value.to_owned(),
        label: lang.t(label),
        help: lang.t(help),
    };
    vec![
        choice("open", "registrations-open", "registrations-open-help"),
        choice(
            "approval",
            "registrations-approval",
            "registrations-approval-help",
        ),
        choice(
            "closed",
            "registrations-closed",
            "registrations-closed-help",
        ),
    ]
}
