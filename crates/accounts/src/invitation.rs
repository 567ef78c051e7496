//! Invitations to organise an agenda, by mail.

use crate::letter::{INVITATION_PATH, Letter, Letters, link};
use crate::outgoing::{post, post_to};
use crate::roles::{ActorRole, SiteRole};
use crate::secrets::{Secrets, token_hash};
use crate::sign_up::{NewAccount, insert};
use crate::{Account, AccountError, AccountState, roles};
use chrono::Duration;
use diesel::prelude::*;
use mail::EmailAddress;
use sites::{Registration, Site};
use store::schema::{actor_invitations, actors};
use store::{Conn, Id, Ts, fresh_id};

/// Life of an invitation, days.
pub const INVITATION_DAYS: i64 = 14;

/// An invitation that can still be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Invitation {
    /// Its key.
    pub id: Id,
    /// The agenda.
    pub actor_id: Id,
    /// The agenda's name.
    pub agenda: String,
    /// The invited address, folded.
    pub email_folded: String,
    /// Who invites.
    pub invited_by: Id,
    /// When it was sent.
    pub created_at: Ts,
    /// When it ends.
    pub expires_at: Ts,
}

/// Who invites whom to what.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// Who invites; must own the agenda.
    pub by: &'a Account,
    /// The agenda.
    pub actor: Id,
    /// Whom.
    pub email: &'a EmailAddress,
}

macro_rules! open_invitations {
    ($now:expr) => {
        actor_invitations::table
            .inner_join(actors::table)
            .filter(actor_invitations::accepted_at.is_null())
            .filter(actor_invitations::expires_at.gt($now))
            .filter(actors::deleted_at.is_null())
            .select((
                actor_invitations::id,
                actor_invitations::actor_id,
                actors::name,
                actor_invitations::email_folded,
                actor_invitations::invited_by,
                actor_invitations::created_at,
                actor_invitations::expires_at,
            ))
    };
}

/// Invites an address to organise an agenda of this site, in the name of one of its owners. An
/// earlier invitation of the same address to the same agenda dies.
pub fn invite(
    conn: &mut Conn,
    site: &Site,
    Ask { by, actor, email }: Ask<'_>,
    letters: &dyn Letters,
    secrets: &Secrets,
    now: Ts,
) -> Result<(), AccountError> {
    roles::require_owner(conn, by.id, actor)?;
    let agenda: Option<String> = actors::table
        .find(actor)
        .filter(actors::site_id.eq(site.id))
        .filter(actors::deleted_at.is_null())
        .select(actors::name)
        .first(conn)
        .optional()?;
    let agenda = agenda.ok_or(AccountError::NotFound)?;
    let earlier = actor_invitations::table
        .filter(actor_invitations::actor_id.eq(actor))
        .filter(actor_invitations::email_folded.eq(email.folded()))
        .filter(actor_invitations::accepted_at.is_null());
    diesel::delete(earlier).execute(conn)?;
    let token = secrets.token();
    diesel::insert_into(actor_invitations::table)
        .values((
            actor_invitations::id.eq(fresh_id(now.0)),
            actor_invitations::actor_id.eq(actor),
            actor_invitations::email_folded.eq(email.folded()),
            actor_invitations::token_hash.eq(token_hash(&token)),
            actor_invitations::invited_by.eq(by.id),
            actor_invitations::created_at.eq(now),
            actor_invitations::expires_at.eq(Ts::new(now.0 + Duration::days(INVITATION_DAYS))),
        ))
        .execute(conn)?;
    let known = Account::by_email(conn, email)?;
    let language = known.map_or_else(|| by.language.clone(), |account| account.language);
    let letter = Letter::Invitation {
        inviter: by.name.clone(),
        agenda,
        link: link(site, INVITATION_PATH, &token),
        days: INVITATION_DAYS,
    };
    post(conn, letters, site, email, &language, &letter, now)
}

/// Invitations to an agenda that nobody accepted yet.
pub fn list(conn: &mut Conn, actor: Id, now: Ts) -> Result<Vec<Invitation>, AccountError> {
    let open = open_invitations!(now).filter(actor_invitations::actor_id.eq(actor));
    Ok(open.order(actor_invitations::created_at).load(conn)?)
}

/// Takes an invitation back, in the name of an owner of its agenda.
pub fn withdraw(conn: &mut Conn, by: Id, actor: Id, invitation: Id) -> Result<(), AccountError> {
    roles::require_owner(conn, by, actor)?;
    let open = actor_invitations::table
        .find(invitation)
        .filter(actor_invitations::actor_id.eq(actor))
        .filter(actor_invitations::accepted_at.is_null());
    match diesel::delete(open).execute(conn)? {
        0 => Err(AccountError::NotFound),
        _ => Ok(()),
    }
}

/// The invitation of a link, for the page that shows it. Dead also when its sender no longer owns
/// the agenda or is suspended, on the server or on this site (AUTH-08).
pub fn of_link(
    conn: &mut Conn,
    site: Id,
    token: &str,
    now: Ts,
) -> Result<Invitation, AccountError> {
    let found: Option<Invitation> = open_invitations!(now)
        .filter(actors::site_id.eq(site))
        .filter(actor_invitations::token_hash.eq(token_hash(token)))
        .first(conn)
        .optional()?;
    let found = found.ok_or(AccountError::DeadLink)?;
    let locked_out = roles::site_role(conn, site, found.invited_by)? == Some(SiteRole::Suspended);
    match roles::actor_role(conn, found.invited_by, found.actor_id)? {
        Some(ActorRole::Owner) if !locked_out => Ok(found),
        _ => Err(AccountError::DeadLink),
    }
}

/// Somebody signed in accepts. Under another address than the invited one only with
/// `other_address`, which a page asks for in words; the inviter is told which address came.
pub fn accept(
    conn: &mut Conn,
    site: &Site,
    by: &Account,
    token: &str,
    other_address: bool,
    letters: &dyn Letters,
    now: Ts,
) -> Result<Id, AccountError> {
    let invitation = of_link(conn, site.id, token, now)?;
    if by.email_folded != invitation.email_folded && !other_address {
        return Err(AccountError::OtherAddress);
    }
    if by.state != AccountState::Active {
        return Err(AccountError::Forbidden);
    }
    take_up(conn, site, by, &invitation, letters, now)
}

/// Somebody without an account accepts and gets one with the invited address, which the link proves.
/// Works on closed sites too; the new account may organise this agenda, and is a member where the
/// site is open.
pub fn accept_with_new_account(
    conn: &mut Conn,
    site: &Site,
    token: &str,
    (name, language): (&str, &str),
    hash: &str,
    letters: &dyn Letters,
    now: Ts,
) -> Result<(Account, Id), AccountError> {
    let invitation = of_link(conn, site.id, token, now)?;
    let new = NewAccount::check(&invitation.email_folded, name, language, "")?;
    let id = match Account::by_email(conn, &new.email)? {
        // The link proves an address that nobody had proven: its holder starts afresh.
        Some(known) if known.state == AccountState::Unconfirmed => {
            Account::change(conn, known.id, Some(name), Some(language))?;
            crate::recovery::set_password(conn, known.id, hash, None)?;
            crate::account::set_state(conn, known.id, AccountState::Active)?;
            known.id
        }
        Some(_) => return Err(AccountError::SignInFirst),
        None => insert(conn, &new, hash, AccountState::Active, false, now)?,
    };
    diesel::update(store::schema::accounts::table.find(id))
        .set(store::schema::accounts::confirmed_at.eq(now))
        .execute(conn)?;
    if site.registration == Registration::Open {
        roles::set_site_role(conn, site.id, id, SiteRole::Member, now)?;
    }
    let account = Account::find(conn, id)?.ok_or(AccountError::NotFound)?;
    let actor = take_up(conn, site, &account, &invitation, letters, now)?;
    Ok((account, actor))
}

fn take_up(
    conn: &mut Conn,
    site: &Site,
    account: &Account,
    invitation: &Invitation,
    letters: &dyn Letters,
    now: Ts,
) -> Result<Id, AccountError> {
    let open = actor_invitations::table
        .find(invitation.id)
        .filter(actor_invitations::accepted_at.is_null());
    if diesel::update(open)
        .set(actor_invitations::accepted_at.eq(now))
        .execute(conn)?
        != 1
    {
        return Err(AccountError::DeadLink);
    }
    if roles::actor_role(conn, account.id, invitation.actor_id)?.is_none() {
        roles::set_actor_role(
            conn,
            invitation.actor_id,
            account.id,
            ActorRole::Organiser,
            now,
        )?;
    }
    if let Some(inviter) = Account::find(conn, invitation.invited_by)? {
        let letter = Letter::InvitationAccepted {
            name: account.name.clone(),
            email: account.email.clone(),
            agenda: invitation.agenda.clone(),
        };
        post_to(conn, letters, site, &inviter, &letter, now)?;
    }
    Ok(invitation.actor_id)
}
