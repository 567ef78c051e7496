//! Making, rewording and ending a rule; choosing the usual reasons that are offered.

use super::EDIT_PATH;
use super::edit::{Typed, answer};
use crate::letters::key_of;
use crate::moderating::page_of;
use crate::rooms::Rooms;
use accounts::{Admin, CsrfForm};
use actix_web::HttpResponse;
use chrono::{NaiveDate, TimeZone, Utc};
use moderation::ModerationError;
use moderation::report::Reason;
use moderation::rules::{NewRule, hide};
use pages::Frame;
use sites::Site;
use std::collections::BTreeMap;
use store::{Id, Ts};
use ui::FormErrors;

/// The fields, by name.
struct Sent(BTreeMap<String, String>);

impl Sent {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    fn typed(&self) -> Typed {
        Typed {
            id: self.get("id").to_owned(),
            fr: self.get("fr").to_owned(),
            en: self.get("en").to_owned(),
            reason: self.get("reason").to_owned(),
            since: self.get("since").to_owned(),
        }
    }

    fn rule(&self, site: &Site, now: Ts) -> Result<NewRule, ModerationError> {
        let texts = ["fr", "en"].map(|tag| (tag.to_owned(), self.get(tag).to_owned()));
        Ok(NewRule {
            replaces: Id::parse(self.get("id")),
            reason: Reason::from_word(self.get("reason")).ok_or(ModerationError::Reason)?,
            texts: texts.into(),
            since: self.since(site, now)?,
        })
    }

    /// The beginning of the day typed, on the site's clock; now where nothing is typed or the day is today.
    fn since(&self, site: &Site, now: Ts) -> Result<Ts, ModerationError> {
        let typed = self.get("since").trim();
        if typed.is_empty() {
            return Ok(now);
        }
        let day: NaiveDate = typed.parse().map_err(|_| ModerationError::End)?;
        if day == now.0.with_timezone(&site.timezone).date_naive() {
            return Ok(now);
        }
        let midnight = day.and_hms_opt(0, 0, 0).ok_or(ModerationError::End)?;
        let at = site.timezone.from_local_datetime(&midnight).earliest();
        Ok(Ts::new(at.ok_or(ModerationError::End)?.with_timezone(&Utc)))
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: Admin,
    rooms: Rooms,
    form: CsrfForm<Vec<(String, String)>>,
) -> HttpResponse {
    let sent = Sent(form.0.iter().cloned().collect());
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let tell = !sent.get("tell").is_empty();
    let done = match sent.get("do") {
        "offer" => {
            let unticked = Reason::ALL
                .iter()
                .filter(|reason| sent.get(reason.as_str()).is_empty());
            let unticked: Vec<Reason> = unticked.copied().collect();
            let written = rooms
                .database
                .write(move |conn| hide(conn, site.id, by, &unticked));
            written.await
        }
        "end" => match Id::parse(sent.get("id")) {
            Some(id) => {
                let written = rooms
                    .database
                    .write(move |conn| desk.end_rule(conn, &site, by, id, tell, now));
                written.await
            }
            None => Err(ModerationError::Unknown),
        },
        "set" => match sent.rule(&site, now) {
            Ok(rule) => {
                let written = rooms
                    .database
                    .write(move |conn| desk.set_rule(conn, &site, by, &rule, tell, now));
                written.await.map(|_| ())
            }
            Err(error) => Err(error),
        },
        _ => return frame.error(400),
    };
    rooms.moderation.wake();
    let error = match done {
        Ok(()) => return pages::done(EDIT_PATH, "rules-saved"),
        Err(error) => error,
    };
    let field = match &error {
        ModerationError::Missing | ModerationError::TooLong => "fr",
        ModerationError::End => "since",
        ModerationError::Reason => "reason",
        _ => return page_of(&frame, &error),
    };
    let mut errors = FormErrors::new();
    let key = match &error {
        ModerationError::End => "rules-error-when".to_owned(),
        _ => format!("moderation-error-{}", key_of(error.code())),
    };
    errors.add(field, &key);
    answer(&frame, &rooms, &sent.typed(), &errors, error.status()).await
}
