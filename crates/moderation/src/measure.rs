//! Measures: what a moderator decides of an object, a reply, an actor, a person or a server; with a reason, an end or
//! none, a word to the person, and an undo.
//!
//! A row without `ended_at` holds. Most measures are nothing but their row, which is read where things are shown
//! (`publication::restricted`) and where people act (`accounts::session`); removing, locking and suspending change states
//! as well, and keep what was before to give it back.

mod effects;

use crate::case::{Case, EntryKind, somebody_else};
use crate::desk::Moderation;
use crate::record::{Action, Deed};
use crate::report::Reason;
use crate::target::{Target, TargetKind};
use crate::{ModerationError, appeal, record};
use accounts::{Account, roles};
use chrono::Duration;
use diesel::prelude::*;
use serde_json::{Value, json};
use sites::Site;
use store::schema::{actor_roles, measures};
use store::{Conn, Id, Json, StoreError, Ts, fresh_id, text_enum};

text_enum! {
    /// What is done.
    pub enum MeasureKind {
        /// A warning: nothing changes, it is remembered.
        Warn = "warn",
        /// Not in lists, feeds and searches; whoever has the address sees it.
        Unlist = "unlist",
        /// No more replies.
        Lock = "lock",
        /// Shown to nobody; it can come back.
        Remove = "remove",
        /// Gone for ever, files included; other servers are told.
        Purge = "purge",
        /// Nothing new from it; what is there stays.
        Freeze = "freeze",
        /// What it publishes waits for a moderator.
        Hold = "hold",
        /// Its pictures and sounds are not shown.
        RejectMedia = "reject_media",
        /// Only some kinds of what it publishes are shown.
        Kinds = "kinds",
        /// Nothing of it is shown, and it may not act.
        Suspend = "suspend",
    }
}

impl MeasureKind {
    /// True when it can be taken on such a target.
    pub fn fits(self, target: &Target) -> bool {
        use TargetKind as T;
        let remote = target.is_remote();
        match self {
            Self::Warn => !remote && target.kind != T::Host,
            Self::Unlist => matches!(target.kind, T::Object | T::Actor | T::Host),
            Self::Lock => target.kind == T::Object && !remote,
            Self::Remove => matches!(target.kind, T::Object | T::Comment),
            Self::Purge => matches!(target.kind, T::Object | T::Comment),
            Self::Freeze => !remote && matches!(target.kind, T::Actor | T::Account),
            Self::Hold => matches!(target.kind, T::Actor | T::Account | T::Host),
            Self::RejectMedia | Self::Kinds => remote && matches!(target.kind, T::Actor | T::Host),
            Self::Suspend => matches!(target.kind, T::Actor | T::Account | T::Host),
        }
    }

    /// True when it can be taken back.
    pub fn can_be_undone(self) -> bool {
        self != Self::Purge
    }

    /// True when it holds until it ends; the others are done once.
    fn holds(self) -> bool {
        !matches!(self, Self::Warn | Self::Purge)
    }
}

/// A measure's row.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = measures)]
pub struct Measure {
    /// Key.
    pub id: Id,
    /// Its site: it holds there.
    pub site_id: Id,
    /// The case it answers.
    pub case_id: Option<Id>,
    /// Word of [`MeasureKind`].
    pub kind: String,
    /// The object it is about, or
    pub object_id: Option<Id>,
    /// the reply, or
    pub comment_id: Option<Id>,
    /// the actor, or
    pub actor_id: Option<Id>,
    /// the person, or
    pub account_id: Option<Id>,
    /// the server.
    pub host: Option<String>,
    /// What it was called then.
    pub title: String,
    /// For [`MeasureKind::Kinds`]: `{"kinds": [...]}`, those that stay.
    pub scope: Json,
    /// Word of [`Reason`].
    pub reason: String,
    /// The words to the person.
    pub message: String,
    /// What is given back when it ends.
    pub before: Json,
    /// Who took it.
    pub by_id: Option<Id>,
    /// When.
    pub created_at: Ts,
    /// When it ends by itself.
    pub ends_at: Option<Ts>,
    /// When it ended.
    pub ended_at: Option<Ts>,
    /// True when somebody took it back: it does not count in the history then.
    pub undone: bool,
}

impl Measure {
    /// What is done; `None` for a word of a later version.
    pub fn kind(&self) -> Option<MeasureKind> {
        MeasureKind::from_word(&self.kind)
    }

    /// A measure of a site.
    pub fn of(conn: &mut Conn, site: Id, id: Id) -> Result<Self, ModerationError> {
        let found = measures::table
            .find(id)
            .filter(measures::site_id.eq(site))
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        found.ok_or(ModerationError::Unknown)
    }

    /// What it is about, as it is now.
    pub fn target(&self, conn: &mut Conn) -> Result<Option<Target>, StoreError> {
        if let Some(host) = &self.host {
            return Ok(Target::host(host));
        }
        match (
            self.object_id,
            self.comment_id,
            self.actor_id,
            self.account_id,
        ) {
            (Some(id), ..) => Target::object(conn, id),
            (_, Some(id), ..) => Target::comment(conn, id),
            (_, _, Some(id), _) => Target::actor(conn, id),
            (.., Some(id)) => Target::account(conn, id),
            _ => Ok(None),
        }
    }
}

/// What is to be taken.
#[derive(Debug, Clone)]
pub struct NewMeasure {
    /// What.
    pub kind: MeasureKind,
    /// Why.
    pub reason: Reason,
    /// The words to the person; may be empty.
    pub message: String,
    /// When it ends by itself.
    pub ends_at: Option<Ts>,
    /// The case it answers.
    pub case: Option<Id>,
    /// Kinds that stay, for [`MeasureKind::Kinds`].
    pub kinds: Vec<String>,
}

/// Characters of the words to the person.
pub const LONGEST_MESSAGE: usize = 5_000;
/// Days that a measure may last before it is one without an end.
const LONGEST_DAYS: i64 = 3_660;
/// Rows of a history.
const HISTORY: i64 = 200;

/// Rows of a site about this very target: each row names one thing.
fn about(site: Id, target: &Target) -> measures::BoxedQuery<'static, store::MultiBackend> {
    let rows = measures::table
        .filter(measures::site_id.eq(site))
        .into_boxed::<store::MultiBackend>();
    match (target.kind, target.id) {
        (TargetKind::Object, Some(id)) => rows.filter(measures::object_id.eq(id)),
        (TargetKind::Comment, Some(id)) => rows.filter(measures::comment_id.eq(id)),
        (TargetKind::Actor, Some(id)) => rows.filter(measures::actor_id.eq(id)),
        (TargetKind::Account, Some(id)) => rows.filter(measures::account_id.eq(id)),
        _ => rows.filter(measures::host.eq(target.host.clone())),
    }
}

/// Measures about a target on a site, newest first.
pub fn history(conn: &mut Conn, site: Id, target: &Target) -> Result<Vec<Measure>, StoreError> {
    Ok(about(site, target)
        .order(measures::id.desc())
        .limit(HISTORY)
        .select(Measure::as_select())
        .load(conn)?)
}

/// Measures about an actor and what it published, or a person, that were not taken back: their strikes, newest first.
pub fn strikes(
    conn: &mut Conn,
    site: Id,
    actor: Option<Id>,
    account: Option<Id>,
) -> Result<Vec<Measure>, StoreError> {
    use store::schema::{comments, objects};
    let mut found: Vec<Measure> = Vec::new();
    let counted = || {
        measures::table
            .filter(measures::site_id.eq(site))
            .filter(measures::undone.eq(false))
            .order(measures::id.desc())
            .limit(HISTORY)
            .select(Measure::as_select())
    };
    if let Some(actor) = actor {
        found.extend(counted().filter(measures::actor_id.eq(actor)).load(conn)?);
        let published = objects::table
            .filter(objects::actor_id.eq(actor))
            .select(objects::id.nullable());
        found.extend(
            counted()
                .filter(measures::object_id.eq_any(published))
                .load(conn)?,
        );
        let said = comments::table
            .filter(comments::actor_id.eq(actor))
            .select(comments::id.nullable());
        found.extend(
            counted()
                .filter(measures::comment_id.eq_any(said))
                .load(conn)?,
        );
    }
    if let Some(account) = account {
        found.extend(
            counted()
                .filter(measures::account_id.eq(account))
                .load(conn)?,
        );
    }
    found.sort_by_key(|measure| std::cmp::Reverse(measure.id));
    Ok(found)
}

/// Measures of a site that hold, newest first, before a key.
pub fn holding(
    conn: &mut Conn,
    site: Id,
    before: Option<Id>,
    limit: i64,
) -> Result<Vec<Measure>, StoreError> {
    let mut query = measures::table
        .filter(measures::site_id.eq(site))
        .filter(measures::ended_at.is_null())
        .into_boxed::<store::MultiBackend>();
    if let Some(before) = before {
        query = query.filter(measures::id.lt(before));
    }
    Ok(query
        .order(measures::id.desc())
        .limit(limit)
        .select(Measure::as_select())
        .load(conn)?)
}

/// The people whom a measure on a target touches: they are told, and may answer.
fn people(conn: &mut Conn, target: &Target) -> Result<Vec<Id>, StoreError> {
    let mut people: Vec<Id> = target.account.into_iter().collect();
    if let (Some(actor), false) = (target.actor, target.is_remote()) {
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
        roles::require_moderator(conn, site.id, by)?;
        self.check(conn, site, by, target, new, now)?;
        if let Some(case) = new.case {
            let case = Case::of(conn, site.id, case)?;
            self.require_judge(conn, site.id, by, &case)?;
        }
        let before = self.begin_effect(conn, site, by, target, new, now)?;
        let touched = people(conn, target)?;
        let measure = insert(conn, site.id, by, target, new, before, now)?;
        let detail = json!({
            "measure": measure.id.to_string(), "kind": measure.kind, "before": measure.before.0, "scope": measure.scope.0,
            "ends": measure.ends_at, "case": measure.case_id.map(|id| id.to_string()),
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
                let letter = crate::letters::taken(site, &account, &measure, link);
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
            let open = measures::table
                .find(measure.id)
                .filter(measures::ended_at.is_null());
            if diesel::update(open)
                .set(measures::ended_at.eq(now))
                .execute(conn)?
                == 0
            {
                continue;
            }
            self.end(conn, &site, None, Action::MeasureEnded, &measure, now)?;
            ended += 1;
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
        for person in people(conn, &target)? {
            if let Some(account) = Account::find(conn, person)? {
                let letter = crate::letters::ended(&account, measure, by.is_some());
                self.write_to_account(conn, site, &account, &letter, now)?;
            }
        }
        Ok(())
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
        // Nobody punishes themselves into innocence, nor their own colleagues' case while others are there.
        let touched = people(conn, target)?;
        if touched.contains(&by) && somebody_else(conn, site.id, &touched)? {
            return Err(ModerationError::SomebodyElse);
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
            ),
        ))
        .execute(conn)?;
    Ok(measures::table
        .find(id)
        .select(Measure::as_select())
        .first(conn)?)
}
