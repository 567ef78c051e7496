//! Replies under an event: what is shown of them, and what its organisers decide.

use super::present;
use crate::access;
use crate::rooms::Rooms;
use accounts::Viewer;
use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use pages::{ApiError, ApiErrorBody, ApiUser};
use publication::{Comment, Decision, all_comments_of, comments_of, decide};
use serde::Serialize;
use sites::CurrentSite;
use store::{Id, StoreError};

/// Replies in one answer.
const MOST: i64 = 200;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct CommentView {
    id: String,
    /// ActivityPub id.
    uri: String,
    /// `@name@host`.
    author: String,
    author_name: String,
    /// Safe HTML.
    content: String,
    published_at: DateTime<Utc>,
    /// It waits for an organiser, and is shown to nobody else.
    held: bool,
}

impl From<Comment> for CommentView {
    fn from(comment: Comment) -> Self {
        Self {
            id: comment.id.to_string(),
            uri: comment.uri,
            author: comment.author.handle(),
            author_name: comment.author.name,
            content: comment.content,
            published_at: comment.published_at.0,
            held: comment.held,
        }
    }
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Comments {
    /// Oldest first, at most 200.
    items: Vec<CommentView>,
}

#[utoipa::path(
    get, path = "/api/v1/events/{id}/comments", params(("id" = String, Path)),
    responses((status = 200, body = Comments), (status = 404, body = ApiErrorBody), (status = 410, body = ApiErrorBody)),
)]
pub(super) async fn list(
    site: CurrentSite,
    viewer: Viewer,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let (asked, now) = (site.0.clone(), rooms.clock.ts());
    let found = rooms.database.read(move |c| {
        let who = super::by_token(&viewer);
        let found = access::find(c, &asked, who, id)?;
        let access::Found::Here(listed) = &found else {
            return Ok((found, Vec::new()));
        };
        let organiser = who.is_some_and(|who| who.may_edit(listed.object.actor_id));
        let hidden = access::hidden_from(c, who, now)?;
        let mut comments = match organiser {
            true => all_comments_of(c, id, MOST)?,
            false => comments_of(c, id, MOST)?,
        };
        comments.retain(|reply| {
            !hidden.covers(&reply.author) && !hidden.says(reply.author.id, &[&reply.content])
        });
        Ok::<_, StoreError>((found, comments))
    });
    let (found, comments) = found.await?;
    present(found)?;
    Ok(HttpResponse::Ok().json(Comments {
        items: comments.into_iter().map(CommentView::from).collect(),
    }))
}

#[utoipa::path(
    post, path = "/api/v1/events/{id}/comments/{comment}/{decision}", security(("bearer" = [])),
    params(("id" = String, Path), ("comment" = String, Path),
        ("decision" = String, Path, description = "`show` or `hide`")),
    responses((status = 204), (status = 401, body = ApiErrorBody), (status = 403, body = ApiErrorBody),
        (status = 404, body = ApiErrorBody)),
)]
pub(super) async fn answer(
    site: CurrentSite,
    rooms: Rooms,
    user: ApiUser,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (event, comment, decision) = path.into_inner();
    let decision = match decision.as_str() {
        "show" => Decision::Show,
        "hide" => Decision::Hide,
        _ => return Err(ApiError::not_found()),
    };
    let listed = super::writing::own(&site.0, &rooms, &user, &event).await?;
    let comment = Id::parse(&comment).ok_or_else(ApiError::not_found)?;
    let (object, by, now) = (listed.object.id, user.account.id, rooms.clock.ts());
    let decided = rooms
        .database
        .write(move |c| decide(c, object, comment, decision, Some(by), now));
    match decided.await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(ApiError::not_found()),
    }
}
