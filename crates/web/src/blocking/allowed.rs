//! Whom the server speaks with, when it speaks with named servers only.

use super::PATH;
use super::overview::{Typed, answer};
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use federation::{AllowList, BlockError};
use pages::Frame;
use serde::Deserialize;
use ui::FormErrors;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct AllowedForm {
    only: String,
    hosts: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<AllowedForm>,
) -> HttpResponse {
    if !who.account.is_server_admin {
        return frame.error(403);
    }
    let list = AllowList {
        only: !form.only.is_empty(),
        hosts: form.hosts.split_whitespace().map(str::to_owned).collect(),
    };
    match rooms.federation.set_allow_list(&list).await {
        Ok(()) => pages::done(PATH, "allowed-saved"),
        Err(BlockError::Store(error)) => {
            tracing::error!(%error, "the list of allowed servers was not written");
            frame.error(500)
        }
        Err(_) => {
            let mut errors = FormErrors::new();
            errors.add("hosts", "allowed-error-host");
            let typed = Typed {
                allowed: Some(form.hosts.clone()),
                ..Typed::default()
            };
            answer(&frame, &who, &rooms, &typed, &errors, 422).await
        }
    }
}
