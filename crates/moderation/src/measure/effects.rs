//! What a measure changes beside its own row, and how that is given back.

use super::{Measure, MeasureKind, NewMeasure};
use crate::ModerationError;
use crate::desk::Moderation;
use crate::target::{Target, TargetKind};
use accounts::{SiteRole, roles};
use diesel::prelude::*;
use federation::{Actor, ActorState};
use publication::{CommentPolicy, Object, ObjectState, Revision};
use serde_json::{Value, json};
use sites::Site;
use store::schema::{actors, comments, measures, peers, site_roles};
use store::{Conn, Id, StoreError, Ts};

/// True when a site may decide on a target: its own, and what comes from other servers. What a sibling site of the same
/// server publishes is the sibling's to judge.
pub(super) fn is_of_site(
    conn: &mut Conn,
    site: &Site,
    target: &Target,
) -> Result<bool, StoreError> {
    let Some(id) = target.id else { return Ok(true) };
    let own = |found: Option<Id>| found.is_none_or(|found| found == site.id);
    Ok(match target.kind {
        TargetKind::Object => Object::by_id(conn, id)?.is_some_and(|object| own(object.site_id)),
        TargetKind::Comment => {
            let under: Option<Id> = comments::table
                .find(id)
                .select(comments::object_id)
                .first(conn)
                .optional()?;
            match under {
                Some(under) => Object::by_id(conn, under)?
                    .is_some_and(|object| object.site_id == Some(site.id)),
                None => false,
            }
        }
        TargetKind::Actor => Actor::by_id(conn, id)?.is_some_and(|actor| own(actor.site_id)),
        TargetKind::Account => {
            let there = site_roles::table.find((site.id, id));
            diesel::select(diesel::dsl::exists(there)).get_result(conn)?
        }
        TargetKind::Host => true,
    })
}

impl Moderation {
    /// Makes it so; gives what is to be given back.
    pub(super) fn begin_effect(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        target: &Target,
        new: &NewMeasure,
        now: Ts,
    ) -> Result<Value, ModerationError> {
        use MeasureKind as M;
        use TargetKind as T;
        if (new.kind, target.kind) == (M::Block, T::Host) {
            return self.block(conn, target, new, now);
        }
        let Some(id) = target.id else {
            return Ok(json!({}));
        };
        match (new.kind, target.kind) {
            (M::Remove, T::Object) if !target.is_remote() => {
                let object = Object::by_id(conn, id)?.ok_or(ModerationError::Unknown)?;
                if matches!(object.state(), ObjectState::Removed | ObjectState::Deleted) {
                    return Err(ModerationError::Decided);
                }
                self.set_state(conn, &object, ObjectState::Removed.as_str(), by, now)?;
                Ok(json!({"state": object.state}))
            }
            (M::Lock, T::Object) => {
                let object = Object::by_id(conn, id)?.ok_or(ModerationError::Unknown)?;
                self.set_comments(conn, &object, CommentPolicy::Closed.as_str(), by, now)?;
                Ok(json!({"comments": object.comments}))
            }
            (M::Remove, T::Comment) => {
                let state: String = comments::table
                    .find(id)
                    .select(comments::state)
                    .first(conn)
                    .optional()?
                    .ok_or(ModerationError::Unknown)?;
                if matches!(state.as_str(), "removed" | "deleted") {
                    return Err(ModerationError::Decided);
                }
                set_comment(conn, id, "removed")?;
                Ok(json!({"state": state}))
            }
            (M::Purge, T::Object) => {
                let object = Object::by_id(conn, id)?.ok_or(ModerationError::Unknown)?;
                match target.is_remote() {
                    true => {
                        federation::Content::remove(&self.registry, conn, &object.uri, now)?;
                    }
                    false => publication::delete(conn, &self.registry, &object, Some(by), now)?,
                }
                Ok(json!({}))
            }
            (M::Purge, T::Comment) => {
                federation::Content::remove(&self.registry, conn, &target.uri, now)?;
                Ok(json!({}))
            }
            (M::Suspend, T::Account) => {
                let role = roles::site_role(conn, site.id, id)?.ok_or(ModerationError::Unknown)?;
                roles::grant_site(conn, by, site.id, id, SiteRole::Suspended, now)?;
                Ok(json!({"role": role.as_str()}))
            }
            (M::Suspend, T::Actor) if !target.is_remote() => {
                match set_actor(conn, id, ActorState::Active, ActorState::Suspended)? {
                    true => Ok(json!({})),
                    false => Err(ModerationError::Decided),
                }
            }
            _ => Ok(json!({})),
        }
    }

    /// Gives back what was before.
    pub(super) fn end_effect(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Option<Id>,
        target: &Target,
        measure: &Measure,
        now: Ts,
    ) -> Result<(), ModerationError> {
        use MeasureKind as M;
        use TargetKind as T;
        if (measure.kind(), target.kind) == (Some(M::Block), T::Host) {
            return unblock(conn, target, measure);
        }
        let (Some(kind), Some(id)) = (measure.kind(), target.id) else {
            return Ok(());
        };
        let before = |key: &str| {
            measure.before.0[key]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        match (kind, target.kind) {
            (M::Sensitive, T::Object) if !target.is_remote() => {
                let object = Object::by_id(conn, id)?.ok_or(ModerationError::Unknown)?;
                self.say_again(conn, &object, now)?;
            }
            (M::Remove, T::Object) if !target.is_remote() => {
                let object = Object::by_id(conn, id)?.ok_or(ModerationError::Unknown)?;
                // Deleted by its author meanwhile: it stays so.
                if object.state() == ObjectState::Removed {
                    let state =
                        ObjectState::from_word(&before("state")).unwrap_or(ObjectState::Held);
                    self.set_state(conn, &object, state.as_str(), by, now)?;
                }
            }
            (M::Lock, T::Object) => {
                let object = Object::by_id(conn, id)?.ok_or(ModerationError::Unknown)?;
                let policy = before("comments");
                if object.comments == CommentPolicy::Closed.as_str()
                    && CommentPolicy::from_word(&policy).is_some()
                    && object.state() != ObjectState::Deleted
                {
                    self.set_comments(conn, &object, &policy, by, now)?;
                }
            }
            (M::Remove, T::Comment) => {
                let back = match before("state").as_str() {
                    "public" => "public",
                    _ => "held",
                };
                let removed = comments::table
                    .find(id)
                    .filter(comments::state.eq("removed"));
                diesel::update(removed)
                    .set(comments::state.eq(back))
                    .execute(conn)?;
            }
            (M::Suspend, T::Account) => {
                let role = SiteRole::from_word(&before("role")).unwrap_or(SiteRole::Member);
                if roles::site_role(conn, site.id, id)? == Some(SiteRole::Suspended) {
                    roles::set_site_role(conn, site.id, id, role, now)?;
                }
            }
            (M::Suspend, T::Actor) if !target.is_remote() => {
                set_actor(conn, id, ActorState::Suspended, ActorState::Active)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The block itself; whoever commits makes it known to the process (`Federation::reread_blocks`).
    fn block(
        &self,
        conn: &mut Conn,
        target: &Target,
        new: &NewMeasure,
        now: Ts,
    ) -> Result<Value, ModerationError> {
        let reason = match new.message.trim() {
            "" => new.reason.as_str(),
            words => words,
        };
        let before: Option<bool> = peers::table
            .find(&target.host)
            .select(peers::blocked)
            .first(conn)
            .optional()?;
        match federation::block_in(conn, &self.sites, &target.host, reason, now) {
            Ok(ended) => Ok(json!({
                "blocked": before.unwrap_or(false), "follows": ended.follows, "deliveries": ended.deliveries,
            })),
            Err(federation::BlockError::Store(error)) => Err(error.into()),
            Err(_) => Err(ModerationError::NotFitting),
        }
    }

    /// Followers of an object of ours hear of it as it is now.
    pub(super) fn say_again(
        &self,
        conn: &mut Conn,
        object: &Object,
        now: Ts,
    ) -> Result<(), ModerationError> {
        match object.state() {
            ObjectState::Public => self.change(
                conn,
                object,
                &Revision::default(),
                json!({"sensitive": true}),
                None,
                now,
            ),
            _ => Ok(()),
        }
    }

    fn set_state(
        &self,
        conn: &mut Conn,
        object: &Object,
        state: &str,
        by: impl Into<Option<Id>>,
        now: Ts,
    ) -> Result<(), ModerationError> {
        let revision = Revision {
            state: Some(state.to_owned()),
            ..Revision::default()
        };
        self.change(
            conn,
            object,
            &revision,
            json!({"state": [object.state, state]}),
            by.into(),
            now,
        )
    }

    fn set_comments(
        &self,
        conn: &mut Conn,
        object: &Object,
        policy: &str,
        by: impl Into<Option<Id>>,
        now: Ts,
    ) -> Result<(), ModerationError> {
        let revision = Revision {
            comments: Some(policy.to_owned()),
            ..Revision::default()
        };
        self.change(
            conn,
            object,
            &revision,
            json!({"comments": [object.comments, policy]}),
            by.into(),
            now,
        )
    }

    fn change(
        &self,
        conn: &mut Conn,
        object: &Object,
        revision: &Revision,
        changes: Value,
        by: Option<Id>,
        now: Ts,
    ) -> Result<(), ModerationError> {
        let same = |_: &mut Conn, _: &Object| Ok(());
        let registry = &self.registry;
        publication::revise(
            conn, registry, object, None, revision, None, by, changes, same, now,
        )?;
        Ok(())
    }
}

/// Lifts a block, unless it stood before the measure, or another site's measure still asks for it.
fn unblock(conn: &mut Conn, target: &Target, measure: &Measure) -> Result<(), ModerationError> {
    let others = measures::table
        .filter(measures::host.eq(&target.host))
        .filter(measures::kind.eq(MeasureKind::Block.as_str()))
        .filter(measures::ended_at.is_null())
        .filter(measures::id.ne(measure.id));
    let wanted: bool = diesel::select(diesel::dsl::exists(others)).get_result(conn)?;
    if wanted || measure.before.0["blocked"].as_bool() == Some(true) {
        return Ok(());
    }
    match federation::lift_in(conn, &target.host) {
        Err(federation::BlockError::Store(error)) => Err(error.into()),
        _ => Ok(()),
    }
}

fn set_comment(conn: &mut Conn, id: Id, state: &str) -> Result<(), StoreError> {
    diesel::update(comments::table.find(id))
        .set(comments::state.eq(state))
        .execute(conn)?;
    Ok(())
}

/// False when it was not in the state `from`.
fn set_actor(
    conn: &mut Conn,
    id: Id,
    from: ActorState,
    to: ActorState,
) -> Result<bool, StoreError> {
    let named = actors::table
        .find(id)
        .filter(actors::state.eq(from.as_str()));
    let set = diesel::update(named)
        .set(actors::state.eq(to.as_str()))
        .execute(conn)?;
    Ok(set > 0)
}
