//! The lane of a program: its messages one after the other, in the order of what happened. A program that says nothing
//! makes its own lane wait, longer each time, and no other.
//!
//! A process that works on a lane claims it, anew before each message, for longer than the client waits for an answer. What
//! a process was sending when it was killed is due again when the claim is over, under the same id.

use crate::body::body;
use crate::hook::Hook;
use chrono::Duration as Span;
use diesel::prelude::*;
use publication::Registry;
use serde_json::Value;
use sites::{Site, Sites};
use std::sync::Arc;
use store::schema::{hook_deliveries, hooks};
use store::{Conn, Id, Json, StoreError, Ts};

/// A lane is nobody else's for so long; the client gives up a message long before.
const CLAIM: Span = Span::seconds(120);
/// A message is tried for so long, and a program waited for.
pub(crate) const PATIENCE: Span = Span::days(3);
/// Longest wait between two tries.
const LONGEST: Span = Span::hours(12);
/// A lane whose site this process does not know yet is looked at again after so long.
const UNKNOWN_SITE: Span = Span::minutes(1);

/// A lane that this process works on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lane {
    /// The program.
    pub(crate) hook: Id,
    /// Until when it is ours: what tells our claim from a later one.
    until: Ts,
}

/// A message on its way.
pub(crate) struct Due {
    pub(crate) id: Id,
    pub(crate) hook: Hook,
    pub(crate) site: Arc<Site>,
    pub(crate) event: String,
    pub(crate) about: Value,
    /// This try among them.
    attempts: i32,
    since: Ts,
    pub(crate) body: String,
}

/// How long to wait after so many tries.
fn wait(tries: i32) -> Span {
    let doubled = tries.clamp(1, 12).unsigned_abs() - 1;
    (Span::minutes(1) * 2_i32.pow(doubled)).min(LONGEST)
}

/// Up to `most` lanes that nobody works on and that have something to send, those first that wait the longest for their
/// turn.
pub(crate) fn due(conn: &mut Conn, most: usize, now: Ts) -> Result<Vec<Id>, StoreError> {
    let free = hooks::claimed_until
        .is_null()
        .or(hooks::claimed_until.le(now));
    let waits = hook_deliveries::table
        .filter(hook_deliveries::hook_id.eq(hooks::id))
        .filter(hook_deliveries::state.eq("waiting"))
        .filter(hook_deliveries::due_at.le(now));
    Ok(hooks::table
        .filter(hooks::paused.eq(false))
        .filter(hooks::due_at.le(now))
        .filter(free)
        .filter(diesel::dsl::exists(waits))
        .order((hooks::due_at, hooks::id))
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select(hooks::id)
        .load(conn)?)
}

/// Claims them.
pub(crate) fn claim(conn: &mut Conn, most: usize, now: Ts) -> Result<Vec<Lane>, StoreError> {
    let until = Ts::new(now.0 + CLAIM);
    let mut lanes = Vec::new();
    for hook in due(conn, most, now)? {
        // Of two processes that found it one gets it.
        let free = hooks::claimed_until
            .is_null()
            .or(hooks::claimed_until.le(now));
        let mine = diesel::update(hooks::table.find(hook).filter(free))
            .set(hooks::claimed_until.eq(until))
            .execute(conn)?;
        if mine > 0 {
            lanes.push(Lane { hook, until });
        }
    }
    Ok(lanes)
}

impl Lane {
    /// Lets others have the lane; it goes on at `due`.
    pub(crate) fn release(&self, conn: &mut Conn, due: Ts) -> Result<(), StoreError> {
        let ours = hooks::table
            .find(self.hook)
            .filter(hooks::claimed_until.eq(self.until));
        diesel::update(ours)
            .set((hooks::claimed_until.eq(None::<Ts>), hooks::due_at.eq(due)))
            .execute(conn)?;
        Ok(())
    }

    /// The oldest message that is due, its try written down and the claim renewed. `None` ends the turn: nothing is due, or
    /// the program was paused or removed.
    pub(crate) fn next(
        &mut self,
        conn: &mut Conn,
        sites: &Sites,
        registry: &Registry,
        now: Ts,
    ) -> Result<Option<Due>, StoreError> {
        let ours = hooks::table
            .find(self.hook)
            .filter(hooks::claimed_until.eq(self.until))
            .filter(hooks::paused.eq(false));
        let until = Ts::new(now.0 + CLAIM);
        let renewed = diesel::update(ours)
            .set(hooks::claimed_until.eq(until))
            .execute(conn)?;
        if renewed == 0 {
            self.release(conn, now)?;
            return Ok(None);
        }
        self.until = until;
        let hook: Hook = hooks::table
            .find(self.hook)
            .select(Hook::as_select())
            .first(conn)?;
        let Some(site) = sites.by_id(hook.site_id) else {
            self.release(conn, Ts::new(now.0 + UNKNOWN_SITE))?;
            return Ok(None);
        };
        let oldest: Option<(Id, String, Json, i32, Ts, Option<Ts>)> = hook_deliveries::table
            .filter(hook_deliveries::hook_id.eq(hook.id))
            .filter(hook_deliveries::state.eq("waiting"))
            .filter(hook_deliveries::due_at.le(now))
            .order(hook_deliveries::id)
            .select((
                hook_deliveries::id,
                hook_deliveries::event,
                hook_deliveries::about,
                hook_deliveries::attempts,
                hook_deliveries::created_at,
                hook_deliveries::first_try_at,
            ))
            .first(conn)
            .optional()?;
        let Some((id, event, about, attempts, created_at, first)) = oldest else {
            self.release(conn, now)?;
            return Ok(None);
        };
        let (attempts, since) = (attempts + 1, first.unwrap_or(now));
        diesel::update(hook_deliveries::table.find(id))
            .set((
                hook_deliveries::attempts.eq(attempts),
                hook_deliveries::first_try_at.eq(since),
            ))
            .execute(conn)?;
        let body = body(conn, registry, &site, &hook, &event, &about.0, created_at)?;
        Ok(Some(Due {
            id,
            hook,
            site,
            event,
            about: about.0,
            attempts,
            since,
            body: body.to_string(),
        }))
    }

    /// Nothing arrived: the lane waits, and what was waited for too long is given up. True when something was.
    pub(crate) fn silent(
        &self,
        conn: &mut Conn,
        due: &Due,
        (status, why): (Option<u16>, &str),
        asked_to_wait: Option<Span>,
        now: Ts,
    ) -> Result<bool, StoreError> {
        note(conn, due, status, why)?;
        // An administrator who gave it another address meanwhile wants that one tried now.
        let (since, tries): (Option<Ts>, i32) = match hooks::table
            .find(self.hook)
            .filter(hooks::url.eq(&due.hook.url))
            .select((hooks::failing_at, hooks::tries))
            .first(conn)
            .optional()?
        {
            Some(found) => found,
            None => {
                self.release(conn, now)?;
                return Ok(false);
            }
        };
        let (since, tries) = (since.unwrap_or(now), tries + 1);
        diesel::update(hooks::table.find(self.hook))
            .set((hooks::failing_at.eq(since), hooks::tries.eq(tries)))
            .execute(conn)?;
        let pause = wait(tries).max(asked_to_wait.unwrap_or_default().min(LONGEST));
        self.release(conn, Ts::new(now.0 + pause))?;
        if now.0 - since.0 < PATIENCE {
            return Ok(false);
        }
        let over = hook_deliveries::table
            .filter(hook_deliveries::hook_id.eq(self.hook))
            .filter(hook_deliveries::state.eq("waiting"))
            .filter(hook_deliveries::created_at.le(Ts::new(now.0 - PATIENCE)));
        let over = diesel::update(over)
            .set((
                hook_deliveries::state.eq("failed"),
                hook_deliveries::finished_at.eq(now),
            ))
            .execute(conn)?;
        Ok(over > 0)
    }

    /// The program does not take this message: it waits by itself, and the others go on. True when it is given up.
    pub(crate) fn refused(
        &self,
        conn: &mut Conn,
        due: &Due,
        status: u16,
        now: Ts,
    ) -> Result<bool, StoreError> {
        note(conn, due, Some(status), &answered(status))?;
        self.answers(conn)?;
        let over = now.0 - due.since.0 >= PATIENCE;
        let message = hook_deliveries::table.find(due.id);
        match over {
            true => diesel::update(message)
                .set((
                    hook_deliveries::state.eq("failed"),
                    hook_deliveries::finished_at.eq(now),
                ))
                .execute(conn)?,
            false => diesel::update(message)
                .set(hook_deliveries::due_at.eq(Ts::new(now.0 + wait(due.attempts))))
                .execute(conn)?,
        };
        Ok(over)
    }

    /// It arrived; `said` is what the program answered that was asked.
    pub(crate) fn delivered(
        &self,
        conn: &mut Conn,
        due: &Due,
        status: u16,
        said: Option<String>,
        now: Ts,
    ) -> Result<(), StoreError> {
        diesel::update(hook_deliveries::table.find(due.id))
            .set((
                hook_deliveries::state.eq("delivered"),
                hook_deliveries::status.eq(i32::from(status)),
                hook_deliveries::error.eq(None::<String>),
                hook_deliveries::answer.eq(said),
                hook_deliveries::finished_at.eq(now),
            ))
            .execute(conn)?;
        self.answers(conn)
    }

    /// The program is there.
    fn answers(&self, conn: &mut Conn) -> Result<(), StoreError> {
        diesel::update(hooks::table.find(self.hook))
            .set((hooks::failing_at.eq(None::<Ts>), hooks::tries.eq(0)))
            .execute(conn)?;
        Ok(())
    }
}

/// In words.
pub(crate) fn answered(status: u16) -> String {
    format!("it answered {status}")
}

/// Keeps how a try ended.
fn note(conn: &mut Conn, due: &Due, status: Option<u16>, why: &str) -> Result<(), StoreError> {
    diesel::update(hook_deliveries::table.find(due.id))
        .set((
            hook_deliveries::status.eq(status.map(i32::from)),
            hook_deliveries::error.eq(why.chars().take(300).collect::<String>()),
        ))
        .execute(conn)?;
    Ok(())
}
