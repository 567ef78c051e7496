//! Appeals: the person whom a measure touches answers it from a link, and somebody else decides where there is somebody
//! else. One answer a measure and person.

use crate::desk::Moderation;
use crate::judges::somebody_else;
use crate::measure::Measure;
use crate::record::{Action, Deed};
use crate::{ModerationError, record};
use accounts::{Account, Letter, Permission, Secrets, roles, token_hash};
use chrono::Duration;
use diesel::prelude::*;
use serde_json::json;
use sites::Site;
use store::schema::appeals;
use store::{Conn, Id, StoreError, Ts, fresh_id, text_enum};

text_enum! {
    /// Where an appeal stands.
    pub enum AppealState {
        /// The link was sent.
        Offered = "offered",
        /// The person answered; somebody decides.
        Open = "open",
        /// The measure stays.
        Upheld = "upheld",
        /// The measure was taken back.
        Lifted = "lifted",
    }
}

/// An appeal's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = appeals)]
pub struct Appeal {
    /// Key.
    pub id: Id,
    /// Its site.
    pub site_id: Id,
    /// What is answered.
    pub measure_id: Id,
    /// Who answers.
    pub account_id: Option<Id>,
    /// Word of [`AppealState`].
    pub state: String,
    /// Their words, plain text.
    pub text: String,
    /// The words of who decided.
    pub answer: String,
    /// Who decided.
    pub decided_by: Option<Id>,
    /// When the link was made.
    pub created_at: Ts,
    /// When they answered.
    pub appealed_at: Option<Ts>,
    /// When it was decided.
    pub decided_at: Option<Ts>,
}

impl Appeal {
    /// Where it stands.
    pub fn state(&self) -> AppealState {
        AppealState::from_word(&self.state).unwrap_or(AppealState::Upheld)
    }

    /// An appeal of a site.
    pub fn of(conn: &mut Conn, site: Id, id: Id) -> Result<Self, ModerationError> {
        let found = appeals::table
            .find(id)
            .filter(appeals::site_id.eq(site))
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        found.ok_or(ModerationError::Unknown)
    }

    /// The answers to a measure that were made.
    pub fn of_measure(conn: &mut Conn, measure: Id) -> Result<Vec<Self>, StoreError> {
        Ok(appeals::table
            .filter(appeals::measure_id.eq(measure))
            .filter(appeals::state.ne(AppealState::Offered.as_str()))
            .order(appeals::id)
            .select(Self::as_select())
            .load(conn)?)
    }
}

/// Days within which a measure can be answered.
pub const DAYS: i64 = 180;
/// Characters of an answer.
pub const LONGEST_TEXT: usize = 5_000;
/// Page on which a measure is answered.
pub const APPEAL_PATH: &str = "/appeal";

/// Makes the link for one person.
pub(crate) fn offer(
    conn: &mut Conn,
    secrets: &Secrets,
    site: &Site,
    measure: &Measure,
    account: Id,
    now: Ts,
) -> Result<String, StoreError> {
    let token = secrets.token();
    diesel::insert_into(appeals::table)
        .values((
            appeals::id.eq(fresh_id(now.0)),
            appeals::site_id.eq(site.id),
            appeals::measure_id.eq(measure.id),
            appeals::account_id.eq(account),
            appeals::token_hash.eq(token_hash(&token)),
            appeals::state.eq(AppealState::Offered.as_str()),
            appeals::text.eq(""),
            appeals::answer.eq(""),
            appeals::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(format!("{}?token={token}", site.url(APPEAL_PATH)))
}

/// What a link leads to, as long as it lives: the measure, and the answer so far.
pub fn of_link(
    conn: &mut Conn,
    site: Id,
    token: &str,
    now: Ts,
) -> Result<(Appeal, Measure), ModerationError> {
    let fresh = Ts::new(now.0 - Duration::days(DAYS));
    let appeal: Option<Appeal> = appeals::table
        .filter(appeals::token_hash.eq(token_hash(token)))
        .filter(appeals::site_id.eq(site))
        .filter(appeals::created_at.gt(fresh))
        .select(Appeal::as_select())
        .first(conn)
        .optional()?;
    let appeal = appeal.ok_or(ModerationError::DeadLink)?;
    let measure = Measure::of(conn, site, appeal.measure_id)?;
    Ok((appeal, measure))
}

impl Moderation {
    /// The person answers, once.
    pub fn appeal(
        &self,
        conn: &mut Conn,
        site: Id,
        token: &str,
        text: &str,
        now: Ts,
    ) -> Result<(), ModerationError> {
        let text = match text.trim() {
            "" => return Err(ModerationError::Missing),
            text if text.chars().count() > LONGEST_TEXT => return Err(ModerationError::TooLong),
            text => text,
        };
        let (appeal, measure) = of_link(conn, site, token, now)?;
        let offered = appeals::table
            .find(appeal.id)
            .filter(appeals::state.eq(AppealState::Offered.as_str()));
        let made = diesel::update(offered)
            .set((
                appeals::state.eq(AppealState::Open.as_str()),
                appeals::text.eq(text),
                appeals::appealed_at.eq(now),
            ))
            .execute(conn)?;
        if made == 0 {
            return Err(ModerationError::Decided);
        }
        self.note_appeal(
            conn,
            site,
            None,
            Action::AppealMade,
            &appeal,
            &measure,
            "open",
            now,
        )?;
        self.bell.ring();
        Ok(())
    }

    /// Decides on an answer: lifted, the measure is taken back. Who took the measure does not decide, where there is
    /// another moderator.
    #[expect(clippy::too_many_arguments, reason = "one step, everything it writes")]
    pub fn decide_appeal(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        id: Id,
        lift: bool,
        answer: &str,
        now: Ts,
    ) -> Result<Appeal, ModerationError> {
        roles::require_permission(conn, site.id, by, Permission::Reports)?;
        if answer.chars().count() > LONGEST_TEXT {
            return Err(ModerationError::TooLong);
        }
        let appeal = Appeal::of(conn, site.id, id)?;
        let measure = Measure::of(conn, site.id, appeal.measure_id)?;
        let involved: Vec<Id> = measure.by_id.into_iter().chain(appeal.account_id).collect();
        if involved.contains(&by) && somebody_else(conn, site.id, &involved)? {
            return Err(ModerationError::SomebodyElse);
        }
        let state = match lift {
            true => AppealState::Lifted,
            false => AppealState::Upheld,
        };
        let open = appeals::table
            .find(id)
            .filter(appeals::state.eq(AppealState::Open.as_str()));
        let decided = diesel::update(open)
            .set((
                appeals::state.eq(state.as_str()),
                appeals::answer.eq(answer.trim()),
                appeals::decided_by.eq(by),
                appeals::decided_at.eq(now),
            ))
            .execute(conn)?;
        if decided == 0 {
            return Err(ModerationError::Decided);
        }
        self.note_appeal(
            conn,
            site.id,
            Some(by),
            Action::AppealDecided,
            &appeal,
            &measure,
            state.as_str(),
            now,
        )?;
        if lift {
            match self.undo_measure(conn, site, by, measure.id, now) {
                // It ended meanwhile, or cannot be taken back: the answer says so in its own words.
                Ok(_) | Err(ModerationError::Decided | ModerationError::NotFitting) => {}
                Err(error) => return Err(error),
            }
        }
        let person = match appeal.account_id {
            Some(account) => Account::find(conn, account)?,
            None => None,
        };
        if let Some(person) = person {
            let letter = Letter::AppealDecided {
                name: person.name.clone(),
                title: measure.title.clone(),
                lifted: lift,
                text: answer.trim().to_owned(),
            };
            self.write_to_account(conn, site, &person, &letter, now)?;
        }
        Appeal::of(conn, site.id, id)
    }

    #[expect(clippy::too_many_arguments, reason = "an entry of the record, whole")]
    fn note_appeal(
        &self,
        conn: &mut Conn,
        site: Id,
        by: Option<Id>,
        action: Action,
        appeal: &Appeal,
        measure: &Measure,
        state: &str,
        now: Ts,
    ) -> Result<(), StoreError> {
        let target = measure.target(conn)?;
        let deed = Deed {
            site,
            by,
            action,
            target_kind: target.as_ref().map_or("", |target| target.kind.as_str()),
            target: target.as_ref().map_or("", |target| &target.uri),
            reason: &measure.reason,
            detail: json!({"appeal": appeal.id.to_string(), "measure": measure.id.to_string(), "state": state}),
        };
        record::write(conn, &deed, now)
    }
}
