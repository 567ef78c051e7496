//! What the publication below asks: complaints of other servers, and what must be read before it is shown.

use crate::desk::Moderation;
use crate::{ModerationError, hold};
use activitystreams::Activity;
use diesel::prelude::*;
use federation::{Actor, IngestError};
use publication::Submitted;
use serde_json::json;
use store::events::Event;
use store::schema::objects;
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

    fn holds(&self, conn: &mut Conn, new: &Submitted<'_>, now: Ts) -> Result<bool, StoreError> {
        let Some(why) = hold::holds(conn, new)? else {
            return Ok(false);
        };
        if let (Some(object), None) = (new.object, new.host) {
            let (kind, revision): (String, i32) = objects::table
                .find(object)
                .select((objects::kind, objects::revision))
                .first(conn)?;
            let about = json!({
                "object": object.to_string(), "kind": kind, "revision": revision, "edited": new.edited,
                "alone": why == hold::Hold::Asked,
            });
            store::events::tell(conn, new.site, Event::PublicationHeld, &about, now)?;
        }
        Ok(true)
    }
}
