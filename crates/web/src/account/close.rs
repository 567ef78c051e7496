//! Closing one's account: first what will become of each agenda, then the password.

use super::{CLOSE_PATH, EXPORT_PATH};
use crate::account::export::own_password;
use crate::faults::page_of;
use crate::markup::{form_page, link, panel, paragraph};
use crate::people::without_session;
use crate::rooms::Rooms;
use accounts::{AccountError, CsrfForm, SignedIn};
use actix_web::HttpResponse;
use leaving::erase::{Fate, fates};
use pages::Frame;
use serde::Deserialize;
use ui::forms::{Button, error_summary};
use ui::pages::narrow_page;
use ui::{Field, Form, FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CloseForm {
    current: String,
}

async fn read(who: &SignedIn, rooms: &Rooms) -> Result<Vec<Fate>, AccountError> {
    let account = who.account.id;
    let found = rooms.database.read(move |conn| fates(conn, account));
    Ok(found.await?)
}

pub(crate) async fn show(frame: Frame, who: SignedIn, rooms: Rooms) -> HttpResponse {
    match read(&who, &rooms).await {
        Ok(fates) => frame.answer(200, &page(&frame, &fates, &FormErrors::new())),
        Err(error) => page_of(&frame, &error),
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<CloseForm>,
) -> HttpResponse {
    let closed = rooms
        .leaving
        .close(&rooms.accounts, &who.session, &form.current);
    let error = match closed.await {
        Ok(()) => return without_session(&frame, pages::done("/", "account-closed")),
        Err(error) => error,
    };
    match read(&who, &rooms).await {
        Ok(fates) => crate::faults::refused(&frame, &error, |errors| {
            page(&frame, &fates, &own_password(&error, errors))
        }),
        Err(error) => page_of(&frame, &error),
    }
}

fn page(frame: &Frame, fates: &[Fate], errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let heading = lang.t("account-delete");
    let mut body = error_summary(errors, lang);
    if !fates.is_empty() {
        body.push(&panel(
            "agendas",
            &lang.t("close-agendas"),
            &SafeHtml::trusted(format!(
                "<ul>{}</ul>",
                fates
                    .iter()
                    .map(|fate| format!("<li>{}</li>", sentence(frame, fate)))
                    .collect::<String>()
            )),
        ));
    }
    body.push(&paragraph(&lang.t("close-what")));
    body.push(&paragraph(&lang.t("close-others")));
    body.push(&SafeHtml::trusted(format!(
        "<p>{}</p>",
        link(EXPORT_PATH, &lang.t("close-export-first"))
    )));
    body.push(
        &Form::post(CLOSE_PATH, frame.csrf())
            .body(
                Field::password("current", lang.t("account-password-current"), false)
                    .required()
                    .render(errors, lang),
            )
            .button(Button::danger(lang.t("close-submit")))
            .render(),
    );
    form_page(
        frame,
        NavItem::Account,
        &heading,
        narrow_page(&heading, &lang.t("account-delete-text"), &body),
    )
}

/// What becomes of one agenda, and what one can do about it first.
fn sentence(frame: &Frame, fate: &Fate) -> SafeHtml {
    let lang = frame.lang;
    let named = match fate.agenda.site_id == Some(frame.site.id) {
        true => fate.agenda.name.clone(),
        false => format!("{} ({})", fate.agenda.name, fate.agenda.handle()),
    };
    let values = [
        ("name", named.as_str().into()),
        ("n", fate.published.into()),
        ("others", fate.others.into()),
    ];
    if !fate.ends {
        return SafeHtml::text(&lang.ta("close-stays", &values[..1]));
    }
    let mut said = SafeHtml::text(&lang.ta("close-ends", &values[..2]));
    if fate.others > 0 {
        said.push(&SafeHtml::text(" "));
        said.push(&SafeHtml::text(&lang.ta("close-ends-others", &values[2..])));
        if fate.agenda.site_id == Some(frame.site.id) {
            let people = format!("/agendas/{}/people", fate.agenda.username);
            said.push(&SafeHtml::text(" "));
            said.push(&link(&people, &lang.t("close-hand-over")));
        }
    }
    said
}
