//! The record, for moderators.

use super::RECORD_PATH;
use super::faults::page_of;
use crate::letters::key_of;
use crate::markup::{form_page, nothing, table};
use crate::rooms::Rooms;
use accounts::{Account, Moderator};
use actix_web::{HttpResponse, web};
use federation::{Actor, ActorState};
use moderation::ModerationError;
use moderation::record::{Entry, read};
use pages::Frame;
use serde::Deserialize;
use std::collections::HashMap;
use store::Id;
use ui::{NavItem, SafeHtml, dates};

/// Entries on a page.
const PAGE: i64 = 100;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    before: Option<i64>,
}

pub(crate) async fn show(
    frame: Frame,
    _who: Moderator,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let (site, before) = (frame.site.id, asked.before);
    let found = rooms.database.read(move |conn| {
        let entries = read(conn, site, before, PAGE)?;
        let mut names: HashMap<Id, Option<String>> = HashMap::new();
        for by in entries.iter().filter_map(|entry| entry.by_id) {
            if let std::collections::hash_map::Entry::Vacant(place) = names.entry(by) {
                place.insert(Account::find(conn, by)?.map(|account| account.name));
            }
        }
        let mut agendas: HashMap<String, String> = HashMap::new();
        for target in entries.iter().map(|entry| &entry.target) {
            // Of agendas of ours the record knows the key: a name may be somebody's.
            if let Some(id) = target.strip_prefix("actor:").and_then(Id::parse)
                && let Some(agenda) = Actor::by_id(conn, id)?
                && agenda.state() != ActorState::Deleted
            {
                agendas.insert(target.clone(), agenda.handle());
            }
        }
        Ok::<_, ModerationError>((entries, names, agendas))
    });
    let (entries, names, agendas) = match found.await {
        Ok(found) => found,
        Err(error) => return page_of(&frame, &error),
    };
    let lang = frame.lang;
    let heading = lang.t("record-heading");
    let list = match entries.is_empty() {
        true => nothing(&lang.t("record-none")),
        false => {
            let columns = [
                "record-col-what",
                "record-col-on",
                "record-col-who",
                "record-col-when",
            ];
            let columns: Vec<String> = columns.iter().map(|key| lang.t(key)).collect();
            let rows: Vec<Vec<SafeHtml>> = entries
                .iter()
                .map(|entry| row(&frame, entry, (&names, &agendas)))
                .collect();
            table(&heading, &columns, &rows)
        }
    };
    let next = match entries.last().filter(|last| last.seq > 1) {
        Some(last) => format!(
            "<p class=\"actions\"><a class=\"button quiet\" href=\"{RECORD_PATH}?before={}\">{}</a></p>",
            last.seq,
            SafeHtml::text(&lang.t("queue-next"))
        ),
        None => String::new(),
    };
    let body = SafeHtml::trusted(format!(
        "<h1>{}</h1><p class=\"lede\">{}</p>{list}{next}",
        SafeHtml::text(&heading),
        SafeHtml::text(&lang.t("record-intro"))
    ));
    frame.answer(200, &form_page(&frame, NavItem::Admin, &heading, body))
}

fn row(
    frame: &Frame,
    entry: &Entry,
    (names, agendas): (&HashMap<Id, Option<String>>, &HashMap<String, String>),
) -> Vec<SafeHtml> {
    let target = agendas.get(&entry.target).unwrap_or(&entry.target);
    let lang = frame.lang;
    let who = match entry.by_id {
        None => lang.t("record-by-server"),
        Some(id) => match names.get(&id) {
            Some(Some(name)) => name.clone(),
            _ => lang.t("record-by-gone"),
        },
    };
    let kind = entry.detail.0["kind"].as_str().unwrap_or_default();
    let more = match kind.is_empty() {
        true => String::new(),
        false => lang.t(&format!("measure-name-{}", key_of(kind))),
    };
    let reason = match entry.reason.is_empty() {
        true => String::new(),
        false => lang.t(&format!("report-reason-{}", key_of(&entry.reason))),
    };
    let sub = [more, reason].into_iter().filter(|text| !text.is_empty());
    vec![
        SafeHtml::trusted(format!(
            "{}<span class=\"sub\">{}</span>",
            SafeHtml::text(&lang.t(&format!("record-action-{}", key_of(&entry.action)))),
            SafeHtml::text(&sub.collect::<Vec<_>>().join(", "))
        )),
        SafeHtml::trusted(format!("<bdi>{}</bdi>", SafeHtml::text(target))),
        SafeHtml::text(&who),
        SafeHtml::text(&dates::moment(entry.at.0, frame.site.timezone, lang)),
    ]
}
