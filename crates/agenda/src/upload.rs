//! A form with a file in it: the fields in memory, the file on the disk (MED-06).

use crate::rooms::Rooms;
use actix_multipart::Multipart;
use actix_web::web;
use diesel::prelude::*;
use futures::TryStreamExt;
use media::{Incoming, MediaError, StoredPicture};
use std::collections::BTreeMap;
use store::schema::media as table;
use store::{Conn, Id, Json, StoreError, Ts, fresh_id};

/// Longest form without its file, in bytes.
const FIELDS: usize = 64 * 1024;
/// Longest request with its files, in bytes: what is larger is not even read to its end.
const WHOLE: usize = 64 * 1024 * 1024;

/// Why a form was not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    #[error("the form is too large")]
    TooLarge,
    #[error("the form is broken")]
    Broken,
    #[error(transparent)]
    File(#[from] MediaError),
}

/// The fields, repeated ones in order, and the file if one was chosen.
#[derive(Default)]
pub(crate) struct Upload {
    fields: BTreeMap<String, Vec<String>>,
    pub(crate) file: Option<Incoming>,
    /// The file chosen passed the limit; the fields are there all the same.
    pub(crate) too_large: bool,
    pub(crate) file_name: Option<String>,
    pub(crate) file_type: Option<String>,
}

impl Upload {
    /// The first value of a field.
    pub(crate) fn get(&self, name: &str) -> String {
        self.fields
            .get(name)
            .and_then(|values| values.first())
            .cloned()
            .unwrap_or_default()
    }

    /// All values of a field.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// True for a ticked box.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        matches!(self.get(name).as_str(), "on" | "1" | "true")
    }

    /// Reads a form; its file goes to the library's waiting room, at most `limit` bytes.
    pub(crate) async fn read(
        mut form: Multipart,
        rooms: &Rooms,
        limit: u64,
    ) -> Result<Self, UploadError> {
        let mut upload = Self::default();
        let (mut size, mut whole) = (0, 0);
        while let Some(mut field) = form.try_next().await.map_err(|_| UploadError::Broken)? {
            let disposition = field.content_disposition().cloned();
            let name = disposition
                .as_ref()
                .and_then(|d| d.get_name())
                .unwrap_or_default()
                .to_owned();
            match disposition.as_ref().and_then(|d| d.get_filename()) {
                Some(file_name) => {
                    let file_name = file_name.to_owned();
                    let file_type = field.content_type().map(ToString::to_string);
                    let library = rooms.library.clone();
                    let opened = web::block(move || library.incoming(limit)).await;
                    let mut incoming = Some(opened.map_err(|_| UploadError::Broken)??);
                    while let Some(piece) =
                        field.try_next().await.map_err(|_| UploadError::Broken)?
                    {
                        whole += piece.len();
                        if whole > WHOLE {
                            return Err(UploadError::TooLarge);
                        }
                        // Past the limit the rest is read and dropped, to reach the fields after it.
                        let Some(mut file) = incoming.take() else {
                            continue;
                        };
                        let wrote = web::block(move || file.write(&piece).map(|()| file)).await;
                        match wrote.map_err(|_| UploadError::Broken)? {
                            Ok(file) => incoming = Some(file),
                            Err(MediaError::TooLarge { .. }) => upload.too_large = true,
                            Err(error) => return Err(error.into()),
                        }
                    }
                    // A file field that nobody used arrives empty.
                    let incoming = incoming.filter(|file| !file.is_empty());
                    if let Some(file) = incoming.filter(|_| upload.file.is_none()) {
                        upload.file = Some(file);
                        upload.file_name = Some(file_name).filter(|name| !name.is_empty());
                        upload.file_type = file_type;
                    }
                }
                None => {
                    let mut value = Vec::new();
                    while let Some(piece) =
                        field.try_next().await.map_err(|_| UploadError::Broken)?
                    {
                        size += piece.len();
                        if size > FIELDS {
                            return Err(UploadError::TooLarge);
                        }
                        value.extend_from_slice(&piece);
                    }
                    let text = String::from_utf8(value).map_err(|_| UploadError::Broken)?;
                    // PostgreSQL keeps no NUL; nobody types one.
                    upload
                        .fields
                        .entry(name)
                        .or_default()
                        .push(text.replace('\0', "").replace("\r\n", "\n"));
                }
            }
        }
        Ok(upload)
    }
}

/// Writes down a stored picture.
pub(crate) fn store_picture(
    conn: &mut Conn,
    stored: &StoredPicture,
    site: Option<Id>,
    account: Option<Id>,
    remote: Option<&str>,
    now: Ts,
) -> Result<Id, StoreError> {
    let size = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    let variants: Vec<crate::cards::Variant> = stored
        .variants
        .iter()
        .map(|variant| crate::cards::Variant {
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
