//! What a site decided about following, read, checked and written as a whole: by its page, its API and the command
//! line alike.

use super::policy::{FollowSettings, HostList, hosts, set_hosts};
use crate::Federation;
use sites::{FollowerPolicy, Site, SiteChange};
use store::{Conn, Id, StoreError};
use url::Url;

/// Most hosts of a list.
const MOST_HOSTS: usize = 5_000;
/// Longest address of an index, in bytes.
const LONGEST_ADDRESS: usize = 500;

/// The rules of a site.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowRules {
    /// Who may follow.
    pub policy: FollowerPolicy,
    /// Hosts that may, when only these may.
    pub allowed: Vec<String>,
    /// Hosts that are never followed by themselves.
    pub excluded: Vec<String>,
    /// Instances that follow the site are followed.
    pub follow_back: bool,
    /// A list of instances to follow.
    pub index_url: Option<String>,
    /// Hours between two readings of it, 1 to 720.
    pub index_hours: i32,
    /// Most instances of it followed in a day, 1 to 100.
    pub index_daily: i32,
    /// Most documents taken over from a peer that accepts, 0 to 1000.
    pub backfill_most: i32,
}

/// What is wrong with one of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A line that is no host, or a list that is too long.
    #[error("{field}: `{line}` is not a host, or there are too many")]
    Host {
        /// `allowed` or `excluded`.
        field: &'static str,
        /// As it was given.
        line: String,
    },
    /// Out of bounds.
    #[error("{field}: from {min} to {max}")]
    Number {
        /// Its name.
        field: &'static str,
        /// Least.
        min: i32,
        /// Most.
        max: i32,
    },
    /// Not an address that may be asked.
    #[error("index_url: not an https address of a public server")]
    Address,
}

impl RuleError {
    /// Stable name for the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Host { .. } => "not_a_host",
            Self::Number { .. } => "out_of_bounds",
            Self::Address => "not_an_address",
        }
    }
}

impl FollowRules {
    /// Those that hold.
    pub fn read(conn: &mut Conn, site: &Site) -> Result<Self, StoreError> {
        let settings = FollowSettings::read(conn, site.id)?;
        Ok(Self {
            policy: site.follower_policy,
            allowed: hosts(conn, site.id, HostList::Allowed)?,
            excluded: hosts(conn, site.id, HostList::Excluded)?,
            follow_back: settings.follow_back,
            index_url: settings.index_url,
            index_hours: settings.index_hours,
            index_daily: settings.index_daily,
            backfill_most: settings.backfill_most,
        })
    }

    /// Brings hosts and address into their usual form; all that is wrong otherwise.
    fn normal(mut self, hub: &Federation) -> Result<Self, Vec<RuleError>> {
        let mut errors = Vec::new();
        for (field, list) in [
            ("allowed", &mut self.allowed),
            ("excluded", &mut self.excluded),
        ] {
            let mut found = Vec::new();
            for line in list.iter().map(|line| line.trim()) {
                match sites::normalise_host(line, 443) {
                    Ok(host) if found.len() < MOST_HOSTS => found.push(host),
                    _ => {
                        let line = line.chars().take(60).collect();
                        errors.push(RuleError::Host { field, line });
                        break;
                    }
                }
            }
            *list = found;
        }
        for (field, value, min, max) in [
            ("index_hours", self.index_hours, 1, 720),
            ("index_daily", self.index_daily, 1, 100),
            ("backfill_most", self.backfill_most, 0, 1_000),
        ] {
            if !(min..=max).contains(&value) {
                errors.push(RuleError::Number { field, min, max });
            }
        }
        self.index_url = self
            .index_url
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
        if let Some(text) = &self.index_url {
            let url = Url::parse(text).ok();
            let may = url.is_some_and(|url| hub.client().check(&url).is_ok());
            if !may || text.len() >= LONGEST_ADDRESS {
                errors.push(RuleError::Address);
            }
        }
        match errors.is_empty() {
            true => Ok(self),
            false => Err(errors),
        }
    }

    fn write(&self, conn: &mut Conn, site: Id, change: &SiteChange) -> Result<(), StoreError> {
        let mut settings = FollowSettings::read(conn, site)?;
        settings.follow_back = self.follow_back;
        settings.index_hours = self.index_hours;
        settings.index_daily = self.index_daily;
        settings.backfill_most = self.backfill_most;
        // Of another list nothing is known.
        if settings.index_url != self.index_url {
            settings.index_url.clone_from(&self.index_url);
            (settings.index_etag, settings.index_error) = (None, None);
            (settings.index_checked_at, settings.index_next_at) = (None, None);
            settings.index_hosts = String::new();
        }
        Site::change(conn, site, change)?;
        set_hosts(conn, site, HostList::Allowed, &self.allowed)?;
        set_hosts(conn, site, HostList::Excluded, &self.excluded)?;
        settings.write(conn)
    }
}

impl Federation {
    /// Checks the rules of a site and writes them, all or none. The inner error says what is wrong with them.
    pub async fn set_follow_rules(
        &self,
        site: Id,
        rules: FollowRules,
    ) -> Result<Result<(), Vec<RuleError>>, StoreError> {
        let rules = match rules.normal(self) {
            Ok(rules) => rules,
            Err(errors) => return Ok(Err(errors)),
        };
        let change = SiteChange {
            follower_policy: Some(rules.policy.as_str().to_owned()),
            updated_at: Some(self.0.clock.ts()),
            ..SiteChange::default()
        };
        let written = self
            .0
            .database
            .write(move |c| rules.write(c, site, &change));
        written.await?;
        self.0.sites.reload().await?;
        self.list_chosen();
        Ok(Ok(()))
    }
}
