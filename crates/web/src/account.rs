//! One's own account: name and language, password, address, sessions, API tokens, closing.

mod apply;
mod close;
mod email;
mod overview;
mod password;
mod profile;
mod sessions;
mod token;

use accounts::EMAIL_PATH;
use actix_web::web;

pub(crate) const PATH: &str = "/account";

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
        .route("/account/close", web::post().to(close::send));
}
