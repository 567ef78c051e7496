//! Events made, changed and deleted by programs.

use super::input::{EventInput, apply, bad, clean_tags, when};
use super::view::{EventView, event_view};
use super::{agenda, gone, present};
use crate::access;
use crate::event::{Details, write_details};
use crate::listing::{Listed, one};
use crate::pages::edit::change;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono_tz::Tz;
use pages::{ApiError, ApiErrorBody, ApiJson, ApiUser};
use publication::{Audience, LifeError, NewObject, ObjectState, comment_policy, delete, publish};
use sites::{CurrentSite, Site};
use std::sync::Arc;
use store::Id;

fn life(error: LifeError) -> ApiError {
    match error {
        LifeError::Unknown => gone(),
        LifeError::Stale => ApiError::new(409, "changed_meanwhile", "changed meanwhile"),
        LifeError::Store(error) => error.into(),
    }
}

/// The event, when this account may change it.
pub(super) async fn own(
    site: &Arc<Site>,
    rooms: &Rooms,
    user: &ApiUser,
    path: &str,
) -> Result<Listed, ApiError> {
    let id = Id::parse(path).ok_or_else(ApiError::not_found)?;
    let (asked, who) = (Arc::clone(site), user.identity());
    let found = rooms
        .database
        .read(move |c| access::find(c, &asked, Some(&who), id));
    let listed = present(found.await?)?;
    match user.may_edit(listed.object.actor_id) && listed.object.site_id == Some(site.id) {
        true => Ok(listed),
        false => Err(ApiError::forbidden()),
    }
}

#[utoipa::path(
    post, path = "/api/v1/agendas/{name}/events", params(("name" = String, Path)),
    request_body = EventInput, security(("bearer" = [])),
    responses((status = 201, body = EventView), (status = 403, body = ApiErrorBody),
        (status = 422, body = ApiErrorBody)),
)]
pub(super) async fn create(
    site: CurrentSite,
    rooms: Rooms,
    user: ApiUser,
    path: web::Path<String>,
    input: ApiJson<EventInput>,
) -> Result<HttpResponse, ApiError> {
    let actor = agenda(&site, &rooms, path.into_inner()).await?;
    if !user.may_edit(actor.id) {
        return Err(ApiError::forbidden());
    }
    let input = input.0;
    let zone: Tz = match &input.timezone {
        Some(name) => name
            .parse()
            .map_err(|_| bad("timezone", "an IANA name such as Europe/Paris"))?,
        None => site.timezone,
    };
    let start = input
        .start
        .as_deref()
        .ok_or_else(|| bad("start", "a start is needed"))?;
    let start = when(start, zone, input.all_day.unwrap_or(false), "start")?;
    let mut details = Details::new(input.title.clone().unwrap_or_default(), start, zone);
    apply(&input, &mut details)?;
    let tags = clean_tags(input.tags.as_deref().unwrap_or_default());
    let (account, registry, now, owner) = (
        user.account.id,
        rooms.registry.clone(),
        rooms.clock.ts(),
        site.0.clone(),
    );
    let made = rooms
        .database
        .write(move |c| {
            let new = NewObject {
                kind: "event",
                collection: "events",
                page: "e",
                site: &owner,
                actor: actor.id,
                account: Some(account),
                state: ObjectState::Public,
                audience: Audience::Public,
                title: &details.title,
                language: input.language.as_deref().unwrap_or(&owner.default_language),
                source: None,
                comments: comment_policy(c, actor.id)?,
            };
            let object = publish(
                c,
                &registry,
                &new,
                &tags,
                |c, object| write_details(c, object, &details, &tags, now),
                now,
            )?;
            Ok::<_, LifeError>(one(c, object.id)?)
        })
        .await
        .map_err(life)?;
    rooms.federation.wake();
    let listed = made.ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Created().json(event_view(&site, &listed)))
}

#[utoipa::path(
    patch, path = "/api/v1/events/{id}", params(("id" = String, Path)),
    request_body = EventInput, security(("bearer" = [])),
    responses((status = 200, body = EventView), (status = 403, body = ApiErrorBody),
        (status = 409, body = ApiErrorBody), (status = 422, body = ApiErrorBody)),
)]
pub(super) async fn revise(
    site: CurrentSite,
    rooms: Rooms,
    user: ApiUser,
    path: web::Path<String>,
    input: ApiJson<EventInput>,
) -> Result<HttpResponse, ApiError> {
    let listed = own(&site.0, &rooms, &user, &path).await?;
    let input = input.0;
    let mut details = listed
        .event
        .details(&listed.object.title, listed.place.as_ref());
    apply(&input, &mut details)?;
    let tags = input
        .tags
        .as_deref()
        .map_or_else(|| listed.tags.clone(), clean_tags);
    let (account, writer) = (user.account.id, rooms.clone());
    let saved = rooms
        .database
        .write(move |c| {
            let object = change(
                c,
                &writer.registry,
                &listed,
                input.revision,
                details,
                &tags,
                input.language.clone(),
                Some(account),
                writer.clock.ts(),
            )?;
            Ok::<_, LifeError>(one(c, object.id)?)
        })
        .await
        .map_err(life)?;
    rooms.federation.wake();
    let listed = saved.ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok().json(event_view(&site, &listed)))
}

#[utoipa::path(
    delete, path = "/api/v1/events/{id}", params(("id" = String, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = ApiErrorBody), (status = 410, body = ApiErrorBody)),
)]
pub(super) async fn remove(
    site: CurrentSite,
    rooms: Rooms,
    user: ApiUser,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let listed = own(&site.0, &rooms, &user, &path).await?;
    let (account, registry, now) = (user.account.id, rooms.registry.clone(), rooms.clock.ts());
    let gone = rooms
        .database
        .write(move |c| delete(c, &registry, &listed.object, Some(account), now))
        .await;
    gone.map_err(life)?;
    rooms.federation.wake();
    Ok(HttpResponse::NoContent().finish())
}
