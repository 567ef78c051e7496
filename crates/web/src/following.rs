//! Whom the site follows and who follows it; "follow from my server".

mod act;
mod follow;
mod from;
mod overview;
mod read;

pub(crate) use read::{Circle, circle, shown_state};

use actix_web::web;
use federation::follow::FollowError;
use ui::FormErrors;

pub(crate) const PATH: &str = "/following";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource(PATH)
                .route(web::get().to(overview::show))
                .route(web::post().to(follow::send)),
        )
        .route("/following/act", web::post().to(act::send))
        .route("/follow-from", web::get().to(from::show));
}

/// The host in what somebody typed, for a sentence about it.
fn host_of(typed: &str) -> String {
    let rest = typed.split("://").last().unwrap_or_default();
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = rest.rsplit('@').next().unwrap_or_default();
    host.chars().take(100).collect()
}

/// What is wrong with the address typed; `None` when the error is ours.
fn fault(error: &FollowError, typed: &str) -> Option<FormErrors> {
    let mut errors = FormErrors::new();
    let host = host_of(typed);
    let of_host = [("host", host.as_str().into())];
    match error.code() {
        "malformed" | "address_refused" => errors.add("target", "following-error-address"),
        "unknown" => errors.add("target", "following-error-not-found"),
        "not_an_actor" => errors.add("target", "following-error-not-followable"),
        "itself" => errors.add("target", "following-error-own"),
        "host_blocked" => errors.add_with("target", "following-error-blocked", &of_host),
        "store_failed" | "no_actor" | "unknown_follow" => return None,
        _ => errors.add_with("target", "following-error-unreachable", &of_host),
    }
    Some(errors)
}
