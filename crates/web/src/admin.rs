//! Administration of the site.

mod deliveries;
mod overview;
mod people;
mod people_act;
mod site;
mod site_change;

use crate::portraits;
use actix_web::web;

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route("/admin", web::get().to(overview::show))
        .service(
            web::resource("/admin/site")
                .route(web::get().to(site::show))
                .route(web::post().to(site_change::send)),
        )
        .service(
            web::resource("/admin/site/pictures")
                .route(web::get().to(portraits::site::show))
                .route(web::post().to(portraits::site::send)),
        )
        .service(
            web::resource(accounts::SIGN_UPS_PATH)
                .route(web::get().to(people::show))
                .route(web::post().to(people_act::send)),
        )
        .route("/admin/deliveries", web::get().to(deliveries::show));
}
