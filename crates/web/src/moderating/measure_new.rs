//! A measure without a report before it: on a server, an agenda, a person, an event.

use super::case_typed::Typed;
use super::faults::page_of;
use super::measure_form::{Ask, measure_form, measure_list, name_of};
use crate::markup::{form_page, link, panel};
use crate::rooms::Rooms;
use accounts::Moderator;
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::measure::{Measure, all_about};
use moderation::rules::Ground;
use moderation::target::{Target, TargetKind};
use pages::Frame;
use serde::Deserialize;
use ui::forms::error_summary;
use ui::{FormErrors, NavItem, SafeHtml};

/// Its path.
pub(crate) const PATH: &str = "/admin/measures/new";

/// Its address for a target: `object:…`, `comment:…`, `actor:…`, `account:…` with a key, or `host:…` with a name.
pub(crate) fn address(on: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("on", on)
        .finish();
    format!("{PATH}?{query}")
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    on: String,
    /// Instead: a server's name, in any spelling, as a form asks for it.
    host: String,
}

struct Seen {
    target: Target,
    host: Option<Target>,
    taken: Vec<Measure>,
    grounds: Vec<Ground>,
}

async fn read(frame: &Frame, rooms: &Rooms, on: &str) -> Result<Seen, ModerationError> {
    let (site, on, now) = (frame.site.id, on.to_owned(), rooms.clock.ts());
    let found = rooms.database.read(move |conn| {
        let (kind, key) = on.split_once(':').ok_or(ModerationError::Unknown)?;
        let kind = TargetKind::from_word(kind).ok_or(ModerationError::Unknown)?;
        let target = Target::named(conn, kind, key)?.ok_or(ModerationError::Unknown)?;
        let host = match target.is_remote() && kind != TargetKind::Host {
            true => Target::host(&target.host),
            false => None,
        };
        Ok::<_, ModerationError>(Seen {
            taken: all_about(conn, site, &target)?,
            target,
            host,
            grounds: Ground::offered(conn, site, now)?,
        })
    });
    found.await
}

pub(super) async fn answer(
    frame: &Frame,
    rooms: &Rooms,
    on: &str,
    typed: &Typed,
    errors: &FormErrors,
    status: u16,
) -> HttpResponse {
    let seen = match read(frame, rooms, on).await {
        Ok(seen) => seen,
        Err(error) => return page_of(frame, &error),
    };
    let lang = frame.lang;
    let title = [("title", seen.target.title.as_str().into())];
    let heading = lang.ta("measure-new-heading", &title);
    let word = match seen.target.kind {
        TargetKind::Object | TargetKind::Comment => "target",
        TargetKind::Actor => "actor",
        TargetKind::Account => "account",
        TargetKind::Host => "host",
    };
    let back = address(&name_of(&seen.target));
    let ask = Ask {
        on: std::iter::once((word, &seen.target))
            .chain(seen.host.as_ref().map(|host| ("host", host)))
            .collect(),
        reason: "",
        grounds: &seen.grounds,
        case: None,
        back: back.clone(),
    };
    let see = match seen.target.page.is_empty() {
        true => SafeHtml::default(),
        false => link(&seen.target.page, &lang.t("case-see")),
    };
    let body = SafeHtml::concat([
        &SafeHtml::trusted(format!("<h1>{}</h1><p>{see}</p>", SafeHtml::text(&heading))),
        &error_summary(errors, lang),
        &panel(
            "decide",
            &lang.t("measure-heading"),
            &measure_form(frame, &ask, typed, errors),
        ),
        &panel(
            "history",
            &lang.t("measure-history"),
            &measure_list(frame, &seen.taken, &back),
        ),
    ]);
    frame.answer(status, &form_page(frame, NavItem::Admin, &heading, body))
}

pub(crate) async fn show(
    frame: Frame,
    _who: Moderator,
    rooms: Rooms,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let on = match asked.host.trim() {
        "" => asked.on.clone(),
        host => format!("host:{host}"),
    };
    let (typed, errors) = (Typed::default(), FormErrors::new());
    answer(&frame, &rooms, &on, &typed, &errors, 200).await
}
