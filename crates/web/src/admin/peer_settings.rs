//! How the site follows and lets itself be followed.

use super::peers::PATH;
use crate::markup::{form_page, paragraph};
use crate::rooms::Rooms;
use accounts::{Admin, CsrfForm};
use actix_web::HttpResponse;
use federation::follow::policy::{FollowSettings, HostList, hosts, set_hosts};
use pages::Frame;
use serde::Deserialize;
use sites::{FollowerPolicy, Site, SiteChange};
use store::StoreError;
use ui::forms::{Button, Choice, error_summary, fieldset};
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml, dates};

/// Most hosts of a list.
const MOST_HOSTS: usize = 5_000;

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
        let allowed = hosts(c, site, HostList::Allowed)?;
        let excluded = hosts(c, site, HostList::Excluded)?;
        Ok::<_, StoreError>((FollowSettings::read(c, site)?, allowed, excluded))
    });
    match found.await {
        Ok((settings, allowed, excluded)) => {
            let form = SettingsForm {
                policy: frame.site.follower_policy.as_str().to_owned(),
                allowed: allowed.join("\n"),
                follow_back: settings.follow_back.then(|| "on".to_owned()),
                excluded: excluded.join("\n"),
                index_url: settings.index_url.clone().unwrap_or_default(),
                index_hours: settings.index_hours.to_string(),
                index_daily: settings.index_daily.to_string(),
                backfill_most: settings.backfill_most.to_string(),
            };
            frame.html(&page(&frame, &form, &settings, &FormErrors::new()))
        }
        Err(error) => {
            tracing::error!(%error, "follow settings could not be read");
            frame.error(500)
        }
    }
}

fn host_list(name: &str, text: &str, errors: &mut FormErrors) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match sites::normalise_host(line, 443) {
            Ok(host) if found.len() < MOST_HOSTS => found.push(host),
            _ => {
                let shown: String = line.chars().take(60).collect();
                errors.add_with(
                    name,
                    "peers-error-hosts",
                    &[("host", shown.as_str().into())],
                );
                break;
            }
        }
    }
    found
}

fn bounded(name: &str, text: &str, (min, max): (i32, i32), errors: &mut FormErrors) -> i32 {
    match text.trim().parse::<i32>() {
        Ok(n) if (min..=max).contains(&n) => n,
        _ => {
            let args = [
                ("min", i64::from(min).into()),
                ("max", i64::from(max).into()),
            ];
            errors.add_with(name, "peers-error-number", &args);
            min
        }
    }
}

pub(crate) async fn send(
    frame: Frame,
    _who: Admin,
    rooms: Rooms,
    form: CsrfForm<SettingsForm>,
) -> HttpResponse {
    let (site, now) = (frame.site.id, rooms.clock.ts());
    let stored = rooms
        .database
        .read(move |c| FollowSettings::read(c, site))
        .await;
    let stored = match stored {
        Ok(stored) => stored,
        Err(error) => {
            tracing::error!(%error, "follow settings could not be read");
            return frame.error(500);
        }
    };
    let mut errors = FormErrors::new();
    let policy = FollowerPolicy::from_word(&form.policy);
    if policy.is_none() {
        errors.add("policy", "form-error-choice");
    }
    let allowed = host_list("allowed", &form.allowed, &mut errors);
    let excluded = host_list("excluded", &form.excluded, &mut errors);
    let address = form.index_url.trim();
    let address = (!address.is_empty()).then(|| address.to_owned());
    let known = |text: &String| {
        let url = url::Url::parse(text).ok();
        url.is_some_and(|url| text.len() < 500 && rooms.federation.client().check(&url).is_ok())
    };
    if address.as_ref().is_some_and(|text| !known(text)) {
        errors.add("index_url", "peers-index-error-address");
    }
    let mut changed = stored.clone();
    changed.follow_back = form.follow_back.is_some();
    changed.index_hours = bounded("index_hours", &form.index_hours, (1, 720), &mut errors);
    changed.index_daily = bounded("index_daily", &form.index_daily, (1, 100), &mut errors);
    changed.backfill_most = bounded(
        "backfill_most",
        &form.backfill_most,
        (0, 1_000),
        &mut errors,
    );
    if !errors.is_empty() {
        return frame.answer(422, &page(&frame, &form, &stored, &errors));
    }
    if changed.index_url != address {
        changed.index_url = address;
        (changed.index_etag, changed.index_error) = (None, None);
        (changed.index_checked_at, changed.index_next_at) = (None, None);
        changed.index_hosts = String::new();
    }
    let change = SiteChange {
        follower_policy: policy.map(|policy| policy.as_str().to_owned()),
        updated_at: Some(now),
        ..SiteChange::default()
    };
    let written = rooms.database.write(move |c| {
        Site::change(c, site, &change)?;
        set_hosts(c, site, HostList::Allowed, &allowed)?;
        set_hosts(c, site, HostList::Excluded, &excluded)?;
        changed.write(c)
    });
    let written = match written.await {
        Ok(()) => rooms.sites.reload().await,
        Err(error) => Err(error),
    };
    match written {
        Ok(()) => {
            rooms.federation.list_chosen();
            pages::done(&format!("{PATH}/settings"), "saved")
        }
        Err(error) => {
            tracing::error!(%error, "follow settings could not be written");
            frame.error(500)
        }
    }
}
