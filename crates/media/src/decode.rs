//! From bytes to pixels, within limits.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader};

use crate::error::MediaError;
use crate::format::{Format, Found};
use crate::inspect::Limits;
use crate::working_set;

/// Format, width and height by the header alone, all limits checked.
pub(crate) fn header(bytes: &[u8], limits: &Limits) -> Result<(Format, u32, u32), MediaError> {
    let format = sniff(bytes, limits)?;
    guarded(format, || {
        let decoder = open(bytes, format, limits)?;
        let (width, height) = decoder.dimensions();
        Ok((format, width, height))
    })
}

/// The pixels of the (first) picture, eight bits per channel, and how to turn them upright.
pub(crate) fn pixels(
    bytes: &[u8],
    limits: &Limits,
) -> Result<(DynamicImage, Orientation), MediaError> {
    let format = sniff(bytes, limits)?;
    guarded(format, || {
        let mut decoder = open(bytes, format, limits)?;
        // A picture is not refused for what is wrong in its metadata.
        let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
        let mut remaining = decoder_limits(limits);
        let failed = |error| translate(error, format, limits);
        remaining.reserve(decoder.total_bytes()).map_err(failed)?;
        decoder.set_limits(remaining).map_err(failed)?;
        let picture = DynamicImage::from_decoder(decoder).map_err(failed)?;
        Ok((eight_bit(picture), orientation))
    })
}

fn sniff(bytes: &[u8], limits: &Limits) -> Result<Format, MediaError> {
    if bytes.is_empty() {
        return Err(MediaError::Empty);
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limits.bytes {
        return Err(MediaError::TooLarge {
            limit: limits.bytes,
        });
    }
    let format = Format::sniff(bytes).ok_or_else(|| MediaError::TypeRefused {
        found: Found::guess(bytes),
    })?;
    if format == Format::Webp && !working_set::webp_chunks_fit(bytes) {
        return Err(MediaError::Broken {
            format,
            reason: "a chunk is longer than the file".into(),
        });
    }
    Ok(format)
}

/// A decoder that has read the header, after the checks on what the header says.
fn open<'a>(
    bytes: &'a [u8],
    format: Format,
    limits: &Limits,
) -> Result<impl ImageDecoder + use<'a>, MediaError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.decoder());
    reader.limits(decoder_limits(limits));
    let decoder = reader
        .into_decoder()
        .map_err(|error| translate(error, format, limits))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(MediaError::Broken {
            format,
            reason: "it has no pixels".into(),
        });
    }
    if pixels > limits.pixels {
        return Err(MediaError::TooManyPixels {
            width,
            height,
            limit: limits.pixels,
        });
    }
    if working_set::estimate(bytes, format, &decoder) > limits.memory {
        return Err(MediaError::TooHeavy {
            limit: limits.memory,
        });
    }
    Ok(decoder)
}

fn decoder_limits(limits: &Limits) -> image::Limits {
    let mut decoder_limits = image::Limits::no_limits();
    decoder_limits.max_alloc = Some(limits.memory);
    decoder_limits
}

fn translate(error: ImageError, format: Format, limits: &Limits) -> MediaError {
    match error {
        ImageError::Limits(_) => MediaError::TooHeavy {
            limit: limits.memory,
        },
        other => MediaError::Broken {
            format,
            reason: other.to_string().chars().take(200).collect(),
        },
    }
}

/// A decoder that panics on a hostile file refuses that file and nothing else.
fn guarded<T>(
    format: Format,
    work: impl FnOnce() -> Result<T, MediaError>,
) -> Result<T, MediaError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::warn!(%format, "the decoder panicked on an uploaded picture");
        Err(MediaError::Broken {
            format,
            reason: "the decoder gave up".into(),
        })
    })
}

fn eight_bit(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageLuma8(_)
        | DynamicImage::ImageLumaA8(_)
        | DynamicImage::ImageRgb8(_)
        | DynamicImage::ImageRgba8(_) => picture,
        DynamicImage::ImageLuma16(_) => picture.into_luma8().into(),
        DynamicImage::ImageLumaA16(_) => picture.into_luma_alpha8().into(),
        DynamicImage::ImageRgb16(_) => picture.into_rgb8().into(),
        other => other.into_rgba8().into(),
    }
}
