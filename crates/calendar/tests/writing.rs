//! What is written is read back: by the letter of the grammar, by the `calcard` parser, by our reader.

#![allow(clippy::unwrap_used, reason = "tests")]

use calcard::icalendar::{ICalendarComponentType, ICalendarProperty, ICalendarValue};
use calendar::{
    CalendarForm, Coordinates, EventForm, OrganizerForm, ReadCalendar, ReadOptions, Status, Tz,
    When, read, write,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use proptest::prelude::*;
use url::Url;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap()
}

fn wall(month: u32, day: u32, hour: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, month, day)
        .unwrap()
        .and_hms_opt(hour, 0, 0)
        .unwrap()
}

fn event(title: &str) -> EventForm {
    EventForm {
        uid: "https://raffinerie.test/events/1".to_owned(),
        title: title.to_owned(),
        description: None,
        start: When::local(wall(12, 1, 19), Tz::Europe__Paris),
        end: Some(When::local(wall(12, 1, 21), Tz::Europe__Paris)),
        location: None,
        coordinates: None,
        url: None,
        online_url: None,
        image_url: None,
        image_type: None,
        categories: Vec::new(),
        status: Status::Confirmed,
        organizer: None,
        sequence: 0,
        created: None,
        last_modified: None,
    }
}

fn calendar_of(events: Vec<EventForm>) -> CalendarForm {
    CalendarForm {
        name: "La Raffinerie".to_owned(),
        description: None,
        color: None,
        url: None,
        source: None,
        refresh: None,
        prodid: "-//Kiosque//0.1.0//FR".to_owned(),
        events,
    }
}

fn back(text: &str) -> ReadCalendar {
    let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
    read(
        text.as_bytes(),
        &ReadOptions {
            default_zone: Tz::Europe__Paris,
            horizon: (year(2020), year(2030)),
            max_events: 1000,
            max_occurrences_per_series: 100,
            max_bytes: 10_000_000,
        },
    )
}

/// The form of the text itself: CRLF, 75 octets, no control character.
fn well_formed(text: &str) {
    assert!(text.ends_with("\r\n"));
    for line in text.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.is_empty());
        assert!(
            !line.contains(|c: char| c.is_control() && c != '\t'),
            "{line:?}"
        );
    }
}

/// RFC 5545 section 3.1 to the letter: lines, names, parameters, nesting, and TEXT values without
/// a bare separator or an unknown escape.
fn strict_grammar(text: &str) {
    let unfolded = text.replace("\r\n ", "");
    let mut open: Vec<&str> = Vec::new();
    for line in unfolded.trim_end_matches("\r\n").split("\r\n") {
        let end_of_name = line.find([';', ':']).expect("a name");
        let (name, mut rest) = line.split_at(end_of_name);
        assert!(!name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
        while let Some(parameter) = rest.strip_prefix(';') {
            let (key, value) = parameter.split_once('=').expect("a parameter");
            assert!(!key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
            let length = match value.strip_prefix('"') {
                Some(quoted) => quoted.find('"').expect("a closing quote") + 2,
                None => value.find([';', ':']).expect("an end"),
            };
            assert!(!value[..length].trim_matches('"').contains('"'));
            assert!(value.starts_with('"') || !value[..length].contains(','));
            rest = &value[length..];
        }
        let value = rest.strip_prefix(':').expect("a value");
        match name {
            "BEGIN" => open.push(value),
            "END" => assert_eq!(open.pop(), Some(value)),
            "PRODID" | "NAME" | "X-WR-CALNAME" | "DESCRIPTION" | "X-WR-CALDESC" | "UID"
            | "SUMMARY" | "LOCATION" | "TZNAME" | "CATEGORIES" => {
                let mut chars = value.chars();
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => assert!(matches!(chars.next(), Some('\\' | ';' | ',' | 'n'))),
                        ',' => assert_eq!(name, "CATEGORIES"),
                        c => assert_ne!(c, ';', "{line}"),
                    }
                }
            }
            _ => {}
        }
        assert!(!open.is_empty() || (name, value) == ("END", "VCALENDAR"));
    }
    assert!(open.is_empty());
}

/// The grammar checked to the letter, then the events as another parser has them, as property and
/// text.
fn strictly(text: &str) -> Vec<Vec<(String, String)>> {
    strict_grammar(text);
    let mut parser = calcard::Parser::new(text);
    let calcard::Entry::ICalendar(parsed) = parser.entry() else {
        panic!("another parser refuses it:\n{text}");
    };
    assert_eq!(parser.entry(), calcard::Entry::Eof);
    parsed
        .components
        .iter()
        .filter(|component| component.component_type == ICalendarComponentType::VEvent)
        .map(|component| {
            component
                .entries
                .iter()
                .map(|entry| {
                    let values: Vec<&str> = entry
                        .values
                        .iter()
                        .filter_map(ICalendarValue::as_text)
                        .collect();
                    (entry.name.as_str().to_owned(), values.join("\u{1}"))
                })
                .collect()
        })
        .collect()
}

fn value<'a>(event: &'a [(String, String)], name: &ICalendarProperty) -> Option<&'a str> {
    event
        .iter()
        .find(|(key, _)| key == name.as_str())
        .map(|(_, value)| value.as_str())
}

/// Line ends become one kind, other control characters go.
fn normal(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            c => c,
        })
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect()
}

fn one_event_with_that_text(text: &str) {
    let mut form = event(text);
    form.description = Some(text.to_owned());
    form.location = Some(text.to_owned());
    form.uid = format!("uid-{text}");
    form.categories = vec![text.to_owned(), "fixed".to_owned()];
    form.organizer = Some(OrganizerForm {
        name: text.to_owned(),
        uri: Url::parse("https://raffinerie.test/@raffinerie").unwrap(),
    });
    let mut calendar = calendar_of(vec![form]);
    calendar.name = text.to_owned();
    calendar.description = Some(text.to_owned());
    calendar.prodid = text.to_owned();
    calendar.color = Some(text.to_owned());
    let written = write(&calendar, now());
    well_formed(&written);
    let events = strictly(&written);
    assert_eq!(events.len(), 1, "{written}");
    let expected = normal(text);
    assert_eq!(
        value(&events[0], &ICalendarProperty::Summary).unwrap_or_default(),
        expected
    );
    if !text.is_empty() {
        assert_eq!(
            value(&events[0], &ICalendarProperty::Description).unwrap_or_default(),
            expected
        );
    }
    for absent in [
        ICalendarProperty::Attach,
        ICalendarProperty::Rrule,
        ICalendarProperty::Attendee,
    ] {
        assert_eq!(value(&events[0], &absent), None, "{written}");
    }
    let read = back(&written);
    assert_eq!(
        (read.entries.len(), read.refusals.len()),
        (1, 0),
        "{written}"
    );
    assert!(read.complete);
    let entry = &read.entries[0];
    assert_eq!(entry.start, When::local(wall(12, 1, 19), Tz::Europe__Paris));
    assert_eq!(
        entry.description.as_deref().unwrap_or_default(),
        expected.trim(),
    );
}

#[test]
fn inj_03_text_never_becomes_structure() {
    for text in [
        "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:second",
        "a\nEND:VCALENDAR\nBEGIN:VCALENDAR",
        "a\rATTACH:https://evil.test/x",
        "a\u{2028}ATTACH:https://evil.test/x",
        "a\u{85}RRULE:FREQ=SECONDLY",
        "a;b,c\\d\\n\\;\\,:e",
        "ends with \\",
        "\"quoted\";CN=x:mailto:a@b.test",
        "BEGIN:VEVENT",
        "^n ^' ^^",
        "\u{0}\u{1}\u{7f}\u{9b}",
        "tab\there",
        " blanks ",
        "",
    ] {
        one_event_with_that_text(text);
    }
}

#[test]
fn inj_03_folding_passes_through_characters_of_four_octets() {
    for shift in 0..80 {
        one_event_with_that_text(&format!(
            "{}{}",
            "x".repeat(shift),
            "🎪\\,é;漢\n".repeat(30)
        ));
    }
}

#[test]
fn inj_03_only_web_addresses_are_written() {
    for bad in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "mailto:a@b.test",
    ] {
        let url = Url::parse(bad).ok();
        let mut form = event("A");
        form.url = url.clone();
        form.online_url = url.clone();
        form.image_url = url.clone();
        form.organizer = url.clone().map(|uri| OrganizerForm {
            name: "N".into(),
            uri,
        });
        let mut calendar = calendar_of(vec![form]);
        calendar.url = url.clone();
        calendar.source = url;
        let written = write(&calendar, now());
        for name in [
            "URL",
            "CONFERENCE",
            "IMAGE",
            "ATTACH",
            "SOURCE",
            "ORGANIZER",
        ] {
            assert!(!written.contains(&format!("\r\n{name}")), "{bad}: {name}");
        }
    }
    let good = Url::parse("https://raffinerie.test/a,b;c?d=\"e\r\nBEGIN:VEVENT").unwrap();
    let mut form = event("A");
    form.url = Some(good.clone());
    form.online_url = Some(good.clone());
    form.image_url = Some(good.clone());
    let read = back(&write(&calendar_of(vec![form]), now()));
    let entry = &read.entries[0];
    assert_eq!(entry.url.as_ref(), Some(&good));
    assert_eq!(entry.online_url.as_ref(), Some(&good));
    assert_eq!(entry.image_url.as_ref(), Some(&good));
}

#[test]
fn every_field_is_read_back() {
    let url = |text: &str| Some(Url::parse(text).unwrap());
    let mut form = event("Concert, « prix libre » ; à 19 h");
    form.description = Some("Première ligne\nSeconde ligne".to_owned());
    form.location = Some("La Raffinerie, 1 rue du Port".to_owned());
    form.coordinates = Some(Coordinates {
        lat: -21.009_83,
        lon: 55.27,
    });
    form.url = url("https://raffinerie.test/e/1");
    form.online_url = url("https://visio.test/r");
    form.image_url = url("https://raffinerie.test/media/1");
    form.image_type = Some("image/jpeg".to_owned());
    form.categories = vec!["concert".into(), "jazz, rock".into()];
    form.status = Status::Tentative;
    form.organizer = Some(OrganizerForm {
        name: "La Raffinerie; l'agenda".into(),
        uri: Url::parse("https://raffinerie.test/@agenda").unwrap(),
    });
    form.sequence = 3;
    form.last_modified = Some(now());
    form.created = Some(now());
    let mut day = event("Fête");
    day.uid = "2".to_owned();
    let date = |d| When::day(NaiveDate::from_ymd_opt(2026, 6, d).unwrap());
    day.start = date(20);
    day.end = Some(date(22));
    day.status = Status::Cancelled;
    let mut calendar = calendar_of(vec![form.clone(), day]);
    calendar.description = Some("Ce qui se passe".into());
    calendar.color = Some("DarkOrange".into());
    calendar.url = url("https://raffinerie.test/");
    calendar.source = url("https://raffinerie.test/agenda.ics");
    calendar.refresh = Some(TimeDelta::hours(4));
    let written = write(&calendar, now());
    well_formed(&written);
    assert_eq!(strictly(&written).len(), 2);
    assert!(written.contains("\r\nDTSTAMP:20261123T090000Z\r\n"));
    assert!(written.contains("\r\nDTSTART;TZID=Europe/Paris:20261201T190000\r\n"));
    assert!(written.contains("\r\nDTSTART;VALUE=DATE:20260620\r\nDTEND;VALUE=DATE:20260622\r\n"));
    assert!(written.contains("\r\nGEO:-21.00983;55.27\r\n"));
    assert!(written.contains("\r\nSTATUS:CANCELLED\r\n"));
    assert_eq!(written, write(&calendar, now()), "the same at each writing");

    let read = back(&written);
    assert!(read.complete);
    assert_eq!(read.warnings, []);
    assert_eq!(read.name.as_deref(), Some("La Raffinerie"));
    assert_eq!(read.description.as_deref(), Some("Ce qui se passe"));
    assert_eq!(read.color.as_deref(), Some("darkorange"));
    assert_eq!(read.refresh_interval, Some(TimeDelta::hours(4)));
    assert_eq!(read.source_url, calendar.source);
    let entry = &read.entries[0];
    assert_eq!(
        (entry.uid.as_str(), entry.title.as_str()),
        (form.uid.as_str(), form.title.as_str())
    );
    assert_eq!(entry.description, form.description);
    assert_eq!((entry.start, entry.end), (form.start, form.end));
    assert_eq!(entry.place_name, form.location);
    assert_eq!(entry.coordinates, form.coordinates);
    assert_eq!(
        (&entry.url, &entry.online_url, &entry.image_url),
        (&form.url, &form.online_url, &form.image_url)
    );
    assert_eq!(entry.attachments, []);
    assert_eq!(entry.categories, form.categories);
    assert_eq!(
        (entry.status, entry.sequence, entry.last_modified),
        (Status::Tentative, 3, Some(now()))
    );
    let organizer = entry.organizer.as_ref().unwrap();
    assert_eq!(organizer.name.as_deref(), Some("La Raffinerie; l'agenda"));
    assert_eq!(
        organizer.uri.as_ref().map(Url::as_str),
        Some("https://raffinerie.test/@agenda")
    );
    let day = &read.entries[1];
    assert_eq!(
        (day.start, day.end, day.status),
        (date(20), Some(date(22)), Status::Cancelled)
    );
}

#[test]
fn an_end_that_is_not_after_the_start_is_left_out() {
    let mut form = event("A");
    form.end = Some(form.start);
    assert!(!write(&calendar_of(vec![form.clone()]), now()).contains("DTEND"));
    form.end = Some(When::day(NaiveDate::from_ymd_opt(2027, 1, 1).unwrap()));
    assert!(!write(&calendar_of(vec![form.clone()]), now()).contains("DTEND"));
    form.end = Some(When::local(wall(12, 1, 20), Tz::Europe__Paris));
    assert!(write(&calendar_of(vec![form]), now()).contains("DTEND"));
}

/// The zone of another name, so that our reader must use the rules written in the file.
#[test]
fn the_rules_of_each_zone_are_right_without_any_table() {
    let zones = [
        Tz::Europe__Paris,
        Tz::America__New_York,
        Tz::Australia__Lord_Howe,
        Tz::Asia__Kolkata,
        Tz::America__Sao_Paulo,
        Tz::Africa__Casablanca,
        Tz::Indian__Reunion,
    ];
    for zone in zones {
        let mut events = Vec::new();
        for month in 1..=12 {
            for day in [1, 8, 15, 22, 28] {
                let mut form = event("A");
                form.uid = format!("{month}-{day}");
                form.start = When::local(wall(month, day, 12), zone);
                form.end = None;
                events.push(form);
            }
        }
        let written = write(&calendar_of(events.clone()), now());
        well_formed(&written);
        assert_eq!(written.matches("BEGIN:VTIMEZONE").count(), 1);
        let disguised = written
            .replace(&format!("TZID={}", zone.name()), "TZID=Private 7")
            .replace(&format!("TZID:{}", zone.name()), "TZID:Private 7")
            .replace(&format!("X-LIC-LOCATION:{}\r\n", zone.name()), "");
        let read = back(&disguised);
        assert_eq!(read.entries.len(), events.len());
        for (entry, form) in read.entries.iter().zip(&events) {
            assert_eq!(
                entry.start.instant(zone),
                form.start.instant(zone),
                "{zone} {}",
                form.uid
            );
        }
    }
}

#[test]
fn a_time_that_comes_twice_keeps_its_instant() {
    for hour in [0, 1] {
        let instant = Utc.with_ymd_and_hms(2026, 10, 25, hour, 30, 0).unwrap();
        let mut form = event("A");
        form.start = When::instant_in(instant, Tz::Europe__Paris);
        form.end = None;
        let read = back(&write(&calendar_of(vec![form]), now()));
        assert_eq!(read.entries[0].start.instant(Tz::Europe__Paris), instant);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn inj_03_any_text_is_read_back_in_one_event(text in "(\\PC|[\r\n;,:\\\\\"🎪é\t\u{85}\u{2028}]|BEGIN:VEVENT|END:VEVENT){0,120}") {
        one_event_with_that_text(&text);
    }

    #[test]
    fn any_moment_is_read_back(seconds in 1_580_000_000i64..1_890_000_000, minutes in 0u32..3000, zone in 0usize..600) {
        let zone = chrono_tz::TZ_VARIANTS[zone % chrono_tz::TZ_VARIANTS.len()];
        let instant = Utc.timestamp_opt(seconds, 0).unwrap();
        let mut form = event("A");
        form.start = When::instant_in(instant, zone);
        form.end = (minutes > 0).then(|| When::instant_in(instant + TimeDelta::minutes(minutes.into()), zone));
        let read = back(&write(&calendar_of(vec![form.clone()]), now()));
        prop_assert_eq!(read.entries[0].start.instant(zone), instant);
        prop_assert_eq!(
            read.entries[0].end.map(|end| end.instant(zone)),
            form.end.map(|end| end.instant(zone))
        );
    }
}
