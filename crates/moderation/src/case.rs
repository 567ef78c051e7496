//! Cases: all that was said of one target until somebody decides.

use crate::desk::Moderation;
use crate::record::{Action, Deed};
use crate::report::{Report, Source};
use crate::target::{Target, TargetKind};
use crate::{ModerationError, record};
use accounts::{Account, AccountState, Letter, SiteRole, roles};
use diesel::prelude::*;
use mail::EmailAddress;
use serde_json::json;
use sites::Site;
use store::schema::{actor_roles, case_entries, cases, reports};
use store::{Conn, Id, Portable, StoreError, Ts, fresh_id, text_enum};

text_enum! {
    /// Where a case stands.
    pub enum CaseState {
        /// It waits for a moderator.
        Open = "open",
        /// Decided.
        Closed = "closed",
    }
}

text_enum! {
    /// What came of a case, as its reporters are told.
    pub enum Outcome {
        /// A measure was taken.
        Acted = "acted",
        /// What was wrong was corrected.
        Corrected = "corrected",
        /// It breaks no rule.
        Dismissed = "dismissed",
    }
}

text_enum! {
    /// Who says something on a case, and to whom.
    pub enum EntryKind {
        /// Moderators among themselves.
        Note = "note",
        /// To who reported.
        ToReporter = "to_reporter",
        /// To the person it is about.
        ToSubject = "to_subject",
        /// What the person it is about answered.
        FromSubject = "from_subject",
        /// What was done: assigned, closed, opened again.
        Step = "step",
    }
}

/// A case's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = cases)]
pub struct Case {
    /// Key.
    pub id: Id,
    /// Its site.
    pub site_id: Id,
    /// Word of [`TargetKind`].
    pub target_kind: String,
    /// Key of the target.
    pub target_id: Option<Id>,
    /// Its address.
    pub target_uri: String,
    /// What it was called when the case was opened.
    pub title: String,
    /// The actor that answers for it.
    pub actor_id: Option<Id>,
    /// Word of [`crate::report::Reason`], of the first report.
    pub reason: String,
    /// How many reports it has, each counted as often as it was made.
    pub reports: i32,
    /// Word of [`CaseState`].
    pub state: String,
    /// The moderator who looks after it.
    pub assigned_to: Option<Id>,
    /// Word of [`Outcome`], once closed.
    pub outcome: Option<String>,
    /// Who closed it.
    pub closed_by: Option<Id>,
    /// When it was closed.
    pub closed_at: Option<Ts>,
    /// When it was opened.
    pub opened_at: Ts,
    /// When something last happened to it.
    pub updated_at: Ts,
}

/// Something said or done on a case.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = case_entries)]
pub struct CaseEntry {
    /// Key.
    pub id: Id,
    /// The report it answers, when it answers one.
    pub report_id: Option<Id>,
    /// Who; none for what the server did.
    pub account_id: Option<Id>,
    /// Word of [`EntryKind`].
    pub kind: String,
    /// Their words, plain text; for [`EntryKind::Step`] a word of the translations.
    pub text: String,
    /// When.
    pub at: Ts,
}

/// Characters of a note or a message.
pub const LONGEST_WORDS: usize = 5_000;

impl Case {
    /// A case of a site.
    pub fn of(conn: &mut Conn, site: Id, id: Id) -> Result<Self, ModerationError> {
        let found = cases::table
            .find(id)
            .filter(cases::site_id.eq(site))
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        found.ok_or(ModerationError::Unknown)
    }

    /// True while it waits.
    pub fn is_open(&self) -> bool {
        self.state == CaseState::Open.as_str()
    }

    /// What it is about, as it is now; `None` when it is gone.
    pub fn target(&self, conn: &mut Conn) -> Result<Option<Target>, StoreError> {
        let Some(kind) = TargetKind::from_word(&self.target_kind) else {
            return Ok(None);
        };
        let key = match kind {
            TargetKind::Host => self.title.clone(),
            _ => self.target_id.map(|id| id.to_string()).unwrap_or_default(),
        };
        Target::named(conn, kind, &key)
    }

    /// Its reports, oldest first, at most 200.
    pub fn reports(&self, conn: &mut Conn) -> Result<Vec<Report>, StoreError> {
        Ok(reports::table
            .filter(reports::case_id.eq(self.id))
            .order(reports::id)
            .limit(200)
            .select(Report::as_select())
            .load(conn)?)
    }

    /// What was said and done, oldest first, at most 500.
    pub fn entries(&self, conn: &mut Conn) -> Result<Vec<CaseEntry>, StoreError> {
        Ok(case_entries::table
            .filter(case_entries::case_id.eq(self.id))
            .order(case_entries::id)
            .limit(500)
            .select(CaseEntry::as_select())
            .load(conn)?)
    }

    /// The open case of a target, and true when it had to be opened.
    pub(crate) fn open_for(
        conn: &mut Conn,
        site: Id,
        target: &Target,
        reason: &str,
        now: Ts,
    ) -> Result<(Self, bool), StoreError> {
        let row = (
            cases::id.eq(fresh_id(now.0)),
            cases::site_id.eq(site),
            cases::target_kind.eq(target.kind.as_str()),
            cases::target_id.eq(target.id),
            cases::target_uri.eq(&target.uri),
            cases::title.eq(&target.title),
            cases::actor_id.eq(target.actor),
            cases::reason.eq(reason),
            cases::reports.eq(0),
            cases::state.eq(CaseState::Open.as_str()),
            cases::opened_at.eq(now),
            cases::updated_at.eq(now),
        );
        let insert = diesel::insert_into(cases::table).values(row);
        let opened = Portable(insert.on_conflict_do_nothing()).execute(conn)? > 0;
        let case = cases::table
            .filter(cases::site_id.eq(site))
            .filter(cases::target_uri.eq(&target.uri))
            .filter(cases::state.eq(CaseState::Open.as_str()))
            .select(Self::as_select())
            .first(conn)?;
        Ok((case, opened))
    }

    pub(crate) fn count_reports(conn: &mut Conn, id: Id, now: Ts) -> Result<Self, StoreError> {
        let times: Option<i64> = reports::table
            .filter(reports::case_id.eq(id))
            .select(diesel::dsl::sum(reports::times))
            .first(conn)?;
        let times = i32::try_from(times.unwrap_or(0)).unwrap_or(i32::MAX);
        diesel::update(cases::table.find(id))
            .set((cases::reports.eq(times), cases::updated_at.eq(now)))
            .execute(conn)?;
        Ok(cases::table
            .find(id)
            .select(Self::as_select())
            .first(conn)?)
    }

    pub(crate) fn add_entry(
        &self,
        conn: &mut Conn,
        kind: EntryKind,
        by: Option<Id>,
        report: Option<Id>,
        words: &str,
        now: Ts,
    ) -> Result<(), StoreError> {
        diesel::insert_into(case_entries::table)
            .values((
                case_entries::id.eq(fresh_id(now.0)),
                case_entries::case_id.eq(self.id),
                case_entries::report_id.eq(report),
                case_entries::account_id.eq(by),
                case_entries::kind.eq(kind.as_str()),
                case_entries::text.eq(words.trim()),
                case_entries::at.eq(now),
            ))
            .execute(conn)?;
        diesel::update(cases::table.find(self.id))
            .set(cases::updated_at.eq(now))
            .execute(conn)?;
        Ok(())
    }

    /// The people of ours whom it is about: who wrote the target, and whoever acts for its actor.
    pub fn concerned(&self, conn: &mut Conn) -> Result<Vec<Id>, StoreError> {
        let mut people: Vec<Id> = Vec::new();
        if let Some(target) = self.target(conn)? {
            people.extend(target.account);
        }
        if let Some(actor) = self.actor_id {
            let held: Vec<Id> = actor_roles::table
                .filter(actor_roles::actor_id.eq(actor))
                .select(actor_roles::account_id)
                .load(conn)?;
            people.extend(held);
        }
        people.sort_unstable();
        people.dedup();
        Ok(people)
    }
}

fn words(text: &str) -> Result<&str, ModerationError> {
    match text.trim() {
        "" => Err(ModerationError::Missing),
        text if text.chars().count() > LONGEST_WORDS => Err(ModerationError::TooLong),
        text => Ok(text),
    }
}

/// True when an active moderator of the site is not among `concerned`.
pub(crate) fn somebody_else(
    conn: &mut Conn,
    site: Id,
    concerned: &[Id],
) -> Result<bool, ModerationError> {
    let people = roles::people_of(conn, site, &[SiteRole::Admin, SiteRole::Moderator])?;
    Ok(people.iter().any(|(account, _)| {
        account.state == AccountState::Active && !concerned.contains(&account.id)
    }))
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
        roles::require_moderator(conn, site, by)?;
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
        roles::require_moderator(conn, site, by)?;
        let case = Case::of(conn, site, case)?;
        if let Some(to) = to {
            roles::require_moderator(conn, site, to).map_err(|_| ModerationError::NotFitting)?;
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
        roles::require_moderator(conn, site, by)?;
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
        roles::require_moderator(conn, site.id, by)?;
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
        roles::require_moderator(conn, site.id, by)?;
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
        for report in case.reports(conn)? {
            if self.answer(conn, site, &report, &letter, now)? {
                diesel::update(reports::table.find(report.id))
                    .set(reports::told_at.eq(now))
                    .execute(conn)?;
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
        roles::require_moderator(conn, site, by)?;
        let case = Case::of(conn, site, case)?;
        let taken = cases::table
            .filter(cases::site_id.eq(site))
            .filter(cases::target_uri.eq(&case.target_uri))
            .filter(cases::state.eq(CaseState::Open.as_str()));
        if diesel::select(diesel::dsl::exists(taken)).get_result(conn)? {
            return Err(ModerationError::Decided);
        }
        diesel::update(cases::table.find(case.id))
            .set((
                cases::state.eq(CaseState::Open.as_str()),
                cases::outcome.eq(None::<String>),
                cases::closed_by.eq(None::<Id>),
                cases::closed_at.eq(None::<Ts>),
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
