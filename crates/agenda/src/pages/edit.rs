//! The form of an event: new, a copy, or a change.

use super::event::{Found, find, view};
use super::home::category_choices;
use crate::event::{Details, Event, Picture, write_details};
use crate::form;
use crate::listing::Listed;
use crate::place::Place;
use crate::rooms::Rooms;
use crate::upload::{Upload, UploadError, store_picture};
use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use federation::Actor;
use pages::{Frame, done};
use publication::{
    Audience, CommentPolicy, LifeError, NewObject, Object, ObjectState, Revision, publish, revise,
};
use std::sync::Arc;
use store::{Conn, Id, StoreError};
use ui::event_form::{EventChoices, EventFormView, EventValues, event_form};
use ui::forms::Choice;
use ui::{FormErrors, SafeHtml};

/// The agenda in the path, when the viewer may publish in it.
async fn organised(frame: &Frame, rooms: &Rooms, name: &str) -> Result<Actor, HttpResponse> {
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

async fn choices(frame: &Frame, rooms: &Rooms) -> Result<EventChoices, StoreError> {
    let site = frame.site.id;
    let places = rooms
        .database
        .read(move |c| Place::of_site(c, site, ""))
        .await?;
    let agendas = frame
        .viewer
        .identity()
        .map(|who| who.actors.clone())
        .unwrap_or_default();
    let name = |place: &Place| match place.locality.as_str() {
        "" => place.name.clone(),
        town => format!("{}, {town}", place.name),
    };
    Ok(EventChoices {
        agendas: agendas
            .iter()
            .map(|agenda| Choice::new(&agenda.username, &agenda.name))
            .collect(),
        places: places
            .iter()
            .map(|place| Choice::new(&place.id.to_string(), &name(place)))
            .collect(),
        categories: category_choices(frame.lang),
        time_zones: zones(frame.site.timezone),
        languages: vec![Choice::new("fr", "Français"), Choice::new("en", "English")],
        parents: Vec::new(),
        tags: Vec::new(),
    })
}

/// The page with the form, 200 or 422.
async fn page(frame: &Frame, rooms: &Rooms, mut form: EventFormView) -> HttpResponse {
    let Ok(choices) = choices(frame, rooms).await else {
        return frame.error(503);
    };
    form.choices = choices;
    form.csrf = frame.csrf().to_owned();
    let title = frame.lang.t(if form.editing {
        "form-edit-heading"
    } else {
        "form-new-heading"
    });
    let faulty = !form.errors.is_empty();
    let mut page = frame.page(&title, event_form(&form, frame.lang));
    page.noindex = true;
    frame.answer(if faulty { 422 } else { 200 }, &page)
}

fn read_values(upload: &Upload) -> EventValues {
    let get = |name: &str| upload.get(name);
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
        tags: get("tags"),
        picture_alt: get("picture_alt"),
        picture_remove: upload.is_on("picture_remove"),
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
    }
}

/// A form read, with its picture stored.
struct Sent {
    values: EventValues,
    picture: Option<media::StoredPicture>,
    errors: FormErrors,
    action: String,
    revision: Option<i32>,
}

async fn read(frame: &Frame, rooms: &Rooms, form: Multipart) -> Result<Sent, HttpResponse> {
    let limit = rooms.processor.limits().bytes;
    let mut errors = FormErrors::default();
    let mut upload = match Upload::read(form, rooms, limit).await {
        Ok(upload) => upload,
        Err(UploadError::TooLarge | UploadError::File(media::MediaError::TooLarge { .. })) => {
            return Err(frame.error(413));
        }
        Err(UploadError::File(_)) => return Err(frame.error(503)),
        Err(UploadError::Broken) => return Err(frame.error(400)),
    };
    let Some(who) = frame.viewer.identity() else {
        return Err(frame.error(403));
    };
    if accounts::verify_csrf(&who.session, &upload.get("csrf")).is_err() {
        return Err(frame.error(403));
    }
    let mut picture = None;
    if let Some(file) = upload.file.take() {
        let library = rooms.library.clone().into_inner();
        match rooms
            .processor
            .accept(
                library,
                file,
                upload.file_name.clone(),
                upload.file_type.clone(),
            )
            .await
        {
            Ok(stored) => picture = Some(stored),
            Err(error) if error.is_refusal() => errors.add("picture", "form-error-picture-type"),
            Err(_) => return Err(frame.error(503)),
        }
    }
    Ok(Sent {
        values: read_values(&upload),
        picture,
        errors,
        action: if upload.get("do").is_empty() {
            upload.get("action")
        } else {
            upload.get("do")
        },
        revision: upload.get("revision").parse().ok(),
    })
}

/// `GET /@{name}/new`.
pub(super) async fn new(frame: Frame, rooms: Rooms, path: web::Path<String>) -> HttpResponse {
    let actor = match organised(&frame, &rooms, &path).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let values = EventValues {
        agenda: actor.username.clone(),
        time_zone: frame.site.timezone.name().to_owned(),
        language: frame.site.default_language.clone(),
        status: "confirmed".to_owned(),
        repeat: "never".to_owned(),
        ..EventValues::default()
    };
    page(
        &frame,
        &rooms,
        EventFormView {
            action: frame.path.clone(),
            values,
            ..EventFormView::default()
        },
    )
    .await
}

/// `GET /e/{id}/duplicate`: the form of a new event, filled like this one.
pub(super) async fn duplicate(frame: Frame, rooms: Rooms, path: web::Path<String>) -> HttpResponse {
    let listed = match own(&frame, &rooms, &path).await {
        Ok(listed) => listed,
        Err(answer) => return answer,
    };
    let mut values = form::values(&listed);
    values.start_date.clear();
    values.end_date.clear();
    values.status = "confirmed".to_owned();
    values.status_note.clear();
    let action = format!("/@{}/new", listed.author.username);
    page(
        &frame,
        &rooms,
        EventFormView {
            action,
            values,
            ..EventFormView::default()
        },
    )
    .await
}

/// `POST /@{name}/new`.
pub(super) async fn create(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    form: Multipart,
) -> HttpResponse {
    let actor = match organised(&frame, &rooms, &path).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let sent = match read(&frame, &rooms, form).await {
        Ok(sent) => sent,
        Err(answer) => return answer,
    };
    let back = |errors: FormErrors, preview: SafeHtml, values: EventValues| EventFormView {
        action: frame.path.clone(),
        values,
        errors,
        preview,
        ..EventFormView::default()
    };
    let details = match form::details(&sent.values, Picture::None) {
        Ok(details) if sent.errors.is_empty() => details,
        Ok(_) => {
            return page(
                &frame,
                &rooms,
                back(sent.errors, SafeHtml::default(), sent.values),
            )
            .await;
        }
        Err(errors) => {
            return page(
                &frame,
                &rooms,
                back(errors, SafeHtml::default(), sent.values),
            )
            .await;
        }
    };
    let tags = form::tags(&sent.values.tags);
    let repeats = match crate::repetition::read(&sent.values, &details) {
        Ok(repeats) => repeats,
        Err(errors) => {
            return page(
                &frame,
                &rooms,
                back(errors, SafeHtml::default(), sent.values),
            )
            .await;
        }
    };
    if sent.action == "preview" {
        let preview = preview(&frame, &rooms, &actor, &details, tags);
        return page(
            &frame,
            &rooms,
            back(FormErrors::default(), preview, sent.values),
        )
        .await;
    }
    let draft = sent.action == "draft";
    let (site, account) = (
        Arc::clone(&frame.site),
        frame.viewer.identity().map(|who| who.account.id),
    );
    let (registry, now, picture) = (rooms.registry.clone(), rooms.clock.ts(), sent.picture);
    let language = sent.values.language.clone();
    let made = rooms
        .database
        .write(move |c| {
            let mut details = details;
            if let Some(stored) = &picture {
                details.picture =
                    Picture::Stored(store_picture(c, stored, Some(site.id), account, None, now)?);
            }
            let new = NewObject {
                kind: "event",
                collection: "events",
                page: "e",
                site: &site,
                actor: actor.id,
                account,
                state: if draft {
                    ObjectState::Draft
                } else {
                    ObjectState::Public
                },
                audience: Audience::Public,
                title: &details.title,
                language: if language.is_empty() {
                    &site.default_language
                } else {
                    &language
                },
                source: None,
                comments: CommentPolicy::Open,
            };
            match &repeats {
                Some(recurrence) => {
                    crate::series::create(c, &registry, &new, &details, &tags, recurrence, now)
                }
                None => publish(
                    c,
                    &registry,
                    &new,
                    &tags,
                    |c, object| write_details(c, object, &details, &tags, now),
                    now,
                ),
            }
        })
        .await;
    match made {
        Ok(object) => {
            rooms.federation.wake();
            done(
                &format!("/e/{}", object.id),
                if draft { "draft-saved" } else { "published" },
            )
        }
        Err(error) => {
            tracing::error!(%error, "event not published");
            frame.error(503)
        }
    }
}

/// The event as it will look, without anything written.
fn preview(
    frame: &Frame,
    rooms: &Rooms,
    actor: &Actor,
    details: &Details,
    tags: Vec<String>,
) -> SafeHtml {
    let now = rooms.clock.ts();
    let id = rooms.clock.id();
    let object = Object {
        id,
        uri: String::new(),
        kind: "event".to_owned(),
        site_id: Some(frame.site.id),
        actor_id: actor.id,
        account_id: None,
        state: ObjectState::Draft.as_str().to_owned(),
        audience: Audience::Public.as_str().to_owned(),
        url: String::new(),
        title: details.title.clone(),
        language: frame.lang.tag().to_owned(),
        source_id: None,
        source_key: None,
        comments: CommentPolicy::Open.as_str().to_owned(),
        revision: 0,
        published_at: now,
        updated_at: now,
        seen_at: now,
    };
    let event = Event::preview(id, details);
    let place = details
        .place
        .as_ref()
        .map(|place| Place::preview(id, place));
    let listed = Listed {
        object,
        event,
        author: actor.clone(),
        place,
        tags,
    };
    let mut view = view(&listed, &Default::default(), now, frame.lang);
    view.ics_url.clear();
    ui::event::event_page(&view, frame.lang)
}

fn editing(
    frame: &Frame,
    listed: &Listed,
    values: EventValues,
    errors: FormErrors,
    revision: i32,
) -> EventFormView {
    let _ = listed;
    EventFormView {
        action: frame.path.clone(),
        editing: true,
        values,
        errors,
        hidden: vec![("revision".to_owned(), revision.to_string())],
        ..EventFormView::default()
    }
}

/// `GET /e/{id}/edit`.
pub(super) async fn edit(frame: Frame, rooms: Rooms, path: web::Path<String>) -> HttpResponse {
    match own(&frame, &rooms, &path).await {
        Ok(listed) => {
            let form = editing(
                &frame,
                &listed,
                form::values(&listed),
                FormErrors::default(),
                listed.object.revision,
            );
            page(&frame, &rooms, form).await
        }
        Err(answer) => answer,
    }
}

/// Writes a change of an event, its picture kept unless another one or none is wanted.
pub(crate) fn change(
    c: &mut Conn,
    rooms: &Rooms,
    listed: &Listed,
    seen: Option<i32>,
    mut details: Details,
    tags: &[String],
    language: Option<String>,
    account: Option<Id>,
) -> Result<Object, LifeError> {
    let now = rooms.clock.ts();
    details.series = listed.event.series_id.zip(listed.event.occurrence.clone());
    details.fingerprint.clone_from(&listed.event.fingerprint);
    details.website_url = details
        .website_url
        .or_else(|| listed.event.website_url.clone());
    details.organizer.clone_from(&listed.event.organizer);
    details.previous_start = details.previous_start.or(listed.event.previous_start);
    let changes = form::changes(listed, &details.title, &details);
    let state = (listed.object.state() == ObjectState::Draft)
        .then(|| ObjectState::Public.as_str().to_owned());
    let revision = Revision {
        title: Some(details.title.clone()),
        language,
        state,
        ..Revision::default()
    };
    revise(
        c,
        &rooms.registry,
        &listed.object,
        seen,
        &revision,
        Some(tags),
        account,
        changes,
        |c, object| write_details(c, object, &details, tags, now),
        now,
    )
}

/// `POST /e/{id}/edit`.
pub(super) async fn save(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    form: Multipart,
) -> HttpResponse {
    let listed = match own(&frame, &rooms, &path).await {
        Ok(listed) => listed,
        Err(answer) => return answer,
    };
    let sent = match read(&frame, &rooms, form).await {
        Ok(sent) => sent,
        Err(answer) => return answer,
    };
    let seen = sent.revision.unwrap_or(listed.object.revision);
    let kept = match listed.event.picture_id {
        Some(id) if !sent.values.picture_remove => Picture::Stored(id),
        _ => Picture::None,
    };
    let details = match form::details(&sent.values, kept) {
        Ok(details) if sent.errors.is_empty() => details,
        Ok(_) => {
            return page(
                &frame,
                &rooms,
                editing(&frame, &listed, sent.values, sent.errors, seen),
            )
            .await;
        }
        Err(errors) => {
            return page(
                &frame,
                &rooms,
                editing(&frame, &listed, sent.values, errors, seen),
            )
            .await;
        }
    };
    let id = listed.object.id;
    if sent.action == "preview" {
        let preview = preview(
            &frame,
            &rooms,
            &listed.author,
            &details,
            form::tags(&sent.values.tags),
        );
        let form = EventFormView {
            preview,
            ..editing(&frame, &listed, sent.values, FormErrors::default(), seen)
        };
        return page(&frame, &rooms, form).await;
    }
    let tags = form::tags(&sent.values.tags);
    let language = Some(sent.values.language.clone()).filter(|tag| !tag.is_empty());
    let account = frame.viewer.identity().map(|who| who.account.id);
    let (site, writer, picture, before) =
        (frame.site.id, rooms.clone(), sent.picture, listed.clone());
    let saved = rooms
        .database
        .write(move |c| {
            let mut details = details;
            if let Some(stored) = &picture {
                let now = writer.clock.ts();
                details.picture =
                    Picture::Stored(store_picture(c, stored, Some(site), account, None, now)?);
            }
            change(
                c,
                &writer,
                &before,
                Some(seen),
                details,
                &tags,
                language,
                account,
            )
        })
        .await;
    match saved {
        Ok(_) => {
            rooms.federation.wake();
            done(&format!("/e/{id}"), "updated")
        }
        Err(LifeError::Stale) => {
            let mut errors = FormErrors::default();
            errors.add("title", "form-error-conflict");
            page(
                &frame,
                &rooms,
                editing(&frame, &listed, sent.values, errors, listed.object.revision),
            )
            .await
        }
        Err(LifeError::Unknown) => frame.error(410),
        Err(LifeError::Store(_)) => frame.error(503),
    }
}
