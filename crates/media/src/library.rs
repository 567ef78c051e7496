//! Files on disk, named by the hash of their bytes.
//!
//! Layout below the root: `ab/cd/<hash>.<extension>`, and `incoming/` for what is being written.
//! A file appears under its name complete or not at all: it is written to `incoming/`, flushed to
//! disk, then renamed. All calls block; see [`crate::Processor`] for async callers.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use tempfile::NamedTempFile;

use crate::derive::{Derived, Rendition};
use crate::error::MediaError;
use crate::file_name::FileName;
use crate::format::{Format, Found};
use crate::placeholder::Colour;

const INCOMING: &str = "incoming";

/// The store. One per server and directory; share it in an `Arc`.
#[derive(Debug)]
pub struct Library {
    root: PathBuf,
    /// Held while files appear or disappear, so that undoing a half-stored picture cannot take a
    /// file that another upload has just found in place.
    changing: Mutex<()>,
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// To be kept by the caller, and part of the public address.
    pub file_name: FileName,
    /// Length.
    pub bytes: u64,
    /// False when the same bytes were in the library already.
    pub added: bool,
}

/// A stored file that is a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRendition {
    /// To be kept by the caller.
    pub file_name: FileName,
    /// Length.
    pub bytes: u64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// All stored files of one picture, and what to show before they load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPicture {
    /// The largest.
    pub original: StoredRendition,
    /// Widest first; empty for a small picture.
    pub variants: Vec<StoredRendition>,
    /// See [`Derived::blurhash`].
    pub blurhash: String,
    /// See [`Derived::dominant_colour`].
    pub dominant_colour: Colour,
}

impl StoredPicture {
    /// The narrowest file at least `width` pixels wide, or else the original.
    pub fn at_least(&self, width: u32) -> &StoredRendition {
        self.variants
            .iter()
            .rev()
            .find(|variant| variant.width >= width)
            .unwrap_or(&self.original)
    }
}

/// An open file of the library.
#[derive(Debug)]
pub struct Opened {
    /// At its beginning.
    pub file: File,
    /// Length.
    pub bytes: u64,
    /// Media type; see [`crate::serving_headers`].
    pub content_type: &'static str,
}

impl Library {
    /// Opens the library in `root`, creating the directory.
    ///
    /// # Errors
    /// `Storage` where it cannot be created.
    pub fn new(root: impl Into<PathBuf>) -> Result<Self, MediaError> {
        let root = root.into();
        fs::create_dir_all(root.join(INCOMING)).map_err(MediaError::Storage)?;
        Ok(Self {
            root,
            changing: Mutex::new(()),
        })
    }

    /// Begins an upload of at most `limit` bytes.
    ///
    /// # Errors
    /// `StorageFull`, `Storage`.
    pub fn incoming(&self, limit: u64) -> Result<Incoming, MediaError> {
        Ok(Incoming {
            file: NamedTempFile::new_in(self.root.join(INCOMING))?,
            written: 0,
            limit,
        })
    }

    /// Stores bytes made by [`crate::derive`]; the same bytes twice are one file.
    ///
    /// # Errors
    /// `TypeRefused` for bytes that do not start like `format`, so that nothing but pictures is
    /// ever served; `StorageFull`, `Storage`.
    pub fn put(&self, bytes: &[u8], format: Format) -> Result<Stored, MediaError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.write(bytes, format)
    }

    /// Stores all of a picture, or nothing.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub fn put_picture(&self, derived: &Derived) -> Result<StoredPicture, MediaError> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut added = Vec::new();
        let mut store = |rendition: &Rendition| {
            let stored = self.write(&rendition.bytes, rendition.format)?;
            if stored.added {
                added.push(stored.file_name.clone());
            }
            Ok(StoredRendition {
                file_name: stored.file_name,
                bytes: stored.bytes,
                width: rendition.width,
                height: rendition.height,
            })
        };
        let files = store(&derived.original).and_then(|original| {
            let variants = derived.variants.iter().map(&mut store);
            Ok((original, variants.collect::<Result<Vec<_>, _>>()?))
        });
        match files {
            Ok((original, variants)) => Ok(StoredPicture {
                original,
                variants,
                blurhash: derived.blurhash.clone(),
                dominant_colour: derived.dominant_colour,
            }),
            Err(error) => {
                for file_name in added {
                    if let Err(left) = fs::remove_file(self.path(&file_name)) {
                        tracing::warn!(%file_name, %left, "a half-stored picture is left behind");
                    }
                }
                Err(error)
            }
        }
    }

    fn write(&self, bytes: &[u8], format: Format) -> Result<Stored, MediaError> {
        if Format::sniff(bytes) != Some(format) {
            return Err(MediaError::TypeRefused {
                found: Found::guess(bytes),
            });
        }
        let file_name = FileName::of(bytes, format);
        let path = self.path(&file_name);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let stored = |added| Stored {
            file_name: file_name.clone(),
            bytes: length,
            added,
        };
        if fs::metadata(&path).is_ok_and(|found| found.is_file() && found.len() == length) {
            return Ok(stored(false));
        }
        let directory = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(directory).map_err(written)?;
        let mut file = NamedTempFile::new_in(self.root.join(INCOMING)).map_err(written)?;
        file.write_all(bytes).map_err(written)?;
        file.as_file().sync_all().map_err(written)?;
        file.persist(&path)
            .map_err(|failed| written(failed.error))?;
        sync_directory(directory).map_err(written)?;
        Ok(stored(true))
    }

    /// Opens a stored file for serving.
    ///
    /// # Errors
    /// `NotFound` for any name that is not the library's own, and for files that are not there.
    pub fn open(&self, file_name: &str) -> Result<Opened, MediaError> {
        let name: FileName = file_name.parse()?;
        let file = File::open(self.path(&name))?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(MediaError::NotFound);
        }
        Ok(Opened {
            file,
            bytes: found.len(),
            content_type: name.format().content_type(),
        })
    }

    /// Reads a stored file whole.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn read(&self, file_name: &str) -> Result<Vec<u8>, MediaError> {
        let mut opened = self.open(file_name)?;
        let mut bytes = Vec::new();
        opened.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Removes a file. The same bytes may belong to several objects: the caller counts.
    ///
    /// # Errors
    /// `NotFound`, `Storage`.
    pub fn remove(&self, file_name: &str) -> Result<(), MediaError> {
        let name: FileName = file_name.parse()?;
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(fs::remove_file(self.path(&name))?)
    }

    /// Removes unfinished uploads last written before `before`, left by a process that was killed.
    /// Returns how many.
    ///
    /// # Errors
    /// `Storage`.
    pub fn sweep_incoming(&self, before: SystemTime) -> Result<usize, MediaError> {
        let mut removed = 0;
        for entry in fs::read_dir(self.root.join(INCOMING))? {
            let entry = entry?;
            // A file that vanishes meanwhile was finished by its owner.
            let Ok(found) = entry.metadata() else {
                continue;
            };
            let stale = found.is_file() && found.modified().is_ok_and(|at| at < before);
            if stale && fs::remove_file(entry.path()).is_ok() {
                removed += 1;
            }
        }
        Ok(removed)
    }

    fn path(&self, file_name: &FileName) -> PathBuf {
        self.root.join(file_name.relative_path())
    }
}

/// A directory missing while writing is a broken store, not a file that is not there.
fn written(error: io::Error) -> MediaError {
    match MediaError::from(error) {
        MediaError::NotFound => MediaError::Storage(io::ErrorKind::NotFound.into()),
        other => other,
    }
}

fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

/// An upload on its way to disk. Dropped at any moment it leaves nothing behind (MED-06).
#[derive(Debug)]
pub struct Incoming {
    file: NamedTempFile,
    written: u64,
    limit: u64,
}

impl Incoming {
    /// Appends a piece of the upload.
    ///
    /// # Errors
    /// `TooLarge` as soon as the limit is passed: stop reading the request then. `StorageFull`,
    /// `Storage`.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), MediaError> {
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        let total = self.written.saturating_add(length);
        if total > self.limit {
            return Err(MediaError::TooLarge { limit: self.limit });
        }
        self.file.write_all(piece).map_err(written)?;
        self.written = total;
        Ok(())
    }

    /// Bytes so far.
    pub fn len(&self) -> u64 {
        self.written
    }

    /// Whether nothing has come yet.
    pub fn is_empty(&self) -> bool {
        self.written == 0
    }

    /// Everything that was written; the file is removed.
    ///
    /// # Errors
    /// `Storage`.
    pub fn into_bytes(mut self) -> Result<Vec<u8>, MediaError> {
        let mut bytes = Vec::with_capacity(usize::try_from(self.written).unwrap_or(0));
        self.file.seek(SeekFrom::Start(0)).map_err(written)?;
        self.file.read_to_end(&mut bytes).map_err(written)?;
        Ok(bytes)
    }
}
