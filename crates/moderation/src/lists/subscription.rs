//! Lists at an address: subscribed to, read on a schedule, and ended; what they brought can be lifted together.

use super::file::Line;
use super::plan::{brought_by, decided};
use super::proposal::{ProposalState, merge};
use crate::ModerationError;
use crate::desk::Moderation;
use accounts::{Permission, roles};
use chrono::Duration;
use diesel::prelude::*;
use sites::Site;
use std::collections::BTreeMap;
use store::schema::{block_list_entries, block_lists, measures};
use store::{Conn, Id, Portable, StoreError, Ts, fresh_id};
use url::Url;

/// Lists of one site.
const MOST: i64 = 20;
/// After a failure: doubled each time, up to a day.
const FLOOR: Duration = Duration::minutes(30);

/// A list that a site subscribed to.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable)]
#[diesel(table_name = block_lists)]
pub struct BlockList {
    /// Key.
    pub id: Id,
    /// Whose.
    pub site_id: Id,
    /// Its address.
    pub url: String,
    /// What its server calls the version read last.
    pub etag: Option<String>,
    /// Read last, with success.
    pub read_at: Option<Ts>,
    /// Read next.
    pub due_at: Ts,
    /// Failures since.
    pub failures: i32,
    /// What went wrong last: a word.
    pub last_error: Option<String>,
}

impl BlockList {
    /// The lists of a site, the oldest first, each with how many of its lines wait.
    pub fn of_site(conn: &mut Conn, site: Id) -> Result<Vec<(Self, i64)>, StoreError> {
        let lists: Vec<Self> = block_lists::table
            .filter(block_lists::site_id.eq(site))
            .order(block_lists::id)
            .select(Self::as_select())
            .load(conn)?;
        let waiting: Vec<(Id, i64)> = block_list_entries::table
            .filter(
                block_list_entries::state
                    .eq(ProposalState::Proposed.as_str())
                    .or(block_list_entries::state.eq(ProposalState::Gone.as_str())),
            )
            .group_by(block_list_entries::list_id)
            .select((block_list_entries::list_id, diesel::dsl::count_star()))
            .load(conn)?;
        let waiting: BTreeMap<Id, i64> = waiting.into_iter().collect();
        let count = |list: Self| {
            let n = waiting.get(&list.id).copied().unwrap_or(0);
            (list, n)
        };
        Ok(lists.into_iter().map(count).collect())
    }

    /// One of a site.
    pub fn find(conn: &mut Conn, site: Id, id: Id) -> Result<Self, ModerationError> {
        let found = block_lists::table
            .find(id)
            .filter(block_lists::site_id.eq(site))
            .select(Self::as_select())
            .first(conn)
            .optional()?;
        found.ok_or(ModerationError::Unknown)
    }

    /// Those that are due, and when the next one is.
    pub(super) fn due(conn: &mut Conn, now: Ts) -> Result<Vec<Self>, StoreError> {
        Ok(block_lists::table
            .filter(block_lists::due_at.le(now))
            .order(block_lists::due_at)
            .limit(10)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Is read at the next look.
    pub fn read_soon(&self, conn: &mut Conn, by: Id, now: Ts) -> Result<(), ModerationError> {
        roles::require_admin(conn, self.site_id, by)?;
        diesel::update(block_lists::table.find(self.id))
            .set(block_lists::due_at.eq(now))
            .execute(conn)?;
        Ok(())
    }

    /// Takes in what was read, which holds for `rest`: `None` when nothing changed since.
    pub(super) fn put(
        &self,
        conn: &mut Conn,
        read: Option<(Vec<Line>, Option<String>)>,
        rest: Duration,
        now: Ts,
    ) -> Result<(), StoreError> {
        let set = (
            block_lists::read_at.eq(now),
            block_lists::due_at.eq(Ts::new(now.0 + rest)),
            block_lists::failures.eq(0),
            block_lists::last_error.eq(None::<String>),
        );
        let row = block_lists::table.find(self.id);
        if diesel::update(row).set(set).execute(conn)? == 0 {
            // Ended meanwhile.
            return Ok(());
        }
        let Some((lines, etag)) = read else {
            return Ok(());
        };
        diesel::update(row)
            .set(block_lists::etag.eq(etag))
            .execute(conn)?;
        let decided = decided(conn, self.site_id)?;
        let refused = remembered(conn, self.site_id)?.into_iter().collect();
        merge(conn, self.id, &lines, (&decided, &refused), now)
    }

    /// Notes a failure; tried again later and later, and not before `wait`.
    pub(super) fn fail(
        &self,
        conn: &mut Conn,
        why: &str,
        wait: Option<Duration>,
        now: Ts,
    ) -> Result<(), StoreError> {
        let doubled = FLOOR * 2_i32.pow(self.failures.clamp(0, 5).unsigned_abs());
        diesel::update(block_lists::table.find(self.id))
            .set((
                block_lists::failures.eq(self.failures + 1),
                block_lists::last_error.eq(why),
                block_lists::due_at.eq(Ts::new(now.0 + wait.unwrap_or_default().max(doubled))),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// Subscribes a site to a list; it is read at the next look, and proposes. Subscribing twice changes nothing.
pub fn subscribe(
    conn: &mut Conn,
    site: Id,
    by: Id,
    address: &str,
    now: Ts,
) -> Result<(), ModerationError> {
    roles::require_admin(conn, site, by)?;
    let url = Url::parse(address.trim()).map_err(|_| ModerationError::Address)?;
    let plain = matches!(url.scheme(), "https" | "http") && url.has_host();
    if !plain || !url.username().is_empty() || url.as_str().len() > 1_000 {
        return Err(ModerationError::Address);
    }
    let held: i64 = block_lists::table
        .filter(block_lists::site_id.eq(site))
        .count()
        .get_result(conn)?;
    if held >= MOST {
        return Err(ModerationError::TooLong);
    }
    let row = (
        block_lists::id.eq(fresh_id(now.0)),
        block_lists::site_id.eq(site),
        block_lists::url.eq(url.as_str()),
        block_lists::due_at.eq(now),
        block_lists::failures.eq(0),
        block_lists::by_id.eq(by),
        block_lists::created_at.eq(now),
    );
    let insert = diesel::insert_into(block_lists::table).values(row);
    Portable(insert.on_conflict_do_nothing()).execute(conn)?;
    Ok(())
}

/// Ends a subscription. What was taken on its word stays until it is lifted ([`Moderation::lift_list`]).
pub fn unsubscribe(conn: &mut Conn, site: Id, by: Id, id: Id) -> Result<(), ModerationError> {
    roles::require_admin(conn, site, by)?;
    let list = BlockList::find(conn, site, id)?;
    diesel::delete(block_lists::table.find(list.id)).execute(conn)?;
    Ok(())
}

/// Addresses of lists, each with how many measures that it brought hold; also of lists that were ended.
pub fn lifted_together(conn: &mut Conn, site: Id) -> Result<Vec<(String, i64)>, StoreError> {
    let rows: Vec<(Option<String>, i64)> = measures::table
        .filter(measures::site_id.eq(site))
        .filter(measures::ended_at.is_null())
        .filter(measures::list_url.is_not_null())
        .group_by(measures::list_url)
        .order(measures::list_url)
        .select((measures::list_url, diesel::dsl::count_star()))
        .load(conn)?;
    let named = |(url, n): (Option<String>, i64)| Some((url?, n));
    Ok(rows.into_iter().filter_map(named).collect())
}

/// Servers that a site refused to block although a list proposed it.
pub fn remembered(conn: &mut Conn, site: Id) -> Result<Vec<String>, StoreError> {
    Ok(block_list_entries::table
        .inner_join(block_lists::table)
        .filter(block_lists::site_id.eq(site))
        .filter(block_list_entries::state.eq(ProposalState::Refused.as_str()))
        .order(block_list_entries::host)
        .select(block_list_entries::host)
        .distinct()
        .load(conn)?)
}

impl Moderation {
    /// Takes back every measure that a list brought; gives how many.
    pub fn lift_list(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        url: &str,
        now: Ts,
    ) -> Result<usize, ModerationError> {
        roles::require_permission(conn, site.id, by, Permission::Federation)?;
        let brought = brought_by(conn, site.id, url)?;
        let lifted = brought.len();
        for measure in brought {
            self.undo_measure(conn, site, by, measure.id, now)?;
        }
        // Whoever lifts them has refused them: they do not come back by themselves.
        let list: Option<Id> = block_lists::table
            .filter(block_lists::site_id.eq(site.id))
            .filter(block_lists::url.eq(url))
            .select(block_lists::id)
            .first(conn)
            .optional()?;
        if let Some(list) = list {
            let taken = block_list_entries::table
                .filter(block_list_entries::list_id.eq(list))
                .filter(block_list_entries::state.eq(ProposalState::Taken.as_str()));
            diesel::update(taken)
                .set(block_list_entries::state.eq(ProposalState::Refused.as_str()))
                .execute(conn)?;
        }
        Ok(lifted)
    }
}
