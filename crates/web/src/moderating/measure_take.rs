//! Taking a measure.

use super::case::answer;
use super::case_typed::{MEASURE, Typed};
use super::faults::page_of;
use crate::letters::key_of;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::HttpResponse;
use chrono::Duration;
use moderation::ModerationError;
use moderation::measure::{MeasureKind, NewMeasure};
use moderation::report::Reason;
use moderation::rules::Ground;
use moderation::target::{Target, TargetKind};
use pages::Frame;
use serde::Deserialize;
use store::{Id, Ts};
use ui::FormErrors;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct MeasureForm {
    /// Kind and key of the target.
    on: String,
    kind: String,
    reason: String,
    text: String,
    days: String,
    case: String,
    back: String,
}

/// When a measure of so many days ends, by what was typed; never without one.
pub(super) fn end_of(days: &str, now: Ts) -> Result<Option<Ts>, ModerationError> {
    let days = match days.trim() {
        "" => return Ok(None),
        days => days.parse().map_err(|_| ModerationError::End)?,
    };
    let long = Duration::try_days(days).ok_or(ModerationError::End)?;
    let end = now.0.checked_add_signed(long).ok_or(ModerationError::End)?;
    Ok(Some(Ts::new(end)))
}

impl MeasureForm {
    fn read(&self, now: Ts) -> Result<NewMeasure, ModerationError> {
        Ok(NewMeasure {
            kind: MeasureKind::from_word(&self.kind).ok_or(ModerationError::NotFitting)?,
            // The ground is read where the rules are: in the database.
            reason: Reason::Other,
            rule: None,
            message: self.text.clone(),
            ends_at: end_of(&self.days, now)?,
            case: Id::parse(&self.case),
            kinds: vec!["event".to_owned()],
            list: None,
        })
    }

    /// What stands in the form again when it is refused.
    fn typed(&self) -> Typed {
        Typed {
            act: MEASURE,
            on: self.on.clone(),
            kind: self.kind.clone(),
            reason: self.reason.clone(),
            text: self.text.clone(),
            days: self.days.clone(),
            ..Typed::default()
        }
    }

    /// A path of this site, whatever the form says (WEB-03).
    fn back(&self) -> String {
        accounts::local_path(&self.back).unwrap_or_else(|| super::MEASURES_PATH.to_owned())
    }
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    form: CsrfForm<MeasureForm>,
) -> HttpResponse {
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let new = form.read(now);
    let named = form
        .on
        .split_once(':')
        .and_then(|(kind, key)| Some((TargetKind::from_word(kind)?, key.to_owned())));
    let taken = match (new, named) {
        (Ok(new), Some((kind, key))) => {
            let word = form.reason.clone();
            let written = rooms.database.write(move |conn| {
                let ground = Ground::read(conn, site.id, &word, now)?;
                let new = NewMeasure {
                    reason: ground.reason(),
                    rule: ground.rule(),
                    ..new
                };
                let target = Target::named(conn, kind, &key)?.ok_or(ModerationError::Unknown)?;
                desk.take_measure(conn, &site, by, &target, &new, now)
            });
            written.await
        }
        (Err(error), _) => Err(error),
        (_, None) => Err(ModerationError::Unknown),
    };
    rooms.decided().await;
    match (taken, Id::parse(&form.case)) {
        (Ok(_), _) => pages::done(&form.back(), "measure-taken"),
        (Err(error @ (ModerationError::Unknown | ModerationError::Store(_))), _) => {
            page_of(&frame, &error)
        }
        (Err(error), case) => {
            let mut errors = FormErrors::new();
            let field = match &error {
                ModerationError::NotFitting | ModerationError::Decided => "kind",
                ModerationError::End => "days",
                ModerationError::Missing | ModerationError::TooLong => "text",
                ModerationError::Reason => "reason",
                _ => "",
            };
            errors.add(field, &format!("moderation-error-{}", key_of(error.code())));
            let typed = form.typed();
            match case {
                Some(case) => {
                    let status = error.status();
                    answer(&frame, &who, &rooms, case, &typed, &errors, status).await
                }
                None => {
                    let status = error.status();
                    super::measure_new::answer(&frame, &rooms, &form.on, &typed, &errors, status)
                        .await
                }
            }
        }
    }
}
