//! Following back whoever follows: never where anything was asked, refused or ended before.

use super::policy::{FollowSettings, HostList, is_listed};
use super::{FollowError, FollowState, Via, ask};
use crate::Federation;
use crate::actor::Actor;
use diesel::prelude::*;
use sites::Site;
use store::schema::{actors, follows};
use store::{Conn, Id, StoreError, Ts};

/// True when the site may start to follow a host by itself: nothing was ever asked of it, it was not
/// refused or removed as a follower, and no person excluded it.
pub(crate) fn is_free(conn: &mut Conn, site: Id, own: Id, host: &str) -> Result<bool, StoreError> {
    if is_listed(conn, site, HostList::Excluded, host)? {
        return Ok(false);
    }
    let asked = follows::table
        .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
        .filter(follows::follower_id.eq(own))
        .filter(actors::host.eq(host));
    let asked: bool = diesel::select(diesel::dsl::exists(asked)).get_result(conn)?;
    Ok(!asked && !is_refused(conn, own, host)?)
}

/// True when a person refused or removed a server that followed `own`.
pub(crate) fn is_refused(conn: &mut Conn, own: Id, host: &str) -> Result<bool, StoreError> {
    let shut = follows::table
        .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
        .filter(follows::target_id.eq(own))
        .filter(
            follows::state.eq_any([FollowState::Refused.as_str(), FollowState::Removed.as_str()]),
        )
        .filter(follows::decided_by.ne_all(["follower", "policy"]))
        .filter(actors::kind.eq_any(["Application", "Service"]))
        .filter(actors::host.eq(host));
    Ok(diesel::select(diesel::dsl::exists(shut)).get_result(conn)?)
}

/// Asks an instance that the site has accepted as a follower, where the site follows back.
pub(crate) fn follow_back(
    conn: &mut Conn,
    hub: &Federation,
    site: &Site,
    target: &Actor,
    follower: &Actor,
    now: Ts,
) -> Result<(), StoreError> {
    let Some(own) = wanted(conn, site, target, follower)? else {
        return Ok(());
    };
    if hub.is_blocked(&follower.host) {
        return Ok(());
    }
    let sibling = follower.site_id.and_then(|id| hub.0.sites.by_id(id));
    quiet(ask(
        conn,
        site,
        own,
        follower,
        sibling.as_deref(),
        Via::Back,
        now,
    ))
}

/// The same between two sites of this server.
pub(crate) fn follow_sibling_back(
    conn: &mut Conn,
    site: &Site,
    target: &Actor,
    sibling: &Site,
    follower: &Actor,
    now: Ts,
) -> Result<(), StoreError> {
    let Some(own) = wanted(conn, site, target, follower)? else {
        return Ok(());
    };
    quiet(ask(
        conn,
        site,
        own,
        follower,
        Some(sibling),
        Via::Back,
        now,
    ))
}

fn wanted(
    conn: &mut Conn,
    site: &Site,
    target: &Actor,
    follower: &Actor,
) -> Result<Option<Id>, StoreError> {
    let instance = matches!(follower.kind.as_str(), "Application" | "Service");
    let Some(own) = site.actor_id.filter(|own| *own == target.id && instance) else {
        return Ok(None);
    };
    let wanted = FollowSettings::read(conn, site.id)?.follow_back
        && is_free(conn, site.id, own, &follower.host)?;
    Ok(wanted.then_some(own))
}

fn quiet<T>(asked: Result<T, FollowError>) -> Result<(), StoreError> {
    match asked {
        Err(FollowError::Store(error)) => Err(error),
        _ => Ok(()),
    }
}
