//! Programs that are told what happens: named, changed, tried, paused and removed by who may change the settings.

mod act;
mod create;
mod fields;
mod list;
mod one;

use actix_web::HttpResponse;
use actix_web::web;
use hooks::HookError;
use pages::Frame;

/// The page of all of them; each has one under it.
pub(crate) const PATH: &str = "/admin/hooks";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource(PATH)
                .route(web::get().to(list::show))
                .route(web::post().to(create::send)),
        )
        .service(
            web::resource("/admin/hooks/{id}")
                .route(web::get().to(one::show))
                .route(web::post().to(act::send)),
        );
}

/// The page of one.
fn page_of(id: store::Id) -> String {
    format!("{PATH}/{id}")
}

fn failed(frame: &Frame, error: &HookError) -> HttpResponse {
    if error.status() >= 500 {
        tracing::error!(%error, "hooks");
    }
    frame.error(error.status())
}
