//! Pages for people, one handler a file.

mod agenda;
mod around;
mod choose;
mod comment;
pub(crate) mod edit;
mod embed;
mod event;
mod event_tools;
mod filters;
mod form_page;
mod home;
mod import;
mod lists;
mod media;
mod month;
mod new;
mod propose;
mod propose_confirm;
mod series;
mod steps;

use crate::proposal::CONFIRM_PATH;
use actix_web::web;

/// Registers the pages.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/").route(web::get().to(home::home)))
        .route("/embed", web::get().to(embed::how))
        .route("/embed/agenda", web::get().to(embed::all))
        .route(
            "/embed/@{name:[A-Za-z0-9_]+}",
            web::get().to(embed::of_agenda),
        )
        .route("/events/new", web::get().to(choose::agenda))
        .route("/day/{date}", web::get().to(lists::day))
        .route("/tags/{tag}", web::get().to(lists::tag))
        .service(web::resource("/month").route(web::get().to(month::this_month)))
        .service(web::resource("/month/{month}").route(web::get().to(month::month)))
        .service(web::resource("/media/{file}").route(web::get().to(media::file)))
        .service(web::resource("/places/{id}").route(web::get().to(lists::place)))
        .service(
            web::resource("/@{name:[A-Za-z0-9_]+}/new")
                .route(web::get().to(new::ask))
                .route(web::post().to(new::send)),
        )
        .service(
            web::resource("/@{name:[A-Za-z0-9_]+}/import")
                .route(web::get().to(import::show))
                .route(web::post().to(import::send)),
        )
        .service(
            web::resource("/@{name:[A-Za-z0-9_]+}/propose")
                .route(web::get().to(propose::show))
                .route(web::post().to(propose::send)),
        )
        .service(
            web::resource(CONFIRM_PATH)
                .route(web::get().to(propose_confirm::show))
                .route(web::post().to(propose_confirm::send)),
        )
        .service(web::resource("/@{name:[A-Za-z0-9_]+}").route(web::get().to(agenda::agenda)))
        .service(web::resource("/e/{id}").route(web::get().to(event::event)))
        .service(
            web::resource("/e/{id}/edit")
                .route(web::get().to(edit::edit))
                .route(web::post().to(edit::save)),
        )
        .service(web::resource("/e/{id}/duplicate").route(web::get().to(new::duplicate)))
        .route("/e/{id}/comments/{comment}", web::post().to(comment::send))
        .service(
            web::resource("/e/{id}/series")
                .route(web::get().to(series::ask))
                .route(web::post().to(series::send)),
        )
        .service(
            web::resource("/e/{id}/{step:cancel|restore|postpone|delete}")
                .route(web::get().to(steps::ask))
                .route(web::post().to(steps::send)),
        );
}
