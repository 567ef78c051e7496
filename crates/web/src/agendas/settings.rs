//! Name and presentation of an agenda; its followers are told of a change.

use super::making::{check_name, check_summary};
use super::new::{agenda_name, refused, summary};
use super::{held, path};
use crate::announce::tell_followers;
use crate::markup::{form_page, link};
use crate::rooms::Rooms;
use accounts::{CsrfForm, SignedIn};
use actix_web::{HttpResponse, web};
use federation::Actor;
use pages::Frame;
use serde::Deserialize;
use ui::forms::{Button, error_summary};
use ui::pages::narrow_page;
use ui::{Form, FormErrors, NavItem, Page, SafeHtml};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SettingsForm {
    name: String,
    summary: String,
}

fn page(frame: &Frame, actor: &Actor, form: &SettingsForm, errors: &FormErrors) -> Page {
    let lang = frame.lang;
    let own = path(&actor.username);
    let shown = Form::post(&own, frame.csrf())
        .body(agenda_name(&form.name, errors, lang))
        .body(summary(&form.summary, errors, lang))
        .button(Button::primary(lang.t("account-save")))
        .render();
    let links = SafeHtml::trusted(format!(
        "<p>{} · {}</p>",
        link(&format!("/@{}", actor.username), &lang.t("agendas-view")),
        link(&format!("{own}/people"), &lang.t("agendas-people"))
    ));
    let body = SafeHtml::concat([&error_summary(errors, lang), &shown, &links]);
    let heading = lang.t("agendas-edit");
    form_page(
        frame,
        NavItem::Account,
        &heading,
        narrow_page(&heading, &actor.handle(), &body),
    )
}

async fn find(
    frame: &Frame,
    who: &SignedIn,
    rooms: &Rooms,
    name: &str,
) -> Result<Actor, HttpResponse> {
    let (site, who, name) = (frame.site.id, who.0.clone(), name.to_owned());
    let found = rooms
        .database
        .read(move |conn| held(conn, site, &name, &who));
    match found.await {
        Ok(Some((actor, _))) => Ok(actor),
        // Whoever may not see it learns nothing of it.
        Ok(None) => Err(frame.error(404)),
        Err(error) => {
            tracing::error!(%error, "the agenda could not be read");
            Err(frame.error(500))
        }
    }
}

pub(crate) async fn show(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    name: web::Path<String>,
) -> HttpResponse {
    match find(&frame, &who, &rooms, &name).await {
        Ok(actor) => {
            let form = SettingsForm {
                name: actor.name.clone(),
                summary: publication::text::plain(&actor.summary),
            };
            frame.html(&page(&frame, &actor, &form, &FormErrors::new()))
        }
        Err(response) => response,
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    name: web::Path<String>,
    form: CsrfForm<SettingsForm>,
) -> HttpResponse {
    let mut actor = match find(&frame, &who, &rooms, &name).await {
        Ok(actor) => actor,
        Err(response) => return response,
    };
    let read = check_name(&form.name).and_then(|n| Ok((n, check_summary(&form.summary)?)));
    let (new_name, new_summary) = match read {
        Ok(read) => read,
        Err(error) => {
            return refused(&frame, &error, |errors| page(&frame, &actor, &form, errors));
        }
    };
    actor.name = new_name;
    actor.summary = new_summary;
    match tell_followers(&rooms, &frame.site, actor).await {
        Ok(()) => pages::done(&path(&name), "saved"),
        Err(error) => {
            tracing::error!(%error, "the agenda could not be changed");
            frame.error(500)
        }
    }
}
