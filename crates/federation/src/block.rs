//! Hosts that are not spoken to, in either direction (DOM-01..03).
//!
//! One function blocks: the row in `peers`, the end of follows both ways and of what waits, and the
//! state of the host's actors are one transaction, so that other processes on the same database
//! refuse known actors at once and read the list again within [`READ_AGAIN`]. Every outgoing
//! request passes [`Blocklist::covers`] in the one client; what comes in passes it in the gate, and
//! signed reads in `may_read`.

mod allowed;
mod list;
mod relations;

pub use allowed::AllowList;
pub(crate) use list::{Blocklist, Rules};
pub use relations::{Ties, block_in, lift_in, ties_with};

use crate::Federation;
use diesel::prelude::*;
use relations::end_relations;
use std::time::Duration;
use store::schema::peers;
use store::{StoreError, Ts};
use tokio::sync::watch;
use url::Host;

/// A block made by another process is seen after this long at the latest.
const READ_AGAIN: Duration = Duration::from_secs(30);

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

impl From<diesel::result::Error> for BlockError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
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

impl Federation {
    /// True when an administrator blocked this host or a domain above it, or speaks with named servers only and this is
    /// none of them; any spelling.
    pub fn is_blocked(&self, host: &str) -> bool {
        self.0.blocked.covers(host)
            || (self.0.blocked.leaves_out(host) && self.0.sites.by_host(host).is_none())
    }

    /// The name under which a host would be blocked, or why it cannot be.
    pub fn may_block(&self, host: &str) -> Result<String, BlockError> {
        relations::blockable(&self.0.sites, host)
    }

    /// Stops all traffic with a host and everything below it: [`block_in`], seen by this process at once.
    pub async fn block_host(&self, host: &str, reason: &str) -> Result<Blocked, BlockError> {
        let (sites, now) = (self.0.sites.clone(), self.0.clock.ts());
        let (host, reason) = (host.to_owned(), reason.to_owned());
        let written = self.0.database.write(move |c| {
            let blocked = block_in(c, &sites, &host, &reason, now)?;
            Ok::<_, BlockError>((blocked, Rules::read(c)?))
        });
        let (blocked, rules) = written.await?;
        self.0.blocked.replace(rules);
        self.0.verifiers.invalidate_all();
        tracing::info!(host = %blocked.block.host, follows = blocked.follows, "host blocked");
        Ok(blocked)
    }

    /// Lifts a block made under this very name: [`lift_in`], seen by this process at once. False when there was none.
    pub async fn unblock_host(&self, host: &str) -> Result<bool, BlockError> {
        let host = host.to_owned();
        let written = self.0.database.write(move |c| {
            let changed = lift_in(c, &host)?;
            Ok::<_, BlockError>((changed, Rules::read(c)?))
        });
        let (changed, rules) = written.await?;
        self.0.blocked.replace(rules);
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
        let rules = self.0.database.read(Rules::read).await?;
        let (added, lifted) = self.0.blocked.replace(rules);
        if lifted {
            self.forget_refusals();
        }
        if added.is_empty() {
            return Ok(());
        }
        self.0.verifiers.invalidate_all();
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
        let names = |keys: &[&str], barred: &dyn Fn(&str) -> bool| {
            let mut found = Vec::new();
            let named = keys.iter().filter_map(|key| document.get(key));
            named.for_each(|value| addresses(value, &mut found));
            found
                .iter()
                .filter_map(|text| url::Url::parse(text).ok())
                .any(|url| url.host_str().is_some_and(barred))
        };
        // A page may stand anywhere but on a blocked host; who speaks only with named servers means authors.
        names(&["id", "attributedTo", "actor"], &|host| {
            self.is_blocked(host)
        }) || names(&["url"], &|host| self.0.blocked.covers(host))
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

#[cfg(test)]
mod tests;
