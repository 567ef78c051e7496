//! An actor of another server that moves takes along what was decided of it.

use super::Measure;
use crate::desk::Moderation;
use crate::record::{Action, Deed};
use crate::target::Target;
use diesel::prelude::*;
use serde_json::json;
use store::schema::measures;
use store::{Conn, Id, StoreError, Ts, fresh_id};

impl Moderation {
    /// Measures in force on `old` hold of `new` as well, with the same reason and end; those on `old` stay.
    pub(crate) fn go_along(
        &self,
        conn: &mut Conn,
        old: Id,
        new: Id,
        now: Ts,
    ) -> Result<(), StoreError> {
        let held: Vec<Measure> = measures::table
            .filter(measures::actor_id.eq(old))
            .filter(measures::ended_at.is_null())
            .select(Measure::as_select())
            .load(conn)?;
        if held.is_empty() {
            return Ok(());
        }
        let Some(target) = Target::actor(conn, new)? else {
            return Ok(());
        };
        for measure in held {
            let same = measures::table
                .filter(measures::site_id.eq(measure.site_id))
                .filter(measures::actor_id.eq(new))
                .filter(measures::kind.eq(&measure.kind))
                .filter(measures::ended_at.is_null());
            if diesel::select(diesel::dsl::exists(same)).get_result::<bool>(conn)? {
                continue;
            }
            let id = fresh_id(now.0);
            diesel::insert_into(measures::table)
                .values((
                    measures::id.eq(id),
                    measures::site_id.eq(measure.site_id),
                    measures::kind.eq(&measure.kind),
                    measures::actor_id.eq(new),
                    measures::title.eq(&target.title),
                    measures::scope.eq(&measure.scope),
                    measures::reason.eq(&measure.reason),
                    measures::message.eq(&measure.message),
                    measures::before.eq(&measure.before),
                    measures::created_at.eq(now),
                    measures::ends_at.eq(measure.ends_at),
                    measures::undone.eq(false),
                ))
                .execute(conn)?;
            let deed = Deed {
                site: measure.site_id,
                by: None,
                action: Action::MeasureTaken,
                target_kind: target.kind.as_str(),
                target: &target.uri,
                reason: &measure.reason,
                detail: json!({
                    "measure": id.to_string(), "kind": measure.kind, "moved_from": measure.id.to_string(),
                    "ends": measure.ends_at,
                }),
            };
            crate::record::write(conn, &deed, now)?;
        }
        Ok(())
    }
}
