//! All sites of the process, held in memory and replaced as a whole when one changes.

use crate::model::{Site, load_all, url_host};
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::Arc;
use store::{Database, Id, StoreError};
use url::Url;

type Map = HashMap<String, Arc<Site>>;

/// Looks sites up by host and by key. Cheap to clone.
#[derive(Clone)]
pub struct Sites {
    database: Database,
    by_host: Arc<ArcSwap<Map>>,
}

impl Sites {
    /// Reads all sites. Blocking: call it before serving.
    pub fn open(database: Database) -> Result<Self, StoreError> {
        let map = index(database.read_now(load_all)?);
        Ok(Self {
            database,
            by_host: Arc::new(ArcSwap::from_pointee(map)),
        })
    }

    /// Reads all sites again, after one was added or changed.
    pub async fn reload(&self) -> Result<(), StoreError> {
        self.by_host
            .store(Arc::new(index(self.database.read(load_all).await?)));
        Ok(())
    }

    /// [`Sites::reload`] for the command line and tests.
    pub fn reload_now(&self) -> Result<(), StoreError> {
        self.by_host
            .store(Arc::new(index(self.database.read_now(load_all)?)));
        Ok(())
    }

    /// The site for a host in its one spelling.
    pub fn by_host(&self, host: &str) -> Option<Arc<Site>> {
        self.by_host.load().get(host).cloned()
    }

    /// The site with a key.
    pub fn by_id(&self, id: Id) -> Option<Arc<Site>> {
        self.by_host
            .load()
            .values()
            .find(|site| site.id == id)
            .cloned()
    }

    /// Every site.
    pub fn all(&self) -> Vec<Arc<Site>> {
        self.by_host.load().values().cloned().collect()
    }

    /// True while no site was set up yet.
    pub fn is_empty(&self) -> bool {
        self.by_host.load().is_empty()
    }

    /// The site that owns an address: any of ours, not only the one that asks.
    pub fn owner(&self, url: &Url) -> Option<Arc<Site>> {
        let site = self.by_host(&url_host(url)?)?;
        site.owns(url).then_some(site)
    }

    /// True when the address names this server under any of its hosts, whatever the scheme,
    /// port or spelling: such a thing is never fetched nor stored as remote (ORI-07).
    pub fn is_ours(&self, url: &Url) -> bool {
        let Some(host) = url.host_str() else {
            return false;
        };
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        let bare = |site: &Arc<Site>| {
            let name = site.host.split(':').next().unwrap_or_default();
            // Several test servers may share a name and differ by port only.
            name == host
                && (site.scheme == "https"
                    || site.host == host
                    || url_host(url).as_deref() == Some(&site.host))
        };
        self.by_host.load().values().any(bare)
    }
}

fn index(sites: Vec<Site>) -> Map {
    sites
        .into_iter()
        .map(|site| (site.host.clone(), Arc::new(site)))
        .collect()
}
