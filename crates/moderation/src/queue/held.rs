//! Publications that wait to be read before they are shown.

use super::{Deciding, Hands, Look, Source, Waiting, after};
use crate::ModerationError;
use crate::proposed;
use crate::record::{Action, Deed};
use accounts::{Permission, roles};
use diesel::prelude::*;
use futures::future::BoxFuture;
use publication::{Object, ObjectState, Revision};
use serde_json::json;
use store::schema::{actors, objects};
use store::{Conn, Id, StoreError, Ts};

pub(super) struct Held;

impl Source for Held {
    fn name(&self) -> &'static str {
        "held"
    }

    fn permission(&self) -> Permission {
        Permission::Publications
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        let held = objects::table
            .filter(objects::site_id.eq(look.site.id))
            .filter(objects::state.eq(ObjectState::Held.as_str()));
        Ok(held.count().get_result(conn)?)
    }

    fn newest(&self, conn: &mut Conn, look: &Look) -> Result<Option<Ts>, StoreError> {
        let held = objects::table
            .filter(objects::site_id.eq(look.site.id))
            .filter(objects::state.eq(ObjectState::Held.as_str()));
        Ok(held
            .select(diesel::dsl::max(objects::updated_at))
            .first(conn)?)
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let query = objects::table
            .inner_join(actors::table)
            .filter(objects::site_id.eq(look.site.id))
            .filter(objects::state.eq(ObjectState::Held.as_str()))
            .into_boxed::<store::MultiBackend>();
        let rows: Vec<(Id, Ts, String, String, String)> =
            after!(query, look, objects::seen_at, objects::id)
                .order((objects::seen_at, objects::id))
                .limit(limit)
                .select((
                    objects::id,
                    objects::seen_at,
                    objects::title,
                    actors::name,
                    objects::url,
                ))
                .load(conn)?;
        let keys: Vec<Id> = rows.iter().map(|(key, ..)| *key).collect();
        let proposed = proposed::among(conn, &keys)?;
        let waiting =
            |(key, since, title, about, link): (Id, Ts, String, String, String)| Waiting {
                source: "held",
                key,
                since,
                title,
                about,
                reason: match proposed.contains(&key) {
                    true => "proposed".to_owned(),
                    false => String::new(),
                },
                link,
                assigned_to: None,
            };
        Ok(rows.into_iter().map(waiting).collect())
    }

    fn acts(&self) -> &'static [&'static str] {
        &["approve", "refuse"]
    }

    fn act<'a>(
        &'a self,
        hands: &'a Hands,
        deciding: &'a Deciding,
        key: Id,
        act: &'a str,
    ) -> BoxFuture<'a, Result<(), ModerationError>> {
        // Without the desk: what a moderator lets through is not held again.
        let (registry, now) = (hands.moderation.registry.clone(), hands.clock.ts());
        let desk = hands.moderation.clone();
        let (deciding, yes) = (deciding.clone(), act == "approve");
        Box::pin(async move {
            let written = hands.database.write(move |conn| {
                let Deciding { site, by, words } = &deciding;
                roles::require_permission(conn, site.id, *by, Permission::Publications)?;
                let held =
                    Object::by_id(conn, key)?.filter(|object| object.site_id == Some(site.id));
                let object = held.ok_or(ModerationError::Unknown)?;
                if object.state() != ObjectState::Held {
                    return Err(ModerationError::Decided);
                }
                let (state, action) = match yes {
                    true => (ObjectState::Public, Action::HeldApproved),
                    false => (ObjectState::Draft, Action::HeldRefused),
                };
                let revision = Revision {
                    state: Some(state.as_str().to_owned()),
                    ..Revision::default()
                };
                let changes = json!({"state": [object.state, state.as_str()]});
                let same = |_: &mut Conn, _: &Object| Ok(());
                // The revision read is the one decided on: an edit in between is read again (MOD-02).
                let decided = publication::revise(
                    conn,
                    &registry,
                    &object,
                    Some(object.revision),
                    &revision,
                    None,
                    Some(*by),
                    changes,
                    same,
                    now,
                )?;
                // What a passer-by proposed has no author who could work on it: refused, it is gone.
                if desk.answer_proposal(conn, site, &object, yes, words, now)? && !yes {
                    publication::delete(conn, &registry, &decided, Some(*by), now)?;
                }
                let deed = Deed {
                    site: site.id,
                    by: Some(*by),
                    action,
                    target_kind: "object",
                    target: &object.uri,
                    reason: "",
                    detail: json!({"revision": object.revision}),
                };
                crate::record::write(conn, &deed, now)?;
                Ok::<_, ModerationError>(())
            });
            written.await?;
            hands.moderation.wake();
            hands.federation.wake();
            Ok(())
        })
    }
}
