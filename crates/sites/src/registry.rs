//! All sites of the process, held in memory and replaced as a whole when one changes.

use crate::model::{Site, Stamp, load_all, stamp, url_host};
use arc_swap::ArcSwap;
use std::collections::HashMap;
use std::sync::Arc;
use store::{Conn, Database, Id, StoreError};
use url::Url;

type Map = HashMap<String, Arc<Site>>;

/// Looks sites up by host and by key. Cheap to clone.
#[derive(Clone)]
pub struct Sites {
    database: Database,
    loaded: Arc<ArcSwap<Loaded>>,
}

struct Loaded {
    by_host: Map,
    stamp: Stamp,
}

fn load(conn: &mut Conn) -> Result<Loaded, StoreError> {
    // First the stamp: what is written between the two is read again.
    let stamp = stamp(conn)?;
    Ok(Loaded {
        by_host: index(load_all(conn)?),
        stamp,
    })
}

impl Sites {
    /// Reads all sites. Blocking: call it before serving.
    pub fn open(database: Database) -> Result<Self, StoreError> {
        let loaded = database.read_now(load)?;
        Ok(Self {
            database,
            loaded: Arc::new(ArcSwap::from_pointee(loaded)),
        })
    }

    /// Reads all sites again, after one was added or changed.
    pub async fn reload(&self) -> Result<(), StoreError> {
        self.loaded.store(Arc::new(self.database.read(load).await?));
        Ok(())
    }

    /// [`Sites::reload`] for the command line and tests.
    pub fn reload_now(&self) -> Result<(), StoreError> {
        self.loaded.store(Arc::new(self.database.read_now(load)?));
        Ok(())
    }

    /// [`Sites::reload`] where another process, a server or the command line, wrote a site. True when one did.
    pub async fn catch_up(&self) -> Result<bool, StoreError> {
        let now = self.database.read(stamp).await?;
        let behind = now != self.loaded.load().stamp;
        if behind {
            self.reload().await?;
        }
        Ok(behind)
    }

    /// The site for a host in its one spelling.
    pub fn by_host(&self, host: &str) -> Option<Arc<Site>> {
        self.loaded.load().by_host.get(host).cloned()
    }

    /// The site with a key.
    pub fn by_id(&self, id: Id) -> Option<Arc<Site>> {
        let loaded = self.loaded.load();
        loaded.by_host.values().find(|site| site.id == id).cloned()
    }

    /// Every site.
    pub fn all(&self) -> Vec<Arc<Site>> {
        self.loaded.load().by_host.values().cloned().collect()
    }

    /// True while no site was set up yet.
    pub fn is_empty(&self) -> bool {
        self.loaded.load().by_host.is_empty()
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
        self.loaded.load().by_host.values().any(bare)
    }
}

fn index(sites: Vec<Site>) -> Map {
    sites
        .into_iter()
        .map(|site| (site.host.clone(), Arc::new(site)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewSite, SiteChange};
    use store::Ts;

    #[test]
    fn what_another_process_writes_is_read_when_caught_up_with() {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let runtime = runtime.expect("runtime");
        store::trial::on_both(|database| {
            let (one, other) = (Sites::open(database.clone()), Sites::open(database.clone()));
            let (one, other) = (one.expect("sites"), other.expect("sites"));
            let at =
                |second: i64| Ts::new(chrono::DateTime::from_timestamp(second, 0).expect("time"));
            let catch_up = || runtime.block_on(other.catch_up()).expect("sites read");
            assert!(!catch_up());
            let new = NewSite {
                host: "alpha.test".into(),
                scheme: "https".into(),
                name: "alpha".into(),
                language: "fr".into(),
                timezone: chrono_tz::Europe::Paris,
                about: crate::About::default(),
            };
            let site = database
                .write_now(|c| Site::create(c, &new, at(1_000)))
                .expect("site");
            one.reload_now().expect("sites read");
            assert!(other.by_host("alpha.test").is_none());
            assert!(catch_up() && !catch_up());
            assert!(other.by_host("alpha.test").is_some());
            let change = SiteChange {
                name: Some("Alpha".into()),
                updated_at: Some(at(2_000)),
                ..SiteChange::default()
            };
            database
                .write_now(|c| Site::change(c, site.id, &change))
                .expect("change");
            assert!(catch_up() && !catch_up());
            assert_eq!(other.by_id(site.id).expect("site").name, "Alpha");
        });
    }
}
