//! What the publication below asks: complaints of other servers, and what must be read before it is shown.

use crate::desk::Moderation;
use crate::{ModerationError, hold};
use activitystreams::Activity;
use federation::{Actor, IngestError};
use publication::Submitted;
use store::{Conn, Id, StoreError, Ts};

impl publication::Desk for Moderation {
    fn flagged(
        &self,
        conn: &mut Conn,
        site: Id,
        flag: &Activity,
        sender: &Actor,
        now: Ts,
    ) -> Result<bool, IngestError> {
        let Some(site) = self.sites.by_id(site) else {
            return Ok(false);
        };
        Self::flagged(self, conn, &site, flag, sender, now).map_err(|error| match error {
            ModerationError::Store(error) => IngestError::Store(error),
            _ => IngestError::Refused("a report that cannot be kept"),
        })
    }

    fn moved(&self, conn: &mut Conn, old: Id, new: Id, now: Ts) -> Result<(), StoreError> {
        self.go_along(conn, old, new, now)
    }

    fn holds(&self, conn: &mut Conn, new: &Submitted<'_>) -> Result<bool, StoreError> {
        hold::holds(conn, new)
    }
}
