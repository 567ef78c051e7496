//! A form with a file in it: the fields in memory, the file on the disk (MED-06).

use actix_multipart::Multipart;
use actix_web::web;
use futures::TryStreamExt;
use media::{Incoming, Library, MediaError, Processor, StoredPicture};
use std::collections::BTreeMap;
use ui::FormErrors;

/// Longest form without its file, in bytes.
const FIELDS: usize = 64 * 1024;
/// Longest request with its files, in bytes: what is larger is not even read to its end.
const WHOLE: usize = 64 * 1024 * 1024;

/// Why a form was not read.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// Longer than any form of ours.
    #[error("the form is too large")]
    TooLarge,
    /// Not a form, or cut off.
    #[error("the form is broken")]
    Broken,
    /// The disk.
    #[error(transparent)]
    File(#[from] MediaError),
}

/// The fields, repeated ones in order, and the file if one was chosen.
#[derive(Default)]
pub struct Upload {
    fields: BTreeMap<String, Vec<String>>,
    /// The first file chosen.
    pub file: Option<Incoming>,
    /// The file chosen passed the limit; the fields are there all the same.
    pub too_large: bool,
    /// What the browser calls it.
    pub file_name: Option<String>,
    /// What the browser says it is; believed by nobody.
    pub file_type: Option<String>,
}

impl Upload {
    /// The first value of a field.
    pub fn get(&self, name: &str) -> String {
        self.fields
            .get(name)
            .and_then(|values| values.first())
            .cloned()
            .unwrap_or_default()
    }

    /// All values of a field.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    /// True for a ticked box.
    pub fn is_on(&self, name: &str) -> bool {
        matches!(self.get(name).as_str(), "on" | "1" | "true")
    }

    /// Reads a form; its file goes to the library's waiting room, at most `limit` bytes.
    pub async fn read(
        mut form: Multipart,
        library: &web::Data<Library>,
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
                    let library = library.clone();
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

    /// The fault of a picture too large for `processor`, at its field.
    pub fn size_fault(&self, field: &str, processor: &Processor) -> FormErrors {
        let mut errors = FormErrors::new();
        if self.too_large {
            let most = processor.limits().bytes / (1024 * 1024);
            errors.add_with(field, "form-error-picture-size", &[("max", most.into())]);
        }
        errors
    }

    /// Checks, shrinks and stores the picture, when one was chosen; a refusal is noted at its field.
    pub async fn picture(
        &mut self,
        field: &str,
        library: &web::Data<Library>,
        processor: &Processor,
    ) -> Result<Option<StoredPicture>, FormErrors> {
        let Some(file) = self.file.take() else {
            return Ok(None);
        };
        let library = library.clone().into_inner();
        let (name, kind) = (self.file_name.clone(), self.file_type.clone());
        let accepted = processor.accept(library, file, name, kind).await;
        accepted.map(Some).map_err(|error| {
            let mut errors = FormErrors::new();
            let key = match error {
                MediaError::TypeRefused { .. } | MediaError::Empty => "form-error-picture-type",
                ref other if other.is_refusal() => "form-error-picture-broken",
                other => {
                    tracing::error!(error = %other, "a picture could not be stored");
                    "error-500-text"
                }
            };
            errors.add(field, key);
            errors
        })
    }
}
