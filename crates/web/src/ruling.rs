//! The rules of the site: read by everybody, written by whoever may change its settings.

mod change;
mod edit;
mod read;

use actix_web::web;
use moderation::rules::RULES_PATH;

/// Page on which they are changed.
pub(crate) const EDIT_PATH: &str = "/admin/rules";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.route(RULES_PATH, web::get().to(read::show)).service(
        web::resource(EDIT_PATH)
            .route(web::get().to(edit::show))
            .route(web::post().to(change::send)),
    );
}
