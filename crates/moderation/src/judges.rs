//! Who may judge: nobody in their own matter, where there is somebody else.

use crate::ModerationError;
use accounts::{AccountState, SiteRole, roles};
use store::{Conn, Id};

/// True when an active moderator of the site is not among `concerned`.
pub(crate) fn somebody_else(
    conn: &mut Conn,
    site: Id,
    concerned: &[Id],
) -> Result<bool, ModerationError> {
    let people = roles::people_of(conn, site, &[SiteRole::Admin, SiteRole::Moderator])?;
    Ok(people.iter().any(|(account, _)| {
        account.state == AccountState::Active && !concerned.contains(&account.id)
    }))
}
