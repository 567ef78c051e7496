//! What the site shows of its moderation, and how long it keeps what people wrote.

use super::refusal;
use crate::rooms::Rooms;
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::settings::{ModerationSettings, ShownTo};
use pages::{ApiError, ApiJson, ApiUser};
use serde::{Deserialize, Serialize};
use sites::CurrentSite;

#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct ModerationSettingsView {
    /// The public log is shown.
    log: bool,
    /// The yearly figures are shown.
    figures: bool,
    /// Who sees which servers are blocked: `nobody`, `signed_in` or `everybody`.
    servers: String,
    /// Months after which closed cases, ended measures, judged appeals and what was sent to hooks lose what people wrote,
    /// 1 to 60.
    retention_months: i32,
    /// How many sign-ups, reports, proposals, invitations and look-ups are taken, in percent of the usual, 10 to 1,000.
    #[serde(default = "usual")]
    limits_percent: i32,
}

fn usual() -> i32 {
    100
}

#[utoipa::path(
    get, path = "/api/v1/moderation/settings", security(("bearer" = [])),
    responses((status = 200, body = ModerationSettingsView), (status = 401, body = pages::ApiErrorBody),
        (status = 403, body = pages::ApiErrorBody)),
)]
pub(crate) async fn read_settings(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let site = site.0.id;
    let found = rooms
        .database
        .read(move |conn| Ok::<_, ModerationError>(ModerationSettings::read(conn, site)?));
    let settings = found.await.map_err(refusal)?;
    Ok(HttpResponse::Ok().json(ModerationSettingsView {
        log: settings.log,
        figures: settings.figures,
        servers: settings.servers.as_str().to_owned(),
        retention_months: settings.months,
        limits_percent: settings.limits,
    }))
}

#[utoipa::path(
    put, path = "/api/v1/moderation/settings", request_body = ModerationSettingsView, security(("bearer" = [])),
    responses((status = 204), (status = 401, body = pages::ApiErrorBody), (status = 403, body = pages::ApiErrorBody),
        (status = 422, body = pages::ApiErrorBody)),
)]
pub(crate) async fn write_settings(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<ModerationSettingsView>,
) -> Result<HttpResponse, ApiError> {
    who.admin()?;
    let (site, by, now) = (site.0.id, who.account.id, rooms.clock.ts());
    let servers = ShownTo::from_word(&input.servers)
        .ok_or_else(|| ApiError::new(422, "unknown_audience", "nobody, signed_in or everybody"))?;
    let settings = ModerationSettings {
        log: input.log,
        figures: input.figures,
        servers,
        months: input.retention_months,
        limits: input.limits_percent,
    };
    let desk = rooms.moderation.clone();
    let written = rooms.database.write(move |conn| {
        settings.write(conn, site, by, now)?;
        Ok::<_, ModerationError>(desk.read_limits(conn)?)
    });
    written.await.map_err(|error| match error {
        ModerationError::End => {
            ApiError::new(422, "retention_months", "retention_months is 1 to 60")
        }
        ModerationError::Value => {
            ApiError::new(422, "limits_percent", "limits_percent is 10 to 1,000")
        }
        other => refusal(other),
    })?;
    rooms.moderation.wake();
    Ok(HttpResponse::NoContent().finish())
}
