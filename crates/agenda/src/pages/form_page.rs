//! What the pages with the form of an event share: who may, what is proposed, what is sent.

use super::event::{Found, find};
use super::filters::category_choices;
use crate::listing::Listed;
use crate::place::Place;
use crate::rooms::Rooms;
use accounts::Identity;
use actix_multipart::Multipart;
use actix_web::HttpResponse;
use diesel::prelude::*;
use federation::Actor;
use media::StoredPicture;
use pages::{Frame, Upload, UploadError};
use publication::{Object, ObjectState};
use std::sync::Arc;
use store::schema::{events, objects};
use store::{Conn, Id, StoreError, Ts};
use ui::FormErrors;
use ui::event_form::{EventChoices, EventFormView, EventValues, event_form};
use ui::forms::Choice;

/// The agenda in the path, when the viewer may publish in it.
pub(super) async fn organised(
    frame: &Frame,
    rooms: &Rooms,
    name: &str,
) -> Result<Actor, HttpResponse> {
    let (site, name) = (frame.site.id, name.to_owned());
    let found = rooms
        .database
        .read(move |c| Actor::local(c, site, &name))
        .await;
    let Ok(found) = found else {
        return Err(frame.error(503));
    };
    let Some(actor) = found else {
        return Err(frame.error(404));
    };
    match frame.viewer.identity() {
        None => Err(pages::see_other(&accounts::sign_in_address(Some(
            &frame.path,
        )))),
        Some(who) if who.may_edit(actor.id) => Ok(actor),
        Some(_) => Err(frame.error(403)),
    }
}

/// The event in the path, when the viewer may change it.
pub(super) async fn own(frame: &Frame, rooms: &Rooms, id: &str) -> Result<Listed, HttpResponse> {
    match find(frame, rooms, id).await {
        Ok(Found::Here(seen)) => {
            let listed = seen.listed;
            match frame.viewer.identity() {
                Some(who) if who.may_edit(listed.object.actor_id) => Ok(listed),
                Some(_) => Err(frame.error(403)),
                None => Err(pages::see_other(&accounts::sign_in_address(Some(
                    &frame.path,
                )))),
            }
        }
        Ok(Found::Gone) => Err(frame.error(410)),
        Ok(Found::Nothing) if frame.viewer.identity().is_none() => Err(pages::see_other(
            &accounts::sign_in_address(Some(&frame.path)),
        )),
        Ok(Found::Nothing) => Err(frame.error(404)),
        Err(_) => Err(frame.error(503)),
    }
}

/// Zones proposed: the site's first, then a few, then all others by name.
fn zones(first: chrono_tz::Tz) -> Vec<Choice> {
    let common = [
        "Europe/Paris",
        "Europe/Brussels",
        "Europe/Zurich",
        "Indian/Reunion",
        "America/Montreal",
        "UTC",
    ];
    let mut names: Vec<&str> = vec![first.name()];
    names.extend(common);
    names.extend(
        chrono_tz::TZ_VARIANTS
            .iter()
            .map(|zone| zone.name())
            .filter(|name| name.contains('/') && !name.starts_with("Etc/")),
    );
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    names
        .iter()
        .map(|name| Choice::new(name, &name.replace('_', " ")))
        .collect()
}

/// An event that lasts longer than this may have parts.
const FESTIVAL_HOURS: i64 = 24;

/// Events to come of these agendas that last more than a day and are no part themselves.
fn festivals(
    c: &mut Conn,
    agendas: Vec<Id>,
    this: Option<Id>,
    now: Ts,
) -> Result<Vec<Choice>, StoreError> {
    let rows: Vec<(Id, String, Ts, Option<Ts>)> = events::table
        .inner_join(objects::table.on(objects::id.eq(events::object_id)))
        .filter(objects::actor_id.eq_any(agendas))
        .filter(objects::state.ne(ObjectState::Deleted.as_str()))
        .filter(events::ends_at.gt(now))
        .filter(events::parent_id.is_null())
        .order((events::starts_at, objects::id))
        .limit(500)
        .select((
            objects::id,
            objects::title,
            events::starts_at,
            events::ends_at,
        ))
        .load(c)?;
    let long = |(id, _, start, end): &(Id, String, Ts, Option<Ts>)| {
        let hours = end.map_or(0, |end| (end.0 - start.0).num_hours());
        hours > FESTIVAL_HOURS && Some(*id) != this
    };
    let shown = rows.iter().filter(|row| long(row));
    Ok(shown
        .map(|(id, title, ..)| Choice::new(&id.to_string(), title))
        .collect())
}

/// What the form proposes to this person; `editing` is the event being changed, which stays in its
/// agenda.
async fn choices(
    frame: &Frame,
    rooms: &Rooms,
    editing: Option<&Listed>,
    values: &EventValues,
) -> Result<EventChoices, StoreError> {
    let held = frame.viewer.identity().map(|who| who.actors.clone());
    let held = held.unwrap_or_default();
    let agendas: Vec<Choice> = match editing {
        Some(listed) => vec![Choice::new(&listed.author.username, &listed.author.name)],
        None => held
            .iter()
            .map(|agenda| Choice::new(&agenda.username, &agenda.name))
            .collect(),
    };
    let (site, now) = (frame.site.id, rooms.clock.ts());
    let ids: Vec<Id> = held.iter().map(|agenda| agenda.actor_id).collect();
    let this = editing.map(|listed| listed.object.id);
    let place = Id::parse(values.place.trim());
    let read = rooms.database.read(move |c| {
        let parents = festivals(c, ids, this, now)?;
        let tags = crate::tags::proposed(c, site, place)?;
        Ok::<_, StoreError>((Place::of_site(c, site, "")?, parents, tags))
    });
    let (places, parents, tags) = read.await?;
    let name = |place: &Place| match place.locality.as_str() {
        "" => place.name.clone(),
        town if place.name.contains(town) => place.name.clone(),
        town => format!("{}, {town}", place.name),
    };
    Ok(EventChoices {
        agendas,
        places: places
            .iter()
            .map(|place| Choice::new(&place.id.to_string(), &name(place)))
            .collect(),
        categories: category_choices(frame.lang),
        time_zones: zones(frame.site.timezone),
        languages: languages(frame),
        parents,
        tags,
    })
}

/// Languages of the site's content, then the interface's.
fn languages(frame: &Frame) -> Vec<Choice> {
    let mut tags: Vec<&str> = vec![&frame.site.default_language];
    tags.extend(frame.site.languages.iter().map(String::as_str));
    tags.extend(ui::Lang::ALL.iter().map(|lang| lang.tag()));
    let mut seen = std::collections::BTreeSet::new();
    tags.retain(|tag| !tag.is_empty() && seen.insert(*tag));
    let name = |tag: &str| match tag {
        "fr" => ui::Lang::Fr.own_name().to_owned(),
        "en" => ui::Lang::En.own_name().to_owned(),
        other => other.to_owned(),
    };
    tags.iter()
        .map(|tag| Choice::new(tag, &name(tag)))
        .collect()
}

/// The page with the form, 200 or 422; `editing` is the event being changed.
pub(super) async fn page(
    frame: &Frame,
    rooms: &Rooms,
    mut form: EventFormView,
    editing: Option<&Listed>,
) -> HttpResponse {
    let Ok(choices) = choices(frame, rooms, editing, &form.values).await else {
        return frame.error(503);
    };
    form.choices = choices;
    form.editing = editing.is_some();
    form.in_series = editing.is_some_and(|listed| listed.event.series_id.is_some());
    frame.csrf().clone_into(&mut form.csrf);
    let title = frame.lang.t(match form.editing {
        true => "form-edit-heading",
        false => "form-new-heading",
    });
    let faulty = !form.errors.is_empty();
    let mut page = frame.page(&title, event_form(&form, frame.lang));
    page.noindex = true;
    page.nav_current = ui::NavItem::NewEvent;
    frame.answer(if faulty { 422 } else { 200 }, &page)
}

fn read_values(upload: &Upload) -> EventValues {
    let get = |name: &str| upload.get(name);
    // Those typed, then those ticked among the proposed ones.
    let mut tags = vec![get("tags")];
    tags.extend(upload.all("tag"));
    tags.retain(|tag| !tag.trim().is_empty());
    EventValues {
        title: get("title"),
        description: get("description"),
        agenda: get("agenda"),
        start_date: get("start_date"),
        start_time: get("start_time"),
        end_date: get("end_date"),
        end_time: get("end_time"),
        all_day: upload.is_on("all_day"),
        time_zone: get("time_zone"),
        place: get("place"),
        place_name: get("place_name"),
        place_street: get("place_street"),
        place_postal_code: get("place_postal_code"),
        place_locality: get("place_locality"),
        place_country: get("place_country"),
        place_latitude: get("place_latitude"),
        place_longitude: get("place_longitude"),
        online_url: get("online_url"),
        category: get("category"),
        tags: tags.join(", "),
        picture_alt: get("picture_alt"),
        picture_remove: upload.is_on("picture_remove"),
        picture_focus: get("picture_focus"),
        price: get("price"),
        free: upload.is_on("free"),
        registration_url: get("registration_url"),
        status: get("status"),
        status_note: get("status_note"),
        sold_out: upload.is_on("sold_out"),
        language: get("language"),
        repeat: get("repeat"),
        repeat_every: get("repeat_every"),
        repeat_on: upload.all("repeat_on"),
        repeat_end: get("repeat_end"),
        repeat_until: get("repeat_until"),
        repeat_count: get("repeat_count"),
        repeat_except: get("repeat_except"),
        parent: get("parent"),
        scope: get("scope"),
    }
}

/// A form read; its picture waits on the disk.
pub(super) struct Sent {
    pub(super) values: EventValues,
    /// `publish`, `preview` or `draft`.
    pub(super) action: String,
    /// The revision that the person had before them.
    pub(super) revision: Option<i32>,
    upload: Upload,
}

/// Reads what the form brings, after its token was compared with the session's.
pub(super) async fn read(
    frame: &Frame,
    rooms: &Rooms,
    form: Multipart,
) -> Result<Sent, HttpResponse> {
    let Some(who) = frame.viewer.identity() else {
        return Err(frame.error(403));
    };
    let upload = match Upload::read(form, &rooms.library, rooms.processor.limits().bytes).await {
        Ok(upload) => upload,
        Err(UploadError::TooLarge) => return Err(frame.error(413)),
        Err(UploadError::Broken) => return Err(frame.error(400)),
        Err(UploadError::File(error)) => {
            tracing::error!(%error, "an upload could not be kept");
            return Err(frame.error(503));
        }
    };
    if accounts::verify_csrf(&who.session, &upload.get("csrf")).is_err() {
        return Err(frame.error(403));
    }
    Ok(Sent {
        values: read_values(&upload),
        action: upload.get("do"),
        revision: upload.get("revision").parse().ok(),
        upload,
    })
}

impl Sent {
    /// What is wrong with the file, as far as its size tells.
    pub(super) fn file_faults(&self, rooms: &Rooms) -> FormErrors {
        self.upload.size_fault("picture", &rooms.processor)
    }

    /// Checks, shrinks and stores the picture, when one was chosen.
    pub(super) async fn picture(
        &mut self,
        rooms: &Rooms,
    ) -> Result<Option<StoredPicture>, FormErrors> {
        self.upload
            .picture("picture", &rooms.library, &rooms.processor)
            .await
    }
}

/// What was chosen from the lists must be in them: a place of this site, a festival that this person
/// may change.
pub(super) fn check_choices(
    c: &mut Conn,
    site: Id,
    who: &Identity,
    values: &EventValues,
    this: Option<Id>,
) -> Result<FormErrors, StoreError> {
    let mut errors = FormErrors::new();
    if let Some(place) = Id::parse(values.place.trim()) {
        let known = Place::by_id(c, place)?;
        if known.is_none_or(|place| place.site_id != Some(site)) {
            errors.add("place", "form-error-choice");
        }
    }
    let parent = values.parent.trim();
    if !parent.is_empty() {
        let found = match Id::parse(parent) {
            Some(id) => Object::by_id(c, id)?,
            None => None,
        };
        let fits = found.is_some_and(|object| {
            object.kind == "event"
                && object.site_id == Some(site)
                && object.state() != ObjectState::Deleted
                && who.may_edit(object.actor_id)
                && Some(object.id) != this
        });
        if !fits {
            errors.add("parent", "form-error-choice");
        }
    }
    Ok(errors)
}

/// [`check_choices`] on the blocking pool.
pub(super) async fn wrong_choices(
    frame: &Frame,
    rooms: &Rooms,
    values: &EventValues,
    this: Option<Id>,
) -> Result<FormErrors, StoreError> {
    let Some(who) = frame.viewer.identity() else {
        return Ok(FormErrors::new());
    };
    let (who, values, site) = (Arc::new(who.clone()), values.clone(), frame.site.id);
    rooms
        .database
        .read(move |c| check_choices(c, site, &who, &values, this))
        .await
}
