//! What moderators do with a case: look after it, write, close, open again.

use super::{Case, CaseState, EntryKind, LONGEST_WORDS, Outcome};
use crate::complaint::{Report, Source};
use crate::desk::Moderation;
use crate::judges::somebody_else;
use crate::record::{Action, Deed};
use crate::{ModerationError, record};
use accounts::{Account, Letter, Permission, roles};
use diesel::prelude::*;
use mail::EmailAddress;
use serde_json::json;
use sites::Site;
use store::schema::{cases, reports};
use store::{Conn, Id, Ts};

fn words(text: &str) -> Result<&str, ModerationError> {
    match text.trim() {
        "" => Err(ModerationError::Missing),
        text if text.chars().count() > LONGEST_WORDS => Err(ModerationError::TooLong),
        text => Ok(text),
    }
}

impl Moderation {
    /// Refuses who may not judge a case: who is no moderator, and who is concerned by it or reported it, where there is
    /// somebody else (MOD-02).
    pub fn require_judge(
        &self,
        conn: &mut Conn,
        site: Id,
        by: Id,
        case: &Case,
    ) -> Result<(), ModerationError> {
        roles::require_permission(conn, site, by, Permission::Reports)?;
        let mut involved = case.concerned(conn)?;
        let reporters: Vec<Option<Id>> = reports::table
            .filter(reports::case_id.eq(case.id))
            .filter(reports::account_id.is_not_null())
            .select(reports::account_id)
            .load(conn)?;
        involved.extend(reporters.into_iter().flatten());
        match involved.contains(&by) && somebody_else(conn, site, &involved)? {
            true => Err(ModerationError::SomebodyElse),
            false => Ok(()),
        }
    }

    /// Gives a case to a moderator, or to nobody.
    pub fn assign(
        &self,
        conn: &mut Conn,
        site: Id,
        by: Id,
        case: Id,
        to: Option<Id>,
        now: Ts,
    ) -> Result<Case, ModerationError> {
        roles::require_permission(conn, site, by, Permission::Reports)?;
        let case = Case::of(conn, site, case)?;
        if let Some(to) = to {
            roles::require_permission(conn, site, to, Permission::Reports)
                .map_err(|_| ModerationError::NotFitting)?;
        }
        diesel::update(cases::table.find(case.id))
            .set(cases::assigned_to.eq(to))
            .execute(conn)?;
        let step = match to {
            None => "unassigned",
            Some(to) if to == by => "taken",
            Some(_) => "assigned",
        };
        case.add_entry(conn, EntryKind::Step, Some(by), None, step, now)?;
        Case::of(conn, site, case.id)
    }

    /// A note that moderators alone read.
    pub fn note(
        &self,
        conn: &mut Conn,
        site: Id,
        by: Id,
        case: Id,
        text: &str,
        now: Ts,
    ) -> Result<(), ModerationError> {
        roles::require_permission(conn, site, by, Permission::Reports)?;
        let case = Case::of(conn, site, case)?;
        Ok(case.add_entry(conn, EntryKind::Note, Some(by), None, words(text)?, now)?)
    }

    /// Writes to a reporter. Another server's is not written to: it has no person's address.
    pub fn write_to_reporter(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        report: Id,
        text: &str,
        now: Ts,
    ) -> Result<(), ModerationError> {
        roles::require_permission(conn, site.id, by, Permission::Reports)?;
        let text = words(text)?;
        let row: Option<Report> = reports::table
            .find(report)
            .filter(reports::site_id.eq(site.id))
            .select(Report::as_select())
            .first(conn)
            .optional()?;
        let report = row.ok_or(ModerationError::Unknown)?;
        let case = report.case_id.ok_or(ModerationError::Unknown)?;
        let case = Case::of(conn, site.id, case)?;
        let letter = Letter::CaseMessage {
            title: case.title.clone(),
            text: text.to_owned(),
        };
        if !self.answer(conn, site, &report, &letter, now)? {
            return Err(ModerationError::NotFitting);
        }
        Ok(case.add_entry(
            conn,
            EntryKind::ToReporter,
            Some(by),
            Some(report.id),
            text,
            now,
        )?)
    }

    /// Writes to the people of ours whom a case is about; they never learn who reported.
    pub fn write_to_subject(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        case: Id,
        text: &str,
        now: Ts,
    ) -> Result<(), ModerationError> {
        roles::require_permission(conn, site.id, by, Permission::Reports)?;
        let text = words(text)?;
        let case = Case::of(conn, site.id, case)?;
        let letter = Letter::CaseMessage {
            title: case.title.clone(),
            text: text.to_owned(),
        };
        let people = case.concerned(conn)?;
        if people.is_empty() {
            return Err(ModerationError::NotFitting);
        }
        for person in people {
            if let Some(account) = Account::find(conn, person)? {
                self.write_to_account(conn, site, &account, &letter, now)?;
            }
        }
        Ok(case.add_entry(conn, EntryKind::ToSubject, Some(by), None, text, now)?)
    }

    /// Closes a case and tells its reporters what came of it, with `words` for them, which may be empty.
    #[expect(clippy::too_many_arguments, reason = "one step, everything it writes")]
    pub fn close(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        case: Id,
        outcome: Outcome,
        words: &str,
        now: Ts,
    ) -> Result<Case, ModerationError> {
        if words.chars().count() > LONGEST_WORDS {
            return Err(ModerationError::TooLong);
        }
        let case = Case::of(conn, site.id, case)?;
        self.require_judge(conn, site.id, by, &case)?;
        self.finish(conn, site, by, &case, outcome, words, now)
    }

    /// Closes a case, whoever may; see [`Moderation::close`].
    #[expect(clippy::too_many_arguments, reason = "one step, everything it writes")]
    pub(crate) fn finish(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        case: &Case,
        outcome: Outcome,
        words: &str,
        now: Ts,
    ) -> Result<Case, ModerationError> {
        let open = cases::table
            .find(case.id)
            .filter(cases::state.eq(CaseState::Open.as_str()));
        let closed = diesel::update(open)
            .set((
                cases::state.eq(CaseState::Closed.as_str()),
                cases::outcome.eq(outcome.as_str()),
                cases::closed_by.eq(by),
                cases::closed_at.eq(now),
            ))
            .execute(conn)?;
        if closed == 0 {
            return Err(ModerationError::Decided);
        }
        case.add_entry(conn, EntryKind::Step, Some(by), None, outcome.as_str(), now)?;
        let letter = Letter::ReportDecided {
            title: case.title.clone(),
            outcome: outcome.as_str(),
            text: words.trim().to_owned(),
        };
        let mut after = None;
        loop {
            let part = case.reports(conn, after)?;
            let Some(last) = part.last() else { break };
            after = Some(last.id);
            for report in &part {
                if self.answer(conn, site, report, &letter, now)? {
                    diesel::update(reports::table.find(report.id))
                        .set(reports::told_at.eq(now))
                        .execute(conn)?;
                }
            }
        }
        let deed = Deed {
            site: site.id,
            by: Some(by),
            action: Action::CaseClosed,
            target_kind: &case.target_kind,
            target: &case.target_uri,
            reason: &case.reason,
            detail: json!({"case": case.id.to_string(), "outcome": outcome.as_str()}),
        };
        record::write(conn, &deed, now)?;
        Case::of(conn, site.id, case.id)
    }

    /// Opens a closed case again. Where its target has another open one, that one goes on instead.
    pub fn reopen(
        &self,
        conn: &mut Conn,
        site: Id,
        by: Id,
        case: Id,
        now: Ts,
    ) -> Result<Case, ModerationError> {
        roles::require_permission(conn, site, by, Permission::Reports)?;
        let case = Case::of(conn, site, case)?;
        if Case::open_about(conn, site, &case.target_uri)?.is_some() {
            return Err(ModerationError::Decided);
        }
        diesel::update(cases::table.find(case.id))
            .set((
                cases::state.eq(CaseState::Open.as_str()),
                cases::outcome.eq(None::<String>),
                cases::closed_by.eq(None::<Id>),
                cases::closed_at.eq(None::<Ts>),
                cases::erased_at.eq(None::<Ts>),
            ))
            .execute(conn)?;
        case.add_entry(conn, EntryKind::Step, Some(by), None, "reopened", now)?;
        let deed = Deed {
            site,
            by: Some(by),
            action: Action::CaseReopened,
            target_kind: &case.target_kind,
            target: &case.target_uri,
            reason: &case.reason,
            detail: json!({"case": case.id.to_string()}),
        };
        record::write(conn, &deed, now)?;
        Case::of(conn, site, case.id)
    }

    /// A letter to who reported, in their language; false when they have no address.
    fn answer(
        &self,
        conn: &mut Conn,
        site: &Site,
        report: &Report,
        letter: &Letter,
        now: Ts,
    ) -> Result<bool, ModerationError> {
        match (report.source(), report.account_id, &report.email) {
            (Source::Account, Some(account), _) => match Account::find(conn, account)? {
                Some(account) => {
                    self.write_to_account(conn, site, &account, letter, now)?;
                    Ok(true)
                }
                None => Ok(false),
            },
            (Source::Visitor, _, Some(email)) => match EmailAddress::parse(email) {
                Ok(email) => {
                    self.write_to(conn, site, &email, &report.language, letter, now)?;
                    Ok(true)
                }
                Err(_) => Ok(false),
            },
            _ => Ok(false),
        }
    }
}
