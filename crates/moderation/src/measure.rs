//! Measures: what a moderator decides of an object, a reply, an actor, a person or a server; with a reason, an end or
//! none, a word to the person, and an undo.
//!
//! A row without `ended_at` holds. Most measures are nothing but their row, which is read where things are shown
//! (`publication::restricted`) and where people act (`accounts::session`); removing, locking and suspending change states
//! as well, and keep what was before to give it back.

mod effects;
mod moved;
mod servers;
mod take;

use crate::ModerationError;
use crate::complaint::Reason;
use crate::target::{Target, TargetKind};
use diesel::prelude::*;
use store::schema::measures;
use store::{Conn, Id, Json, StoreError, Ts, text_enum};

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
        /// What it publishes and says waits for a moderator.
        Hold = "hold",
        /// Only some kinds of what it publishes are shown.
        Kinds = "kinds",
        /// Its pictures are shown only to who asks for them.
        Sensitive = "sensitive",
        /// No pictures of it are shown, nor fetched.
        Media = "media",
        /// Nothing of it is shown, and it may not act.
        Suspend = "suspend",
        /// No traffic with it at all, for every site of the server: an administrator of the server takes it.
        Block = "block",
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
            Self::Kinds => remote && matches!(target.kind, T::Actor | T::Host),
            Self::Sensitive => matches!(target.kind, T::Object | T::Actor | T::Host),
            Self::Media => remote && matches!(target.kind, T::Actor | T::Host),
            Self::Suspend => matches!(target.kind, T::Actor | T::Account | T::Host),
            Self::Block => target.kind == T::Host,
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
    /// Address of the list that proposed it.
    pub list_url: Option<String>,
    /// The rule of the site that it rests on.
    pub rule_id: Option<Id>,
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
    /// The rule of the site that it rests on.
    pub rule: Option<Id>,
    /// The words to the person; may be empty.
    pub message: String,
    /// When it ends by itself.
    pub ends_at: Option<Ts>,
    /// The case it answers.
    pub case: Option<Id>,
    /// Kinds that stay, for [`MeasureKind::Kinds`].
    pub kinds: Vec<String>,
    /// Address of the list that proposed it.
    pub list: Option<String>,
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

/// All that was decided of a target, and of who answers for it: what holds, what is over, and their strikes, newest first.
pub fn all_about(conn: &mut Conn, site: Id, target: &Target) -> Result<Vec<Measure>, StoreError> {
    let mut taken = history(conn, site, target)?;
    taken.extend(strikes(conn, site, target.actor, target.account)?);
    taken.sort_by_key(|measure| std::cmp::Reverse(measure.id));
    taken.dedup_by_key(|measure| measure.id);
    Ok(taken)
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

/// Measures of a site on servers that hold, by name.
pub fn on_hosts(conn: &mut Conn, site: Id) -> Result<Vec<Measure>, StoreError> {
    Ok(measures::table
        .filter(measures::site_id.eq(site))
        .filter(measures::host.is_not_null())
        .filter(measures::ended_at.is_null())
        .order((measures::host, measures::id))
        .select(Measure::as_select())
        .load(conn)?)
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
