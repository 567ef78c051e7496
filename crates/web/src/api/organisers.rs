//! Who organises an agenda, and whom its owners invite.

use super::Items;
use crate::rooms::Rooms;
use accounts::{AccountError, ActorRole, invitation, roles};
use actix_web::{HttpResponse, web};
use federation::Actor;
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::Id;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OrganiserView {
    /// Account, or invitation.
    id: String,
    /// Of somebody who is invited: the address.
    name: String,
    /// `owner`, `organiser` or `invited`.
    role: &'static str,
}

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct InvitationInput {
    /// Where the invitation is sent.
    email: String,
}

/// The agenda, when this account acts for it, and as what.
async fn held(
    site: &CurrentSite,
    who: &ApiUser,
    rooms: &Rooms,
    name: &str,
) -> Result<(Actor, ActorRole), ApiError> {
    let (site, name) = (site.0.id, name.to_owned());
    let found = rooms
        .database
        .read(move |conn| Actor::local(conn, site, &name));
    let actor = found.await?.ok_or_else(ApiError::not_found)?;
    let role = who.actors.iter().find(|held| held.actor_id == actor.id);
    let role = role.map(|held| held.role).ok_or_else(ApiError::forbidden)?;
    Ok((actor, role))
}

fn refused(error: AccountError) -> ApiError {
    match error {
        AccountError::Store(error) => error.into(),
        other => ApiError::new(other.status(), other.code(), other.to_string()),
    }
}

#[utoipa::path(
    get, path = "/api/v1/agendas/{name}/people", security(("bearer" = [])), params(("name" = String, Path)),
    responses((status = 200, body = Items<OrganiserView>), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody)),
)]
pub(crate) async fn list(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let (actor, role) = held(&site, &who, &rooms, &path).await?;
    let now = rooms.clock.ts();
    let found = rooms.database.read(move |conn| {
        let people = roles::people_of_actor(conn, actor.id)?;
        // Addresses are for those who invite.
        let invited = match role {
            ActorRole::Owner => invitation::list(conn, actor.id, now)?,
            ActorRole::Organiser => Vec::new(),
        };
        Ok::<_, AccountError>((people, invited))
    });
    let (people, invited) = found.await.map_err(refused)?;
    let people = people.into_iter().map(|(account, role)| OrganiserView {
        id: account.id.to_string(),
        name: account.name,
        role: role.as_str(),
    });
    let invited = invited.into_iter().map(|one| OrganiserView {
        id: one.id.to_string(),
        name: one.email_folded,
        role: "invited",
    });
    let items = people.chain(invited).collect();
    Ok(HttpResponse::Ok().json(Items { items }))
}

#[utoipa::path(
    post, path = "/api/v1/agendas/{name}/people", request_body = InvitationInput, security(("bearer" = [])),
    params(("name" = String, Path)),
    responses((status = 204, description = "A letter invites them to organise it"), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody), (status = 404, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody), (status = 429, body = pages::ApiErrorBody)),
)]
pub(crate) async fn invite(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
    input: ApiJson<InvitationInput>,
) -> Result<HttpResponse, ApiError> {
    let (actor, role) = held(&site, &who, &rooms, &path).await?;
    if role != ActorRole::Owner {
        return Err(ApiError::forbidden());
    }
    let asked = rooms
        .accounts
        .invite(&site.0, &who.account, actor.id, &input.email);
    asked.await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

#[utoipa::path(
    delete, path = "/api/v1/agendas/{name}/people/{id}", security(("bearer" = [])),
    params(("name" = String, Path), ("id" = String, Path, description = "An account; its role on the agenda ends")),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody), (status = 409, body = pages::ApiErrorBody)),
)]
pub(crate) async fn remove(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (name, id) = path.into_inner();
    let (actor, _) = held(&site, &who, &rooms, &name).await?;
    let id = Id::parse(&id).ok_or_else(ApiError::not_found)?;
    let by = who.account.id;
    let removed = rooms
        .database
        .write(move |conn| roles::revoke_actor(conn, by, actor.id, id));
    removed.await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
