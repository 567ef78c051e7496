//! Name and language.

use super::PATH;
use super::overview::{Typed, again};
use crate::faults::page_of;
use crate::rooms::Rooms;
use accounts::{Account, AccountError, CsrfForm, SignedIn};
use actix_web::HttpResponse;
use pages::Frame;
use serde::Deserialize;
use ui::{FormErrors, Lang};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProfileForm {
    name: String,
    language: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    form: CsrfForm<ProfileForm>,
) -> HttpResponse {
    let mut errors = FormErrors::new();
    if form.language.parse::<Lang>().is_err() {
        errors.add("language", "form-error-choice");
    }
    if errors.is_empty() {
        let (id, name, language) = (who.account.id, form.name.clone(), form.language.clone());
        let changed = rooms
            .database
            .write(move |conn| Account::change(conn, id, Some(&name), Some(&language)));
        match changed.await {
            Ok(()) => return pages::done(PATH, "saved"),
            Err(AccountError::Name) => errors.add("name", "account-error-name"),
            Err(error) => return page_of(&frame, &error),
        }
    }
    let typed = Typed {
        panel: "profile",
        errors,
        name: Some(&form.name),
        ..Typed::default()
    };
    again(&frame, &who, &rooms, 422, typed).await
}
