//! One's own account: name and language, password, address, sessions, API tokens, what one hides, taking one's data along,
//! closing.

mod apply;
pub(crate) mod blocks;
mod blocks_view;
mod close;
mod email;
mod export;
mod overview;
mod password;
mod profile;
mod sessions;
mod token;

use accounts::EMAIL_PATH;
use actix_web::web;

pub(crate) const PATH: &str = "/account";

/// What one hides.
pub(crate) const BLOCKS_PATH: &str = "/account/blocks";
/// The archive of one's data.
pub(crate) const EXPORT_PATH: &str = "/account/export";
/// Closing.
pub(crate) const CLOSE_PATH: &str = "/account/close";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource(PATH)
                .route(web::get().to(overview::show))
                .route(web::post().to(profile::send)),
        )
        .route("/account/password", web::post().to(password::send))
        .service(
            web::resource(EMAIL_PATH)
                .route(web::get().to(email::show))
                .route(web::post().to(email::send)),
        )
        .route("/account/sessions", web::post().to(sessions::send))
        .route("/account/tokens", web::post().to(token::send))
        .route("/account/apply", web::post().to(apply::send))
        .service(
            web::resource(BLOCKS_PATH)
                .route(web::get().to(blocks::show))
                .route(web::post().to(blocks::send)),
        )
        .route("/account/blocks/remove", web::post().to(blocks::remove))
        .service(
            web::resource(EXPORT_PATH)
                .route(web::get().to(export::show))
                .route(web::post().to(export::send)),
        )
        .route("/account/export/{id}.zip", web::get().to(export::fetch))
        .service(
            web::resource(CLOSE_PATH)
                .route(web::get().to(close::show))
                .route(web::post().to(close::send)),
        );
}
