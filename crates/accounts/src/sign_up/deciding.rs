//! Who asks for an account is let in or not, and who was let in can be kept out of the whole server.

use crate::account::set_state;
use crate::letter::{Letter, Letters, SIGN_IN_PATH};
use crate::outgoing::post_to;
use crate::{Account, AccountError, AccountState, Permission, SiteRole, roles, session, token};
use diesel::prelude::*;
use sites::Site;
use store::schema::{accounts, site_roles};
use store::{Conn, Id, Ts};

/// The sign-ups and applications that moderators of a site have to decide on, the oldest first.
/// Those who have not confirmed their address are not among them.
pub fn waiting(conn: &mut Conn, site: Id) -> Result<Vec<Account>, AccountError> {
    let people = roles::people_of(conn, site, &[SiteRole::Applicant])?;
    let ready = |a: &Account| matches!(a.state, AccountState::Waiting | AccountState::Active);
    Ok(people
        .into_iter()
        .map(|(account, _)| account)
        .filter(ready)
        .collect())
}

/// A moderator lets an applicant in.
pub fn approve(
    conn: &mut Conn,
    site: &Site,
    by: Id,
    account: Id,
    (mail, letters): (bool, &dyn Letters),
    now: Ts,
) -> Result<(), AccountError> {
    let account = applicant(conn, site, by, account)?;
    roles::set_site_role(conn, site.id, account.id, SiteRole::Member, now)?;
    diesel::update(accounts::table.find(account.id))
        .set(accounts::approved_at.eq(now))
        .execute(conn)?;
    if account.state == AccountState::Waiting {
        set_state(conn, account.id, AccountState::Active)?;
    }
    if mail {
        let letter = Letter::Approved {
            name: account.name.clone(),
            sign_in: site.url(SIGN_IN_PATH),
        };
        post_to(conn, letters, site, &account, &letter, now)?;
    }
    Ok(())
}

/// A moderator does not let an applicant in. An account that only waited here is deleted.
pub fn refuse(
    conn: &mut Conn,
    site: &Site,
    by: Id,
    account: Id,
    reason: &str,
    (mail, letters): (bool, &dyn Letters),
    now: Ts,
) -> Result<(), AccountError> {
    let account = applicant(conn, site, by, account)?;
    if mail {
        let letter = Letter::Refused {
            name: account.name.clone(),
            reason: reason.trim().to_owned(),
        };
        post_to(conn, letters, site, &account, &letter, now)?;
    }
    diesel::delete(site_roles::table.find((site.id, account.id))).execute(conn)?;
    if account.state == AccountState::Waiting {
        diesel::delete(accounts::table.find(account.id)).execute(conn)?;
    }
    Ok(())
}

fn applicant(conn: &mut Conn, site: &Site, by: Id, account: Id) -> Result<Account, AccountError> {
    roles::require_permission(conn, site.id, by, Permission::Accounts)?;
    if roles::site_role(conn, site.id, account)? != Some(SiteRole::Applicant) {
        return Err(AccountError::NotFound);
    }
    let found = Account::find(conn, account)?;
    let decidable = |a: &Account| matches!(a.state, AccountState::Waiting | AccountState::Active);
    found.filter(decidable).ok_or(AccountError::NotFound)
}

/// Locks an account on the whole server and ends all its sessions and tokens; in the name of a
/// server administrator. On one site: [`roles::grant_site`] with [`SiteRole::Suspended`].
pub fn suspend(conn: &mut Conn, by: Id, account: Id) -> Result<(), AccountError> {
    let target = over(conn, by, account)?;
    if target.is_server_admin {
        return Err(AccountError::Forbidden);
    }
    set_state(conn, account, AccountState::Suspended)?;
    session::end_all(conn, account, None)?;
    token::forget_all(conn, account)
}

/// Unlocks a suspended account.
pub fn reinstate(conn: &mut Conn, by: Id, account: Id) -> Result<(), AccountError> {
    match over(conn, by, account)?.state {
        AccountState::Suspended => set_state(conn, account, AccountState::Active),
        _ => Err(AccountError::NotFound),
    }
}

fn over(conn: &mut Conn, by: Id, account: Id) -> Result<Account, AccountError> {
    let admin = |a: &Account| a.is_server_admin && a.state == AccountState::Active;
    if !Account::find(conn, by)?.is_some_and(|a| admin(&a)) {
        return Err(AccountError::Forbidden);
    }
    Account::find(conn, account)?.ok_or(AccountError::NotFound)
}
