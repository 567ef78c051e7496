//! What is read before it is shown: the rules and the watched words of the site.

use super::faults::{page_of, refused};
use crate::markup::form_page;
use crate::rooms::Rooms;
use accounts::{Admin, CsrfForm};
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::hold::{HoldRules, MOST_FIRST, Watched};
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

fn page(frame: &Frame, form: &RulesForm, errors: &FormErrors) -> Page {
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
    let body = ui::SafeHtml::concat([&error_summary(errors, lang), &made]);
    let body = narrow_page(&heading, &lang.t("hold-intro"), &body);
    form_page(frame, NavItem::Admin, &heading, body)
}

pub(crate) async fn show(frame: Frame, _who: Admin, rooms: Rooms) -> HttpResponse {
    let site = frame.site.id;
    let found = rooms.database.read(move |conn| {
        Ok::<_, ModerationError>((HoldRules::read(conn, site)?, Watched::read(conn, site)?))
    });
    match found.await {
        Ok((rules, watched)) => {
            let form = RulesForm::of(rules, watched.words());
            frame.answer(200, &page(&frame, &form, &FormErrors::new()))
        }
        Err(error) => page_of(&frame, &error),
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: Admin,
    rooms: Rooms,
    form: CsrfForm<RulesForm>,
) -> HttpResponse {
    let again = |error: &ModerationError| {
        refused(&frame, error, |_| {
            let mut errors = FormErrors::new();
            match error {
                ModerationError::End => errors.add("first", "hold-error-first"),
                _ => errors.add("words", "hold-error-words"),
            }
            page(&frame, &form, &errors)
        })
    };
    let rules = match form.rules() {
        Ok(rules) => rules,
        Err(error) => return again(&error),
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
        Err(error) => again(&error),
    }
}
