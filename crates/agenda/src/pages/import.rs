//! Calendars into an agenda: a file, or an address read on a schedule.

use super::form_page::organised;
use crate::import::{
    Source, check_now, import_calendar, report_of, sources_of, subscribe, unsubscribe,
    upload_source,
};
use crate::rooms::Rooms;
use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use federation::Actor;
use pages::{Frame, Upload, done};
use std::sync::Arc;
use store::{Id, StoreError};
use ui::forms::{Button, Field, Form, fieldset};
use ui::pages::narrow_page;
use ui::{FormErrors, SafeHtml};
use url::Url;

async fn page(
    frame: &Frame,
    rooms: &Rooms,
    actor: &Actor,
    errors: FormErrors,
    typed: &str,
) -> HttpResponse {
    let (lang, id) = (frame.lang, actor.id);
    let read = rooms.database.read(move |c| {
        let mut all = Vec::new();
        for source in sources_of(c, id)? {
            let report = report_of(c, source.id)?;
            all.push((source, report));
        }
        Ok::<_, StoreError>(all)
    });
    let Ok(sources) = read.await else {
        return frame.error(503);
    };
    let subscription = Form::post(&frame.path, frame.csrf())
        .multipart()
        .body(
            Field::url("url", lang.t("ics-url"))
                .help(lang.t("ics-url-help"))
                .value(typed)
                .render(&errors, lang),
        )
        .button(Button::primary(lang.t("ics-subscribe")).sends("do", "subscribe"));
    let upload = Form::post(&frame.path, frame.csrf())
        .multipart()
        .body(Field::file("file", lang.t("ics-file"), ".ics,text/calendar").render(&errors, lang))
        .button(Button::primary(lang.t("ics-send")).sends("do", "upload"));
    let mut body = ui::forms::error_summary(&errors, lang);
    body.push(&fieldset(
        &lang.t("ics-url-title"),
        "",
        &subscription.render(),
    ));
    body.push(&fieldset(&lang.t("ics-file-title"), "", &upload.render()));
    for (source, report) in &sources {
        body.push(&shown(frame, source, report));
    }
    let heading = lang.ta("ics-heading", &[("name", actor.name.clone().into())]);
    let faulty = !errors.is_empty();
    let mut page = frame.page(&heading, narrow_page(&heading, &lang.t("ics-intro"), &body));
    page.noindex = true;
    frame.answer(if faulty { 422 } else { 200 }, &page)
}

fn shown(frame: &Frame, source: &Source, report: &crate::import::ImportReport) -> SafeHtml {
    let lang = frame.lang;
    let mut html = format!(
        "<section class=\"panel\"><h2>{}</h2>",
        SafeHtml::text(&source.label)
    );
    if let Some(error) = &source.last_error {
        let words = lang.ta("ics-failed", &[("reason", error.clone().into())]);
        html.push_str(&format!(
            "<p><strong>{}</strong></p>",
            SafeHtml::text(&words)
        ));
    }
    if let Some(checked) = source.checked_at {
        let at = ui::dates::moment(checked.0, frame.site.timezone, lang);
        html.push_str(&format!(
            "<p>{}</p>",
            SafeHtml::text(&lang.ta("ics-checked", &[("when", at.into())]))
        ));
    }
    html.push_str("<ul>");
    for line in report.summary(lang).iter().take(60) {
        html.push_str(&format!("<li>{}</li>", SafeHtml::text(line)));
    }
    html.push_str("</ul>");
    let mut form = Form::post(&frame.path, frame.csrf())
        .multipart()
        .hidden("source", &source.id.to_string())
        .inline();
    if source.url.is_some() {
        form = form.button(Button::quiet(lang.t("ics-check")).sends("do", "check"));
    }
    // A file is not read again anyway.
    let end = match source.url {
        Some(_) => "ics-end",
        None => "ics-forget",
    };
    form = form.button(Button::quiet(lang.t(end)).sends("do", "end"));
    html.push_str(form.render().as_str());
    html.push_str("</section>");
    SafeHtml::trusted(html)
}

/// `GET /@{name}/import`.
pub(super) async fn show(frame: Frame, rooms: Rooms, path: web::Path<String>) -> HttpResponse {
    match organised(&frame, &rooms, &path).await {
        Ok(actor) => page(&frame, &rooms, &actor, FormErrors::default(), "").await,
        Err(answer) => answer,
    }
}

/// `POST /@{name}/import`.
pub(super) async fn send(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    form: Multipart,
) -> HttpResponse {
    let actor = match organised(&frame, &rooms, &path).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let Ok(mut upload) = Upload::read(form, &rooms.library, 20 * 1024 * 1024).await else {
        return frame.error(413);
    };
    let Some(who) = frame.viewer.identity() else {
        return frame.error(403);
    };
    if accounts::verify_csrf(&who.session, &upload.get("csrf")).is_err() {
        return frame.error(403);
    }
    let (account, now, id) = (who.account.id, rooms.clock.ts(), actor.id);
    let site = Arc::clone(&frame.site);
    let mut errors = FormErrors::default();
    let source = Id::parse(&upload.get("source"));
    let saved: Result<&str, StoreError> = match (upload.get("do").as_str(), source) {
        ("check", Some(source)) => rooms
            .database
            .write(move |c| check_now(c, id, source, now))
            .await
            .map(|()| "source-check"),
        ("end", Some(source)) => rooms
            .database
            .write(move |c| unsubscribe(c, id, source))
            .await
            .map(|()| "source-removed"),
        ("upload", _) => {
            let label = upload
                .file_name
                .clone()
                .unwrap_or_else(|| "calendar.ics".to_owned());
            if upload.too_large {
                errors.add_with("file", "import-error-too-large", &[("max", 20.into())]);
                return page(&frame, &rooms, &actor, errors, "").await;
            }
            let Some(bytes) = upload.file.take().and_then(|file| file.into_bytes().ok()) else {
                errors.add("file", "form-error-required");
                return page(&frame, &rooms, &actor, errors, "").await;
            };
            let registry = rooms.registry.clone();
            let done = rooms.database.write(move |c| {
                let source = upload_source(c, &site, id, account, &label, now)?;
                import_calendar(c, &registry, &site, &source, &bytes, now)
            });
            match done.await {
                Ok(_) => Ok("source-read"),
                Err(error) => {
                    tracing::error!(%error, "calendar not imported");
                    return frame.error(503);
                }
            }
        }
        _ => {
            let typed = upload.get("url");
            let address = typed.trim().replacen("webcal://", "https://", 1);
            match Url::parse(&address) {
                Ok(url) if rooms.federation.client().check(&url).is_ok() => rooms
                    .database
                    .write(move |c| subscribe(c, &site, id, account, &url, now))
                    .await
                    .map(|_| "source-added"),
                _ => {
                    errors.add("url", "form-error-url");
                    return page(&frame, &rooms, &actor, errors, &typed).await;
                }
            }
        }
    };
    match saved {
        Ok(key) => {
            rooms.bell.ring();
            rooms.federation.wake();
            done(&frame.path, key)
        }
        Err(_) => frame.error(503),
    }
}
