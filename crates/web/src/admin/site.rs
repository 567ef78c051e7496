//! The form of the site's settings.

use crate::markup::{form_page, link};
use crate::setup::{AboutForm, answers, time_zones};
use accounts::Admin;
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;
use sites::{FollowerPolicy, Site};
use ui::forms::{Button, Choice, error_summary, fieldset, more_options};
use ui::pages::{look_fields, registration_choices};
use ui::{Field, Form, FormErrors, Lang, NavItem, Page, SafeHtml};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SiteForm {
    pub(super) site_name: String,
    pub(super) tagline: String,
    pub(super) language: String,
    pub(super) content_languages: String,
    pub(super) time_zone: String,
    pub(super) contact_email: String,
    pub(super) registrations: String,
    pub(super) follow_automatic: Option<String>,
    pub(super) accent_hue: String,
    pub(super) paper: String,
    #[serde(flatten)]
    pub(super) about: AboutForm,
}

fn of(site: &Site) -> SiteForm {
    let about = answers(&site.about);
    SiteForm {
        site_name: site.name.clone(),
        tagline: site.tagline.clone(),
        language: site.default_language.clone(),
        content_languages: site.languages.join(", "),
        time_zone: site.timezone.name().to_owned(),
        contact_email: site.contact_email.clone().unwrap_or_default(),
        registrations: site.registration.as_str().to_owned(),
        follow_automatic: (site.follower_policy == FollowerPolicy::Automatic)
            .then(|| "on".to_owned()),
        accent_hue: site.accent_hue.to_string(),
        paper: site.paper.as_str().to_owned(),
        about: AboutForm {
            description: site.about.description.clone(),
            categories: about.categories,
            languages: about.languages,
            code_of_conduct: about.code_of_conduct,
            moderation_information: about.moderation_information,
            administrator: about.administrator,
            creation_reason: about.creation_reason,
            maintenance_lifetime: about.maintenance_lifetime,
            business_model: about.business_model,
            hardware_information: about.hardware_information,
        },
    }
}

pub(super) fn page(frame: &Frame, form: &SiteForm, errors: &FormErrors) -> Page {
    let (lang, e) = (frame.lang, errors);
    let languages = Lang::ALL
        .iter()
        .map(|l| Choice::new(l.tag(), l.own_name()))
        .collect();
    let site = SafeHtml::concat([
        &Field::text("site_name", lang.t("setup-site-name"))
            .value(&form.site_name)
            .required()
            .max_length(80)
            .render(e, lang),
        &Field::text("tagline", lang.t("setup-tagline"))
            .value(&form.tagline)
            .optional()
            .max_length(160)
            .render(e, lang),
        &Field::textarea("description", lang.t("admin-description"), 4)
            .help(lang.t("form-description-help"))
            .value(&form.about.description)
            .optional()
            .max_length(5000)
            .render(e, lang),
        &Field::select("language", lang.t("setup-language"), languages)
            .value(&form.language)
            .render(e, lang),
        &Field::text("content_languages", lang.t("admin-languages"))
            .help(lang.t("admin-languages-help"))
            .value(&form.content_languages)
            .render(e, lang),
        &Field::select("time_zone", lang.t("setup-time-zone"), time_zones())
            .value(&form.time_zone)
            .render(e, lang),
        &Field::email("contact_email", lang.t("admin-contact"))
            .help(lang.t("admin-contact-help"))
            .value(&form.contact_email)
            .optional()
            .render(e, lang),
    ]);
    let doors = SafeHtml::concat([
        &Field::radios(
            "registrations",
            lang.t("setup-registrations"),
            registration_choices(lang),
        )
        .value(&form.registrations)
        .render(e, lang),
        &Field::checkbox(
            "follow_automatic",
            lang.t("admin-follow-automatic"),
            form.follow_automatic.is_some(),
        )
        .help(lang.t("admin-follow-automatic-help"))
        .render(e, lang),
    ]);
    let about = form.about.answers();
    let wrong = about
        .questions()
        .iter()
        .any(|(name, ..)| e.get(name).is_some());
    let about = more_options(&lang.t("admin-about"), wrong, &about.fields(e, lang));
    let look = look_fields(&form.accent_hue, &form.paper, e, lang);
    let shown = Form::post("/admin/site", frame.csrf())
        .body(fieldset(&lang.t("admin-site"), "", &site))
        .body(fieldset(&lang.t("admin-look"), "", &look))
        .body(fieldset(&lang.t("admin-doors"), "", &doors))
        .body(about)
        .button(Button::primary(lang.t("admin-save")))
        .render();
    let heading = lang.t("admin-site");
    let pictures = link("/admin/site/pictures", &lang.t("portrait-link"));
    let pictures = SafeHtml::trusted(format!("<p>{pictures}</p>"));
    let body = SafeHtml::concat([&error_summary(e, lang), &shown, &pictures]);
    let body = ui::pages::narrow_page(&heading, "", &body);
    form_page(frame, NavItem::Admin, &heading, body)
}

pub(crate) async fn show(frame: Frame, _who: Admin) -> HttpResponse {
    frame.html(&page(&frame, &of(&frame.site), &FormErrors::new()))
}
