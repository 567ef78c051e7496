//! Administration of the site.

mod deliveries;
mod overview;
mod parked;
mod peer;
mod peer_rule;
mod peer_settings;
mod peers;
mod peers_act;
mod people;
mod people_act;
mod site;
mod site_change;

pub(crate) use peers::PATH as PEERS_PATH;

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
        .route("/admin/deliveries", web::get().to(deliveries::show))
        .route(parked::PATH, web::post().to(parked::send))
        .route(peers::PATH, web::get().to(peers::show))
        .route("/admin/peers/server", web::get().to(peer::show))
        .route("/admin/peers/act", web::post().to(peers_act::send))
        .service(
            web::resource("/admin/peers/settings")
                .route(web::get().to(peer_settings::show))
                .route(web::post().to(peer_settings::send)),
        )
        .service(
            web::resource("/admin/peers/rule")
                .route(web::get().to(peer_rule::show))
                .route(web::post().to(peer_rule::send)),
        );
}
