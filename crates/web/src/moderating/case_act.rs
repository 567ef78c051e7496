//! The buttons of a case, but for the measures.

use super::case::{answer, page_of_case};
use super::case_typed::Typed;
use crate::letters::key_of;
use crate::rooms::Rooms;
use accounts::{CsrfForm, Moderator};
use actix_web::{HttpResponse, web};
use moderation::ModerationError;
use moderation::case::{CaseAct, Said};
use pages::Frame;
use serde::Deserialize;
use store::Id;
use ui::FormErrors;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct ActForm {
    /// Word of a [`CaseAct`].
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
    let sent = form.0.clone();
    let done = rooms.database.write(move |conn| {
        let said = Said {
            report: &sent.report,
            text: match act {
                CaseAct::Close => &sent.words,
                _ => &sent.text,
            },
            outcome: &sent.outcome,
        };
        desk.act_on_case(conn, &site, by, case, act, said, now)
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
            let typed = Typed {
                act: act.as_str(),
                report: form.report.clone(),
                text: form.text.clone(),
                outcome: form.outcome.clone(),
                words: form.words.clone(),
                ..Typed::default()
            };
            let status = error.status();
            answer(&frame, &who, &rooms, case, &typed, &errors, status).await
        }
    }
}
