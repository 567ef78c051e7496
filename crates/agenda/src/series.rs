//! Series: each date inside the window is an event of its own, with its own id, because no peer
//! federates a rule (R-EV-11). The window moves on by itself.

use crate::event::{Details, write_details};
use calendar::{Occurrence, OccurrenceStatus, Recurrence};
use chrono::Duration;
use chrono_tz::Tz;
use diesel::prelude::*;
use federation::Actor;
use publication::{
    Audience, CommentPolicy, LifeError, NewObject, Object, ObjectState, Registry, publish,
};
use serde::{Deserialize, Serialize};
use sites::Site;
use store::schema::{event_series, events};
use store::{Conn, Id, Json, StoreError, Ts, fresh_id};

/// How far ahead dates are published.
pub const WINDOW: Duration = Duration::days(180);
/// Dates of one series published at most at once.
pub const MOST: usize = 60;

/// What each date of a series is made from, kept with its rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Mould {
    /// An event that was published from it: the latest wins.
    model: Option<Id>,
    account: Option<Id>,
    timezone: String,
}

fn horizon(
    recurrence: &Recurrence,
    zone: Tz,
    now: Ts,
) -> (chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>) {
    // Dates already over are not made up, but the first one typed is kept.
    let first = calendar::When::local(recurrence.start, zone).instant(zone);
    (first.min(now.0), now.0 + WINDOW)
}

/// Publishes the dates of a new series; gives the first one.
pub(crate) fn create(
    conn: &mut Conn,
    registry: &Registry,
    new: &NewObject<'_>,
    details: &Details,
    tags: &[String],
    recurrence: &Recurrence,
    now: Ts,
) -> Result<Object, LifeError> {
    let (from, to) = horizon(recurrence, details.zone, now);
    let dates = calendar::expand(recurrence, details.zone, (from, to), MOST)
        .map_err(|error| StoreError::Damaged(error.code().to_owned()))?;
    let series = fresh_id(now.0);
    let mut mould = Mould {
        model: None,
        account: new.account,
        timezone: details.zone.name().to_owned(),
    };
    diesel::insert_into(event_series::table)
        .values((
            event_series::id.eq(series),
            event_series::actor_id.eq(new.actor),
            event_series::rule.eq(Json::of(recurrence)),
            event_series::form.eq(Json::of(&mould)),
            event_series::expanded_to.eq(Ts::new(to)),
            event_series::created_at.eq(now),
            event_series::updated_at.eq(now),
        ))
        .execute(conn)?;
    let mut first = None;
    for date in &dates {
        let object = publish_date(conn, registry, new, details, tags, series, date, now)?;
        first.get_or_insert(object);
    }
    let first = match first {
        Some(first) => first,
        // A rule without any date in the window is the one date that was typed.
        None => publish(
            conn,
            registry,
            new,
            tags,
            |c, object| write_details(c, object, details, tags, now),
            now,
        )?,
    };
    mould.model = Some(first.id);
    diesel::update(event_series::table.find(series))
        .set(event_series::form.eq(Json::of(&mould)))
        .execute(conn)?;
    Ok(first)
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
        details.status = crate::event::EventStatus::Cancelled;
    }
    publish(
        conn,
        registry,
        new,
        tags,
        |c, object| write_details(c, object, &details, tags, now),
        now,
    )
}

/// The rule of a series.
pub fn recurrence_of(conn: &mut Conn, series: Id) -> Result<Option<Recurrence>, StoreError> {
    let rule: Option<Json> = event_series::table
        .find(series)
        .select(event_series::rule)
        .first(conn)
        .optional()?;
    Ok(rule.and_then(|rule| serde_json::from_value(rule.0).ok()))
}

/// Publishes the dates that came into the window since; gives how many. Called once a day, and
/// harmless when called more often.
pub fn extend_due(
    conn: &mut Conn,
    registry: &Registry,
    sites: &sites::Sites,
    now: Ts,
) -> Result<usize, LifeError> {
    let rows: Vec<(Id, Id, Json, Json, Ts)> = event_series::table
        .filter(event_series::ended_at.is_null())
        .filter(event_series::expanded_to.lt(Ts::new(now.0 + WINDOW - Duration::days(1))))
        .select((
            event_series::id,
            event_series::actor_id,
            event_series::rule,
            event_series::form,
            event_series::expanded_to,
        ))
        .load(conn)?;
    let mut made = 0;
    for (series, actor, rule, form, from) in rows {
        let mould: Mould = form.read();
        let recurrence: Option<Recurrence> = serde_json::from_value(rule.0).ok();
        let model = match mould.model {
            Some(model) => crate::listing::one(conn, model)?,
            None => None,
        };
        let to = Ts::new(now.0 + WINDOW);
        let site = Actor::by_id(conn, actor)?
            .and_then(|actor| actor.site_id)
            .and_then(|id| sites.by_id(id));
        if let (Some(recurrence), Some(model), Some(site)) = (recurrence, model, site) {
            made += extend(
                conn,
                registry,
                &site,
                &model,
                &mould,
                series,
                &recurrence,
                (from, to),
                now,
            )?;
        }
        diesel::update(event_series::table.find(series))
            .set(event_series::expanded_to.eq(to))
            .execute(conn)?;
    }
    Ok(made)
}

#[expect(clippy::too_many_arguments, reason = "one series, all it is made of")]
fn extend(
    conn: &mut Conn,
    registry: &Registry,
    site: &Site,
    model: &crate::listing::Listed,
    mould: &Mould,
    series: Id,
    recurrence: &Recurrence,
    (from, to): (Ts, Ts),
    now: Ts,
) -> Result<usize, LifeError> {
    let zone: Tz = mould.timezone.parse().unwrap_or(site.timezone);
    let dates = calendar::expand(recurrence, zone, (from.0, to.0), MOST)
        .map_err(|error| StoreError::Damaged(error.code().to_owned()))?;
    let mut details = model
        .event
        .details(&model.object.title, model.place.as_ref());
    details.status = crate::event::EventStatus::Confirmed;
    details.status_note.clear();
    details.previous_start = None;
    let new = NewObject {
        kind: "event",
        collection: "events",
        page: "e",
        site,
        actor: model.object.actor_id,
        account: mould.account,
        state: ObjectState::Public,
        audience: Audience::from_word(&model.object.audience).unwrap_or(Audience::Public),
        title: &model.object.title,
        language: &model.object.language,
        source: None,
        comments: CommentPolicy::from_word(&model.object.comments).unwrap_or(CommentPolicy::Open),
    };
    let known: Vec<Option<String>> = events::table
        .filter(events::series_id.eq(series))
        .select(events::occurrence)
        .load(conn)?;
    let mut made = 0;
    for date in dates {
        if known
            .iter()
            .flatten()
            .any(|key| *key == date.key.to_string())
        {
            continue;
        }
        publish_date(
            conn,
            registry,
            &new,
            &details,
            &model.tags,
            series,
            &date,
            now,
        )?;
        made += 1;
    }
    Ok(made)
}
