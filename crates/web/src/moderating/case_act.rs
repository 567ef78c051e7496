//! The buttons of a case, but for the measures.

use super::case::{answer, page_of_case};
use crate::letters::key_of;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::case::Outcome;
use pages::Frame;
use serde::Deserialize;
use store::Id;
use ui::FormErrors;

store::text_enum! {
    /// What a button of a case does.
    enum CaseAct {
        /// I look after it.
        Take = "take",
        /// Nobody does.
        Release = "release",
        /// A note among moderators.
        Note = "note",
        /// Words to who reported.
        WriteReporter = "write_reporter",
        /// Words to whom it is about.
        WriteSubject = "write_subject",
        /// To the server of origin.
        Forward = "forward",
        /// It is decided.
        Close = "close",
        /// It is open again.
        Reopen = "reopen",
    }
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct ActForm {
    #[serde(rename = "do")]
    act: String,
    report: String,
    text: String,
    outcome: String,
    words: String,
}

pub(crate) async fn send(
    frame: Frame,
    who: Moderator,
    rooms: Rooms,
    path: web::Path<String>,
    form: CsrfForm<ActForm>,
) -> HttpResponse {
    let (Some(case), Some(act)) = (Id::parse(&path), CaseAct::from_word(&form.act)) else {
        return frame.error(404);
    };
    let (desk, site, by, now) = (
        rooms.moderation.clone(),
        frame.site.clone(),
        who.account.id,
        rooms.clock.ts(),
    );
    let form = form.0.clone();
    let done = rooms.database.write(move |conn| {
        let report = || Id::parse(&form.report).ok_or(ModerationError::Unknown);
        match act {
            CaseAct::Take => desk
                .assign(conn, site.id, by, case, Some(by), now)
                .map(|_| ()),
            CaseAct::Release => desk.assign(conn, site.id, by, case, None, now).map(|_| ()),
            CaseAct::Note => desk.note(conn, site.id, by, case, &form.text, now),
            CaseAct::WriteReporter => {
                desk.write_to_reporter(conn, &site, by, report()?, &form.text, now)
            }
            CaseAct::WriteSubject => desk.write_to_subject(conn, &site, by, case, &form.text, now),
            CaseAct::Forward => desk.forward(conn, &site, by, report()?, &form.text, now),
            CaseAct::Close => {
                let outcome = Outcome::from_word(&form.outcome).ok_or(ModerationError::Missing)?;
                desk.close(conn, &site, by, case, outcome, &form.words, now)
                    .map(|_| ())
            }
            CaseAct::Reopen => desk.reopen(conn, site.id, by, case, now).map(|_| ()),
        }
    });
    let done = done.await;
    rooms.moderation.wake();
    rooms.federation.wake();
    let said = match act {
        CaseAct::Take | CaseAct::Release => "case-assigned",
        CaseAct::Note => "case-note",
        CaseAct::WriteReporter | CaseAct::WriteSubject => "case-written",
        CaseAct::Forward => "case-forwarded",
        CaseAct::Close => "case-closed",
        CaseAct::Reopen => "case-reopened",
    };
    match done {
        Ok(()) => pages::done(&page_of_case(case), said),
        Err(error @ (ModerationError::Unknown | ModerationError::Store(_))) => {
            super::faults::page_of(&frame, &error)
        }
        Err(error) => {
            let mut errors = FormErrors::new();
            let field = match (act, &error) {
                (CaseAct::Close, ModerationError::Missing) => "outcome",
                (CaseAct::Close, ModerationError::TooLong) => "words",
                _ => "",
            };
            errors.add(field, &format!("moderation-error-{}", key_of(error.code())));
            answer(&frame, &who, &rooms, case, &errors, error.status()).await
        }
    }
}
