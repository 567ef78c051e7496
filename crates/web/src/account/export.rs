//! Taking one's data along.

use super::EXPORT_PATH;
use crate::markup::{form_page, panel, paragraph};
use crate::rooms::Rooms;
use accounts::{AccountError, CsrfForm, Identity, SignedIn};
use actix_web::body::SizedStream;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use bytes::Bytes;
use futures::stream;
use leaving::export::{Export, ExportState, HOURS};
use pages::Frame;
use serde::Deserialize;
use std::fs::File;
use std::io::Read;
use store::Id;
use ui::forms::{Button, error_summary, more_options};
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, Lang, NavItem, Page, SafeHtml, dates};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExportForm {
    current: String,
}

pub(crate) async fn show(frame: Frame, who: SignedIn, rooms: Rooms) -> HttpResponse {
    match rooms.leaving.of_session(&who.session).await {
        Ok(held) => frame.answer(200, &page(&frame, held.as_ref(), &FormErrors::new())),
        Err(error) => unavailable(&frame, &error),
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<ExportForm>,
) -> HttpResponse {
    if let Err(error) = rooms.accounts.prove(&who.session, &form.current).await {
        return refused(&frame, &who, &rooms, &error).await;
    }
    match rooms.leaving.ask(&who.session).await {
        Ok(()) => pages::done(EXPORT_PATH, "export-asked"),
        Err(error) => unavailable(&frame, &error),
    }
}

/// `GET /account/export/{id}.zip`, for the session that asked; for others there is nothing there.
pub(crate) async fn fetch(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    path: web::Path<String>,
) -> HttpResponse {
    let Some(id) = Id::parse(&path) else {
        return frame.error(404);
    };
    let place = match rooms.leaving.file(&who.session, id).await {
        Ok(Some(place)) => place,
        Ok(None) => return frame.error(404),
        Err(error) => return unavailable(&frame, &error),
    };
    let opened = web::block(move || {
        let file = File::open(place)?;
        let bytes = file.metadata()?.len();
        Ok::<_, std::io::Error>((file, bytes))
    });
    let Ok(Ok((file, bytes))) = opened.await else {
        return frame.error(404);
    };
    let day = rooms.clock.now().format("%Y-%m-%d");
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CACHE_CONTROL, "private, no-store"))
        // Small already: what compresses pages leaves it alone, and its length stays known.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header((
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"kiosque-{day}.zip\""),
        ))
        .body(SizedStream::new(bytes, pieces(file)))
}

/// Bytes read at a time.
const PIECE: usize = 256 * 1024;

fn pieces(file: File) -> impl futures::Stream<Item = Result<Bytes, actix_web::Error>> {
    stream::try_unfold(file, |mut file| async move {
        let read = web::block(move || {
            let mut piece = vec![0; PIECE];
            let length = file.read(&mut piece)?;
            piece.truncate(length);
            Ok::<_, std::io::Error>((piece, file))
        });
        let (piece, file) = read.await??;
        Ok((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
    })
}

async fn refused(
    frame: &Frame,
    who: &Identity,
    rooms: &Rooms,
    error: &AccountError,
) -> HttpResponse {
    let held = rooms.leaving.of_session(&who.session).await.ok().flatten();
    crate::faults::refused(frame, error, |errors| {
        page(frame, held.as_ref(), &own_password(error, errors))
    })
}

/// Signed in already, "name and password do not match" means this password.
pub(super) fn own_password(error: &AccountError, errors: &FormErrors) -> FormErrors {
    if !matches!(error, AccountError::Credentials) {
        return errors.clone();
    }
    let mut errors = FormErrors::new();
    errors.add("current", "account-error-password-wrong");
    errors
}

fn unavailable(frame: &Frame, error: &store::StoreError) -> HttpResponse {
    tracing::error!(%error, "an archive of personal data");
    frame.error(503)
}

fn page(frame: &Frame, held: Option<&Export>, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let heading = lang.t("export-heading");
    let mut body = error_summary(errors, lang);
    let form = Form::post(EXPORT_PATH, frame.csrf())
        .body(
            Field::password("current", lang.t("account-password-current"), false)
                .help(lang.t("export-password-help"))
                .required()
                .render(errors, lang),
        )
        .button(Button::primary(lang.t(match held {
            Some(_) => "export-again",
            None => "export-ask",
        })))
        .render();
    match held {
        Some(export) => {
            body.push(&panel(
                "yours",
                &lang.t("export-yours"),
                &state(frame, export),
            ));
            body.push(&more_options(
                &lang.t("export-again"),
                !errors.is_empty(),
                &form,
            ));
        }
        None => body.push(&form),
    }
    let intro = lang.ta("export-intro", &[("hours", HOURS.into())]);
    form_page(
        frame,
        NavItem::Account,
        &heading,
        narrow_page(&heading, &intro, &body),
    )
}

fn state(frame: &Frame, export: &Export) -> SafeHtml {
    let lang = frame.lang;
    match export.state() {
        ExportState::Waiting => SafeHtml::concat([
            &paragraph(&lang.t("export-waiting")),
            &SafeHtml::trusted(format!(
                "<p class=\"actions\"><a class=\"button quiet\" href=\"{EXPORT_PATH}\">{}</a></p>",
                SafeHtml::text(&lang.t("export-look"))
            )),
        ]),
        ExportState::Failed => paragraph(&lang.t("export-failed")),
        ExportState::Ready => {
            let until = dates::moment(export.expires_at.0, frame.site.timezone, lang);
            SafeHtml::trusted(format!(
                "<p>{}</p><p class=\"actions\"><a class=\"button\" href=\"{EXPORT_PATH}/{}.zip\" download>{}</a></p>",
                SafeHtml::text(&lang.ta("export-ready", &[("until", until.into())])),
                export.id,
                SafeHtml::text(
                    &lang.ta("export-fetch", &[("size", size(export.bytes, lang).into())])
                )
            ))
        }
    }
}

/// Whole kilobytes or megabytes.
fn size(bytes: i64, lang: Lang) -> String {
    let (key, n) = match bytes {
        0..1_000_000 => ("export-kilobytes", (bytes / 1_000).max(1)),
        _ => ("export-megabytes", bytes / 1_000_000),
    };
    lang.ta(key, &[("n", n.into())])
}
