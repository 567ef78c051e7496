//! DOS-13: calendars written to exhaust the reader. Each has its twin that is read.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use calendar::{ReadCalendar, ReadOptions, RefusalCode, Tz, WarningCode, read};
use chrono::{DateTime, Datelike, TimeZone, Utc};

/// For a debug build on a busy machine; a release build takes some hundredths of it.
const LIMIT: Duration = Duration::from_secs(20);

fn year(year: i32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap()
}

fn options() -> ReadOptions {
    ReadOptions {
        default_zone: Tz::Europe__Paris,
        horizon: (year(2026), year(2028)),
        max_events: 5_000,
        max_occurrences_per_series: 500,
        max_bytes: 16_000_000,
    }
}

fn timed(text: &str) -> ReadCalendar {
    let begin = Instant::now();
    let calendar = read(text.as_bytes(), &options());
    let took = begin.elapsed();
    println!(
        "{} bytes, {} entries, {took:?}",
        text.len(),
        calendar.entries.len()
    );
    assert!(took < LIMIT, "{took:?}");
    assert!(calendar.entries.len() <= 5_000);
    assert!(calendar.refusals.len() <= 1000 && calendar.warnings.len() <= 1000);
    calendar
}

fn with(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nSUMMARY:A\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn codes(calendar: &ReadCalendar) -> Vec<WarningCode> {
    calendar
        .warnings
        .iter()
        .map(|warning| warning.code)
        .collect()
}

#[test]
fn dos_13_secondly_and_minutely_are_kept_once() {
    for rule in [
        "SECONDLY",
        "MINUTELY",
        "SECONDLY;COUNT=100000000",
        "MINUTELY;INTERVAL=1",
    ] {
        let calendar = timed(&with(&format!(
            "DTSTART:20260101T000000Z\r\nRRULE:FREQ={rule}"
        )));
        assert_eq!(calendar.entries.len(), 1, "{rule}");
        assert_eq!(codes(&calendar), [WarningCode::RuleTooFrequent]);
    }
    let daily = timed(&with(
        "DTSTART:20260101T000000Z\r\nRRULE:FREQ=DAILY;COUNT=3",
    ));
    assert_eq!((daily.entries.len(), codes(&daily).len()), (3, 0));
}

#[test]
fn dos_13_every_second_of_the_day_by_lists_is_kept_once() {
    let list: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let list = list.join(",");
    let rule = format!("FREQ=DAILY;BYMINUTE={list};BYSECOND={list}");
    let calendar = timed(&with(&format!("DTSTART:20260101T000000Z\r\nRRULE:{rule}")));
    assert_eq!(codes(&calendar), [WarningCode::RuleTooFrequent]);
    let twice = timed(&with(
        "DTSTART:20260101T090000Z\r\nRRULE:FREQ=DAILY;BYHOUR=9,18;COUNT=4",
    ));
    assert_eq!((twice.entries.len(), codes(&twice).len()), (4, 0));
}

#[test]
fn dos_13_hourly_is_bounded_by_the_number_of_occurrences() {
    let calendar = timed(&with("DTSTART:19700101T000000Z\r\nRRULE:FREQ=HOURLY"));
    assert_eq!(calendar.entries.len(), 500);
    assert_eq!(codes(&calendar), [WarningCode::SeriesTruncated]);
    assert!(!calendar.complete);
    let few = timed(&with(
        "DTSTART:20260101T000000Z\r\nRRULE:FREQ=HOURLY;INTERVAL=6;COUNT=8",
    ));
    assert_eq!((few.entries.len(), few.complete), (8, true));
}

#[test]
fn dos_13_a_huge_count_is_bounded() {
    for start in ["20260101T000000Z", "19000101T000000Z", "16010101T000000Z"] {
        for rule in ["DAILY", "WEEKLY", "HOURLY", "DAILY;BYMONTH=2;BYMONTHDAY=29"] {
            for count in ["999999999", "18446744073709551615"] {
                let calendar = timed(&with(&format!(
                    "DTSTART:{start}\r\nRRULE:FREQ={rule};COUNT={count}"
                )));
                assert!(calendar.entries.len() <= 500);
            }
        }
    }
}

#[test]
fn dos_13_an_end_in_9999_is_bounded_by_the_horizon() {
    let weekly = timed(&with(
        "DTSTART:20260106T180000Z\r\nRRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z",
    ));
    assert_eq!(weekly.entries.len(), 104);
    assert!(weekly.complete);
    let long = timed(&with("DTSTART:20260106T180000Z\r\nDTEND:99991231T235959Z"));
    assert_eq!((long.entries.len(), long.entries[0].end), (1, None));
    assert_eq!(codes(&long), [WarningCode::InvalidEnd]);
    let series = timed(&with(
        "DTSTART:20260106T180000Z\r\nDTEND:99981231T235959Z\r\nRRULE:FREQ=DAILY",
    ));
    assert_eq!(series.entries.len(), 500);
    assert!(
        series
            .entries
            .iter()
            .all(|entry| entry.end.is_none_or(|end| end.date().year() < 10_000))
    );
    let late = timed(&with(
        "DTSTART;VALUE=DATE:99991231\r\nDTEND;VALUE=DATE:99991231",
    ));
    assert_eq!(late.refusals[0].code, RefusalCode::DateOutOfRange);
    let eve = timed(&with("DTSTART;VALUE=DATE:99981231\r\nDURATION:P1D"));
    assert_eq!(eve.entries.len(), 1);
    let endless = timed(&with("DTSTART:20260106T180000Z\r\nDURATION:P999999999W"));
    assert_eq!(codes(&endless), [WarningCode::InvalidEnd]);
    let early = timed(&with("DTSTART:00010101T000000Z"));
    assert_eq!(early.refusals[0].code, RefusalCode::DateOutOfRange);
}

#[test]
fn dos_13_a_hundred_thousand_events_are_bounded_and_counted() {
    let mut text = "BEGIN:VCALENDAR\r\n".to_owned();
    for n in 0..100_000 {
        text.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{n}\r\nSUMMARY:E{n}\r\nDTSTART:20260101T000000Z\r\nBEGIN:VALARM\r\nTRIGGER:P0D\r\nEND:VALARM\r\nEND:VEVENT\r\n"
        ));
    }
    text.push_str("END:VCALENDAR\r\n");
    let calendar = timed(&text);
    assert_eq!(
        (calendar.entries.len(), calendar.events_seen),
        (5_000, 100_000)
    );
    assert_eq!(calendar.refusals.len(), 1);
    assert_eq!(calendar.refusals[0].code, RefusalCode::TooManyEvents);
    assert_eq!(calendar.refusals[0].detail, "95000");
    assert!(!calendar.complete);
}

#[test]
fn dos_13_thousands_of_endless_series_are_bounded_together() {
    let series = |rule: &str, many: usize| {
        let mut text = "BEGIN:VCALENDAR\r\n".to_owned();
        for n in 0..many {
            text.push_str(&format!(
                "BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:19800101T000000Z\r\nRRULE:{rule}\r\nEND:VEVENT\r\n"
            ));
        }
        text + "END:VCALENDAR\r\n"
    };
    for rule in [
        "FREQ=DAILY",
        "FREQ=DAILY;COUNT=100000",
        "FREQ=HOURLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2",
        "FREQ=WEEKLY;BYMONTH=2;BYSETPOS=5;BYDAY=MO",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6",
    ] {
        let calendar = timed(&series(rule, 5_000));
        assert!(!calendar.complete, "{rule}");
    }
    let few = timed(&series("FREQ=WEEKLY;INTERVAL=4", 40));
    assert_eq!((few.entries.len() / 40, few.complete), (26, true));
}

#[test]
fn dos_13_lines_of_ten_megabytes_are_refused_by_number() {
    let long = "x".repeat(10_000_000);
    let calendar = timed(&with(&format!(
        "DTSTART:20260101T000000Z\r\nDESCRIPTION:{long}"
    )));
    assert_eq!(calendar.entries.len(), 1);
    let refusal = &calendar.refusals[0];
    assert_eq!(
        (refusal.code, refusal.line),
        (RefusalCode::LineTooLong, Some(6))
    );
    assert!(refusal.detail.chars().count() <= 200);

    let folded: String = (0..140_000)
        .map(|_| format!(" {}\r\n", "y".repeat(70)))
        .collect();
    let calendar = timed(&with(&format!(
        "DTSTART:20260101T000000Z\r\nDESCRIPTION:z\r\n{folded}"
    )));
    assert_eq!(calendar.refusals[0].code, RefusalCode::LineTooLong);

    let fair = "x".repeat(100_000);
    let calendar = timed(&with(&format!(
        "DTSTART:20260101T000000Z\r\nDESCRIPTION:{fair}"
    )));
    assert_eq!(
        calendar.entries[0].description.as_ref().unwrap().len(),
        100_000
    );
}

#[test]
fn dos_13_lists_nests_and_complaints_without_end() {
    let dates = "20260101T000000Z,".repeat(400_000 / 17);
    let many: String = (0..20)
        .map(|_| format!("EXDATE:{dates}\r\nRDATE:{dates}\r\n"))
        .collect();
    timed(&with(&format!(
        "DTSTART:20260101T000000Z\r\nRRULE:FREQ=DAILY\r\n{many}"
    )));

    let nest = "BEGIN:X\r\n".repeat(300_000);
    let calendar = timed(&format!("BEGIN:VCALENDAR\r\n{nest}END:VCALENDAR\r\n"));
    assert_eq!(calendar.refusals[0].code, RefusalCode::BadNesting);
    assert!(calendar.refusals_total > 1000);

    let noise = "no line\r\n".repeat(500_000);
    let calendar = timed(&format!("BEGIN:VCALENDAR\r\n{noise}END:VCALENDAR\r\n"));
    assert_eq!(
        (calendar.refusals.len(), calendar.refusals_total),
        (1000, 500_000)
    );

    let zones: String = (0..3_000)
        .map(|n| {
            format!(
                "BEGIN:VTIMEZONE\r\nTZID:Z{n}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0123\r\nTZOFFSETTO:+0124\r\nRRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=3\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:{n}\r\nDTSTART;TZID=Z{n}:20260101T000000\r\nEND:VEVENT\r\n"
            )
        })
        .collect();
    timed(&format!("BEGIN:VCALENDAR\r\n{zones}END:VCALENDAR\r\n"));
}

#[test]
fn dos_13_a_file_over_the_limit_is_refused_whole() {
    let text = with("DTSTART:20260101T000000Z");
    let size = text.len();
    let read_within = |max_bytes| {
        read(
            text.as_bytes(),
            &ReadOptions {
                max_bytes,
                ..options()
            },
        )
    };
    let refused = read_within(size - 1);
    assert_eq!(
        (refused.entries.len(), refused.refusals[0].code),
        (0, RefusalCode::TooLarge)
    );
    assert!(!refused.complete);
    let read = read_within(size);
    assert_eq!((read.entries.len(), read.complete), (1, true));
}
