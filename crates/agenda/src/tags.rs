//! Tags that the form of an event proposes.

use diesel::dsl::{count_star, max};
use diesel::prelude::*;
use publication::{not_hidden_on, not_unlisted_on};
use std::collections::HashSet;
use store::schema::{events, object_tags, objects};
use store::{Conn, Id, StoreError};

/// Proposed at most, those of the place among them.
const MOST: usize = 40;

/// Tags in use among public events of the site: those of events at `place`, the most used first,
/// then the site's most used. Nothing of another site (WEB-04), nothing of a draft
/// or of what moderators keep out of lists.
pub(crate) fn proposed(
    conn: &mut Conn,
    site: Id,
    place: Option<Id>,
) -> Result<Vec<String>, StoreError> {
    // One spelling stands for all that fold to the same.
    type Used = Vec<(String, Option<String>)>;
    let used = || {
        object_tags::table
            .inner_join(objects::table)
            .filter(objects::site_id.eq(site))
            .filter(objects::state.eq("public"))
            .filter(objects::audience.eq("public"))
            .filter(not_hidden_on!(site))
            .filter(not_unlisted_on!(site))
            .group_by(object_tags::tag_folded)
            .select((object_tags::tag_folded, max(object_tags::tag)))
            .order((count_star().desc(), object_tags::tag_folded))
            .limit(40)
    };
    let mut all: Used = Vec::new();
    if let Some(place) = place {
        let there = events::table
            .filter(events::place_id.eq(place))
            .select(events::object_id);
        let at_place: Used = used().filter(objects::id.eq_any(there)).load(conn)?;
        all.extend(at_place);
    }
    let everywhere: Used = used().load(conn)?;
    all.extend(everywhere);
    let mut seen = HashSet::new();
    let fresh = all
        .into_iter()
        .filter(|(folded, _)| seen.insert(folded.clone()));
    Ok(fresh.filter_map(|(_, tag)| tag).take(MOST).collect())
}
