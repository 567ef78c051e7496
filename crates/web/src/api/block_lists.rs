//! Files and lists of servers to block, and whom the server speaks with.

use super::Items;
use super::moderating::refusal;
use crate::rooms::Rooms;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use federation::{AllowList, BlockError};
use moderation::ModerationError;
use moderation::lists::{
    BlockList, MOST_BYTES, Planned, exported, plan, read, remembered, subscribe, take, unsubscribe,
    write,
};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::Id;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BlockListView {
    id: String,
    url: String,
    /// Lines that wait in the queue, under `proposals`.
    waiting: i64,
    read_at: Option<DateTime<Utc>>,
    /// Why it was not read the last time.
    error: Option<String>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct BlockListsView {
    items: Vec<BlockListView>,
    /// Servers that were proposed and refused; they are not proposed again.
    refused: Vec<String>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct BlockListInput {
    url: String,
}

#[utoipa::path(
    get, path = "/api/v1/block-lists", security(("bearer" = [])),
    responses((status = 200, body = BlockListsView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let site = site.0.id;
    let found = rooms.database.read(move |conn| {
        Ok::<_, ModerationError>((BlockList::of_site(conn, site)?, remembered(conn, site)?))
    });
    let (lists, refused) = found.await.map_err(refusal)?;
    let view = |(list, waiting): (BlockList, i64)| BlockListView {
        id: list.id.to_string(),
        url: list.url,
        waiting,
        read_at: list.read_at.map(|at| at.0),
        error: list.last_error,
    };
    Ok(HttpResponse::Ok().json(BlockListsView {
        items: lists.into_iter().map(view).collect(),
        refused,
    }))
}

#[utoipa::path(
    post, path = "/api/v1/block-lists", request_body = BlockListInput, security(("bearer" = [])),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<BlockListInput>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    crate::blocking::may_be_asked(&rooms, &input.url).map_err(refusal)?;
    let (site, by, now) = (site.0.id, who.account.id, rooms.clock.ts());
    let url = input.url.clone();
    let made = rooms
        .database
        .write(move |conn| subscribe(conn, site, by, &url, now));
    made.await.map_err(refusal)?;
    rooms.moderation.lists_changed();
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Debug, Deserialize)]
pub(crate) struct Ending {
    /// True: also lift what it brought.
    #[serde(default)]
    lift: bool,
}

#[utoipa::path(
    delete, path = "/api/v1/block-lists/{id}", security(("bearer" = [])),
    params(("id" = String, Path), ("lift" = Option<bool>, Query, description = "also take back what it brought")),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn remove(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
    ending: web::Query<Ending>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let lift = ending.lift;
    let ended = rooms.database.write(move |conn| {
        let list = BlockList::find(conn, site.id, id)?;
        if lift {
            desk.lift_list(conn, &site, by, &list.url, now)?;
        }
        unsubscribe(conn, site.id, by, id)
    });
    ended.await.map_err(refusal)?;
    rooms.decided().await;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PlannedView {
    host: String,
    /// `suspend`, `silence` or `noop`.
    severity: &'static str,
    reject_media: bool,
    reason: String,
    /// Measures that it stands for.
    measures: Vec<&'static str>,
    /// The site has decided about this server: it stays so.
    decided: bool,
    /// A name of this very server.
    own: bool,
    /// Whom of theirs somebody here follows.
    followed: i64,
    /// Followers from there.
    followers: i64,
    /// Their publications stored here.
    objects: i64,
}

impl From<Planned> for PlannedView {
    fn from(one: Planned) -> Self {
        Self {
            severity: one.line.severity.as_str(),
            reject_media: one.line.reject_media,
            reason: one.line.reason,
            host: one.line.host,
            measures: one.measures.iter().map(|kind| kind.as_str()).collect(),
            decided: one.decided,
            own: one.own,
            followed: one.ties.followed,
            followers: one.ties.followers,
            objects: one.ties.objects,
        }
    }
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct BlockFile {
    /// A file as Mastodon exports it, or one name a line.
    csv: String,
    /// True: takes the measures; otherwise it only says what they would cut.
    #[serde(default)]
    take: bool,
}

#[utoipa::path(
    post, path = "/api/v1/block-lists/file", request_body = BlockFile, security(("bearer" = [])),
    responses((status = 200, body = Items<PlannedView>), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn import(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<BlockFile>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    if input.csv.len() > MOST_BYTES {
        return Err(refusal(ModerationError::TooLong));
    }
    let lines = read(&input.csv).lines;
    if lines.is_empty() {
        return Err(refusal(ModerationError::Missing));
    }
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        site.0.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let yes = input.take;
    let done = rooms.database.write(move |conn| {
        let planned = plan(conn, &desk, &site, by, lines.clone())?;
        if yes {
            take(conn, &desk, &site, by, lines, now)?;
        }
        Ok::<_, ModerationError>(planned)
    });
    let planned = done.await.map_err(refusal)?;
    rooms.decided().await;
    Ok(HttpResponse::Ok().json(Items {
        items: planned.into_iter().map(PlannedView::from).collect(),
    }))
}

#[utoipa::path(
    get, path = "/api/v1/block-lists/file", security(("bearer" = [])),
    responses((status = 200, description = "a file as Mastodon's", body = String, content_type = "text/csv"),
        (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn export(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let site = site.0.id;
    let lines = rooms
        .database
        .read(move |conn| Ok::<_, ModerationError>(exported(conn, site)?));
    let lines = lines.await.map_err(refusal)?;
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .body(write(&lines)))
}

#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct AllowedBody {
    /// True: the server speaks with these only.
    only: bool,
    hosts: Vec<String>,
}

fn server_admin(who: &ApiUser) -> Result<(), ApiError> {
    match who.account.is_server_admin {
        true => Ok(()),
        false => Err(ApiError::forbidden()),
    }
}

#[utoipa::path(
    get, path = "/api/v1/allow-list", security(("bearer" = [])),
    responses((status = 200, body = AllowedBody), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn allowed(who: ApiUser, rooms: Rooms) -> Result<HttpResponse, ApiError> {
    server_admin(&who)?;
    let list = rooms.federation.allow_list().await?;
    Ok(HttpResponse::Ok().json(AllowedBody {
        only: list.only,
        hosts: list.hosts,
    }))
}

#[utoipa::path(
    put, path = "/api/v1/allow-list", request_body = AllowedBody, security(("bearer" = [])),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn allow(
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<AllowedBody>,
) -> Result<HttpResponse, ApiError> {
    server_admin(&who)?;
    let list = AllowList {
        only: input.only,
        hosts: input.hosts.clone(),
    };
    match rooms.federation.set_allow_list(&list).await {
        Ok(()) => Ok(HttpResponse::NoContent().finish()),
        Err(BlockError::Store(error)) => Err(error.into()),
        Err(error) => Err(ApiError::new(422, error.code(), error.to_string())),
    }
}
