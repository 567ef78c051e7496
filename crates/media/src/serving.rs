//! How a stored file is sent.

use crate::error::MediaError;
use crate::file_name::FileName;
use crate::format::Format;

/// The media type of a stored file.
///
/// # Errors
/// `NotFound` for a name that is not the library's.
pub fn content_type(file_name: &str) -> Result<&'static str, MediaError> {
    Ok(file_name.parse::<FileName>()?.format().content_type())
}

/// Every header, in lower case, for a file of this media type (XSS-05, ORI-05).
///
/// Whatever `Accept` a visitor sends, the type is the stored one and no browser or peer may guess
/// another. Anything but a picture is an anonymous attachment. Names are hashes, so an answer never
/// changes.
pub fn serving_headers(content_type: &str) -> [(&'static str, &'static str); 7] {
    let picture = Format::ALL
        .into_iter()
        .map(Format::content_type)
        .find(|known| *known == content_type);
    [
        (
            "content-type",
            picture.unwrap_or("application/octet-stream"),
        ),
        ("x-content-type-options", "nosniff"),
        (
            "content-security-policy",
            "default-src 'none'; sandbox; frame-ancestors 'none'",
        ),
        (
            "content-disposition",
            if picture.is_some() {
                "inline"
            } else {
                "attachment"
            },
        ),
        ("cross-origin-resource-policy", "cross-origin"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("referrer-policy", "no-referrer"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(content_type: &str, name: &str) -> &'static str {
        serving_headers(content_type)
            .into_iter()
            .find(|(key, _)| *key == name)
            .map_or("", |(_, value)| value)
    }

    #[test]
    fn xss_05_only_pictures_are_shown() {
        for dangerous in [
            "image/svg+xml",
            "text/html",
            "application/xml",
            "application/pdf",
            "application/activity+json",
            "image/png, text/html",
            "",
        ] {
            assert_eq!(header(dangerous, "content-disposition"), "attachment");
            assert_eq!(
                header(dangerous, "content-type"),
                "application/octet-stream"
            );
        }
        for format in Format::ALL {
            let picture = format.content_type();
            assert_eq!(header(picture, "content-disposition"), "inline");
            assert_eq!(header(picture, "content-type"), picture);
        }
        for any in ["image/png", "image/svg+xml"] {
            assert_eq!(header(any, "x-content-type-options"), "nosniff");
            assert!(header(any, "content-security-policy").contains("sandbox"));
            assert!(header(any, "content-security-policy").contains("default-src 'none'"));
            assert_eq!(header(any, "cross-origin-resource-policy"), "cross-origin");
            assert!(header(any, "cache-control").contains("immutable"));
        }
    }
}
