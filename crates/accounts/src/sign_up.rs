//! Signing up, confirming the address, and the moderators' decision.

mod deciding;

pub use deciding::{approve, refuse, reinstate, suspend, waiting};

use crate::account::{check_language, check_name, set_state, store_hash};
use crate::email_rules::{self, EmailRule};
use crate::letter::{CONFIRM_PATH, Letter, Letters, RESET_PATH, SIGN_IN_PATH, SIGN_UPS_PATH, link};
use crate::outgoing::{post, post_to};
use crate::token::{self, TokenPurpose};
use crate::{Account, AccountError, AccountState, Secrets, SiteRole, roles};
use chrono::Duration;
use diesel::prelude::*;
use mail::EmailAddress;
use sites::{Registration, Site};
use store::events::Event;
use store::schema::accounts;
use store::{Conn, Id, Ts, fresh_id};

/// Sign-ups that may wait for a moderator of one site (RATE-01).
pub const MOST_WAITING: usize = 20;
/// Longest motive, characters.
pub const LONGEST_MOTIVE: usize = 2_000;
/// Accounts whose address is not confirmed after so many days are deleted.
const UNCONFIRMED_DAYS: i64 = 7;

/// What somebody wrote in the sign-up form, checked.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Where to reach them.
    pub email: EmailAddress,
    /// Their name.
    pub name: String,
    /// Language of pages and letters.
    pub language: String,
    /// Why, for the moderators; may be empty.
    pub motive: String,
}

impl NewAccount {
    /// Checks the form's texts; the password is [`crate::password::check_password`]'s business.
    pub fn check(
        email: &str,
        name: &str,
        language: &str,
        motive: &str,
    ) -> Result<Self, AccountError> {
        let email = EmailAddress::parse(email).map_err(|_| AccountError::Email)?;
        let motive = motive.trim();
        if motive.chars().count() > LONGEST_MOTIVE {
            return Err(AccountError::TooLong);
        }
        Ok(Self {
            email,
            name: check_name(name)?.to_owned(),
            language: check_language(language)?.to_owned(),
            motive: motive.to_owned(),
        })
    }
}

/// What to tell somebody who signed up. The same for known and unknown addresses (AUTH-05).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUpOutcome {
    /// A link was sent.
    ConfirmationSent,
    /// No mail here: a moderator decides.
    WaitingForModerator,
    /// No mail here and the site is open: sign in at once.
    Usable,
}

/// Writes a sign-up. `hash` is the new password's, `mail` tells whether this server sends mail.
///
/// Without mail nothing proves the address: on an open site the account is usable at once, on one
/// with approval the moderators decide. Who has an account is told only in the first of these.
pub fn register(
    conn: &mut Conn,
    site: &Site,
    new: &NewAccount,
    hash: &str,
    (mail, letters): (bool, &dyn Letters),
    secrets: &Secrets,
    now: Ts,
) -> Result<SignUpOutcome, AccountError> {
    let role = match (
        site.registration,
        email_rules::rule_of(conn, site.id, &new.email)?,
    ) {
        (Registration::Closed, _) => return Err(AccountError::Closed),
        (_, Some(EmailRule::Refuse)) => return Err(AccountError::EmailDomain),
        (Registration::Approval, _) | (_, Some(EmailRule::Approve)) => SiteRole::Applicant,
        (Registration::Open, None) => SiteRole::Member,
    };
    if role == SiteRole::Applicant && waiting(conn, site.id)?.len() >= MOST_WAITING {
        return Err(AccountError::QueueFull);
    }
    let (state, outcome) = match (mail, role) {
        (true, _) => (AccountState::Unconfirmed, SignUpOutcome::ConfirmationSent),
        (false, SiteRole::Applicant) => (AccountState::Waiting, SignUpOutcome::WaitingForModerator),
        (false, _) => (AccountState::Active, SignUpOutcome::Usable),
    };
    let account = match Account::by_email(conn, &new.email)? {
        // Never proven to be anybody's: who signs up now starts afresh, and older links die.
        Some(known) if known.state == AccountState::Unconfirmed && mail => {
            diesel::update(accounts::table.find(known.id))
                .set((
                    accounts::email.eq(new.email.as_str()),
                    accounts::name.eq(&new.name),
                    accounts::language.eq(&new.language),
                    accounts::motive.eq(&new.motive),
                ))
                .execute(conn)?;
            store_hash(conn, known.id, hash)?;
            known.id
        }
        Some(known) if mail => {
            let (name, sign_in, reset) = (
                known.name.clone(),
                site.url(SIGN_IN_PATH),
                site.url(RESET_PATH),
            );
            let letter = Letter::AlreadyRegistered {
                name,
                sign_in,
                reset,
            };
            post_to(conn, letters, site, &known, &letter, now)?;
            return Ok(outcome);
        }
        Some(_) if outcome == SignUpOutcome::Usable => return Err(AccountError::EmailTaken),
        Some(_) => return Ok(outcome),
        None => insert(conn, new, hash, state, false, now)?,
    };
    roles::set_site_role(conn, site.id, account, role, now)?;
    if mail {
        let token = token::issue(
            conn,
            (account, site.id),
            TokenPurpose::Confirm,
            None,
            secrets,
            now,
        )?;
        let hours = TokenPurpose::Confirm.life().num_hours();
        let letter = Letter::Confirm {
            name: new.name.clone(),
            link: link(site, CONFIRM_PATH, &token),
            hours,
        };
        post(conn, letters, site, &new.email, &new.language, &letter, now)?;
    } else if role == SiteRole::Applicant {
        tell_programs(conn, site, account, now)?;
    }
    Ok(outcome)
}

/// Writes an account that needs no proof: the first one of a server, or one made at the command
/// line. It administers `site`, and the whole server if `server_admin`.
pub fn found(
    conn: &mut Conn,
    site: Id,
    new: &NewAccount,
    hash: &str,
    server_admin: bool,
    now: Ts,
) -> Result<Account, AccountError> {
    if Account::by_email(conn, &new.email)?.is_some() {
        return Err(AccountError::EmailTaken);
    }
    let id = insert(conn, new, hash, AccountState::Active, server_admin, now)?;
    roles::set_site_role(conn, site, id, SiteRole::Admin, now)?;
    Account::find(conn, id)?.ok_or(AccountError::NotFound)
}

/// True when the server has any account.
pub fn any(conn: &mut Conn) -> Result<bool, AccountError> {
    Ok(accounts::table
        .select(accounts::id)
        .first::<Id>(conn)
        .optional()?
        .is_some())
}

pub(crate) fn insert(
    conn: &mut Conn,
    new: &NewAccount,
    hash: &str,
    state: AccountState,
    server_admin: bool,
    now: Ts,
) -> Result<Id, AccountError> {
    let id = fresh_id(now.0);
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(id),
            accounts::email.eq(new.email.as_str()),
            accounts::email_folded.eq(new.email.folded()),
            accounts::name.eq(&new.name),
            accounts::password_hash.eq(hash),
            accounts::language.eq(&new.language),
            accounts::state.eq(state.as_str()),
            accounts::motive.eq(&new.motive),
            accounts::is_server_admin.eq(server_admin),
            accounts::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(id)
}

/// Uses a confirmation link up. The account is then active, or waits for the site's moderators, who
/// are told. The caller has compared the password: a link alone would also confirm what somebody
/// else signed up with this address meanwhile.
pub fn confirm(
    conn: &mut Conn,
    site: &Site,
    token: &str,
    letters: &dyn Letters,
    now: Ts,
) -> Result<Account, AccountError> {
    let id = token::spend(conn, site.id, TokenPurpose::Confirm, token, now)?;
    prove_address(conn, site, id, letters, now)
}

/// The address is proven: what an unconfirmed account becomes.
pub(crate) fn prove_address(
    conn: &mut Conn,
    site: &Site,
    id: Id,
    letters: &dyn Letters,
    now: Ts,
) -> Result<Account, AccountError> {
    let mut account = Account::find(conn, id)?.ok_or(AccountError::DeadLink)?;
    if account.state != AccountState::Unconfirmed {
        return Ok(account);
    }
    let applies = roles::site_role(conn, site.id, id)? == Some(SiteRole::Applicant);
    account.state = if applies {
        AccountState::Waiting
    } else {
        AccountState::Active
    };
    account.confirmed_at = Some(now);
    diesel::update(accounts::table.find(id))
        .set(accounts::confirmed_at.eq(now))
        .execute(conn)?;
    set_state(conn, id, account.state)?;
    if applies {
        tell_moderators(conn, site, &account, letters, now)?;
        tell_programs(conn, site, account.id, now)?;
    }
    Ok(account)
}

/// Tells the programs of the site that somebody waits, never who.
fn tell_programs(conn: &mut Conn, site: &Site, account: Id, now: Ts) -> Result<(), AccountError> {
    let about = serde_json::json!({"account": account.to_string()});
    Ok(store::events::tell(
        conn,
        site.id,
        Event::SignUpWaiting,
        &about,
        now,
    )?)
}

fn tell_moderators(
    conn: &mut Conn,
    site: &Site,
    account: &Account,
    letters: &dyn Letters,
    now: Ts,
) -> Result<(), AccountError> {
    let (name, motive) = (account.name.clone(), account.motive.clone());
    let letter = Letter::SignUpWaiting {
        name,
        motive,
        link: site.url(SIGN_UPS_PATH),
    };
    write_to_moderators(conn, site, &letter, letters, now)
}

/// A letter to each administrator and moderator of a site. Wake the mail worker after the commit.
pub fn write_to_moderators(
    conn: &mut Conn,
    site: &Site,
    letter: &Letter,
    letters: &dyn Letters,
    now: Ts,
) -> Result<(), AccountError> {
    for (moderator, _) in roles::people_of(conn, site.id, &[SiteRole::Admin, SiteRole::Moderator])?
    {
        if moderator.state == AccountState::Active {
            post_to(conn, letters, site, &moderator, letter, now)?;
        }
    }
    Ok(())
}

/// Asks to be let in on another site of the server with the account one has: at once where the site
/// is open, after a moderator's yes where it takes applications.
pub fn apply(
    conn: &mut Conn,
    site: &Site,
    account: Id,
    motive: &str,
    (mail, letters): (bool, &dyn Letters),
    now: Ts,
) -> Result<SiteRole, AccountError> {
    if let Some(held) = roles::site_role(conn, site.id, account)? {
        return if held == SiteRole::Suspended {
            Err(AccountError::Suspended)
        } else {
            Ok(held)
        };
    }
    if motive.chars().count() > LONGEST_MOTIVE {
        return Err(AccountError::TooLong);
    }
    let role = match site.registration {
        Registration::Open => SiteRole::Member,
        Registration::Approval => SiteRole::Applicant,
        Registration::Closed => return Err(AccountError::Closed),
    };
    if role == SiteRole::Applicant && waiting(conn, site.id)?.len() >= MOST_WAITING {
        return Err(AccountError::QueueFull);
    }
    let person = Account::find(conn, account)?.filter(|a| a.state == AccountState::Active);
    let mut person = person.ok_or(AccountError::Forbidden)?;
    person.motive = motive.trim().to_owned();
    diesel::update(accounts::table.find(account))
        .set(accounts::motive.eq(&person.motive))
        .execute(conn)?;
    roles::set_site_role(conn, site.id, account, role, now)?;
    if role == SiteRole::Applicant {
        tell_programs(conn, site, account, now)?;
        if mail {
            tell_moderators(conn, site, &person, letters, now)?;
        }
    }
    Ok(role)
}

/// Deletes accounts whose address was never confirmed. Says how many.
pub fn purge(conn: &mut Conn, now: Ts) -> Result<usize, AccountError> {
    let old = accounts::table
        .filter(accounts::state.eq(AccountState::Unconfirmed.as_str()))
        .filter(accounts::created_at.lt(Ts::new(now.0 - Duration::days(UNCONFIRMED_DAYS))));
    Ok(diesel::delete(old).execute(conn)?)
}
