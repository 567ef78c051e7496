//! What is taken in and what is refused, by content and before decoding.
#![allow(clippy::unwrap_used)]

mod samples;

use image::ImageFormat;
use media::{Format, Found, Limits, MediaError, Recipe, derive, inspect};
use samples::*;

fn look(bytes: &[u8]) -> Result<media::Inspected, MediaError> {
    inspect(bytes, None, None, &Limits::default())
}

#[test]
fn accepts_the_four_formats() {
    let expected = [Format::Jpeg, Format::Png, Format::Webp, Format::Gif];
    for ((format, name, content_type), expected) in FORMATS.into_iter().zip(expected) {
        let bytes = encoded(&gradient(60, 40), format);
        let limits = Limits::default();
        let found = inspect(&bytes, Some(name), Some(content_type), &limits).unwrap();
        assert_eq!(
            (found.format, found.width, found.height),
            (expected, 60, 40)
        );
        assert!(found.declared_rightly);
    }
}

/// Refused by the header: none of these files has the pixels it announces, so decoding any of them
/// would end in `Broken`.
#[test]
fn med_01_huge_pictures_are_refused_before_decoding() {
    let announced = [
        ("png", png_header(50_000, 50_000)),
        ("jpeg", jpeg_announcing(50_000, 50_000, false)),
        ("progressive jpeg", jpeg_announcing(50_000, 50_000, true)),
        ("webp", webp_announcing(16_383, 16_383)),
        ("gif", gif_announcing(50_000, 50_000)),
        ("one line too many", png_header(7680, 4321)),
        ("long strip", png_header(1, 4_000_000_000 / 2)),
    ];
    for (name, bytes) in announced {
        let refused = |error: &MediaError| matches!(error, MediaError::TooManyPixels { .. });
        assert!(look(&bytes).is_err_and(|error| refused(&error)), "{name}");
        let derived = derive(&bytes, &Limits::default(), &Recipe::default());
        assert!(derived.is_err_and(|error| refused(&error)), "{name}");
    }
    // The twins: the same headers within limits pass inspection.
    assert!(look(&png_header(7680, 4320)).is_ok());
    assert!(look(&jpeg_announcing(7680, 4320, false)).is_ok());
    assert!(look(&webp_announcing(5_000, 5_000)).is_ok());
    assert!(look(&gif_announcing(5_000, 5_000)).is_ok());
}

#[test]
fn med_01_what_takes_too_much_memory_is_refused() {
    let heavy = |bytes: &[u8]| look(bytes).is_err_and(|error| error.code() == "media_too_heavy");
    // Coefficients of all three components stay in memory when the scans are progressive.
    assert!(heavy(&jpeg_announcing(7680, 4320, true)));
    assert!(look(&jpeg_announcing(6000, 4000, true)).is_ok());
    // Sixteen bits per channel.
    let deep = |width, height| {
        let mut png = png_header(width, height);
        let mut ihdr = png[16..29].to_vec();
        ihdr[8] = 16;
        png.splice(8..33, png_chunk(b"IHDR", &ihdr));
        png
    };
    assert!(heavy(&deep(7680, 4320)));
    assert!(look(&deep(5000, 4000)).is_ok());
}

#[test]
fn med_01_weight_of_the_file() {
    let mut bytes = encoded(&gradient(60, 40), ImageFormat::Jpeg);
    let limit = Limits::default().bytes;
    bytes.resize(usize::try_from(limit).unwrap(), 0);
    assert!(look(&bytes).is_ok());
    bytes.push(0);
    assert!(matches!(look(&bytes), Err(MediaError::TooLarge { .. })));
    assert!(matches!(look(&[]), Err(MediaError::Empty)));
}

#[test]
fn xss_05_and_ori_05_documents_are_refused_whatever_they_are_called() {
    let note = br#" {"@context":"https://www.w3.org/ns/activitystreams","type":"Note"}"#;
    let documents: [(&[u8], Found); 12] = [
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x()\"/>",
            Found::Svg,
        ),
        (
            b"<?xml version=\"1.0\"?>\n<!-- a -->\n<svg></svg>",
            Found::Svg,
        ),
        (
            b"\xEF\xBB\xBF  <!DOCTYPE html><script>x()</script>",
            Found::Html,
        ),
        (b"<ScRiPt>x()</sCrIpT>", Found::Html),
        (b"<?xml version=\"1.0\"?><rss/>", Found::Xml),
        (b"%PDF-1.7\n", Found::Pdf),
        (b"junk before %PDF-1.4", Found::Pdf),
        (note, Found::Json),
        (b"[1]", Found::Json),
        (b"PK\x03\x04", Found::Archive),
        (b"\0\0\0\x20ftypavif", Found::IsoMedia),
        (b"plain words", Found::Unknown),
    ];
    let names = ["a.json", "a.jpg", "a.mp3", "a.txt", "a.svg", "a.png"];
    for (bytes, expected) in documents {
        for name in names {
            let limits = Limits::default();
            match inspect(bytes, Some(name), Some("image/png"), &limits) {
                Err(MediaError::TypeRefused { found }) => assert_eq!(found, expected),
                other => panic!("{name}: {other:?}"),
            }
        }
    }
    // The twin: a real picture under each of these names is a picture.
    let picture = encoded(&gradient(8, 8), ImageFormat::Png);
    for name in names {
        let found = inspect(&picture, Some(name), None, &Limits::default()).unwrap();
        assert_eq!(found.format, Format::Png);
    }
}

#[test]
fn med_04_content_decides_over_name_and_type() {
    let png = encoded(&gradient(30, 20), ImageFormat::Png);
    let declared = |name, content_type| {
        let found = inspect(&png, name, content_type, &Limits::default()).unwrap();
        assert_eq!(found.format, Format::Png);
        found.declared_rightly
    };
    assert!(declared(Some("a.png"), Some("image/png")));
    assert!(declared(Some("A.PNG"), Some("IMAGE/PNG; charset=binary")));
    assert!(declared(
        Some("no extension"),
        Some("application/octet-stream")
    ));
    assert!(declared(None, None));
    assert!(!declared(Some("a.jpg"), Some("image/png")));
    assert!(!declared(Some("a.png"), Some("text/html")));
    assert!(!declared(Some("a.png.svg"), None));
    // The signature alone is not a picture.
    for head in [
        b"GIF89a<script>alert(1)</script>".as_slice(),
        b"\xFF\xD8\xFF<html><script>",
        b"\x89PNG\r\n\x1a\n<svg onload=x()>",
        b"RIFF\x20\0\0\0WEBP<script>x()</script>",
    ] {
        let result = look(head);
        assert!(
            result.as_ref().is_err_and(MediaError::is_refusal),
            "{result:?}"
        );
    }
}

/// RFC 9649: sizes announced beyond the file are refused before anything is reserved for them.
#[test]
fn med_01_webp_chunks_beyond_the_file() {
    let webp = encoded(&gradient(30, 20), ImageFormat::WebP);
    let whole = webp_with_exif(&webp, 30, 20, &exif(1));
    assert!(look(&whole).is_ok());
    let mut lying = whole.clone();
    let at = lying.windows(4).position(|name| name == b"EXIF").unwrap();
    lying[at + 4..at + 8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(matches!(look(&lying), Err(MediaError::Broken { .. })));
    // The same inside an animation's first frame.
    let mut frame = b"ANMF".to_vec();
    let mut content = vec![0; 16];
    content.extend_from_slice(b"EXIF\xF0\xFF\xFF\xFFaa");
    frame.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
    frame.extend_from_slice(&content);
    let nested = [whole.as_slice(), &frame].concat();
    let refused = look(&nested).map_err(|error| error.to_string());
    assert!(
        refused
            .as_ref()
            .is_err_and(|words| words.contains("longer than the file")),
        "{refused:?}"
    );
}
