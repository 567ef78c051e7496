//! No bytes whatever make the library panic or take long.
#![allow(clippy::unwrap_used)]

mod samples;

use std::sync::OnceLock;

use media::{FileName, Limits, MediaError, Recipe, derive, inspect};
use proptest::prelude::*;
use samples::*;

fn uploads() -> &'static [Vec<u8>] {
    static UPLOADS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    UPLOADS.get_or_init(|| {
        let mut all: Vec<_> = FORMATS
            .into_iter()
            .map(|(format, ..)| encoded(&gradient(40, 30), format))
            .collect();
        let app1 = [b"Exif\0\0".as_slice(), &exif(6)].concat();
        all.push(jpeg_with(&all[0], &[(0xE1, &app1), (0xE1, XMP)]));
        all.push(webp_with_exif(&all[2], 40, 30, &exif(6)));
        all.push(png_with(&all[1], &[png_chunk(b"eXIf", &exif(6))]));
        all
    })
}

/// Small enough that an unlimited reservation shows as `TooHeavy`.
fn limits() -> Limits {
    Limits {
        pixels: 1_000_000,
        memory: 16_000_000,
        ..Limits::default()
    }
}

/// Either a picture or a refusal; never the server's fault.
fn settled(bytes: &[u8]) -> Result<(), TestCaseError> {
    let inspected = inspect(bytes, None, None, &limits());
    let derived = derive(bytes, &limits(), &Recipe::default());
    let blames_sender = |error: &MediaError| error.is_refusal();
    if let Err(error) = &inspected {
        prop_assert!(blames_sender(error), "{error}");
        prop_assert!(derived.is_err(), "inspection is not stricter than decoding");
    }
    if let Err(error) = &derived {
        prop_assert!(blames_sender(error), "{error}");
    }
    Ok(())
}

#[test]
fn truncated_at_every_byte() {
    for upload in uploads() {
        for end in 0..upload.len() {
            settled(&upload[..end]).unwrap();
        }
        assert!(derive(upload, &limits(), &Recipe::default()).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        settled(&bytes)?;
    }

    #[test]
    fn random_bytes_behind_a_signature(
        which in 0..4usize,
        keep in 4..40usize,
        tail in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let upload = &uploads()[which];
        settled(&[&upload[..keep.min(upload.len())], &tail].concat())?;
    }

    #[test]
    fn flipped_bytes(
        which in 0..7usize,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let mut bytes = uploads()[which].clone();
        for (index, value) in changes {
            let at = index.index(bytes.len());
            bytes[at] = value;
        }
        settled(&bytes)?;
    }

    #[test]
    fn random_names(name in any::<String>()) {
        prop_assert!(name.parse::<FileName>().is_err());
    }

    #[test]
    fn library_names_read_back(bytes in any::<Vec<u8>>()) {
        for format in media::Format::ALL {
            let name = FileName::of(&bytes, format);
            prop_assert_eq!(name.to_string().parse::<FileName>().unwrap(), name);
        }
    }
}
