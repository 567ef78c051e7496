//! Logo and banner of a site or of an agenda: shown, changed, taken away.

pub(crate) mod agenda;
pub(crate) mod site;

use crate::announce::tell_followers_with;
use crate::markup::{form_page, link, panel};
use crate::rooms::Rooms;
use accounts::Identity;
use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use diesel::prelude::*;
use federation::Actor;
use media::{Library, Processor, StoredPicture};
use pages::{Frame, Portrait, Upload, UploadError, store_picture};
use store::schema::actors;
use store::{Conn, Id, StoreError, Ts};
use ui::forms::{Button, error_summary};
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, NavItem, Page, Picture, SafeHtml};

/// Most characters of a picture's text.
const LONGEST_ALT: usize = 1_000;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Icon,
    Banner,
}

impl Part {
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "icon" => Some(Self::Icon),
            "banner" => Some(Self::Banner),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Icon => "icon",
            Self::Banner => "banner",
        }
    }
}

/// Whose pictures, and where the form is.
pub(crate) struct Sitter {
    actor: Actor,
    name: String,
    /// Path of this page.
    path: String,
    /// Path and words of the page it belongs to.
    back: (String, String),
    nav: NavItem,
}

fn one(
    frame: &Frame,
    sitter: &Sitter,
    part: Part,
    now: Option<(Picture, &str)>,
    errors: &FormErrors,
) -> SafeHtml {
    let (lang, word) = (frame.lang, part.word());
    let file = format!("{word}_file");
    let mut body = SafeHtml::default();
    let shown = now.is_some();
    let alt = now.as_ref().map(|(_, alt)| *alt).unwrap_or_default();
    if let Some((picture, _)) = &now {
        body.push(&SafeHtml::trusted(format!(
            "<p><img class=\"{}\" src=\"{}\" width=\"{}\" height=\"{}\" alt=\"{}\"></p>",
            match part {
                Part::Icon => "logo",
                Part::Banner => "banner",
            },
            SafeHtml::text(&picture.src),
            picture.width,
            picture.height,
            SafeHtml::text(&picture.alt)
        )));
    }
    let types = "image/jpeg,image/png,image/webp,image/gif";
    let mut form = Form::post(&sitter.path, frame.csrf())
        .multipart()
        .hidden("part", word)
        .body(
            Field::file(&file, lang.t("portrait-file"), types)
                .help(lang.t(&format!("portrait-{word}-help")))
                .attribute("data-preview", &lang.t("form-picture-chosen"))
                .render(errors, lang),
        )
        .body(
            Field::text(&format!("{word}_alt"), lang.t("portrait-alt"))
                .help(lang.t("portrait-alt-help"))
                .value(alt)
                .optional()
                .max_length(1_000)
                .render(errors, lang),
        )
        .button(Button::primary(lang.t("portrait-save")).sends("do", "save"));
    if shown {
        let remove = Button::quiet(lang.t("portrait-remove")).sends("do", "remove");
        form = form.button(remove.about(&lang.t(&format!("portrait-{word}"))));
    }
    body.push(&form.render());
    panel(word, &lang.t(&format!("portrait-{word}")), &body)
}

fn page(frame: &Frame, sitter: &Sitter, portrait: &Portrait, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let text = |kept: &Option<(pages::Stored, String)>| {
        kept.as_ref()
            .map(|(_, alt)| alt.clone())
            .unwrap_or_default()
    };
    let (icon, banner) = (text(&portrait.icon), text(&portrait.banner));
    let mut body = error_summary(errors, lang);
    let shown = portrait
        .shown_icon()
        .map(|picture| (picture, icon.as_str()));
    body.push(&one(frame, sitter, Part::Icon, shown, errors));
    let shown = portrait
        .shown_banner()
        .map(|picture| (picture, banner.as_str()));
    body.push(&one(frame, sitter, Part::Banner, shown, errors));
    body.push(&SafeHtml::trusted(format!(
        "<p>{}</p>",
        link(&sitter.back.0, &sitter.back.1)
    )));
    let name = [("name", sitter.name.as_str().into())];
    let heading = lang.ta("portrait-heading", &name);
    let body = narrow_page(&heading, &lang.t("portrait-intro"), &body);
    form_page(frame, sitter.nav, &heading, body)
}

async fn portrait(rooms: &Rooms, actor: Id) -> Result<Portrait, StoreError> {
    rooms
        .database
        .read(move |conn| Portrait::of(conn, actor))
        .await
}

async fn show(frame: &Frame, rooms: &Rooms, sitter: &Sitter) -> HttpResponse {
    match portrait(rooms, sitter.actor.id).await {
        Ok(portrait) => frame.html(&page(frame, sitter, &portrait, &FormErrors::new())),
        Err(error) => {
            tracing::error!(%error, "the pictures could not be read");
            frame.error(503)
        }
    }
}

/// What is to be done with one of them.
enum Step {
    Put(Box<StoredPicture>, String),
    Describe(String),
    Remove,
}

fn write(
    conn: &mut Conn,
    site: Id,
    account: Id,
    actor: Id,
    part: Part,
    step: &Step,
    now: Ts,
) -> Result<(), StoreError> {
    let row = actors::table.find(actor);
    let (id, alt) = match step {
        Step::Put(stored, alt) => {
            let id = store_picture(conn, stored, Some(site), Some(account), None, now)?;
            (Some(Some(id)), alt.as_str())
        }
        Step::Describe(alt) => (None, alt.as_str()),
        Step::Remove => (Some(None), ""),
    };
    match (part, id) {
        (Part::Icon, Some(id)) => diesel::update(row)
            .set((actors::icon_id.eq(id), actors::icon_alt.eq(alt)))
            .execute(conn)?,
        (Part::Icon, None) => diesel::update(row)
            .set(actors::icon_alt.eq(alt))
            .execute(conn)?,
        (Part::Banner, Some(id)) => diesel::update(row)
            .set((actors::banner_id.eq(id), actors::banner_alt.eq(alt)))
            .execute(conn)?,
        (Part::Banner, None) => diesel::update(row)
            .set(actors::banner_alt.eq(alt))
            .execute(conn)?,
    };
    Ok(())
}

/// Reads the form and does what it says; followers get an Update of the actor.
async fn send(
    frame: &Frame,
    rooms: &Rooms,
    who: &Identity,
    library: &web::Data<Library>,
    processor: &Processor,
    sitter: Sitter,
    form: Multipart,
) -> HttpResponse {
    let mut upload = match Upload::read(form, library, processor.limits().bytes).await {
        Ok(upload) => upload,
        Err(UploadError::TooLarge) => return frame.error(413),
        Err(UploadError::Broken) => return frame.error(400),
        Err(UploadError::File(error)) => {
            tracing::error!(%error, "an upload could not be kept");
            return frame.error(503);
        }
    };
    if accounts::verify_csrf(&who.session, &upload.get("csrf")).is_err() {
        return frame.error(403);
    }
    let Some(part) = Part::from_word(&upload.get("part")) else {
        return frame.error(400);
    };
    let Ok(before) = portrait(rooms, sitter.actor.id).await else {
        return frame.error(503);
    };
    let known = match part {
        Part::Icon => before.icon.is_some(),
        Part::Banner => before.banner.is_some(),
    };
    let file = format!("{}_file", part.word());
    let alt = upload.get(&format!("{}_alt", part.word()));
    let alt: String = alt.trim().chars().take(LONGEST_ALT).collect();
    let read = async {
        if upload.get("do") == "remove" {
            return Ok(Step::Remove);
        }
        let errors = upload.size_fault(&file, processor);
        if !errors.is_empty() {
            return Err(errors);
        }
        match upload.picture(&file, library, processor).await? {
            Some(stored) => Ok(Step::Put(Box::new(stored), alt)),
            None if known => Ok(Step::Describe(alt)),
            None => {
                let mut errors = FormErrors::new();
                errors.add(&file, "portrait-error-file");
                Err(errors)
            }
        }
    };
    let step = match read.await {
        Ok(step) => step,
        Err(errors) => return frame.answer(422, &page(frame, &sitter, &before, &errors)),
    };
    let said = match step {
        Step::Remove => "portrait-removed",
        Step::Put(..) | Step::Describe(_) => "portrait-saved",
    };
    let (site, account, actor) = (frame.site.id, who.account.id, sitter.actor.id);
    let now = rooms.clock.ts();
    let own = move |conn: &mut Conn| write(conn, site, account, actor, part, &step, now);
    match tell_followers_with(rooms, &frame.site, sitter.actor, own).await {
        Ok(()) => pages::done(&sitter.path, said),
        Err(error) => {
            tracing::error!(%error, "a picture could not be kept");
            frame.error(503)
        }
    }
}
