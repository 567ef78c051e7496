//! What a list proposes: each line waits for a person's word, and a refusal is remembered.

use super::file::{Line, Severity};
use super::plan::take_line;
use crate::ModerationError;
use crate::desk::Moderation;
use crate::measure::on_hosts;
use accounts::{Permission, roles};
use diesel::prelude::*;
use sites::Site;
use std::collections::{BTreeMap, BTreeSet};
use store::schema::{block_list_entries, block_lists, measures};
use store::{Conn, Id, StoreError, Ts, fresh_id, text_enum};

text_enum! {
    /// What became of a line here.
    pub enum ProposalState {
        /// It waits.
        Proposed = "proposed",
        /// Its measures were taken.
        Taken = "taken",
        /// A person said no; it is not proposed again.
        Refused = "refused",
        /// The site had decided about that server before: its own word counts.
        Own = "own",
        /// It was taken and is no longer on the list: lifting waits for a person.
        Gone = "gone",
    }
}

/// A line of a list, here.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = block_list_entries)]
pub struct Proposal {
    /// Key.
    pub id: Id,
    /// The list.
    pub list_id: Id,
    /// The server.
    pub host: String,
    /// Word of [`Severity`].
    pub severity: String,
    /// No pictures from there.
    pub reject_media: bool,
    /// Why, as the list says.
    pub reason: String,
    /// Word of [`ProposalState`].
    pub state: String,
    /// Since when it is so.
    pub since: Ts,
}

impl Proposal {
    fn line(&self) -> Line {
        Line {
            host: self.host.clone(),
            severity: Severity::from_word(&self.severity).unwrap_or(Severity::Noop),
            reject_media: self.reject_media,
            reason: self.reason.clone(),
        }
    }

    fn says(&self, line: &Line) -> bool {
        self.severity == line.severity.as_str() && self.reject_media == line.reject_media
    }
}

/// Compares a list with what it said before. New lines and harder ones are proposed; what was taken and is gone from the
/// list is proposed to be lifted; refusals, of whatever list, and the site's own decisions stay.
pub(super) fn merge(
    conn: &mut Conn,
    list: Id,
    lines: &[Line],
    (decided, refused): (&BTreeSet<String>, &BTreeSet<String>),
    now: Ts,
) -> Result<(), StoreError> {
    use ProposalState as S;
    let known: Vec<Proposal> = block_list_entries::table
        .filter(block_list_entries::list_id.eq(list))
        .select(Proposal::as_select())
        .load(conn)?;
    let mut known: BTreeMap<String, Proposal> = known
        .into_iter()
        .map(|one| (one.host.clone(), one))
        .collect();
    for line in lines {
        let idle = line.severity == Severity::Noop && !line.reject_media;
        if idle {
            continue;
        }
        let Some(before) = known.remove(&line.host) else {
            let state = match (decided.contains(&line.host), refused.contains(&line.host)) {
                (true, _) => S::Own,
                (false, true) => S::Refused,
                (false, false) => S::Proposed,
            };
            diesel::insert_into(block_list_entries::table)
                .values((
                    block_list_entries::id.eq(fresh_id(now.0)),
                    block_list_entries::list_id.eq(list),
                    block_list_entries::host.eq(&line.host),
                    block_list_entries::severity.eq(line.severity.as_str()),
                    block_list_entries::reject_media.eq(line.reject_media),
                    block_list_entries::reason.eq(&line.reason),
                    block_list_entries::state.eq(state.as_str()),
                    block_list_entries::since.eq(now),
                ))
                .execute(conn)?;
            continue;
        };
        let same = before.says(line);
        let state = match (S::from_word(&before.state), same) {
            // Back on the list before anybody lifted it.
            (Some(S::Gone), true) => S::Taken,
            (Some(S::Taken | S::Gone), false) => S::Proposed,
            (Some(state), _) => state,
            (None, _) => S::Proposed,
        };
        if same && before.reason == line.reason && before.state == state.as_str() {
            continue;
        }
        diesel::update(block_list_entries::table.find(before.id))
            .set((
                block_list_entries::severity.eq(line.severity.as_str()),
                block_list_entries::reject_media.eq(line.reject_media),
                block_list_entries::reason.eq(&line.reason),
                block_list_entries::state.eq(state.as_str()),
            ))
            .execute(conn)?;
        if before.state != state.as_str() {
            diesel::update(block_list_entries::table.find(before.id))
                .set(block_list_entries::since.eq(now))
                .execute(conn)?;
        }
    }
    for gone in known.into_values() {
        let row = block_list_entries::table.find(gone.id);
        match S::from_word(&gone.state) {
            Some(S::Taken) => {
                diesel::update(row)
                    .set((
                        block_list_entries::state.eq(S::Gone.as_str()),
                        block_list_entries::since.eq(now),
                    ))
                    .execute(conn)?;
            }
            // A no is remembered should the line come back.
            Some(S::Refused | S::Gone) => {}
            _ => {
                diesel::delete(row).execute(conn)?;
            }
        }
    }
    Ok(())
}

/// A no is about the server: whatever other list proposes it has its answer too.
fn refuse_everywhere(conn: &mut Conn, site: Id, host: &str, now: Ts) -> Result<(), StoreError> {
    let lists = block_lists::table
        .filter(block_lists::site_id.eq(site))
        .select(block_lists::id);
    let others = block_list_entries::table
        .filter(block_list_entries::list_id.eq_any(lists))
        .filter(block_list_entries::host.eq(host))
        .filter(block_list_entries::state.eq(ProposalState::Proposed.as_str()));
    diesel::update(others)
        .set((
            block_list_entries::state.eq(ProposalState::Refused.as_str()),
            block_list_entries::since.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}

impl Moderation {
    /// Says yes or no to what a list proposes.
    pub fn decide_proposal(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        id: Id,
        yes: bool,
        now: Ts,
    ) -> Result<(), ModerationError> {
        use ProposalState as S;
        roles::require_permission(conn, site.id, by, Permission::Federation)?;
        let found: Option<(Proposal, String)> = block_list_entries::table
            .inner_join(block_lists::table)
            .filter(block_list_entries::id.eq(id))
            .filter(block_lists::site_id.eq(site.id))
            .select((Proposal::as_select(), block_lists::url))
            .first(conn)
            .optional()?;
        let (proposal, url) = found.ok_or(ModerationError::Unknown)?;
        let brought = |measure: &crate::measure::Measure| {
            measure.list_url.as_deref() == Some(&url)
                && measure.host.as_deref() == Some(&proposal.host)
        };
        let next = match (S::from_word(&proposal.state), yes) {
            (Some(S::Proposed), true) => {
                // A harder or softer line takes the place of what the list brought before.
                for measure in on_hosts(conn, site.id)?.iter().filter(|m| brought(m)) {
                    self.undo_measure(conn, site, by, measure.id, now)?;
                }
                take_line(conn, self, site, by, &proposal.line(), Some(&url), now)?;
                Some(S::Taken)
            }
            (Some(S::Proposed), false) => {
                refuse_everywhere(conn, site.id, &proposal.host, now)?;
                Some(S::Refused)
            }
            (Some(S::Gone), true) => {
                for measure in on_hosts(conn, site.id)?.iter().filter(|m| brought(m)) {
                    self.undo_measure(conn, site, by, measure.id, now)?;
                }
                None
            }
            (Some(S::Gone), false) => {
                // It stays, as the site's own decision from now on.
                let own = measures::table
                    .filter(measures::site_id.eq(site.id))
                    .filter(measures::host.eq(&proposal.host))
                    .filter(measures::list_url.eq(&url))
                    .filter(measures::ended_at.is_null());
                diesel::update(own)
                    .set(measures::list_url.eq(None::<String>))
                    .execute(conn)?;
                None
            }
            _ => return Err(ModerationError::Decided),
        };
        let row = block_list_entries::table.find(id);
        match next {
            Some(state) => {
                diesel::update(row)
                    .set((
                        block_list_entries::state.eq(state.as_str()),
                        block_list_entries::since.eq(now),
                    ))
                    .execute(conn)?;
            }
            None => {
                diesel::delete(row).execute(conn)?;
            }
        }
        Ok(())
    }
}
