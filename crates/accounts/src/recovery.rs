//! What changes the hold on an account: reset, new password, new address, closing.

use crate::account::store_hash;
use crate::letter::{EMAIL_PATH, Letter, Letters, RESET_PATH, link};
use crate::outgoing::{post, post_to};
use crate::sign_up::prove_address;
use crate::token::{self, TokenPurpose};
use crate::{Account, AccountError, AccountState, Secrets, roles, session};
use diesel::prelude::*;
use mail::EmailAddress;
use sites::Site;
use store::schema::{accounts, actor_invitations, actor_roles, actors, site_roles};
use store::{Conn, Id, Ts, is_duplicate};

/// Puts a reset letter into the queue if the address has an account that may use it. Says nothing
/// of whether it has (AUTH-05).
pub fn request_reset(
    conn: &mut Conn,
    site: &Site,
    email: &EmailAddress,
    letters: &dyn Letters,
    secrets: &Secrets,
    now: Ts,
) -> Result<(), AccountError> {
    let Some(account) = Account::by_email(conn, email)? else {
        return Ok(());
    };
    if matches!(
        account.state,
        AccountState::Suspended | AccountState::Closed
    ) {
        return Ok(());
    }
    // The link would confirm the address past the site whose moderators have to decide.
    if account.state == AccountState::Unconfirmed
        && roles::site_role(conn, site.id, account.id)?.is_none()
    {
        return Ok(());
    }
    let token = token::issue(
        conn,
        (account.id, site.id),
        TokenPurpose::Reset,
        None,
        secrets,
        now,
    )?;
    let hours = TokenPurpose::Reset.life().num_hours();
    let letter = Letter::Reset {
        name: account.name.clone(),
        link: link(site, RESET_PATH, &token),
        hours,
    };
    post_to(conn, letters, site, &account, &letter, now)
}

/// Sets the password of a link's account, ends all its sessions and API tokens, kills all its links.
/// The link also proves the address of an unconfirmed account.
pub fn reset(
    conn: &mut Conn,
    site: &Site,
    token: &str,
    hash: &str,
    letters: &dyn Letters,
    now: Ts,
) -> Result<Account, AccountError> {
    let id = token::spend(conn, site.id, TokenPurpose::Reset, token, now)?;
    let account = prove_address(conn, site, id, letters, now)?;
    set_password(conn, id, hash, None)?;
    tell_password_changed(conn, site, &account, letters, now)?;
    Ok(account)
}

/// Tells an account of its new password, in case it was somebody else.
pub(crate) fn tell_password_changed(
    conn: &mut Conn,
    site: &Site,
    account: &Account,
    letters: &dyn Letters,
    now: Ts,
) -> Result<(), AccountError> {
    let letter = Letter::PasswordChanged {
        name: account.name.clone(),
        reset: site.url(RESET_PATH),
    };
    post_to(conn, letters, site, account, &letter, now)
}

/// Stores a password's hash, ends all sessions but `keep`, and kills all links. For the command
/// line, and under the other functions here.
pub fn set_password(
    conn: &mut Conn,
    account: Id,
    hash: &str,
    keep: Option<Id>,
) -> Result<(), AccountError> {
    store_hash(conn, account, hash)?;
    session::end_all(conn, account, keep)?;
    token::forget_all(conn, account)
}

/// Sends a link to the new address. The account keeps the old one until the link is used.
pub fn request_email(
    conn: &mut Conn,
    site: &Site,
    account: &Account,
    new: &EmailAddress,
    letters: &dyn Letters,
    secrets: &Secrets,
    now: Ts,
) -> Result<(), AccountError> {
    crate::email_rules::require_taken(conn, site.id, new)?;
    let place = (account.id, site.id);
    let token = token::issue(
        conn,
        place,
        TokenPurpose::Email,
        Some(new.as_str()),
        secrets,
        now,
    )?;
    let (name, link) = (account.name.clone(), link(site, EMAIL_PATH, &token));
    let hours = TokenPurpose::Email.life().num_hours();
    post(
        conn,
        letters,
        site,
        new,
        &account.language,
        &Letter::ConfirmEmail { name, link, hours },
        now,
    )
}

/// Uses the link up: the account has the new address, all its sessions but `keep` end, and the old
/// address is told. `by` is the account signed in, which must be the link's.
pub fn confirm_email(
    conn: &mut Conn,
    site: &Site,
    by: Id,
    token: &str,
    keep: Option<Id>,
    letters: &dyn Letters,
    now: Ts,
) -> Result<(), AccountError> {
    if token::peek(conn, site.id, TokenPurpose::Email, token, now)? != by {
        return Err(AccountError::DeadLink);
    }
    token::spend(conn, site.id, TokenPurpose::Email, token, now)?;
    let new = token::carried(token).and_then(|text| EmailAddress::parse(&text).ok());
    let new = new.ok_or(AccountError::DeadLink)?;
    let account = Account::find(conn, by)?.ok_or(AccountError::DeadLink)?;
    let changed = diesel::update(accounts::table.find(by))
        .set((
            accounts::email.eq(new.as_str()),
            accounts::email_folded.eq(new.folded()),
            accounts::confirmed_at.eq(now),
        ))
        .execute(conn);
    match changed {
        // The holder of the mailbox asks, so this tells nobody else that it has an account.
        Err(error) if is_duplicate(&error) => return Err(AccountError::EmailTaken),
        other => other?,
    };
    session::end_all(conn, by, keep)?;
    token::forget_all(conn, by)?;
    let letter = Letter::EmailChanged {
        name: account.name.clone(),
        new: new.as_str().to_owned(),
    };
    post_to(conn, letters, site, &account, &letter, now)
}

/// Closes an account: name, address, password, roles, sessions and links are gone; the row stays for
/// what it published. Refused to the last owner of an agenda and to the last administrator.
///
/// The account's own part of an erasure: what else names the person is the room `leaving`'s.
pub fn close(conn: &mut Conn, account: Id) -> Result<(), AccountError> {
    let person = Account::find(conn, account)?.ok_or(AccountError::NotFound)?;
    let held: Vec<Id> = actor_roles::table
        .inner_join(actors::table)
        .filter(actor_roles::account_id.eq(account))
        .filter(actors::deleted_at.is_null())
        .select(actor_roles::actor_id)
        .load(conn)?;
    for actor in held {
        roles::keep_an_owner(conn, actor, account)?;
    }
    if person.is_server_admin {
        let others: i64 = accounts::table
            .filter(accounts::is_server_admin.eq(true))
            .filter(accounts::state.eq(AccountState::Active.as_str()))
            .filter(accounts::id.ne(account))
            .count()
            .get_result(conn)?;
        if others == 0 {
            return Err(AccountError::LastAdmin);
        }
    }
    session::end_all(conn, account, None)?;
    token::forget_all(conn, account)?;
    diesel::delete(actor_roles::table.filter(actor_roles::account_id.eq(account))).execute(conn)?;
    diesel::delete(site_roles::table.filter(site_roles::account_id.eq(account))).execute(conn)?;
    let open = actor_invitations::table.filter(actor_invitations::accepted_at.is_null());
    diesel::delete(open.filter(actor_invitations::invited_by.eq(account))).execute(conn)?;
    diesel::update(accounts::table.find(account))
        .set((
            accounts::email.eq(""),
            // Unique, and no address: the former one is free again.
            accounts::email_folded.eq(format!("closed {account}")),
            accounts::name.eq(""),
            accounts::password_hash.eq(""),
            accounts::motive.eq(""),
            accounts::is_server_admin.eq(false),
            accounts::state.eq(AccountState::Closed.as_str()),
        ))
        .execute(conn)?;
    Ok(())
}
