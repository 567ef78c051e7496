//! Cases the corpus does not have.

#![allow(clippy::unwrap_used, reason = "tests")]

use calendar::{Entry, ReadCalendar, ReadOptions, Status, Tz, WarningCode, When, read};
use chrono::{TimeZone, Utc};

fn parse(body: &str) -> ReadCalendar {
    let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
    let text = format!("BEGIN:VCALENDAR\r\n{body}\r\nEND:VCALENDAR\r\n").replace('|', "\r\n");
    read(
        text.as_bytes(),
        &ReadOptions {
            default_zone: Tz::Europe__Paris,
            horizon: (year(2026), year(2027)),
            max_events: 1000,
            max_occurrences_per_series: 100,
            max_bytes: 100_000,
        },
    )
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT|SUMMARY:A|{lines}|END:VEVENT")
}

fn instants(calendar: &ReadCalendar) -> Vec<String> {
    let show = |entry: &Entry| match entry.start {
        When::Date { date } => date.to_string(),
        When::Time { instant, .. } => instant.format("%m-%dT%H:%M").to_string(),
    };
    calendar.entries.iter().map(show).collect()
}

fn codes(calendar: &ReadCalendar) -> Vec<WarningCode> {
    calendar
        .warnings
        .iter()
        .map(|warning| warning.code)
        .collect()
}

#[test]
fn a_series_keeps_its_wall_time_through_a_change_of_hour() {
    let paris = parse(&event(
        "UID:a|DTSTART;TZID=Europe/Paris:20260324T190000|DURATION:PT2H|RRULE:FREQ=WEEKLY;COUNT=2",
    ));
    assert_eq!(instants(&paris), ["03-24T18:00", "03-31T17:00"]);
    assert_eq!(
        paris.entries[1].end.unwrap().wall().to_string(),
        "2026-03-31 21:00:00"
    );
    let windows = parse(&event(
        "UID:a|DTSTART;TZID=Romance Standard Time:20260324T190000|RRULE:FREQ=WEEKLY;COUNT=2",
    ));
    assert_eq!(instants(&windows), instants(&paris));
    let utc = parse(&event(
        "UID:a|DTSTART:20260324T180000Z|RRULE:FREQ=WEEKLY;COUNT=2",
    ));
    assert_eq!(instants(&utc), ["03-24T18:00", "03-31T18:00"]);
    assert_eq!(utc.entries[0].zone, Tz::Europe__Paris);
}

#[test]
fn until_in_utc_and_on_the_wall_and_as_a_day_include_the_last_date() {
    for (until, count) in [
        ("20260331T170000Z", 2),
        ("20260331T165959Z", 1),
        ("20260331T190000", 2),
        ("20260331", 2),
        ("20260330", 1),
    ] {
        let calendar = parse(&event(&format!(
            "UID:a|DTSTART;TZID=Europe/Paris:20260324T190000|RRULE:FREQ=WEEKLY;UNTIL={until}"
        )));
        assert_eq!(calendar.entries.len(), count, "{until}");
    }
}

#[test]
fn excluded_dates_match_by_instant_or_by_day() {
    let series = "UID:a|DTSTART;TZID=Europe/Paris:20260602T190000|RRULE:FREQ=DAILY;COUNT=3";
    for exdate in [
        "EXDATE;TZID=Europe/Paris:20260603T190000",
        "EXDATE:20260603T170000Z",
        "EXDATE;VALUE=DATE:20260603",
    ] {
        let calendar = parse(&event(&format!("{series}|{exdate}")));
        assert_eq!(
            instants(&calendar),
            ["06-02T17:00", "06-04T17:00"],
            "{exdate}"
        );
    }
    let other = parse(&event(&format!("{series}|EXDATE:20260603T180000Z")));
    assert_eq!(other.entries.len(), 3);
}

#[test]
fn an_override_is_found_in_any_zone_and_before_its_series() {
    let series = event("UID:a|DTSTART;TZID=Europe/Paris:20260602T190000|RRULE:FREQ=DAILY;COUNT=3");
    let moved = event("UID:a|RECURRENCE-ID:20260603T170000Z|DTSTART:20260610T100000Z|SEQUENCE:1");
    let newer = event("UID:a|RECURRENCE-ID:20260603T170000Z|DTSTART:20260611T100000Z|SEQUENCE:2");
    for body in [format!("{moved}|{series}"), format!("{series}|{moved}")] {
        assert_eq!(
            instants(&parse(&body)),
            ["06-02T17:00", "06-10T10:00", "06-04T17:00"]
        );
    }
    let twice = parse(&format!("{newer}|{series}|{moved}"));
    assert_eq!(instants(&twice)[1], "06-11T10:00");
    let stray = parse(&format!(
        "{series}|{}",
        event("UID:a|RECURRENCE-ID:20260608T170000Z|DTSTART:20260609T100000Z")
    ));
    assert_eq!(
        (stray.entries.len(), codes(&stray)),
        (4, vec![WarningCode::OverrideWithoutOccurrence])
    );
    let orphan = parse(&moved);
    assert_eq!(orphan.entries.len(), 1);
    assert_eq!(
        orphan.entries[0].occurrence.as_ref().unwrap().as_str(),
        "20260603T170000Z"
    );
}

#[test]
fn an_event_moved_into_a_whole_day_is_one() {
    let calendar = parse(&format!(
        "{}|{}",
        event(
            "UID:a|DTSTART;TZID=Europe/Paris:20260602T190000|DTEND;TZID=Europe/Paris:20260602T200000|RRULE:FREQ=DAILY;COUNT=2"
        ),
        event("UID:a|RECURRENCE-ID;TZID=Europe/Paris:20260603T190000|DTSTART;VALUE=DATE:20260605")
    ));
    assert_eq!(instants(&calendar), ["06-02T17:00", "2026-06-05"]);
    assert!(calendar.entries[1].all_day && calendar.entries[1].end.is_none());
}

#[test]
fn the_newest_of_two_events_with_one_uid_is_kept_and_said() {
    let calendar = parse(&format!(
        "{}|{}",
        event("UID:a|DTSTART:20260602T190000Z|SEQUENCE:2"),
        event("UID:a|DTSTART:20260603T190000Z|SEQUENCE:1")
    ));
    assert_eq!(
        (instants(&calendar), codes(&calendar)),
        (
            vec!["06-02T19:00".to_owned()],
            vec![WarningCode::DuplicateUid]
        )
    );
    let alike = parse(&format!("{0}|{0}", event("DTSTART:20260602T190000Z")));
    assert_eq!(alike.entries.len(), 2);
    assert_ne!(alike.entries[0].uid, alike.entries[1].uid);
}

#[test]
fn a_cancelling_file_cancels() {
    let one = event("UID:a|DTSTART:20260602T190000Z");
    assert_eq!(
        parse(&format!("METHOD:CANCEL|{one}")).entries[0].status,
        Status::Cancelled
    );
    assert_eq!(
        parse(&format!("METHOD:PUBLISH|{one}")).entries[0].status,
        Status::Confirmed
    );
}

#[test]
fn a_series_outside_the_horizon_is_said_and_a_single_event_is_read() {
    let calendar = parse(&format!(
        "{}|{}",
        event("UID:a|DTSTART:20200602T190000Z|RRULE:FREQ=DAILY;COUNT=3"),
        event("UID:b|DTSTART:20200602T190000Z")
    ));
    assert_eq!(
        (calendar.entries.len(), calendar.entries[0].uid.as_str()),
        (1, "b")
    );
    assert_eq!(codes(&calendar), [WarningCode::SeriesOutsideHorizon]);
    assert!(calendar.complete);
    // Under way when the horizon begins: still seen.
    let under_way = parse(&event(
        "UID:a|DTSTART:20251230T190000Z|DURATION:P3D|RRULE:FREQ=YEARLY;COUNT=1",
    ));
    assert_eq!(under_way.entries.len(), 1);
}

#[test]
fn only_web_addresses_are_kept_and_the_others_said() {
    let calendar = parse(&event(
        "UID:a|DTSTART:20260602T190000Z|URL:javascript:alert(1)|ATTACH:file:///etc/passwd|ATTACH:https://a.test/p.jpg|ATTACH:https://a.test/plan.pdf|ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA",
    ));
    let entry = &calendar.entries[0];
    assert_eq!(entry.url, None);
    assert_eq!(
        entry.image_url.as_ref().unwrap().as_str(),
        "https://a.test/p.jpg"
    );
    assert_eq!(entry.attachments.len(), 1);
    let said: Vec<_> = calendar
        .warnings
        .iter()
        .map(|w| (w.code, w.detail.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (WarningCode::UnsafeAddress, "javascript"),
            (WarningCode::UnsafeAddress, "file")
        ]
    );
}

#[test]
fn every_code_is_told_apart() {
    let mut all: Vec<&str> = WarningCode::ALL.iter().map(|code| code.code()).collect();
    all.extend(calendar::RefusalCode::ALL.iter().map(|code| code.code()));
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}
