//! Pictures of the site, those of its own actor.

use super::Sitter;
use crate::rooms::Rooms;
use accounts::Admin;
use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use federation::Actor;
use media::{Library, Processor};
use pages::Frame;
use store::StoreError;
use ui::NavItem;

async fn sitter(frame: &Frame, rooms: &Rooms) -> Result<Sitter, HttpResponse> {
    let own = frame.site.actor_id;
    let found = rooms.database.read(move |conn| match own {
        Some(id) => Actor::by_id(conn, id),
        None => Ok::<_, StoreError>(None),
    });
    match found.await {
        Ok(Some(actor)) => Ok(Sitter {
            actor,
            name: frame.site.name.clone(),
            path: "/admin/site/pictures".to_owned(),
            back: ("/admin/site".to_owned(), frame.lang.t("admin-site")),
            nav: NavItem::Admin,
        }),
        Ok(None) => Err(frame.error(404)),
        Err(error) => {
            tracing::error!(%error, "the site's actor could not be read");
            Err(frame.error(503))
        }
    }
}

/// `GET /admin/site/pictures`.
pub(crate) async fn show(frame: Frame, _who: Admin, rooms: Rooms) -> HttpResponse {
    match sitter(&frame, &rooms).await {
        Ok(sitter) => super::show(&frame, &rooms, &sitter).await,
        Err(answer) => answer,
    }
}

/// `POST /admin/site/pictures`.
pub(crate) async fn send(
    frame: Frame,
    who: Admin,
    rooms: Rooms,
    library: web::Data<Library>,
    processor: web::Data<Processor>,
    form: Multipart,
) -> HttpResponse {
    match sitter(&frame, &rooms).await {
        Ok(sitter) => super::send(&frame, &rooms, &who, &library, &processor, sitter, form).await,
        Err(answer) => answer,
    }
}
