//! One file that holds many (ZIP), written piece by piece.

use crate::LeavingError;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An archive being written. Dropped unfinished, it leaves nothing behind.
pub(crate) struct Archive {
    zip: ZipWriter<File>,
    file: NamedTempFile,
    names: BTreeSet<String>,
}

impl Archive {
    /// Begins one in `folder`.
    pub(crate) fn begin(folder: &Path) -> Result<Self, LeavingError> {
        let file = NamedTempFile::new_in(folder)?;
        Ok(Self {
            zip: ZipWriter::new(file.reopen()?),
            file,
            names: BTreeSet::new(),
        })
    }

    /// A file of text or data.
    pub(crate) fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), LeavingError> {
        self.entry(name, CompressionMethod::Deflated)?;
        Ok(self.zip.write_all(bytes)?)
    }

    /// A file of JSON, for people to read as well.
    pub(crate) fn put_json(&mut self, name: &str, value: &Value) -> Result<(), LeavingError> {
        let text = serde_json::to_vec_pretty(value).map_err(std::io::Error::from)?;
        self.put(name, &text)
    }

    /// A file that is small already, such as a picture; nothing when that name is in the archive.
    pub(crate) fn put_stored(
        &mut self,
        name: &str,
        source: &mut impl Read,
    ) -> Result<(), LeavingError> {
        if self.names.contains(name) {
            return Ok(());
        }
        self.entry(name, CompressionMethod::Stored)?;
        std::io::copy(source, &mut self.zip)?;
        Ok(())
    }

    fn entry(&mut self, name: &str, method: CompressionMethod) -> Result<(), LeavingError> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .large_file(true)
            .unix_permissions(0o600);
        self.names.insert(name.to_owned());
        Ok(self.zip.start_file(name, options)?)
    }

    /// Ends it and gives it its place; its length in bytes.
    pub(crate) fn finish(self, place: &Path) -> Result<u64, LeavingError> {
        let file = self.zip.finish()?;
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        self.file.persist(place).map_err(|failed| failed.error)?;
        Ok(bytes)
    }
}
