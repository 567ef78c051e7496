//! Moderation: reporting and answering for everybody; the queue, cases, measures, appeals and the record for moderators.

mod appeal;
mod appeal_decide;
mod case;
mod case_act;
mod case_typed;
mod case_view;
mod faults;
mod hold_rules;
mod measure_form;
pub(crate) mod measure_new;
mod measure_take;
mod measure_undo;
mod measures;
pub(crate) mod public;
mod public_figures;
mod queue;
mod queue_act;
mod queue_preview;
mod record;
mod report;
mod report_confirm;
mod settings_form;
mod settings_write;

pub(crate) use faults::{page_of, refused};
pub(crate) use measure_form::measure_list;

use actix_web::web;
use moderation::appeal::APPEAL_PATH;
use moderation::report::CONFIRM_REPORT_PATH;

/// The queue.
pub(crate) const QUEUE_PATH: &str = "/admin/queue";
/// Where something is reported.
pub(crate) const REPORT_PATH: &str = "/report";
/// Measures in force.
pub(crate) const MEASURES_PATH: &str = "/admin/measures";
/// What is read before it is shown.
pub(crate) const HOLD_PATH: &str = hold_rules::PATH;
/// What the site shows of its moderation, and how long it keeps it.
const SETTINGS_PATH: &str = "/admin/moderation/settings";
/// The record.
pub(crate) const RECORD_PATH: &str = "/admin/record";

pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let page = |path: &str| web::resource(path.to_owned());
    config
        .service(
            page(REPORT_PATH)
                .route(web::get().to(report::show))
                .route(web::post().to(report::send)),
        )
        .service(
            page(CONFIRM_REPORT_PATH)
                .route(web::get().to(report_confirm::show))
                .route(web::post().to(report_confirm::send)),
        )
        .service(
            page(APPEAL_PATH)
                .route(web::get().to(appeal::show))
                .route(web::post().to(appeal::send)),
        )
        .service(
            page(QUEUE_PATH)
                .route(web::get().to(queue::show))
                .route(web::post().to(queue_act::send)),
        )
        .service(
            page("/admin/cases/{id}")
                .route(web::get().to(case::show))
                .route(web::post().to(case_act::send)),
        )
        .service(
            page(MEASURES_PATH)
                .route(web::get().to(measures::show))
                .route(web::post().to(measure_take::send)),
        )
        .service(
            page(hold_rules::PATH)
                .route(web::get().to(hold_rules::show))
                .route(web::post().to(hold_rules::send)),
        )
        .service(page(SETTINGS_PATH).route(web::post().to(settings_write::send)))
        .route(public::PATH, web::get().to(public::show))
        .route(measure_new::PATH, web::get().to(measure_new::show))
        .service(page("/admin/measures/undo").route(web::post().to(measure_undo::send)))
        .service(
            page("/admin/appeals/{id}")
                .route(web::get().to(appeal_decide::show))
                .route(web::post().to(appeal_decide::send)),
        )
        .route(RECORD_PATH, web::get().to(record::show));
}
