//! Corrections: what somebody says should stand in a field of a publication of ours instead. Its kind reads and makes
//! them, its author decides.

use crate::kind::Registry;
use crate::life::LifeError;
use crate::object::{Object, ObjectState};
use diesel::prelude::*;
use store::schema::{corrections, objects};
use store::{Conn, Id, StoreError, Ts, fresh_id, text_enum};

text_enum! {
    /// What became of a correction.
    pub enum CorrectionState {
        /// The author has not said.
        Waiting = "waiting",
        /// It stands there now.
        Accepted = "accepted",
        /// The author says that it was right.
        Declined = "declined",
    }
}

/// Characters of what is proposed.
pub const LONGEST_VALUE: usize = 200;
/// Authors are written to about so many that wait on one publication; more only wait.
const TOLD: i64 = 3;

/// A correction's row.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = corrections)]
pub struct Correction {
    /// Key.
    pub id: Id,
    /// The report that it came with.
    pub report_id: Id,
    /// The publication.
    pub object_id: Id,
    /// A name of [`crate::Kind::correctable`].
    pub field: String,
    /// What stood there then, as [`Proposed::was`].
    pub was: String,
    /// What should, as [`Proposed::value`].
    pub value: String,
    /// Word of [`CorrectionState`].
    pub state: String,
    /// When its author was written to.
    pub told_at: Option<Ts>,
    /// When it was decided.
    pub decided_at: Option<Ts>,
    /// When it was proposed.
    pub created_at: Ts,
}

/// A proposal as its kind reads it: moments as `2026-12-31T20:30` or `2026-12-31` on the clock of the publication, other
/// things in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed {
    /// Name of the field.
    pub field: &'static str,
    /// What stands there.
    pub was: String,
    /// What should.
    pub value: String,
}

/// Why a correction is none.
#[derive(Debug, thiserror::Error)]
pub enum CorrectionError {
    /// The publication has no such field, or is not ours to correct.
    #[error("no such field")]
    Field,
    /// That cannot stand there.
    #[error("not a value of this field")]
    Value,
    /// It stands there already.
    #[error("it says so already")]
    Same,
    /// The change was not made.
    #[error(transparent)]
    Life(#[from] LifeError),
}

impl From<StoreError> for CorrectionError {
    fn from(error: StoreError) -> Self {
        Self::Life(error.into())
    }
}

impl Registry {
    /// Fields of a publication that can be corrected; none of what came from elsewhere.
    pub fn correctable(&self, object: &Object) -> &'static [&'static str] {
        match (self.named(&object.kind), object.site_id, object.state()) {
            (Some(kind), Some(_), ObjectState::Public) => kind.correctable(),
            _ => &[],
        }
    }

    /// Reads what somebody proposes.
    pub fn proposed(
        &self,
        conn: &mut Conn,
        object: &Object,
        field: &str,
        value: &str,
    ) -> Result<Proposed, CorrectionError> {
        if !self.correctable(object).contains(&field) {
            return Err(CorrectionError::Field);
        }
        let value: String = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if value.is_empty() || value.chars().count() > LONGEST_VALUE {
            return Err(CorrectionError::Value);
        }
        let kind = self.named(&object.kind).ok_or(CorrectionError::Field)?;
        let proposed = kind.proposed(conn, object, field, &value)?;
        match proposed.was == proposed.value {
            true => Err(CorrectionError::Same),
            false => Ok(proposed),
        }
    }

    /// Makes the change that was proposed, as its author. What says so already stays as it is.
    pub fn correct(
        &self,
        conn: &mut Conn,
        correction: &Correction,
        account: Id,
        now: Ts,
    ) -> Result<(), CorrectionError> {
        let object = Object::by_id(conn, correction.object_id)?;
        let object = object.ok_or(CorrectionError::Life(LifeError::Unknown))?;
        match self.proposed(conn, &object, &correction.field, &correction.value) {
            Err(CorrectionError::Same) => return Ok(()),
            other => other?,
        };
        let kind = self.named(&object.kind).ok_or(CorrectionError::Field)?;
        kind.correct(
            conn,
            self,
            &object,
            &correction.field,
            &correction.value,
            account,
            now,
        )
    }
}

impl Correction {
    /// Keeps a proposal that came with a report.
    pub fn keep(
        conn: &mut Conn,
        report: Id,
        object: Id,
        proposed: &Proposed,
        now: Ts,
    ) -> Result<Id, StoreError> {
        let id = fresh_id(now.0);
        diesel::insert_into(corrections::table)
            .values((
                corrections::id.eq(id),
                corrections::report_id.eq(report),
                corrections::object_id.eq(object),
                corrections::field.eq(proposed.field),
                corrections::was.eq(&proposed.was),
                corrections::value.eq(&proposed.value),
                corrections::state.eq(CorrectionState::Waiting.as_str()),
                corrections::created_at.eq(now),
            ))
            .execute(conn)?;
        Ok(id)
    }

    /// By key.
    pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<Self>, StoreError> {
        Ok(corrections::table
            .find(id)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// Those that came with reports, oldest first.
    pub fn of_reports(conn: &mut Conn, reports: &[Id]) -> Result<Vec<Self>, StoreError> {
        Ok(corrections::table
            .filter(corrections::report_id.eq_any(reports))
            .order(corrections::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Those of whom its author was told that wait on a publication, oldest first.
    pub fn waiting_on(conn: &mut Conn, object: Id) -> Result<Vec<Self>, StoreError> {
        Ok(corrections::table
            .filter(corrections::object_id.eq(object))
            .filter(corrections::state.eq(CorrectionState::Waiting.as_str()))
            .filter(corrections::told_at.is_not_null())
            .order(corrections::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Those told that wait on public publications of actors, oldest first.
    pub fn waiting_for(
        conn: &mut Conn,
        actors: &[Id],
        limit: i64,
    ) -> Result<Vec<(Self, Object)>, StoreError> {
        Ok(corrections::table
            .inner_join(objects::table)
            .filter(objects::actor_id.eq_any(actors))
            .filter(objects::state.eq(ObjectState::Public.as_str()))
            .filter(corrections::state.eq(CorrectionState::Waiting.as_str()))
            .filter(corrections::told_at.is_not_null())
            .order(corrections::id)
            .limit(limit)
            .select((Self::as_select(), Object::as_select()))
            .load(conn)?)
    }

    /// True while the author has not said.
    pub fn is_waiting(&self) -> bool {
        self.state == CorrectionState::Waiting.as_str()
    }

    /// Notes that its author is told now; false when the same waits already, or enough others do.
    pub fn tell(&self, conn: &mut Conn, now: Ts) -> Result<bool, StoreError> {
        let waiting = Self::waiting_on(conn, self.object_id)?;
        let same = |other: &Self| other.field == self.field && other.value == self.value;
        if self.told_at.is_some() || waiting.iter().any(same) || waiting.len() as i64 >= TOLD {
            return Ok(false);
        }
        diesel::update(corrections::table.find(self.id))
            .set(corrections::told_at.eq(now))
            .execute(conn)?;
        Ok(true)
    }

    /// Decides it and whoever proposed the same; gives the reports that they came with, none when it was decided before.
    pub fn decide(
        &self,
        conn: &mut Conn,
        state: CorrectionState,
        now: Ts,
    ) -> Result<Vec<Id>, StoreError> {
        let waiting = CorrectionState::Waiting.as_str();
        let mine = corrections::table
            .find(self.id)
            .filter(corrections::state.eq(waiting));
        let decision = (
            corrections::state.eq(state.as_str()),
            corrections::decided_at.eq(now),
        );
        if diesel::update(mine).set(decision).execute(conn)? == 0 {
            return Ok(Vec::new());
        }
        let same = corrections::table
            .filter(corrections::object_id.eq(self.object_id))
            .filter(corrections::field.eq(&self.field))
            .filter(corrections::value.eq(&self.value))
            .filter(corrections::state.eq(waiting));
        let mut reports: Vec<Id> = same.select(corrections::report_id).load(conn)?;
        diesel::update(same).set(decision).execute(conn)?;
        reports.push(self.report_id);
        Ok(reports)
    }
}
