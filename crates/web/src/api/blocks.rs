//! Hosts that the whole server does not speak to; for its administrators.

use super::Items;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use federation::{Block, BlockError};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};

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
    follows_ended: usize,
    /// Deliveries that waited for the host and were given up.
    deliveries_ended: usize,
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
    who: ApiUser,
    rooms: Rooms,
    body: ApiJson<BlockInput>,
) -> Result<HttpResponse, ApiError> {
    administrator(&who)?;
    let made = rooms.federation.block_host(&body.host, &body.reason).await;
    let made = made.map_err(refusal)?;
    Ok(HttpResponse::Created().json(BlockedView {
        block: made.block.into(),
        follows_ended: made.follows,
        deliveries_ended: made.deliveries,
    }))
}

#[utoipa::path(
    delete, path = "/api/v1/blocks/{host}", params(("host" = String, Path)), security(("bearer" = [])),
    responses((status = 204), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn remove(
    who: ApiUser,
    rooms: Rooms,
    host: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    administrator(&who)?;
    match rooms.federation.unblock_host(&host).await {
        Ok(true) => Ok(HttpResponse::NoContent().finish()),
        Ok(false) | Err(BlockError::NotAHost) => Err(ApiError::not_found()),
        Err(error) => Err(refusal(error)),
    }
}
