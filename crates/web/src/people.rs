//! Coming in and finding back: sign-up, confirmation, log-in, log-out, a forgotten password,
//! invitations.

mod confirm;
mod invitation;
mod reset;
mod sign_in;
mod sign_out;
mod sign_up;

use accounts::{CONFIRM_PATH, INVITATION_PATH, OpenedSession, RESET_PATH, SIGN_IN_PATH, session};
use actix_web::{HttpResponse, web};
use pages::Frame;
use serde::Deserialize;

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let page = |path: &str| web::resource(path.to_owned());
    config
        .service(
            page("/signup")
                .route(web::get().to(sign_up::show))
                .route(web::post().to(sign_up::send)),
        )
        .service(
            page(SIGN_IN_PATH)
                .route(web::get().to(sign_in::show))
                .route(web::post().to(sign_in::send)),
        )
        .service(page("/logout").route(web::post().to(sign_out::send)))
        .service(
            page(CONFIRM_PATH)
                .route(web::get().to(confirm::show))
                .route(web::post().to(confirm::send)),
        )
        .service(
            page(RESET_PATH)
                .route(web::get().to(reset::show))
                .route(web::post().to(reset::send)),
        )
        .service(
            page(INVITATION_PATH)
                .route(web::get().to(invitation::show))
                .route(web::post().to(invitation::send)),
        );
}

/// The token of a letter's link.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LinkToken {
    pub(crate) token: String,
}

/// Gives the browser its session's cookie.
pub(crate) fn with_session(
    frame: &Frame,
    opened: &OpenedSession,
    mut response: HttpResponse,
) -> HttpResponse {
    if response
        .add_cookie(&session::cookie(&frame.site, opened))
        .is_err()
    {
        tracing::error!("the session's cookie could not be written");
    }
    response
}

/// Takes the session's cookie back.
pub(crate) fn without_session(frame: &Frame, mut response: HttpResponse) -> HttpResponse {
    if response
        .add_cookie(&session::gone_cookie(&frame.site))
        .is_err()
    {
        tracing::error!("the session's cookie could not be taken back");
    }
    response
}
