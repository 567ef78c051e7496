//! The account page.

use super::{BLOCKS_PATH, CLOSE_PATH, EXPORT_PATH, PATH};
use crate::faults::page_of;
use crate::markup::{form_page, link, panel, paragraph, two_lines};
use crate::rooms::Rooms;
use accounts::{
    AccountError, EMAIL_PATH, Identity, Session, SessionKind, SignedIn, SiteRole, session,
};
use actix_web::HttpResponse;
use pages::Frame;
use sites::Registration;
use ui::forms::{Button, Choice, error_summary, more_options};
use ui::pages::name_field;
use ui::{Field, Form, FormErrors, Lang, NavItem, Page, SafeHtml, dates};

/// What a form of the page brought back.
#[derive(Default)]
pub(crate) struct Typed<'a> {
    /// Which panel: `profile`, `password`, `email`, `token`, `apply`.
    pub(crate) panel: &'static str,
    pub(crate) errors: FormErrors,
    pub(crate) name: Option<&'a str>,
    pub(crate) text: &'a str,
    /// A token just made, shown once.
    pub(crate) fresh_token: Option<&'a str>,
}

impl Typed<'_> {
    fn errors(&self, panel: &str) -> FormErrors {
        match self.panel == panel {
            true => self.errors.clone(),
            false => FormErrors::new(),
        }
    }
}

pub(crate) async fn show(frame: Frame, who: SignedIn, rooms: Rooms) -> HttpResponse {
    let account = who.account.id;
    let held = rooms
        .database
        .read(move |conn| session::list(conn, account));
    match held.await {
        Ok(held) => frame.html(&page(&frame, &who, &rooms, &held, &Typed::default())),
        Err(error) => page_of(&frame, &error),
    }
}

/// The page again after a form of it: with its faults, or with a fresh token.
pub(crate) async fn again(
    frame: &Frame,
    who: &Identity,
    rooms: &Rooms,
    status: u16,
    typed: Typed<'_>,
) -> HttpResponse {
    let account = who.account.id;
    let held = rooms
        .database
        .read(move |conn| session::list(conn, account));
    match held.await {
        Ok(held) => frame.answer(status, &page(frame, who, rooms, &held, &typed)),
        Err(error) => page_of(frame, &error),
    }
}

/// The answer to a refusal, beside the panel's fields.
pub(crate) async fn refused(
    frame: &Frame,
    who: &Identity,
    rooms: &Rooms,
    panel: &'static str,
    error: &AccountError,
    text: &str,
) -> HttpResponse {
    let account = who.account.id;
    let held = rooms
        .database
        .read(move |conn| session::list(conn, account));
    let held = held.await.unwrap_or_default();
    crate::faults::refused(frame, error, |errors| {
        let mut errors = errors.clone();
        // Signed in already, "name and password do not match" means this password.
        if matches!(error, AccountError::Credentials) {
            errors = FormErrors::new();
            errors.add("current", "account-error-password-wrong");
        }
        let typed = Typed {
            panel,
            errors,
            text,
            ..Typed::default()
        };
        page(frame, who, rooms, &held, &typed)
    })
}

/// Asks for the present password: field `current`.
fn current(errors: &FormErrors, lang: Lang) -> SafeHtml {
    Field::password("current", lang.t("account-password-current"), false)
        .required()
        .render(errors, lang)
}

fn page(frame: &Frame, who: &Identity, rooms: &Rooms, held: &[Session], typed: &Typed<'_>) -> Page {
    let lang = frame.lang;
    let mut body = error_summary(&typed.errors, lang);
    body.push(&profile(frame, who, typed));
    if who.site_role.is_none_or(|role| role == SiteRole::Applicant) && !who.is_admin() {
        body.push(&apply(frame, who, typed));
    }
    body.push(&password(frame, typed));
    if rooms.accounts.sends_mail() {
        body.push(&email(frame, who, typed));
    }
    body.push(&sessions(frame, who, held));
    body.push(&token(frame, typed));
    body.push(&own(frame));
    let heading = lang.t("account-heading");
    let body = SafeHtml::trusted(format!(
        "<div class=\"narrow\"><h1>{}</h1>{body}</div>",
        SafeHtml::text(&heading)
    ));
    form_page(frame, NavItem::Account, &heading, body)
}

fn profile(frame: &Frame, who: &Identity, typed: &Typed<'_>) -> SafeHtml {
    let (lang, errors) = (frame.lang, typed.errors("profile"));
    let languages = Lang::ALL
        .iter()
        .map(|l| Choice::new(l.tag(), l.own_name()))
        .collect();
    let form = Form::post(PATH, frame.csrf())
        .body(name_field(
            typed.name.unwrap_or(&who.account.name),
            &errors,
            lang,
        ))
        .body(
            Field::select("language", lang.t("account-language"), languages)
                .value(&who.account.language)
                .render(&errors, lang),
        )
        .button(Button::primary(lang.t("account-save")))
        .render();
    let leave = Form::post(frame.routes().sign_out, frame.csrf())
        .inline()
        .button(Button::quiet(lang.t("nav-sign-out")))
        .render();
    let whose = paragraph(&who.account.email);
    panel(
        "profile",
        &who.account.name,
        &SafeHtml::concat([&whose, &form, &leave]),
    )
}

fn apply(frame: &Frame, who: &Identity, typed: &Typed<'_>) -> SafeHtml {
    let (lang, errors) = (frame.lang, typed.errors("apply"));
    let body = match (who.site_role, frame.site.registration) {
        (Some(SiteRole::Applicant), _) => paragraph(&lang.t("account-apply-waiting")),
        (_, Registration::Closed) => paragraph(&lang.t("sign-up-closed-text")),
        (_, registration) => {
            let mut form = Form::post("/account/apply", frame.csrf());
            if registration == Registration::Approval {
                form = form.body(
                    Field::textarea("reason", lang.t("sign-up-reason"), 4)
                        .help(lang.t("sign-up-reason-help"))
                        .value(typed.text)
                        .max_length(1000)
                        .render(&errors, lang),
                );
            }
            form.button(Button::primary(lang.t("account-apply-submit")))
                .render()
        }
    };
    panel("apply", &lang.t("account-apply-heading"), &body)
}

fn password(frame: &Frame, typed: &Typed<'_>) -> SafeHtml {
    let (lang, errors) = (frame.lang, typed.errors("password"));
    let form = Form::post("/account/password", frame.csrf())
        .body(current(&errors, lang))
        .body(ui::pages::new_password_field(&errors, lang))
        .button(Button::primary(lang.t("account-password-change")))
        .render();
    let open = typed.panel == "password";
    more_options(&lang.t("account-password-change"), open, &form)
}

fn email(frame: &Frame, who: &Identity, typed: &Typed<'_>) -> SafeHtml {
    let (lang, errors) = (frame.lang, typed.errors("email"));
    let form = Form::post(EMAIL_PATH, frame.csrf())
        .body(paragraph(&lang.ta(
            "account-email-now",
            &[("email", who.account.email.as_str().into())],
        )))
        .body(
            Field::email("email", lang.t("account-email-new"))
                .value(typed.text)
                .required()
                .render(&errors, lang),
        )
        .body(current(&errors, lang))
        .button(Button::primary(lang.t("account-email-submit")))
        .render();
    let open = typed.panel == "email";
    more_options(&lang.t("account-email-change"), open, &form)
}

fn sessions(frame: &Frame, who: &Identity, held: &[Session]) -> SafeHtml {
    let lang = frame.lang;
    let columns = [
        "account-session-what",
        "account-session-seen",
        "account-session-do",
    ];
    let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
    let rows: Vec<Vec<SafeHtml>> = held
        .iter()
        .map(|one| {
            let kind = match one.kind {
                SessionKind::Web => "account-session-web",
                SessionKind::Api => "account-session-api",
            };
            let what = match one.user_agent.is_empty() {
                true => lang.t(kind),
                false => one.user_agent.clone(),
            };
            let day = one
                .last_seen_at
                .0
                .with_timezone(&frame.site.timezone)
                .date_naive();
            let act = if one.id == who.session.id {
                SafeHtml::text(&lang.t("account-session-current"))
            } else {
                Form::post("/account/sessions", frame.csrf())
                    .inline()
                    .hidden("session", &one.id.to_string())
                    .button(Button::quiet(lang.t("account-session-end")).about(&what))
                    .render()
            };
            vec![
                two_lines(&what, &lang.t(kind)),
                SafeHtml::text(&dates::long_date(day, lang)),
                act,
            ]
        })
        .collect();
    let table = crate::markup::table(&lang.t("account-sessions"), &columns, &rows);
    let others = Form::post("/account/sessions", frame.csrf())
        .inline()
        .hidden("session", "others")
        .button(Button::quiet(lang.t("account-sessions-end-others")))
        .render();
    panel(
        "sessions",
        &lang.t("account-sessions"),
        &SafeHtml::concat([&table, &others]),
    )
}

fn token(frame: &Frame, typed: &Typed<'_>) -> SafeHtml {
    let (lang, errors) = (frame.lang, typed.errors("token"));
    let mut body = paragraph(&lang.t("account-token-text"));
    if let Some(fresh) = typed.fresh_token {
        body.push(&SafeHtml::trusted(format!(
            "<p>{}</p><p><code id=\"fresh-token\">{}</code></p>",
            SafeHtml::text(&lang.t("account-token-shown")),
            SafeHtml::text(fresh)
        )));
    }
    let form = Form::post("/account/tokens", frame.csrf())
        .body(
            Field::text("label", lang.t("account-token-label"))
                .value(typed.text)
                .max_length(100)
                .required()
                .render(&errors, lang),
        )
        .body(current(&errors, lang))
        .button(Button::primary(lang.t("account-token-make")))
        .render();
    body.push(&form);
    more_options(
        &lang.t("account-token-heading"),
        typed.panel == "token",
        &body,
    )
}

/// What one hides, taking one's data along, leaving.
fn own(frame: &Frame) -> SafeHtml {
    let lang = frame.lang;
    let links: String = [
        (BLOCKS_PATH, "own-heading"),
        (EXPORT_PATH, "export-heading"),
        (CLOSE_PATH, "account-delete"),
    ]
    .iter()
    .map(|(path, key)| format!("<li>{}</li>", link(path, &lang.t(key))))
    .collect();
    let list = SafeHtml::trusted(format!("<ul>{links}</ul>"));
    panel("own", &lang.t("own-panel"), &list)
}
