//! What stands in for a picture until it has loaded.

use std::fmt;

use image::{Rgba, RgbaImage};

use crate::error::MediaError;

/// An opaque sRGB colour; written `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour {
    /// 0 to 255.
    pub red: u8,
    /// 0 to 255.
    pub green: u8,
    /// 0 to 255.
    pub blue: u8,
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// Longest side in pixels of the miniature; more would not change the result visibly.
const SIDE: u32 = 32;

/// The miniature's width and height for a picture of this width and height.
pub(crate) fn size(width: u32, height: u32) -> (u32, u32) {
    let longest = u64::from(width.max(height).max(1));
    let side = |length: u32| {
        let scaled = u64::from(length) * u64::from(SIDE) / longest;
        u32::try_from(scaled).unwrap_or(SIDE).clamp(1, SIDE)
    };
    (side(width), side(height))
}

/// What is transparent becomes white, as on a page.
pub(crate) fn on_white(picture: &RgbaImage) -> RgbaImage {
    let mut flat = picture.clone();
    for Rgba([red, green, blue, alpha]) in flat.pixels_mut() {
        let opacity = u32::from(*alpha);
        for channel in [red, green, blue] {
            let mixed = (u32::from(*channel) * opacity + 255 * (255 - opacity)) / 255;
            *channel = u8::try_from(mixed).unwrap_or(255);
        }
        *alpha = 255;
    }
    flat
}

/// Twelve components, laid along the longer side.
pub(crate) fn blurhash(miniature: &RgbaImage) -> Result<String, MediaError> {
    let (width, height) = miniature.dimensions();
    let (across, down) = if width >= height { (4, 3) } else { (3, 4) };
    blurhash::encode(across, down, width, height, miniature.as_raw())
        .map_err(|error| MediaError::Processing(error.to_string()))
}

/// The mean of the fullest of 512 boxes of similar colours.
pub(crate) fn dominant(miniature: &RgbaImage) -> Colour {
    let mut boxes = std::collections::BTreeMap::<[u8; 3], [u32; 4]>::new();
    for Rgba([red, green, blue, _]) in miniature.pixels() {
        let [sum_red, sum_green, sum_blue, count] =
            boxes.entry([red >> 5, green >> 5, blue >> 5]).or_default();
        *sum_red += u32::from(*red);
        *sum_green += u32::from(*green);
        *sum_blue += u32::from(*blue);
        *count += 1;
    }
    let [red, green, blue, count] = boxes
        .into_values()
        .max_by_key(|sums| sums[3])
        .unwrap_or([255, 255, 255, 1]);
    let mean = |sum: u32| u8::try_from(sum / count.max(1)).unwrap_or(255);
    Colour {
        red: mean(red),
        green: mean(green),
        blue: mean(blue),
    }
}
