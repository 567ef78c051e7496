//! What passers-by proposed: they are told what became of it, and their address is forgotten then.

use crate::ModerationError;
use crate::desk::Moderation;
use accounts::Letter;
use chrono::Duration;
use diesel::prelude::*;
use mail::EmailAddress;
use publication::Object;
use sites::Site;
use store::schema::proposals;
use store::{Conn, Id, StoreError, Ts};

/// A proposal whose link was not followed is forgotten after this many hours.
const UNCONFIRMED_HOURS: i64 = 24;
/// One that nobody decided is answered no more after this many days.
const LONGEST_DAYS: i64 = 90;

/// Those of a list that passers-by proposed.
pub(crate) fn among(conn: &mut Conn, objects: &[Id]) -> Result<Vec<Id>, StoreError> {
    let found: Vec<Option<Id>> = proposals::table
        .filter(proposals::object_id.eq_any(objects))
        .select(proposals::object_id)
        .load(conn)?;
    Ok(found.into_iter().flatten().collect())
}

impl Moderation {
    /// Tells the passer-by who proposed it, if one did, and forgets them. True when one did.
    pub(crate) fn answer_proposal(
        &self,
        conn: &mut Conn,
        site: &Site,
        object: &Object,
        yes: bool,
        words: &str,
        now: Ts,
    ) -> Result<bool, ModerationError> {
        let row: Option<(Id, String, String)> = proposals::table
            .filter(proposals::object_id.eq(object.id))
            .select((proposals::id, proposals::email, proposals::language))
            .first(conn)
            .optional()?;
        let Some((id, email, language)) = row else {
            return Ok(false);
        };
        if let Ok(email) = EmailAddress::parse(&email) {
            let letter = Letter::ProposalDecided {
                title: object.title.clone(),
                accepted: yes,
                text: words.to_owned(),
                link: match yes {
                    true => object.url.clone(),
                    false => String::new(),
                },
            };
            self.write_to(conn, site, &email, &language, &letter, now)?;
        }
        diesel::delete(proposals::table.find(id)).execute(conn)?;
        Ok(true)
    }
}

/// Forgets what was never confirmed, and whom nobody answered; gives how many.
pub(crate) fn forget(conn: &mut Conn, now: Ts) -> Result<usize, StoreError> {
    let unconfirmed = Ts::new(now.0 - Duration::hours(UNCONFIRMED_HOURS));
    let old = Ts::new(now.0 - Duration::days(LONGEST_DAYS));
    let dead = proposals::table.filter(
        proposals::created_at.le(old).or(proposals::object_id
            .is_null()
            .and(proposals::created_at.le(unconfirmed))),
    );
    Ok(diesel::delete(dead).execute(conn)?)
}
