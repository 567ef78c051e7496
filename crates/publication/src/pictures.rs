//! Pictures that nothing shows any more: their rows, and the files that no row names.

use diesel::prelude::*;
use serde_json::Value;
use store::schema::{actors, events, media};
use store::{Conn, Id, Json, StoreError, Ts};

/// True while an event or an actor shows it.
pub fn is_used(conn: &mut Conn, picture: Id) -> Result<bool, StoreError> {
    let of_event = events::table.filter(events::picture_id.eq(picture));
    let of_actor = actors::table.filter(
        actors::icon_id
            .eq(picture)
            .or(actors::banner_id.eq(picture)),
    );
    Ok(
        diesel::select(diesel::dsl::exists(of_event)).get_result::<bool>(conn)?
            || diesel::select(diesel::dsl::exists(of_actor)).get_result::<bool>(conn)?,
    )
}

/// Deletes a picture's row; gives the names of its files, which are to be removed after the commit where they are
/// [`unnamed`].
pub fn forget(conn: &mut Conn, picture: Id) -> Result<Vec<String>, StoreError> {
    let row = media::table.find(picture);
    let files: Option<(String, Json)> = row
        .select((media::file_name, media::variants))
        .first(conn)
        .optional()?;
    let Some((file, variants)) = files else {
        return Ok(Vec::new());
    };
    diesel::delete(row).execute(conn)?;
    let variants = variants.0.as_array().cloned().unwrap_or_default();
    let name = |variant: &Value| variant["file"].as_str().map(str::to_owned);
    let mut names = vec![file];
    names.extend(variants.iter().filter_map(name));
    Ok(names)
}

/// Those files that no row names: the same bytes may be somebody else's picture, whole or small.
pub fn unnamed(conn: &mut Conn, mut names: Vec<String>) -> Result<Vec<String>, StoreError> {
    names.sort_unstable();
    names.dedup();
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

/// Forgets pictures from before `before` that nothing shows, at most `limit`: of purged and deleted publications, and those
/// that were replaced. Gives the names of files to remove after the commit.
pub fn sweep(conn: &mut Conn, before: Ts, limit: i64) -> Result<Vec<String>, StoreError> {
    let of_event = events::table.filter(events::picture_id.eq(media::id.nullable()));
    let of_actor = actors::table.filter(
        actors::icon_id
            .eq(media::id.nullable())
            .or(actors::banner_id.eq(media::id.nullable())),
    );
    let idle: Vec<Id> = media::table
        .filter(media::created_at.lt(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(of_event)))
        .filter(diesel::dsl::not(diesel::dsl::exists(of_actor)))
        .order(media::id)
        .limit(limit)
        .select(media::id)
        .load(conn)?;
    let mut names = Vec::new();
    for picture in idle {
        names.extend(forget(conn, picture)?);
    }
    unnamed(conn, names)
}
