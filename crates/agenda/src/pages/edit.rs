//! A change of an event.

use super::form_page::{page, read, wrong_choices};
use super::new::preview;
use crate::dates::{Scope, spread};
use crate::event::{Details, Picture, write_details};
use crate::focus::{placed, spot_of};
use crate::form;
use crate::listing::{Listed, one};
use crate::rooms::Rooms;
use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use pages::{Frame, done, store_picture};
use publication::{LifeError, Object, ObjectState, Registry, Revision, revise};
use store::{Conn, Id, StoreError, Ts};
use ui::FormErrors;
use ui::event_form::{EventFormView, EventValues};

pub(super) use super::form_page::own;

fn editing(
    frame: &Frame,
    values: EventValues,
    errors: FormErrors,
    revision: i32,
    picture: Option<ui::Picture>,
) -> EventFormView {
    EventFormView {
        action: frame.path.clone(),
        values,
        errors,
        picture,
        hidden: vec![("revision".to_owned(), revision.to_string())],
        ..EventFormView::default()
    }
}

/// The picture it has, small, and the spot of it that crops keep.
async fn picture_of(rooms: &Rooms, listed: &Listed) -> (Option<ui::Picture>, &'static str) {
    let Some(key) = listed.event.picture_id else {
        return (None, "");
    };
    let list = [listed.clone()];
    let read = rooms.database.read(move |c| {
        let spot = spot_of(c, Some(key))?;
        Ok::<_, StoreError>((crate::cards::pictures(c, &list)?, spot))
    });
    let Ok((stored, spot)) = read.await else {
        return (None, "");
    };
    let alt = &listed.event.picture_alt;
    let picture = stored.get(&key).map(|stored| stored.at_least(320, alt));
    (picture, spot)
}

/// `GET /e/{id}/edit`.
pub(super) async fn edit(frame: Frame, rooms: Rooms, path: web::Path<String>) -> HttpResponse {
    let listed = match own(&frame, &rooms, &path).await {
        Ok(listed) => listed,
        Err(answer) => return answer,
    };
    let (picture, spot) = picture_of(&rooms, &listed).await;
    let (mut values, revision) = (form::values(&listed), listed.object.revision);
    spot.clone_into(&mut values.picture_focus);
    let form = editing(&frame, values, FormErrors::new(), revision, picture);
    page(&frame, &rooms, form, Some(&listed)).await
}

/// Writes a change of an event, its picture kept unless another one or none is wanted.
#[expect(clippy::too_many_arguments, reason = "one change, all it writes")]
pub(crate) fn change(
    c: &mut Conn,
    registry: &Registry,
    listed: &Listed,
    seen: Option<i32>,
    mut details: Details,
    tags: &[String],
    language: Option<String>,
    account: Option<Id>,
    now: Ts,
) -> Result<Object, LifeError> {
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
        registry,
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
    let mut sent = match read(&frame, &rooms, form).await {
        Ok(sent) => sent,
        Err(answer) => return answer,
    };
    let id = listed.object.id;
    let seen = sent.revision.unwrap_or(listed.object.revision);
    let (shown, _) = picture_of(&rooms, &listed).await;
    let kept = match listed.event.picture_id {
        Some(id) if !sent.values.picture_remove => Picture::Stored(id),
        _ => Picture::None,
    };
    let scope = Scope::from_word(&sent.values.scope);
    let read = async {
        let details = form::details(&sent.values, kept)?;
        match wrong_choices(&frame, &rooms, &sent.values, Some(id)).await {
            Ok(errors) if errors.is_empty() => {}
            Ok(errors) => return Err(errors),
            Err(_) => return Ok(None),
        }
        let mut errors = sent.file_faults(&rooms);
        if scope.is_none() && !matches!(sent.values.scope.as_str(), "" | "this") {
            errors.add("scope", "form-error-choice");
        }
        match errors.is_empty() {
            true => Ok(Some(details)),
            false => Err(errors),
        }
    };
    let details = match read.await {
        Ok(Some(details)) => details,
        Ok(None) => return frame.error(503),
        Err(errors) => {
            let form = editing(&frame, sent.values, errors, seen, shown);
            return page(&frame, &rooms, form, Some(&listed)).await;
        }
    };
    let tags = form::tags(&sent.values.tags);
    if sent.action == "preview" {
        let preview = preview(&frame, &rooms, &listed.author, &details, tags);
        let form = EventFormView {
            preview,
            ..editing(&frame, sent.values, FormErrors::new(), seen, shown)
        };
        return page(&frame, &rooms, form, Some(&listed)).await;
    }
    let picture = match sent.picture(&rooms).await {
        Ok(picture) => picture,
        Err(errors) => {
            let form = editing(&frame, sent.values, errors, seen, shown);
            return page(&frame, &rooms, form, Some(&listed)).await;
        }
    };
    let language: String = sent.values.language.trim().chars().take(35).collect();
    let language = Some(language).filter(|tag| !tag.is_empty());
    let account = frame.viewer.identity().map(|who| who.account.id);
    let (site, writer, before) = (frame.site.id, rooms.clone(), listed.clone());
    let spot = sent.values.picture_focus.trim().to_owned();
    let saved = rooms.database.write(move |c| {
        let mut details = details;
        if let Some(stored) = &picture {
            let now = writer.clock.ts();
            let id = store_picture(c, stored, Some(site), account, None, now)?;
            details.picture = Picture::Stored(id);
        }
        if let Picture::Stored(id) = details.picture {
            details.picture = Picture::Stored(placed(c, id, &spot, writer.clock.ts())?);
        }
        let (seen, now) = (Some(seen), writer.clock.ts());
        change(
            c,
            &writer.registry,
            &before,
            seen,
            details,
            &tags,
            language,
            account,
            now,
        )?;
        let (Some(scope), Some(after)) = (scope, one(c, id)?) else {
            return Ok(0);
        };
        spread(c, &writer.registry, &before, &after, scope, account, now)
    });
    match saved.await {
        Ok(others) => {
            rooms.federation.wake();
            let said = if others > 0 {
                "series-changed"
            } else {
                "updated"
            };
            done(&format!("/e/{id}"), said)
        }
        Err(LifeError::Stale) => {
            let newest = rooms.database.read(move |c| {
                let object = Object::by_id(c, id)?;
                Ok::<_, StoreError>(object.map(|object| object.revision))
            });
            let newest = newest.await.ok().flatten().unwrap_or(seen);
            let mut errors = FormErrors::new();
            errors.add("", "form-error-conflict");
            let form = editing(&frame, sent.values, errors, newest, shown);
            page(&frame, &rooms, form, Some(&listed)).await
        }
        Err(LifeError::Unknown) => frame.error(410),
        Err(LifeError::Store(error)) => {
            tracing::error!(%error, "an event could not be changed");
            frame.error(503)
        }
    }
}
