//! Pictures of an agenda.

use super::Sitter;
use crate::agendas::{held, path};
use crate::rooms::Rooms;
use accounts::SignedIn;
use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use media::{Library, Processor};
use pages::Frame;
use ui::NavItem;

async fn sitter(
    frame: &Frame,
    who: &SignedIn,
    rooms: &Rooms,
    name: &str,
) -> Result<Sitter, HttpResponse> {
    let (site, who, name) = (frame.site.id, who.0.clone(), name.to_owned());
    let found = rooms
        .database
        .read(move |conn| held(conn, site, &name, &who));
    match found.await {
        Ok(Some((actor, _))) => Ok(Sitter {
            name: actor.name.clone(),
            path: format!("{}/pictures", path(&actor.username)),
            back: (path(&actor.username), frame.lang.t("agendas-edit")),
            nav: NavItem::Account,
            actor,
        }),
        // Whoever may not see it learns nothing of it.
        Ok(None) => Err(frame.error(404)),
        Err(error) => {
            tracing::error!(%error, "the agenda could not be read");
            Err(frame.error(503))
        }
    }
}

/// `GET /agendas/{username}/pictures`.
pub(crate) async fn show(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    name: web::Path<String>,
) -> HttpResponse {
    match sitter(&frame, &who, &rooms, &name).await {
        Ok(sitter) => super::show(&frame, &rooms, &sitter).await,
        Err(answer) => answer,
    }
}

/// `POST /agendas/{username}/pictures`.
pub(crate) async fn send(
    frame: Frame,
    who: SignedIn,
    rooms: Rooms,
    library: web::Data<Library>,
    processor: web::Data<Processor>,
    name: web::Path<String>,
    form: Multipart,
) -> HttpResponse {
    match sitter(&frame, &who, &rooms, &name).await {
        Ok(sitter) => super::send(&frame, &rooms, &who, &library, &processor, sitter, form).await,
        Err(answer) => answer,
    }
}
