//! Answers to measures.

use super::{Deciding, Hands, Look, Source, Waiting, after};
use crate::ModerationError;
use crate::appeal::AppealState;
use accounts::Permission;
use diesel::prelude::*;
use futures::future::BoxFuture;
use store::schema::{appeals, measures};
use store::{Conn, Id, StoreError, Ts};

pub(super) struct Appeals;

impl Source for Appeals {
    fn name(&self) -> &'static str {
        "appeals"
    }

    fn permission(&self) -> Permission {
        Permission::Reports
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        let open = appeals::table
            .filter(appeals::site_id.eq(look.site.id))
            .filter(appeals::state.eq(AppealState::Open.as_str()));
        Ok(open.count().get_result(conn)?)
    }

    fn newest(&self, conn: &mut Conn, look: &Look) -> Result<Option<Ts>, StoreError> {
        let open = appeals::table
            .filter(appeals::site_id.eq(look.site.id))
            .filter(appeals::state.eq(AppealState::Open.as_str()));
        Ok(open
            .select(diesel::dsl::max(appeals::appealed_at))
            .first(conn)?)
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let query = appeals::table
            .inner_join(measures::table)
            .filter(appeals::site_id.eq(look.site.id))
            .filter(appeals::state.eq(AppealState::Open.as_str()))
            .into_boxed::<store::MultiBackend>();
        let since = appeals::appealed_at.assume_not_null();
        let rows: Vec<(Id, Ts, String, String, String)> = after!(query, look, since, appeals::id)
            .order((appeals::appealed_at, appeals::id))
            .limit(limit)
            .select((
                appeals::id,
                since,
                measures::title,
                measures::reason,
                appeals::text,
            ))
            .load(conn)?;
        let waiting =
            |(key, since, title, reason, text): (Id, Ts, String, String, String)| Waiting {
                source: "appeals",
                key,
                since,
                title,
                about: text.chars().take(200).collect(),
                reason,
                link: format!("/admin/appeals/{key}"),
                assigned_to: None,
            };
        Ok(rows.into_iter().map(waiting).collect())
    }

    fn acts(&self) -> &'static [&'static str] {
        &["uphold", "lift"]
    }

    fn takes_words(&self, _act: &str) -> bool {
        true
    }

    fn act<'a>(
        &'a self,
        hands: &'a Hands,
        deciding: &'a Deciding,
        key: Id,
        act: &'a str,
    ) -> BoxFuture<'a, Result<(), ModerationError>> {
        let (moderation, now) = (hands.moderation.clone(), hands.clock.ts());
        let (deciding, lift) = (deciding.clone(), act == "lift");
        Box::pin(async move {
            let written = hands.database.write(move |conn| {
                let Deciding {
                    site, by, words, ..
                } = &deciding;
                moderation.decide_appeal(conn, site, *by, key, lift, words, now)
            });
            written.await?;
            hands.moderation.wake();
            hands.federation.wake();
            Ok(())
        })
    }
}
