//! Agendas of one's own: making one, its settings, the people who organise it.

mod list;
mod making;
mod new;
mod people;
mod settings;

pub(crate) use making::{AgendaError, NewAgenda, make};

use crate::portraits;
use accounts::{ActorRole, Identity};
use actix_web::web;
use federation::Actor;
use store::{Conn, Id, StoreError};

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/agendas", web::get().to(list::show))
        .service(
            web::resource("/agendas/new")
                .route(web::get().to(new::show))
                .route(web::post().to(new::send)),
        )
        .service(
            web::resource("/agendas/{username}")
                .route(web::get().to(settings::show))
                .route(web::post().to(settings::send)),
        )
        .service(
            web::resource("/agendas/{username}/pictures")
                .route(web::get().to(portraits::agenda::show))
                .route(web::post().to(portraits::agenda::send)),
        )
        .service(
            web::resource("/agendas/{username}/people")
                .route(web::get().to(people::show))
                .route(web::post().to(people::send)),
        );
}

/// The path of an agenda's settings.
pub(crate) fn path(username: &str) -> String {
    format!("/agendas/{username}")
}

/// An agenda of the site by its name, when this person may act for it; with the role held.
pub(crate) fn held(
    conn: &mut Conn,
    site: Id,
    username: &str,
    who: &Identity,
) -> Result<Option<(Actor, ActorRole)>, StoreError> {
    let Some(actor) = Actor::local(conn, site, username)? else {
        return Ok(None);
    };
    let role = who.actors.iter().find(|one| one.actor_id == actor.id);
    Ok(role.map(|one| (actor, one.role)))
}
