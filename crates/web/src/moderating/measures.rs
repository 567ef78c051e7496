//! Measures in force, with their undo.

use super::MEASURES_PATH;
use super::faults::page_of;
use super::measure_form::measure_list;
use crate::markup::{form_page, nothing};
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::measure::holding;
use pages::Frame;
use serde::Deserialize;
use store::Id;
use ui::{NavItem, SafeHtml};

/// Measures on a page.
const PAGE: i64 = 50;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    before: String,
}

pub(crate) async fn show(
    frame: Frame,
    _who: Moderator,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let (site, before) = (frame.site.id, Id::parse(&asked.before));
    let found = rooms
        .database
        .read(move |conn| Ok::<_, ModerationError>(holding(conn, site, before, PAGE + 1)?));
    let mut measures = match found.await {
        Ok(measures) => measures,
        Err(error) => return page_of(&frame, &error),
    };
    let lang = frame.lang;
    let more = measures.len() > PAGE as usize;
    measures.truncate(PAGE as usize);
    let heading = lang.t("measures-heading");
    let list = match measures.is_empty() {
        true => nothing(&lang.t("measures-none")),
        false => measure_list(&frame, &measures, MEASURES_PATH),
    };
    let next = match measures.last().filter(|_| more) {
        Some(last) => format!(
            "<p class=\"actions\"><a class=\"button quiet\" href=\"{MEASURES_PATH}?before={}\">{}</a></p>",
            last.id,
            SafeHtml::text(&lang.t("queue-next"))
        ),
        None => String::new(),
    };
    let body = SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>{list}{next}",
        SafeHtml::text(&heading),
        SafeHtml::text(&lang.t("measures-intro"))
    ));
    frame.answer(200, &form_page(&frame, NavItem::Admin, &heading, body))
}
