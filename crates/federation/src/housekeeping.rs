//! Traces that nobody needs any more.

use crate::Federation;
use chrono::Duration;
use diesel::prelude::*;
use store::schema::{deliveries, inbox_queue, received_activities};
use store::{StoreError, Ts};

/// How long received ids, parked activities and finished deliveries are kept. A signature is good
/// for an hour, so that a replay older than this cannot pass the gate.
const MEMORY: Duration = Duration::days(30);

impl Federation {
    /// Forgets received ids, parked activities and finished deliveries of more than 30 days ago;
    /// gives how many rows went. The workers do it four times a day.
    pub async fn purge(&self) -> Result<usize, StoreError> {
        let before = Ts::new(self.0.clock.now() - MEMORY);
        self.0
            .database
            .write(move |c| {
                let received =
                    received_activities::table.filter(received_activities::received_at.lt(before));
                let parked = inbox_queue::table
                    .filter(inbox_queue::state.eq("parked"))
                    .filter(inbox_queue::received_at.lt(before));
                let finished = deliveries::table
                    .filter(deliveries::state.ne("queued"))
                    .filter(deliveries::finished_at.lt(before));
                Ok(diesel::delete(received).execute(c)?
                    + diesel::delete(parked).execute(c)?
                    + diesel::delete(finished).execute(c)?)
            })
            .await
    }
}
