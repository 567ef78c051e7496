//! The part of a picture that crops keep in sight.

use activitystreams::EventObject;
use diesel::prelude::*;
use media::FocalPoint;
use pages::refocused;
use serde_json::Value;
use store::schema::{events, media as table, objects};
use store::{Conn, Id, StoreError, Ts};
use ui::event_form::SPOTS;

/// How far from the middle a spot of the form lies: inside its third, near the edge.
const OUT: f32 = 0.8;

/// The focal point of a spot of the form; `None` for a word that is none.
pub(crate) fn of_spot(word: &str) -> Option<FocalPoint> {
    let word = if word.is_empty() { "middle" } else { word };
    let at = SPOTS.iter().position(|(spot, _)| *spot == word)?;
    let step = |n: usize| match n {
        0 => -OUT,
        1 => 0.0,
        _ => OUT,
    };
    FocalPoint::new(step(at % 3), -step(at / 3))
}

/// The spot of the form nearest to a picture's focal point; the middle without a picture.
pub(crate) fn spot_of(conn: &mut Conn, picture: Option<Id>) -> Result<&'static str, StoreError> {
    let Some(picture) = picture else {
        return Ok("middle");
    };
    let found: Option<(f64, f64)> = table::table
        .find(picture)
        .select((table::focal_x, table::focal_y))
        .first(conn)
        .optional()?;
    let (x, y) = found.unwrap_or_default();
    let third = |at: f64| match at {
        low if low < -0.34 => 0,
        high if high > 0.34 => 2,
        _ => 1,
    };
    let spot = SPOTS.get(third(-y) * 3 + third(x));
    Ok(spot.map_or("middle", |(spot, _)| *spot))
}

/// The picture with the focal point of a spot of the form; as it is when that spot is already
/// nearest, or none is named.
pub(crate) fn placed(conn: &mut Conn, picture: Id, spot: &str, now: Ts) -> Result<Id, StoreError> {
    if spot.is_empty() || spot_of(conn, Some(picture))? == spot {
        return Ok(picture);
    }
    match of_spot(spot) {
        Some(focal) => refocused(conn, picture, focal, now),
        None => Ok(picture),
    }
}

/// The focal point that another server's document gives its first picture.
fn of_document(read: &EventObject) -> FocalPoint {
    let given = read.images.first().and_then(|image| image.focal_point);
    given
        .and_then(|(x, y)| FocalPoint::new(x as f32, y as f32))
        .unwrap_or(FocalPoint::CENTRE)
}

/// Gives an event's stored picture the focal point of its document.
pub(crate) fn follow_document(
    conn: &mut Conn,
    object: Id,
    read: &EventObject,
    now: Ts,
) -> Result<(), StoreError> {
    let row = events::table.find(object);
    let stored: Option<Option<Id>> = row.select(events::picture_id).first(conn).optional()?;
    let Some(picture) = stored.flatten() else {
        return Ok(());
    };
    let fresh = refocused(conn, picture, of_document(read), now)?;
    if fresh != picture {
        diesel::update(row)
            .set(events::picture_id.eq(fresh))
            .execute(conn)?;
    }
    Ok(())
}

/// [`follow_document`] for a picture that came after the document.
pub(crate) fn follow_stored_document(
    conn: &mut Conn,
    object: Id,
    now: Ts,
) -> Result<(), StoreError> {
    let raw: Option<String> = objects::table
        .find(object)
        .select(objects::raw)
        .first(conn)?;
    let document: Option<Value> = raw.and_then(|raw| serde_json::from_str(&raw).ok());
    match document.as_ref().map(EventObject::read) {
        Some(Ok(read)) => follow_document(conn, object, &read, now),
        Some(Err(_)) | None => Ok(()),
    }
}
