//! What is left of a picture after re-encoding.
#![allow(clippy::unwrap_used)]

mod samples;

use image::codecs::gif::{GifEncoder, Repeat};
use image::{Delay, DynamicImage, Frame, GenericImageView, ImageDecoder, ImageFormat, ImageReader};
use media::{Derived, Format, Limits, MediaError, Recipe, Rendition, derive};
use samples::*;

fn make(bytes: &[u8]) -> Derived {
    derive(bytes, &Limits::default(), &Recipe::default()).unwrap()
}

fn renditions(derived: &Derived) -> impl Iterator<Item = &Rendition> {
    std::iter::once(&derived.original).chain(&derived.variants)
}

fn decoded(rendition: &Rendition) -> DynamicImage {
    let picture = image::load_from_memory(&rendition.bytes).unwrap();
    assert_eq!(picture.dimensions(), (rendition.width, rendition.height));
    picture
}

/// Which corner is red: (left, top).
fn red_corner(picture: &DynamicImage) -> (bool, bool) {
    let (width, height) = picture.dimensions();
    for (left, x) in [(true, width / 8), (false, width * 7 / 8)] {
        for (top, y) in [(true, height / 8), (false, height * 7 / 8)] {
            let [red, green, ..] = picture.get_pixel(x, y).0;
            if red > 150 && green < 80 {
                return (left, top);
            }
        }
    }
    panic!("no red corner");
}

#[test]
fn widths_and_formats() {
    let derived = make(&encoded(&gradient(1600, 900), ImageFormat::Png));
    let sizes: Vec<_> = renditions(&derived)
        .map(|one| (one.format, one.width, one.height))
        .collect();
    assert_eq!(
        sizes,
        [
            (Format::Jpeg, 1600, 900),
            (Format::Jpeg, 1280, 720),
            (Format::Jpeg, 640, 360),
            (Format::Jpeg, 320, 180),
        ]
    );
    for one in renditions(&derived) {
        assert_eq!(red_corner(&decoded(one)), (true, true));
        assert_eq!(Format::sniff(&one.bytes), Some(one.format));
    }
    // Nothing is enlarged.
    assert!(
        make(&encoded(&gradient(320, 200), ImageFormat::Jpeg))
            .variants
            .is_empty()
    );
    // A very long strip keeps at least a pixel of height.
    let strip = make(&encoded(&gradient(3000, 2), ImageFormat::Png));
    assert_eq!(
        strip.variants.last().map(|one| (one.width, one.height)),
        Some((320, 1))
    );
}

#[test]
fn the_original_is_kept_below_its_longest_side() {
    let recipe = Recipe {
        longest_side: 1000,
        ..Recipe::default()
    };
    let tall = encoded(&gradient(600, 2000), ImageFormat::Jpeg);
    let derived = derive(&tall, &Limits::default(), &recipe).unwrap();
    assert_eq!(
        (derived.original.width, derived.original.height),
        (300, 1000)
    );
    assert_eq!(
        (make(&tall).original.width, make(&tall).original.height),
        (600, 2000)
    );
}

#[test]
fn transparency_is_kept_and_only_where_it_is() {
    let clear = make(&encoded(&transparent(900, 600), ImageFormat::Png));
    for one in renditions(&clear) {
        assert_eq!(one.format, Format::Png);
        let picture = decoded(one);
        assert_eq!(picture.get_pixel(0, 0).0[3], 0);
        assert_eq!(
            picture.get_pixel(one.width / 2, one.height / 2).0,
            [0, 90, 160, 255]
        );
    }
    // Shrinking bleeds no colour out of what is not seen.
    let mut tinted = transparent(900, 600).into_rgba8();
    for pixel in tinted.pixels_mut().filter(|pixel| pixel.0[3] == 0) {
        pixel.0 = [255, 0, 0, 0];
    }
    let recipe = Recipe {
        longest_side: 450,
        ..Recipe::default()
    };
    let tinted = encoded(&tinted.into(), ImageFormat::Png);
    let shrunk = derive(&tinted, &Limits::default(), &recipe).unwrap();
    for one in renditions(&shrunk) {
        assert_eq!(one.format, Format::Png);
        let seen = decoded(one).into_rgba8();
        let seen = seen.pixels().filter(|pixel| pixel.0[3] > 40);
        assert!(seen.into_iter().all(|pixel| pixel.0[0] < 10));
    }
    let opaque = DynamicImage::from(gradient(900, 600).into_rgba8());
    assert_eq!(
        make(&encoded(&opaque, ImageFormat::Png)).original.format,
        Format::Jpeg
    );
}

#[test]
fn grey_sixteen_bit_and_palette_pictures() {
    let grey = DynamicImage::from(gradient(700, 500).into_luma8());
    let deep = DynamicImage::from(gradient(700, 500).into_rgba16());
    let deep_grey = DynamicImage::from(gradient(700, 500).into_luma_alpha16());
    for (picture, format) in [
        (&grey, ImageFormat::Jpeg),
        (&grey, ImageFormat::Png),
        (&deep, ImageFormat::Png),
        (&deep_grey, ImageFormat::Png),
        (&gradient(700, 500), ImageFormat::Gif),
        (&gradient(700, 500), ImageFormat::WebP),
    ] {
        let derived = make(&encoded(picture, format));
        assert_eq!(derived.variants.len(), 2, "{format:?}");
        for one in renditions(&derived) {
            decoded(one);
        }
    }
}

#[test]
fn med_02_only_the_first_frame_of_an_animation_is_read() {
    let mut gif = Vec::new();
    {
        let mut encoder = GifEncoder::new_with_speed(&mut gif, 30);
        encoder.set_repeat(Repeat::Infinite).unwrap();
        let first = gradient(40, 30).into_rgba8();
        let no_delay = Delay::from_numer_denom_ms(0, 1);
        encoder
            .encode_frame(Frame::from_parts(first, 0, 0, no_delay))
            .unwrap();
        for _ in 0..10_000 {
            let frame = transparent(4, 3).into_rgba8();
            encoder
                .encode_frame(Frame::from_parts(frame, 0, 0, no_delay))
                .unwrap();
        }
    }
    let derived = make(&gif);
    assert_eq!(red_corner(&decoded(&derived.original)), (true, true));
    assert!(derived.original.bytes.len() < gif.len() / 10);
    // Never-ending: without trailer, cut in a later frame. The first frame is all that counts.
    assert_eq!(make(&gif[..gif.len() - 100]), derived);
    // The twin: cut within the first frame there is no picture.
    let cut = derive(&gif[..900], &Limits::default(), &Recipe::default());
    assert!(matches!(cut, Err(MediaError::Broken { .. })), "{cut:?}");
}

/// A frame far larger than its screen does not get the memory it asks for.
#[test]
fn med_02_oversized_frame() {
    let mut gif = encoded(&gradient(4, 4), ImageFormat::Gif);
    let at = gif.iter().rposition(|byte| *byte == 0x2C).unwrap();
    assert_eq!(gif[at + 5..at + 9], [4, 0, 4, 0], "the frame's own size");
    gif[at + 5..at + 9].copy_from_slice(&[0xFF; 4]);
    let result = derive(&gif, &Limits::default(), &Recipe::default());
    assert!(result.is_err_and(|error| error.code() == "media_too_heavy"));
}

#[test]
fn med_04_polyglots_are_re_encoded() {
    let payload = b"<script>fetch('//evil.example')</script>".as_slice();
    let jpeg = encoded(&gradient(700, 400), ImageFormat::Jpeg);
    let png = encoded(&transparent(700, 400), ImageFormat::Png);
    let gif = encoded(&gradient(700, 400), ImageFormat::Gif);
    let text = [b"Comment\0".as_slice(), payload].concat();
    let polyglots = [
        ("jpeg comment", jpeg_with(&jpeg, &[(0xFE, payload)])),
        ("jpeg and page", [jpeg.as_slice(), payload].concat()),
        (
            "jpeg and pdf",
            [jpeg.as_slice(), b"%PDF-1.4 ", payload].concat(),
        ),
        ("png text", png_with(&png, &[png_chunk(b"tEXt", &text)])),
        (
            "png and zip",
            [png.as_slice(), b"PK\x03\x04", payload].concat(),
        ),
        ("gif and script", [gif.as_slice(), payload].concat()),
    ];
    for (name, bytes) in polyglots {
        assert!(holds(&bytes, payload));
        let derived = make(&bytes);
        assert_eq!(derived.variants.len(), 2, "{name}");
        for one in renditions(&derived) {
            assert!(!holds(&one.bytes, b"script"), "{name}");
            assert!(!holds(&one.bytes, b"PDF"), "{name}");
            decoded(one);
        }
    }
}

fn metadata(rendition: &Rendition) -> [Option<Vec<u8>>; 4] {
    let cursor = std::io::Cursor::new(&rendition.bytes);
    let reader = ImageReader::new(cursor).with_guessed_format().unwrap();
    let mut decoder = reader.into_decoder().unwrap();
    [
        decoder.exif_metadata().unwrap(),
        decoder.xmp_metadata().unwrap(),
        decoder.icc_profile().unwrap(),
        decoder.iptc_metadata().unwrap(),
    ]
}

#[test]
fn med_09_position_and_serial_numbers_are_gone() {
    let app1 = [b"Exif\0\0".as_slice(), &exif(1)].concat();
    let picture = gradient(900, 600);
    let jpeg = encoded(&picture, ImageFormat::Jpeg);
    let png = encoded(&transparent(900, 600), ImageFormat::Png);
    let webp = encoded(&picture, ImageFormat::WebP);
    let uploads = [
        (
            "jpeg",
            jpeg_with(&jpeg, &[(0xE1, &app1), (0xE1, XMP), (0xFE, CAMERA)]),
        ),
        ("png", png_with(&png, &[png_chunk(b"eXIf", &exif(1))])),
        ("webp", webp_with_exif(&webp, 900, 600, &exif(1))),
    ];
    for (name, upload) in uploads {
        // The sample is what it claims: a reader finds the block, with the marks inside.
        let before = metadata(&Rendition {
            bytes: upload.clone(),
            format: Format::Jpeg,
            width: 0,
            height: 0,
        });
        let found = before[0].as_ref().unwrap_or_else(|| panic!("{name}"));
        assert!(holds(found, GPS_MARK) && holds(found, MAKER_NOTE));
        for mark in [CAMERA, MAKER_NOTE, GPS_MARK] {
            assert!(holds(&upload, mark));
        }
        let derived = make(&upload);
        assert_eq!(derived.variants.len(), 2);
        for one in renditions(&derived) {
            assert_eq!(metadata(one), [None, None, None, None], "{name}");
            for mark in [
                CAMERA, MAKER_NOTE, GPS_MARK, b"Exif", b"eXIf", b"GPS", b"xmp", b"XMP",
            ] {
                assert!(!holds(&one.bytes, mark), "{name}");
            }
        }
    }
}

#[test]
fn med_09_rotation_is_applied_before_its_note_is_dropped() {
    // EXIF 2.32, 4.6.5: where the stored top-left corner belongs. (left, top), turned by 90°.
    let expected = [
        (1, (true, true), false),
        (2, (false, true), false),
        (3, (false, false), false),
        (4, (true, false), false),
        (5, (true, true), true),
        (6, (false, true), true),
        (7, (false, false), true),
        (8, (true, false), true),
        (0, (true, true), false),
        (99, (true, true), false),
    ];
    let jpeg = encoded(&gradient(800, 400), ImageFormat::Jpeg);
    let webp = encoded(&gradient(800, 400), ImageFormat::WebP);
    for (orientation, corner, turned) in expected {
        let app1 = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
        for upload in [
            jpeg_with(&jpeg, &[(0xE1, &app1)]),
            webp_with_exif(&webp, 800, 400, &exif(orientation)),
        ] {
            let derived = make(&upload);
            let size = if turned { (400, 800) } else { (800, 400) };
            assert_eq!((derived.original.width, derived.original.height), size);
            for one in renditions(&derived) {
                assert_eq!(
                    red_corner(&decoded(one)),
                    corner,
                    "orientation {orientation}"
                );
                assert_eq!(metadata(one)[0], None);
            }
        }
    }
}

#[test]
fn blurhash_and_dominant_colour() {
    let derived = make(&encoded(&gradient(640, 360), ImageFormat::Jpeg));
    // 4 x 3 components: 4 + 2 * 12 characters.
    assert_eq!(derived.blurhash.len(), 28);
    let blurred = blurhash::decode(&derived.blurhash, 32, 18, 1.0).unwrap();
    let pixel = |x: usize, y: usize| &blurred[(y * 32 + x) * 4..(y * 32 + x) * 4 + 3];
    let (corner, opposite) = (pixel(3, 2), pixel(28, 15));
    assert!(corner[0] > 150 && corner[1] < 110, "{corner:?}");
    assert!(opposite[0] < 110 && opposite[2] > 90, "{opposite:?}");
    assert_eq!(
        make(&encoded(&gradient(200, 500), ImageFormat::Png))
            .blurhash
            .len(),
        28
    );

    let plain = image::RgbImage::from_pixel(50, 50, image::Rgb([0x12, 0x80, 0xC0]));
    let plain = make(&encoded(&plain.into(), ImageFormat::Png));
    assert_eq!(plain.dominant_colour.to_string(), "#1280c0");
    // What shows through is white, as on a page.
    let clear = make(&encoded(&transparent(300, 300), ImageFormat::Png));
    let colour = clear.dominant_colour;
    assert!(
        colour.red.min(colour.green).min(colour.blue) > 250,
        "{colour}"
    );
    let dot = make(&encoded(&gradient(1, 1), ImageFormat::Png));
    assert_eq!((dot.original.width, dot.blurhash.is_empty()), (1, false));
}
