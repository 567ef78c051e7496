//! What is read before it is shown: the rules and the watched words of the site; and beside it what the site shows of its
//! moderation and how long it keeps it.

use super::faults::page_of;
use super::settings_form::{SettingsForm, panels};
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::{Admin, CsrfForm};
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::hold::{HoldRules, MOST_FIRST, Watched};
use moderation::settings::ModerationSettings;
use pages::Frame;
use serde::Deserialize;
use ui::forms::{Button, error_summary};
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, NavItem, Page};

/// Its address.
pub(super) const PATH: &str = "/admin/moderation";

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct RulesForm {
    first: String,
    links: String,
    pictures: String,
    edits: String,
    strange: String,
    words: String,
}

impl RulesForm {
    fn of(rules: HoldRules, words: &[String]) -> Self {
        let yes = |set: bool| if set { "yes".to_owned() } else { String::new() };
        Self {
            first: rules.first_publications.to_string(),
            links: yes(rules.links),
            pictures: yes(rules.pictures),
            edits: yes(rules.edits),
            strange: yes(rules.strange_hosts),
            words: words.join("\n"),
        }
    }

    fn rules(&self) -> Result<HoldRules, ModerationError> {
        let first = match self.first.trim() {
            "" => 0,
            typed => typed.parse().map_err(|_| ModerationError::End)?,
        };
        Ok(HoldRules {
            first_publications: first,
            links: !self.links.is_empty(),
            pictures: !self.pictures.is_empty(),
            edits: !self.edits.is_empty(),
            strange_hosts: !self.strange.is_empty(),
        })
    }
}

fn page(frame: &Frame, form: &RulesForm, settings: &SettingsForm, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let heading = lang.t("hold-heading");
    let mut made = Form::post(PATH, frame.csrf()).body(
        Field::number("first", lang.t("hold-first"))
            .help(lang.ta("hold-first-help", &[("most", i64::from(MOST_FIRST).into())]))
            .value(&form.first)
            .render(errors, lang),
    );
    for (name, key, value) in [
        ("links", "hold-links", &form.links),
        ("pictures", "hold-pictures", &form.pictures),
        ("edits", "hold-edits", &form.edits),
        ("strange", "hold-strange", &form.strange),
    ] {
        let field = Field::checkbox(name, lang.t(key), !value.is_empty());
        made = made.body(field.render(errors, lang));
    }
    let made = made
        .body(
            Field::textarea("words", lang.t("hold-words"), 6)
                .help(lang.t("hold-words-help"))
                .optional()
                .value(&form.words)
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("hold-save")))
        .render();
    let body = ui::SafeHtml::concat([
        &error_summary(errors, lang),
        &made,
        &panels(frame, settings, errors),
    ]);
    let body = narrow_page(&heading, &lang.t("hold-intro"), &body);
    form_page(frame, NavItem::Admin, &heading, body)
}

/// The page with what was typed, or what stands where nothing was.
pub(super) async fn again(
    frame: &Frame,
    rooms: &Rooms,
    rules: Option<&RulesForm>,
    settings: Option<&SettingsForm>,
    errors: &FormErrors,
    status: u16,
) -> HttpResponse {
    let site = frame.site.id;
    let found = rooms.database.read(move |conn| {
        Ok::<_, ModerationError>((
            HoldRules::read(conn, site)?,
            Watched::read(conn, site)?,
            ModerationSettings::read(conn, site)?,
        ))
    });
    let (held, watched, kept) = match found.await {
        Ok(found) => found,
        Err(error) => return page_of(frame, &error),
    };
    let rules = match rules {
        Some(typed) => typed.clone(),
        None => RulesForm::of(held, watched.words()),
    };
    let mut shown = SettingsForm::of(&kept);
    if let Some(typed) = settings {
        match typed.which.as_str() {
            "kept" => typed.months.clone_into(&mut shown.months),
            _ => {
                shown = SettingsForm {
                    months: shown.months,
                    ..typed.clone()
                }
            }
        }
    }
    frame.answer(status, &page(frame, &rules, &shown, errors))
}

pub(crate) async fn show(frame: Frame, _who: Admin, rooms: Rooms) -> HttpResponse {
    again(&frame, &rooms, None, None, &FormErrors::new(), 200).await
}

async fn refuse(
    frame: &Frame,
    rooms: &Rooms,
    form: &RulesForm,
    error: &ModerationError,
) -> HttpResponse {
    if matches!(error, ModerationError::Unknown | ModerationError::Store(_)) {
        return page_of(frame, error);
    }
    let mut errors = FormErrors::new();
    match error {
        ModerationError::End => errors.add("first", "hold-error-first"),
        _ => errors.add("words", "hold-error-words"),
    }
    again(frame, rooms, Some(form), None, &errors, error.status()).await
}

pub(crate) async fn send(
    frame: Frame,
    who: Admin,
    rooms: Rooms,
    form: CsrfForm<RulesForm>,
) -> HttpResponse {
    let rules = match form.rules() {
        Ok(rules) => rules,
        Err(error) => return refuse(&frame, &rooms, &form, &error).await,
    };
    let (site, by, now) = (frame.site.id, who.account.id, rooms.clock.ts());
    let words: Vec<String> = form
        .words
        .lines()
        .map(|line| line.trim().to_owned())
        .collect();
    let written = rooms.database.write(move |conn| {
        rules.write(conn, site, by, now)?;
        Watched::write(conn, site, by, &words, now)
    });
    match written.await {
        Ok(()) => pages::done(PATH, "hold-saved"),
        Err(error) => refuse(&frame, &rooms, &form, &error).await,
    }
}
