//! What is read before it is shown: the rules of a site, its watched words, and whom it trusts.

mod decide;
mod words;

pub use decide::HeldBy;
pub use words::Watched;

use crate::ModerationError;
use crate::measure::MeasureKind;
use accounts::{Permission, SiteRole, roles};
use diesel::prelude::*;
use publication::{ObjectState, Submitted};
use store::schema::{actors, comments, hold_rules, measures, objects, trusted_accounts};
use store::{Conn, Id, Portable, StoreError, Ts};

/// The rules of a site; by default nothing is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = hold_rules)]
pub struct HoldRules {
    /// So many first publications of an account are held; from then on it is trusted by itself.
    pub first_publications: i32,
    /// What has a link in its text is held.
    pub links: bool,
    /// What has a picture or another attachment is held.
    pub pictures: bool,
    /// What was shown already is held again when it is changed, by the rules for what is new.
    pub edits: bool,
    /// Replies from servers of which nothing was shown before are held.
    pub strange_hosts: bool,
}

/// Largest number of first publications.
pub const MOST_FIRST: i32 = 50;

impl HoldRules {
    /// Those of a site.
    pub fn read(conn: &mut Conn, site: Id) -> Result<Self, StoreError> {
        let row = hold_rules::table
            .find(site)
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        Ok(row.unwrap_or_default())
    }

    /// Writes them, in the name of an administrator.
    pub fn write(&self, conn: &mut Conn, site: Id, by: Id, now: Ts) -> Result<(), ModerationError> {
        roles::require_permission(conn, site, by, Permission::Settings)?;
        if !(0..=MOST_FIRST).contains(&self.first_publications) {
            return Err(ModerationError::End);
        }
        let set = (
            hold_rules::first_publications.eq(self.first_publications),
            hold_rules::links.eq(self.links),
            hold_rules::pictures.eq(self.pictures),
            hold_rules::edits.eq(self.edits),
            hold_rules::strange_hosts.eq(self.strange_hosts),
            hold_rules::updated_at.eq(now),
        );
        let insert = diesel::insert_into(hold_rules::table)
            .values((hold_rules::site_id.eq(site), set))
            .on_conflict(hold_rules::site_id)
            .do_update()
            .set(set);
        Portable(insert).execute(conn)?;
        Ok(())
    }
}

/// True when a moderator trusts an account on a site.
fn is_trusted(conn: &mut Conn, site: Id, account: Id) -> Result<bool, StoreError> {
    let row = trusted_accounts::table.find((site, account));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}

/// Those whom a site trusts.
pub fn trusted(conn: &mut Conn, site: Id) -> Result<Vec<Id>, StoreError> {
    Ok(trusted_accounts::table
        .filter(trusted_accounts::site_id.eq(site))
        .select(trusted_accounts::account_id)
        .load(conn)?)
}

/// Trusts an account, or no longer.
pub fn set_trusted(
    conn: &mut Conn,
    site: Id,
    by: Id,
    account: Id,
    trusted: bool,
    now: Ts,
) -> Result<(), ModerationError> {
    roles::require_permission(conn, site, by, Permission::Accounts)?;
    if roles::site_role(conn, site, account)?.is_none() {
        return Err(ModerationError::Unknown);
    }
    if !trusted {
        diesel::delete(trusted_accounts::table.find((site, account))).execute(conn)?;
        return Ok(());
    }
    let row = (
        trusted_accounts::site_id.eq(site),
        trusted_accounts::account_id.eq(account),
        trusted_accounts::by_id.eq(by),
        trusted_accounts::created_at.eq(now),
    );
    let insert = diesel::insert_into(trusted_accounts::table).values(row);
    Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    Ok(())
}

/// Why something is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// A rule, a watched word or a measure: a moderator reads it.
    Ruled,
    /// Nothing but the program that is asked first: its yes is enough.
    Asked,
}

/// Whether what was submitted is held, and why.
pub(crate) fn holds(conn: &mut Conn, new: &Submitted<'_>) -> Result<Option<Hold>, StoreError> {
    if is_watched(conn, new)? {
        return Ok(Some(Hold::Ruled));
    }
    if let Some(account) = new.account {
        let role = match roles::site_role(conn, new.site, account) {
            Ok(role) => role,
            Err(accounts::AccountError::Store(error)) => return Err(error),
            Err(_) => None,
        };
        let moderates = matches!(role, Some(SiteRole::Admin | SiteRole::Moderator));
        if moderates || is_trusted(conn, new.site, account)? {
            return Ok(None);
        }
    }
    let rules = HoldRules::read(conn, new.site)?;
    if is_ruled(conn, new, rules)? {
        return Ok(Some(Hold::Ruled));
    }
    // Replies and what other servers publish are not asked about, nor changes where the rules let changes pass.
    let ours = new.host.is_none() && new.object.is_some();
    let covered = ours && (!new.edited || rules.edits);
    match covered && decide::asks_first(conn, new.site)? {
        true => Ok(Some(Hold::Asked)),
        false => Ok(None),
    }
}

/// True when a rule or a watched word holds it.
fn is_ruled(conn: &mut Conn, new: &Submitted<'_>, rules: HoldRules) -> Result<bool, StoreError> {
    if Watched::read(conn, new.site)?.is_in(&new.texts) {
        return Ok(true);
    }
    if new.host.is_some() {
        return match rules.strange_hosts {
            true => is_strange(conn, new),
            false => Ok(rules.links && new.links),
        };
    }
    if new.edited && !rules.edits {
        return Ok(false);
    }
    if (rules.links && new.links) || (rules.pictures && new.pictures) {
        return Ok(true);
    }
    let first = i64::from(rules.first_publications);
    Ok(!new.edited && first > 0 && shown_of(conn, new)? < first)
}

/// A moderator's measure: on the person, the actor or its server.
fn is_watched(conn: &mut Conn, new: &Submitted<'_>) -> Result<bool, StoreError> {
    let held = measures::table
        .filter(measures::site_id.eq(new.site))
        .filter(measures::kind.eq(MeasureKind::Hold.as_str()))
        .filter(measures::ended_at.is_null())
        .select((measures::account_id, measures::actor_id, measures::host))
        .load::<(Option<Id>, Option<Id>, Option<String>)>(conn)?;
    Ok(held.iter().any(|(account, actor, host)| {
        (account.is_some() && *account == new.account)
            || *actor == Some(new.actor)
            || matches!((host, new.host), (Some(top), Some(host)) if federation::is_under(host, top))
    }))
}

/// Publications of the account, or of the actor where nobody of ours wrote it, that were shown.
fn shown_of(conn: &mut Conn, new: &Submitted<'_>) -> Result<i64, StoreError> {
    let mut shown = objects::table
        .filter(objects::site_id.eq(new.site))
        .filter(objects::state.eq(ObjectState::Public.as_str()))
        .into_boxed::<store::MultiBackend>();
    if let Some(object) = new.object {
        shown = shown.filter(objects::id.ne(object));
    }
    shown = match new.account {
        Some(account) => shown.filter(objects::account_id.eq(account)),
        None => shown.filter(objects::actor_id.eq(new.actor)),
    };
    Ok(shown.count().get_result(conn)?)
}

/// True when no reply of the server was ever shown on the site.
fn is_strange(conn: &mut Conn, new: &Submitted<'_>) -> Result<bool, StoreError> {
    let Some(host) = new.host else {
        return Ok(false);
    };
    let shown = comments::table
        .inner_join(objects::table)
        .inner_join(actors::table.on(actors::id.eq(comments::actor_id)))
        .filter(objects::site_id.eq(new.site))
        .filter(comments::state.eq("public"))
        .filter(actors::host.eq(host));
    Ok(!diesel::select(diesel::dsl::exists(shown)).get_result(conn)?)
}
