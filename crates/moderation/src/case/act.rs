//! What a moderator does with a case, by a button of its page or by the API.

use super::{Case, Outcome};
use crate::ModerationError;
use crate::desk::Moderation;
use sites::Site;
use store::{Conn, Id, Ts, text_enum};

text_enum! {
    /// What is done.
    pub enum CaseAct {
        /// I look after it.
        Take = "take",
        /// Nobody does.
        Release = "release",
        /// A note among moderators.
        Note = "note",
        /// Words to who reported.
        WriteReporter = "write-reporter",
        /// Words to whom it is about.
        WriteSubject = "write-subject",
        /// To the server of origin.
        Forward = "forward",
        /// It is decided.
        Close = "close",
        /// It is open again.
        Reopen = "reopen",
    }
}

/// What goes with an act.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// Of [`CaseAct::WriteReporter`] and [`CaseAct::Forward`]: key of the report.
    pub report: &'a str,
    /// The words.
    pub text: &'a str,
    /// Of [`CaseAct::Close`]: word of [`Outcome`].
    pub outcome: &'a str,
}

impl Moderation {
    /// Does it.
    #[expect(clippy::too_many_arguments, reason = "one step, everything it writes")]
    pub fn act_on_case(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        case: Id,
        act: CaseAct,
        said: Said<'_>,
        now: Ts,
    ) -> Result<(), ModerationError> {
        let report = || Id::parse(said.report).ok_or(ModerationError::Unknown);
        let nothing = |_: Case| ();
        match act {
            CaseAct::Take => self
                .assign(conn, site.id, by, case, Some(by), now)
                .map(nothing),
            CaseAct::Release => self.assign(conn, site.id, by, case, None, now).map(nothing),
            CaseAct::Note => self.note(conn, site.id, by, case, said.text, now),
            CaseAct::WriteReporter => {
                self.write_to_reporter(conn, site, by, report()?, said.text, now)
            }
            CaseAct::WriteSubject => self.write_to_subject(conn, site, by, case, said.text, now),
            CaseAct::Forward => self.forward(conn, site, by, report()?, said.text, now),
            CaseAct::Close => {
                let outcome = Outcome::from_word(said.outcome).ok_or(ModerationError::Missing)?;
                self.close(conn, site, by, case, outcome, said.text, now)
                    .map(nothing)
            }
            CaseAct::Reopen => self.reopen(conn, site.id, by, case, now).map(nothing),
        }
    }
}
