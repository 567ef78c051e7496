//! Writing the site's settings; followers of the site's actor are told.

use super::site::{SiteForm, page};
use crate::announce::tell_followers;
use crate::rooms::Rooms;
use crate::setup::check_site_name;
use accounts::{Admin, CsrfForm};
use actix_web::HttpResponse;
use federation::Actor;
use mail::EmailAddress;
use pages::Frame;
use sites::{FollowerPolicy, Paper, Registration, Site, SiteChange};
use store::{Json, StoreError, Ts};
use ui::{FormErrors, Lang};

/// Most languages of the content.
const MOST_LANGUAGES: usize = 20;

fn read(site: &Site, form: &SiteForm, now: Ts, errors: &mut FormErrors) -> SiteChange {
    let name = check_site_name(&form.site_name).map(str::to_owned);
    if name.is_none() {
        errors.add("site_name", "setup-error-name");
    }
    let tagline = form.tagline.trim();
    if tagline.chars().count() > 160 || tagline.chars().any(char::is_control) {
        errors.add_with("tagline", "form-error-too-long", &[("max", 160.into())]);
    }
    if form.language.parse::<Lang>().is_err() {
        errors.add("language", "form-error-choice");
    }
    let languages: Vec<String> = form
        .content_languages
        .split([',', ' ', ';'])
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty())
        .collect();
    let plain = |tag: &String| {
        (2..=16).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if languages.is_empty() || languages.len() > MOST_LANGUAGES || !languages.iter().all(plain) {
        errors.add("content_languages", "admin-error-languages");
    }
    if form.time_zone.parse::<chrono_tz::Tz>().is_err() {
        errors.add("time_zone", "form-error-time-zone");
    }
    let contact = form.contact_email.trim();
    if !contact.is_empty() && EmailAddress::parse(contact).is_err() {
        errors.add("contact_email", "form-error-email");
    }
    let hue = form
        .accent_hue
        .parse::<i32>()
        .ok()
        .filter(|hue| (0..360).contains(hue));
    if hue.is_none() {
        errors.add("accent_hue", "form-error-choice");
    }
    let paper = Paper::from_word(&form.paper);
    if paper.is_none() {
        errors.add("paper", "form-error-choice");
    }
    let registration = Registration::from_word(&form.registrations);
    if registration.is_none() {
        errors.add("registrations", "form-error-choice");
    }
    for name in form.about.too_long() {
        errors.add_with(name, "form-error-too-long", &[("max", 5000.into())]);
    }
    // The allow-list is chosen on the page of the peers: this box knows only of the other two.
    let policy = match (form.follow_automatic.is_some(), site.follower_policy) {
        (true, _) => FollowerPolicy::Automatic,
        (false, FollowerPolicy::AllowList) => FollowerPolicy::AllowList,
        (false, _) => FollowerPolicy::Manual,
    };
    SiteChange {
        name,
        tagline: Some(tagline.to_owned()),
        about: Some(Json::of(&form.about.about())),
        languages: Some(Json::of(&languages)),
        default_language: Some(form.language.clone()),
        timezone: Some(form.time_zone.clone()),
        accent_hue: hue,
        paper: paper.map(|word| word.as_str().to_owned()),
        registration: registration.map(|word| word.as_str().to_owned()),
        follower_policy: Some(policy.as_str().to_owned()),
        contact_email: Some(Some(contact.to_owned()).filter(|text| !text.is_empty())),
        actor_id: None,
        updated_at: Some(now),
    }
}

pub(crate) async fn send(
    frame: Frame,
    _who: Admin,
    rooms: Rooms,
    form: CsrfForm<SiteForm>,
) -> HttpResponse {
    let mut errors = FormErrors::new();
    let change = read(&frame.site, &form, rooms.clock.ts(), &mut errors);
    if !errors.is_empty() {
        return frame.answer(422, &page(&frame, &form, &errors));
    }
    match write(&frame, &rooms, change).await {
        Ok(()) => pages::done("/admin/site", "saved"),
        Err(error) => {
            tracing::error!(%error, "the site could not be changed");
            frame.error(500)
        }
    }
}

async fn write(frame: &Frame, rooms: &Rooms, change: SiteChange) -> Result<(), StoreError> {
    let id = frame.site.id;
    rooms
        .database
        .write(move |conn| Site::change(conn, id, &change))
        .await?;
    rooms.sites.reload().await?;
    let Some(site) = rooms.sites.by_id(id) else {
        return Ok(());
    };
    let Some(own) = site.actor_id else {
        return Ok(());
    };
    let actor = rooms
        .database
        .read(move |conn| Actor::by_id(conn, own))
        .await?;
    let Some(mut actor) = actor else {
        return Ok(());
    };
    actor.name.clone_from(&site.name);
    tell_followers(rooms, &site, actor).await
}
