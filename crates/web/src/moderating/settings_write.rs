//! Writing what the site shows of its moderation, and how long it keeps what people wrote.

use super::faults::page_of;
use super::hold_rules::{PATH, again};
use super::settings_form::SettingsForm;
use crate::rooms::Rooms;
use accounts::{Admin, CsrfForm};
use actix_web::HttpResponse;
use moderation::ModerationError;
use moderation::settings::{ModerationSettings, ShownTo};
use pages::Frame;
use ui::FormErrors;

pub(super) async fn send(
    frame: Frame,
    who: Admin,
    rooms: Rooms,
    form: CsrfForm<SettingsForm>,
) -> HttpResponse {
    let (site, by, now) = (frame.site.id, who.account.id, rooms.clock.ts());
    let (typed, desk) = (form.clone(), rooms.moderation.clone());
    let written = rooms.database.write(move |conn| {
        let mut settings = ModerationSettings::read(conn, site)?;
        match typed.which.as_str() {
            "shown" => {
                settings.log = !typed.log.is_empty();
                settings.figures = !typed.figures.is_empty();
                let servers = ShownTo::from_word(&typed.servers);
                settings.servers = servers.ok_or(ModerationError::NotFitting)?;
            }
            "kept" => {
                let months = typed.months.trim().parse();
                settings.months = months.map_err(|_| ModerationError::End)?;
            }
            "limits" => {
                let limits = typed.limits.trim().parse();
                settings.limits = limits.map_err(|_| ModerationError::Value)?;
            }
            _ => return Err(ModerationError::NotFitting),
        }
        settings.write(conn, site, by, now)?;
        Ok(desk.read_limits(conn)?)
    });
    match written.await {
        Ok(()) => {
            // The worker looks whether something is to be forgotten now.
            rooms.moderation.wake();
            pages::done(PATH, "hold-saved")
        }
        Err(
            error @ (ModerationError::End | ModerationError::NotFitting | ModerationError::Value),
        ) => {
            let mut errors = FormErrors::new();
            match error {
                ModerationError::End => errors.add("months", "log-error-months"),
                ModerationError::Value => errors.add("limits", "form-error-choice"),
                _ => errors.add("servers", "log-error-servers"),
            }
            again(&frame, &rooms, None, Some(&form), &errors, 422).await
        }
        Err(error) => page_of(&frame, &error),
    }
}
