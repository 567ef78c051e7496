//! The other dates of a series, changed after one of them.

use crate::event::{Details, EventStatus, write_details};
use crate::listing::{Listed, one};
use calendar::{Recurrence, When};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;
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

impl Scope {
    /// `following` or `all`.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        match word {
            "following" => Some(Self::Following),
            "all" => Some(Self::All),
            _ => None,
        }
    }
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

/// Changes them; gives how many there are. Peers are told of those that really changed.
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
                let new = Changed::of(details, &other.tags);
                write(conn, registry, &other, &new, account, now)?;
            }
            Step::Copy => {
                let new = Changed::of(like(listed, &other), &listed.tags);
                write(conn, registry, &other, &new, account, now)?;
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
    (details.start, details.end) = on_day(&details, own.start.date());
    details.status = own.status;
    details.status_note = own.status_note;
    details.sold_out = own.sold_out;
    details.previous_start = own.previous_start;
    details.series = own.series;
    details.fingerprint = own.fingerprint;
    details
}

/// Start and end as in `details`, on another day.
fn on_day(details: &Details, day: NaiveDate) -> (When, Option<When>) {
    let length = details.end.map(|end| end.wall() - details.start.wall());
    let wall = day.and_time(details.start.wall().time());
    let at = |wall: NaiveDateTime| match details.start.is_date() {
        true => When::day(wall.date()),
        false => When::local(wall, details.zone),
    };
    (at(wall), length.map(|length| at(wall + length)))
}

/// Gives the dates of `scope` what was changed in one of them, each on its own day; what they have
/// of their own stays. `before` and `after` are that one. Gives how many changed; peers are told of
/// those alone (O2).
pub(crate) fn spread(
    conn: &mut Conn,
    registry: &Registry,
    before: &Listed,
    after: &Listed,
    scope: Scope,
    account: Option<Id>,
    now: Ts,
) -> Result<usize, LifeError> {
    let details = |one: &Listed| one.event.details(&one.object.title, one.place.as_ref());
    let (old, new) = (details(before), details(after));
    let mut changed = 0;
    for id in others(conn, before, scope, now)? {
        let Some(other) = one(conn, id)? else {
            continue;
        };
        let tags = match before.tags == after.tags {
            true => &other.tags,
            false => &after.tags,
        };
        let mut wanted = Changed::of(merged(&old, &new, &details(&other)), tags);
        if before.object.language != after.object.language {
            wanted.language = Some(after.object.language.clone());
        }
        // A series kept as a draft is published whole.
        let published = before.object.state() == ObjectState::Draft
            && after.object.state() == ObjectState::Public
            && other.object.state() == ObjectState::Draft;
        wanted.state = published.then_some(ObjectState::Public);
        changed += usize::from(write(conn, registry, &other, &wanted, account, now)?);
    }
    if let (Some(series), true) = (before.event.series_id, timing(&old) != timing(&new)) {
        remember(conn, series, after, now)?;
    }
    Ok(changed)
}

/// Time of day, length and zone: what a date has beside its day.
fn timing(details: &Details) -> (Option<NaiveTime>, Option<TimeDelta>, Tz) {
    let start = details.start.wall();
    let time = (!details.start.is_date()).then(|| start.time());
    (
        time,
        details.end.map(|end| end.wall() - start),
        details.zone,
    )
}

/// `own` with what differs between `before` and `after`.
fn merged(before: &Details, after: &Details, own: &Details) -> Details {
    let mut details = own.clone();
    macro_rules! take {
        ($($field:ident)*) => {
            $(if before.$field != after.$field {
                details.$field.clone_from(&after.$field);
            })*
        };
    }
    take!(title content source status status_note sold_out place online_url website_url);
    take!(registration_url category price is_free picture picture_alt parent organizer);
    if timing(before) != timing(after) {
        (details.start, details.end) = on_day(after, own.start.date());
        details.zone = after.zone;
    }
    details
}

/// What a date is to become.
struct Changed {
    details: Details,
    tags: Vec<String>,
    language: Option<String>,
    state: Option<ObjectState>,
}

impl Changed {
    fn of(details: Details, tags: &[String]) -> Self {
        Self {
            details,
            tags: tags.to_vec(),
            language: None,
            state: None,
        }
    }

    /// True when `other` is like that already.
    fn is(&self, other: &Listed) -> bool {
        let own = other
            .event
            .details(&other.object.title, other.place.as_ref());
        let language = self.language.as_ref();
        self.details == own
            && self.tags == other.tags
            && language.is_none_or(|language| *language == other.object.language)
            && self.state.is_none()
    }
}

/// Writes one of the other dates, unless it is like that already; gives whether it changed.
fn write(
    conn: &mut Conn,
    registry: &Registry,
    other: &Listed,
    new: &Changed,
    account: Option<Id>,
    now: Ts,
) -> Result<bool, LifeError> {
    if new.is(other) {
        return Ok(false);
    }
    let details = &new.details;
    let changes = crate::form::changes(other, &details.title, details);
    let revision = Revision {
        title: Some(details.title.clone()),
        language: new.language.clone(),
        state: new.state.map(|state| state.as_str().to_owned()),
        ..Revision::default()
    };
    revise(
        conn,
        registry,
        &other.object,
        None,
        &revision,
        Some(&new.tags),
        account,
        changes,
        |c, object| write_details(c, object, details, &new.tags, now),
        now,
    )?;
    Ok(true)
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
