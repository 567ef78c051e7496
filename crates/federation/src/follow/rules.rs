//! What a site decided about following, read, checked and written as a whole: by its page, its API and the command
//! line alike.

use super::policy::{FollowSettings, HostList, hosts, set_hosts};
use crate::Federation;
use diesel::prelude::*;
use sites::{FollowerPolicy, Site, SiteChange};
use store::schema;
use store::{Conn, Id, StoreError, Ts};
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

/// What is to change of the rules; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FollowRulesChange {
    /// See [`FollowRules::policy`].
    pub policy: Option<FollowerPolicy>,
    /// See [`FollowRules::allowed`].
    pub allowed: Option<Vec<String>>,
    /// See [`FollowRules::excluded`].
    pub excluded: Option<Vec<String>>,
    /// See [`FollowRules::follow_back`].
    pub follow_back: Option<bool>,
    /// See [`FollowRules::index_url`]; an empty text for none.
    pub index_url: Option<String>,
    /// See [`FollowRules::index_hours`].
    pub index_hours: Option<i32>,
    /// See [`FollowRules::index_daily`].
    pub index_daily: Option<i32>,
    /// See [`FollowRules::backfill_most`].
    pub backfill_most: Option<i32>,
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
    pub fn read(conn: &mut Conn, site: Id) -> Result<Self, StoreError> {
        let settings = FollowSettings::read(conn, site)?;
        let policy = schema::sites::table
            .find(site)
            .select(schema::sites::follower_policy)
            .first::<String>(conn)?;
        let policy = FollowerPolicy::from_word(&policy)
            .ok_or_else(|| StoreError::Damaged(format!("follower policy {policy}")))?;
        Ok(Self {
            policy,
            allowed: hosts(conn, site, HostList::Allowed)?,
            excluded: hosts(conn, site, HostList::Excluded)?,
            follow_back: settings.follow_back,
            index_url: settings.index_url,
            index_hours: settings.index_hours,
            index_daily: settings.index_daily,
            backfill_most: settings.backfill_most,
        })
    }

    fn with(self, change: FollowRulesChange) -> Self {
        Self {
            policy: change.policy.unwrap_or(self.policy),
            allowed: change.allowed.unwrap_or(self.allowed),
            excluded: change.excluded.unwrap_or(self.excluded),
            follow_back: change.follow_back.unwrap_or(self.follow_back),
            index_url: change.index_url.or(self.index_url),
            index_hours: change.index_hours.unwrap_or(self.index_hours),
            index_daily: change.index_daily.unwrap_or(self.index_daily),
            backfill_most: change.backfill_most.unwrap_or(self.backfill_most),
        }
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

    fn write(&self, conn: &mut Conn, site: Id, now: Ts) -> Result<(), StoreError> {
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
        let change = SiteChange {
            follower_policy: Some(self.policy.as_str().to_owned()),
            updated_at: Some(now),
            ..SiteChange::default()
        };
        Site::change(conn, site, &change)?;
        set_hosts(conn, site, HostList::Allowed, &self.allowed)?;
        set_hosts(conn, site, HostList::Excluded, &self.excluded)?;
        settings.write(conn)
    }
}

impl Federation {
    /// Changes the rules of a site, all or none, and gives what holds then. The inner error says what is wrong with
    /// them.
    pub async fn change_follow_rules(
        &self,
        site: Id,
        change: FollowRulesChange,
    ) -> Result<Result<FollowRules, Vec<RuleError>>, StoreError> {
        let (hub, now) = (self.clone(), self.0.clock.ts());
        let written = self.0.database.write(move |c| {
            let rules = FollowRules::read(c, site)?.with(change).normal(&hub);
            let rules = match rules {
                Ok(rules) => rules,
                Err(errors) => return Ok::<_, StoreError>(Err(errors)),
            };
            rules.write(c, site, now)?;
            Ok(Ok(FollowRules::read(c, site)?))
        });
        let written = written.await?;
        if written.is_ok() {
            self.0.sites.reload().await?;
            self.list_chosen();
        }
        Ok(written)
    }
}
