//! The setup page.

use super::form::SetupForm;
use super::making::{Choices, SetUp, SetUpError, set_up_with};
use super::{Schemes, SetupCode};
use crate::rooms::Rooms;
use accounts::{
    AccountError, LimitKind, PasswordError, Sender, Visitor, address_key, sender, session,
};
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, HOST};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono_tz::TZ_VARIANTS;
use pages::Frame;
use sites::{About, FollowerPolicy, Paper, Registration, Site, normalise_host};
use ui::forms::Choice;
use ui::pages::{SetupView, setup_page};
use ui::{FormErrors, Lang, Page, SiteLook};

const PATH: &str = "/setup";

/// The name under which this request came, with its scheme. IP addresses are no names of sites.
fn named(request: &HttpRequest, schemes: &Schemes) -> Option<(String, &'static str)> {
    let mut hosts = request.headers().get_all(HOST);
    let typed = match (hosts.next(), hosts.next()) {
        (Some(one), None) => one.to_str().ok()?.to_owned(),
        (None, _) => request.uri().authority()?.to_string(),
        _ => return None,
    };
    let bare = normalise_host(&typed, 0).ok()?;
    let scheme = schemes.of(&bare);
    let port = if scheme == "http" { 80 } else { 443 };
    Some((normalise_host(&typed, port).ok()?, scheme))
}

/// True for whoever sits at the machine itself: a loopback peer that no proxy speaks for.
fn is_at_home(request: &HttpRequest) -> bool {
    let loopback = request
        .peer_addr()
        .is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let passed_on = ["x-forwarded-for", "forwarded", "x-real-ip", "via"]
        .iter()
        .any(|name| request.headers().contains_key(*name));
    loopback && !passed_on
}

fn language(request: &HttpRequest) -> Lang {
    let header = request.headers().get(ACCEPT_LANGUAGE);
    Lang::negotiate(header.and_then(|value| value.to_str().ok()), Lang::Fr)
}

/// Zones that people name, by region and city.
pub(crate) fn time_zones() -> Vec<Choice> {
    const REGIONS: [&str; 10] = [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ];
    TZ_VARIANTS
        .iter()
        .map(|zone| zone.name())
        .filter(|name| {
            name.split_once('/')
                .is_some_and(|(region, _)| REGIONS.contains(&region))
        })
        .map(|name| Choice::new(name, &name.replace('_', " ")))
        .collect()
}

fn answer(
    status: StatusCode,
    request: &HttpRequest,
    form: &SetupForm,
    errors: FormErrors,
) -> HttpResponse {
    let lang = language(request);
    let mut values = form.values();
    if values.language.is_empty() {
        lang.tag().clone_into(&mut values.language);
    }
    if values.time_zone.is_empty() {
        "Europe/Paris".clone_into(&mut values.time_zone);
    }
    let view = SetupView {
        action: PATH.to_owned(),
        csrf: String::new(),
        values,
        time_zones: time_zones(),
        needs_code: !is_at_home(request),
        code: form.setup_code.clone(),
        errors,
    };
    let look = SiteLook::default();
    let mut page = Page::new(
        lang,
        look,
        "",
        &lang.t("setup-heading"),
        setup_page(&view, lang),
    );
    page.minimal = true;
    page.noindex = true;
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .content_type("text/html; charset=utf-8")
        .body(ui::layout(&page))
}

fn closed(frame: Option<Frame>) -> HttpResponse {
    match frame {
        Some(frame) => frame.error_with(404, Some(&frame.lang.t("setup-closed-text"))),
        None => HttpResponse::NotFound().finish(),
    }
}

#[derive(serde::Deserialize)]
pub(crate) struct Link {
    code: Option<String>,
}

pub(crate) async fn show(
    request: HttpRequest,
    rooms: Rooms,
    frame: Option<Frame>,
    link: web::Query<Link>,
    schemes: web::Data<Schemes>,
) -> HttpResponse {
    if !rooms.sites.is_empty() {
        return closed(frame);
    }
    let mut errors = FormErrors::new();
    if named(&request, &schemes).is_none() {
        errors.add("", "setup-error-host");
    }
    let form = SetupForm {
        setup_code: link.into_inner().code.unwrap_or_default(),
        ..SetupForm::default()
    };
    answer(StatusCode::OK, &request, &form, errors)
}

pub(crate) async fn send(
    request: HttpRequest,
    rooms: Rooms,
    visitor: Visitor,
    frame: Option<Frame>,
    form: web::Form<SetupForm>,
    code: web::Data<SetupCode>,
    schemes: web::Data<Schemes>,
) -> HttpResponse {
    if !rooms.sites.is_empty() {
        return closed(frame);
    }
    let mut errors = FormErrors::new();
    let Some((host, scheme)) = named(&request, &schemes) else {
        errors.add("", "setup-error-host");
        return answer(StatusCode::UNPROCESSABLE_ENTITY, &request, &form, errors);
    };
    // No session exists yet that could hold a token: the browser must say where the form stood.
    if sender(request.headers(), &future_site(&host, scheme)) != Sender::OwnPage {
        return HttpResponse::Forbidden().finish();
    }
    if !is_at_home(&request) {
        let key = address_key(visitor.address);
        let now = rooms.clock.ts();
        if rooms
            .accounts
            .limits()
            .check(LimitKind::LogInAddress, None, &key, now)
            .is_err()
        {
            return HttpResponse::TooManyRequests().finish();
        }
        if !code.is(&form.setup_code) {
            errors.add("setup_code", "setup-code-wrong");
        }
    }
    let (setup, choices) = read(&form, host, scheme, &mut errors);
    if !errors.is_empty() {
        return answer(StatusCode::UNPROCESSABLE_ENTITY, &request, &form, errors);
    }
    let (email, password) = (setup.email.clone(), setup.password.clone());
    let made = set_up_with(
        &rooms.database,
        &rooms.sites,
        &rooms.federation,
        &rooms.accounts,
        &rooms.clock,
        setup,
        choices,
    );
    let site = match made.await {
        Ok(site) => site,
        Err(SetUpError::Done) => return closed(frame),
        Err(error) => {
            let Some((field, key)) = fault(&error) else {
                tracing::error!(%error, "the site could not be set up");
                return HttpResponse::InternalServerError().finish();
            };
            errors.add(field, key);
            return answer(StatusCode::UNPROCESSABLE_ENTITY, &request, &form, errors);
        }
    };
    match rooms
        .accounts
        .log_in(&site, &email, &password, &visitor)
        .await
    {
        Ok(opened) => {
            let mut response = pages::done("/", "setup-done");
            if response
                .add_cookie(&session::cookie(&site, &opened))
                .is_err()
            {
                tracing::error!("the session's cookie could not be written");
            }
            response
        }
        Err(_) => pages::see_other(accounts::SIGN_IN_PATH),
    }
}

fn read(
    form: &SetupForm,
    host: String,
    scheme: &'static str,
    errors: &mut FormErrors,
) -> (SetUp, Choices) {
    if super::check_site_name(&form.site_name).is_none() {
        errors.add("site_name", "setup-error-name");
    }
    if form.tagline.trim().chars().count() > 160 {
        errors.add_with("tagline", "form-error-too-long", &[("max", 160.into())]);
    }
    if form.language.parse::<Lang>().is_err() {
        errors.add("language", "form-error-choice");
    }
    let zone = match form.time_zone.as_str() {
        "" => Some(chrono_tz::Europe::Paris),
        typed => typed.parse().ok(),
    };
    if zone.is_none() {
        errors.add("time_zone", "form-error-time-zone");
    }
    for name in form.about.too_long() {
        errors.add_with(name, "form-error-too-long", &[("max", 5000.into())]);
    }
    let hue = form.accent_hue.parse::<i32>().ok();
    if !form.accent_hue.is_empty() && hue.is_none_or(|hue| !(0..360).contains(&hue)) {
        errors.add("accent_hue", "form-error-choice");
    }
    let agenda = form
        .agenda_handle
        .trim()
        .trim_start_matches('@')
        .to_lowercase();
    let setup = SetUp {
        host,
        scheme: scheme.to_owned(),
        name: form.site_name.clone(),
        tagline: form.tagline.clone(),
        language: form.language.clone(),
        timezone: zone.unwrap_or(chrono_tz::Europe::Paris),
        about: form.about.about(),
        account_name: form.name.clone(),
        email: form.email.clone(),
        password: form.password.clone(),
    };
    let choices = Choices {
        registration: Registration::from_word(&form.registrations),
        accent_hue: hue,
        paper: Paper::from_word(&form.paper),
        agenda: Some(agenda).filter(|name| !name.is_empty()),
        first_only: true,
    };
    (setup, choices)
}

fn fault(error: &SetUpError) -> Option<(&'static str, &'static str)> {
    Some(match error {
        SetUpError::Host(_) | SetUpError::HostTaken => ("", "setup-error-host"),
        SetUpError::Name => ("site_name", "setup-error-name"),
        SetUpError::Language => ("language", "form-error-choice"),
        SetUpError::Account(AccountError::Email) => ("email", "form-error-email"),
        SetUpError::Account(AccountError::Name) => ("name", "account-error-name"),
        SetUpError::Account(AccountError::Password(error)) => match error {
            PasswordError::TooShort => ("password", "account-error-password-short"),
            PasswordError::TooLong => ("password", "account-error-password-long"),
            PasswordError::Common => ("password", "account-error-password-common"),
            _ => return None,
        },
        SetUpError::Actor(error) => {
            let (_, key) = crate::faults::actor_key(error)?;
            ("agenda_handle", key)
        }
        SetUpError::Done | SetUpError::Account(_) | SetUpError::Store(_) => return None,
    })
}

/// The site that is about to be, as far as the check of a form's origin needs it.
fn future_site(host: &str, scheme: &str) -> Site {
    Site {
        id: store::fresh_id(chrono::DateTime::UNIX_EPOCH),
        host: host.to_owned(),
        scheme: scheme.to_owned(),
        name: String::new(),
        tagline: String::new(),
        about: About::default(),
        languages: Vec::new(),
        default_language: String::new(),
        timezone: chrono_tz::UTC,
        accent_hue: 0,
        paper: Paper::Light,
        registration: Registration::Closed,
        follower_policy: FollowerPolicy::Manual,
        contact_email: None,
        actor_id: None,
    }
}
