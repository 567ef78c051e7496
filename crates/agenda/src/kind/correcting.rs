//! What passers-by can say is wrong with an event, and how it is put right when its organiser agrees.

use crate::api::input::{EventInput, apply};
use crate::api::view::PlaceView;
use crate::event::Details;
use crate::form::date;
use crate::listing::{Listed, one};
use crate::pages::edit::change;
use calendar::When;
use chrono::Days;
use publication::{CorrectionError, LifeError, Object, Proposed, Registry};
use store::{Conn, Id, Ts};

/// In the order of a form.
pub(super) const FIELDS: &[&str] = &[
    "start",
    "end",
    "place",
    "title",
    "price",
    "registration_url",
    "status",
];

/// As [`Proposed`] has it. The last day of an event of whole days is the one that people say.
fn moment(when: When, last: bool) -> String {
    match when {
        When::Date { date } if last => date.pred_opt().unwrap_or(date).to_string(),
        When::Date { date } => date.to_string(),
        When::Time { .. } => when.wall().format("%Y-%m-%dT%H:%M").to_string(),
    }
}

fn value_of(details: &Details, field: &str) -> String {
    match field {
        "start" => moment(details.start, false),
        "end" => details.end.map(|end| moment(end, true)).unwrap_or_default(),
        "place" => details
            .place
            .as_ref()
            .map(|place| place.name.clone())
            .unwrap_or_default(),
        "title" => details.title.clone(),
        "price" => details.price.clone(),
        "registration_url" => details.registration_url.clone().unwrap_or_default(),
        _ => details.status.as_str().to_owned(),
    }
}

/// A time or a day as it is proposed, in the form of the API: a day alone keeps the hour that was announced, and whole
/// days stay whole.
fn wall(details: &Details, value: &str, last: bool) -> String {
    // What is no day of the calendar is refused where it is read.
    let Some(date) = date(value) else {
        return value.to_owned();
    };
    let now = match last {
        true => details.end.unwrap_or(details.start),
        false => details.start,
    };
    match now {
        When::Date { .. } if last => (date + Days::new(1)).to_string(),
        When::Date { .. } => value.to_owned(),
        When::Time { .. } => date
            .and_time(now.wall().time())
            .format("%Y-%m-%dT%H:%M:%S")
            .to_string(),
    }
}

/// The event as it would be, beside what it is.
fn corrected(
    conn: &mut Conn,
    object: &Object,
    field: &str,
    value: &str,
) -> Result<(Listed, Details, Details), CorrectionError> {
    let listed = one(conn, object.id)?.ok_or(CorrectionError::Life(LifeError::Unknown))?;
    let before = listed
        .event
        .details(&listed.object.title, listed.place.as_ref());
    let mut input = EventInput::default();
    let text = Some(value.to_owned());
    match field {
        "start" => input.start = Some(wall(&before, value, false)),
        "end" => input.end = Some(wall(&before, value, true)),
        "place" => {
            input.place = Some(PlaceView {
                name: value.to_owned(),
                ..PlaceView::default()
            });
        }
        "title" => input.title = text,
        "price" => input.price = text,
        "registration_url" => input.registration_url = text,
        "status" => input.status = text,
        _ => return Err(CorrectionError::Field),
    }
    let mut after = before.clone();
    apply(&input, &mut after).map_err(|_| CorrectionError::Value)?;
    Ok((listed, before, after))
}

pub(super) fn proposed(
    conn: &mut Conn,
    object: &Object,
    field: &str,
    value: &str,
) -> Result<Proposed, CorrectionError> {
    let field = FIELDS
        .iter()
        .find(|known| **known == field)
        .ok_or(CorrectionError::Field)?;
    let (_, before, after) = corrected(conn, object, field, value)?;
    Ok(Proposed {
        field,
        was: value_of(&before, field),
        value: value_of(&after, field),
    })
}

pub(super) fn correct(
    conn: &mut Conn,
    registry: &Registry,
    object: &Object,
    field: &str,
    value: &str,
    account: Id,
    now: Ts,
) -> Result<(), CorrectionError> {
    let (listed, _, after) = corrected(conn, object, field, value)?;
    let (tags, by) = (listed.tags.clone(), Some(account));
    change(conn, registry, &listed, None, after, &tags, None, by, now)?;
    Ok(())
}
