//! Is this a picture we take? Decided by content, before any pixel is decoded (MED-01, MED-04).

use crate::decode;
use crate::error::MediaError;
use crate::format::{Claim, Format};

/// What an uploaded picture may cost (MED-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Width times height. The default is what Mastodon takes for a still picture.
    pub pixels: u64,
    /// Bytes of memory that decoding may take.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 16 * 1024 * 1024,
            pixels: 7680 * 4320,
            memory: 256 * 1024 * 1024,
        }
    }
}

/// What the header of an accepted picture says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inspected {
    /// By content.
    pub format: Format,
    /// Pixels as stored, before any EXIF rotation.
    pub width: u32,
    /// Pixels as stored, before any EXIF rotation.
    pub height: u32,
    /// False when the declared name or type says another format. The content decides; this is for
    /// the log.
    pub declared_rightly: bool,
}

/// Reads the header and refuses what is not a JPEG, PNG, WebP or GIF within `limits`.
///
/// `declared_name` and `declared_type` come from the sender and decide nothing.
///
/// # Errors
/// `Empty`, `TooLarge`, `TypeRefused`, `TooManyPixels`, `TooHeavy`, `Broken`.
pub fn inspect(
    bytes: &[u8],
    declared_name: Option<&str>,
    declared_type: Option<&str>,
    limits: &Limits,
) -> Result<Inspected, MediaError> {
    let (format, width, height) = decode::header(bytes, limits)?;
    let claims = [
        declared_name.and_then(Format::named_by),
        declared_type.and_then(Format::typed_by),
    ];
    let declared_rightly = claims
        .into_iter()
        .flatten()
        .all(|claim| claim == Claim::Is(format));
    Ok(Inspected {
        format,
        width,
        height,
        declared_rightly,
    })
}
