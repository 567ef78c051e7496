//! Taking a measure, taking it back, and its end.

use super::{LONGEST_DAYS, LONGEST_MESSAGE, Measure, MeasureKind, NewMeasure, about, effects};
use crate::case::{Case, EntryKind};
use crate::complaint::Reason;
use crate::desk::Moderation;
use crate::judges::somebody_else;
use crate::record::{Action, Deed};
use crate::rules::SiteRule;
use crate::target::{Target, TargetKind};
use crate::{ModerationError, appeal, record};
use accounts::{Account, Permission, SiteRole, roles};
use chrono::Duration;
use diesel::prelude::*;
use publication::Object;
use serde_json::{Value, json};
use sites::Site;
use store::schema::measures;
use store::{Conn, Id, Json, StoreError, Ts, fresh_id};

impl Moderation {
    /// Takes a measure: its effect, its row, the letters with the link to answer, the record.
    pub fn take_measure(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        target: &Target,
        new: &NewMeasure,
        now: Ts,
    ) -> Result<Measure, ModerationError> {
        self.check(conn, site, by, target, new, now)?;
        if let Some(case) = new.case {
            let case = Case::of(conn, site.id, case)?;
            self.require_judge(conn, site.id, by, &case)?;
        }
        let before = self.begin_effect(conn, site, by, target, new, now)?;
        let rule = match new.rule {
            Some(rule) => Some(SiteRule::of(conn, site.id, rule)?),
            None => None,
        };
        let touched = target.people(conn)?;
        let measure = insert(conn, site.id, by, target, new, before, now)?;
        // Told when the row is there, which the document asks.
        if new.kind == MeasureKind::Sensitive
            && target.kind == TargetKind::Object
            && !target.is_remote()
            && let Some(id) = target.id
            && let Some(object) = Object::by_id(conn, id)?
        {
            self.say_again(conn, &object, now)?;
        }
        let detail = json!({
            "measure": measure.id.to_string(), "kind": measure.kind, "before": measure.before.0, "scope": measure.scope.0,
            "ends": measure.ends_at, "rule": measure.rule_id.map(|id| id.to_string()), "case": measure.case_id.map(|id| id.to_string()),
        });
        self.note_measure(
            conn,
            site.id,
            Some(by),
            Action::MeasureTaken,
            target,
            &measure,
            detail,
            now,
        )?;
        for person in touched {
            if let Some(account) = Account::find(conn, person)? {
                let link = appeal::offer(conn, &self.secrets, site, &measure, account.id, now)?;
                let letter = crate::letters::taken(site, &account, &measure, rule.as_ref(), link);
                self.write_to_account(conn, site, &account, &letter, now)?;
            }
        }
        if let Some(case) = measure.case_id {
            let case = Case::of(conn, site.id, case)?;
            case.add_entry(
                conn,
                EntryKind::Step,
                Some(by),
                None,
                &format!("measure-{}", measure.kind),
                now,
            )?;
        }
        Ok(measure)
    }

    /// Takes a measure back; the people are told.
    pub fn undo_measure(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        id: Id,
        now: Ts,
    ) -> Result<Measure, ModerationError> {
        roles::require_moderator(conn, site.id, by)?;
        let measure = Measure::of(conn, site.id, id)?;
        if measure.kind() == Some(MeasureKind::Block) {
            roles::require_server_admin(conn, by)?;
        }
        if let Some(target) = measure.target(conn)? {
            let before = measure.before.0["role"].as_str().unwrap_or_default();
            self.require_decider(conn, site.id, by, &target, before)?;
        }
        if !measure.kind().is_some_and(MeasureKind::can_be_undone) {
            return Err(ModerationError::NotFitting);
        }
        // A warning holds nothing, and can be taken out of the history all the same.
        let open = measures::table
            .find(id)
            .filter(measures::undone.eq(false))
            .filter(
                measures::ended_at
                    .is_null()
                    .or(measures::kind.eq(MeasureKind::Warn.as_str())),
            );
        let ended = diesel::update(open)
            .set((
                measures::ended_at.eq(now),
                measures::ended_by.eq(by),
                measures::undone.eq(true),
            ))
            .execute(conn)?;
        if ended == 0 {
            return Err(ModerationError::Decided);
        }
        self.end(conn, site, Some(by), Action::MeasureUndone, &measure, now)?;
        Measure::of(conn, site.id, id)
    }

    /// Ends what is over, on every site; gives how many.
    pub fn end_measures(&self, conn: &mut Conn, now: Ts) -> Result<usize, ModerationError> {
        let over: Vec<Measure> = measures::table
            .filter(measures::ended_at.is_null())
            .filter(measures::ends_at.le(now))
            .order(measures::ends_at)
            .limit(100)
            .select(Measure::as_select())
            .load(conn)?;
        let mut ended = 0;
        for measure in over {
            let Some(site) = self.sites.by_id(measure.site_id) else {
                continue;
            };
            // Each by itself: one that cannot be given back must not keep the others in force.
            let done = store::write_transaction(conn, |conn| {
                let open = measures::table
                    .find(measure.id)
                    .filter(measures::ended_at.is_null());
                let done = diesel::update(open)
                    .set(measures::ended_at.eq(now))
                    .execute(conn)?;
                if done > 0 {
                    self.end(conn, &site, None, Action::MeasureEnded, &measure, now)?;
                }
                Ok::<_, ModerationError>(done)
            });
            match done {
                Ok(done) => ended += done,
                Err(ModerationError::Store(error)) => return Err(error.into()),
                Err(error) => {
                    tracing::error!(measure = %measure.id, %error, "a measure that is over could not be ended");
                }
            }
        }
        Ok(ended)
    }

    /// When the next measure ends by itself.
    pub fn next_end(&self, conn: &mut Conn) -> Result<Option<Ts>, StoreError> {
        Ok(measures::table
            .filter(measures::ended_at.is_null())
            .filter(measures::ends_at.is_not_null())
            .select(diesel::dsl::min(measures::ends_at))
            .first(conn)?)
    }

    fn end(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Option<Id>,
        action: Action,
        measure: &Measure,
        now: Ts,
    ) -> Result<(), ModerationError> {
        let Some(target) = measure.target(conn)? else {
            return Ok(());
        };
        self.end_effect(conn, site, by, &target, measure, now)?;
        let detail = json!({"measure": measure.id.to_string(), "kind": measure.kind, "restored": measure.before.0});
        self.note_measure(conn, site.id, by, action, &target, measure, detail, now)?;
        for person in target.people(conn)? {
            if let Some(account) = Account::find(conn, person)? {
                let letter = crate::letters::ended(&account, measure, by.is_some());
                self.write_to_account(conn, site, &account, &letter, now)?;
            }
        }
        Ok(())
    }

    /// Refuses who may not decide about a target, take a measure or take one back: administrators alone judge who
    /// moderates, or did until the measure (`before`, a word of [`SiteRole`]); and nobody judges in their own matter, nor
    /// what they reported themselves, while somebody else is there (MOD-02).
    fn require_decider(
        &self,
        conn: &mut Conn,
        site: Id,
        by: Id,
        target: &Target,
        before: &str,
    ) -> Result<(), ModerationError> {
        let permission = match target.kind {
            TargetKind::Account => Permission::Accounts,
            TargetKind::Host => Permission::Federation,
            TargetKind::Actor if target.is_remote() => Permission::Federation,
            TargetKind::Actor => Permission::Accounts,
            TargetKind::Object | TargetKind::Comment => Permission::Publications,
        };
        roles::require_permission(conn, site, by, permission)?;
        if let (TargetKind::Account, Some(account)) = (target.kind, target.id) {
            let held = roles::site_role(conn, site, account)?;
            for role in held.into_iter().chain(SiteRole::from_word(before)) {
                if matches!(role, SiteRole::Admin | SiteRole::Moderator) {
                    roles::require_admin(conn, site, by)?;
                }
            }
        }
        if let Some(case) = Case::open_about(conn, site, &target.uri)? {
            self.require_judge(conn, site, by, &case)?;
        }
        let touched = target.people(conn)?;
        match touched.contains(&by) && somebody_else(conn, site, &touched)? {
            true => Err(ModerationError::SomebodyElse),
            false => Ok(()),
        }
    }

    fn check(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        target: &Target,
        new: &NewMeasure,
        now: Ts,
    ) -> Result<(), ModerationError> {
        self.require_decider(conn, site.id, by, target, "")?;
        let ours = effects::is_of_site(conn, site, target)?;
        if !new.kind.fits(target) || !ours {
            return Err(ModerationError::NotFitting);
        }
        if new.kind == MeasureKind::Kinds
            && !new
                .kinds
                .iter()
                .all(|word| self.registry.named(word).is_some())
        {
            return Err(ModerationError::NotFitting);
        }
        if new.kind == MeasureKind::Block {
            roles::require_server_admin(conn, by)?;
        }
        if new.message.chars().count() > LONGEST_MESSAGE {
            return Err(ModerationError::TooLong);
        }
        if new.reason == Reason::Other && new.message.trim().is_empty() && !target.is_remote() {
            // "Other" alone says nothing to whom it is done to.
            return Err(ModerationError::Missing);
        }
        let latest = Ts::new(now.0 + Duration::days(LONGEST_DAYS));
        if new
            .ends_at
            .is_some_and(|at| at <= now || at > latest || !new.kind.holds())
        {
            return Err(ModerationError::End);
        }
        let same = about(site.id, target)
            .filter(measures::kind.eq(new.kind.as_str()))
            .filter(measures::ended_at.is_null());
        match new.kind.holds() && same.count().get_result::<i64>(conn)? > 0 {
            true => Err(ModerationError::Decided),
            false => Ok(()),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "an entry of the record, whole")]
    fn note_measure(
        &self,
        conn: &mut Conn,
        site: Id,
        by: Option<Id>,
        action: Action,
        target: &Target,
        measure: &Measure,
        detail: Value,
        now: Ts,
    ) -> Result<(), StoreError> {
        let deed = Deed {
            site,
            by,
            action,
            target_kind: target.kind.as_str(),
            target: &target.uri,
            reason: &measure.reason,
            detail,
        };
        record::write(conn, &deed, now)
    }
}

fn insert(
    conn: &mut Conn,
    site: Id,
    by: Id,
    target: &Target,
    new: &NewMeasure,
    before: Value,
    now: Ts,
) -> Result<Measure, StoreError> {
    let id = fresh_id(now.0);
    let named = |kind: TargetKind| target.id.filter(|_| target.kind == kind);
    let scope = match new.kind {
        MeasureKind::Kinds => json!({"kinds": new.kinds}),
        _ => json!({}),
    };
    diesel::insert_into(measures::table)
        .values((
            (
                measures::id.eq(id),
                measures::site_id.eq(site),
                measures::case_id.eq(new.case),
                measures::kind.eq(new.kind.as_str()),
                measures::object_id.eq(named(TargetKind::Object)),
                measures::comment_id.eq(named(TargetKind::Comment)),
                measures::actor_id.eq(named(TargetKind::Actor)),
                measures::account_id.eq(named(TargetKind::Account)),
                measures::host.eq((target.kind == TargetKind::Host).then_some(&target.host)),
                measures::title.eq(&target.title),
            ),
            (
                measures::scope.eq(Json(scope)),
                measures::reason.eq(new.reason.as_str()),
                measures::message.eq(new.message.trim()),
                measures::before.eq(Json(before)),
                measures::by_id.eq(by),
                measures::created_at.eq(now),
                measures::ends_at.eq(new.ends_at),
                measures::ended_at.eq((!new.kind.holds()).then_some(now)),
                measures::undone.eq(false),
                measures::list_url.eq(&new.list),
                measures::rule_id.eq(new.rule),
            ),
        ))
        .execute(conn)?;
    Ok(measures::table
        .find(id)
        .select(Measure::as_select())
        .first(conn)?)
}
