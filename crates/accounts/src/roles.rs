//! Who may do what: roles on sites, and (`on_actors`) on actors.

mod on_actors;

use crate::permission::{Permission, Permissions};
use crate::{Account, AccountError, AccountState, session};
use diesel::prelude::*;
use store::schema::{accounts, actor_roles, measures, site_roles, sites};
use store::{Conn, Id, Portable, Ts, text_enum};

pub use on_actors::{
    ActorRole, ActorRoleOf, actor_role, actors_of, can_edit_actor, grant_actor, hand_over,
    people_of_actor, revoke_actor, set_actor_role,
};
pub(crate) use on_actors::{keep_an_owner, require_owner};

text_enum! {
    /// What an account is on a site. It has one role or none there.
    pub enum SiteRole {
        /// Runs the site.
        Admin = "admin",
        /// Moderates it.
        Moderator = "moderator",
        /// Was let in: may open an agenda.
        Member = "member",
        /// Asked to be let in; a moderator decides.
        Applicant = "applicant",
        /// Locked out of this site, signed out for it.
        Suspended = "suspended",
    }
}

/// The role of an account on a site. An unknown word in the row is no role.
pub fn site_role(conn: &mut Conn, site: Id, account: Id) -> Result<Option<SiteRole>, AccountError> {
    let word: Option<String> = site_roles::table
        .find((site, account))
        .select(site_roles::role)
        .first(conn)
        .optional()?;
    Ok(word.and_then(|word| SiteRole::from_word(&word)))
}

/// The role of an account on a site, and what it may moderate there.
pub fn held_on(
    conn: &mut Conn,
    site: Id,
    account: &Account,
) -> Result<(Option<SiteRole>, Permissions), AccountError> {
    let row: Option<(String, Option<String>)> = site_roles::table
        .find((site, account.id))
        .select((site_roles::role, site_roles::permissions))
        .first(conn)
        .optional()?;
    let (role, words) = row.unwrap_or_default();
    let role = SiteRole::from_word(&role);
    let permissions = match role {
        Some(SiteRole::Suspended) => Permissions::NONE,
        _ if account.is_server_admin => Permissions::ALL,
        Some(SiteRole::Admin) => Permissions::ALL,
        Some(SiteRole::Moderator) => match words {
            Some(words) => Permissions::read(&words),
            None => Permissions::usual(),
        },
        _ => Permissions::NONE,
    };
    Ok((role, permissions))
}

/// Says what a moderator may do on a site, in the name of an administrator; their sessions there end (AUTH-04).
pub fn set_permissions(
    conn: &mut Conn,
    by: Id,
    site: Id,
    account: Id,
    permissions: Permissions,
) -> Result<(), AccountError> {
    require_admin(conn, site, by)?;
    if site_role(conn, site, account)? != Some(SiteRole::Moderator) {
        return Err(AccountError::NotFound);
    }
    diesel::update(site_roles::table.find((site, account)))
        .set(site_roles::permissions.eq(permissions.words()))
        .execute(conn)?;
    session::end_on_site(conn, site, account)
}

/// Accounts that hold one of `wanted` on a site, the oldest role first.
pub fn people_of(
    conn: &mut Conn,
    site: Id,
    wanted: &[SiteRole],
) -> Result<Vec<(Account, SiteRole)>, AccountError> {
    let rows = site_roles::table
        .inner_join(accounts::table)
        .filter(site_roles::site_id.eq(site))
        .order((site_roles::created_at, site_roles::account_id))
        .select((Account::as_select(), site_roles::role))
        .load::<(Account, String)>(conn)?;
    let known = rows
        .into_iter()
        .filter_map(|(account, word)| Some((account, SiteRole::from_word(&word)?)));
    Ok(known.filter(|(_, role)| wanted.contains(role)).collect())
}

/// Gives a role on a site, instead of the one held before. To become or stop being a moderator or
/// administrator ends the account's sessions on the site (AUTH-04).
///
/// Checks no right of the caller; see [`grant_site`].
pub fn set_site_role(
    conn: &mut Conn,
    site: Id,
    account: Id,
    role: SiteRole,
    now: Ts,
) -> Result<(), AccountError> {
    let before = site_role(conn, site, account)?;
    if before == Some(role) {
        return Ok(());
    }
    Portable(
        diesel::insert_into(site_roles::table)
            .values((
                site_roles::site_id.eq(site),
                site_roles::account_id.eq(account),
                site_roles::role.eq(role.as_str()),
                site_roles::created_at.eq(now),
            ))
            .on_conflict((site_roles::site_id, site_roles::account_id))
            .do_update()
            // A new role begins with its usual permissions.
            .set((
                site_roles::role.eq(role.as_str()),
                site_roles::permissions.eq(None::<String>),
            )),
    )
    .execute(conn)?;
    let weighty = |role: SiteRole| {
        matches!(
            role,
            SiteRole::Admin | SiteRole::Moderator | SiteRole::Suspended
        )
    };
    if weighty(role) || before.is_some_and(weighty) {
        session::end_on_site(conn, site, account)?;
    }
    Ok(())
}

/// Gives a role on a site in the name of `by`: an administrator gives any, a moderator lets
/// applicants in and locks members out.
pub fn grant_site(
    conn: &mut Conn,
    by: Id,
    site: Id,
    account: Id,
    role: SiteRole,
    now: Ts,
) -> Result<(), AccountError> {
    let target = Account::find(conn, account)?.ok_or(AccountError::NotFound)?;
    let before = site_role(conn, site, account)?;
    let high = |role: Option<SiteRole>| matches!(role, Some(SiteRole::Admin | SiteRole::Moderator));
    if high(Some(role)) || high(before) || target.is_server_admin {
        require_admin(conn, site, by)?;
    } else {
        require_permission(conn, site, by, Permission::Accounts)?;
    }
    if before == Some(SiteRole::Admin) && role != SiteRole::Admin {
        keep_an_admin(conn, site, account)?;
    }
    set_site_role(conn, site, account, role, now)
}

/// Takes the role on a site away, in the name of an administrator.
pub fn revoke_site(conn: &mut Conn, by: Id, site: Id, account: Id) -> Result<(), AccountError> {
    require_admin(conn, site, by)?;
    if site_role(conn, site, account)? == Some(SiteRole::Admin) {
        keep_an_admin(conn, site, account)?;
    }
    match diesel::delete(site_roles::table.find((site, account))).execute(conn)? {
        0 => Err(AccountError::NotFound),
        _ => session::end_on_site(conn, site, account),
    }
}

/// Lets nobody else past this line for the same site until the transaction ends; what is read
/// afterwards stays so. (On SQLite a write transaction is alone anyway.)
pub(crate) fn hold_site(conn: &mut Conn, site: Id) -> Result<(), AccountError> {
    diesel::update(sites::table.find(site))
        .set(sites::updated_at.eq(sites::updated_at))
        .execute(conn)?;
    Ok(())
}

fn keep_an_admin(conn: &mut Conn, site: Id, leaving: Id) -> Result<(), AccountError> {
    hold_site(conn, site)?;
    let admins = people_of(conn, site, &[SiteRole::Admin])?;
    let stays = |a: &Account| a.id != leaving && a.state == AccountState::Active;
    if admins.iter().any(|(account, _)| stays(account)) {
        Ok(())
    } else {
        Err(AccountError::LastAdmin)
    }
}

/// Refuses whoever is no moderator or administrator of the site.
pub fn require_moderator(conn: &mut Conn, site: Id, account: Id) -> Result<(), AccountError> {
    require(conn, site, account, &[SiteRole::Admin, SiteRole::Moderator])
}

/// Refuses whoever may not do a part of moderating the site.
pub fn require_permission(
    conn: &mut Conn,
    site: Id,
    account: Id,
    permission: Permission,
) -> Result<(), AccountError> {
    let Some(account) = Account::find(conn, account)? else {
        return Err(AccountError::Forbidden);
    };
    let (_, held) = held_on(conn, site, &account)?;
    match account.state == AccountState::Active && held.has(permission) {
        true => Ok(()),
        false => Err(AccountError::Forbidden),
    }
}

/// Refuses whoever is no administrator of the site.
pub fn require_admin(conn: &mut Conn, site: Id, account: Id) -> Result<(), AccountError> {
    require(conn, site, account, &[SiteRole::Admin])
}

/// Refuses whoever does not administer the whole server.
pub fn require_server_admin(conn: &mut Conn, account: Id) -> Result<(), AccountError> {
    match Account::find(conn, account)? {
        Some(account) if account.is_server_admin && account.state == AccountState::Active => Ok(()),
        _ => Err(AccountError::Forbidden),
    }
}

fn require(conn: &mut Conn, site: Id, account: Id, roles: &[SiteRole]) -> Result<(), AccountError> {
    let Some(account) = Account::find(conn, account)? else {
        return Err(AccountError::Forbidden);
    };
    let held = site_role(conn, site, account.id)?;
    let allowed = account.is_server_admin || held.is_some_and(|held| roles.contains(&held));
    let active = account.state == AccountState::Active && held != Some(SiteRole::Suspended);
    if allowed && active {
        Ok(())
    } else {
        Err(AccountError::Forbidden)
    }
}

/// True when a moderator froze an account on a site, and those of the actors it acts for that are frozen.
pub(crate) fn frozen(
    conn: &mut Conn,
    site: Id,
    account: Id,
) -> Result<(bool, Vec<Id>), AccountError> {
    let acts_for = actor_roles::table
        .filter(actor_roles::account_id.eq(account))
        .select(actor_roles::actor_id.nullable());
    let held: Vec<(Option<Id>, Option<Id>)> = measures::table
        .filter(measures::site_id.eq(site))
        .filter(measures::kind.eq("freeze"))
        .filter(measures::ended_at.is_null())
        .filter(
            measures::account_id
                .eq(account)
                .or(measures::actor_id.eq_any(acts_for)),
        )
        .select((measures::account_id, measures::actor_id))
        .load(conn)?;
    let own = held.iter().any(|(whose, _)| *whose == Some(account));
    let actors = held.into_iter().filter_map(|(_, actor)| actor);
    Ok((own, actors.collect()))
}
