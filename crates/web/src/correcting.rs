//! Corrections that passers-by propose: their words on pages and in letters, and the page where an author decides.

mod decide;
mod show;

use actix_web::web;
use chrono::{NaiveDate, NaiveDateTime};
use moderation::correction::CORRECTION_PATH;
use ui::{Lang, dates};

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    config.service(
        web::resource(format!("{CORRECTION_PATH}/{{id}}"))
            .route(web::get().to(show::show))
            .route(web::post().to(decide::send)),
    );
}

/// The name of a field.
pub(crate) fn field_name(field: &str, lang: Lang) -> String {
    lang.t(&format!(
        "correction-field-{}",
        crate::letters::key_of(field)
    ))
}

/// What stands in a field, or should: moments and words of states as people say them.
pub(crate) fn said(field: &str, value: &str, lang: Lang) -> String {
    if value.is_empty() {
        return lang.t("correction-nothing");
    }
    match field {
        "start" | "end" => {
            let wall = NaiveDateTime::parse_from_str(value, "%Y-%m-%dT%H:%M");
            match (wall, value.parse::<NaiveDate>()) {
                (Ok(wall), _) => format!(
                    "{}, {}",
                    dates::day_heading(wall.date(), lang),
                    dates::time(wall.time(), lang)
                ),
                (_, Ok(day)) => dates::day_heading(day, lang),
                _ => value.to_owned(),
            }
        }
        "status" => lang.t(&format!("correction-status-{value}")),
        _ => value.to_owned(),
    }
}
