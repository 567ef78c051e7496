//! What a site shows of its moderation to others, and how long it keeps what people wrote.

use crate::ModerationError;
use accounts::{Permission, roles};
use diesel::prelude::*;
use store::schema::moderation_settings;
use store::{Conn, Id, Portable, StoreError, Ts, text_enum};

text_enum! {
    /// Who sees the names of servers that a site blocks or limits.
    pub enum ShownTo {
        /// Moderators alone.
        Nobody = "nobody",
        /// Everybody who is signed in.
        SignedIn = "signed_in",
        /// Everybody.
        Everybody = "everybody",
    }
}

impl ShownTo {
    /// True for a visitor, or for somebody signed in.
    pub fn covers(self, signed_in: bool) -> bool {
        match self {
            Self::Nobody => false,
            Self::SignedIn => signed_in,
            Self::Everybody => true,
        }
    }
}

/// The settings of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModerationSettings {
    /// The public log is shown.
    pub log: bool,
    /// The yearly figures are shown.
    pub figures: bool,
    /// Who sees which servers are blocked.
    pub servers: ShownTo,
    /// Months after which closed cases, judged appeals and what was sent to programs lose what people wrote.
    pub months: i32,
    /// The limits on what visitors and people may do, in percent of the usual: see `accounts::Limits::adjust`.
    pub limits: i32,
}

/// Months where nobody chose.
const USUAL_MONTHS: i32 = 12;
/// Percent that the limits may be set to.
pub const LIMITS: std::ops::RangeInclusive<i32> = 10..=1_000;
/// Most months.
pub const MOST_MONTHS: i32 = 60;

impl Default for ModerationSettings {
    fn default() -> Self {
        Self {
            log: false,
            figures: false,
            servers: ShownTo::Nobody,
            months: USUAL_MONTHS,
            limits: 100,
        }
    }
}

impl ModerationSettings {
    /// Those of a site.
    pub fn read(conn: &mut Conn, site: Id) -> Result<Self, StoreError> {
        let row: Option<(bool, bool, String, i32, i32)> = moderation_settings::table
            .find(site)
            .select((
                moderation_settings::log,
                moderation_settings::figures,
                moderation_settings::servers,
                moderation_settings::months,
                moderation_settings::limits,
            ))
            .first(conn)
            .optional()?;
        Ok(
            row.map_or_else(Self::default, |(log, figures, servers, months, limits)| {
                Self {
                    log,
                    figures,
                    servers: ShownTo::from_word(&servers).unwrap_or(ShownTo::Nobody),
                    months,
                    limits,
                }
            }),
        )
    }

    /// Writes them, in the name of who may change settings.
    pub fn write(&self, conn: &mut Conn, site: Id, by: Id, now: Ts) -> Result<(), ModerationError> {
        roles::require_permission(conn, site, by, Permission::Settings)?;
        if !(1..=MOST_MONTHS).contains(&self.months) {
            return Err(ModerationError::End);
        }
        if !LIMITS.contains(&self.limits) {
            return Err(ModerationError::Value);
        }
        let set = (
            moderation_settings::log.eq(self.log),
            moderation_settings::figures.eq(self.figures),
            moderation_settings::servers.eq(self.servers.as_str()),
            moderation_settings::months.eq(self.months),
            moderation_settings::limits.eq(self.limits),
            moderation_settings::updated_at.eq(now),
        );
        let insert = diesel::insert_into(moderation_settings::table)
            .values((moderation_settings::site_id.eq(site), set))
            .on_conflict(moderation_settings::site_id)
            .do_update()
            .set(set);
        Portable(insert).execute(conn)?;
        Ok(())
    }

    /// True when there is something to see at all for a visitor, or for somebody signed in.
    pub fn shows_anything(&self, signed_in: bool) -> bool {
        self.log || self.figures || self.servers.covers(signed_in)
    }
}
