//! How much memory a decoder will take, read from the headers it will read itself.
//!
//! The decoders are told a limit, but some of them do not count all of their buffers.

use image::ImageDecoder;

use crate::format::Format;

/// Upper bound in bytes for decoding into eight bits per channel, the file itself not counted.
pub(crate) fn estimate(bytes: &[u8], format: Format, decoder: &impl ImageDecoder) -> u64 {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let output = decoder.total_bytes();
    match format {
        Format::Jpeg => output.saturating_add(jpeg_coefficients(bytes, pixels)),
        // Sixteen-bit channels are copied into eight-bit ones.
        Format::Png => {
            let channels = u64::from(decoder.color_type().channel_count());
            let narrowed = pixels.saturating_mul(channels);
            if output > narrowed {
                output.saturating_add(narrowed)
            } else {
                output
            }
        }
        Format::Webp => pixels.saturating_mul(webp_bytes_per_pixel(bytes)),
        // Its frame buffer is counted by the decoder.
        Format::Gif => output,
    }
}

/// Bytes of the coefficient buffers of a JPEG: none for one interleaved sequential scan, two for
/// each sample otherwise (ITU T.81, B.2.2 and B.2.3).
fn jpeg_coefficients(bytes: &[u8], pixels: u64) -> u64 {
    const THREE_FULL_COMPONENTS: u64 = 6;
    let pessimist = pixels.saturating_mul(THREE_FULL_COMPONENTS);
    let mut frame: Option<(bool, u64, u64)> = None;
    let mut at = 2;
    while let Some((marker, segment)) = jpeg_segment(bytes, &mut at) {
        match marker {
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                let Some(components) = segment.get(6..) else {
                    return pessimist;
                };
                let (mut samples, mut widest, mut tallest, mut count) = (0u64, 1u64, 1u64, 0u64);
                for component in components.chunks_exact(3) {
                    let factors = component.get(1).copied().unwrap_or(0x11);
                    let (across, down) = (u64::from(factors >> 4), u64::from(factors & 15));
                    samples += across * down;
                    widest = widest.max(across);
                    tallest = tallest.max(down);
                    count += 1;
                }
                // Rounded up, with room for incomplete blocks.
                let cost = pixels
                    .saturating_mul(2 * samples)
                    .div_ceil(widest * tallest)
                    .saturating_add(1024 * 1024);
                frame = Some((marker >= 0xC2, count, cost));
            }
            0xDA => {
                let Some((progressive, components, cost)) = frame else {
                    return pessimist;
                };
                let in_scan = segment.first().copied().map_or(0, u64::from);
                return if progressive || in_scan < components {
                    cost
                } else {
                    0
                };
            }
            _ => {}
        }
    }
    pessimist
}

/// The marker and content of the segment at `at`, which moves behind it.
fn jpeg_segment<'a>(bytes: &'a [u8], at: &mut usize) -> Option<(u8, &'a [u8])> {
    loop {
        let rest = bytes.get(*at..)?;
        let start = rest.iter().position(|byte| *byte == 0xFF)?;
        let marker_offset = rest
            .get(start..)?
            .iter()
            .position(|byte| *byte != 0xFF)
            .map(|offset| start + offset)?;
        let marker = *rest.get(marker_offset)?;
        *at += marker_offset + 1;
        if matches!(marker, 0x00 | 0x01 | 0xD0..=0xD8) {
            continue;
        }
        let length = usize::from(u16::from_be_bytes([*bytes.get(*at)?, *bytes.get(*at + 1)?]));
        let segment = bytes.get(*at + 2..*at + length.max(2))?;
        *at += length.max(2);
        return Some((marker, segment));
    }
}

/// RFC 9649: the first chunk says which decoder runs, and so which buffers exist beside the output.
fn webp_bytes_per_pixel(bytes: &[u8]) -> u64 {
    const ALPHA: u8 = 0x10;
    const ANIMATION: u8 = 0x02;
    let flags = bytes.get(20).copied().unwrap_or(u8::MAX);
    match bytes.get(12..16) {
        Some(b"VP8 ") => 5,
        Some(b"VP8X") if flags & ANIMATION != 0 => 16,
        Some(b"VP8X") if flags & ALPHA != 0 => 12,
        _ => 8,
    }
}

/// Whether every chunk of a WebP file, and of its first frame, lies within the file. A decoder
/// reserves what a chunk announces before reading it.
pub(crate) fn webp_chunks_fit(bytes: &[u8]) -> bool {
    let mut at = 12;
    let mut first_frame = None;
    while let Some((name, content)) = match webp_chunk(bytes, &mut at) {
        Ok(chunk) => chunk,
        Err(Truncated) => return false,
    } {
        if name == b"ANMF" && first_frame.is_none() {
            first_frame = content.get(16..);
        }
    }
    let mut at = 0;
    while let Some(frame) = first_frame {
        match webp_chunk(frame, &mut at) {
            Ok(Some(_)) => {}
            Ok(None) => break,
            Err(Truncated) => return false,
        }
    }
    true
}

struct Truncated;

/// A chunk's name and content.
type Chunk<'a> = (&'a [u8], &'a [u8]);

fn webp_chunk<'a>(bytes: &'a [u8], at: &mut usize) -> Result<Option<Chunk<'a>>, Truncated> {
    let Some(header) = bytes.get(*at..*at + 8) else {
        return Ok(None);
    };
    let (name, size) = header.split_at(4);
    let size = size.try_into().map(u32::from_le_bytes).unwrap_or(u32::MAX);
    let size = usize::try_from(size).map_err(|_| Truncated)?;
    let start = *at + 8;
    let end = start.checked_add(size).ok_or(Truncated)?;
    let content = bytes.get(start..end).ok_or(Truncated)?;
    *at = end + size % 2;
    Ok(Some((name, content)))
}
