//! A new event: typed, copied from another one, or kept as a draft.

use super::event::view;
use super::form_page::{organised, own, page, read, wrong_choices};
use crate::event::{Details, Event, Picture, write_details};
use crate::focus::placed;
use crate::form;
use crate::listing::Listed;
use crate::place::Place;
use crate::repetition;
use crate::rooms::Rooms;
use actix_multipart::Multipart;
use actix_web::{HttpResponse, web};
use federation::Actor;
use pages::{Frame, done, store_picture};
use publication::{
    Audience, CommentPolicy, NewObject, Object, ObjectState, comment_policy, publish,
};
use std::sync::Arc;
use ui::event_form::{EventFormView, EventValues};
use ui::{FormErrors, SafeHtml};

/// `GET /@{name}/new`.
pub(super) async fn ask(frame: Frame, rooms: Rooms, path: web::Path<String>) -> HttpResponse {
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
    let form = EventFormView {
        action: frame.path.clone(),
        values,
        ..EventFormView::default()
    };
    page(&frame, &rooms, form, None).await
}

/// `GET /e/{id}/duplicate`: the form of a new event, filled like this one but for its date.
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
    values.sold_out = false;
    let form = EventFormView {
        action: format!("/@{}/new", listed.author.username),
        values,
        ..EventFormView::default()
    };
    page(&frame, &rooms, form, None).await
}

/// The agenda chosen in the form, when it is another one than the path's.
async fn chosen(
    frame: &Frame,
    rooms: &Rooms,
    actor: Actor,
    values: &EventValues,
) -> Result<Actor, FormErrors> {
    let name = values.agenda.trim().to_ascii_lowercase();
    if name.is_empty() || name == actor.username {
        return Ok(actor);
    }
    organised(frame, rooms, &name).await.map_err(|_| {
        let mut errors = FormErrors::new();
        errors.add("agenda", "form-error-not-organiser");
        errors
    })
}

/// `POST /@{name}/new`.
pub(super) async fn send(
    frame: Frame,
    rooms: Rooms,
    path: web::Path<String>,
    form: Multipart,
) -> HttpResponse {
    let actor = match organised(&frame, &rooms, &path).await {
        Ok(actor) => actor,
        Err(answer) => return answer,
    };
    let mut sent = match read(&frame, &rooms, form).await {
        Ok(sent) => sent,
        Err(answer) => return answer,
    };
    let back = |values: EventValues, errors: FormErrors, preview: SafeHtml| EventFormView {
        action: frame.path.clone(),
        values,
        errors,
        preview,
        ..EventFormView::default()
    };
    let read = async {
        let actor = chosen(&frame, &rooms, actor, &sent.values).await?;
        let details = form::details(&sent.values, Picture::None)?;
        let repeats = repetition::read(&sent.values, &details)?;
        match wrong_choices(&frame, &rooms, &sent.values, None).await {
            Ok(errors) if errors.is_empty() => {}
            Ok(errors) => return Err(errors),
            Err(_) => return Ok(None),
        }
        let errors = sent.file_faults(&rooms);
        match errors.is_empty() {
            true => Ok(Some((actor, details, repeats))),
            false => Err(errors),
        }
    };
    let (actor, details, repeats) = match read.await {
        Ok(Some(read)) => read,
        Ok(None) => return frame.error(503),
        Err(errors) => {
            let form = back(sent.values, errors, SafeHtml::default());
            return page(&frame, &rooms, form, None).await;
        }
    };
    let tags = form::tags(&sent.values.tags);
    if sent.action == "preview" {
        let preview = preview(&frame, &rooms, &actor, &details, tags);
        let form = back(sent.values, FormErrors::new(), preview);
        return page(&frame, &rooms, form, None).await;
    }
    let picture = match sent.picture(&rooms).await {
        Ok(picture) => picture,
        Err(errors) => {
            let form = back(sent.values, errors, SafeHtml::default());
            return page(&frame, &rooms, form, None).await;
        }
    };
    let draft = sent.action == "draft";
    let account = frame.viewer.identity().map(|who| who.account.id);
    let (site, registry, now) = (
        Arc::clone(&frame.site),
        rooms.registry.clone(),
        rooms.clock.ts(),
    );
    let language = match sent.values.language.trim() {
        "" => frame.site.default_language.clone(),
        typed => typed.chars().take(35).collect(),
    };
    let spot = sent.values.picture_focus.trim().to_owned();
    let made = rooms.database.write(move |c| {
        let mut details = details;
        if let Some(stored) = &picture {
            let id = store_picture(c, stored, Some(site.id), account, None, now)?;
            details.picture = Picture::Stored(placed(c, id, &spot, now)?);
        }
        let new = NewObject {
            kind: "event",
            collection: "events",
            page: "e",
            site: &site,
            actor: actor.id,
            account,
            state: match draft {
                true => ObjectState::Draft,
                false => ObjectState::Public,
            },
            audience: Audience::Public,
            title: &details.title,
            language: &language,
            source: None,
            comments: comment_policy(c, actor.id)?,
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
    });
    match made.await {
        Ok(object) => {
            rooms.federation.wake();
            let said = if draft { "draft-saved" } else { "published" };
            done(&format!("/e/{}", object.id), said)
        }
        Err(error) => {
            tracing::error!(%error, "an event could not be published");
            frame.error(503)
        }
    }
}

/// The event as it will look, without anything written.
pub(super) fn preview(
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
        veil: publication::Veil::default(),
    };
    let mut view = view(&listed, &Default::default(), now, frame.lang);
    view.ics_url.clear();
    view.report_url.clear();
    view.draft = false;
    ui::event::event_page(&view, frame.lang)
}
