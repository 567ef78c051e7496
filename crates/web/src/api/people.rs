//! The people of the site: roles, what moderators may do, trust.

use crate::rooms::Rooms;
use accounts::{Account, AccountError, Permission, Permissions, SiteRole, roles};
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::hold::{set_trusted, trusted};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;
use store::Id;

use super::Items;
use super::moderating::refusal;

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PersonView {
    id: String,
    name: String,
    /// `admin`, `moderator`, `member` or `suspended`.
    role: &'static str,
    /// What a moderator may do: `reports`, `publications`, `accounts`, `federation`, `settings`, `log`.
    permissions: Vec<&'static str>,
    /// What it publishes is not held.
    trusted: bool,
}

/// Everybody with a role but applicants, who stand in the queue.
const SHOWN: [SiteRole; 4] = [
    SiteRole::Admin,
    SiteRole::Moderator,
    SiteRole::Member,
    SiteRole::Suspended,
];

#[utoipa::path(
    get, path = "/api/v1/people", security(("bearer" = [])),
    responses((status = 200, body = Items<PersonView>), (status = 401, body = pages::ApiErrorBody),
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
        let trusted = trusted(conn, site)?;
        let mut items = Vec::new();
        for (account, role) in roles::people_of(conn, site, &SHOWN)? {
            let (_, held) = roles::held_on(conn, site, &account)?;
            items.push(view(&account, role, held, trusted.contains(&account.id)));
        }
        Ok::<_, ModerationError>(items)
    });
    let items = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(Items { items }))
}

fn view(account: &Account, role: SiteRole, held: Permissions, trusted: bool) -> PersonView {
    let held = Permission::ALL.iter().filter(|one| held.has(**one));
    PersonView {
        id: account.id.to_string(),
        name: account.name.clone(),
        role: role.as_str(),
        permissions: held.map(|one| one.as_str()).collect(),
        trusted,
    }
}

#[derive(Debug, Default, Clone, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct PersonChange {
    /// A role, as above; given by an administrator.
    role: Option<String>,
    /// What a moderator may do; said by an administrator.
    permissions: Option<Vec<String>>,
    trusted: Option<bool>,
}

#[utoipa::path(
    patch, path = "/api/v1/people/{id}", request_body = PersonChange, security(("bearer" = [])),
    params(("id" = String, Path)),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn change(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    path: web::Path<String>,
    input: ApiJson<PersonChange>,
) -> Result<HttpResponse, ApiError> {
    who.moderator()?;
    let id = Id::parse(&path).ok_or_else(ApiError::not_found)?;
    let unknown = || refusal(ModerationError::NotFitting);
    let role = match &input.role {
        Some(word) => {
            let role = SiteRole::from_word(word).filter(|role| SHOWN.contains(role));
            Some(role.ok_or_else(unknown)?)
        }
        None => None,
    };
    let permissions = match &input.permissions {
        Some(words) => {
            let all: Option<Vec<Permission>> = words
                .iter()
                .map(|word| Permission::from_word(word))
                .collect();
            Some(Permissions::of(all.ok_or_else(unknown)?))
        }
        None => None,
    };
    let (site, by, now, trust) = (site.0.id, who.account.id, rooms.clock.ts(), input.trusted);
    let changed = rooms.database.write(move |conn| {
        if roles::site_role(conn, site, id)?.is_none() {
            return Err(ModerationError::Unknown);
        }
        if let Some(role) = role {
            roles::grant_site(conn, by, site, id, role, now)?;
        }
        if let Some(permissions) = permissions {
            roles::set_permissions(conn, by, site, id, permissions).map_err(
                |error| match error {
                    AccountError::NotFound => ModerationError::NotFitting,
                    other => other.into(),
                },
            )?;
        }
        if let Some(trust) = trust {
            set_trusted(conn, site, by, id, trust, now)?;
        }
        Ok::<_, ModerationError>(())
    });
    changed.await.map_err(refusal)?;
    Ok(HttpResponse::NoContent().finish())
}
