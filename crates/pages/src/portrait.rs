//! Picture and banner of a site or an agenda.

use crate::pictures::{Stored, stored_pictures};
use diesel::prelude::*;
use store::schema::actors;
use store::{Conn, Id, StoreError};
use ui::Picture;

/// Width of a shown logo in pixels, twice its size on the page.
const ICON: u32 = 192;
/// Width of a shown banner in pixels.
const BANNER: u32 = 1_600;

/// What an actor of ours looks like; without pictures the pages draw a pattern of their own.
#[derive(Debug, Clone, Default)]
pub struct Portrait {
    /// The logo and its text.
    pub icon: Option<(Stored, String)>,
    /// The wide picture on top and its text.
    pub banner: Option<(Stored, String)>,
}

impl Portrait {
    /// By the actor's key; nothing for an unknown one.
    pub fn of(conn: &mut Conn, actor: Id) -> Result<Self, StoreError> {
        type Row = (Option<Id>, String, Option<Id>, String);
        let row: Option<Row> = actors::table
            .find(actor)
            .select((
                actors::icon_id,
                actors::icon_alt,
                actors::banner_id,
                actors::banner_alt,
            ))
            .first(conn)
            .optional()?;
        let Some((icon, icon_alt, banner, banner_alt)) = row else {
            return Ok(Self::default());
        };
        let ids: Vec<Id> = icon.into_iter().chain(banner).collect();
        let stored = stored_pictures(conn, &ids)?;
        let found = |id: Option<Id>, alt: String| Some((stored.get(&id?)?.clone(), alt));
        Ok(Self {
            icon: found(icon, icon_alt),
            banner: found(banner, banner_alt),
        })
    }

    /// The logo as a page shows it.
    pub fn shown_icon(&self) -> Option<Picture> {
        let (stored, alt) = self.icon.as_ref()?;
        Some(stored.at_least(ICON, alt))
    }

    /// The banner as a page shows it.
    pub fn shown_banner(&self) -> Option<Picture> {
        let (stored, alt) = self.banner.as_ref()?;
        Some(stored.at_least(BANNER, alt))
    }
}
