//! Name resolution for every outgoing connection: what was checked is what is connected to, so a
//! name cannot point elsewhere a moment later (SSRF-02).

use crate::address::is_public;
use crate::settings::Settings;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

type Answer = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

/// Looks a name up; the system's resolver in production, a script in tests.
pub type Lookup = Arc<dyn Fn(String) -> Answer + Send + Sync>;

/// The system's resolver.
pub fn system_lookup() -> Lookup {
    Arc::new(|host| {
        Box::pin(async move { Ok(tokio::net::lookup_host((host.as_str(), 0)).await?.collect()) })
    })
}

/// No resolver: a test reaches the names it listed and the loopback names of demos, nothing else.
pub fn no_lookup() -> Lookup {
    Arc::new(|host| {
        let why = format!("{host} is not among the hosts of this test");
        Box::pin(async move { Err(std::io::Error::other(why)) })
    })
}

/// Resolves names for the HTTP client.
pub(crate) struct Names {
    lookup: Lookup,
    local_test: bool,
    hosts: HashMap<String, SocketAddr>,
}

impl Names {
    pub(crate) fn new(settings: &Settings, lookup: Lookup) -> Self {
        let hosts = if settings.local_test {
            settings.hosts.clone()
        } else {
            HashMap::new()
        };
        Self {
            lookup,
            local_test: settings.local_test,
            hosts,
        }
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_ascii_lowercase();
        if let Some(address) = self.hosts.get(&host).copied() {
            return Box::pin(async move { Ok(Box::new(std::iter::once(address)) as Addrs) });
        }
        if self.local_test && (host == "localhost" || host.ends_with(".localhost")) {
            let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
            return Box::pin(async move { Ok(Box::new(std::iter::once(loopback)) as Addrs) });
        }
        let answer = (self.lookup)(host.clone());
        Box::pin(async move {
            let found = answer.await?;
            // One private address among several is enough to distrust the name.
            if found.is_empty() || found.iter().any(|address| !is_public(address.ip())) {
                return Err(format!("{host} does not resolve to a public address").into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}
