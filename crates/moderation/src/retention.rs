//! What people wrote is forgotten when the time that the site chose is over: reporters with their addresses, texts and
//! copies, talk on the case, appeals, and what was sent to programs. What was decided, when and why stays; the record
//! holds no texts and can be verified as before.

use crate::appeal::AppealState;
use crate::case::{CaseState, EntryKind};
use crate::desk::Moderation;
use crate::settings::ModerationSettings;
use chrono::Months;
use diesel::prelude::*;
use serde_json::json;
use store::schema::{appeals, case_entries, cases, corrections, hook_deliveries, hooks, reports};
use store::{Conn, Id, Json, StoreError, Ts};

/// Cases, appeals and messages to programs of one site in one transaction.
const PORTION: i64 = 50;

impl Moderation {
    /// Forgets a portion of what is over on each site; true when there may be more.
    pub fn forget(&self, conn: &mut Conn, now: Ts) -> Result<bool, StoreError> {
        let mut more = false;
        for site in self.sites.all() {
            let months = ModerationSettings::read(conn, site.id)?.months;
            let months = Months::new(months.unsigned_abs());
            let Some(end) = now.0.checked_sub_months(months) else {
                continue;
            };
            let end = Ts::new(end);
            more |= cases_of(conn, site.id, end, now)? >= PORTION as usize;
            more |= appeals_of(conn, site.id, end, now)? >= PORTION as usize;
            more |= messages_of(conn, site.id, end)? >= PORTION as usize;
        }
        Ok(more)
    }
}

fn cases_of(conn: &mut Conn, site: Id, end: Ts, now: Ts) -> Result<usize, StoreError> {
    let over: Vec<Id> = cases::table
        .filter(cases::site_id.eq(site))
        .filter(cases::state.eq(CaseState::Closed.as_str()))
        .filter(cases::closed_at.le(end))
        .filter(cases::erased_at.is_null())
        .order(cases::closed_at)
        .limit(PORTION)
        .select(cases::id)
        .load(conn)?;
    for case in &over {
        // The reason, the source and the day stay, for the figures.
        diesel::update(reports::table.filter(reports::case_id.eq(case)))
            .set((
                reports::account_id.eq(None::<Id>),
                reports::email.eq(None::<String>),
                reports::actor_uri.eq(None::<String>),
                reports::flag_uri.eq(None::<String>),
                reports::field.eq(""),
                reports::text.eq(""),
                reports::copy.eq(Json(json!({}))),
            ))
            .execute(conn)?;
        let of_case = reports::table
            .filter(reports::case_id.eq(case))
            .select(reports::id);
        diesel::delete(corrections::table.filter(corrections::report_id.eq_any(of_case)))
            .execute(conn)?;
        let said = case_entries::table
            .filter(case_entries::case_id.eq(case))
            .filter(case_entries::kind.ne(EntryKind::Step.as_str()));
        diesel::delete(said).execute(conn)?;
        diesel::update(cases::table.find(case))
            .set(cases::erased_at.eq(now))
            .execute(conn)?;
    }
    Ok(over.len())
}

fn appeals_of(conn: &mut Conn, site: Id, end: Ts, now: Ts) -> Result<usize, StoreError> {
    let judged = [AppealState::Upheld.as_str(), AppealState::Lifted.as_str()];
    let over: Vec<Id> = appeals::table
        .filter(appeals::site_id.eq(site))
        .filter(appeals::state.eq_any(judged))
        .filter(appeals::decided_at.le(end))
        .filter(appeals::erased_at.is_null())
        .order(appeals::decided_at)
        .limit(PORTION)
        .select(appeals::id)
        .load(conn)?;
    diesel::update(appeals::table.filter(appeals::id.eq_any(&over)))
        .set((
            appeals::text.eq(""),
            appeals::answer.eq(""),
            appeals::erased_at.eq(now),
        ))
        .execute(conn)?;
    Ok(over.len())
}

fn messages_of(conn: &mut Conn, site: Id, end: Ts) -> Result<usize, StoreError> {
    let of_site = hooks::table
        .filter(hooks::site_id.eq(site))
        .select(hooks::id);
    let over: Vec<Id> = hook_deliveries::table
        .filter(hook_deliveries::hook_id.eq_any(of_site))
        .filter(hook_deliveries::finished_at.le(end))
        .order(hook_deliveries::finished_at)
        .limit(PORTION)
        .select(hook_deliveries::id)
        .load(conn)?;
    diesel::delete(hook_deliveries::table.filter(hook_deliveries::id.eq_any(&over)))
        .execute(conn)?;
    Ok(over.len())
}
