//! Every file of the shared iCalendar corpus against what a correct importer makes of it.

#![allow(clippy::unwrap_used, reason = "tests")]

mod mutations;
mod table;

use std::path::{Path, PathBuf};

use calendar::{Entry, ReadCalendar, ReadOptions, Tz, When, read};
use chrono::{DateTime, TimeZone, Utc};

#[expect(
    clippy::disallowed_methods,
    reason = "whether this runs in CI is known from its environment only"
)]
/// The folder of the corpus; none when it is absent, which CI does not accept.
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/domain/ics");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "../shared is absent"
    );
    println!("skipped: ../shared is absent");
    None
}

fn year(year: i32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap()
}

/// Wide enough for the oldest file.
fn options() -> ReadOptions {
    ReadOptions {
        default_zone: Tz::Europe__Paris,
        horizon: (year(2003), year(2028)),
        max_events: 20_000,
        max_occurrences_per_series: 5_000,
        max_bytes: 10_000_000,
    }
}

fn bytes(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(format!("{name}.ics"))).unwrap()
}

/// Start as one text: the day, or the instant.
fn start(entry: &Entry) -> String {
    show(&entry.start)
}

fn end(entry: &Entry) -> String {
    entry.end.as_ref().map(show).unwrap_or_default()
}

fn show(when: &When) -> String {
    match when {
        When::Date { date } => date.to_string(),
        When::Time { instant, .. } => instant.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    }
}

fn wall(entry: &Entry) -> String {
    entry.start.wall().format("%Y-%m-%d %H:%M").to_string()
}

fn starts(calendar: &ReadCalendar) -> Vec<String> {
    calendar.entries.iter().map(start).collect()
}

#[test]
fn every_file_meets_its_expectation() {
    let Some(folder) = folder() else { return };
    let mut seen = Vec::new();
    for (name, expectation) in table::TABLE {
        let calendar = read(&bytes(&folder, name), &options());
        println!("{name}: {} entries", calendar.entries.len());
        expectation(&calendar);
        seen.push(format!("{name}.ics"));
    }
    let mut present: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".ics"))
        .collect();
    present.sort();
    seen.sort();
    assert_eq!(seen, present, "each file of the corpus has its row, once");
    assert_eq!(seen.len(), 51);
}

#[test]
fn a_second_reading_gives_the_same_identities_and_fingerprints() {
    let Some(folder) = folder() else { return };
    for (name, _) in table::TABLE {
        let bytes = bytes(&folder, name);
        let first = read(&bytes, &options());
        assert_eq!(first, read(&bytes, &options()), "{name}");
        let mut keys: Vec<_> = first
            .entries
            .iter()
            .map(|entry| (&entry.uid, &entry.occurrence))
            .collect();
        keys.sort();
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all, "{name}: (uid, occurrence) is unique");

        // A later horizon, as at the next poll: what both see is the same.
        let later = read(
            &bytes,
            &ReadOptions {
                horizon: (year(2010), year(2027)),
                ..options()
            },
        );
        for entry in &later.entries {
            let before = first
                .entries
                .iter()
                .find(|old| old.uid == entry.uid && old.occurrence == entry.occurrence)
                .unwrap_or_else(|| panic!("{name}: {} {:?}", entry.uid, entry.occurrence));
            assert_eq!(before.fingerprint, entry.fingerprint, "{name}");
        }
    }
}

#[test]
fn a_changed_title_or_status_changes_the_fingerprint_and_a_new_stamp_does_not() {
    let Some(folder) = folder() else { return };
    let text = String::from_utf8(bytes(&folder, "fablab_cottbus")).unwrap();
    let prints = |text: &str| -> Vec<String> {
        read(text.as_bytes(), &options())
            .entries
            .into_iter()
            .map(|entry| entry.fingerprint)
            .collect()
    };
    let original = prints(&text);
    let stamped = text
        .replace("DTSTAMP:20190304", "DTSTAMP:20200101")
        .replace("SEQUENCE:0", "SEQUENCE:7");
    assert_ne!(text, stamped);
    assert_eq!(original, prints(&stamped));
    let differing = |other: &str| {
        let other = prints(other);
        assert_eq!(original.len(), other.len());
        original.iter().zip(&other).filter(|(a, b)| a != b).count()
    };
    assert_eq!(
        differing(&text.replace("SUMMARY:Weihnachts", "SUMMARY:Winter")),
        1
    );
    assert_eq!(
        differing(&text.replace(
            "UID:ai1ec-1441@blog.fablab-cottbus.de",
            "UID:ai1ec-1441@blog.fablab-cottbus.de\nSTATUS:CANCELLED"
        )),
        1
    );
}
