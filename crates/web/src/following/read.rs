//! Follows of a site in both directions, with what is known of the servers on the other side.

use diesel::prelude::*;
use federation::Actor;
use federation::follow::{Follow, FollowState};
use std::collections::HashMap;
use store::schema::{actors, follows, objects, peers};
use store::{Conn, Id, StoreError};

/// Everything around a site.
pub(crate) struct Circle {
    /// Whom the site's actor follows or asked to.
    pub(crate) following: Vec<(Follow, Actor)>,
    /// Who follows the site's actor or one of its agendas, with the actor followed.
    pub(crate) followers: Vec<(Follow, Actor, Actor)>,
    /// Last failure of the servers that did not answer several times in a row, by host.
    pub(crate) silent: HashMap<String, String>,
    /// Published objects received, by host.
    pub(crate) received: HashMap<String, i64>,
}

/// Failed deliveries in a row after which a server counts as gone.
const SILENT_AFTER: i32 = 3;
/// Most followers read.
const MOST: i64 = 1_000;

/// The word shown for a state; `None` for what is over.
pub(crate) fn shown_state(follow: &Follow) -> Option<&'static str> {
    match follow.state() {
        FollowState::Pending => Some("pending"),
        FollowState::Accepted => Some("accepted"),
        FollowState::Refused => Some("refused"),
        FollowState::Removed | FollowState::Lost => None,
    }
}

/// Reads all of it.
pub(crate) fn circle(conn: &mut Conn, site: Id, own: Option<Id>) -> Result<Circle, StoreError> {
    let mut following = match own {
        Some(own) => Follow::following(conn, own)?,
        None => Vec::new(),
    };
    following.retain(|(follow, _)| shown_state(follow).is_some());
    let ours: Vec<Actor> = actors::table
        .filter(actors::site_id.eq(site))
        .filter(actors::state.eq("active"))
        .select(Actor::as_select())
        .load(conn)?;
    let ours: HashMap<Id, Actor> = ours.into_iter().map(|actor| (actor.id, actor)).collect();
    let target = diesel::alias!(actors as target);
    let rows: Vec<(Follow, Actor)> = follows::table
        .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
        .inner_join(target.on(target.field(actors::id).eq(follows::target_id)))
        .filter(target.field(actors::site_id).eq(site))
        .filter(follows::state.ne(FollowState::Removed.as_str()))
        .filter(follows::state.ne(FollowState::Lost.as_str()))
        .order(follows::id.desc())
        .limit(MOST)
        .select((Follow::as_select(), Actor::as_select()))
        .load(conn)?;
    let followers = rows
        .into_iter()
        .filter_map(|(follow, actor)| {
            let target = ours.get(&follow.target_id)?.clone();
            Some((follow, actor, target))
        })
        .collect();
    let silent: Vec<(String, Option<String>)> = peers::table
        .filter(peers::failures.ge(SILENT_AFTER))
        .select((peers::host, peers::last_error))
        .load(conn)?;
    let received: Vec<(String, i64)> = objects::table
        .inner_join(actors::table)
        .filter(objects::site_id.is_null())
        // As many as the lists show: what is held or taken away here is not counted (ACL-01).
        .filter(publication::shown_on!(site, own.unwrap_or(site)))
        .group_by(actors::host)
        .select((actors::host, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(Circle {
        following,
        followers,
        silent: silent
            .into_iter()
            .map(|(host, error)| (host, error.unwrap_or_default()))
            .collect(),
        received: received.into_iter().collect(),
    })
}
