//! What happens on a site, told to the programs that its administrators named (`hooks`): a row for each of them, written
//! in the transaction of what happened, so that neither is there without the other. The crate `hooks` sends them.

use crate::schema::{hook_deliveries, hooks};
use crate::{Conn, Id, Json, StoreError, Ts, fresh_id};
use diesel::prelude::*;
use serde_json::Value;

crate::text_enum! {
    /// What a program can be told.
    pub enum Event {
        /// A first report of something came.
        ReportOpened = "report.opened",
        /// A case was closed.
        CaseClosed = "case.closed",
        /// Somebody asks for an account.
        SignUpWaiting = "sign_up.waiting",
        /// A measure was taken.
        MeasureTaken = "measure.taken",
        /// A measure ended, by itself or taken back.
        MeasureEnded = "measure.ended",
        /// Somebody answered a measure.
        AppealReceived = "appeal.received",
        /// A publication waits to be read before it is shown.
        PublicationHeld = "publication.held",
    }
}

/// Writes what happened for every program that wants to hear of it. `about` holds keys and words, no personal data. The
/// program that is asked before publication always hears of [`Event::PublicationHeld`].
pub fn tell(
    conn: &mut Conn,
    site: Id,
    event: Event,
    about: &Value,
    now: Ts,
) -> Result<(), StoreError> {
    let listening: Vec<(Id, String, bool)> = hooks::table
        .filter(hooks::site_id.eq(site))
        .filter(hooks::paused.eq(false))
        .select((hooks::id, hooks::events, hooks::asks))
        .load(conn)?;
    for (hook, events, asks) in listening {
        let wanted = events.split(',').any(|word| word == event.as_str());
        if wanted || (asks && event == Event::PublicationHeld) {
            tell_one(conn, hook, event.as_str(), about, now)?;
        }
    }
    Ok(())
}

/// Writes something for one program.
pub fn tell_one(
    conn: &mut Conn,
    hook: Id,
    event: &str,
    about: &Value,
    now: Ts,
) -> Result<Id, StoreError> {
    let id = fresh_id(now.0);
    diesel::insert_into(hook_deliveries::table)
        .values((
            hook_deliveries::id.eq(id),
            hook_deliveries::hook_id.eq(hook),
            hook_deliveries::event.eq(event),
            hook_deliveries::about.eq(Json(about.clone())),
            hook_deliveries::state.eq("waiting"),
            hook_deliveries::attempts.eq(0),
            hook_deliveries::due_at.eq(now),
            hook_deliveries::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(id)
}
