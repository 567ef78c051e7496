//! One server around the site: both follows, what waits, what did not arrive.

use super::peers::{PATH, row};
use crate::markup::{form_page, panel};
use crate::moderating::measure_list;
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_web::{HttpResponse, web};
use federation::follow::peers::{PeerEntry, one};
use federation::{Backlog, BacklogAct};
use moderation::measure::all_about;
use moderation::target::Target;
use pages::Frame;
use serde::Deserialize;
use store::{StoreError, Ts};
use ui::peers::{PeerView, UndeliveredRow, peer_page};
use ui::{FormErrors, NavItem, dates};

/// Deliveries shown; the API lists 200.
const SHOWN: usize = 50;

/// Its address.
pub(super) fn page_of(host: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("host", host)
        .finish();
    format!("{PATH}/server?{query}")
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    host: String,
}

pub(crate) async fn show(
    frame: Frame,
    _who: Moderator,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> HttpResponse {
    answer(&frame, &rooms, &asked.host, FormErrors::new(), 200).await
}

pub(super) async fn answer(
    frame: &Frame,
    rooms: &Rooms,
    host: &str,
    errors: FormErrors,
    status: u16,
) -> HttpResponse {
    let Some(own) = frame.site.actor_id else {
        return frame.error(404);
    };
    let (site, name) = (frame.site.id, host.to_lowercase());
    let found = rooms.database.read(move |c| {
        let entry = one(c, (site, own), &name)?;
        let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
        let taken = match Target::host(&name) {
            Some(target) => all_about(c, site, &target)?,
            None => Vec::new(),
        };
        Ok::<_, StoreError>((entry, Backlog::of(c, site, &name, limit)?, taken))
    });
    let (entry, backlog, taken) = match found.await {
        Ok((Some(entry), backlog, taken)) => (entry, backlog, taken),
        Ok((None, ..)) => return frame.error(404),
        Err(error) => {
            tracing::error!(%error, "a peer could not be read");
            return frame.error(500);
        }
    };
    let view = view(frame, &entry, backlog.as_ref(), errors);
    let mut body = peer_page(&view, frame.lang);
    if !taken.is_empty() {
        let list = measure_list(frame, &taken, &page_of(&entry.host));
        body.push(&panel("history", &frame.lang.t("measure-history"), &list));
    }
    let page = form_page(frame, NavItem::Admin, &entry.host, body);
    frame.answer(status, &page)
}

fn view(
    frame: &Frame,
    entry: &PeerEntry,
    backlog: Option<&Backlog>,
    errors: FormErrors,
) -> PeerView {
    let lang = frame.lang;
    let at = |at: Ts| dates::moment(at.0, frame.site.timezone, lang);
    let mut row = row(frame, entry);
    let mut exchange = Vec::new();
    if let Some(backlog) = backlog {
        let peer = &backlog.peer;
        let mut fact = |key: &str, value: Option<String>| {
            if let Some(value) = value {
                exchange.push((lang.t(key), value));
            }
        };
        fact("peer-oldest", backlog.oldest.map(at));
        fact("peer-next-try", backlog.next_try.map(at));
        fact("peer-delivered", Some(peer.delivered.to_string()));
        fact("peer-last-success", peer.last_success_at.map(at));
        fact("peer-last-failure", peer.last_failure_at.map(at));
        fact("peer-failing-since", peer.failing_since.map(at));
        fact("peer-unreachable", peer.unreachable_at.map(at));
        if backlog.waiting > 0 && !row.acts.contains(&BacklogAct::Try.as_str()) {
            row.acts.push(BacklogAct::Try.as_str());
        }
        if backlog.replayable > 0 && !entry.blocked {
            row.acts.push(BacklogAct::Replay.as_str());
        }
    }
    let rows = backlog.map_or(&[][..], |backlog| &backlog.undelivered);
    PeerView {
        row,
        exchange,
        more: rows.len() > SHOWN,
        undelivered: rows
            .iter()
            .take(SHOWN)
            .map(|one| UndeliveredRow {
                what: (one.kind.clone(), one.activity.clone()),
                inbox: one.inbox.clone(),
                state: one.state.clone(),
                made: at(one.created_at),
                reason: one.last_error.clone().unwrap_or_default(),
            })
            .collect(),
        path: PATH.to_owned(),
        csrf: frame.csrf().to_owned(),
        errors,
    }
}
