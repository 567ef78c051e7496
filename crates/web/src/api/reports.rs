//! Reporting something.

use super::moderating::refusal;
use crate::rooms::Rooms;
use accounts::LimitKind;
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::report::Complaint;
use moderation::rules::Ground;
use moderation::target::Target;
use pages::{ApiError, ApiJson, ApiUser};
use serde::Deserialize;
use sites::CurrentSite;

#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(crate) struct ReportInput {
    /// ActivityPub id, or page on this site, of what is reported.
    about: String,
    /// `wrong_fact`, `spam`, `harassment`, `hate`, `privacy`, `impersonation`, `copyright`, `sensitive`, `illegal`, `other`,
    /// or `rule:` and the key of a rule of the site.
    reason: String,
    /// Which part of it: a field of an event, a moment of a recording.
    #[serde(default)]
    field: String,
    /// What should stand in that field instead, at most 200 characters; its author is asked. Of events published here:
    /// `start`, `end` (as `2026-12-31T20:30`, or a day alone), `place`, `title`, `price`, `registration_url`, `status`.
    #[serde(default)]
    value: String,
    /// Plain text, at most 5,000 characters; needed for `other`, and for `wrong_fact` without a value.
    #[serde(default)]
    text: String,
}

#[utoipa::path(
    post, path = "/api/v1/reports", request_body = ReportInput, security(("bearer" = [])),
    responses((status = 204, description = "The moderators will read it"), (status = 401, body = pages::ApiErrorBody),
        (status = 404, body = pages::ApiErrorBody), (status = 422, body = pages::ApiErrorBody),
        (status = 429, body = pages::ApiErrorBody)),
)]
pub(crate) async fn create(
    site: CurrentSite,
    who: ApiUser,
    rooms: Rooms,
    input: ApiJson<ReportInput>,
) -> Result<HttpResponse, ApiError> {
    let (account, now) = (who.account.id, rooms.clock.ts());
    let counted = account.to_string();
    let limits = rooms.accounts.limits();
    limits
        .check(LimitKind::Report, Some(site.0.id), &counted, now)
        .map_err(|retry_after| refusal(ModerationError::TooMany { retry_after }))?;
    let (input, language) = (input.0.clone(), who.account.language.clone());
    let (desk, site, about) = (
        rooms.moderation.clone(),
        site.0.clone(),
        input.about.clone(),
    );
    let written = rooms.database.write(move |conn| {
        let target = Target::seen(conn, &site, &about)?.ok_or(ModerationError::Unknown)?;
        let ground = Ground::read(conn, site.id, &input.reason, now)?;
        let complaint = Complaint {
            reason: ground.reason(),
            rule: ground.rule(),
            field: input.field,
            value: input.value,
            text: input.text,
            language,
        };
        desk.report(conn, &site, account, &target, &complaint, now)
    });
    written.await.map_err(refusal)?;
    rooms.moderation.wake();
    Ok(HttpResponse::NoContent().finish())
}
