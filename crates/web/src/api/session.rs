//! Tokens: made from an address and a password, ended by themselves.

use crate::rooms::Rooms;
use accounts::Visitor;
use actix_web::HttpResponse;
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct SignIn {
    email: String,
    password: String,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Token {
    /// Send it as `Authorization: Bearer …`. It is good for this site and ends like a session.
    token: String,
}

#[utoipa::path(
    post, path = "/api/v1/session", request_body = SignIn,
    responses((status = 201, body = Token), (status = 401, body = pages::ApiErrorBody),
        (status = 429, body = pages::ApiErrorBody)),
)]
pub(crate) async fn sign_in(
    site: CurrentSite,
    rooms: Rooms,
    visitor: Visitor,
    body: ApiJson<SignIn>,
) -> Result<HttpResponse, ApiError> {
    // A program brings no cookie; if it does, its browser's session is left alone.
    let visitor = Visitor {
        cookie: None,
        ..visitor
    };
    let entered = rooms
        .accounts
        .log_in_for_program(&site.0, &body.email, &body.password, &visitor);
    let opened = entered.await?;
    Ok(HttpResponse::Created().json(Token {
        token: opened.token,
    }))
}

#[utoipa::path(
    delete, path = "/api/v1/session", security(("bearer" = [])),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody)),
)]
pub(crate) async fn sign_out(who: ApiUser, rooms: Rooms) -> Result<HttpResponse, ApiError> {
    rooms.accounts.log_out(&who.session).await?;
    Ok(HttpResponse::NoContent().finish())
}
