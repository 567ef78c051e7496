//! MED-01: memory stays bounded. One test, for the peak belongs to the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

mod samples;

use image::{DynamicImage, ImageFormat, RgbImage};
use media::{Limits, Recipe, derive, inspect};
use samples::*;

/// Bytes of a line of `/proc/self/status`.
fn status(key: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(key)).unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() * 1024
}

/// The growth of resident memory at its peak while `work` runs.
fn peak(work: impl FnOnce()) -> u64 {
    // Resets the peak (proc(5)).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status("VmRSS:");
    work();
    status("VmHWM:").saturating_sub(before)
}

#[test]
fn med_01_peak_memory() {
    const MIB: u64 = 1024 * 1024;
    let limits = Limits::default();
    let bombs = [
        png_header(50_000, 50_000),
        jpeg_announcing(50_000, 50_000, true),
        webp_announcing(16_383, 16_383),
        gif_announcing(50_000, 50_000),
    ];
    let refused = peak(|| {
        for bomb in &bombs {
            assert!(inspect(bomb, None, None, &limits).is_err());
            assert!(derive(bomb, &limits, &Recipe::default()).is_err());
        }
    });
    assert!(
        refused < 8 * MIB,
        "{refused} bytes for pictures that are refused"
    );

    // The twins: the largest pictures that are taken, in small files, the first turned by 90°.
    let plain = DynamicImage::from(RgbImage::from_pixel(7680, 4320, image::Rgb([9, 99, 199])));
    let app1 = [b"Exif\0\0".as_slice(), &exif(6)].concat();
    let jpeg = jpeg_with(&encoded(&plain, ImageFormat::Jpeg), &[(0xE1, &app1)]);
    let webp = encoded(&plain, ImageFormat::WebP);
    let mut clear = plain.into_rgba8();
    clear.put_pixel(5, 5, image::Rgba([0; 4]));
    let clear = DynamicImage::from(clear);
    let png = encoded(&clear, ImageFormat::Png);
    drop(clear);
    for (name, largest, size) in [
        ("jpeg", jpeg, (2304, 4096)),
        ("webp", webp, (4096, 2304)),
        ("png", png, (4096, 2304)),
    ] {
        let accepted = peak(|| {
            let derived = derive(&largest, &limits, &Recipe::default()).unwrap();
            assert_eq!((derived.original.width, derived.original.height), size);
        });
        println!("{name}: {} MiB at its peak", accepted / MIB);
        assert!(accepted < limits.memory, "{name}: {accepted} bytes");
    }
}
