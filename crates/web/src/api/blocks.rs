//! Hosts that the whole server does not speak to; for its administrators.

use super::Items;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use federation::{Block, BlockError};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BlockView {
    /// The host in small letters and punycode; names below it are blocked with it.
    host: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    since: Option<DateTime<Utc>>,
}

impl From<Block> for BlockView {
    fn from(block: Block) -> Self {
        Self {
            host: block.host,
            reason: block.reason,
            since: block.since.map(|at| at.0),
        }
    }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct BlockInput {
    /// A host name in any spelling, or an address on it.
    host: String,
    /// Why, for other administrators; at most 500 characters are kept.
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BlockedView {
    #[serde(flatten)]
    block: BlockView,
    /// Follows that ended, of both directions.
    follows_ended: u64,
    /// Deliveries that waited for the host and were given up.
    deliveries_ended: u64,
}

fn refusal(error: BlockError) -> ApiError {
    match error {
        BlockError::Store(error) => error.into(),
        _ => ApiError::new(422, error.code(), error.to_string()),
    }
}

/// A block holds for every site of the server: whoever administers one site only may not make it.
fn administrator(who: &ApiUser) -> Result<(), ApiError> {
    match who.account.is_server_admin {
        true => Ok(()),
        false => Err(ApiError::forbidden()),
    }
}

#[utoipa::path(
    get, path = "/api/v1/blocks", security(("bearer" = [])),
    responses((status = 200, body = Items<BlockView>), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(who: ApiUser, rooms: Rooms) -> Result<HttpResponse, ApiError> {
    administrator(&who)?;
    let blocks = rooms.federation.blocked_hosts().await?;
    let items: Vec<BlockView> = blocks.into_iter().map(BlockView::from).collect();
    Ok(HttpResponse::Ok().json(Items { items }))
}

#[utoipa::path(
    post, path = "/api/v1/blocks", request_body = BlockInput, security(("bearer" = [])),
    responses((status = 201, body = BlockedView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    body: ApiJson<BlockInput>,
) -> Result<HttpResponse, ApiError> {
    administrator(&who)?;
    let host = rooms.federation.may_block(&body.host).map_err(refusal)?;
    let (desk, by, now) = (rooms.moderation.clone(), who.account.id, rooms.clock.ts());
    let reason: String = body.reason.chars().take(500).collect();
    let (site, name) = (site.0.clone(), host.clone());
    let made = rooms
        .database
        .write(move |conn| desk.block_server(conn, &site, by, &name, &reason, now));
    let made = made.await.map_err(super::moderating::refusal)?;
    rooms.decided().await;
    let blocks = rooms.federation.blocked_hosts().await?;
    let block = blocks.into_iter().find(|block| block.host == host);
    let block = block.ok_or_else(ApiError::not_found)?;
    let ended = |key: &str| made.before.0[key].as_u64().unwrap_or(0);
    Ok(HttpResponse::Created().json(BlockedView {
        block: block.into(),
        follows_ended: ended("follows"),
        deliveries_ended: ended("deliveries"),
    }))
}

#[utoipa::path(
    delete, path = "/api/v1/blocks/{host}", params(("host" = String, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn remove(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    host: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    administrator(&who)?;
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let host = host.into_inner();
    let lifted = rooms
        .database
        .write(move |conn| desk.unblock_server(conn, &site, by, &host, now));
    let lifted = lifted.await.map_err(super::moderating::refusal)?;
    rooms.decided().await;
    match lifted {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(ApiError::not_found()),
    }
}
