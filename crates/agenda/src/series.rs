//! Series: each date inside the window is an event of its own, with its own id, because no peer
//! federates a rule (R-EV-11). The window moves on by itself.
//!
//! A date belongs to its series by the day that the rule gives it ([`calendar::OccurrenceKey`]),
//! whatever becomes of it: moved, cancelled or deleted, it is not published a second time.

mod words;

pub use words::describe;

use crate::event::{Details, EventStatus, write_details};
use crate::listing::{Listed, one};
use calendar::{Occurrence, OccurrenceStatus, Recurrence};
use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use diesel::prelude::*;
use federation::Actor;
use publication::{CommentPolicy, LifeError, NewObject, Object, ObjectState, Registry, publish};
use serde::{Deserialize, Serialize};
use sites::Site;
use std::collections::BTreeSet;
use store::schema::{event_series, events};
use store::{Conn, Id, Json, StoreError, Ts, fresh_id, write_transaction};

/// How far ahead dates are published.
pub const WINDOW: Duration = Duration::days(183);
/// Dates to come of one series at most at once: a daily one is published two months ahead.
pub const MOST: usize = 60;
/// Dates looked at in one go: every day of the window and those moved into it.
const LOOKED_AT: usize = 400;
/// A rule is asked this far for its next date before it counts as over.
const FAR: Duration = Duration::days(366 * 20);

/// What is kept of a series beside its rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    account: Option<Id>,
    timezone: String,
    /// Keys of all dates ever published, also of those deleted since.
    published: BTreeSet<String>,
}

type Horizon = (DateTime<Utc>, DateTime<Utc>);

fn dates(
    recurrence: &Recurrence,
    zone: Tz,
    horizon: Horizon,
    most: usize,
) -> Result<Vec<Occurrence>, StoreError> {
    calendar::expand(recurrence, zone, horizon, most)
        .map_err(|error| StoreError::Damaged(error.code().to_owned()))
}

/// The dates a new series begins with: those of the window; where it has none, the next one; where
/// there is none to come, the last ones that were.
fn first_dates(recurrence: &Recurrence, zone: Tz, now: Ts) -> Result<Vec<Occurrence>, StoreError> {
    // What began today is still news.
    let today = now.0 - Duration::days(1);
    let ahead = dates(recurrence, zone, (today, now.0 + WINDOW), MOST)?;
    if !ahead.is_empty() {
        return Ok(ahead);
    }
    let next = dates(recurrence, zone, (today, now.0 + FAR), 1)?;
    if !next.is_empty() {
        return Ok(next);
    }
    let begin = calendar::When::local(recurrence.start, zone).instant(zone);
    let mut past = dates(
        recurrence,
        zone,
        (begin - Duration::days(1), today),
        LOOKED_AT,
    )?;
    Ok(past.split_off(past.len().saturating_sub(MOST)))
}

/// Publishes the dates of a new series; gives the first one.
///
/// `new.state` is the state of each; `details` is the first date's, its start and end are replaced.
pub fn create(
    conn: &mut Conn,
    registry: &Registry,
    new: &NewObject<'_>,
    details: &Details,
    tags: &[String],
    recurrence: &Recurrence,
    now: Ts,
) -> Result<Object, LifeError> {
    let dates = first_dates(recurrence, details.zone, now)?;
    if dates.is_empty() {
        // A rule without any date at all is the one date that was typed.
        let alone = |c: &mut Conn, object: &Object| write_details(c, object, details, tags, now);
        return publish(conn, registry, new, tags, alone, now);
    }
    let series = fresh_id(now.0);
    let kept = Kept {
        account: new.account,
        timezone: details.zone.name().to_owned(),
        published: dates.iter().map(|date| date.key.to_string()).collect(),
    };
    diesel::insert_into(event_series::table)
        .values((
            event_series::id.eq(series),
            event_series::actor_id.eq(new.actor),
            event_series::rule.eq(Json::of(recurrence)),
            event_series::form.eq(Json::of(&kept)),
            event_series::expanded_to.eq(Ts::new(now.0 + WINDOW)),
            event_series::created_at.eq(now),
            event_series::updated_at.eq(now),
        ))
        .execute(conn)?;
    let mut first = None;
    for date in &dates {
        let object = publish_date(conn, registry, new, details, tags, series, date, now)?;
        first.get_or_insert(object);
    }
    first.ok_or(LifeError::Unknown)
}

#[expect(clippy::too_many_arguments, reason = "one date, all it is made of")]
fn publish_date(
    conn: &mut Conn,
    registry: &Registry,
    new: &NewObject<'_>,
    details: &Details,
    tags: &[String],
    series: Id,
    date: &Occurrence,
    now: Ts,
) -> Result<Object, LifeError> {
    let mut details = details.clone();
    details.start = date.start;
    details.end = date.end;
    details.series = Some((series, date.key.to_string()));
    if date.status == OccurrenceStatus::Cancelled {
        details.status = EventStatus::Cancelled;
    }
    let own = |c: &mut Conn, object: &Object| write_details(c, object, &details, tags, now);
    publish(conn, registry, new, tags, own, now)
}

/// The rule of a series, as it was typed.
pub fn recurrence_of(conn: &mut Conn, series: Id) -> Result<Option<Recurrence>, StoreError> {
    let rule: Option<Json> = event_series::table
        .find(series)
        .select(event_series::rule)
        .first(conn)
        .optional()?;
    Ok(rule.and_then(|rule| serde_json::from_value(rule.0).ok()))
}

/// Publishes the dates that came into the window since; gives how many. Called once a day, and
/// harmless when called more often. A series that fails is told to the log and holds up no other.
pub fn extend_due(
    conn: &mut Conn,
    registry: &Registry,
    sites: &sites::Sites,
    now: Ts,
) -> Result<usize, LifeError> {
    let due: Vec<Id> = event_series::table
        .filter(event_series::ended_at.is_null())
        .filter(event_series::expanded_to.lt(Ts::new(now.0 + WINDOW - Duration::hours(12))))
        .order(event_series::expanded_to)
        .limit(5_000)
        .select(event_series::id)
        .load(conn)?;
    let mut made = 0;
    for series in due {
        let extended: Result<usize, LifeError> =
            write_transaction(conn, |c| extend(c, registry, sites, series, now));
        match extended {
            Ok(dates) => made += dates,
            Err(error) => tracing::error!(%series, %error, "a series was not extended"),
        }
    }
    Ok(made)
}

fn extend(
    conn: &mut Conn,
    registry: &Registry,
    sites: &sites::Sites,
    series: Id,
    now: Ts,
) -> Result<usize, LifeError> {
    let row = event_series::table.find(series);
    // Written first, so that a second process waits here and then finds nothing left to do.
    diesel::update(row)
        .set(event_series::expanded_to.eq(Ts::new(now.0 + WINDOW)))
        .execute(conn)?;
    let (actor, rule, form): (Id, Json, Json) = row
        .select((
            event_series::actor_id,
            event_series::rule,
            event_series::form,
        ))
        .first(conn)?;
    let mut kept: Kept = form.read();
    let recurrence: Recurrence = serde_json::from_value(rule.0)
        .map_err(|error| StoreError::Damaged(format!("rule of a series: {error}")))?;
    let site = Actor::by_id(conn, actor)?
        .and_then(|actor| actor.site_id)
        .and_then(|id| sites.by_id(id));
    let (Some(site), Some(model)) = (site, model(conn, series)?) else {
        // Every date was deleted: nothing says any more what the next would be.
        return end(conn, series, now);
    };
    let state = model.object.state();
    if !matches!(state, ObjectState::Public | ObjectState::Draft) {
        return Ok(0);
    }
    let zone: Tz = kept.timezone.parse().unwrap_or(site.timezone);
    let known: Vec<Option<String>> = events::table
        .filter(events::series_id.eq(series))
        .select(events::occurrence)
        .load(conn)?;
    kept.published.extend(known.into_iter().flatten());
    if dates(&recurrence, zone, (now.0, now.0 + FAR), 1)?.is_empty() {
        return end(conn, series, now);
    }
    let ahead: i64 = events::table
        .filter(events::series_id.eq(series))
        .filter(events::starts_at.ge(now))
        .count()
        .get_result(conn)?;
    let room = MOST.saturating_sub(usize::try_from(ahead).unwrap_or(0));
    let fresh: Vec<Occurrence> = dates(&recurrence, zone, (now.0, now.0 + WINDOW), LOOKED_AT)?
        .into_iter()
        .filter(|date| !kept.published.contains(date.key.as_str()))
        .take(room)
        .collect();
    for date in &fresh {
        publish_like(conn, registry, &site, &model, &kept, series, date, now)?;
        kept.published.insert(date.key.to_string());
    }
    if !fresh.is_empty() {
        save(conn, series, form, &kept)?;
    }
    Ok(fresh.len())
}

/// The last of its dates that is still there: the one least likely to have been made special.
fn model(conn: &mut Conn, series: Id) -> Result<Option<Listed>, StoreError> {
    let last: Option<Id> = events::table
        .filter(events::series_id.eq(series))
        .order((events::occurrence.desc(), events::object_id.desc()))
        .select(events::object_id)
        .first(conn)
        .optional()?;
    match last {
        Some(id) => one(conn, id),
        None => Ok(None),
    }
}

#[expect(clippy::too_many_arguments, reason = "one date, all it is made of")]
fn publish_like(
    conn: &mut Conn,
    registry: &Registry,
    site: &Site,
    model: &Listed,
    kept: &Kept,
    series: Id,
    date: &Occurrence,
    now: Ts,
) -> Result<Object, LifeError> {
    let object = &model.object;
    let mut details = model.event.details(&object.title, model.place.as_ref());
    details.status = EventStatus::Confirmed;
    details.status_note.clear();
    details.sold_out = false;
    details.previous_start = None;
    details.fingerprint.clear();
    let new = NewObject {
        kind: "event",
        collection: "events",
        page: "e",
        site,
        actor: object.actor_id,
        account: kept.account,
        state: object.state(),
        audience: object.audience(),
        title: &object.title,
        language: &object.language,
        source: None,
        comments: CommentPolicy::from_word(&object.comments).unwrap_or(CommentPolicy::Closed),
    };
    publish_date(
        conn,
        registry,
        &new,
        &details,
        &model.tags,
        series,
        date,
        now,
    )
}

/// Writes what is kept, beside what others keep in the same document.
fn save(conn: &mut Conn, series: Id, form: Json, kept: &Kept) -> Result<(), StoreError> {
    let mut document = form.0;
    if let (Some(map), serde_json::Value::Object(ours)) =
        (document.as_object_mut(), Json::of(kept).0)
    {
        map.extend(ours);
    }
    diesel::update(event_series::table.find(series))
        .set(event_series::form.eq(Json(document)))
        .execute(conn)?;
    Ok(())
}

fn end(conn: &mut Conn, series: Id, now: Ts) -> Result<usize, LifeError> {
    diesel::update(event_series::table.find(series))
        .set(event_series::ended_at.eq(now))
        .execute(conn)?;
    Ok(0)
}
