//! What an agenda makes of replies (R-REP-01): its rule, and what its organisers decide of each.

use crate::content;
use crate::kind::Registry;
use crate::life::{LifeError, Revision, revise};
use crate::object::{CommentPolicy, Object, ObjectState, note_history};
use diesel::prelude::*;
use serde_json::json;
use store::schema::{actors, comments, measures, objects};
use store::{Conn, Id, StoreError, Ts};

/// Objects to come of which followers are told when the rule changes; older ones are read again when
/// somebody asks for them.
const TOLD: i64 = 200;

/// The rule of an actor of ours, for what it publishes from now on; `Closed` for an unknown word.
pub fn comment_policy(conn: &mut Conn, actor: Id) -> Result<CommentPolicy, StoreError> {
    let word: Option<String> = actors::table
        .find(actor)
        .select(actors::comments)
        .first(conn)
        .optional()?;
    let known = word.and_then(|word| CommentPolicy::from_word(&word));
    Ok(known.unwrap_or(CommentPolicy::Closed))
}

/// Changes the rule of an actor of ours and of everything it published. Followers are told of what is
/// still to come: peers show or hide the box for answers by it.
pub fn set_comment_policy(
    conn: &mut Conn,
    registry: &Registry,
    actor: Id,
    policy: CommentPolicy,
    account: Option<Id>,
    now: Ts,
) -> Result<(), LifeError> {
    let before = comment_policy(conn, actor)?;
    if before == policy {
        return Ok(());
    }
    diesel::update(actors::table.find(actor))
        .set(actors::comments.eq(policy.as_str()))
        .execute(conn)?;
    for object in content::to_come(registry, conn, actor, now, TOLD)? {
        let revision = Revision {
            comments: Some(policy.as_str().to_owned()),
            ..Revision::default()
        };
        let changes = json!({"comments": [object.comments, policy.as_str()]});
        let same = |_: &mut Conn, _: &Object| Ok(());
        revise(
            conn, registry, &object, None, &revision, None, account, changes, same, now,
        )?;
    }
    let rest = objects::table
        .filter(objects::actor_id.eq(actor))
        .filter(objects::site_id.is_not_null())
        .filter(objects::comments.ne(policy.as_str()));
    diesel::update(rest)
        .set(objects::comments.eq(policy.as_str()))
        .execute(conn)?;
    Ok(())
}

/// What an organiser decides of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Shown to everybody.
    Show,
    /// Shown to nobody; a newer wording stays hidden.
    Hide,
}

/// Shows or hides a reply to `object`; `false` when there is no such reply, it is gone, or a moderator took it away: that is
/// the moderators' to give back.
pub fn decide(
    conn: &mut Conn,
    object: Id,
    comment: Id,
    decision: Decision,
    account: Option<Id>,
    now: Ts,
) -> Result<bool, StoreError> {
    let (state, action) = match decision {
        Decision::Show => ("public", "comment_shown"),
        Decision::Hide => ("removed", "comment_hidden"),
    };
    let named = comments::table
        .filter(comments::id.eq(comment))
        .filter(comments::object_id.eq(object))
        .filter(comments::state.ne("deleted"));
    if decision == Decision::Show && taken_away(conn, comment)? {
        return Ok(false);
    }
    let changed = diesel::update(named)
        .set(comments::state.eq(state))
        .execute(conn)?;
    if changed > 0 {
        let what = json!({"comment": comment.to_string()});
        note_history(conn, object, account, action, what, now)?;
    }
    Ok(changed > 0)
}

/// True while a moderator's measure keeps a reply away.
fn taken_away(conn: &mut Conn, comment: Id) -> Result<bool, StoreError> {
    let measure = measures::table
        .filter(measures::comment_id.eq(comment))
        .filter(measures::kind.eq("remove"))
        .filter(measures::ended_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(measure)).get_result(conn)?)
}

/// Objects of an actor under which replies wait for a decision: key, title and how many.
pub fn waiting_comments(conn: &mut Conn, actor: Id) -> Result<Vec<(Id, String, i64)>, StoreError> {
    Ok(comments::table
        .inner_join(objects::table)
        .filter(objects::actor_id.eq(actor))
        .filter(objects::state.eq(ObjectState::Public.as_str()))
        .filter(comments::state.eq("held"))
        .group_by((objects::id, objects::title))
        .order(objects::id)
        .limit(50)
        .select((objects::id, objects::title, diesel::dsl::count_star()))
        .load(conn)?)
}
