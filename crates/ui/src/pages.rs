//! Pages around the agenda: setup, signing in and up, about the site.

use askama::Template;

use crate::forms::{
    Button, Choice, Field, Form, FormErrors, error_summary, fieldset, more_options,
};
use crate::html::SafeHtml;
use crate::lang::Lang;
use crate::layout::{Picture, Routes};
use crate::theme::Paper;

/// A heading, a sentence and content, on a narrow column: the frame of forms
/// and short pages. `intro` may be empty.
pub fn narrow_page(heading: &str, intro: &str, body: &SafeHtml) -> SafeHtml {
    let intro = if intro.is_empty() {
        String::new()
    } else {
        format!("<p class=\"lede\">{}</p>", SafeHtml::text(intro))
    };
    SafeHtml::trusted(format!(
        "<div class=\"narrow\"><h1>{}</h1>{intro}{body}</div>",
        SafeHtml::text(heading)
    ))
}

/// The nine answers by which a site presents itself. The names are those of
/// PeerTube's `instance` settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AboutAnswers {
    /// What it publishes.
    pub categories: String,
    /// Languages its moderators speak.
    pub languages: String,
    /// Rules of conduct.
    pub code_of_conduct: String,
    /// How it moderates.
    pub moderation_information: String,
    /// Who is behind.
    pub administrator: String,
    /// Why it exists.
    pub creation_reason: String,
    /// For how long it will be kept.
    pub maintenance_lifetime: String,
    /// How it is paid for.
    pub business_model: String,
    /// On which machines it runs.
    pub hardware_information: String,
}

impl AboutAnswers {
    /// The nine (field name, question's key, help's key, answer), in order.
    pub fn questions(&self) -> [(&'static str, &'static str, &'static str, &str); 9] {
        [
            (
                "administrator",
                "about-administrator",
                "about-administrator-help",
                &self.administrator,
            ),
            (
                "creation_reason",
                "about-creation-reason",
                "about-creation-reason-help",
                &self.creation_reason,
            ),
            (
                "categories",
                "about-categories",
                "about-categories-help",
                &self.categories,
            ),
            (
                "languages",
                "about-languages",
                "about-languages-help",
                &self.languages,
            ),
            (
                "code_of_conduct",
                "about-code-of-conduct",
                "about-code-of-conduct-help",
                &self.code_of_conduct,
            ),
            (
                "moderation_information",
                "about-moderation-information",
                "about-moderation-information-help",
                &self.moderation_information,
            ),
            (
                "maintenance_lifetime",
                "about-maintenance-lifetime",
                "about-maintenance-lifetime-help",
                &self.maintenance_lifetime,
            ),
            (
                "business_model",
                "about-business-model",
                "about-business-model-help",
                &self.business_model,
            ),
            (
                "hardware_information",
                "about-hardware-information",
                "about-hardware-information-help",
                &self.hardware_information,
            ),
        ]
    }

    /// The nine questions as fields, for setup and administration.
    pub fn fields(&self, errors: &FormErrors, lang: Lang) -> SafeHtml {
        self.questions()
            .into_iter()
            .map(|(name, question, help, answer)| {
                Field::textarea(name, lang.t(question), 3)
                    .help(lang.t(help))
                    .value(answer)
                    .max_length(5000)
                    .optional()
                    .render(errors, lang)
            })
            .collect()
    }
}

/// The page "about".
#[derive(Clone, Debug, Default)]
pub struct AboutView {
    /// Name of the site.
    pub name: String,
    /// The wide picture on top.
    pub banner: Option<Picture>,
    /// The logo beside the name.
    pub icon: Option<Picture>,
    /// What it is, sanitised; may be empty.
    pub description: SafeHtml,
    /// The nine answers, each already turned from Markdown and sanitised, as
    /// (question's key, answer). Unanswered ones are said so.
    pub answers: Vec<(&'static str, SafeHtml)>,
    /// How to reach those who answer for the site; may be empty.
    pub contact: String,
    /// Figures: (label, number), already in words.
    pub figures: Vec<(String, String)>,
    /// "Follow this site".
    pub follow_box: SafeHtml,
    /// The version running.
    pub version: String,
}

#[derive(Template)]
#[template(path = "about.html")]
struct About<'a> {
    lang: Lang,
    view: &'a AboutView,
}

/// The body of the page "about".
pub fn about_page(view: &AboutView, lang: Lang) -> SafeHtml {
    SafeHtml::render(&About { lang, view })
}

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

/// The name others read: field `name`.
pub fn name_field(value: &str, errors: &FormErrors, lang: Lang) -> SafeHtml {
    Field::text("name", lang.t("account-display-name"))
        .help(lang.t("account-display-name-help"))
        .value(value)
        .required()
        .max_length(100)
        .autocomplete("name")
        .render(errors, lang)
}

/// A password being chosen: field `password`, at least 12 characters.
pub fn new_password_field(errors: &FormErrors, lang: Lang) -> SafeHtml {
    Field::password("password", lang.t("account-password-new"), true)
        .help(lang.t("account-password-help"))
        .required()
        .attribute("minlength", "12")
        .attribute("maxlength", "256")
        .render(errors, lang)
}

/// Signing in: `email`, `password`, `next`.
pub fn sign_in_page(
    routes: &Routes,
    csrf: &str,
    email: &str,
    next: &str,
    registrations_open: bool,
    errors: &FormErrors,
    lang: Lang,
) -> SafeHtml {
    let mut form = Form::post(routes.sign_in, csrf)
        .body(
            Field::email("email", lang.t("account-email"))
                .value(email)
                .required()
                .render(errors, lang),
        )
        .body(
            Field::password("password", lang.t("account-password"), false)
                .required()
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("sign-in-submit")));
    if !next.is_empty() {
        form = form.hidden("next", next);
    }
    let sign_up = if registrations_open {
        format!(
            "<p>{} <a href=\"{}\">{}</a></p>",
            SafeHtml::text(&lang.t("sign-in-no-account")),
            SafeHtml::text(routes.sign_up),
            SafeHtml::text(&lang.t("sign-in-sign-up"))
        )
    } else {
        String::new()
    };
    let body = SafeHtml::trusted(format!(
        "{}<div class=\"panel\">{}</div><p><a href=\"{}\">{}</a></p>{sign_up}",
        error_summary(errors, lang),
        form.render(),
        SafeHtml::text(routes.reset),
        SafeHtml::text(&lang.t("sign-in-forgotten"))
    ));
    narrow_page(&lang.t("sign-in-heading"), "", &body)
}

/// Signing up: `name`, `email`, `password`, and `reason` when accounts are
/// approved one by one. `rules` is the site's code of conduct, sanitised.
#[derive(Clone, Debug, Default)]
pub struct SignUpView {
    /// The token.
    pub csrf: String,
    /// What was typed.
    pub name: String,
    /// What was typed.
    pub email: String,
    /// What was typed.
    pub reason: String,
    /// Accounts are approved one by one.
    pub by_approval: bool,
    /// The code of conduct; may be empty.
    pub rules: SafeHtml,
    /// What is wrong.
    pub errors: FormErrors,
}

/// The body of the sign-up page.
pub fn sign_up_page(view: &SignUpView, routes: &Routes, lang: Lang) -> SafeHtml {
    let e = &view.errors;
    let mut form = Form::post(routes.sign_up, &view.csrf)
        .body(
            Field::email("email", lang.t("account-email"))
                .help(lang.t("sign-up-email-help"))
                .value(&view.email)
                .required()
                .render(e, lang),
        )
        .body(name_field(&view.name, e, lang))
        .body(new_password_field(e, lang));
    if view.by_approval {
        form = form.body(
            Field::textarea("reason", lang.t("sign-up-reason"), 4)
                .help(lang.t("sign-up-reason-help"))
                .value(&view.reason)
                .required()
                .max_length(1000)
                .render(e, lang),
        );
    }
    let rules = if view.rules.is_empty() {
        String::new()
    } else {
        format!(
            "<section class=\"panel prose\"><h2>{}</h2>{}</section>",
            SafeHtml::text(&lang.t("about-code-of-conduct")),
            view.rules
        )
    };
    let body = SafeHtml::trusted(format!(
        "{}{rules}{}",
        error_summary(e, lang),
        form.button(Button::primary(lang.t("sign-up-submit")))
            .render()
    ));
    let intro = if view.by_approval {
        "sign-up-intro-approval"
    } else {
        "sign-up-intro"
    };
    narrow_page(&lang.t("sign-up-heading"), &lang.t(intro), &body)
}

/// Asking for a new password: `email`.
pub fn reset_request_page(
    routes: &Routes,
    csrf: &str,
    errors: &FormErrors,
    lang: Lang,
) -> SafeHtml {
    let form = Form::post(routes.reset, csrf)
        .body(
            Field::email("email", lang.t("account-email"))
                .required()
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("reset-submit")))
        .render();
    let body = SafeHtml::concat([&error_summary(errors, lang), &form]);
    narrow_page(&lang.t("reset-heading"), &lang.t("reset-intro"), &body)
}

/// Choosing it: `password`, with the `token` of the mail. `action` is the page's path.
pub fn reset_choose_page(
    action: &str,
    csrf: &str,
    token: &str,
    errors: &FormErrors,
    lang: Lang,
) -> SafeHtml {
    let form = Form::post(action, csrf)
        .hidden("token", token)
        .body(new_password_field(errors, lang))
        .button(Button::primary(lang.t("reset-choose-submit")))
        .render();
    let body = SafeHtml::concat([&error_summary(errors, lang), &form]);
    narrow_page(&lang.t("reset-choose-heading"), "", &body)
}

/// A page that only says something and leads on: "look in your mail".
pub fn message_page(heading: &str, text: &str, next: Option<(&str, &str)>) -> SafeHtml {
    let link = next.map_or_else(String::new, |(url, label)| {
        format!(
            "<p class=\"actions\"><a class=\"button\" href=\"{}\">{}</a></p>",
            SafeHtml::text(url),
            SafeHtml::text(label)
        )
    });
    narrow_page(heading, text, &SafeHtml::trusted(link))
}

#[cfg(test)]
mod tests;
