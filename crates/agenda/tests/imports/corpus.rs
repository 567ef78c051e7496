//! Files of the shared corpus, whole: imported once, and once more for nothing.

use crate::scene::on_both;
use chrono::{DateTime, TimeZone, Utc};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder of the corpus; none when it is absent, which CI does not accept.
#[expect(
    clippy::disallowed_methods,
    reason = "whether this runs in CI is known from its environment only"
)]
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/domain/ics");
    if folder.is_dir() {
        return Some(folder);
    }
    let ci = std::env::var("CI").as_deref() == Ok("true");
    assert!(!ci, "../shared is absent");
    println!("skipped: ../shared is absent");
    None
}

fn at(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 12, 0, 0).unwrap()
}

/// File, the day it is read, events made (each date of a series is one), refused.
type Expected = (&'static str, (i32, u32, u32), usize, usize);

const FILES: &[Expected] = &[
    ("agendadulibre_toulibre", (2026, 11, 23), 1, 0),
    ("agendadulibre_missing_dtstart", (2026, 11, 23), 0, 1),
    ("big_bad_calendar", (2026, 11, 23), 0, 20),
    ("bom_calendar", (2026, 11, 23), 0, 0),
    ("discourse_no_dtend", (2026, 11, 23), 4, 0),
    ("duplicated_rrule", (2026, 11, 23), 0, 0),
    ("empty", (2026, 11, 23), 0, 0),
    ("gancio_shape_reconstructed", (2026, 11, 23), 1, 0),
    ("issue_15_duplicated_events", (2026, 11, 23), 3, 0),
    ("lotus_notes_rdate_period", (2026, 11, 23), 0, 0),
    ("meetup-timed-tz", (2026, 11, 23), 1, 0),
    ("mobilizon_shape_reconstructed", (2026, 11, 23), 1, 0),
    // One begins "Next Year".
    ("multi-event-basic", (2026, 11, 23), 8, 1),
    ("multiple_calendar_components", (2026, 11, 23), 3, 0),
    ("music-school-weekly-until", (2022, 10, 1), 9, 0),
    ("nextcloud_recurrence_paris", (2020, 11, 1), 4, 0),
    ("sabredav-school-holidays", (2026, 11, 23), 1, 0),
    ("tentative-apple-calendar", (2026, 11, 23), 4, 0),
    ("utf8-french-calendar", (2026, 11, 23), 0, 0),
];

#[test]
fn each_file_is_imported_once() {
    let Some(folder) = folder() else { return };
    on_both(async |scene| {
        for (name, (year, month, day), created, refused) in FILES {
            let seconds = (at(*year, *month, *day) - scene.clock.now()).num_seconds();
            scene.pass(seconds);
            let bytes = std::fs::read(folder.join(format!("{name}.ics"))).unwrap();
            // A source of its own each.
            let url = format!("https://calendar.example/{name}.ics");
            let report = scene.import(Some(&url), &bytes);
            let made = (report.created, report.refused_total);
            assert_eq!(made, (*created, *refused), "{name}: {report:?}");
            let said = scene.said().len();
            scene.pass(60);
            let again = scene.import(Some(&url), &bytes);
            let changed = (again.created, again.changed, again.cancelled);
            assert_eq!(changed, (0, 0, 0), "{name} again: {again:?}");
            assert_eq!(again.unchanged, *created, "{name} again");
            assert_eq!(scene.said().len(), said, "{name} again");
            scene.pass(-60);
        }
    });
}

#[test]
fn fablab_cottbus_arrives_whole_and_follows_its_changes() {
    let Some(folder) = folder() else { return };
    on_both(async |scene| {
        scene.pass((at(2018, 5, 1) - scene.clock.now()).num_seconds());
        let text = std::fs::read_to_string(folder.join("fablab_cottbus.ics")).unwrap();
        let report = scene.import(None, &text);
        assert_eq!((report.seen, report.refused_total), (28, 0));
        // 27 events and a monthly series: a month back and a year ahead.
        assert_eq!(report.created, 27 + 13);
        let titles: BTreeMap<String, usize> =
            scene
                .events()
                .iter()
                .fold(BTreeMap::new(), |mut all: BTreeMap<String, usize>, one| {
                    *all.entry(one.object.title.clone()).or_default() += 1;
                    all
                });
        // One of them single.
        assert_eq!(titles["Repair Café"], 1 + 13, "{titles:?}");
        assert!(scene.events().iter().any(|one| one.event.all_day));
        assert!(
            scene
                .events()
                .iter()
                .all(|one| one.event.timezone == "Europe/Berlin")
        );
        // What is over is archived; peers that show timelines are not told.
        let said = scene.said().len();
        assert_eq!(scene.import(None, &text).unchanged, 27 + 13);
        assert_eq!(scene.said().len(), said);

        let edited = text.replacen("SUMMARY:LaTeX für", "SUMMARY:Schöner drucken für", 1);
        let report = scene.import(None, &edited);
        assert_eq!((report.changed, report.unchanged), (1, 27 + 12));
        let since = scene.said_since(said);
        assert_eq!(since.len(), 1, "{since:?}");
        assert_eq!(since[0].0, "Update");
        assert_eq!(since[0].1["name"], "Schöner drucken für Einsteigende");
    });
}

#[test]
fn an_overridden_date_is_told_alone() {
    let Some(folder) = folder() else { return };
    on_both(async |scene| {
        let text = std::fs::read_to_string(folder.join("issue_18_cancel_status.ics")).unwrap();
        let text = text.replace("\r\n", "\n");
        let url = Some("https://calendar.example/18.ics");
        scene.pass((at(2019, 9, 1) - scene.clock.now()).num_seconds());
        // First without the override, then with it.
        let blocks: Vec<&str> = text.split("BEGIN:VEVENT").collect();
        let whole = |keep: &dyn Fn(&str) -> bool| {
            let mut all = String::new();
            for (n, block) in blocks.iter().enumerate() {
                if n == 0 {
                    all.push_str(block);
                } else if keep(block) {
                    let (event, _) = block.split_once("END:VEVENT").unwrap();
                    all.push_str(&format!("BEGIN:VEVENT{event}END:VEVENT\n"));
                }
            }
            all + "END:VCALENDAR\n"
        };
        let plain = whole(&|block| !block.contains("RECURRENCE-ID"));
        let first = scene.import(url, &plain);
        assert!(first.created > 1, "{first:?}");
        let said = scene.said().len();
        let report = scene.import(url, whole(&|_| true));
        assert_eq!(
            (report.created, report.changed, report.cancelled),
            (0, 1, 0)
        );
        let since = scene.said_since(said);
        assert_eq!(since.len(), 1, "{since:?}");
        assert_eq!(
            (since[0].0.as_str(), &since[0].1["status"]),
            ("Update", &"CANCELLED".into())
        );
        let cancelled = scene
            .events()
            .into_iter()
            .filter(|one| one.event.status == "cancelled");
        assert_eq!(cancelled.count(), 1);
    });
}

#[test]
fn a_bad_rule_costs_no_event() {
    let Some(folder) = folder() else { return };
    on_both(async |scene| {
        let bytes = std::fs::read(folder.join("badRRULE.ics")).unwrap();
        let start = calendar::read(
            &bytes,
            &calendar::ReadOptions {
                default_zone: chrono_tz::Europe::Paris,
                horizon: (at(2000, 1, 1), at(2030, 1, 1)),
                max_events: 100,
                max_occurrences_per_series: 5_000,
                max_bytes: 1_000_000,
            },
        );
        let first = start.entries.iter().map(|e| e.start.instant(e.zone)).min();
        scene.pass((first.unwrap() - scene.clock.now()).num_seconds());
        let report = scene.import(None, &bytes);
        assert_eq!((report.seen, report.refused_total), (3, 0));
        let codes: Vec<&str> = report.warnings.iter().map(|w| w.code.as_str()).collect();
        assert!(
            codes.contains(&"rule_salvaged") || codes.contains(&"invalid_rule"),
            "{codes:?}"
        );
        let mut titles: Vec<String> = scene
            .events()
            .into_iter()
            .map(|one| one.object.title)
            .collect();
        titles.dedup();
        titles.sort();
        titles.dedup();
        assert!(titles.len() >= 2, "{titles:?}");
        assert_eq!(scene.import(None, &bytes).created, 0);
    });
}

#[test]
fn an_endless_daily_rule_ends_at_the_horizon() {
    let Some(folder) = folder() else { return };
    on_both(async |scene| {
        let bytes = std::fs::read(folder.join("nextcloud_daily_allday.ics")).unwrap();
        let url = Some("https://calendar.example/daily.ics");
        let report = scene.import(url, &bytes);
        assert!((365..=400).contains(&report.created), "{}", report.created);
        assert!(report.complete, "a daily series does not hide deletions");
        // The window moves on, nothing comes twice and nothing behind it is cancelled.
        scene.pass(3 * 86_400);
        let later = scene.import(url, &bytes);
        assert_eq!((later.created, later.changed, later.cancelled), (3, 0, 0));
    });
}
