//! Servers that a list proposes to block, or to block no more.

use super::{Deciding, Hands, Look, Source, Waiting, after};
use crate::ModerationError;
use accounts::Permission;
use diesel::prelude::*;
use futures::future::BoxFuture;
use store::schema::{block_list_entries, block_lists};
use store::{Conn, Id, StoreError, Ts};

pub(super) struct Proposals;

/// Page of the lists.
const PATH: &str = "/admin/blocks#lists";

macro_rules! proposed {
    ($look:expr) => {
        block_list_entries::table
            .inner_join(block_lists::table)
            .filter(block_lists::site_id.eq($look.site.id))
            .filter(
                block_list_entries::state
                    .eq("proposed")
                    .or(block_list_entries::state.eq("gone")),
            )
    };
}

impl Source for Proposals {
    fn name(&self) -> &'static str {
        "proposals"
    }

    fn permission(&self) -> Permission {
        Permission::Federation
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        Ok(proposed!(look).count().get_result(conn)?)
    }

    fn newest(&self, conn: &mut Conn, look: &Look) -> Result<Option<Ts>, StoreError> {
        Ok(proposed!(look)
            .select(diesel::dsl::max(block_list_entries::since))
            .first(conn)?)
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        type Row = (Id, Ts, String, String, String, String, String);
        let query = proposed!(look).into_boxed::<store::MultiBackend>();
        let rows: Vec<Row> = after!(
            query,
            look,
            block_list_entries::since,
            block_list_entries::id
        )
        .order((block_list_entries::since, block_list_entries::id))
        .limit(limit)
        .select((
            block_list_entries::id,
            block_list_entries::since,
            block_list_entries::host,
            block_list_entries::severity,
            block_list_entries::state,
            block_list_entries::reason,
            block_lists::url,
        ))
        .load(conn)?;
        let waiting = |(key, since, title, severity, state, reason, url): Row| Waiting {
            source: "proposals",
            key,
            since,
            title,
            about: match reason.is_empty() {
                true => url,
                false => format!("{reason} ({url})"),
            },
            reason: match state.as_str() {
                "gone" => "list-gone".to_owned(),
                _ => format!("list-{severity}"),
            },
            link: PATH.to_owned(),
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
        let (desk, now, yes) = (hands.moderation.clone(), hands.clock.ts(), act == "approve");
        let deciding = deciding.clone();
        Box::pin(async move {
            let written = hands.database.write(move |conn| {
                let Deciding { site, by, .. } = &deciding;
                desk.decide_proposal(conn, site, *by, key, yes, now)
            });
            written.await?;
            hands.federation.reread_blocks().await?;
            hands.federation.wake();
            Ok(())
        })
    }
}
