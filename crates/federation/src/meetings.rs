//! Hosts that were never asked before: so many an hour under one domain, because whoever owns a domain
//! has as many hosts below it as they like (DOS-07).

use crate::budget::{Budgets, Cost, registrable};
use crate::client::{RequestError, authority};
use diesel::prelude::*;
use moka::future::Cache;
use std::time::Duration;
use store::schema::peers;
use store::{Clock, Database};
use url::Url;

/// Which hosts are known, and how many new ones there were.
#[derive(Clone)]
pub(crate) struct Meetings {
    database: Database,
    clock: Clock,
    budgets: Budgets,
    /// Hosts asked a while ago, known or not.
    met: Cache<String, ()>,
}

impl Meetings {
    pub(crate) fn new(database: Database, clock: Clock, budgets: Budgets) -> Self {
        let met = Cache::builder().max_capacity(10_000);
        let met = met.time_to_live(Duration::from_secs(3_600)).build();
        Self {
            database,
            clock,
            budgets,
            met,
        }
    }

    /// Counts a host that is not known, or refuses it.
    pub(crate) async fn meet(&self, url: &Url) -> Result<(), RequestError> {
        let host = url.host_str().unwrap_or_default().to_owned();
        if self.met.contains_key(&host) {
            return Ok(());
        }
        let names = [host.clone(), authority(url)];
        let known = self.database.read(move |c| {
            let rows = peers::table.filter(peers::host.eq_any(names));
            Ok::<i64, store::StoreError>(rows.count().get_result(c)?)
        });
        if known.await.unwrap_or(0) == 0 {
            let spent = self
                .budgets
                .spend(Cost::NewHosts, registrable(&host), self.clock.ts());
            spent.map_err(|_| RequestError::TooManyHosts)?;
        }
        self.met.insert(host, ()).await;
        Ok(())
    }
}
