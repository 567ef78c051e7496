//! Programs that are told what happens.

use super::Items;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, HttpResponseBuilder, web};
use chrono::{DateTime, Utc};
use hooks::{Delivery, Hook, HookChange, HookError, NewHook};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::Id;

fn refusal(error: HookError) -> ApiError {
    match error {
        HookError::Store(error) => error.into(),
        HookError::Unknown => ApiError::not_found(),
        other => ApiError::new(other.status(), other.code(), other.to_string()),
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HookView {
    id: String,
    /// What its administrators call it; may be empty.
    name: String,
    url: String,
    /// `report.opened`, `case.closed`, `sign_up.waiting`, `measure.taken`, `measure.ended`, `appeal.received`,
    /// `publication.held`.
    events: Vec<String>,
    /// It is asked before something is published.
    asks: bool,
    paused: bool,
    /// Since when nothing arrives.
    failing_since: Option<DateTime<Utc>>,
    /// Messages carry a signature under the secret before too until then.
    old_secret_until: Option<DateTime<Utc>>,
    /// Only when it is made: `whsec_` and base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl From<Hook> for HookView {
    fn from(hook: Hook) -> Self {
        Self {
            id: hook.id.to_string(),
            events: hook.words().map(str::to_owned).collect(),
            name: hook.name,
            url: hook.url,
            asks: hook.asks,
            paused: hook.paused,
            failing_since: hook.failing_at.map(|at| at.0),
            old_secret_until: hook.old_until.map(|at| at.0),
            secret: None,
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/hooks", security(("bearer" = [])),
    responses((status = 200, body = Items<HookView>), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let site = site.0.id;
    let found = rooms.database.read(move |conn| hooks::list(conn, site));
    let items = found.await?;
    Ok(HttpResponse::Ok().json(Items {
        items: items.into_iter().map(HookView::from).collect(),
    }))
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct HookInput {
    /// At most 100 characters.
    #[serde(default)]
    name: String,
    url: String,
    /// As above.
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    asks: bool,
}

#[utoipa::path(
    post, path = "/api/v1/hooks", request_body = HookInput, security(("bearer" = [])),
    responses((status = 201, body = HookView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<HookInput>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let new = NewHook {
        name: input.name.clone(),
        url: input.url.clone(),
        events: input.events.clone(),
        asks: input.asks,
    };
    let (site, by, now) = (site.0.id, who.account.id, rooms.clock.ts());
    let federation = rooms.federation.as_ref().clone();
    let made = rooms.database.write(move |conn| {
        let made = hooks::create(conn, &federation, site, by, &new, now)?;
        let hook = Hook::of(conn, site, made.id)?;
        Ok::<_, HookError>((hook, made.secret))
    });
    let (hook, secret) = made.await.map_err(refusal)?;
    Ok(with_secret(HttpResponse::Created(), hook, secret))
}

/// This once.
fn with_secret(mut answer: HttpResponseBuilder, hook: Hook, secret: String) -> HttpResponse {
    let mut view = HookView::from(hook);
    view.secret = Some(secret);
    answer
        .insert_header(("cache-control", "private, no-store"))
        .json(view)
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct HookChanges {
    name: Option<String>,
    url: Option<String>,
    events: Option<Vec<String>>,
    asks: Option<bool>,
}

/// What is left out stays as it is. What waits goes to the new address.
#[utoipa::path(
    patch, path = "/api/v1/hooks/{id}", request_body = HookChanges, security(("bearer" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = HookView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn change(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
    input: ApiJson<HookChanges>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let set = HookChange {
        name: input.name.clone(),
        url: input.url.clone(),
        events: input.events.clone(),
        asks: input.asks,
    };
    let (who, now) = ((site.0.id, who.account.id), rooms.clock.ts());
    let federation = rooms.federation.as_ref().clone();
    let done = rooms.database.write(move |conn| {
        hooks::change(conn, &federation, who, id, &set, now)?;
        Hook::of(conn, who.0, id)
    });
    let hook = done.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(HookView::from(hook)))
}

/// A new secret, shown this once. For 24 hours messages carry a signature under the old one too.
#[utoipa::path(
    post, path = "/api/v1/hooks/{id}/secret", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = HookView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn renew_secret(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let (who, now) = ((site.0.id, who.account.id), rooms.clock.ts());
    let federation = rooms.federation.as_ref().clone();
    let made = rooms.database.write(move |conn| {
        let made = hooks::renew_secret(conn, &federation, who, id, now)?;
        Ok::<_, HookError>((Hook::of(conn, who.0, id)?, made.secret))
    });
    let (hook, secret) = made.await.map_err(refusal)?;
    Ok(with_secret(HttpResponse::Ok(), hook, secret))
}

#[utoipa::path(
    delete, path = "/api/v1/hooks/{id}", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn remove(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let (site, by) = (site.0.id, who.account.id);
    let gone = rooms
        .database
        .write(move |conn| hooks::remove(conn, site, by, id));
    gone.await.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}

#[utoipa::path(
    post, path = "/api/v1/hooks/{id}/{action}", security(("bearer" = [])),
    params(("id" = String, Path), ("action" = String, Path, description = "`test`, `pause` or `resume`")),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn act(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let (id, action) = path.into_inner();
    let id = Id::parse(&id).ok_or_else(ApiError::not_found)?;
    let (site, by, now) = (site.0.id, who.account.id, rooms.clock.ts());
    let done = rooms.database.write(move |conn| match action.as_str() {
        "test" => hooks::try_out(conn, site, by, id, now),
        "pause" => hooks::pause(conn, site, by, id),
        "resume" => hooks::resume(conn, site, by, id, now),
        _ => Err(HookError::Unknown),
    });
    done.await.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HookDeliveryView {
    /// `webhook-id` of the message.
    id: String,
    event: String,
    /// `waiting`, `delivered` or `failed`.
    state: String,
    attempts: i32,
    status: Option<i32>,
    error: Option<String>,
    /// What the program said that was asked.
    answer: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Delivery> for HookDeliveryView {
    fn from(one: Delivery) -> Self {
        Self {
            id: one.id.to_string(),
            event: one.event,
            state: one.state,
            attempts: one.attempts,
            status: one.status,
            error: one.error,
            answer: one.answer,
            created_at: one.created_at.0,
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/hooks/{id}/deliveries", security(("bearer" = [])), params(("id" = String, Path)),
    responses((status = 200, body = Items<HookDeliveryView>), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn deliveries(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let site = site.0.id;
    let found = rooms.database.read(move |conn| {
        let hook = Hook::of(conn, site, id)?;
        Ok::<_, HookError>(hook.deliveries(conn)?)
    });
    let items = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(Items {
        items: items.into_iter().map(HookDeliveryView::from).collect(),
    }))
}

/// Sends a message again that arrived or was given up, under the id that it had.
#[utoipa::path(
    post, path = "/api/v1/hooks/{id}/deliveries/{delivery}/again", security(("bearer" = [])),
    params(("id" = String, Path), ("delivery" = String, Path)),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn again(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let (id, delivery) = path.into_inner();
    let id = Id::parse(&id).ok_or_else(ApiError::not_found)?;
    let delivery = Id::parse(&delivery).ok_or_else(ApiError::not_found)?;
    let (who, now) = ((site.0.id, who.account.id), rooms.clock.ts());
    let done = rooms
        .database
        .write(move |conn| hooks::send_again(conn, who, id, delivery, now));
    done.await.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}
