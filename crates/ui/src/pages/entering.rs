//! Signing in and up, a forgotten password.

use super::narrow_page;
use crate::forms::{Button, Field, Form, FormErrors, error_summary};
use crate::html::SafeHtml;
use crate::lang::Lang;
use crate::layout::Routes;

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
