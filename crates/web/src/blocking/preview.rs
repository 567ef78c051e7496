//! A file of servers to block, looked at before anything is done: what each line would cut.

use super::overview::{Typed, answer};
use super::{PATH, TAKE_PATH};
use crate::letters::key_of;
use crate::markup::{form_page, link, nothing, table, two_lines};
use crate::moderating::page_of;
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use media::Library;
use moderation::lists::{MOST_BYTES, Planned, ReadFile, plan, read, write};
use pages::{Frame, Upload, UploadError};
use ui::forms::Button;
use ui::{Form, FormErrors, NavItem, SafeHtml};

/// Bytes of lines in one form: with its names and tokens it stays under what a form may hold.
const ROOM: usize = 24 * 1024;

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    library: web::Data<Library>,
    form: Multipart,
) -> HttpResponse {
    let mut upload = match Upload::read(form, &library, MOST_BYTES as u64).await {
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
    let typed = Typed {
        file: upload.get("text"),
        ..Typed::default()
    };
    let again = |field: &str, key: &str| {
        let mut errors = FormErrors::new();
        errors.add(field, key);
        errors
    };
    if upload.too_large {
        let errors = again("file", "blocks-error-large");
        return answer(&frame, &who, &rooms, &typed, &errors, 422).await;
    }
    let text = match upload.file.take() {
        Some(file) => match file.into_bytes() {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                tracing::error!(%error, "an upload could not be read");
                return frame.error(503);
            }
        },
        None => typed.file.clone(),
    };
    let file = read(&text);
    if file.lines.is_empty() {
        let errors = again("file", "blocks-error-empty");
        return answer(&frame, &who, &rooms, &typed, &errors, 422).await;
    }
    let (desk, site, by) = (rooms.moderation.clone(), frame.site.clone(), who.account.id);
    let lines = file.lines.clone();
    let planned = rooms
        .database
        .read(move |conn| plan(conn, &desk, &site, by, lines));
    match planned.await {
        Ok(planned) => show(&frame, &file, &planned),
        Err(error) => page_of(&frame, &error),
    }
}

fn show(frame: &Frame, file: &ReadFile, planned: &[Planned]) -> HttpResponse {
    let lang = frame.lang;
    let heading = lang.t("blocks-preview-heading");
    let (mut rows, mut room, mut left) = (Vec::new(), ROOM, 0);
    for one in planned.iter().filter(|one| one.is_open()) {
        let value = value_of(one);
        if value.len() > room {
            left += 1;
            continue;
        }
        room -= value.len();
        rows.push(row(frame, one, &value));
    }
    let open = rows.len();
    let mut parts = vec![SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>",
        SafeHtml::text(&heading),
        SafeHtml::text(&lang.ta("blocks-preview-intro", &[("n", open.into())]))
    ))];
    if open == 0 {
        parts.push(nothing(&lang.t("blocks-preview-none")));
    } else {
        let columns = [
            "queue-select",
            "blocks-col-host",
            "blocks-col-does",
            "blocks-col-cuts",
        ];
        let list = table(&heading, &columns.map(|key| lang.t(key)), &rows);
        let form = Form::post(TAKE_PATH, frame.csrf())
            .body(list)
            .button(Button::primary(lang.t("blocks-take")));
        parts.push(form.render());
    }
    let mut notes = Vec::new();
    if left > 0 {
        notes.push(lang.ta("blocks-preview-left", &[("n", left.into())]));
    }
    let decided = planned.iter().filter(|one| one.decided).count();
    if decided > 0 {
        notes.push(lang.ta("blocks-preview-decided", &[("n", decided.into())]));
    }
    for own in planned.iter().filter(|one| one.own) {
        let host = [("host", one_line(&own.line.host).into())];
        notes.push(lang.ta("blocks-preview-own", &host));
    }
    for unread in &file.unread {
        let key = match unread.hidden {
            true => "blocks-preview-hidden",
            false => "blocks-preview-unread",
        };
        let what = [
            ("line", i64::try_from(unread.line).unwrap_or(0).into()),
            ("text", one_line(&unread.text).into()),
        ];
        notes.push(lang.ta(key, &what));
    }
    if file.cut {
        notes.push(lang.t("blocks-preview-cut"));
    }
    if !notes.is_empty() {
        let notes: String = notes
            .iter()
            .map(|note| format!("<li>{}</li>", SafeHtml::text(note)))
            .collect();
        parts.push(SafeHtml::trusted(format!(
            "<h2>{}</h2><ul>{notes}</ul>",
            SafeHtml::text(&lang.t("blocks-preview-notes"))
        )));
    }
    let back = link(PATH, &lang.t("blocks-heading"));
    parts.push(SafeHtml::trusted(format!("<p>{back}</p>")));
    let body = SafeHtml::concat(&parts);
    frame.answer(200, &form_page(frame, NavItem::Admin, &heading, body))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The line as the form carries it: as in a file, without its heading.
fn value_of(one: &Planned) -> String {
    let written = write(std::slice::from_ref(&one.line));
    written
        .split_once('\n')
        .map(|(_, line)| line.trim_end().to_owned())
        .unwrap_or_default()
}

fn row(frame: &Frame, one: &Planned, value: &str) -> Vec<SafeHtml> {
    let lang = frame.lang;
    let does: Vec<String> = one
        .measures
        .iter()
        .map(|kind| lang.t(&format!("measure-name-{}", key_of(kind.as_str()))))
        .collect();
    let ties = one.ties;
    let cuts: Vec<String> = [
        ("blocks-cuts-followed", ties.followed),
        ("blocks-cuts-followers", ties.followers),
        ("blocks-cuts-actors", ties.actors),
        ("blocks-cuts-events", ties.objects),
    ]
    .into_iter()
    .filter(|(_, n)| *n > 0)
    .map(|(key, n)| lang.ta(key, &[("n", n.into())]))
    .collect();
    let cuts = match cuts.is_empty() {
        true => lang.t("blocks-cuts-none"),
        false => cuts.join(", "),
    };
    let label = lang.ta("blocks-choose", &[("host", one.line.host.as_str().into())]);
    let tick = SafeHtml::trusted(format!(
        "<input type=\"checkbox\" name=\"line\" value=\"{}\" aria-label=\"{}\" checked>",
        SafeHtml::text(value),
        SafeHtml::text(&label)
    ));
    vec![
        tick,
        two_lines(&one.line.host, &one.line.reason),
        SafeHtml::text(&does.join(", ")),
        SafeHtml::text(&cuts),
    ]
}
