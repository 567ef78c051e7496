//! Blocking a server in one step, as the page of servers, the API and the command line do: a measure like any other.

use super::{Measure, MeasureKind, NewMeasure, on_hosts};
use crate::ModerationError;
use crate::complaint::Reason;
use crate::desk::Moderation;
use crate::target::Target;
use accounts::roles;
use sites::Site;
use store::{Conn, Id, Ts};

impl Moderation {
    /// Blocks a server for all sites, without an end; `reason` may be empty. Blocking twice gives the measure that holds.
    pub fn block_server(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        host: &str,
        reason: &str,
        now: Ts,
    ) -> Result<Measure, ModerationError> {
        let target = Target::host(host).ok_or(ModerationError::NotFitting)?;
        let new = NewMeasure {
            kind: MeasureKind::Block,
            reason: Reason::Other,
            rule: None,
            message: reason.to_owned(),
            ends_at: None,
            case: None,
            kinds: Vec::new(),
            list: None,
        };
        match self.take_measure(conn, site, by, &target, &new, now) {
            Err(ModerationError::Decided) => {
                let mut held = blocks(conn, site, &target)?;
                held.pop().ok_or(ModerationError::Decided)
            }
            taken => taken,
        }
    }

    /// Lifts it again, also a block that no measure of this site stands for. False when there was none.
    pub fn unblock_server(
        &self,
        conn: &mut Conn,
        site: &Site,
        by: Id,
        host: &str,
        now: Ts,
    ) -> Result<bool, ModerationError> {
        roles::require_server_admin(conn, by)?;
        let Some(target) = Target::host(host) else {
            return Ok(false);
        };
        let held = blocks(conn, site, &target)?;
        for measure in &held {
            self.undo_measure(conn, site, by, measure.id, now)?;
        }
        match federation::lift_in(conn, &target.host) {
            Ok(lifted) => Ok(lifted || !held.is_empty()),
            Err(federation::BlockError::Store(error)) => Err(error.into()),
            Err(_) => Ok(!held.is_empty()),
        }
    }
}

/// Blocks of a site on this very name that hold.
fn blocks(conn: &mut Conn, site: &Site, target: &Target) -> Result<Vec<Measure>, ModerationError> {
    let mut held = on_hosts(conn, site.id)?;
    held.retain(|measure| {
        measure.kind() == Some(MeasureKind::Block)
            && measure.host.as_deref() == Some(target.host.as_str())
    });
    Ok(held)
}
