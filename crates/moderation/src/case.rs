//! Cases: all that was said of one target until somebody decides.

mod act;
mod answer;
mod judge;

pub use act::{CaseAct, Said};

use crate::ModerationError;
use crate::complaint::Report;
use crate::target::{Target, TargetKind};
use diesel::prelude::*;
use store::schema::{case_entries, cases, reports};
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

    /// Its reports after a key, oldest first, at most 200.
    pub fn reports(&self, conn: &mut Conn, after: Option<Id>) -> Result<Vec<Report>, StoreError> {
        let mut found = reports::table
            .filter(reports::case_id.eq(self.id))
            .into_boxed::<store::MultiBackend>();
        if let Some(after) = after {
            found = found.filter(reports::id.gt(after));
        }
        Ok(found
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

    /// The open case about an address.
    pub(crate) fn open_about(
        conn: &mut Conn,
        site: Id,
        uri: &str,
    ) -> Result<Option<Self>, StoreError> {
        Ok(cases::table
            .filter(cases::site_id.eq(site))
            .filter(cases::target_uri.eq(uri))
            .filter(cases::state.eq(CaseState::Open.as_str()))
            .select(Self::as_select())
            .first(conn)
            .optional()?)
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
        let case = Self::open_about(conn, site, &target.uri)?.ok_or(StoreError::Cancelled)?;
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

    /// The people of ours whom it is about; of a target that is gone, those of its actor.
    pub fn concerned(&self, conn: &mut Conn) -> Result<Vec<Id>, StoreError> {
        if let Some(target) = self.target(conn)? {
            return target.people(conn);
        }
        match self.actor_id {
            Some(actor) => match Target::actor(conn, actor)? {
                Some(actor) => actor.people(conn),
                None => Ok(Vec::new()),
            },
            None => Ok(Vec::new()),
        }
    }
}
