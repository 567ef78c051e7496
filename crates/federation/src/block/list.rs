//! The names that are not spoken to, as this process knows them.

use super::normal_host;
use diesel::prelude::*;
use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};
use store::schema::{peers, server_rules};
use store::{Conn, StoreError};

/// The blocked names.
pub(super) fn blocked(conn: &mut Conn) -> Result<HashSet<String>, StoreError> {
    let hosts: Vec<String> = peers::table
        .filter(peers::blocked.eq(true))
        .select(peers::host)
        .load(conn)?;
    Ok(hosts.into_iter().collect())
}

/// Whom the server speaks with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Not with these.
    blocked: HashSet<String>,
    /// With these only, where the server is so set; a block goes before it (DOM-03).
    allowed: Option<HashSet<String>>,
}

impl Rules {
    /// These names are blocked.
    #[cfg(test)]
    pub(super) fn of(blocked: impl IntoIterator<Item = String>) -> Self {
        Self {
            blocked: blocked.into_iter().collect(),
            allowed: None,
        }
    }

    pub(crate) fn read(conn: &mut Conn) -> Result<Self, StoreError> {
        let only: Option<bool> = server_rules::table
            .find(super::allowed::ROW)
            .select(server_rules::allow_only)
            .first(conn)
            .optional()?;
        let allowed = match only {
            Some(true) => Some(super::allowed::names(conn)?.into_iter().collect()),
            _ => None,
        };
        Ok(Self {
            blocked: blocked(conn)?,
            allowed,
        })
    }
}

/// True when the list names the host or a domain above it.
fn is_on(list: &HashSet<String>, name: &str) -> bool {
    let mut rest = name;
    loop {
        if list.contains(rest) {
            return true;
        }
        match rest.split_once('.') {
            Some((_, above)) => rest = above,
            None => return false,
        }
    }
}

/// The rules of this process, shared by everything that asks.
#[derive(Clone, Default)]
pub(crate) struct Blocklist(Arc<RwLock<Rules>>);

impl Blocklist {
    /// Takes others; gives the names that were not blocked before, and whether anybody may speak who could not.
    pub(crate) fn replace(&self, rules: Rules) -> (Vec<String>, bool) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let added = rules.blocked.difference(&known.blocked).cloned().collect();
        let lifted = known.blocked.difference(&rules.blocked).next().is_some()
            || known.allowed != rules.allowed;
        *known = rules;
        (added, lifted)
    }

    /// True when the list names the host or a domain above it, however it is spelt. What is no host
    /// at all cannot be told from a blocked one.
    pub(crate) fn covers(&self, host: &str) -> bool {
        let rules = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if rules.blocked.is_empty() {
            return false;
        }
        normal_host(host).is_none_or(|name| is_on(&rules.blocked, &name))
    }

    /// True when the server speaks with named hosts only, and this is none of them.
    pub(crate) fn leaves_out(&self, host: &str) -> bool {
        let rules = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some(allowed) = &rules.allowed else {
            return false;
        };
        normal_host(host).is_none_or(|name| !is_on(allowed, &name))
    }
}
