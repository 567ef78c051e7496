//! The column "a correct importer", one reading for each file.

use calendar::{ReadCalendar, RefusalCode as R, Status, Tz, WarningCode as W, read};
use chrono::TimeDelta;

use super::{end, options, start, starts, wall};

type Expectation = fn(&ReadCalendar);

/// Nothing refused, read to the end, and exactly these warnings.
fn clean(calendar: &ReadCalendar, warnings: &[W]) {
    assert_eq!(calendar.refusals, []);
    assert!(calendar.complete);
    said(calendar, warnings);
}

fn said(calendar: &ReadCalendar, warnings: &[W]) {
    let mut codes: Vec<W> = calendar.warnings.iter().map(|w| w.code).collect();
    codes.sort();
    let mut expected = warnings.to_vec();
    expected.sort();
    assert_eq!(codes, expected, "{:?}", calendar.warnings);
}

/// File name without its ending, and what must be true of it.
pub(crate) const TABLE: &[(&str, Expectation)] = &[
    ("Bug3007244", |c| {
        clean(c, &[]);
        assert_eq!(c.entries.len(), 18);
        assert_eq!(c.entries[0].title, "Test");
        assert_eq!(
            (start(&c.entries[17]), end(&c.entries[17])),
            ("2027-05-23".into(), "2027-09-02".into())
        );
    }),
    // Its RRULE lines are all empty: 34 days, said so, and no invented anniversary.
    ("Germany_Holidays", |c| {
        clean(c, &[W::EmptyRule]);
        assert_eq!((c.warnings[0].count, c.warnings[0].line), (34, Some(15)));
        assert_eq!(c.entries.len(), 34);
        assert!(c.entries.iter().all(|e| e.all_day && e.series.is_none()));
        assert_eq!(
            (start(&c.entries[3]), end(&c.entries[3])),
            ("2019-04-19".into(), "2019-04-20".into())
        );
        assert_eq!(
            c.entries[3].end.unwrap().last_day(),
            c.entries[3].start.date()
        );
    }),
    ("Office-2012-owa", |c| {
        clean(c, &[W::StartNotInRule]);
        assert_eq!(c.name.as_deref(), Some("Fake Calendar"));
        let found: Vec<_> = c
            .entries
            .iter()
            .take(4)
            .map(|e| (e.title.as_str(), wall(e), start(e), e.zone))
            .collect();
        assert_eq!(
            found[0],
            (
                "TEST Syd",
                "2020-10-28 13:30".into(),
                "2020-10-28T02:30:00Z".into(),
                Tz::Australia__Sydney
            )
        );
        assert_eq!(
            found[1],
            (
                "TEST",
                "2020-10-28 13:30".into(),
                "2020-10-28T17:30:00Z".into(),
                Tz::America__New_York
            )
        );
        assert_eq!(found[2].2, "2020-11-02T18:30:00Z");
        // Thursdays and Fridays from the Monday it starts on, to 2021-08-27; 13:30 all along.
        assert_eq!(c.entries.len(), 3 + 1 + 86);
        assert!(c.entries[3..].iter().all(|e| wall(e).ends_with("13:30")));
        assert_eq!(start(c.entries.last().unwrap()), "2021-08-27T17:30:00Z");
    }),
    ("UntilRespectsTimezoneTest", |c| {
        clean(c, &[]);
        assert_eq!(c.entries.len(), 9);
        assert_eq!(start(&c.entries[8]), "2013-11-18T23:30:00Z");
        assert!(c.entries.iter().all(|e| wall(e).ends_with("18:30")));
    }),
    ("YearlyComplex1", |c| {
        clean(c, &[W::StartNotInRule]);
        let rule = "FREQ=YEARLY;INTERVAL=2;BYMONTH=1;BYDAY=SU;BYHOUR=8,9;BYMINUTE=30";
        assert!(
            c.entries
                .iter()
                .all(|e| e.series.as_ref().unwrap().rule == rule)
        );
        let walls: Vec<_> = c.entries.iter().map(wall).collect();
        assert_eq!(
            walls[..4],
            [
                "2005-07-18 10:00",
                "2007-01-07 08:30",
                "2007-01-07 09:30",
                "2007-01-14 08:30"
            ]
        );
        // 4, 4, 5... Sundays in January of the odd years to 2027, twice each.
        let sundays = [4, 4, 5, 4, 4, 4, 5, 4, 5, 5, 5];
        assert_eq!(c.entries.len(), 1 + 2 * sundays.iter().sum::<usize>());
        assert_eq!(start(&c.entries[1]), "2007-01-07T13:30:00Z");
    }),
    ("badRRULE", |c| {
        clean(c, &[W::RuleSalvaged]);
        let of = |title: &str| {
            c.entries
                .iter()
                .filter(|e| e.title == title)
                .collect::<Vec<_>>()
        };
        let (brain, academic, invalid) = (
            of("Brain Break"),
            of("Academic Time"),
            of("Invalid RRULE property"),
        );
        assert!(brain.len() > 1000 && academic.len() == brain.len() && invalid.len() > 1000);
        let has = |list: &[&calendar::Entry], at: &str| list.iter().any(|e| wall(e) == at);
        assert!(has(&brain, "2020-10-14 09:40") && !has(&brain, "2020-10-15 09:40"));
        assert!(has(&academic, "2020-10-14 09:50") && !has(&academic, "2020-10-15 09:50"));
        for day in [21, 22, 23, 24, 25, 28, 29, 30, 31] {
            assert!(!has(&invalid, &format!("2020-12-{day} 07:20")));
        }
        assert!(!has(&invalid, "2021-01-01 07:20") && has(&invalid, "2021-01-04 07:20"));
        assert_eq!(c.warnings[0].title.as_deref(), Some("Academic Time"));
    }),
    ("bad_custom_ms_tz", |c| {
        clean(c, &[W::UnknownZone, W::InvalidEnd]);
        assert_eq!(c.warnings[0].detail, "tzone://Microsoft/Custom");
        assert_eq!(
            starts(c),
            ["2021-03-25T09:35:00Z", "2021-04-01T19:30:00Z", "2021-04-01"]
        );
        assert_eq!(c.entries[0].zone, Tz::Europe__Paris);
        assert_eq!(c.entries[2].end, None);
        assert_eq!(c.entries[1].status, Status::Tentative);
    }),
    ("big_bad_calendar", |c| {
        assert_eq!(
            (c.entries.len(), c.refusals.len(), c.refusals_total),
            (0, 20, 20)
        );
        assert!(c.refusals.iter().all(|r| r.code == R::MissingStart));
        assert_eq!(
            (c.refusals[0].line, c.refusals[19].line),
            (Some(2), Some(40))
        );
        said(c, &[W::UnterminatedCalendar]);
        assert!(!c.complete);
    }),
    ("bom_calendar", |c| {
        clean(c, &[]);
        assert_eq!(c.entries.len(), 0);
    }),
    ("broken_ical", |c| {
        assert_eq!(c.entries.len(), 0);
        let found: Vec<_> = c.refusals.iter().map(|r| (r.line, r.code)).collect();
        assert_eq!(
            found,
            [(Some(4), R::MalformedLine), (Some(2), R::MissingStart)]
        );
        assert!(c.refusals[0].detail.starts_with("DTSTART;;VALUE"));
        assert_eq!(
            c.refusals[1].title.as_deref(),
            Some("An Event with too many semicolons")
        );
        assert_eq!(c.refusals[1].uid.as_deref(), Some("abc"));
    }),
    // Named yearly, written weekly on working days.
    ("day_long_recur_yearly", |c| {
        clean(c, &[]);
        assert!(
            c.entries
                .iter()
                .all(|e| e.all_day && e.title == "Day Long Event")
        );
        assert_eq!(starts(c)[..3], ["2012-08-03", "2012-08-06", "2012-08-07"]);
        assert_eq!(end(&c.entries[0]), "2012-08-04");
        assert_eq!(c.entries.len(), 4021);
    }),
    ("discourse_no_dtend", |c| {
        clean(c, &[]);
        assert_eq!(c.entries.len(), 4);
        assert_eq!(c.entries[0].end, None);
        assert_eq!(starts(c)[0], "2019-01-17T17:00:25Z");
        assert_eq!(end(&c.entries[1]), "2019-02-28T17:30:14Z");
        assert!(
            c.entries[0]
                .description
                .as_ref()
                .unwrap()
                .contains("Gehäuse für ein DMX Interface. \nEs gab die Ve&hellip;")
        );
        assert_eq!(c.entries[0].url, None);
    }),
    ("duplicated_rrule", |c| {
        clean(c, &[]);
        assert_eq!(c.entries.len(), 20);
        assert_eq!(c.entries[0].series.as_ref().unwrap().count, 20);
        // Ten o'clock in London, in winter and in summer.
        assert_eq!(
            (starts(c)[0].as_str(), starts(c)[19].as_str()),
            ("2023-01-12T10:00:00Z", "2023-05-25T09:00:00Z")
        );
    }),
    ("duration_instead_of_dtend", |c| {
        clean(c, &[]);
        assert_eq!(
            (start(&c.entries[0]), end(&c.entries[0])),
            ("2012-06-30T13:00:00Z".into(), "2012-07-01T13:00:00Z".into())
        );
    }),
    ("empty", |c| {
        clean(c, &[]);
        assert_eq!(c.entries.len(), 0);
    }),
    ("exchange_whole_day_moved_recurrence", |c| {
        clean(c, &[]);
        assert!(c.entries.iter().all(|e| e.all_day));
        // Tuesdays and Thursdays from 02-19 to 08-18: UNTIL is midnight of its last day in Berlin.
        assert_eq!(c.entries.len(), 52);
        assert_eq!(start(c.entries.last().unwrap()), "2026-08-18");
        let moved = c
            .entries
            .iter()
            .find(|e| e.occurrence.as_ref().unwrap().as_str() == "20260226")
            .unwrap();
        assert_eq!(
            (start(moved), end(moved)),
            ("2026-02-27".into(), "2026-02-28".into())
        );
        assert!(!starts(c).contains(&"2026-02-26".to_owned()));
    }),
    ("fablab_cottbus", |c| {
        clean(c, &[]);
        assert_eq!(c.events_seen, 28);
        let mut uids: Vec<_> = c.entries.iter().map(|e| e.uid.as_str()).collect();
        uids.sort_unstable();
        uids.dedup();
        assert_eq!(uids.len(), 28);
        assert_eq!(c.entries.iter().filter(|e| e.series.is_none()).count(), 27);
        let first = &c.entries[0];
        assert_eq!(
            (
                first.title.as_str(),
                start(first),
                end(first),
                first.all_day
            ),
            (
                "Lab geschlossen: Wir sind auf dem Karlstraßenfest",
                "2018-06-09".into(),
                "2018-06-10".into(),
                true
            )
        );
        assert!(!first.description.as_ref().unwrap().contains('<'));
        let cafe: Vec<_> = c
            .entries
            .iter()
            .filter(|e| e.uid == "ai1ec-1887@blog.fablab-cottbus.de")
            .collect();
        assert_eq!(cafe.len(), 120);
        assert_eq!(
            (wall(cafe[0]), wall(cafe[1]), wall(cafe[119])),
            (
                "2018-01-06 14:00".into(),
                "2018-02-03 14:00".into(),
                "2027-12-04 14:00".into()
            )
        );
        assert_eq!(c.entries[1].title, "Weihnachts Repair-Café");
        assert_eq!(start(&c.entries[1]), "2016-12-03T13:00:00Z");
        let festival = c
            .entries
            .iter()
            .find(|e| e.uid == "ai1ec-1853@blog.fablab-cottbus.de")
            .unwrap();
        assert_eq!(
            (start(festival), end(festival)),
            ("2018-05-25T07:00:00Z".into(), "2018-05-27T16:00:00Z".into())
        );
    }),
    ("festival-multiday-rrule", |c| {
        clean(c, &[W::DateWithTime, W::FloatingTime, W::StartNotInRule]);
        assert_eq!(c.events_seen, 128);
        let mut uids: Vec<_> = c.entries.iter().map(|e| e.uid.as_str()).collect();
        uids.sort_unstable();
        uids.dedup();
        assert_eq!(uids.len(), 128);
        assert_eq!(c.warnings[0].count, 256);
        assert_eq!(wall(&c.entries[0]), "2011-08-04 12:00");
        let tv: Vec<_> = c
            .entries
            .iter()
            .filter(|e| e.series.is_some())
            .map(wall)
            .collect();
        // Fridays and Mondays of each fifth week, to 2013-01-30.
        assert_eq!(
            tv[..4],
            [
                "2011-08-04 12:00",
                "2011-08-05 12:00",
                "2011-09-05 12:00",
                "2011-09-09 12:00"
            ]
        );
        assert!(tv.last().unwrap().as_str() <= "2013-01-31");
    }),
    ("google-calendar-kiev-tz", |c| {
        clean(c, &[]);
        let found: Vec<_> = c
            .entries
            .iter()
            .map(|e| (start(e), e.title.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("2016-08-25T11:00:00Z".into(), "repeated"),
                ("2016-08-26T11:00:00Z".into(), "bla bla"),
                ("2016-08-27T11:00:00Z".into(), "repeated"),
                ("2016-08-28T11:00:00Z".into(), "repeated"),
            ]
        );
        assert!(c.entries.iter().all(|e| e.zone == Tz::Europe__Kiev));
    }),
    ("issue_104_broken_calendar", |c| {
        assert_eq!(starts(c), ["2014-04-01T00:00:00Z"]);
        assert_eq!(c.refusals.len(), 1);
        assert_eq!(
            (
                c.refusals[0].line,
                c.refusals[0].code,
                c.refusals[0].detail.as_str()
            ),
            (Some(13), R::MalformedLine, "X")
        );
        assert!(c.complete);
    }),
    ("issue_117_until_before_dtstart", |c| {
        clean(c, &[W::UntilBeforeStart]);
        assert_eq!(starts(c), ["2023-10-02"]);
        assert_eq!(c.warnings[0].title.as_deref(), Some("test123"));
    }),
    ("issue_127_categories_with_commas", |c| {
        clean(c, &[]);
        assert_eq!(
            c.entries[0].categories,
            ["Meeting, John", "Work, Sarah", "Project"]
        );
    }),
    ("issue_132_swapped_start_and_end", |c| {
        clean(c, &[W::EndBeforeStart]);
        assert_eq!(c.warnings[0].title.as_deref(), Some("XXX"));
        assert_eq!(
            (starts(c), c.entries[0].end, c.skipped_todos),
            (vec!["2023-12-18T22:45:00Z".into()], None, 1)
        );
    }),
    ("issue_15_duplicated_events", |c| {
        clean(c, &[]);
        assert_eq!(c.entries.len(), 3);
        assert!(
            c.entries
                .iter()
                .all(|e| e.uid_is_generated && e.uid.starts_with("generated-"))
        );
        assert_eq!(end(&c.entries[2]), "2013-08-03T22:00:00Z");
    }),
    ("issue_18_cancel_status", |c| {
        clean(c, &[]);
        let found: Vec<_> = c.entries.iter().map(|e| (wall(e), e.status)).collect();
        assert_eq!(
            found,
            [
                ("2020-01-28 22:00".into(), Status::Confirmed),
                ("2020-01-29 22:00".into(), Status::Cancelled),
                ("2020-01-30 22:00".into(), Status::Confirmed),
            ]
        );
    }),
    ("issue_223_thunderbird", |c| {
        clean(c, &[]);
        let walls: Vec<_> = c.entries.iter().map(wall).collect();
        assert_eq!(
            walls,
            [
                "2025-04-23 09:00",
                "2025-04-24 11:00",
                "2025-04-25 09:00",
                "2025-04-26 09:00",
                "2025-04-27 09:00"
            ]
        );
        assert_eq!(c.entries[2].place_name.as_deref(), Some("new place"));
        assert_eq!(start(&c.entries[0]), "2025-04-23T08:00:00Z");
    }),
    (
        "issue_237_fail_to_parse_timezone_with_non_ascii_tzid",
        |c| {
            clean(c, &[W::MissingTitle]);
            assert_eq!(
                (start(&c.entries[0]), end(&c.entries[0])),
                ("2017-05-11T16:30:00Z".into(), "2017-05-11T17:00:00Z".into())
            );
            assert_eq!(
                (wall(&c.entries[0]).as_str(), c.entries[0].zone),
                ("2017-05-11 13:30", Tz::America__Sao_Paulo)
            );
        },
    ),
    ("issue_62_moved_event", |c| {
        clean(c, &[]);
        let walls: Vec<_> = c.entries.iter().map(wall).collect();
        assert_eq!(
            walls[..3],
            ["2021-11-26 21:30", "2021-12-17 21:30", "2022-01-28 21:30"]
        );
        assert!(!walls.contains(&"2021-12-31 21:30".to_owned()));
        assert_eq!(c.entries.len(), 74);
        assert_eq!(
            c.entries[1].occurrence.as_ref().unwrap().as_str(),
            "20211231T203000Z"
        );
    }),
    ("issue_75_range_parameter", |c| {
        clean(c, &[]);
        let found: Vec<_> = c
            .entries
            .iter()
            .map(|e| {
                let minutes = e
                    .end
                    .unwrap()
                    .instant(e.zone)
                    .signed_duration_since(e.start.instant(e.zone))
                    .num_minutes();
                (start(e), minutes, e.title.split(' ').next().unwrap())
            })
            .collect();
        let row = |at: &str, minutes, title| (format!("2024-09-{at}:00Z"), minutes, title);
        assert_eq!(
            found[4..15],
            [
                row("09T12:00", 120, "ORIGINAL"),
                row("11T12:00", 120, "ORIGINAL"),
                row("13T09:00", 420, "MODIFIED"),
                row("14T06:00", 420, "MODIFIED"),
                row("15T17:00", 120, "MODIFIED"),
                row("17T09:00", 420, "MODIFIED"),
                row("19T09:00", 420, "MODIFIED"),
                row("22T14:22", 111, "EDITED"),
                row("24T14:22", 111, "EDITED"),
                row("26T14:22", 111, "EDITED"),
                row("28T14:22", 111, "EDITED"),
            ]
        );
        // Every second day to 2025-09-20 included, moved by a day and 2:22, and the RDATE.
        assert_eq!(found.len(), 193 + 1);
        assert_eq!(found.last().unwrap().0, "2025-09-21T14:22:00Z");
    }),
    ("issue_86_x_wr_timezone_without_time_zone_in_dt", |c| {
        clean(c, &[W::FloatingTime]);
        assert_eq!(c.warnings[0].detail, "Europe/Brussels");
        assert_eq!(
            (start(&c.entries[0]), end(&c.entries[0]), c.entries[0].zone),
            (
                "2021-09-16T19:00:00Z".into(),
                "2021-09-16T20:45:00Z".into(),
                Tz::Europe__Brussels
            )
        );
    }),
    ("machbar_16_feb_2019", |c| {
        clean(c, &[]);
        assert_eq!(c.events_seen, 64);
        let of = |uid: &str| {
            c.entries
                .iter()
                .filter(|e| e.uid == uid)
                .map(wall)
                .collect::<Vec<_>>()
        };
        // Third Saturdays to 2019-03-15, three of them moved.
        assert_eq!(
            of("ome5r9735mpdoo3n6lpf8oi0c4@google.com"),
            [
                "2018-11-17 11:00",
                "2018-12-08 11:00",
                "2019-01-27 11:00",
                "2019-02-24 11:00"
            ]
        );
        // Last Saturdays to 2018-11-23, two excluded, two moved.
        assert_eq!(
            of("52uuaoruefesorque1gpjabr6t@google.com"),
            ["2018-06-30 11:00", "2018-09-22 11:00", "2018-10-20 11:00"]
        );
        let lab = of("2o60r26f5pq7muep7htdi4r01n@google.com");
        assert!(
            lab.contains(&"2018-05-02 19:00".into())
                && !lab.contains(&"2018-05-01 19:00".into())
                && lab.contains(&"2018-05-15 19:00".into())
        );
        assert!(!of("7g6502aejkun96i5fenfu6hvc1@google.com").contains(&"2019-03-07 08:30".into()));
        assert_eq!(
            of("37jkbgv9regint2hqhlmd9risn@google.com"),
            [
                "2019-03-04 14:00",
                "2019-03-05 14:00",
                "2019-03-06 14:00",
                "2019-03-11 14:00",
                "2019-03-12 14:00",
                "2019-03-13 14:00"
            ]
        );
        let mut uids: Vec<_> = c.entries.iter().map(|e| e.uid.as_str()).collect();
        uids.sort_unstable();
        uids.dedup();
        assert_eq!(uids.len(), 64 - 6);
    }),
    ("meetup-timed-tz", |c| {
        clean(c, &[]);
        let e = &c.entries[0];
        assert_eq!(e.title, "Phoenix Drupal User Group Monthly Meetup");
        assert_eq!(
            e.url.as_ref().unwrap().as_str(),
            "http://www.meetup.com/Phoenix-Drupal-User-Group/events/33627272/"
        );
        assert_eq!(
            e.place_name.as_deref(),
            Some("Open Source Project Tempe (1415 E University Dr. #103A, Tempe, AZ 85281)")
        );
        assert_eq!(
            (start(e), e.coordinates.map(|at| (at.lat, at.lon))),
            ("2011-11-10T02:00:00Z".into(), Some((33.56, -111.90)))
        );
    }),
    ("multi-event-basic", |c| {
        assert_eq!(
            (c.events_seen, c.entries.len(), c.refusals.len()),
            (9, 8, 1)
        );
        assert_eq!(
            (
                c.refusals[0].code,
                c.refusals[0].title.as_deref(),
                c.refusals[0].detail.as_str()
            ),
            (R::InvalidStart, Some("Foobar"), "Next Year")
        );
        assert_eq!(c.name.as_deref(), Some("Node.js conferences"));
        assert_eq!(
            (start(&c.entries[2]), end(&c.entries[2])),
            ("2011-05-02".into(), "2011-05-04".into())
        );
        assert_eq!(c.entries.iter().filter(|e| e.all_day).count(), 7);
        assert_eq!(
            (start(&c.entries[0]), end(&c.entries[0])),
            ("2011-03-12T20:00:00Z".into(), "2011-03-14T00:00:00Z".into())
        );
    }),
    ("multiple_calendar_components", |c| {
        clean(c, &[]);
        let found: Vec<_> = c
            .entries
            .iter()
            .map(|e| (e.uid.as_str(), e.title.as_str(), start(e)))
            .collect();
        assert_eq!(
            found,
            [
                ("956630271", "Christmas Day", "2003-12-25".into()),
                ("911737808", "Boxing Day", "2003-05-01".into()),
                ("wh4t3v3r", "Christmas again!", "2003-12-25".into()),
            ]
        );
    }),
    ("multiple_rrules", |c| {
        clean(c, &[]);
        // Mondays from 03-26 and Sundays from 04-01, to 07-29 evening in Los Angeles.
        assert_eq!(c.entries.len(), 18 + 18);
        assert_eq!(
            starts(c)[..3],
            [
                "2012-03-26T18:00:00Z",
                "2012-04-01T18:00:00Z",
                "2012-04-02T18:00:00Z"
            ]
        );
        assert_eq!(start(c.entries.last().unwrap()), "2012-07-29T18:00:00Z");
        assert_eq!(
            c.entries[0].organizer.as_ref().unwrap().name.as_deref(),
            Some("Faramarz Rashed")
        );
    }),
    ("music-school-weekly-until", |c| {
        clean(c, &[W::ZoneIsOffset]);
        assert_eq!(c.entries.len(), 9);
        assert_eq!(
            (starts(c)[0].as_str(), starts(c)[8].as_str()),
            ("2022-10-04T13:00:00Z", "2022-11-29T13:00:00Z")
        );
        assert_eq!(c.entries[0].title, "Music School");
    }),
    ("rdate_hackerpublicradio", |c| {
        clean(c, &[]);
        assert_eq!(c.entries.len(), 12);
        assert_eq!(
            (starts(c)[0].as_str(), starts(c)[11].as_str()),
            ("2013-08-03T19:00:00Z", "2014-07-05T19:00:00Z")
        );
        assert_eq!(end(&c.entries[11]), "2014-07-05T21:00:00Z");
    }),
    // Its only event has no date and is refused; with one, the conference is the address.
    ("rfc_7986_conferences", |c| {
        assert_eq!((c.entries.len(), c.refusals[0].code), (0, R::MissingStart));
        let folder = super::folder().unwrap();
        let text = String::from_utf8(super::bytes(&folder, "rfc_7986_conferences")).unwrap();
        let dated = text.replace("BEGIN:VEVENT\n", "BEGIN:VEVENT\nDTSTART:20261201T180000Z\n");
        let with = read(dated.as_bytes(), &options());
        assert_eq!(
            with.entries[0].online_url.as_ref().unwrap().as_str(),
            "https://chat.example.com/audio?id=123456"
        );
    }),
    ("rfc_7986_properties", |c| {
        clean(c, &[]);
        assert_eq!(
            (c.name.as_deref(), c.color.as_deref()),
            (Some("RFC 7986 calendar"), Some("black"))
        );
        assert!(
            c.source_url
                .as_ref()
                .unwrap()
                .as_str()
                .ends_with("/rfc_7986_properties.ics")
        );
        assert_eq!(c.refresh_interval, Some(TimeDelta::hours(3)));
        let hours = TimeDelta::hours;
        assert_eq!(c.polling_interval(hours(6), hours(1), hours(24)), hours(3));
        assert_eq!(c.polling_interval(hours(6), hours(4), hours(24)), hours(4));
        assert_eq!(c.polling_interval(hours(6), hours(1), hours(2)), hours(2));
    }),
    ("sabredav-school-holidays", |c| {
        clean(c, &[]);
        let e = &c.entries[0];
        assert_eq!(
            (start(e), end(e), e.all_day),
            ("2018-07-02".into(), "2018-08-11".into(), true)
        );
        assert_eq!(e.end.unwrap().last_day().to_string(), "2018-08-10");
        assert_eq!(c.color.as_deref(), Some("#31CC7C"));
    }),
    ("tentative-apple-calendar", |c| {
        clean(c, &[]);
        let found: Vec<_> = c.entries.iter().map(|e| e.status).collect();
        assert_eq!(
            found,
            [
                Status::Tentative,
                Status::Confirmed,
                Status::Cancelled,
                Status::Confirmed
            ]
        );
        assert_eq!(c.entries[0].zone, Tz::America__Vancouver);
    }),
    ("utf8-french-calendar", |c| {
        clean(c, &[]);
        assert_eq!((c.entries.len(), c.skipped_todos), (0, 2));
        assert_eq!(c.name.as_deref(), Some("Default calendar"));
    }),
    ("x_location", |c| {
        clean(c, &[]);
        let at = c.entries[0].coordinates.unwrap();
        assert_eq!((at.lat, at.lon), (52.382_762, 7.528_319));
        assert_eq!(
            c.entries[0].place_name.as_deref(),
            Some("Roadstar 16\n12764 Happyville\nDenmark")
        );
        assert_eq!(
            starts(c)[..2],
            ["2016-10-28T12:00:00Z", "2016-10-31T13:00:00Z"]
        );
    }),
    ("agendadulibre_toulibre", |c| {
        clean(c, &[]);
        let e = &c.entries[0];
        assert_eq!(
            (start(e), end(e), e.zone),
            (
                "2012-11-24T10:00:00Z".into(),
                "2012-11-25T16:00:00Z".into(),
                Tz::Europe__Paris
            )
        );
        assert_eq!(
            (e.place_name.as_deref(), e.url.as_ref().unwrap().as_str()),
            (
                Some("Toulouse"),
                "http://www.agendadulibre.org/showevent.php?id=7064"
            )
        );
        assert_eq!(
            e.description.as_deref(),
            Some("Un évènement de l'Agenda du Libre")
        );
    }),
    ("agendadulibre_missing_dtstart", |c| {
        assert_eq!((c.entries.len(), c.refusals.len()), (0, 1));
        let r = &c.refusals[0];
        assert_eq!(
            (r.code, r.line, r.title.as_deref(), r.uid.as_deref()),
            (
                R::MissingStart,
                Some(8),
                Some("Capitole du Libre"),
                Some("1234@example.com")
            )
        );
    }),
    ("nextcloud_recurrence_paris", |c| {
        clean(c, &[]);
        assert_eq!(
            starts(c),
            [
                "2020-11-03T09:00:00Z",
                "2020-11-04T10:15:00Z",
                "2020-11-05T09:00:00Z",
                "2020-11-06T09:00:00Z"
            ]
        );
    }),
    ("nextcloud_daily_allday", |c| {
        clean(c, &[]);
        // The horizon ends an hour after midnight in Paris: the New Year's Day has begun.
        assert_eq!(
            (
                starts(c)[0].as_str(),
                start(c.entries.last().unwrap()).as_str()
            ),
            ("2023-09-12", "2028-01-01")
        );
        assert_eq!(c.entries.len(), 1573);
        assert!(c.entries.iter().all(|e| e.all_day));
    }),
    ("npm_ics_tab_folded", |c| {
        clean(c, &[]);
        assert!(
            c.entries[0]
                .title
                .ends_with("Closing Keynote: The Post-SaaS Stack"),
            "{}",
            c.entries[0].title
        );
        assert_eq!(c.refresh_interval, Some(TimeDelta::hours(1)));
    }),
    ("lotus_notes_rdate_period", |c| {
        clean(c, &[W::MissingTitle]);
        let found: Vec<_> = c.entries.iter().map(|e| (start(e), end(e))).collect();
        let row =
            |start: &str, end: &str| (format!("2021-{start}:00:00Z"), format!("2021-{end}:00:00Z"));
        assert_eq!(
            found,
            [
                row("06-30T10", "06-30T11"),
                row("08-25T10", "08-25T11"),
                row("10-27T10", "10-27T11"),
                row("12-15T11", "12-15T13"),
            ]
        );
    }),
    ("mobilizon_shape_reconstructed", |c| {
        clean(c, &[]);
        let e = &c.entries[0];
        assert_eq!(
            e.coordinates.map(|at| (at.lat, at.lon)),
            Some((45.75, 4.85))
        );
        let organizer = e.organizer.as_ref().unwrap();
        assert_eq!(
            (organizer.name.as_deref(), organizer.uri.as_ref()),
            (Some("Thomas Citharel"), None)
        );
        assert_eq!(e.categories, ["tag-1", "tag-2", "tag-3"]);
        assert_eq!(
            (start(e), wall(e).as_str()),
            ("2026-09-12T18:00:00Z".into(), "2026-09-12 20:00")
        );
        assert!(
            e.description
                .as_ref()
                .unwrap()
                .ends_with("sur une seconde ligne")
        );
    }),
    ("gancio_shape_reconstructed", |c| {
        clean(c, &[]);
        let e = &c.entries[0];
        assert_eq!(
            (e.uid.as_str(), e.uid_is_generated, e.end),
            ("42@gancio.example.org", false, None)
        );
        assert_eq!(e.description.as_deref(), Some("Prix libre\nBar sur place"));
        assert_eq!(
            e.coordinates.map(|at| (at.lat, at.lon)),
            Some((48.38, -4.49))
        );
    }),
];
