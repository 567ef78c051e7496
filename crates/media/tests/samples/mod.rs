//! Pictures made for the tests: no file of anybody's.
#![allow(dead_code, unreachable_pub)]

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

/// A gradient with a red top-left quarter, to tell which way is up.
pub fn gradient(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        if x < width / 2 && y < height / 2 {
            Rgb([220, 20, 20])
        } else {
            let shade = |part: u32, whole: u32| u8::try_from(part * 120 / whole.max(1)).unwrap();
            Rgb([20, 60 + shade(x, width), 60 + shade(y, height)])
        }
    })
    .into()
}

/// A disc on nothing.
pub fn transparent(width: u32, height: u32) -> DynamicImage {
    RgbaImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (x.abs_diff(width / 2), y.abs_diff(height / 2));
        let inside = dx * dx + dy * dy < (width.min(height) / 3).pow(2);
        Rgba([0, 90, 160, if inside { 255 } else { 0 }])
    })
    .into()
}

pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub const FORMATS: [(ImageFormat, &str, &str); 4] = [
    (ImageFormat::Jpeg, "photo.jpg", "image/jpeg"),
    (ImageFormat::Png, "photo.png", "image/png"),
    (ImageFormat::WebP, "photo.webp", "image/webp"),
    (ImageFormat::Gif, "photo.gif", "image/gif"),
];

/// A PNG chunk with its checksum.
pub fn png_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut checked = name.to_vec();
    checked.extend_from_slice(content);
    let checksum = !checked.iter().fold(u32::MAX, |mut crc, byte| {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            };
        }
        crc
    });
    let mut chunk = u32::try_from(content.len()).unwrap().to_be_bytes().to_vec();
    chunk.extend_from_slice(&checked);
    chunk.extend_from_slice(&checksum.to_be_bytes());
    chunk
}

/// Inserts chunks right behind a PNG's header chunk.
pub fn png_with(png: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    let (head, rest) = png.split_at(8 + 25);
    [head, &chunks.concat(), rest].concat()
}

/// A PNG that announces a size and has no pixels at all.
pub fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut ihdr = width.to_be_bytes().to_vec();
    ihdr.extend_from_slice(&height.to_be_bytes());
    ihdr.extend_from_slice(&[8, 6, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    png.extend(png_chunk(b"IHDR", &ihdr));
    png.extend(png_chunk(b"IDAT", &[0x78, 0x9C]));
    png
}

/// The sample's JPEG with its frame header saying another size, sequential or progressive.
pub fn jpeg_announcing(width: u16, height: u16, progressive: bool) -> Vec<u8> {
    let mut jpeg = encoded(&gradient(16, 16), ImageFormat::Jpeg);
    let at = jpeg
        .windows(2)
        .position(|pair| pair == [0xFF, 0xC0])
        .unwrap();
    if progressive {
        jpeg[at + 1] = 0xC2;
    }
    jpeg[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// A GIF header and logical screen of this size, with one tiny frame.
pub fn gif_announcing(width: u16, height: u16) -> Vec<u8> {
    let mut gif = encoded(&gradient(4, 4), ImageFormat::Gif);
    gif[6..8].copy_from_slice(&width.to_le_bytes());
    gif[8..10].copy_from_slice(&height.to_le_bytes());
    gif
}

/// A lossless WebP header announcing this size (at most 16383 each way).
pub fn webp_announcing(width: u32, height: u32) -> Vec<u8> {
    let mut webp = encoded(&gradient(4, 4), ImageFormat::WebP);
    assert_eq!(&webp[12..16], b"VP8L");
    let alpha_and_version = u32::from_le_bytes(webp[21..25].try_into().unwrap()) & 0xF000_0000;
    let packed = (width - 1) | ((height - 1) << 14) | alpha_and_version;
    webp[21..25].copy_from_slice(&packed.to_le_bytes());
    webp
}

/// Markers that must not survive anywhere.
pub const CAMERA: &[u8] = b"KIOSQUECAM 9000 SN-424242";
pub const MAKER_NOTE: &[u8] = b"MAKERNOTE-SECRET-SHUTTER";
pub const GPS_MARK: &[u8] = b"GPSMAPDATUM-HOME";

/// A little-endian EXIF (TIFF) block: orientation, camera model, maker note, a GPS position.
pub fn exif(orientation: u16) -> Vec<u8> {
    const ASCII: u16 = 2;
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    const RATIONAL: u16 = 5;
    const UNDEFINED: u16 = 7;
    let entry = |tag: u16, kind: u16, count: usize, value: u32| {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(&kind.to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(count).unwrap().to_le_bytes());
        bytes.extend_from_slice(&value.to_le_bytes());
        bytes
    };
    let directory = |entries: &[Vec<u8>]| {
        let mut bytes = u16::try_from(entries.len()).unwrap().to_le_bytes().to_vec();
        bytes.extend(entries.concat());
        bytes.extend_from_slice(&[0; 4]);
        bytes
    };
    let (main, maker, gps) = (8, 8 + 2 + 4 * 12 + 4, 8 + 54 + 18);
    let values = gps + 2 + 5 * 12 + 4;
    let at = |offset: usize| u32::try_from(values + offset).unwrap();
    let degrees: Vec<u8> = [48u32, 1, 51, 1, 2400, 100]
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    assert_eq!(tiff.len(), main);
    tiff.extend(directory(&[
        entry(0x0110, ASCII, CAMERA.len(), at(0)),
        entry(0x0112, SHORT, 1, u32::from(orientation)),
        entry(0x8769, LONG, 1, u32::try_from(maker).unwrap()),
        entry(0x8825, LONG, 1, u32::try_from(gps).unwrap()),
    ]));
    assert_eq!(tiff.len(), maker);
    tiff.extend(directory(&[entry(
        0x927C,
        UNDEFINED,
        MAKER_NOTE.len(),
        at(CAMERA.len()),
    )]));
    assert_eq!(tiff.len(), gps);
    let after = CAMERA.len() + MAKER_NOTE.len();
    tiff.extend(directory(&[
        entry(1, ASCII, 2, u32::from(b'N')),
        entry(2, RATIONAL, 3, at(after)),
        entry(3, ASCII, 2, u32::from(b'E')),
        entry(4, RATIONAL, 3, at(after)),
        entry(0x12, ASCII, GPS_MARK.len(), at(after + degrees.len())),
    ]));
    assert_eq!(tiff.len(), values);
    tiff.extend_from_slice(CAMERA);
    tiff.extend_from_slice(MAKER_NOTE);
    tiff.extend_from_slice(&degrees);
    tiff.extend_from_slice(GPS_MARK);
    tiff
}

pub const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description exif:GPSLatitude=\"48,51.4N\" aux:SerialNumber=\"XMP-777\"/></x:xmpmeta>";

/// Inserts application and comment segments right behind a JPEG's start.
pub fn jpeg_with(jpeg: &[u8], segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    for (marker, content) in segments {
        let length = u16::try_from(content.len() + 2).unwrap();
        bytes.extend_from_slice(&[0xFF, *marker]);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(content);
    }
    bytes.extend_from_slice(&jpeg[2..]);
    bytes
}

/// Wraps a simple WebP in the extended form with an EXIF chunk.
pub fn webp_with_exif(webp: &[u8], width: u32, height: u32, exif: &[u8]) -> Vec<u8> {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let mut bytes = name.to_vec();
        bytes.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
        bytes.extend_from_slice(content);
        if content.len() % 2 == 1 {
            bytes.push(0);
        }
        bytes
    };
    let mut header = vec![0x08, 0, 0, 0];
    header.extend_from_slice(&(width - 1).to_le_bytes()[..3]);
    header.extend_from_slice(&(height - 1).to_le_bytes()[..3]);
    let mut body = b"WEBP".to_vec();
    body.extend(chunk(b"VP8X", &header));
    body.extend_from_slice(&webp[12..]);
    body.extend(chunk(b"EXIF", exif));
    chunk(b"RIFF", &body)
}

pub fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
