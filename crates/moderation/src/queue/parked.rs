//! Received activities that could not take effect.

use super::{Deciding, Hands, Look, Source, Waiting, after};
use crate::ModerationError;
use accounts::Permission;
use diesel::prelude::*;
use federation::parked::ParkedAct;
use futures::future::BoxFuture;
use store::schema::inbox_queue;
use store::{Conn, Id, StoreError, Ts};

pub(super) struct ParkedActivities;

macro_rules! parked {
    ($look:expr) => {
        inbox_queue::table
            .filter(inbox_queue::state.eq("parked"))
            .filter(inbox_queue::site_id.eq($look.site.id))
    };
}

impl Source for ParkedActivities {
    fn name(&self) -> &'static str {
        "parked"
    }

    fn permission(&self) -> Permission {
        Permission::Federation
    }

    fn count(&self, conn: &mut Conn, look: &Look) -> Result<i64, StoreError> {
        Ok(parked!(look).count().get_result(conn)?)
    }

    fn waiting(
        &self,
        conn: &mut Conn,
        look: &Look,
        limit: i64,
    ) -> Result<Vec<Waiting>, StoreError> {
        let query = parked!(look).into_boxed::<store::MultiBackend>();
        let rows: Vec<(Id, Ts, String, Option<String>)> =
            after!(query, look, inbox_queue::received_at, inbox_queue::id)
                .order((inbox_queue::received_at, inbox_queue::id))
                .limit(limit)
                .select((
                    inbox_queue::id,
                    inbox_queue::received_at,
                    inbox_queue::actor_uri,
                    inbox_queue::last_error,
                ))
                .load(conn)?;
        let waiting = |(key, since, title, error): (Id, Ts, String, Option<String>)| Waiting {
            source: "parked",
            key,
            since,
            title,
            about: error.unwrap_or_default(),
            reason: String::new(),
            link: "/admin/deliveries#parked".to_owned(),
            assigned_to: None,
        };
        Ok(rows.into_iter().map(waiting).collect())
    }

    fn acts(&self) -> &'static [&'static str] {
        &["retry", "drop"]
    }

    fn act<'a>(
        &'a self,
        hands: &'a Hands,
        deciding: &'a Deciding,
        key: Id,
        act: &'a str,
    ) -> BoxFuture<'a, Result<(), ModerationError>> {
        Box::pin(async move {
            let act = ParkedAct::from_word(act).ok_or(ModerationError::NotFitting)?;
            match hands
                .federation
                .act_on_parked(deciding.site.id, key, act)
                .await?
            {
                true => Ok(()),
                false => Err(ModerationError::Decided),
            }
        })
    }
}
