//! A measure and the end of the case in one step, for several cases that are alike.

use super::{Case, Outcome};
use crate::ModerationError;
use crate::desk::Moderation;
use crate::measure::NewMeasure;
use crate::queue::BulkMeasure;
use crate::rules::Ground;
use crate::target::Target;
use sites::Site;
use store::{Conn, Id, Ts};

impl Moderation {
    /// Takes the measure on what the case is about, or on whoever answers for it, and closes the case. Where the measure
    /// holds already, as for the second report on one person, the case is closed all the same.
    #[expect(clippy::too_many_arguments, reason = "one step, everything it writes")]
    pub(crate) fn answer_case(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        case: Id,
        measure: &BulkMeasure,
        words: &str,
        now: Ts,
    ) -> Result<Case, ModerationError> {
        let case = Case::of(conn, site.id, case)?;
        if !case.is_open() {
            return Err(ModerationError::Decided);
        }
        let target = match (measure.on_author, case.actor_id) {
            (false, _) => case.target(conn)?,
            (true, Some(actor)) => Target::actor(conn, actor)?,
            (true, None) => None,
        };
        let target = target.ok_or(ModerationError::NotFitting)?;
        let ground = Ground::read(conn, site.id, &measure.ground, now)?;
        let new = NewMeasure {
            kind: measure.kind,
            reason: ground.reason(),
            rule: ground.rule(),
            message: words.to_owned(),
            ends_at: measure.ends_at,
            case: Some(case.id),
            kinds: Vec::new(),
            list: None,
        };
        let taken = store::write_transaction(conn, |conn| {
            self.take_measure(conn, site, by, &target, &new, now)
        });
        match taken {
            Ok(_) | Err(ModerationError::Decided) => {}
            Err(error) => return Err(error),
        }
        self.close(conn, site, by, case.id, Outcome::Acted, "", now)
    }
}
