//! What people wrote is forgotten when the time that the site chose is over: reporters with their addresses, texts and
//! copies, talk on the case, appeals, what was sent to programs, and the words and titles of measures that ended and of
//! cases that were closed. What was decided, when and why stays; the record holds no texts and can be verified as before.
//!
//! A measure that holds keeps its words however long it does: the person may ask for them as long as it binds them (RGPD,
//! article 17, 3 e, and the statement of reasons of the DSA), and a case keeps its name while a measure of it holds. The
//! time counts from the end, and nothing goes while the person may still answer the measure or the answer waits for its judge.
//! The name of a server stays: it is what the measure is about and names nobody.

use crate::appeal::{AppealState, DAYS};
use crate::case::{CaseState, EntryKind};
use crate::desk::Moderation;
use crate::settings::ModerationSettings;
use crate::target::TargetKind;
use chrono::{Duration, Months};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use serde_json::json;
use store::schema::{
    appeals, case_entries, cases, corrections, hook_deliveries, hooks, measures, reports,
};
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
            more |= measures_of(conn, site.id, end, now)? >= PORTION as usize;
            more |= titles_of(conn, site.id, end)? >= PORTION as usize;
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

/// A warning and a purge end when they are taken.
fn measures_of(conn: &mut Conn, site: Id, end: Ts, now: Ts) -> Result<usize, StoreError> {
    let alive = Ts::new(now.0 - Duration::days(DAYS));
    let offered = appeals::state
        .eq(AppealState::Offered.as_str())
        .and(appeals::created_at.gt(alive));
    let waits = appeals::table
        .filter(appeals::measure_id.eq(measures::id))
        .filter(appeals::state.eq(AppealState::Open.as_str()).or(offered));
    let named = measures::host.is_null().and(measures::title.ne(""));
    let over: Vec<Id> = measures::table
        .filter(measures::site_id.eq(site))
        .filter(measures::ended_at.le(end))
        .filter(measures::message.ne("").or(named))
        .filter(not(exists(waits)))
        .order(measures::ended_at)
        .limit(PORTION)
        .select(measures::id)
        .load(conn)?;
    let these = || measures::table.filter(measures::id.eq_any(&over));
    diesel::update(these())
        .set(measures::message.eq(""))
        .execute(conn)?;
    diesel::update(these().filter(measures::host.is_null()))
        .set(measures::title.eq(""))
        .execute(conn)?;
    Ok(over.len())
}

/// The names of closed cases of which no measure holds.
fn titles_of(conn: &mut Conn, site: Id, end: Ts) -> Result<usize, StoreError> {
    let holds = measures::table
        .filter(measures::case_id.eq(cases::id.nullable()))
        .filter(measures::ended_at.is_null());
    let over: Vec<Id> = cases::table
        .filter(cases::site_id.eq(site))
        .filter(cases::erased_at.is_not_null())
        .filter(cases::closed_at.le(end))
        .filter(cases::title.ne(""))
        .filter(cases::target_kind.ne(TargetKind::Host.as_str()))
        .filter(not(exists(holds)))
        .order(cases::closed_at)
        .limit(PORTION)
        .select(cases::id)
        .load(conn)?;
    diesel::update(cases::table.filter(cases::id.eq_any(&over)))
        .set(cases::title.eq(""))
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
