//! What a file is, by its first bytes.

use std::fmt;

/// A picture format that is accepted and that the library stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// ITU T.81.
    Jpeg,
    /// W3C PNG; of an animated one, the still picture.
    Png,
    /// RFC 9649; of an animated one, the first frame.
    Webp,
    /// GIF89a; the first frame.
    Gif,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Png, Self::Webp, Self::Gif];

    /// The format whose signature these bytes start with. Nothing more is checked.
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()) {
            Some(Self::Webp)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            Some(Self::Gif)
        } else {
            None
        }
    }

    /// File name extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Gif => "gif",
        }
    }

    /// Media type.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
        }
    }

    /// The format of a stored file's extension, exactly as [`Self::extension`] writes it.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|format| format.extension() == extension)
    }

    /// What a sender's file name claims; `None` when it claims nothing.
    pub(crate) fn named_by(file_name: &str) -> Option<Claim> {
        let (_, extension) = file_name.rsplit_once('.')?;
        let extension = extension.trim().to_ascii_lowercase();
        Some(match extension.as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" => Claim::Is(Self::Jpeg),
            other => Self::from_extension(other).map_or(Claim::Other, Claim::Is),
        })
    }

    /// What a sender's `Content-Type` claims; `None` when it claims nothing.
    pub(crate) fn typed_by(content_type: &str) -> Option<Claim> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        match essence.as_str() {
            "" | "application/octet-stream" => None,
            "image/jpg" | "image/pjpeg" => Some(Claim::Is(Self::Jpeg)),
            other => Some(
                Self::ALL
                    .into_iter()
                    .find(|format| format.content_type() == other)
                    .map_or(Claim::Other, Claim::Is),
            ),
        }
    }

    pub(crate) fn decoder(self) -> image::ImageFormat {
        match self {
            Self::Jpeg => image::ImageFormat::Jpeg,
            Self::Png => image::ImageFormat::Png,
            Self::Webp => image::ImageFormat::WebP,
            Self::Gif => image::ImageFormat::Gif,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
            Self::Gif => "GIF",
        })
    }
}

/// What the sender says about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    Is(Format),
    Other,
}

/// What a refused file looks like, to tell the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// SVG drawing.
    Svg,
    /// HTML page.
    Html,
    /// Any other XML.
    Xml,
    /// PDF document.
    Pdf,
    /// JSON, among which ActivityStreams documents (ORI-05).
    Json,
    /// AVIF, HEIC and other ISO base media files.
    IsoMedia,
    /// ZIP and what is built on it.
    Archive,
    /// None of these.
    Unknown,
}

impl Found {
    /// A best guess for words only: what is refused is everything that [`Format::sniff`] does not
    /// know.
    pub(crate) fn guess(bytes: &[u8]) -> Self {
        let head = bytes.get(..bytes.len().min(1024)).unwrap_or_default();
        let contains = |needle: &[u8]| {
            head.windows(needle.len())
                .any(|window| window.eq_ignore_ascii_case(needle))
        };
        if contains(b"%PDF-") {
            return Self::Pdf;
        }
        if head.get(4..8) == Some(b"ftyp".as_slice()) {
            return Self::IsoMedia;
        }
        if head.starts_with(b"PK") {
            return Self::Archive;
        }
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        match text.trim_ascii_start().first() {
            Some(b'<') if contains(b"<svg") => Self::Svg,
            Some(b'<')
                if ["<!doctype html", "<html", "<script", "<head", "<body"]
                    .iter()
                    .any(|tag| contains(tag.as_bytes())) =>
            {
                Self::Html
            }
            Some(b'<') => Self::Xml,
            Some(b'{' | b'[') => Self::Json,
            _ => Self::Unknown,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Svg => "an SVG drawing",
            Self::Html => "an HTML page",
            Self::Xml => "an XML document",
            Self::Pdf => "a PDF document",
            Self::Json => "a JSON document",
            Self::IsoMedia => "an AVIF, HEIC or video file",
            Self::Archive => "an archive",
            Self::Unknown => "not a known picture",
        })
    }
}
