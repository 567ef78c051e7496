//! Servers that are blocked, limited or allowed by name: decisions, files in and out, lists of others.

mod allowed;
mod file;
mod lists;
mod overview;
mod preview;
mod take;

pub(crate) use lists::may_be_asked;

use actix_web::web;

/// Its page.
pub(crate) const PATH: &str = "/admin/blocks";
/// A file is looked at here.
const PREVIEW_PATH: &str = "/admin/blocks/preview";
/// And taken here.
const TAKE_PATH: &str = "/admin/blocks/take";
/// Lists of others.
const LISTS_PATH: &str = "/admin/blocks/lists";
/// Speaking with named servers only.
const ALLOWED_PATH: &str = "/admin/blocks/allowed";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .route(PATH, web::get().to(overview::show))
        .route("/admin/blocks.csv", web::get().to(file::show))
        .service(web::resource(PREVIEW_PATH).route(web::post().to(preview::send)))
        .service(web::resource(TAKE_PATH).route(web::post().to(take::send)))
        .service(web::resource(LISTS_PATH).route(web::post().to(lists::send)))
        .service(web::resource(ALLOWED_PATH).route(web::post().to(allowed::send)));
}
