//! How the site follows and lets itself be followed.

use super::peers::PATH;
use crate::markup::{form_page, paragraph};
use crate::rooms::Rooms;
use accounts::{Admin, CsrfForm};
use actix_web::HttpResponse;
use federation::follow::policy::FollowSettings;
use federation::follow::rules::{FollowRules, FollowRulesChange, RuleError};
use pages::Frame;
use serde::Deserialize;
use sites::FollowerPolicy;
use store::StoreError;
use ui::forms::{Button, Choice, error_summary, fieldset};
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml, dates};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SettingsForm {
    policy: String,
    allowed: String,
    follow_back: Option<String>,
    excluded: String,
    index_url: String,
    index_hours: String,
    index_daily: String,
    backfill_most: String,
}

fn page(frame: &Frame, form: &SettingsForm, stored: &FollowSettings, e: &FormErrors) -> Page {
    let lang = frame.lang;
    let choices = [
        ("automatic", "peers-policy-automatic"),
        ("manual", "peers-policy-manual"),
        ("allow_list", "peers-policy-allow-list"),
    ];
    let choices = choices.map(|(word, key)| Choice::new(word, &lang.t(key)));
    let area = |name: &str, label: &str, help: &str, value: &str| {
        Field::textarea(name, lang.t(label), 5)
            .help(lang.t(help))
            .value(value)
            .optional()
            .attribute("spellcheck", "false")
            .render(e, lang)
    };
    let number = |name: &str, label: &str, value: &str| {
        Field::number(name, lang.t(label))
            .value(value)
            .render(e, lang)
    };
    let doors = SafeHtml::concat([
        &Field::radios("policy", lang.t("peers-policy"), choices.into())
            .value(&form.policy)
            .render(e, lang),
        &area(
            "allowed",
            "peers-allowed",
            "peers-hosts-help",
            &form.allowed,
        ),
    ]);
    let mut list = SafeHtml::concat([
        &Field::url("index_url", lang.t("peers-index"))
            .help(lang.t("peers-index-help"))
            .value(&form.index_url)
            .optional()
            .render(e, lang),
        &number("index_hours", "peers-index-hours", &form.index_hours),
        &number("index_daily", "peers-index-daily", &form.index_daily),
    ]);
    if let Some(at) = stored.index_checked_at {
        let day = at.0.with_timezone(&frame.site.timezone).date_naive();
        let on = [("date", dates::long_date(day, lang).into())];
        list.push(&paragraph(&lang.ta("peers-index-read", &on)));
    }
    if let Some(code) = &stored.index_error {
        let text = SafeHtml::text(&lang.t(&format!("peers-index-error-{code}")));
        list.push(&SafeHtml::trusted(format!(
            "<p class=\"notice bad\" id=\"index-error\">{text}</p>"
        )));
    }
    let own = SafeHtml::concat([
        &Field::checkbox(
            "follow_back",
            lang.t("peers-back"),
            form.follow_back.is_some(),
        )
        .render(e, lang),
        &list,
        &area(
            "excluded",
            "peers-excluded",
            "peers-excluded-help",
            &form.excluded,
        ),
        &number("backfill_most", "peers-backfill", &form.backfill_most),
    ]);
    let shown = Form::post(&format!("{PATH}/settings"), frame.csrf())
        .body(fieldset(&lang.t("peers-col-follower"), "", &doors))
        .body(fieldset(&lang.t("peers-col-following"), "", &own))
        .button(Button::primary(lang.t("peers-save")))
        .render();
    let heading = lang.t("peers-settings");
    let body = SafeHtml::concat([&error_summary(e, lang), &shown]);
    let body = ui::pages::narrow_page(&heading, "", &body);
    form_page(frame, NavItem::Admin, &heading, body)
}

pub(crate) async fn show(frame: Frame, _who: Admin, rooms: Rooms) -> HttpResponse {
    let site = frame.site.id;
    let found = rooms.database.read(move |c| {
        Ok::<_, StoreError>((FollowRules::read(c, site)?, FollowSettings::read(c, site)?))
    });
    match found.await {
        Ok((rules, settings)) => {
            let form = SettingsForm {
                policy: rules.policy.as_str().to_owned(),
                allowed: rules.allowed.join("\n"),
                follow_back: rules.follow_back.then(|| "on".to_owned()),
                excluded: rules.excluded.join("\n"),
                index_url: rules.index_url.unwrap_or_default(),
                index_hours: rules.index_hours.to_string(),
                index_daily: rules.index_daily.to_string(),
                backfill_most: rules.backfill_most.to_string(),
            };
            frame.html(&page(&frame, &form, &settings, &FormErrors::new()))
        }
        Err(error) => {
            tracing::error!(%error, "follow settings could not be read");
            frame.error(500)
        }
    }
}

/// A number, or one that no setting takes.
fn number(text: &str) -> i32 {
    text.trim().parse().unwrap_or(i32::MIN)
}

fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

fn said(faults: Vec<RuleError>) -> FormErrors {
    let mut errors = FormErrors::new();
    for fault in faults {
        match fault {
            RuleError::Host { field, line } => {
                let args = [("host", line.as_str().into())];
                errors.add_with(field, "peers-error-hosts", &args);
            }
            RuleError::Number { field, min, max } => {
                let args = [
                    ("min", i64::from(min).into()),
                    ("max", i64::from(max).into()),
                ];
                errors.add_with(field, "peers-error-number", &args);
            }
            RuleError::Address => errors.add("index_url", "peers-index-error-address"),
        }
    }
    errors
}

pub(crate) async fn send(
    frame: Frame,
    _who: Admin,
    rooms: Rooms,
    form: CsrfForm<SettingsForm>,
) -> HttpResponse {
    let site = frame.site.id;
    let failed = |error: StoreError| {
        tracing::error!(%error, "follow settings could not be read or written");
        frame.error(500)
    };
    let policy = FollowerPolicy::from_word(&form.policy);
    let change = FollowRulesChange {
        policy,
        allowed: Some(lines(&form.allowed)),
        excluded: Some(lines(&form.excluded)),
        follow_back: Some(form.follow_back.is_some()),
        index_url: Some(form.index_url.clone()),
        index_hours: Some(number(&form.index_hours)),
        index_daily: Some(number(&form.index_daily)),
        backfill_most: Some(number(&form.backfill_most)),
    };
    let written = match policy {
        Some(_) => rooms.federation.change_follow_rules(site, change).await,
        None => Ok(Err(Vec::new())),
    };
    let mut errors = match written {
        Ok(Ok(_)) => return pages::done(&format!("{PATH}/settings"), "saved"),
        Ok(Err(faults)) => said(faults),
        Err(error) => return failed(error),
    };
    if policy.is_none() {
        errors.add("policy", "form-error-choice");
    }
    let stored = rooms.database.read(move |c| FollowSettings::read(c, site));
    match stored.await {
        Ok(stored) => frame.answer(422, &page(&frame, &form, &stored, &errors)),
        Err(error) => failed(error),
    }
}
