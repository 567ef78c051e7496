//! The servers around the site.

use super::peers_act::HostAct;
use crate::markup::form_page;
use crate::moderating::measure_new;
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_web::{HttpResponse, web};
use federation::BacklogAct;
use federation::follow::peers::{PeerEntry, PeerFilter, Side, count_waiting, list};
use federation::follow::{FollowState, Via};
use pages::Frame;
use serde::Deserialize;
use store::{StoreError, Ts};
use ui::peers::{PeerRow, PeerSide, PeersView, peers_page};
use ui::{FormErrors, NavItem, dates};

pub(crate) const PATH: &str = "/admin/peers";
/// Servers on a page.
const PAGE: i64 = 50;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    show: String,
    q: String,
    after: String,
}

pub(crate) async fn show(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> HttpResponse {
    answer(
        &frame,
        who.is_admin(),
        &rooms,
        &asked,
        FormErrors::new(),
        200,
    )
    .await
}

pub(super) async fn answer(
    frame: &Frame,
    admin: bool,
    rooms: &Rooms,
    asked: &Asked,
    errors: FormErrors,
    status: u16,
) -> HttpResponse {
    let Some(own) = frame.site.actor_id else {
        return frame.error(404);
    };
    let filter = PeerFilter::from_word(&asked.show).unwrap_or(PeerFilter::All);
    let (site, text, after) = (
        frame.site.id,
        asked.q.trim().to_owned(),
        asked.after.clone(),
    );
    let looked = text.clone();
    let found = rooms.database.read(move |c| {
        let entries = list(c, (site, own), filter, &looked, &after, PAGE + 1)?;
        Ok::<_, StoreError>((entries, count_waiting(c, own)?))
    });
    let (mut entries, waiting) = match found.await {
        Ok(found) => found,
        Err(error) => {
            tracing::error!(%error, "peers could not be read");
            return frame.error(500);
        }
    };
    let more = entries.len() > PAGE as usize;
    entries.truncate(PAGE as usize);
    let here = |after: Option<&str>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("show", filter.as_str())
            .append_pair("q", &text);
        if let Some(after) = after {
            query.append_pair("after", after);
        }
        format!("{PATH}?{}", query.finish())
    };
    let next = entries
        .last()
        .filter(|_| more)
        .map(|last| here(Some(&last.host)));
    let view = PeersView {
        rows: entries.iter().map(|entry| row(frame, entry)).collect(),
        waiting,
        filter: filter.as_str().to_owned(),
        next,
        first: (!asked.after.is_empty()).then(|| here(None)),
        text: text.clone(),
        path: PATH.to_owned(),
        settings: if admin {
            format!("{PATH}/settings")
        } else {
            String::new()
        },
        csrf: frame.csrf().to_owned(),
        errors,
    };
    let heading = frame.lang.t("peers-heading");
    let page = form_page(
        frame,
        NavItem::Admin,
        &heading,
        peers_page(&view, frame.lang),
    );
    frame.answer(status, &page)
}

pub(super) fn row(frame: &Frame, entry: &PeerEntry) -> PeerRow {
    let lang = frame.lang;
    let on = |key: &str, at: Ts| {
        let day = at.0.with_timezone(&frame.site.timezone).date_naive();
        lang.ta(key, &[("date", dates::long_date(day, lang).into())])
    };
    let side = |side: &Option<Side>| match side {
        None => PeerSide::default(),
        Some(side) => {
            let follow = &side.follow;
            let at = follow.decided_at.unwrap_or(follow.created_at);
            PeerSide {
                state: follow.state().as_str(),
                since: match follow.state() {
                    FollowState::Pending => on("peers-asked-on", follow.created_at),
                    FollowState::Accepted => on("peers-since", at),
                    _ => on("peers-ended-on", at),
                },
            }
        }
    };
    let mut facts = vec![match entry.last_received {
        Some(at) => on("peers-heard-on", at),
        None => lang.t("peers-never-heard"),
    }];
    if entry.waiting > 0 {
        facts.push(lang.ta("peers-backlog", &[("n", entry.waiting.into())]));
    }
    let follow_error = entry
        .following
        .as_ref()
        .and_then(|side| side.follow.last_error.clone());
    if let Some(reason) = entry.last_error.clone().or(follow_error) {
        facts.push(lang.ta("peers-error", &[("reason", reason.as_str().into())]));
    }
    let narrowed = entry
        .following
        .as_ref()
        .is_some_and(|side| side.follow.state() == FollowState::Accepted);
    let relay = entry
        .following
        .as_ref()
        .is_some_and(|side| side.follow.via == Via::Relay.as_str());
    let software = entry.software.clone().unwrap_or_default();
    PeerRow {
        host: entry.host.clone(),
        software: match relay {
            true => lang.t("peers-relay"),
            false => software,
        },
        follower: side(&entry.follower),
        following: side(&entry.following),
        facts,
        silent: entry.failures >= 3 || entry.unreachable.is_some(),
        blocked: entry.blocked,
        acts: acts(frame, entry),
        rule: match narrowed {
            true => format!("{PATH}/rule?host={}", entry.host),
            false => String::new(),
        },
        page: super::peer::page_of(&entry.host),
        measures: measure_new::address(&format!("host:{}", entry.host)),
    }
}

/// What may be done about a server, the most likely first. A block holds for the whole server, so its administrators
/// decide on it.
fn acts(frame: &Frame, entry: &PeerEntry) -> Vec<&'static str> {
    let mut acts: Vec<&'static str> = entry.acts().into_iter().map(|act| act.as_str()).collect();
    if entry.waiting > 0 && (entry.failures > 0 || entry.unreachable.is_some()) {
        acts.push(BacklogAct::Try.as_str());
    }
    let who = frame.viewer.identity();
    if who.is_some_and(|who| who.account.is_server_admin) {
        let act = match entry.blocked {
            true => HostAct::Unblock,
            false => HostAct::Block,
        };
        acts.push(act.as_str());
    }
    acts
}
