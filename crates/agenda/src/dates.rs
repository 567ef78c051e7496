//! The other dates of a series, changed after one of them.

use crate::event::{Details, EventStatus, write_details};
use crate::listing::{Listed, one};
use calendar::{Recurrence, When};
use diesel::prelude::*;
use publication::{LifeError, ObjectState, Registry, Revision, delete, revise};
use store::schema::{event_series, events, objects};
use store::{Conn, Id, Json, StoreError, Ts};

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Those after the one at hand.
    Following,
    /// All those to come.
    All,
}

/// What becomes of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// They take over everything but the day.
    Copy,
    /// They do not take place.
    Cancel,
    /// They are gone, and the series ends.
    Delete,
}

/// The dates to come of the same series, without this one, soonest first.
pub(crate) fn others(
    conn: &mut Conn,
    listed: &Listed,
    scope: Scope,
    now: Ts,
) -> Result<Vec<Id>, StoreError> {
    let Some(series) = listed.event.series_id else {
        return Ok(Vec::new());
    };
    let from = match scope {
        Scope::All => now,
        Scope::Following => now.max(listed.event.starts_at),
    };
    Ok(events::table
        .inner_join(objects::table.on(objects::id.eq(events::object_id)))
        .filter(events::series_id.eq(series))
        .filter(events::object_id.ne(listed.object.id))
        .filter(events::starts_at.ge(from))
        .filter(objects::state.ne(ObjectState::Deleted.as_str()))
        .order(events::starts_at)
        .limit(500)
        .select(events::object_id)
        .load(conn)?)
}

/// Changes them; gives how many. Peers are told of each.
pub(crate) fn change(
    conn: &mut Conn,
    registry: &Registry,
    listed: &Listed,
    scope: Scope,
    step: Step,
    account: Option<Id>,
    now: Ts,
) -> Result<usize, LifeError> {
    let ids = others(conn, listed, scope, now)?;
    for id in &ids {
        let Some(other) = one(conn, *id)? else {
            continue;
        };
        match step {
            Step::Delete => delete(conn, registry, &other.object, account, now)?,
            Step::Cancel => {
                let mut details = other
                    .event
                    .details(&other.object.title, other.place.as_ref());
                details.status = EventStatus::Cancelled;
                let tags = other.tags.clone();
                write(conn, registry, &other, &details, &tags, account, now)?;
            }
            Step::Copy => {
                let details = like(listed, &other);
                write(conn, registry, &other, &details, &listed.tags, account, now)?;
            }
        }
    }
    if let Some(series) = listed.event.series_id {
        match step {
            Step::Delete => {
                diesel::update(event_series::table.find(series))
                    .set(event_series::ended_at.eq(now))
                    .execute(conn)?;
            }
            Step::Copy => remember(conn, series, listed, now)?,
            Step::Cancel => {}
        }
    }
    Ok(ids.len())
}

/// This date's details on the other's day.
fn like(listed: &Listed, other: &Listed) -> Details {
    let mut details = listed
        .event
        .details(&listed.object.title, listed.place.as_ref());
    let own = other
        .event
        .details(&other.object.title, other.place.as_ref());
    let length = details.end.map(|end| end.wall() - details.start.wall());
    let wall = own.start.date().and_time(details.start.wall().time());
    let at = |wall: chrono::NaiveDateTime| match listed.event.all_day {
        true => When::day(wall.date()),
        false => When::local(wall, details.zone),
    };
    let (start, end) = (at(wall), length.map(|length| at(wall + length)));
    details.start = start;
    details.end = end;
    details.status = own.status;
    details.status_note = own.status_note;
    details.sold_out = own.sold_out;
    details.previous_start = own.previous_start;
    details.series = own.series;
    details.fingerprint = own.fingerprint;
    details
}

fn write(
    conn: &mut Conn,
    registry: &Registry,
    other: &Listed,
    details: &Details,
    tags: &[String],
    account: Option<Id>,
    now: Ts,
) -> Result<(), LifeError> {
    let changes = crate::form::changes(other, &details.title, details);
    let revision = Revision {
        title: Some(details.title.clone()),
        ..Revision::default()
    };
    revise(
        conn,
        registry,
        &other.object,
        None,
        &revision,
        Some(tags),
        account,
        changes,
        |c, object| write_details(c, object, details, tags, now),
        now,
    )?;
    Ok(())
}

/// Dates that are added later are made like this one, at its time of day.
fn remember(conn: &mut Conn, series: Id, listed: &Listed, now: Ts) -> Result<(), StoreError> {
    let row: Option<(Json, Json)> = event_series::table
        .find(series)
        .select((event_series::rule, event_series::form))
        .first(conn)
        .optional()?;
    let Some((rule, mut form)) = row else {
        return Ok(());
    };
    if let Some(map) = form.0.as_object_mut() {
        map.insert("model".to_owned(), listed.object.id.to_string().into());
    }
    let rule = match serde_json::from_value::<Recurrence>(rule.0.clone()) {
        Ok(mut recurrence) => {
            let start = listed.event.start().wall();
            recurrence.start = recurrence.start.date().and_time(start.time());
            let length = listed.event.end().map(|end| end.wall() - start);
            recurrence.duration_minutes =
                length.and_then(|length| u32::try_from(length.num_minutes()).ok());
            Json::of(&recurrence)
        }
        Err(_) => rule,
    };
    diesel::update(event_series::table.find(series))
        .set((
            event_series::rule.eq(rule),
            event_series::form.eq(form),
            event_series::updated_at.eq(now),
        ))
        .execute(conn)?;
    Ok(())
}
