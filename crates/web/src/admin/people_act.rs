//! Deciding on accounts and giving roles.

use super::people::GIVEN;
use crate::faults::page_of;
use crate::moderating;
use crate::rooms::Rooms;
use accounts::email_rules::{self, EmailRule};
use accounts::{
    AccountError, CsrfForm, Moderator, Permission, Permissions, SIGN_UPS_PATH, SiteRole, roles,
};
use actix_web::HttpResponse;
use moderation::hold::set_trusted;
use pages::Frame;
use serde::Deserialize;
use store::Id;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PeopleForm {
    /// `approve`, `refuse`, `role`, `permissions`, `trust`, `distrust` or `domains`.
    #[serde(rename = "do")]
    act: String,
    /// An account's key.
    id: String,
    /// Words sent with a refusal.
    reason: String,
    role: String,
    reports: String,
    publications: String,
    accounts: String,
    federation: String,
    settings: String,
    log: String,
    refused: String,
    read: String,
}

impl PeopleForm {
    /// The mail domains typed.
    fn domains(&self) -> Vec<(String, EmailRule)> {
        let of = |text: &str, rule: EmailRule| -> Vec<(String, EmailRule)> {
            let words = text.split_whitespace();
            words.map(|domain| (domain.to_owned(), rule)).collect()
        };
        let mut all = of(&self.refused, EmailRule::Refuse);
        all.extend(of(&self.read, EmailRule::Approve));
        all
    }

    /// The ticked permissions.
    fn permissions(&self) -> Permissions {
        let ticked = |one: &&Permission| {
            let box_of = match one {
                Permission::Reports => &self.reports,
                Permission::Publications => &self.publications,
                Permission::Accounts => &self.accounts,
                Permission::Federation => &self.federation,
                Permission::Settings => &self.settings,
                Permission::Log => &self.log,
            };
            !box_of.is_empty()
        };
        Permissions::of(Permission::ALL.iter().filter(ticked).copied())
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<PeopleForm>,
) -> HttpResponse {
    let by = who.account.id;
    if form.act == "domains" {
        let (site, now, rules) = (frame.site.id, rooms.clock.ts(), form.domains());
        let written = rooms
            .database
            .write(move |conn| email_rules::write(conn, site, by, &rules, now));
        return match written.await {
            Ok(()) => pages::done(SIGN_UPS_PATH, "domains-saved"),
            Err(AccountError::Email) => {
                frame.error_with(422, Some(&frame.lang.t("email-rules-error")))
            }
            Err(error) => page_of(&frame, &error),
        };
    }
    let Some(account) = Id::parse(&form.id) else {
        return frame.error(404);
    };
    let (acted, key) = match form.act.as_str() {
        "approve" => {
            let done = rooms.accounts.approve(&frame.site, by, account);
            (done.await, "account-approved")
        }
        "refuse" => {
            let done = rooms
                .accounts
                .refuse(&frame.site, by, account, form.reason.trim());
            (done.await, "account-refused")
        }
        "role" => {
            let role = SiteRole::from_word(&form.role).filter(|role| GIVEN.contains(role));
            let Some(role) = role else {
                return frame.error(400);
            };
            let (site, now) = (frame.site.id, rooms.clock.ts());
            let done = rooms
                .database
                .write(move |conn| roles::grant_site(conn, by, site, account, role, now));
            (done.await, "role-changed")
        }
        "permissions" => {
            let (site, permissions) = (frame.site.id, form.permissions());
            let done = rooms
                .database
                .write(move |conn| roles::set_permissions(conn, by, site, account, permissions));
            (done.await, "permissions-changed")
        }
        "trust" | "distrust" => {
            let (site, now, trust) = (frame.site.id, rooms.clock.ts(), form.act == "trust");
            let done = rooms
                .database
                .write(move |conn| set_trusted(conn, site, by, account, trust, now));
            return match done.await {
                Ok(()) => pages::done(SIGN_UPS_PATH, "trust-changed"),
                Err(error) => moderating::page_of(&frame, &error),
            };
        }
        _ => return frame.error(400),
    };
    match acted {
        Ok(()) => pages::done(SIGN_UPS_PATH, key),
        Err(error) => page_of(&frame, &error),
    }
}
