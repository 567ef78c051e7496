//! Roles on actors: who edits an agenda, invites to it, hands it over.

use crate::{Account, AccountError, AccountState};
use diesel::prelude::*;
use store::schema::{accounts, actor_roles, actors};
use store::{Conn, Id, Portable, Ts, text_enum};

text_enum! {
    /// What an account is for an actor (an agenda).
    pub enum ActorRole {
        /// Edits, invites, hands over.
        Owner = "owner",
        /// Edits.
        Organiser = "organiser",
    }
}

/// An actor and the role held on it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct ActorRoleOf {
    /// The actor.
    pub actor_id: Id,
    /// The part of its handle before the host.
    pub username: String,
    /// Its name.
    pub name: String,
    /// The role.
    #[diesel(deserialize_as = String)]
    pub role: ActorRole,
}

/// The actors of a site that an account may act for, by name.
pub fn actors_of(conn: &mut Conn, site: Id, account: Id) -> Result<Vec<ActorRoleOf>, AccountError> {
    Ok(actor_roles::table
        .inner_join(actors::table)
        .filter(actor_roles::account_id.eq(account))
        .filter(actors::site_id.eq(site))
        .filter(actors::deleted_at.is_null())
        .order((actors::name, actors::id))
        .select((
            actors::id,
            actors::username,
            actors::name,
            actor_roles::role,
        ))
        .load(conn)?)
}

/// The people of an actor, owners first.
pub fn people_of_actor(
    conn: &mut Conn,
    actor: Id,
) -> Result<Vec<(Account, ActorRole)>, AccountError> {
    let rows = actor_roles::table
        .inner_join(accounts::table)
        .filter(actor_roles::actor_id.eq(actor))
        .order((
            actor_roles::role.desc(),
            actor_roles::created_at,
            actor_roles::account_id,
        ))
        .select((Account::as_select(), actor_roles::role))
        .load::<(Account, String)>(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(a, word)| Some((a, ActorRole::from_word(&word)?)))
        .collect())
}

/// The role of an account on an actor that is ours and not deleted.
pub fn actor_role(
    conn: &mut Conn,
    account: Id,
    actor: Id,
) -> Result<Option<ActorRole>, AccountError> {
    let word: Option<String> = actor_roles::table
        .inner_join(actors::table)
        .inner_join(accounts::table)
        .filter(actor_roles::actor_id.eq(actor))
        .filter(actor_roles::account_id.eq(account))
        .filter(accounts::state.eq(AccountState::Active.as_str()))
        .filter(actors::site_id.is_not_null())
        .filter(actors::deleted_at.is_null())
        .select(actor_roles::role)
        .first(conn)
        .optional()?;
    Ok(word.and_then(|word| ActorRole::from_word(&word)))
}

/// True when an active account may act for an actor: owner or organiser. Moderators may not; they
/// remove what breaks a rule, they do not write in another's name.
pub fn can_edit_actor(conn: &mut Conn, account: Id, actor: Id) -> Result<bool, AccountError> {
    Ok(actor_role(conn, account, actor)?.is_some())
}

/// Gives a role on an actor, instead of the one held before; the first owner when it is made.
///
/// Checks no right of the caller; see [`grant_actor`].
pub fn set_actor_role(
    conn: &mut Conn,
    actor: Id,
    account: Id,
    role: ActorRole,
    now: Ts,
) -> Result<(), AccountError> {
    Portable(
        diesel::insert_into(actor_roles::table)
            .values((
                actor_roles::actor_id.eq(actor),
                actor_roles::account_id.eq(account),
                actor_roles::role.eq(role.as_str()),
                actor_roles::created_at.eq(now),
            ))
            .on_conflict((actor_roles::actor_id, actor_roles::account_id))
            .do_update()
            .set(actor_roles::role.eq(role.as_str())),
    )
    .execute(conn)?;
    Ok(())
}

/// Changes the role of somebody who has one already, in the name of an owner. Others are invited.
pub fn grant_actor(
    conn: &mut Conn,
    by: Id,
    actor: Id,
    account: Id,
    role: ActorRole,
    now: Ts,
) -> Result<(), AccountError> {
    require_owner(conn, by, actor)?;
    let before = actor_role(conn, account, actor)?.ok_or(AccountError::NotFound)?;
    if before == ActorRole::Owner && role != ActorRole::Owner {
        keep_an_owner(conn, actor, account)?;
    }
    set_actor_role(conn, actor, account, role, now)
}

/// Takes somebody's role on an actor away: owners that of anybody, everybody their own.
pub fn revoke_actor(conn: &mut Conn, by: Id, actor: Id, account: Id) -> Result<(), AccountError> {
    if by != account {
        require_owner(conn, by, actor)?;
    }
    keep_an_owner(conn, actor, account)?;
    match diesel::delete(actor_roles::table.find((actor, account))).execute(conn)? {
        0 => Err(AccountError::NotFound),
        _ => Ok(()),
    }
}

/// Hands an actor over: `to`, who has a role already, becomes owner, and `by` stays as organiser.
pub fn hand_over(conn: &mut Conn, by: Id, actor: Id, to: Id, now: Ts) -> Result<(), AccountError> {
    if by == to {
        return Err(AccountError::NotFound);
    }
    grant_actor(conn, by, actor, to, ActorRole::Owner, now)?;
    grant_actor(conn, by, actor, by, ActorRole::Organiser, now)
}

pub(crate) fn require_owner(conn: &mut Conn, account: Id, actor: Id) -> Result<(), AccountError> {
    match actor_role(conn, account, actor)? {
        Some(ActorRole::Owner) => Ok(()),
        _ => Err(AccountError::Forbidden),
    }
}

/// Refuses when no other active account owns the actor and `leaving` does.
pub(crate) fn keep_an_owner(conn: &mut Conn, actor: Id, leaving: Id) -> Result<(), AccountError> {
    // Two owners who leave at the same moment must see each other: PostgreSQL's second waits here.
    diesel::update(actors::table.find(actor))
        .set(actors::updated_at.eq(actors::updated_at))
        .execute(conn)?;
    let people = people_of_actor(conn, actor)?;
    let owner = |(account, role): &&(Account, ActorRole)| {
        *role == ActorRole::Owner && account.state == AccountState::Active
    };
    let others = people
        .iter()
        .filter(owner)
        .any(|(account, _)| account.id != leaving);
    let leaves = people
        .iter()
        .any(|(account, role)| account.id == leaving && *role == ActorRole::Owner);
    if leaves && !others {
        Err(AccountError::LastOwner)
    } else {
        Ok(())
    }
}
