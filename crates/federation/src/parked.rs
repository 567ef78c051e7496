//! Received activities that could not take effect after their tries: kept for a person to see (DOS-15).

use crate::Federation;
use diesel::prelude::*;
use store::schema::inbox_queue;
use store::{Id, StoreError, Ts};

/// A received activity that was put aside.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = inbox_queue)]
pub struct Parked {
    /// Of its row, in the order of arrival.
    pub id: Id,
    /// The activity's id.
    pub activity_uri: String,
    /// Who sent it.
    pub actor_uri: String,
    /// The document as it came.
    pub body: String,
    /// Tries that failed.
    pub attempts: i32,
    /// Why the last one did.
    pub last_error: Option<String>,
    /// When it came.
    pub received_at: Ts,
}

store::text_enum! {
    /// What a person does about a parked activity.
    pub enum ParkedAct {
        /// It is tried again, from the beginning.
        Retry = "retry",
        /// It is thrown away.
        Drop = "drop",
    }
}

impl Federation {
    /// Parked activities that came to a site, latest first; at most `limit`, those that came before `before`.
    pub async fn parked(
        &self,
        site: Id,
        before: Option<Id>,
        limit: i64,
    ) -> Result<Vec<Parked>, StoreError> {
        self.0
            .database
            .read(move |c| {
                let mut found = inbox_queue::table
                    .filter(inbox_queue::state.eq("parked"))
                    .filter(inbox_queue::site_id.eq(site))
                    .order(inbox_queue::id.desc())
                    .limit(limit)
                    .select(Parked::as_select())
                    .into_boxed::<store::MultiBackend>();
                if let Some(before) = before {
                    found = found.filter(inbox_queue::id.lt(before));
                }
                Ok(found.load(c)?)
            })
            .await
    }

    /// One of them.
    pub async fn parked_one(&self, site: Id, id: Id) -> Result<Option<Parked>, StoreError> {
        self.0
            .database
            .read(move |c| {
                let found = inbox_queue::table
                    .find(id)
                    .filter(inbox_queue::state.eq("parked"))
                    .filter(inbox_queue::site_id.eq(site));
                Ok(found.select(Parked::as_select()).first(c).optional()?)
            })
            .await
    }

    /// Does what a person decided about one. False when the site has no such activity parked (any more).
    pub async fn act_on_parked(
        &self,
        site: Id,
        activity: Id,
        act: ParkedAct,
    ) -> Result<bool, StoreError> {
        let now = self.0.clock.ts();
        let changed = self
            .0
            .database
            .write(move |c| {
                macro_rules! row {
                    () => {
                        inbox_queue::table
                            .filter(inbox_queue::id.eq(activity))
                            .filter(inbox_queue::site_id.eq(site))
                            .filter(inbox_queue::state.eq("parked"))
                    };
                }
                let changed = match act {
                    ParkedAct::Drop => diesel::delete(row!()).execute(c)?,
                    ParkedAct::Retry => diesel::update(row!())
                        .set((
                            inbox_queue::state.eq("queued"),
                            inbox_queue::attempts.eq(0),
                            inbox_queue::next_try_at.eq(now),
                        ))
                        .execute(c)?,
                };
                crate::notices::tell(c)?;
                Ok::<_, StoreError>(changed)
            })
            .await?;
        if changed > 0 {
            self.wake();
        }
        Ok(changed > 0)
    }
}
