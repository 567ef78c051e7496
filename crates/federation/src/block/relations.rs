//! What ties this server to a host, and its end.

use super::{Block, BlockError, Blocked, is_under, normal_host};
use crate::actor::ActorState;
use crate::follow::{DecidedBy, FollowState};
use crate::peer::Peer;
use diesel::prelude::*;
use sites::{Site, Sites};
use std::collections::HashSet;
use std::sync::Arc;
use store::schema::{actors, deliveries, follows, inbox_queue, objects, peers};
use store::{Conn, StoreError, Ts};

/// Longest reason kept, in characters.
const LONGEST_REASON: usize = 500;
/// Names in one query.
const CHUNK: usize = 500;

/// What a block of a host would cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ties {
    /// Whom of theirs somebody of ours follows, pending ones too.
    pub followed: i64,
    /// Followers from there.
    pub followers: i64,
    /// Their actors that are known here.
    pub actors: i64,
    /// Their publications that are stored here.
    pub objects: i64,
}

/// The name under which a host can be blocked: not one of our own, nor above one.
pub(super) fn blockable(sites: &Sites, host: &str) -> Result<String, BlockError> {
    let name = normal_host(host).filter(|name| name.contains('.') || name.starts_with('['));
    let name = name.ok_or(BlockError::NotAHost)?;
    let own = |site: &Arc<Site>| normal_host(&site.host).is_some_and(|site| is_under(&site, &name));
    match sites.all().iter().any(own) {
        true => Err(BlockError::Ours),
        false => Ok(name),
    }
}

/// Blocks a host and everything below it, in a transaction of the caller's, who makes it known after its commit by
/// [`crate::Federation::reread_blocks`]: nothing is sent to it, fetched from it, received from it or served to it under
/// its signature. Follows end in both directions and stay ended when the block is lifted; what waits to be sent is given
/// up; what came from it is hidden. No request tells it. Blocking twice changes the reason.
pub fn block_in(
    conn: &mut Conn,
    sites: &Sites,
    host: &str,
    reason: &str,
    now: Ts,
) -> Result<Blocked, BlockError> {
    let name = blockable(sites, host)?;
    let shown = |c: &char| !c.is_control();
    let reason: String = reason.chars().filter(shown).take(LONGEST_REASON).collect();
    Peer::ensure(conn, &name)?;
    let row = peers::table.find(&name);
    let since: Option<Ts> = row.select(peers::blocked_at).first(conn)?;
    let block = Block {
        host: name.clone(),
        reason: Some(reason).filter(|reason| !reason.is_empty()),
        since: since.or(Some(now)),
    };
    diesel::update(row)
        .set((
            peers::blocked.eq(true),
            peers::block_reason.eq(&block.reason),
            peers::blocked_at.eq(block.since),
        ))
        .execute(conn)?;
    let (follows, deliveries) = end_relations(conn, &name, now)?;
    Ok(Blocked {
        block,
        follows,
        deliveries,
    })
}

/// Lifts a block made under this very name, in a transaction of the caller's, who makes it known after its commit. Its
/// actors may act again; no follow comes back by itself. False when there was none.
pub fn lift_in(conn: &mut Conn, host: &str) -> Result<bool, BlockError> {
    let name = normal_host(host).ok_or(BlockError::NotAHost)?;
    let row = peers::table.find(&name).filter(peers::blocked.eq(true));
    let changed = diesel::update(row)
        .set((
            peers::blocked.eq(false),
            peers::block_reason.eq(None::<String>),
            peers::blocked_at.eq(None::<Ts>),
        ))
        .execute(conn)?;
    let hosts = super::list::blocked(conn)?;
    let still = |host: &String| {
        normal_host(host).is_none_or(|host| hosts.iter().any(|top| is_under(&host, top)))
    };
    let mut free = hosts_of_actors(conn, &name)?;
    free.retain(|host| !still(host));
    for chunk in free.chunks(CHUNK) {
        let theirs = actors::table
            .filter(actors::host.eq_any(chunk))
            .filter(actors::state.eq(ActorState::Blocked.as_str()));
        diesel::update(theirs)
            .set(actors::state.eq(ActorState::Active.as_str()))
            .execute(conn)?;
    }
    Ok(changed > 0)
}

/// What ties the server to each of these hosts, and to every name below: what a block would cut.
pub fn ties_with(conn: &mut Conn, hosts: &[String]) -> Result<Vec<Ties>, StoreError> {
    let known: Vec<(String, i64)> = actors::table
        .filter(actors::site_id.is_null())
        .group_by(actors::host)
        .select((actors::host, diesel::dsl::count_star()))
        .load(conn)?;
    let known: Vec<(String, String, i64)> = known
        .into_iter()
        .filter_map(|(host, n)| Some((normal_host(&host)?, host, n)))
        .collect();
    let running = [FollowState::Pending, FollowState::Accepted].map(FollowState::as_str);
    let mut found = Vec::with_capacity(hosts.len());
    for top in hosts {
        let mut ties = Ties::default();
        let under: HashSet<&str> = known
            .iter()
            .filter(|(name, ..)| is_under(name, top))
            .map(|(_, host, n)| {
                ties.actors += n;
                host.as_str()
            })
            .collect();
        let under: Vec<&str> = under.into_iter().collect();
        for chunk in under.chunks(CHUNK) {
            let theirs = || {
                actors::table
                    .filter(actors::site_id.is_null())
                    .filter(actors::host.eq_any(chunk.to_vec()))
                    .select(actors::id)
            };
            ties.followers += follows::table
                .filter(follows::state.eq_any(running))
                .filter(follows::follower_id.eq_any(theirs()))
                .count()
                .get_result::<i64>(conn)?;
            ties.followed += follows::table
                .filter(follows::state.eq_any(running))
                .filter(follows::target_id.eq_any(theirs()))
                .count()
                .get_result::<i64>(conn)?;
            ties.objects += objects::table
                .filter(objects::actor_id.eq_any(theirs()))
                .filter(objects::state.eq("public"))
                .count()
                .get_result::<i64>(conn)?;
        }
        found.push(ties);
    }
    Ok(found)
}

/// Hosts of other servers' actors at or below a name.
fn hosts_of_actors(conn: &mut Conn, name: &str) -> Result<Vec<String>, StoreError> {
    let mut hosts: Vec<String> = actors::table
        .filter(actors::site_id.is_null())
        .select(actors::host)
        .distinct()
        .load(conn)?;
    hosts.retain(|host| normal_host(host).is_some_and(|host| is_under(&host, name)));
    Ok(hosts)
}

/// Ends follows both ways, what waits to be sent and what waits to be applied; the actors may not
/// act. Gives the follows and deliveries ended. Doing it twice changes nothing.
pub(super) fn end_relations(
    conn: &mut Conn,
    name: &str,
    now: Ts,
) -> Result<(usize, usize), StoreError> {
    let mut ended = 0;
    for chunk in hosts_of_actors(conn, name)?.chunks(CHUNK) {
        let theirs = || {
            actors::table
                .filter(actors::site_id.is_null())
                .filter(actors::host.eq_any(chunk))
        };
        let running = [FollowState::Pending, FollowState::Accepted].map(FollowState::as_str);
        // A refusal and a removal are remembered: neither comes back by itself (R-FOL-01).
        let of_ours = follows::table
            .filter(follows::state.eq_any(running))
            .filter(follows::follower_id.eq_any(theirs().select(actors::id)));
        ended += diesel::update(of_ours)
            .set((
                follows::state.eq(FollowState::Refused.as_str()),
                // A person's word, which no policy takes back.
                follows::decided_by.eq(DecidedBy::Target.as_str()),
                follows::decided_at.eq(now),
            ))
            .execute(conn)?;
        let of_theirs = follows::table
            .filter(follows::state.eq_any(running))
            .filter(follows::target_id.eq_any(theirs().select(actors::id)));
        ended += diesel::update(of_theirs)
            .set((
                follows::state.eq(FollowState::Removed.as_str()),
                follows::decided_at.eq(now),
            ))
            .execute(conn)?;
        let received =
            inbox_queue::table.filter(inbox_queue::actor_uri.eq_any(theirs().select(actors::uri)));
        diesel::delete(received).execute(conn)?;
        let active = theirs().filter(actors::state.eq(ActorState::Active.as_str()));
        diesel::update(active)
            .set(actors::state.eq(ActorState::Blocked.as_str()))
            .execute(conn)?;
    }
    let mut waiting: Vec<String> = deliveries::table
        .filter(deliveries::state.eq("queued"))
        .select(deliveries::host)
        .distinct()
        .load(conn)?;
    waiting.retain(|host| normal_host(host).is_some_and(|host| is_under(&host, name)));
    let mut given_up = 0;
    for chunk in waiting.chunks(CHUNK) {
        let queued = deliveries::table
            .filter(deliveries::state.eq("queued"))
            .filter(deliveries::host.eq_any(chunk));
        given_up += diesel::update(queued)
            .set((
                deliveries::state.eq("failed"),
                deliveries::last_error.eq("the host is blocked here"),
                deliveries::finished_at.eq(now),
            ))
            .execute(conn)?;
        // Nothing waits any more: a block that is lifted leaves no back-off behind.
        diesel::update(peers::table.filter(peers::host.eq_any(chunk)))
            .set((peers::due_at.eq(None::<Ts>), peers::failures.eq(0)))
            .execute(conn)?;
    }
    Ok((ended, given_up))
}
