//! Pictures and places that nothing uses any more.

use super::CHUNK;
use crate::Leaving;
use diesel::prelude::*;
use publication::pictures::{forget, is_used, unnamed};
use store::schema::{actors, events, media, objects};
use store::{Conn, Id, StoreError};

/// What lies on the disk and belongs to nobody after the commit.
pub(super) struct Loose {
    /// Archives, by key.
    pub(super) exports: Vec<Id>,
    /// Names of files.
    pub(super) pictures: Vec<String>,
}

/// Places and pictures of an agenda and its events.
pub(super) fn used_by(conn: &mut Conn, actor: Id) -> Result<(Vec<Id>, Vec<Id>), StoreError> {
    let used: Vec<(Option<Id>, Option<Id>)> = events::table
        .inner_join(objects::table.on(objects::id.eq(events::object_id)))
        .filter(objects::actor_id.eq(actor))
        .select((events::place_id, events::picture_id))
        .load(conn)?;
    let (places, pictures): (Vec<_>, Vec<_>) = used.into_iter().unzip();
    let portraits: (Option<Id>, Option<Id>) = actors::table
        .find(actor)
        .select((actors::icon_id, actors::banner_id))
        .first(conn)?;
    let pictures = pictures.into_iter().chain([portraits.0, portraits.1]);
    Ok((
        places.into_iter().flatten().collect(),
        pictures.flatten().collect(),
    ))
}

/// Deletes the rows of pictures that the person uploaded, and of `more`, that nothing uses; those in use stay without saying
/// whose they were. Gives the names of files that no row names any more.
pub(super) fn let_go(
    conn: &mut Conn,
    account: Id,
    more: Vec<Id>,
) -> Result<Vec<String>, StoreError> {
    let mut ids: Vec<Id> = media::table
        .filter(media::account_id.eq(account))
        .select(media::id)
        .load(conn)?;
    ids.extend(more);
    ids.sort_unstable();
    ids.dedup();
    let mut names = Vec::new();
    for id in ids {
        if is_used(conn, id)? {
            diesel::update(media::table.find(id).filter(media::account_id.eq(account)))
                .set(media::account_id.eq(None::<Id>))
                .execute(conn)?;
            continue;
        }
        names.extend(forget(conn, id)?);
    }
    unnamed(conn, names)
}

/// Deletes places that no event takes place at any more.
pub(super) fn forget_places(conn: &mut Conn, places: &[Id]) -> Result<(), StoreError> {
    use store::schema::places as table;
    for part in places.chunks(CHUNK) {
        let still: Vec<Option<Id>> = events::table
            .filter(events::place_id.eq_any(part))
            .select(events::place_id)
            .distinct()
            .load(conn)?;
        let lonely: Vec<Id> = part
            .iter()
            .copied()
            .filter(|place| !still.contains(&Some(*place)))
            .collect();
        let typed_here = table::table
            .filter(table::id.eq_any(lonely))
            .filter(table::site_id.is_not_null());
        diesel::delete(typed_here).execute(conn)?;
    }
    Ok(())
}

impl Leaving {
    pub(super) async fn remove_pictures(&self, names: Vec<String>) {
        let library = self.parts().library.clone();
        let removed = tokio::task::spawn_blocking(move || {
            for name in names {
                match library.remove(&name) {
                    Ok(()) | Err(::media::MediaError::NotFound) => {}
                    Err(error) => tracing::warn!(%error, name, "a picture is left behind"),
                }
            }
        });
        if let Err(error) = removed.await {
            tracing::warn!(%error, "pictures are left behind");
        }
    }
}
