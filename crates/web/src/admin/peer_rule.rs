//! What is shown of a server that the site follows.

use super::peers::PATH;
use crate::markup::{form_page, paragraph};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::{HttpResponse, web};
use diesel::prelude::*;
use federation::follow::peers::one;
use pages::Frame;
use publication::narrowing::{Circle, Coming, Narrowing, NarrowingError, coming};
use serde::Deserialize;
use store::StoreError;
use ui::forms::{Button, error_summary, fieldset};
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct RuleForm {
    host: String,
    include: String,
    exclude: String,
    kinds: String,
    latitude: String,
    longitude: String,
    kilometres: String,
}

impl RuleForm {
    fn of(host: &str, rule: &Narrowing) -> Self {
        let part = |pick: fn(&Circle) -> f64| {
            rule.within
                .as_ref()
                .map(|circle| pick(circle).to_string())
                .unwrap_or_default()
        };
        Self {
            host: host.to_owned(),
            include: rule.include.join(", "),
            exclude: rule.exclude.join(", "),
            kinds: rule.kinds.join(", "),
            latitude: part(|circle| circle.latitude),
            longitude: part(|circle| circle.longitude),
            kilometres: part(|circle| circle.kilometres),
        }
    }

    fn rule(&self, errors: &mut FormErrors) -> Narrowing {
        let words = |text: &str| {
            let words = text
                .split(',')
                .map(str::trim)
                .filter(|word| !word.is_empty());
            words.map(str::to_owned).collect()
        };
        let numbers = [&self.latitude, &self.longitude, &self.kilometres]
            .map(|text| text.trim().replace(',', ".").parse::<f64>().ok());
        let empty = [&self.latitude, &self.longitude, &self.kilometres]
            .iter()
            .all(|text| text.trim().is_empty());
        let within = match numbers {
            [Some(latitude), Some(longitude), Some(kilometres)] => Some(Circle {
                latitude,
                longitude,
                kilometres,
            }),
            _ => None,
        };
        let rule = Narrowing {
            include: words(&self.include),
            exclude: words(&self.exclude),
            kinds: words(&self.kinds),
            within,
        };
        if within.is_none() && !empty {
            errors.add("latitude", "peers-rule-error-place");
            return rule;
        }
        match rule.check() {
            Ok(()) => {}
            Err(NarrowingError::Both(tag)) => {
                errors.add_with(
                    "include",
                    "peers-rule-error-both",
                    &[("tag", tag.as_str().into())],
                );
            }
            Err(NarrowingError::TooMuch) => errors.add("include", "peers-rule-error-many"),
            Err(NarrowingError::Place) => errors.add("latitude", "peers-rule-error-place"),
        }
        rule
    }
}

fn page(frame: &Frame, form: &RuleForm, count: Coming, kinds: &[String], e: &FormErrors) -> Page {
    let lang = frame.lang;
    let args = [
        ("hidden", count.hidden.into()),
        ("total", count.total.into()),
    ];
    let words = match count.total > 0 && count.hidden == count.total {
        true => SafeHtml::trusted(format!(
            "<p class=\"notice warn\">{}</p>",
            SafeHtml::text(&lang.ta("peers-rule-all-hidden", &args))
        )),
        false => paragraph(&lang.ta("peers-rule-count", &args)),
    };
    let list = |name: &str, value: &str| {
        Field::text(name, lang.t(&format!("peers-rule-{name}")))
            .help(lang.t(&format!("peers-rule-{name}-help")))
            .value(value)
            .optional()
            .render(e, lang)
    };
    let part = |name: &str, value: &str| {
        Field::decimal(name, lang.t(&format!("peers-rule-{name}")))
            .value(value)
            .optional()
            .render(e, lang)
    };
    let place = ui::forms::row(&[
        part("latitude", &form.latitude),
        part("longitude", &form.longitude),
        part("kilometres", &form.kilometres),
    ]);
    let mut shown = Form::post(&format!("{PATH}/rule"), frame.csrf())
        .hidden("host", &form.host)
        .body(list("include", &form.include))
        .body(list("exclude", &form.exclude));
    // With one kind there is nothing to choose.
    if kinds.len() > 1 || !form.kinds.is_empty() {
        let field = Field::text("kinds", lang.t("peers-rule-kinds"))
            .help(lang.t("peers-rule-kinds-help"))
            .value(&form.kinds)
            .suggestions(kinds.to_vec())
            .optional()
            .render(e, lang);
        shown = shown.body(field);
    }
    let shown = shown
        .body(fieldset(
            &lang.t("peers-rule-place"),
            &lang.t("peers-rule-place-help"),
            &place,
        ))
        .button(Button::primary(lang.t("peers-save")))
        .render();
    let heading = lang.ta("peers-rule-heading", &[("host", form.host.as_str().into())]);
    let body = SafeHtml::concat([&words, &error_summary(e, lang), &shown]);
    let body = ui::pages::narrow_page(&heading, "", &body);
    form_page(frame, NavItem::Admin, &heading, body)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    host: String,
}

async fn answer(
    frame: &Frame,
    rooms: &Rooms,
    host: &str,
    typed: Option<(RuleForm, FormErrors)>,
) -> HttpResponse {
    let (Some(own), site, name) = (frame.site.actor_id, frame.site.id, host.to_owned()) else {
        return frame.error(404);
    };
    let found = rooms.database.read(move |c| {
        use store::schema::objects;
        if one(c, (site, own), &name)?.is_none() {
            return Ok(None);
        }
        let kinds: Vec<String> = objects::table.select(objects::kind).distinct().load(c)?;
        Ok::<_, StoreError>(Some((
            Narrowing::read(c, own, &name)?,
            coming(c, own, &name)?,
            kinds,
        )))
    });
    match found.await {
        Ok(None) => frame.error(404),
        Ok(Some((rule, count, kinds))) => {
            let status = if typed.is_some() { 422 } else { 200 };
            let (form, errors) =
                typed.unwrap_or_else(|| (RuleForm::of(host, &rule), FormErrors::new()));
            frame.answer(status, &page(frame, &form, count, &kinds, &errors))
        }
        Err(error) => {
            tracing::error!(%error, "a rule could not be read");
            frame.error(500)
        }
    }
}

pub(crate) async fn show(
    frame: Frame,
    _who: Moderator,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> HttpResponse {
    answer(&frame, &rooms, &asked.host, None).await
}

pub(crate) async fn send(
    frame: Frame,
    _who: Moderator,
    rooms: Rooms,
    form: CsrfForm<RuleForm>,
) -> HttpResponse {
    let mut errors = FormErrors::new();
    let rule = form.rule(&mut errors);
    if !errors.is_empty() {
        let typed = Some((RuleForm::clone(&form), errors));
        return answer(&frame, &rooms, &form.host, typed).await;
    }
    let (Some(own), site, now) = (frame.site.actor_id, frame.site.id, rooms.clock.ts()) else {
        return frame.error(404);
    };
    let host = form.host.clone();
    let written = rooms.database.write(move |c| {
        if one(c, (site, own), &host)?.is_none() {
            return Ok(false);
        }
        rule.write(c, own, &host, now)?;
        Ok::<_, StoreError>(true)
    });
    match written.await {
        Ok(true) => pages::done(&format!("{PATH}/rule?host={}", form.host), "saved"),
        Ok(false) => frame.error(404),
        Err(error) => {
            tracing::error!(%error, "a rule could not be written");
            frame.error(500)
        }
    }
}
