//! Hosts that are not spoken to, in either direction (DOM-01..03).
//!
//! One function blocks: the row in `peers`, the end of follows both ways and of what waits, and the
//! state of the host's actors are one transaction, so that other processes on the same database
//! refuse known actors at once and read the list again within [`READ_AGAIN`]. Every outgoing
//! request passes [`Blocklist::covers`] in the one client; what comes in passes it in the gate, and
//! signed reads in `may_read`.

use crate::Federation;
use crate::actor::ActorState;
use crate::follow::{DecidedBy, FollowState};
use crate::peer::Peer;
use diesel::prelude::*;
use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use store::schema::{actors, deliveries, follows, inbox_queue, peers};
use store::{Conn, StoreError, Ts};
use tokio::sync::watch;
use url::Host;

/// A block made by another process is seen after this long at the latest.
const READ_AGAIN: Duration = Duration::from_secs(30);
/// Longest reason kept, in characters.
const LONGEST_REASON: usize = 500;
/// Names in one query.
const CHUNK: usize = 500;

/// A host that is not spoken to, with every name below it.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Block {
    /// Its name as [`normal_host`] writes it.
    pub host: String,
    /// Why, as the administrator said; for administrators only.
    pub reason: Option<String>,
    /// Since when.
    pub since: Option<Ts>,
}

/// What a block ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// The block.
    pub block: Block,
    /// Follows ended, of both directions.
    pub follows: usize,
    /// Deliveries that waited for the host and are given up.
    pub deliveries: usize,
}

/// Why a host cannot be blocked.
#[derive(Debug, thiserror::Error)]
pub enum BlockError {
    /// No host name, or one without a dot.
    #[error("not the name of a host")]
    NotAHost,
    /// One of this server's own names, or a domain above it.
    #[error("a host of this very server")]
    Ours,
    /// Database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BlockError {
    /// Stable name for the API and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAHost => "not_a_host",
            Self::Ours => "own_host",
            Self::Store(_) => "store_failed",
        }
    }
}

/// The one spelling of a host: small letters, punycode, no port, no trailing dot, no user
/// information, addresses in numbers in their usual form; `*.` in front means the same as without.
///
/// Read by the parser that reads every fetched address, so that no spelling means one host there
/// and another one here. `None` for what is no host.
pub fn normal_host(text: &str) -> Option<String> {
    let text = text.trim();
    let authority = match text.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?', '#']).next()?,
        None => text,
    };
    let host = authority.rsplit('@').next()?;
    let host = host.strip_prefix("*.").unwrap_or(host);
    if let Ok(bare) = host.parse::<std::net::Ipv6Addr>() {
        return Some(format!("[{bare}]"));
    }
    let name = match host.strip_prefix('[') {
        Some(_) => &host[..=host.find(']')?],
        None => host.split(':').next()?,
    };
    match Host::parse(name).ok()? {
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(&name);
            let fits = name.len() <= 253 && !name.split('.').any(str::is_empty);
            fits.then(|| name.to_owned())
        }
        Host::Ipv4(ip) => Some(ip.to_string()),
        Host::Ipv6(ip) => Some(format!("[{ip}]")),
    }
}

/// True for a normal name and everything below it, whatever the port of `name`.
pub fn is_under(name: &str, top: &str) -> bool {
    let bare = name
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
    let name = bare.map_or(name, |(bare, _)| bare);
    name.strip_suffix(top)
        .is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

/// The blocked names of this process, shared by everything that asks.
#[derive(Clone, Default)]
pub(crate) struct Blocklist(Arc<RwLock<HashSet<String>>>);

impl Blocklist {
    pub(crate) fn read(conn: &mut Conn) -> Result<HashSet<String>, StoreError> {
        let hosts: Vec<String> = peers::table
            .filter(peers::blocked.eq(true))
            .select(peers::host)
            .load(conn)?;
        Ok(hosts.into_iter().collect())
    }

    /// Takes another list; gives the names that were not on the one before, and whether any went.
    pub(crate) fn replace(&self, hosts: HashSet<String>) -> (Vec<String>, bool) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let added = hosts.difference(&known).cloned().collect();
        let lifted = known.difference(&hosts).next().is_some();
        *known = hosts;
        (added, lifted)
    }

    /// True when the list names the host or a domain above it, however it is spelt. What is no host
    /// at all cannot be told from a blocked one.
    pub(crate) fn covers(&self, host: &str) -> bool {
        let blocked = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if blocked.is_empty() {
            return false;
        }
        let Some(name) = normal_host(host) else {
            return true;
        };
        let mut rest = name.as_str();
        loop {
            if blocked.contains(rest) {
                return true;
            }
            match rest.split_once('.') {
                Some((_, above)) => rest = above,
                None => return false,
            }
        }
    }
}

impl Federation {
    /// True when an administrator blocked this host or a domain above it; any spelling.
    pub fn is_blocked(&self, host: &str) -> bool {
        self.0.blocked.covers(host)
    }

    /// Stops all traffic with a host and everything below it: nothing is sent to it, fetched from
    /// it, received from it or served to it under its signature. Follows end in both directions and
    /// stay ended when the block is lifted; what waits to be sent is given up; what came from it is
    /// hidden. No request tells it. Blocking twice changes the reason.
    pub async fn block_host(&self, host: &str, reason: &str) -> Result<Blocked, BlockError> {
        let name = normal_host(host).filter(|name| name.contains('.') || name.starts_with('['));
        let name = name.ok_or(BlockError::NotAHost)?;
        let own = |site: &Arc<sites::Site>| {
            normal_host(&site.host).is_some_and(|site| is_under(&site, &name))
        };
        if self.0.sites.all().iter().any(own) {
            return Err(BlockError::Ours);
        }
        let shown = |c: &char| !c.is_control();
        let reason: String = reason.chars().filter(shown).take(LONGEST_REASON).collect();
        let now = self.0.clock.ts();
        let written = self.0.database.write(move |c| {
            Peer::ensure(c, &name)?;
            let row = peers::table.find(&name);
            let since: Option<Ts> = row.select(peers::blocked_at).first(c)?;
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
                .execute(c)?;
            let (follows, deliveries) = end_relations(c, &name, now)?;
            let blocked = Blocked {
                block,
                follows,
                deliveries,
            };
            Ok::<_, StoreError>((blocked, Blocklist::read(c)?))
        });
        let (blocked, hosts) = written.await?;
        self.0.blocked.replace(hosts);
        self.0.verifiers.invalidate_all();
        tracing::info!(host = %blocked.block.host, follows = blocked.follows, "host blocked");
        Ok(blocked)
    }

    /// Lifts a block made under this very name. Its actors may act again; no follow comes back by
    /// itself. False when there was none.
    pub async fn unblock_host(&self, host: &str) -> Result<bool, BlockError> {
        let name = normal_host(host).ok_or(BlockError::NotAHost)?;
        let written = self.0.database.write(move |c| {
            let row = peers::table.find(&name).filter(peers::blocked.eq(true));
            let changed = diesel::update(row)
                .set((
                    peers::blocked.eq(false),
                    peers::block_reason.eq(None::<String>),
                    peers::blocked_at.eq(None::<Ts>),
                ))
                .execute(c)?;
            let hosts = Blocklist::read(c)?;
            let still = |host: &String| {
                normal_host(host).is_none_or(|host| hosts.iter().any(|top| is_under(&host, top)))
            };
            let mut free = hosts_of_actors(c, &name)?;
            free.retain(|host| !still(host));
            for chunk in free.chunks(CHUNK) {
                let theirs = actors::table
                    .filter(actors::host.eq_any(chunk))
                    .filter(actors::state.eq(ActorState::Blocked.as_str()));
                diesel::update(theirs)
                    .set(actors::state.eq(ActorState::Active.as_str()))
                    .execute(c)?;
            }
            Ok::<_, StoreError>((changed > 0, hosts))
        });
        let (changed, hosts) = written.await?;
        self.0.blocked.replace(hosts);
        self.forget_refusals();
        Ok(changed)
    }

    /// Every block, by name.
    pub async fn blocked_hosts(&self) -> Result<Vec<Block>, StoreError> {
        self.0
            .database
            .read(|c| {
                Ok(peers::table
                    .filter(peers::blocked.eq(true))
                    .order(peers::host)
                    .select((peers::host, peers::block_reason, peers::blocked_at))
                    .load(c)?)
            })
            .await
    }

    /// Sees what other processes blocked and lifted.
    pub async fn reread_blocks(&self) -> Result<(), StoreError> {
        let hosts = self.0.database.read(Blocklist::read).await?;
        let (added, lifted) = self.0.blocked.replace(hosts);
        if lifted {
            self.forget_refusals();
        }
        if added.is_empty() {
            return Ok(());
        }
        // Whatever this process took in between the block and now.
        let now = self.0.clock.ts();
        self.0
            .database
            .write(move |c| {
                for name in &added {
                    end_relations(c, name, now)?;
                }
                Ok::<_, StoreError>(())
            })
            .await
    }

    /// A host that was just allowed is not refused out of memory.
    fn forget_refusals(&self) {
        self.0.failures.invalidate_all();
        self.0.rechecked.invalidate_all();
        self.0.verifiers.invalidate_all();
    }

    /// True when a document names a blocked host as its own, its author's or its page's: what is
    /// passed on from elsewhere brings nobody past a block (DOM-02).
    pub(crate) fn names_blocked(&self, document: &serde_json::Value) -> bool {
        let named = ["id", "attributedTo", "actor", "url"];
        let named = named.iter().filter_map(|key| document.get(key));
        let mut found = Vec::new();
        named.for_each(|value| addresses(value, &mut found));
        found
            .iter()
            .filter_map(|text| url::Url::parse(text).ok())
            .any(|url| url.host_str().is_some_and(|host| self.is_blocked(host)))
    }
}

/// The addresses in a property: a text, an object's `id` or `href`, or a list of them.
fn addresses<'a>(value: &'a serde_json::Value, found: &mut Vec<&'a str>) {
    match value {
        serde_json::Value::String(text) => found.push(text),
        serde_json::Value::Array(list) => list.iter().for_each(|item| addresses(item, found)),
        serde_json::Value::Object(map) => found.extend(
            ["id", "href"]
                .iter()
                .filter_map(|key| map.get(*key)?.as_str()),
        ),
        _ => {}
    }
}

/// Sees the blocks of other processes until told to stop.
pub(crate) async fn watch_blocks(hub: Federation, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        tokio::select! {
            () = tokio::time::sleep(READ_AGAIN) => {}
            _ = stop.changed() => continue,
        }
        if let Err(error) = hub.reread_blocks().await {
            tracing::error!(%error, "blocked hosts not read");
        }
    }
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
fn end_relations(conn: &mut Conn, name: &str, now: Ts) -> Result<(usize, usize), StoreError> {
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

#[cfg(test)]
mod tests;
