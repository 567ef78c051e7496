//! What is shown of a server that the site follows.

use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use federation::follow::peers::one;
use pages::{ApiError, ApiErrorBody, ApiJson, ApiUser};
use publication::narrowing::{Circle, Coming, Narrowing, coming};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::{Conn, Id, StoreError};

#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Within {
    /// Degrees, WGS 84.
    latitude: f64,
    /// Degrees, WGS 84.
    longitude: f64,
    /// 0.1 to 20000.
    kilometres: f64,
}

/// The rule of a server; the empty one shows everything.
#[derive(Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NarrowingBody {
    /// Tags of which one is wanted; empty: all.
    include: Vec<String>,
    /// Tags of which none is wanted.
    exclude: Vec<String>,
    /// Kinds of objects; empty: all.
    kinds: Vec<String>,
    /// What takes place elsewhere, or nowhere on the map, is hidden.
    within: Option<Within>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct NarrowingView {
    #[serde(flatten)]
    rule: NarrowingBody,
    /// What is to come from this server.
    total: i64,
    /// What of it is hidden by the rule.
    hidden: i64,
}

impl NarrowingView {
    fn of(rule: Narrowing, count: &Coming) -> Self {
        Self {
            rule: NarrowingBody {
                include: rule.include,
                exclude: rule.exclude,
                kinds: rule.kinds,
                within: rule.within.map(|circle| Within {
                    latitude: circle.latitude,
                    longitude: circle.longitude,
                    kilometres: circle.kilometres,
                }),
            },
            total: count.total,
            hidden: count.hidden,
        }
    }
}

fn read(
    c: &mut Conn,
    (site, own): (Id, Id),
    host: &str,
) -> Result<Option<NarrowingView>, StoreError> {
    if one(c, (site, own), host)?.is_none() {
        return Ok(None);
    }
    let rule = Narrowing::read(c, own, host)?;
    Ok(Some(NarrowingView::of(rule, &coming(c, own, host)?)))
}

#[utoipa::path(
    get, path = "/api/v1/peers/{host}/narrowing", security(("bearer" = [])),
    params(("host" = String, Path)),
    responses((status = 200, body = NarrowingView), (status = 403, body = ApiErrorBody),
        (status = 404, body = ApiErrorBody)),
)]
pub(crate) async fn show(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    host: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let own = site.actor_id.ok_or_else(ApiError::not_found)?;
    let id = site.id;
    let found = rooms.database.read(move |c| read(c, (id, own), &host));
    let view = found.await?.ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok().json(view))
}

#[utoipa::path(
    put, path = "/api/v1/peers/{host}/narrowing", security(("bearer" = [])),
    params(("host" = String, Path)), request_body = NarrowingBody,
    responses((status = 200, body = NarrowingView), (status = 403, body = ApiErrorBody),
        (status = 404, body = ApiErrorBody), (status = 422, body = ApiErrorBody)),
)]
pub(crate) async fn put(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    host: web::Path<String>,
    body: ApiJson<NarrowingBody>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let own = site.actor_id.ok_or_else(ApiError::not_found)?;
    let body = body.0;
    let rule = Narrowing {
        include: body.include,
        exclude: body.exclude,
        kinds: body.kinds,
        within: body.within.map(|within| Circle {
            latitude: within.latitude,
            longitude: within.longitude,
            kilometres: within.kilometres,
        }),
    };
    rule.check()
        .map_err(|error| ApiError::new(422, error.code(), error.to_string()))?;
    let (id, now) = (site.id, rooms.clock.ts());
    let written = rooms.database.write(move |c| {
        if one(c, (id, own), &host)?.is_none() {
            return Ok(None);
        }
        rule.write(c, own, &host, now)?;
        read(c, (id, own), &host)
    });
    let view = written.await?.ok_or_else(ApiError::not_found)?;
    Ok(HttpResponse::Ok().json(view))
}
