//! Programs that are told what happens: named, tried, paused and removed by who may change the settings.

mod change;
mod show;

use actix_web::web;

/// Its page.
pub(crate) const PATH: &str = "/admin/hooks";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(
        web::resource(PATH)
            .route(web::get().to(show::show))
            .route(web::post().to(change::send)),
    );
}
