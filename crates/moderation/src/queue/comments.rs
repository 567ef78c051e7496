//! Replies that wait to be read before they are shown.

use super::{Deciding, Hands, Look, Source, Waiting, after};
use crate::ModerationError;
use crate::record::{Action, Deed};
use accounts::{Permission, roles};
use diesel::prelude::*;
use futures::future::BoxFuture;
use publication::Decision;
use serde_json::json;
use store::schema::{comments, objects};
use store::{Conn, Id, StoreError, Ts};

pub(super) struct Comments;

macro_rules! held {
    ($look:expr) => {
        comments::table
            .inner_join(objects::table)
            .filter(comments::state.eq("held"))
            .filter(objects::site_id.eq($look.site.id))
    };
}

impl Source for Comments {
    fn name(&self) -> &'static str {
        "comments"
    }

    fn permission(&self) -> Permission {
        Permission::Publications
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        Ok(held!(look).count().get_result(conn)?)
    }

    fn newest(&self, conn: &mut Conn, look: &Look) -> Result<Option<Ts>, StoreError> {
        Ok(held!(look)
            .select(diesel::dsl::max(comments::published_at))
            .first(conn)?)
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let query = held!(look).into_boxed::<store::MultiBackend>();
        // Their keys are made when they come: the order of arrival, whatever date they claim.
        let rows: Vec<(Id, Ts, String, String, String)> =
            after!(query, look, comments::published_at, comments::id)
                .order((comments::published_at, comments::id))
                .limit(limit)
                .select((
                    comments::id,
                    comments::published_at,
                    comments::content,
                    objects::title,
                    objects::url,
                ))
                .load(conn)?;
        let waiting =
            |(key, since, content, about, page): (Id, Ts, String, String, String)| Waiting {
                source: "comments",
                key,
                since,
                title: text::plain(&content).chars().take(200).collect(),
                about,
                reason: String::new(),
                link: format!("{page}#comments"),
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
        let now = hands.clock.ts();
        let (deciding, yes) = (deciding.clone(), act == "approve");
        Box::pin(async move {
            let written = hands.database.write(move |conn| {
                let Deciding { site, by, .. } = &deciding;
                roles::require_permission(conn, site.id, *by, Permission::Publications)?;
                let row: Option<(Id, Option<Id>, String, String)> = comments::table
                    .inner_join(objects::table)
                    .filter(comments::id.eq(key))
                    .select((
                        objects::id,
                        objects::site_id,
                        comments::state,
                        comments::uri,
                    ))
                    .first(conn)
                    .optional()?;
                let (object, state, uri) = match row {
                    Some((object, Some(own), state, uri)) if own == site.id => (object, state, uri),
                    _ => return Err(ModerationError::Unknown),
                };
                if state != "held" {
                    return Err(ModerationError::Decided);
                }
                let (decision, action) = match yes {
                    true => (Decision::Show, Action::HeldApproved),
                    false => (Decision::Hide, Action::HeldRefused),
                };
                publication::decide(conn, object, key, decision, Some(*by), now)?;
                let deed = Deed {
                    site: site.id,
                    by: Some(*by),
                    action,
                    target_kind: "comment",
                    target: &uri,
                    reason: "",
                    detail: json!({}),
                };
                crate::record::write(conn, &deed, now)?;
                Ok::<_, ModerationError>(())
            });
            written.await
        })
    }
}
