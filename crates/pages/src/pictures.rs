//! Pictures as pages show them, and where they are written down.

use diesel::prelude::*;
use media::{FocalPoint, StoredPicture};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::schema::media as table;
use store::{Conn, Id, Json, StoreError, Ts, fresh_id};
use ui::Picture;

/// Pictures by their keys in `media`.
pub type Pictures = HashMap<Id, Stored>;

/// A stored picture.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Name of its largest file.
    pub file: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    focal: (f64, f64),
    variants: Vec<Variant>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Variant {
    file: String,
    width: u32,
    height: u32,
}

impl Stored {
    /// True for the name of its file or of one of its smaller copies.
    pub fn has(&self, file: &str) -> bool {
        self.file == file || self.variants.iter().any(|variant| variant.file == file)
    }

    /// The smallest file at least as wide as asked.
    pub fn at_least(&self, width: u32, alt: &str) -> Picture {
        let fit = self
            .variants
            .iter()
            .filter(|variant| variant.width >= width)
            .min_by_key(|variant| variant.width);
        let (file, width, height) = fit.map_or((&self.file, self.width, self.height), |variant| {
            (&variant.file, variant.width, variant.height)
        });
        Picture {
            src: format!("/media/{file}"),
            width,
            height,
            alt: alt.to_owned(),
            focus: ui::focus_class(self.focal.0, self.focal.1),
        }
    }
}

/// Reads several pictures.
pub fn stored_pictures(conn: &mut Conn, ids: &[Id]) -> Result<Pictures, StoreError> {
    if ids.is_empty() {
        return Ok(Pictures::new());
    }
    type Row = (Id, String, i32, i32, f64, f64, Json);
    let rows: Vec<Row> = table::table
        .filter(table::id.eq_any(ids.to_vec()))
        .select((
            table::id,
            table::file_name,
            table::width,
            table::height,
            table::focal_x,
            table::focal_y,
            table::variants,
        ))
        .load(conn)?;
    let read = |(id, file, width, height, x, y, variants): Row| {
        let size = |pixels: i32| u32::try_from(pixels).unwrap_or(0);
        (
            id,
            Stored {
                file,
                width: size(width),
                height: size(height),
                focal: (x, y),
                variants: variants.read(),
            },
        )
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Writes down a stored picture.
pub fn store_picture(
    conn: &mut Conn,
    stored: &StoredPicture,
    site: Option<Id>,
    account: Option<Id>,
    remote: Option<&str>,
    now: Ts,
) -> Result<Id, StoreError> {
    let size = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    let variants: Vec<Variant> = stored
        .variants
        .iter()
        .map(|variant| Variant {
            file: variant.file_name.to_string(),
            width: variant.width,
            height: variant.height,
        })
        .collect();
    let id = fresh_id(now.0);
    diesel::insert_into(table::table)
        .values((
            table::id.eq(id),
            table::site_id.eq(site),
            table::account_id.eq(account),
            table::remote_url.eq(remote),
            table::file_name.eq(stored.original.file_name.to_string()),
            table::media_type.eq(stored.original.file_name.format().content_type()),
            table::width.eq(size(stored.original.width)),
            table::height.eq(size(stored.original.height)),
            table::bytes.eq(i64::try_from(stored.original.bytes).unwrap_or(i64::MAX)),
            table::blurhash.eq(&stored.blurhash),
            table::variants.eq(Json::of(&variants)),
            table::created_at.eq(now),
        ))
        .execute(conn)?;
    Ok(id)
}

/// The same picture with another focal point, under a key of its own: whoever else shows it keeps
/// theirs. The key given when nothing changes, or there is no such picture.
pub fn refocused(
    conn: &mut Conn,
    picture: Id,
    focal: FocalPoint,
    now: Ts,
) -> Result<Id, StoreError> {
    let [x, y] = focal.as_pair().map(f64::from);
    type Files = (String, String, i32, i32, i64, String, Json);
    type Row = (Option<Id>, Option<Id>, Files, (f64, f64));
    let row: Option<Row> = table::table
        .find(picture)
        .select((
            table::site_id,
            table::account_id,
            (
                table::file_name,
                table::media_type,
                table::width,
                table::height,
                table::bytes,
                table::blurhash,
                table::variants,
            ),
            (table::focal_x, table::focal_y),
        ))
        .first(conn)
        .optional()?;
    let Some((site, account, files, before)) = row else {
        return Ok(picture);
    };
    if before == (x, y) {
        return Ok(picture);
    }
    let (file, media_type, width, height, bytes, blurhash, variants) = files;
    let id = fresh_id(now.0);
    diesel::insert_into(table::table)
        .values((
            table::id.eq(id),
            table::site_id.eq(site),
            table::account_id.eq(account),
            table::file_name.eq(file),
            table::media_type.eq(media_type),
            table::width.eq(width),
            table::height.eq(height),
            table::bytes.eq(bytes),
            table::blurhash.eq(blurhash),
            table::variants.eq(variants),
            table::created_at.eq(now),
            table::focal_x.eq(x),
            table::focal_y.eq(y),
        ))
        .execute(conn)?;
    Ok(id)
}
