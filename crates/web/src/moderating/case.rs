//! One case: what was reported, what was said and done, and what to do.

use super::case_typed::Typed;
use super::case_view::{self, Seen};
use super::faults::page_of;
use crate::rooms::Rooms;
use accounts::{Account, Moderator, SiteRole, roles};
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::case::Case;
use moderation::correction::corrections_of;
use moderation::measure::{history, strikes};
use moderation::rules::{Ground, SiteRule};
use moderation::target::Target;
use pages::Frame;
use std::collections::HashMap;
use store::Id;
use ui::FormErrors;

/// Its address.
pub(super) fn page_of_case(id: Id) -> String {
    format!("/admin/cases/{id}")
}

pub(super) async fn read(frame: &Frame, rooms: &Rooms, id: Id) -> Result<Seen, ModerationError> {
    let (site, now) = (frame.site.clone(), rooms.clock.ts());
    let found = rooms.database.read(move |conn| {
        let case = Case::of(conn, site.id, id)?;
        let target = case.target(conn)?;
        let author = match case.actor_id {
            Some(actor) => Target::actor(conn, actor)?,
            None => None,
        };
        let writer = match target.as_ref().and_then(|target| target.account) {
            Some(account) => Target::account(conn, account)?,
            None => None,
        };
        let host = author.as_ref().filter(|author| author.is_remote());
        let host = host.and_then(|author| Target::host(&author.host));
        let mut taken = match &target {
            Some(target) => history(conn, site.id, target)?,
            None => Vec::new(),
        };
        let held = strikes(
            conn,
            site.id,
            case.actor_id,
            writer.as_ref().and_then(|w| w.account),
        )?;
        taken.extend(held);
        if let Some(host) = &host {
            taken.extend(history(conn, site.id, host)?);
        }
        taken.sort_by_key(|measure| std::cmp::Reverse(measure.id));
        taken.dedup_by_key(|measure| measure.id);
        let entries = case.entries(conn)?;
        let reports = case.reports(conn, None)?;
        let mut rules = HashMap::new();
        for id in reports.iter().filter_map(|report| report.rule_id) {
            if let Ok(rule) = SiteRule::of(conn, site.id, id) {
                rules.insert(id, rule);
            }
        }
        let corrections = corrections_of(conn, &reports)?;
        let mut names: HashMap<Id, String> = HashMap::new();
        for (account, _) in
            roles::people_of(conn, site.id, &[SiteRole::Admin, SiteRole::Moderator])?
        {
            names.insert(account.id, account.name);
        }
        let others = entries.iter().filter_map(|entry| entry.account_id);
        let others: Vec<Id> = others
            .chain(reports.iter().filter_map(|report| report.account_id))
            .collect();
        for id in others {
            if let std::collections::hash_map::Entry::Vacant(place) = names.entry(id)
                && let Some(account) = Account::find(conn, id)?
            {
                place.insert(account.name);
            }
        }
        Ok::<_, ModerationError>(Seen {
            case,
            target,
            author,
            writer,
            host,
            taken,
            entries,
            reports,
            corrections,
            names,
            grounds: Ground::offered(conn, site.id, now)?,
            rules,
        })
    });
    found.await
}

pub(super) async fn answer(
    frame: &Frame,
    who: &Moderator,
    rooms: &Rooms,
    id: Id,
    typed: &Typed,
    errors: &FormErrors,
    status: u16,
) -> HttpResponse {
    match read(frame, rooms, id).await {
        Ok(seen) => frame.answer(status, &case_view::page(frame, who, &seen, typed, errors)),
        Err(error) => page_of(frame, &error),
    }
}

pub(crate) async fn show(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    path: web::Path<String>,
) -> HttpResponse {
    match Id::parse(&path) {
        Some(id) => {
            let (typed, errors) = (Typed::default(), FormErrors::new());
            answer(&frame, &who, &rooms, id, &typed, &errors, 200).await
        }
        None => frame.error(404),
    }
}
