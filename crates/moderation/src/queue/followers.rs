//! Servers and people that ask to follow the site.

use super::{Deciding, Hands, Look, Source, Waiting, after};
use crate::ModerationError;
use accounts::Permission;
use diesel::prelude::*;
use federation::follow::FollowError;
use futures::future::BoxFuture;
use store::schema::{actors, follows};
use store::{Conn, Id, StoreError, Ts};

pub(super) struct Followers;

macro_rules! pending {
    ($look:expr) => {
        follows::table
            .inner_join(actors::table.on(actors::id.eq(follows::follower_id)))
            .filter(follows::target_id.eq($look.own()))
            .filter(follows::state.eq("pending"))
    };
}

impl Source for Followers {
    fn name(&self) -> &'static str {
        "followers"
    }

    fn permission(&self) -> Permission {
        Permission::Federation
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        Ok(pending!(look).count().get_result(conn)?)
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let query = pending!(look).into_boxed::<store::MultiBackend>();
        let rows: Vec<(Id, Ts, String, String, String)> =
            after!(query, look, follows::created_at, follows::id)
                .order((follows::created_at, follows::id))
                .limit(limit)
                .select((
                    follows::id,
                    follows::created_at,
                    actors::name,
                    actors::username,
                    actors::host,
                ))
                .load(conn)?;
        let waiting =
            |(key, since, name, username, host): (Id, Ts, String, String, String)| Waiting {
                source: "followers",
                key,
                since,
                title: match name.trim() {
                    "" => username,
                    name => name.to_owned(),
                },
                about: host,
                reason: String::new(),
                link: "/admin/peers?show=waiting".to_owned(),
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
        Box::pin(async move {
            let answered = hands
                .federation
                .answer(&deciding.site, key, act == "approve")
                .await;
            answered.map_err(|error| match error {
                FollowError::Store(error) => ModerationError::Store(error),
                _ => ModerationError::Unknown,
            })
        })
    }
}
