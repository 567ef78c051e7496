//! "The date is wrong": what a report proposes instead is told to the author, who accepts it with one click or says that
//! it was right. The moderators see both, and need do nothing where it is accepted.

use crate::ModerationError;
use crate::case::{Case, EntryKind, Outcome};
use crate::complaint::Report;
use crate::desk::Moderation;
use crate::target::{Target, TargetKind};
use accounts::{Account, Letter, roles};
use diesel::prelude::*;
use publication::{Correction, CorrectionError, CorrectionState, Object};
use sites::Site;
use std::collections::{BTreeSet, HashMap};
use store::schema::{corrections, reports};
use store::{Conn, Id, StoreError, Ts};

/// Page of a correction: this, and its key.
pub const CORRECTION_PATH: &str = "/corrections";

impl From<CorrectionError> for ModerationError {
    fn from(error: CorrectionError) -> Self {
        match error {
            CorrectionError::Field => Self::Field,
            CorrectionError::Value => Self::Value,
            CorrectionError::Same => Self::Same,
            CorrectionError::Life(error) => error.into(),
        }
    }
}

impl Moderation {
    /// Tells authors of what a report proposes, when it counts: a visitor's not before its address is confirmed. Their
    /// words are for the moderators alone.
    pub(crate) fn tell_author(
        &self,
        conn: &mut Conn,
        site: &Site,
        case: &Case,
        report: Id,
        now: Ts,
    ) -> Result<(), ModerationError> {
        for correction in Correction::of_reports(conn, &[report])? {
            if !correction.is_waiting() || !correction.tell(conn, now)? {
                continue;
            }
            let letter = Letter::CorrectionProposed {
                title: case.title.clone(),
                field: correction.field.clone(),
                was: correction.was.clone(),
                value: correction.value.clone(),
                link: site.url(&format!("{CORRECTION_PATH}/{}", correction.id)),
            };
            for person in case.concerned(conn)? {
                if let Some(account) = Account::find(conn, person)? {
                    self.write_to_account(conn, site, &account, &letter, now)?;
                }
            }
        }
        Ok(())
    }

    /// Fields of a target for which another value can be proposed.
    pub fn correctable(
        &self,
        conn: &mut Conn,
        target: &Target,
    ) -> Result<&'static [&'static str], StoreError> {
        let object = match (target.kind, target.id) {
            (TargetKind::Object, Some(id)) => Object::by_id(conn, id)?,
            _ => None,
        };
        Ok(object.map_or(&[], |object| self.registry.correctable(&object)))
    }

    /// A correction and its publication, for somebody who may change it; to others it is not there (ACL-03).
    pub fn correction(
        &self,
        conn: &mut Conn,
        site: &Site,
        account: Id,
        id: Id,
    ) -> Result<(Correction, Object), ModerationError> {
        let found = Correction::by_id(conn, id)?.filter(|one| one.told_at.is_some());
        let correction = found.ok_or(ModerationError::Unknown)?;
        let object = Object::by_id(conn, correction.object_id)?
            .filter(|object| object.site_id == Some(site.id))
            .ok_or(ModerationError::Unknown)?;
        match roles::can_edit_actor(conn, account, object.actor_id)? {
            true => Ok((correction, object)),
            false => Err(ModerationError::Unknown),
        }
    }

    /// What waits for somebody on the publications that they may change, oldest first, at most 200.
    pub fn corrections_for(
        &self,
        conn: &mut Conn,
        site: &Site,
        account: Id,
    ) -> Result<Vec<(Correction, Object)>, ModerationError> {
        let actors = roles::actors_of(conn, site.id, account)?;
        let actors: Vec<Id> = actors.into_iter().map(|held| held.actor_id).collect();
        Ok(Correction::waiting_for(conn, &actors, 200)?)
    }

    /// The author accepts: the publication says so, the followers are told, and the case is closed where nothing else was
    /// said on it.
    pub fn accept_correction(
        &self,
        conn: &mut Conn,
        site: &Site,
        account: Id,
        id: Id,
        now: Ts,
    ) -> Result<Object, ModerationError> {
        let (correction, object) = self.correction(conn, site, account, id)?;
        let reports = correction.decide(conn, CorrectionState::Accepted, now)?;
        if reports.is_empty() {
            return Err(ModerationError::Decided);
        }
        self.registry.correct(conn, &correction, account, now)?;
        for case in cases_of(conn, site, &reports)? {
            case.add_entry(conn, EntryKind::Step, Some(account), None, "accepted", now)?;
            if case.is_open() && all_accepted(conn, case.id)? {
                self.finish(conn, site, account, &case, Outcome::Corrected, "", now)?;
            }
        }
        Ok(object)
    }

    /// The author says that it was right; the moderators read why, and decide.
    pub fn decline_correction(
        &self,
        conn: &mut Conn,
        site: &Site,
        account: Id,
        id: Id,
        words: &str,
        now: Ts,
    ) -> Result<Object, ModerationError> {
        if words.chars().count() > crate::case::LONGEST_WORDS {
            return Err(ModerationError::TooLong);
        }
        let (correction, object) = self.correction(conn, site, account, id)?;
        let reports = correction.decide(conn, CorrectionState::Declined, now)?;
        if reports.is_empty() {
            return Err(ModerationError::Decided);
        }
        for case in cases_of(conn, site, &reports)? {
            case.add_entry(conn, EntryKind::Step, Some(account), None, "declined", now)?;
            if !words.trim().is_empty() {
                case.add_entry(conn, EntryKind::Note, Some(account), None, words, now)?;
            }
        }
        Ok(object)
    }
}

/// What reports propose, by report.
pub fn corrections_of(
    conn: &mut Conn,
    of: &[Report],
) -> Result<HashMap<Id, Vec<Correction>>, StoreError> {
    let ids: Vec<Id> = of.iter().map(|report| report.id).collect();
    let mut found: HashMap<Id, Vec<Correction>> = HashMap::new();
    for one in Correction::of_reports(conn, &ids)? {
        found.entry(one.report_id).or_default().push(one);
    }
    Ok(found)
}

fn cases_of(conn: &mut Conn, site: &Site, of: &[Id]) -> Result<Vec<Case>, ModerationError> {
    let ids: Vec<Option<Id>> = reports::table
        .filter(reports::id.eq_any(of))
        .select(reports::case_id)
        .load(conn)?;
    let ids: BTreeSet<Id> = ids.into_iter().flatten().collect();
    ids.into_iter()
        .map(|id| Case::of(conn, site.id, id))
        .collect()
}

/// True when every report of a case proposed corrections, and none of them waits or was declined.
fn all_accepted(conn: &mut Conn, case: Id) -> Result<bool, StoreError> {
    let of_case = reports::table.filter(reports::case_id.eq(case));
    let all: Vec<Id> = of_case.select(reports::id).load(conn)?;
    let states: Vec<(Id, String)> = corrections::table
        .filter(corrections::report_id.eq_any(&all))
        .select((corrections::report_id, corrections::state))
        .load(conn)?;
    let accepted = |state: &String| state == CorrectionState::Accepted.as_str();
    Ok(states.iter().all(|(_, state)| accepted(state))
        && all
            .iter()
            .all(|id| states.iter().any(|(report, _)| report == id)))
}
