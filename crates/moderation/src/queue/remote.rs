//! Publications of other servers that wait to be read, because a measure holds back what comes from there.

use super::{Deciding, Hands, Look, Source, Waiting, after};
use crate::ModerationError;
use crate::record::{Action, Deed};
use accounts::{Permission, roles};
use diesel::prelude::*;
use futures::future::BoxFuture;
use publication::{Object, followed_on, held_back_on};
use serde_json::json;
use store::schema::{actors, approved_objects, measures, objects};
use store::{Conn, Id, StoreError, Ts};

pub(super) struct Remote;

macro_rules! waiting {
    ($look:expr) => {{
        let read = approved_objects::table
            .filter(approved_objects::object_id.eq(objects::id))
            .filter(approved_objects::site_id.eq($look.site.id));
        objects::table
            .inner_join(actors::table)
            .filter(objects::site_id.is_null())
            .filter(followed_on!($look.site.id, $look.own()))
            .filter(held_back_on!($look.site.id))
            .filter(diesel::dsl::not(diesel::dsl::exists(read)))
    }};
}

/// Most sites hold nobody back: one small question instead of a search among all that came.
fn any(conn: &mut Conn, site: Id) -> Result<bool, StoreError> {
    let holding = measures::table
        .filter(measures::site_id.eq(site))
        .filter(measures::kind.eq("hold"))
        .filter(measures::ended_at.is_null())
        .filter(
            measures::host
                .is_not_null()
                .or(measures::actor_id.is_not_null()),
        );
    Ok(diesel::select(diesel::dsl::exists(holding)).get_result(conn)?)
}

impl Source for Remote {
    fn name(&self) -> &'static str {
        "remote"
    }

    fn permission(&self) -> Permission {
        Permission::Publications
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        match any(conn, look.site.id)? {
            true => Ok(waiting!(look).count().get_result(conn)?),
            false => Ok(0),
        }
    }

    fn newest(&self, conn: &mut Conn, look: &Look) -> Result<Option<Ts>, StoreError> {
        match any(conn, look.site.id)? {
            true => Ok(waiting!(look)
                .select(diesel::dsl::max(objects::seen_at))
                .first(conn)?),
            false => Ok(None),
        }
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        if !any(conn, look.site.id)? {
            return Ok(Vec::new());
        }
        type Row = (Id, Ts, String, String);
        let query = waiting!(look).into_boxed::<store::MultiBackend>();
        let rows: Vec<Row> = after!(query, look, objects::seen_at, objects::id)
            .order((objects::seen_at, objects::id))
            .limit(limit)
            .select((objects::id, objects::seen_at, objects::title, actors::host))
            .load(conn)?;
        let waiting = |(key, since, title, about): Row| Waiting {
            source: "remote",
            key,
            since,
            title,
            about,
            reason: String::new(),
            link: format!("/admin/measures/new?on=object:{key}"),
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
        let (now, yes, deciding) = (hands.clock.ts(), act == "approve", deciding.clone());
        Box::pin(async move {
            let written = hands.database.write(move |conn| {
                let Deciding { site, by, .. } = &deciding;
                roles::require_permission(conn, site.id, *by, Permission::Publications)?;
                let object = Object::by_id(conn, key)?
                    .filter(|object| object.site_id.is_none())
                    .ok_or(ModerationError::Unknown)?;
                let row = (
                    approved_objects::site_id.eq(site.id),
                    approved_objects::object_id.eq(object.id),
                    approved_objects::shown.eq(yes),
                    approved_objects::by_id.eq(*by),
                    approved_objects::at.eq(now),
                );
                let insert = diesel::insert_into(approved_objects::table).values(row);
                if store::Portable(insert.on_conflict_do_nothing()).execute(conn)? == 0 {
                    return Err(ModerationError::Decided);
                }
                let action = match yes {
                    true => Action::HeldApproved,
                    false => Action::HeldRefused,
                };
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
            written.await
        })
    }
}
