//! Who may follow a site, whom it follows by itself, and how much it takes over.

use crate::actor::Actor;
use diesel::prelude::*;
use sites::{FollowerPolicy, Site};
use store::schema::{follow_hosts, follow_settings};
use store::{Conn, Id, Portable, StoreError, Ts};

/// What becomes of a new follower.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// At once.
    Accept,
    /// A person decides.
    Wait,
    /// Not on the list.
    Refuse,
}

/// What the policy says to a follower from `host`: the site's policy for its own actor, an agenda's
/// own rule for an agenda.
pub(crate) fn standing(
    conn: &mut Conn,
    site: &Site,
    target: &Actor,
    host: &str,
) -> Result<Standing, StoreError> {
    if target.kind != "Application" {
        return Ok(match target.manually_approves {
            true => Standing::Wait,
            false => Standing::Accept,
        });
    }
    Ok(match site.follower_policy {
        FollowerPolicy::Automatic => Standing::Accept,
        FollowerPolicy::Manual => Standing::Wait,
        FollowerPolicy::AllowList if is_listed(conn, site.id, HostList::Allowed, host)? => {
            Standing::Accept
        }
        FollowerPolicy::AllowList => Standing::Refuse,
    })
}

store::text_enum! {
    /// A list of hosts of a site.
    pub enum HostList {
        /// May follow, when only these may.
        Allowed = "allowed",
        /// Never followed by itself.
        Excluded = "excluded",
    }
}

/// True when a list of a site names a host, exactly.
pub(crate) fn is_listed(
    conn: &mut Conn,
    site: Id,
    list: HostList,
    host: &str,
) -> Result<bool, StoreError> {
    let row = follow_hosts::table.find((site, list.as_str(), host));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}

/// The hosts of a list, sorted.
pub fn hosts(conn: &mut Conn, site: Id, list: HostList) -> Result<Vec<String>, StoreError> {
    Ok(follow_hosts::table
        .filter(follow_hosts::site_id.eq(site))
        .filter(follow_hosts::list.eq(list.as_str()))
        .order(follow_hosts::host)
        .select(follow_hosts::host)
        .load(conn)?)
}

/// Replaces a list.
pub fn set_hosts(
    conn: &mut Conn,
    site: Id,
    list: HostList,
    hosts: &[String],
) -> Result<(), StoreError> {
    let old = follow_hosts::table
        .filter(follow_hosts::site_id.eq(site))
        .filter(follow_hosts::list.eq(list.as_str()));
    diesel::delete(old).execute(conn)?;
    for host in hosts {
        let row = (
            follow_hosts::site_id.eq(site),
            follow_hosts::list.eq(list.as_str()),
            follow_hosts::host.eq(host),
        );
        let insert = diesel::insert_into(follow_hosts::table).values(row);
        Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    }
    Ok(())
}

/// How a site follows.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, AsChangeset, Insertable)]
#[diesel(table_name = follow_settings)]
#[diesel(treat_none_as_null = true)]
pub struct FollowSettings {
    /// The site.
    pub site_id: Id,
    /// Instances that follow us are followed.
    pub follow_back: bool,
    /// Most documents taken over from a peer that accepts, 0 to 1000.
    pub backfill_most: i32,
    /// A list of instances to follow.
    pub index_url: Option<String>,
    /// Hours between two readings of it, 1 to 720.
    pub index_hours: i32,
    /// Most instances of it followed in a day, 1 to 100.
    pub index_daily: i32,
    /// Its version as last read.
    pub index_etag: Option<String>,
    /// Its hosts as last read, one a line.
    pub index_hosts: String,
    /// When it was last read.
    pub index_checked_at: Option<Ts>,
    /// When it is read again.
    pub index_next_at: Option<Ts>,
    /// What was wrong with it: code of [`super::index::ListError`].
    pub index_error: Option<String>,
    /// The day that `index_used` counts.
    pub index_day: String,
    /// Follows asked on that day.
    pub index_used: i32,
}

impl FollowSettings {
    /// What holds where nothing was chosen.
    pub fn of_site(site: Id) -> Self {
        Self {
            site_id: site,
            follow_back: false,
            backfill_most: 200,
            index_url: None,
            index_hours: 24,
            index_daily: 10,
            index_etag: None,
            index_hosts: String::new(),
            index_checked_at: None,
            index_next_at: None,
            index_error: None,
            index_day: String::new(),
            index_used: 0,
        }
    }

    /// A site's.
    pub fn read(conn: &mut Conn, site: Id) -> Result<Self, StoreError> {
        let row = follow_settings::table
            .find(site)
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        Ok(row.unwrap_or_else(|| Self::of_site(site)))
    }

    /// Writes them.
    pub fn write(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let known = diesel::update(follow_settings::table.find(self.site_id))
            .set(self)
            .execute(conn)?;
        if known == 0 {
            diesel::insert_into(follow_settings::table)
                .values(self.clone())
                .execute(conn)?;
        }
        Ok(())
    }
}
