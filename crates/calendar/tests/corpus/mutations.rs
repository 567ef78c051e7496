//! Damaged files: never a panic, never a silent gap.

use calendar::{ReadCalendar, RefusalCode, read};
use proptest::prelude::*;

use super::{bytes, folder, options};

/// Small files with every construct: zones, overrides, ranges, periods, folds, marks.
const FILES: &[&str] = &[
    "issue_75_range_parameter",
    "lotus_notes_rdate_period",
    "issue_237_fail_to_parse_timezone_with_non_ascii_tzid",
    "npm_ics_tab_folded",
    "rfc_7986_conferences",
    "exchange_whole_day_moved_recurrence",
    "multiple_calendar_components",
    "mobilizon_shape_reconstructed",
];

fn bounded(calendar: &ReadCalendar) {
    assert!(calendar.refusals.len() <= 1000 && calendar.warnings.len() <= 1000);
    for entry in &calendar.entries {
        if let Some(end) = entry.end {
            assert!(end.instant(entry.zone) > entry.start.instant(entry.zone));
        }
    }
}

#[test]
fn a_file_cut_at_any_byte_is_never_taken_for_whole() {
    let Some(folder) = folder() else { return };
    for name in FILES {
        let whole = bytes(&folder, name);
        let trimmed = whole.trim_ascii_end().len();
        for cut in 0..trimmed {
            let calendar = read(&whole[..cut], &options());
            bounded(&calendar);
            // Between the two calendars of a file, what stands is whole.
            if *name != "multiple_calendar_components" {
                assert!(!calendar.complete, "{name} cut at {cut}");
            }
        }
        assert!(read(&whole, &options()).complete, "{name}");
    }
}

#[test]
fn any_byte_replaced_is_survived() {
    let Some(folder) = folder() else { return };
    const BYTES: [u8; 8] = [b'\n', b';', b'9', b':', 0xFF, b'"', b' ', 0];
    for (index, name) in FILES.iter().enumerate() {
        let whole = bytes(&folder, name);
        for at in 0..whole.len() {
            let mut damaged = whole.clone();
            damaged[at] = BYTES[(at + index) % BYTES.len()];
            bounded(&read(&damaged, &options()));
        }
    }
}

#[test]
fn a_page_taken_for_a_calendar_is_refused_once() {
    for text in [
        "<html><body>log in:</body></html>",
        "",
        "\u{feff}",
        "hello\nworld",
    ] {
        let calendar = read(text.as_bytes(), &options());
        assert_eq!(calendar.refusals.len(), 1, "{text}");
        assert_eq!(calendar.refusals[0].code, RefusalCode::NotACalendar);
        assert!(!calendar.complete);
    }
}

fn line() -> impl Strategy<Value = String> {
    let date = prop_oneof![
        "[0-9]{8}",
        "20(1|2)[0-9](0[1-9]|1[0-2])(0[1-9]|2[0-8])",
        "20(1|2)[0-9](0[1-9]|1[0-2])(0[1-9]|2[0-8])T(0[0-9]|1[0-9]|2[0-3])[0-5]0(00|15)Z?",
    ];
    let name = prop_oneof![
        Just("DTSTART"),
        Just("DTEND"),
        Just("RECURRENCE-ID"),
        Just("RECURRENCE-ID;RANGE=THISANDFUTURE"),
        Just("EXDATE"),
        Just("RDATE"),
        Just("RDATE;VALUE=PERIOD"),
        Just("DTSTART;TZID=Europe/Paris"),
        Just("DTSTART;VALUE=DATE"),
        Just("EXDATE;TZID=W. Europe Standard Time"),
    ];
    let rule = (
        prop_oneof![
            Just("YEARLY"),
            Just("MONTHLY"),
            Just("WEEKLY"),
            Just("DAILY"),
            Just("HOURLY")
        ],
        proptest::collection::vec(
            prop_oneof![
                "BYDAY=(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)",
                "BYMONTHDAY=-?([1-9]|[12][0-9]|3[01])",
                "BYMONTH=([1-9]|1[0-2])",
                "BYYEARDAY=-?([1-9][0-9]?|[12][0-9][0-9]|36[0-6])",
                "BYWEEKNO=-?([1-9]|[1-4][0-9]|5[0-3])",
                "BYSETPOS=-?[1-9]",
                "BYHOUR=([0-9]|1[0-9]|2[0-3])",
                "INTERVAL=[1-9][0-9]?",
                "COUNT=[1-9][0-9]?",
                "WKST=(MO|SU|WE)",
                "UNTIL=20[0-9]{6}",
            ],
            0..5,
        ),
    )
        .prop_map(|(freq, parts)| format!("RRULE:FREQ={freq};{}", parts.join(";")));
    prop_oneof![
        3 => (name, date).prop_map(|(name, date)| format!("{name}:{date}")),
        2 => rule,
        1 => "(DURATION|RRULE|SUMMARY|GEO|UID|ATTACH|CATEGORIES):\\PC{0,30}",
        1 => Just("UID:one".to_owned()),
        1 => Just("DURATION:PT2H".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_lines_are_survived(
        events in proptest::collection::vec(proptest::collection::vec(line(), 0..8), 1..4),
    ) {
        let mut text = "BEGIN:VCALENDAR\r\n".to_owned();
        for lines in &events {
            text.push_str(&format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", lines.join("\r\n")));
        }
        text.push_str("END:VCALENDAR\r\n");
        let calendar = read(text.as_bytes(), &options());
        bounded(&calendar);
        prop_assert_eq!(calendar.events_seen, events.len());
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        bounded(&read(&bytes, &options()));
    }
}
