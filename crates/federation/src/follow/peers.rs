//! Who follows a site and whom it follows, one entry a server, a page at a time.

use super::{Follow, FollowState};
use crate::actor::Actor;
use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use std::collections::HashMap;
use store::schema::{activities, actors, deliveries, follows, peers};
use store::{Conn, Id, MultiBackend, StoreError, Ts, contains_pattern, text_enum};

text_enum! {
    /// Which servers are listed.
    pub enum PeerFilter {
        /// All.
        All = "all",
        /// Those that ask to follow us.
        Waiting = "waiting",
        /// Those that we asked and that did not answer yet.
        Asked = "asked",
        /// Our followers.
        Followers = "followers",
        /// Those that we follow.
        Following = "following",
        /// Refused in either direction.
        Refused = "refused",
        /// Ended by a person.
        Removed = "removed",
        /// Gone.
        Lost = "lost",
        /// Those that fail.
        Trouble = "trouble",
    }
}

/// One direction of a relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// The follow.
    pub follow: Follow,
    /// The actor on the other server.
    pub actor: Actor,
}

/// A server with both directions.
#[derive(Debug, Clone, PartialEq)]
pub struct PeerEntry {
    /// Its host.
    pub host: String,
    /// Its software.
    pub software: Option<String>,
    /// Our follow of it.
    pub following: Option<Side>,
    /// Its follow of us.
    pub follower: Option<Side>,
    /// When something acceptable last came from it.
    pub last_received: Option<Ts>,
    /// When a delivery last arrived there.
    pub last_success: Option<Ts>,
    /// Deliveries of the site that wait for it.
    pub waiting: i64,
    /// Failed deliveries in a row.
    pub failures: i32,
    /// Given up for the time being since.
    pub unreachable: Option<Ts>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Blocked by an administrator.
    pub blocked: bool,
}

/// What [`Follow::seen_by_follower`] shows as refused though it ended otherwise.
#[diesel::dsl::auto_type]
fn ended_by_sibling() -> _ {
    follows::state
        .eq("removed")
        .and(follows::decided_by.eq("target"))
        .and(actors::site_id.is_not_null())
}

/// See [`Follow::is_taken_back`].
#[diesel::dsl::auto_type]
fn taken_back() -> _ {
    follows::state
        .eq("removed")
        .and(follows::decided_by.eq("follower"))
}

/// Servers from `after` on (by host), at most `limit`. `own` is the site's own actor.
pub fn list(
    conn: &mut Conn,
    (site, own): (Id, Id),
    filter: PeerFilter,
    text: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<PeerEntry>, StoreError> {
    let ours = || {
        follows::table
            .filter(follows::follower_id.eq(own))
            .filter(follows::target_id.eq(actors::id))
    };
    let theirs = || {
        follows::table
            .filter(follows::target_id.eq(own))
            .filter(follows::follower_id.eq(actors::id))
            .filter(not(taken_back()))
    };
    let mut query = actors::table
        .filter(actors::host.gt(after.to_owned()))
        .group_by(actors::host)
        .select(actors::host)
        .order(actors::host)
        .limit(limit.clamp(1, 500))
        .into_boxed::<MultiBackend>();
    if !text.is_empty() {
        let pattern = contains_pattern(&text.to_lowercase());
        query = query.filter(actors::host.like(pattern).escape('\\'));
    }
    query = match filter {
        PeerFilter::All => query.filter(exists(ours()).or(exists(theirs()))),
        PeerFilter::Waiting => query.filter(exists(theirs().filter(follows::state.eq("pending")))),
        PeerFilter::Asked => query.filter(exists(ours().filter(follows::state.eq("pending")))),
        PeerFilter::Followers => {
            query.filter(exists(theirs().filter(follows::state.eq("accepted"))))
        }
        PeerFilter::Following => query.filter(exists(ours().filter(follows::state.eq("accepted")))),
        PeerFilter::Refused => {
            let said = follows::state
                .eq("refused")
                .and(follows::decided_by.ne("both"));
            query.filter(
                exists(ours().filter(said.or(ended_by_sibling())))
                    .or(exists(theirs().filter(follows::state.eq("refused")))),
            )
        }
        PeerFilter::Removed => {
            let ended = follows::state.eq("removed").and(not(ended_by_sibling()));
            query.filter(
                exists(ours().filter(ended.or(follows::decided_by.eq("both"))))
                    .or(exists(theirs().filter(follows::state.eq("removed")))),
            )
        }
        PeerFilter::Lost => query.filter(
            exists(ours().filter(follows::state.eq("lost")))
                .or(exists(theirs().filter(follows::state.eq("lost")))),
        ),
        PeerFilter::Trouble => {
            let fails = peers::table.filter(peers::host.eq(actors::host)).filter(
                peers::failures
                    .ge(3)
                    .or(peers::unreachable_at.is_not_null()),
            );
            query
                .filter(exists(fails))
                .filter(exists(ours()).or(exists(theirs())))
        }
    };
    let hosts: Vec<String> = query.load(conn)?;
    entries(conn, (site, own), hosts)
}

/// One server; `None` for one with which no actor of the site has a follow and to which nothing waits.
pub fn one(
    conn: &mut Conn,
    (site, own): (Id, Id),
    host: &str,
) -> Result<Option<PeerEntry>, StoreError> {
    let found = entries(conn, (site, own), vec![host.to_owned()])?.pop();
    let Some(entry) = found else { return Ok(None) };
    // Most servers follow an agenda and not the site itself.
    let here = || {
        let ours = actors::table.filter(actors::site_id.eq(site));
        ours.select(actors::id)
    };
    let there = || {
        let theirs = actors::table.filter(actors::host.eq(host.to_owned()));
        theirs.select(actors::id)
    };
    let out = follows::follower_id
        .eq_any(here())
        .and(follows::target_id.eq_any(there()));
    let back = follows::follower_id
        .eq_any(there())
        .and(follows::target_id.eq_any(here()));
    let sent = deliveries::table
        .inner_join(activities::table)
        .filter(activities::site_id.eq(site))
        .filter(deliveries::host.eq(host));
    let known = entry.following.is_some()
        || entry.follower.is_some()
        || diesel::select(exists(follows::table.filter(out.or(back)))).get_result(conn)?
        || diesel::select(exists(sent)).get_result(conn)?;
    Ok(known.then_some(entry))
}

/// How many servers wait for an answer of the site.
pub fn count_waiting(conn: &mut Conn, own: Id) -> Result<i64, StoreError> {
    Ok(follows::table
        .filter(follows::target_id.eq(own))
        .filter(follows::state.eq("pending"))
        .count()
        .get_result(conn)?)
}

fn entries(
    conn: &mut Conn,
    (site, own): (Id, Id),
    hosts: Vec<String>,
) -> Result<Vec<PeerEntry>, StoreError> {
    let mut found: HashMap<String, PeerEntry> = hosts
        .iter()
        .map(|host| (host.clone(), PeerEntry::new(host)))
        .collect();
    let ours: Vec<(Follow, Actor)> = follows::table
        .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
        .filter(follows::follower_id.eq(own))
        .filter(actors::host.eq_any(&hosts))
        .order(follows::id)
        .select((Follow::as_select(), Actor::as_select()))
        .load(conn)?;
    for (follow, actor) in ours {
        if let Some(entry) = found.get_mut(&actor.host) {
            let follow = follow.seen_by_follower(&actor);
            Side::put(&mut entry.following, follow, actor);
        }
    }
    let theirs: Vec<(Follow, Actor)> = follows::table
        .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
        .filter(follows::target_id.eq(own))
        .filter(not(taken_back()))
        .filter(actors::host.eq_any(&hosts))
        .order(follows::id)
        .select((Follow::as_select(), Actor::as_select()))
        .load(conn)?;
    for (follow, actor) in theirs {
        if let Some(entry) = found.get_mut(&actor.host) {
            Side::put(&mut entry.follower, follow, actor);
        }
    }
    let known: Vec<crate::Peer> = peers::table
        .filter(peers::host.eq_any(&hosts))
        .select(crate::Peer::as_select())
        .load(conn)?;
    for peer in known {
        if let Some(entry) = found.get_mut(&peer.host) {
            entry.software = peer.software;
            entry.last_success = peer.last_success_at;
            entry.failures = peer.failures;
            entry.last_error = peer.last_error.filter(|_| peer.failures > 0);
            entry.blocked = peer.blocked;
        }
    }
    let times: Vec<(String, Option<Ts>, Option<Ts>)> = peers::table
        .filter(peers::host.eq_any(&hosts))
        .select((peers::host, peers::last_received_at, peers::unreachable_at))
        .load(conn)?;
    for (host, received, unreachable) in times {
        if let Some(entry) = found.get_mut(&host) {
            (entry.last_received, entry.unreachable) = (received, unreachable);
        }
    }
    let waiting: Vec<(String, i64)> = deliveries::table
        .inner_join(activities::table)
        .filter(activities::site_id.eq(site))
        .filter(deliveries::state.eq("queued"))
        .filter(deliveries::host.eq_any(&hosts))
        .group_by(deliveries::host)
        .select((deliveries::host, count_star()))
        .load(conn)?;
    for (host, count) in waiting {
        if let Some(entry) = found.get_mut(&host) {
            entry.waiting = count;
        }
    }
    // In the order of the database, which need not be that of bytes: the next page begins after the last.
    Ok(hosts.iter().filter_map(|host| found.remove(host)).collect())
}

impl Side {
    /// Keeps what matters most where several actors of one server are concerned: what waits, then the
    /// server's own actor.
    fn put(place: &mut Option<Side>, follow: Follow, actor: Actor) {
        let weight = |follow: &Follow, actor: &Actor| {
            (
                follow.state() == FollowState::Pending,
                actor.kind == "Application",
                follow.state() == FollowState::Accepted,
            )
        };
        let better = place
            .as_ref()
            .is_none_or(|known| weight(&follow, &actor) > weight(&known.follow, &known.actor));
        if better {
            *place = Some(Side { follow, actor });
        }
    }
}

impl PeerEntry {
    fn new(host: &str) -> Self {
        Self {
            host: host.to_owned(),
            software: None,
            following: None,
            follower: None,
            last_received: None,
            last_success: None,
            waiting: 0,
            failures: 0,
            unreachable: None,
            last_error: None,
            blocked: false,
        }
    }
}

text_enum! {
    /// What a person does about a server.
    pub enum PeerAct {
        /// Lets it follow us; also lifts a refusal.
        Approve = "approve",
        /// Does not; it stays refused.
        Refuse = "refuse",
        /// Ends its follow of us; it stays ended.
        Remove = "remove",
        /// Follows it.
        Follow = "follow",
        /// Asks it again.
        Retry = "retry",
        /// Ends our follow of it.
        Unfollow = "unfollow",
    }
}

impl PeerEntry {
    /// What makes sense now, the most likely first.
    pub fn acts(&self) -> Vec<PeerAct> {
        use FollowState as S;
        let mut acts = Vec::new();
        match self.follower.as_ref().map(|side| side.follow.state()) {
            Some(S::Pending) => acts.extend([PeerAct::Approve, PeerAct::Refuse]),
            Some(S::Accepted) => acts.push(PeerAct::Remove),
            Some(S::Refused | S::Removed) => acts.push(PeerAct::Approve),
            Some(S::Lost) | None => {}
        }
        match self.following.as_ref().map(|side| side.follow.state()) {
            Some(S::Pending) => acts.extend([PeerAct::Retry, PeerAct::Unfollow]),
            Some(S::Accepted) => acts.push(PeerAct::Unfollow),
            Some(S::Refused | S::Removed | S::Lost) => acts.push(PeerAct::Retry),
            None => acts.push(PeerAct::Follow),
        }
        acts
    }
}

impl crate::Federation {
    /// Does what a person of the site wants about a server.
    pub async fn act_on_peer(
        &self,
        site: &std::sync::Arc<sites::Site>,
        host: &str,
        act: PeerAct,
    ) -> Result<(), super::FollowError> {
        use super::FollowError;
        let own = site.actor_id.ok_or(FollowError::NoActor)?;
        let (id, name) = (site.id, host.to_owned());
        let entry = self
            .0
            .database
            .read(move |c| one(c, (id, own), &name))
            .await?;
        let entry = entry.ok_or(FollowError::Unknown)?;
        if !entry.acts().contains(&act) {
            return Err(FollowError::Unknown);
        }
        let follower = entry.follower.map(|side| side.follow.id);
        let following = entry.following.map(|side| side.follow.id);
        let follower = follower.ok_or(FollowError::Unknown);
        let following = following.ok_or(FollowError::Unknown);
        match act {
            PeerAct::Approve => self.answer(site, follower?, true).await,
            PeerAct::Refuse => self.answer(site, follower?, false).await,
            PeerAct::Remove => self.remove_follower(site, follower?).await,
            PeerAct::Unfollow => self.unfollow(site, following?).await,
            PeerAct::Retry => self.ask_again(site, following?).await,
            PeerAct::Follow => self.follow(site, host).await.map(|_| ()),
        }
    }
}
