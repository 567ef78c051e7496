//! What is kept of a picture: itself re-encoded, and smaller ones.
//!
//! Re-encoding is what removes EXIF, XMP, maker notes, comments, thumbnails, colour profiles and
//! anything appended (MED-04, MED-09). JPEG for opaque pictures, PNG where something is
//! transparent; both are read by every peer. Lossy WebP would need a C library for about a quarter
//! less transfer.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{MulDiv, PixelType, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ExtendedColorType, GrayAlphaImage, GrayImage, ImageEncoder};
use image::{RgbImage, RgbaImage};

use crate::decode;
use crate::error::MediaError;
use crate::format::Format;
use crate::inspect::Limits;
use crate::placeholder::{self, Colour};

/// What to make of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// Widths in pixels of the smaller pictures. Those not below the picture's own are left out:
    /// nothing is enlarged.
    pub widths: Vec<u32>,
    /// Longest side in pixels of what is kept as the original.
    pub longest_side: u32,
    /// 1 to 100.
    pub jpeg_quality: u8,
}

impl Default for Recipe {
    fn default() -> Self {
        Self {
            widths: vec![1280, 640, 320],
            longest_side: 4096,
            jpeg_quality: 82,
        }
    }
}

/// One encoded picture, without any metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The file.
    pub bytes: Vec<u8>,
    /// JPEG, or PNG where something is transparent.
    pub format: Format,
    /// Pixels, upright.
    pub width: u32,
    /// Pixels, upright.
    pub height: u32,
}

/// What is kept of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// At full size, up to [`Recipe::longest_side`].
    pub original: Rendition,
    /// Widest first, same proportions.
    pub variants: Vec<Rendition>,
    /// See <https://blurha.sh>: a blurred stand-in in about thirty characters (R-MA-02).
    pub blurhash: String,
    /// The most frequent colour, for the place where the picture will load.
    pub dominant_colour: Colour,
}

/// Decodes, turns upright, re-encodes.
///
/// CPU-bound, up to about a second; see [`crate::Processor`].
///
/// # Errors
/// As [`crate::inspect`], and `Broken` for what only decoding shows.
pub fn derive(bytes: &[u8], limits: &Limits, recipe: &Recipe) -> Result<Derived, MediaError> {
    let (decoded, orientation) = decode::pixels(bytes, limits)?;
    // Shrunk before it is turned, for turning takes a second buffer.
    let mut picture = shrink_to_side(decoded, recipe.longest_side)?;
    picture.apply_orientation(orientation);
    let picture = without_needless_alpha(picture);

    let mut widths = recipe.widths.clone();
    widths.retain(|width| (1..picture.width()).contains(width));
    widths.sort_unstable_by(|a, b| b.cmp(a));
    widths.dedup();
    let variants = widths
        .into_iter()
        .map(|width| {
            let height = scaled(picture.height(), width, picture.width());
            encode(&resize(&picture, width, height)?, recipe)
        })
        .collect::<Result<Vec<_>, _>>()?;

    let (width, height) = placeholder::size(picture.width(), picture.height());
    let miniature = resize(&picture, width, height)?.into_rgba8();
    let miniature = placeholder::on_white(&miniature);
    Ok(Derived {
        original: encode(&picture, recipe)?,
        variants,
        blurhash: placeholder::blurhash(&miniature)?,
        dominant_colour: placeholder::dominant(&miniature),
    })
}

/// `side * numerator / denominator`, rounded, at least 1.
fn scaled(side: u32, numerator: u32, denominator: u32) -> u32 {
    let denominator = u64::from(denominator.max(1));
    let exact = (u64::from(side) * u64::from(numerator) + denominator / 2) / denominator;
    u32::try_from(exact).unwrap_or(u32::MAX).max(1)
}

/// Works in place where it can: a buffer of the full size may take half of [`Limits::memory`].
fn shrink_to_side(picture: DynamicImage, longest: u32) -> Result<DynamicImage, MediaError> {
    let (width, height) = (picture.width(), picture.height());
    let side = width.max(height);
    let longest = longest.max(1);
    if side <= longest {
        return Ok(picture);
    }
    let pixel_type = pixel_type(&picture)?;
    let has_alpha = picture.color().has_alpha();
    let mut source = Image::from_vec_u8(width, height, picture.into_bytes(), pixel_type)
        .map_err(|error| failed(&error))?;
    let mut target = Image::new(
        scaled(width, longest, side),
        scaled(height, longest, side),
        pixel_type,
    );
    let alpha = MulDiv::new();
    if has_alpha {
        alpha
            .multiply_alpha_inplace(&mut source)
            .map_err(|error| failed(&error))?;
    }
    let options = ResizeOptions::new().use_alpha(false);
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|error| failed(&error))?;
    if has_alpha {
        alpha
            .divide_alpha_inplace(&mut target)
            .map_err(|error| failed(&error))?;
    }
    picture_of(target)
}

/// RGB, or RGBA if a pixel is really transparent.
fn without_needless_alpha(picture: DynamicImage) -> DynamicImage {
    let opaque = match &picture {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels().all(|pixel| pixel.0[3] == 255),
        DynamicImage::ImageLumaA8(pixels) => pixels.pixels().all(|pixel| pixel.0[1] == 255),
        _ => true,
    };
    if opaque {
        picture.into_rgb8().into()
    } else {
        picture.into_rgba8().into()
    }
}

fn resize(picture: &DynamicImage, width: u32, height: u32) -> Result<DynamicImage, MediaError> {
    let pixel_type = pixel_type(picture)?;
    let source = ImageRef::new(
        picture.width(),
        picture.height(),
        picture.as_bytes(),
        pixel_type,
    )
    .map_err(|error| failed(&error))?;
    let mut target = Image::new(width, height, pixel_type);
    Resizer::new()
        .resize(&source, &mut target, None)
        .map_err(|error| failed(&error))?;
    picture_of(target)
}

fn pixel_type(picture: &DynamicImage) -> Result<PixelType, MediaError> {
    match picture {
        DynamicImage::ImageLuma8(_) => Ok(PixelType::U8),
        DynamicImage::ImageLumaA8(_) => Ok(PixelType::U8x2),
        DynamicImage::ImageRgb8(_) => Ok(PixelType::U8x3),
        DynamicImage::ImageRgba8(_) => Ok(PixelType::U8x4),
        other => Err(failed(&format!("unexpected pixels {:?}", other.color()))),
    }
}

fn picture_of(image: Image<'_>) -> Result<DynamicImage, MediaError> {
    let (width, height, pixel_type) = (image.width(), image.height(), image.pixel_type());
    let pixels = image.into_vec();
    match pixel_type {
        PixelType::U8 => GrayImage::from_raw(width, height, pixels).map(Into::into),
        PixelType::U8x2 => GrayAlphaImage::from_raw(width, height, pixels).map(Into::into),
        PixelType::U8x3 => RgbImage::from_raw(width, height, pixels).map(Into::into),
        _ => RgbaImage::from_raw(width, height, pixels).map(Into::into),
    }
    .ok_or_else(|| failed(&"the resized picture has the wrong length"))
}

fn failed(error: &dyn std::fmt::Display) -> MediaError {
    MediaError::Processing(error.to_string())
}

fn encode(picture: &DynamicImage, recipe: &Recipe) -> Result<Rendition, MediaError> {
    let (width, height) = (picture.width(), picture.height());
    let mut bytes = Vec::new();
    let (format, written) = match picture {
        DynamicImage::ImageRgba8(pixels) => (
            Format::Png,
            PngEncoder::new_with_quality(
                &mut bytes,
                CompressionType::Default,
                FilterType::Adaptive,
            )
            .write_image(pixels.as_raw(), width, height, ExtendedColorType::Rgba8),
        ),
        other => (
            Format::Jpeg,
            JpegEncoder::new_with_quality(&mut bytes, recipe.jpeg_quality.clamp(1, 100))
                .write_image(other.as_bytes(), width, height, other.color().into()),
        ),
    };
    written.map_err(|error| MediaError::Processing(error.to_string()))?;
    Ok(Rendition {
        bytes,
        format,
        width,
        height,
    })
}
