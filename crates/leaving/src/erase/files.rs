//! Pictures and places that nothing uses any more.

use super::CHUNK;
use crate::Leaving;
use diesel::prelude::*;
use serde_json::Value;
use store::schema::{actors, events, media, objects};
use store::{Conn, Id, Json, StoreError};

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
        let of_event = events::table.filter(events::picture_id.eq(id));
        let of_actor = actors::table.filter(actors::icon_id.eq(id).or(actors::banner_id.eq(id)));
        let used = diesel::select(diesel::dsl::exists(of_event)).get_result::<bool>(conn)?
            || diesel::select(diesel::dsl::exists(of_actor)).get_result::<bool>(conn)?;
        let row = media::table.find(id);
        if used {
            diesel::update(row.filter(media::account_id.eq(account)))
                .set(media::account_id.eq(None::<Id>))
                .execute(conn)?;
            continue;
        }
        let files: Option<(String, Json)> = row
            .select((media::file_name, media::variants))
            .first(conn)
            .optional()?;
        let Some((file, variants)) = files else {
            continue;
        };
        names.push(file);
        let variants = variants.0.as_array().cloned().unwrap_or_default();
        let name = |variant: &Value| variant["file"].as_str().map(str::to_owned);
        names.extend(variants.iter().filter_map(name));
        diesel::delete(row).execute(conn)?;
    }
    names.sort_unstable();
    names.dedup();
    // The same bytes may be somebody else's picture, whole or small.
    let mut loose = Vec::new();
    for name in names {
        let listed =
            diesel::dsl::sql::<diesel::sql_types::Bool>("CAST(media.variants AS TEXT) LIKE ")
                .bind::<diesel::sql_types::Text, _>(format!("%\"{name}\"%"));
        let other = media::table.filter(media::file_name.eq(&name).or(listed));
        if !diesel::select(diesel::dsl::exists(other)).get_result::<bool>(conn)? {
            loose.push(name);
        }
    }
    Ok(loose)
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
