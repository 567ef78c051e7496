//! What was sent to other servers, the latest first.

use super::Items;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use diesel::prelude::*;
use pages::{ApiError, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::StoreError;
use store::schema::{activities, deliveries};

#[derive(Debug, Serialize, Queryable, utoipa::ToSchema)]
pub(crate) struct DeliveryView {
    inbox: String,
    /// Id of the activity.
    activity_id: String,
    state: String,
    attempts: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    limit: Option<i64>,
}

#[utoipa::path(
    get, path = "/api/v1/deliveries", security(("bearer" = [])),
    params(("limit" = Option<i64>, Query, description = "1 to 1000; 200 by default")),
    responses((status = 200, body = Items<DeliveryView>), (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    paging: web::Query<Paging>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let (id, limit) = (site.id, store::page_size(paging.limit, 200, 1_000));
    let found = rooms.database.read(move |conn| {
        let rows: Vec<DeliveryView> = deliveries::table
            .inner_join(activities::table)
            .filter(activities::site_id.eq(id))
            .order(deliveries::id.desc())
            .limit(limit)
            .select((
                deliveries::inbox,
                activities::uri,
                deliveries::state,
                deliveries::attempts,
                deliveries::last_error,
            ))
            .load(conn)?;
        Ok::<_, StoreError>(rows)
    });
    let items = found.await?;
    Ok(HttpResponse::Ok().json(Items { items }))
}
