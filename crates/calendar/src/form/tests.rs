use chrono::TimeZone;

use super::*;

const PARIS: Tz = Tz::Europe__Paris;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn at(date: NaiveDate, hour: u32) -> NaiveDateTime {
    date.and_hms_opt(hour, 0, 0).expect("a time")
}

fn year(year: i32) -> (DateTime<Utc>, DateTime<Utc>) {
    let begins = |year| {
        Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0)
            .single()
            .expect("a year")
    };
    (begins(year), begins(year + 1))
}

fn weekly(days: &[Weekday], interval: u16, end: RuleEnd) -> RuleForm {
    RuleForm {
        frequency: Frequency::Week {
            days: days.to_vec(),
        },
        interval,
        end,
    }
}

fn series(start: NaiveDateTime, rule: RuleForm) -> Recurrence {
    Recurrence {
        start,
        all_day: false,
        duration_minutes: Some(120),
        rule,
        exclusions: BTreeSet::new(),
        extra: BTreeSet::new(),
        moved: BTreeMap::new(),
        cancelled: BTreeSet::new(),
    }
}

fn originals(found: &[Occurrence]) -> Vec<NaiveDate> {
    found.iter().map(|o| o.original).collect()
}

#[test]
fn every_tuesday_at_19_stays_19_through_both_changes_of_hour() {
    let form = series(
        at(day(2026, 1, 6), 19),
        weekly(&[Weekday::Tue], 1, RuleEnd::Never),
    );
    let found = expand(&form, PARIS, year(2026), 100).unwrap();
    assert_eq!(found.len(), 52);
    for occurrence in &found {
        assert_eq!(occurrence.start.wall(), at(occurrence.original, 19));
        assert_eq!(occurrence.end.unwrap().wall(), at(occurrence.original, 21));
    }
    let utc = |month, d| {
        let key = OccurrenceKey::of_day(day(2026, month, d));
        let one = found.iter().find(|o| o.key == key).expect("a Tuesday");
        one.start.instant(PARIS).format("%H").to_string()
    };
    assert_eq!(utc(3, 24), "18");
    assert_eq!(utc(3, 31), "17");
    assert_eq!(utc(10, 20), "17");
    assert_eq!(utc(10, 27), "18");
}

#[test]
fn a_skipped_hour_is_read_with_the_old_offset_and_a_double_one_is_the_first() {
    let rule = RuleForm {
        frequency: Frequency::Day,
        interval: 1,
        end: RuleEnd::Never,
    };
    let half_past_two = |date: NaiveDate| date.and_hms_opt(2, 30, 0).unwrap();
    let form = series(half_past_two(day(2026, 3, 28)), rule);
    let found = expand(&form, PARIS, year(2026), 400).unwrap();
    let find = |d| found.iter().find(|o| o.original == d).unwrap();
    let skipped = find(day(2026, 3, 29));
    assert_eq!(
        skipped.start.instant(PARIS).to_rfc3339(),
        "2026-03-29T01:30:00+00:00"
    );
    assert_eq!(skipped.start.wall().format("%H:%M").to_string(), "03:30");
    let double = find(day(2026, 10, 25));
    assert_eq!(
        double.start.instant(PARIS).to_rfc3339(),
        "2026-10-25T00:30:00+00:00"
    );
}

#[test]
fn o2_every_tuesday_except_holidays_one_moved_one_cancelled_one_added() {
    let mut form = series(
        at(day(2026, 12, 1), 19),
        weekly(
            &[Weekday::Tue],
            1,
            RuleEnd::Until {
                date: day(2027, 1, 12),
            },
        ),
    );
    form.exclusions.insert(day(2026, 12, 22));
    form.exclusions.insert(day(2026, 12, 29));
    form.moved.insert(
        day(2026, 12, 8),
        Moved {
            start: at(day(2026, 12, 10), 20),
            end: None,
        },
    );
    form.cancelled.insert(day(2027, 1, 5));
    form.extra.insert(day(2026, 12, 3));
    // Without effect: not dates of the series.
    form.cancelled.insert(day(2026, 12, 2));
    form.moved.insert(
        day(2026, 12, 9),
        Moved {
            start: at(day(2026, 12, 11), 20),
            end: None,
        },
    );
    let horizon = (year(2026).0, year(2027).1);
    let found = expand(&form, PARIS, horizon, 100).unwrap();
    let seen: Vec<_> = found
        .iter()
        .map(|o| (o.key.as_str().to_owned(), o.start.wall(), o.status))
        .collect();
    use OccurrenceStatus::{Cancelled, Moved as Gone, Scheduled};
    let expected: Vec<_> = [
        ("20261201", at(day(2026, 12, 1), 19), Scheduled),
        ("20261203", at(day(2026, 12, 3), 19), Scheduled),
        ("20261208", at(day(2026, 12, 10), 20), Gone),
        ("20261215", at(day(2026, 12, 15), 19), Scheduled),
        ("20270105", at(day(2027, 1, 5), 19), Cancelled),
        ("20270112", at(day(2027, 1, 12), 19), Scheduled),
    ]
    .map(|(key, start, status)| (key.to_owned(), start, status))
    .into();
    assert_eq!(seen, expected);
    assert_eq!(found[2].end.unwrap().wall(), at(day(2026, 12, 10), 22));
}

#[test]
fn a_date_moved_into_the_horizon_is_found_and_one_moved_out_is_not() {
    let mut form = series(
        at(day(2026, 1, 6), 19),
        weekly(&[Weekday::Tue], 1, RuleEnd::Never),
    );
    form.moved.insert(
        day(2026, 12, 29),
        Moved {
            start: at(day(2027, 6, 1), 9),
            end: None,
        },
    );
    let next = expand(&form, PARIS, year(2027), 100).unwrap();
    assert!(next.iter().any(|o| o.original == day(2026, 12, 29)));
    let this = expand(&form, PARIS, year(2026), 100).unwrap();
    assert!(!this.iter().any(|o| o.original == day(2026, 12, 29)));
    assert_eq!(this.len(), 51);
}

#[test]
fn the_first_date_is_the_first_that_follows_the_rule() {
    // From a Wednesday on, every second Tuesday.
    let rule = weekly(&[Weekday::Tue], 2, RuleEnd::Count { count: 3 });
    let form = series(at(day(2026, 11, 25), 19), rule);
    assert_eq!(form.first().unwrap(), Some(at(day(2026, 12, 1), 19)));
    let found = expand(&form, PARIS, (year(2026).0, year(2027).1), 100).unwrap();
    assert_eq!(
        originals(&found),
        [day(2026, 12, 1), day(2026, 12, 15), day(2026, 12, 29)]
    );
}

#[test]
fn every_pattern_gives_its_dates() {
    let start = at(day(2026, 1, 31), 10);
    let dates = |frequency, interval| {
        let rule = RuleForm {
            frequency,
            interval,
            end: RuleEnd::Never,
        };
        originals(&expand(&series(start, rule), PARIS, year(2026), 3).unwrap())
    };
    assert_eq!(
        dates(Frequency::Day, 10),
        [day(2026, 1, 31), day(2026, 2, 10), day(2026, 2, 20)]
    );
    assert_eq!(
        dates(Frequency::MonthDay { day: 31 }, 1),
        [day(2026, 1, 31), day(2026, 3, 31), day(2026, 5, 31)]
    );
    assert_eq!(
        dates(Frequency::MonthDay { day: -1 }, 1),
        [day(2026, 1, 31), day(2026, 2, 28), day(2026, 3, 31)]
    );
    assert_eq!(
        dates(
            Frequency::MonthWeekday {
                nth: 1,
                weekday: Weekday::Fri
            },
            1
        ),
        [day(2026, 2, 6), day(2026, 3, 6), day(2026, 4, 3)]
    );
    assert_eq!(
        dates(
            Frequency::MonthWeekday {
                nth: -1,
                weekday: Weekday::Fri
            },
            2
        ),
        [day(2026, 2, 27), day(2026, 4, 24), day(2026, 6, 26)]
    );
    assert_eq!(dates(Frequency::Year, 1), [day(2026, 1, 31)]);
}

#[test]
fn whole_days_end_the_day_after() {
    let mut form = series(
        at(day(2026, 5, 1), 0),
        weekly(&[Weekday::Fri], 1, RuleEnd::Never),
    );
    form.all_day = true;
    form.duration_minutes = Some(2880);
    let found = expand(&form, PARIS, year(2026), 1).unwrap();
    assert_eq!(found[0].start, When::day(day(2026, 5, 1)));
    assert_eq!(found[0].end, Some(When::day(day(2026, 5, 3))));
    assert_eq!(found[0].end.unwrap().last_day(), day(2026, 5, 2));
}

#[test]
fn rrule_text_there_and_back() {
    let start = at(day(2026, 12, 1), 19);
    let ends = [
        RuleEnd::Never,
        RuleEnd::Count { count: 12 },
        RuleEnd::Until {
            date: day(2027, 6, 29),
        },
    ];
    let patterns = [
        Frequency::Day,
        Frequency::Week {
            days: vec![Weekday::Tue, Weekday::Sun],
        },
        Frequency::MonthDay { day: 1 },
        Frequency::MonthDay { day: -1 },
        Frequency::MonthWeekday {
            nth: 2,
            weekday: Weekday::Wed,
        },
        Frequency::MonthWeekday {
            nth: -1,
            weekday: Weekday::Sun,
        },
        Frequency::Year,
    ];
    for frequency in patterns {
        for end in ends {
            for interval in [1, 2] {
                let rule = RuleForm {
                    frequency: frequency.clone(),
                    interval,
                    end,
                };
                let mut form = series(start, rule.clone());
                for all_day in [false, true] {
                    form.all_day = all_day;
                    let text = form.to_rrule(PARIS).unwrap();
                    assert_eq!(
                        RuleForm::from_rrule(&text, start, PARIS),
                        Ok(rule.clone()),
                        "{text}"
                    );
                }
            }
        }
    }
    let form = series(
        start,
        weekly(
            &[Weekday::Tue],
            1,
            RuleEnd::Until {
                date: day(2027, 6, 29),
            },
        ),
    );
    assert_eq!(
        form.to_rrule(PARIS).unwrap(),
        "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270629T170000Z"
    );
    for other in [
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=1",
        "FREQ=DAILY;BYHOUR=9,10",
        "FREQ=HOURLY",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SU",
        "nonsense",
        "",
    ] {
        assert!(
            RuleForm::from_rrule(other, start, PARIS).is_err(),
            "{other}"
        );
    }
}

#[test]
fn wrong_forms_are_refused_and_their_neighbours_are_not() {
    let start = at(day(2026, 12, 1), 19);
    let run = |frequency, interval, end| {
        let rule = RuleForm {
            frequency,
            interval,
            end,
        };
        expand(&series(start, rule), PARIS, year(2026), 10).map(|_| ())
    };
    use RuleEnd::Never;
    assert_eq!(run(Frequency::Day, 0, Never), Err(RuleError::Interval));
    assert_eq!(run(Frequency::Day, 1000, Never), Err(RuleError::Interval));
    assert_eq!(run(Frequency::Day, 999, Never), Ok(()));
    assert_eq!(
        run(Frequency::Week { days: vec![] }, 1, Never),
        Err(RuleError::NoDay)
    );
    assert_eq!(
        run(
            Frequency::Week {
                days: vec![Weekday::Mon]
            },
            1,
            Never
        ),
        Ok(())
    );
    for (day, expected) in [
        (0, Err(RuleError::MonthDay)),
        (32, Err(RuleError::MonthDay)),
        (-2, Err(RuleError::MonthDay)),
        (31, Ok(())),
    ] {
        assert_eq!(run(Frequency::MonthDay { day }, 1, Never), expected);
    }
    for (nth, expected) in [
        (0, Err(RuleError::Nth)),
        (6, Err(RuleError::Nth)),
        (5, Ok(())),
    ] {
        assert_eq!(
            run(
                Frequency::MonthWeekday {
                    nth,
                    weekday: Weekday::Mon
                },
                1,
                Never
            ),
            expected
        );
    }
    for (count, expected) in [
        (0, Err(RuleError::Count)),
        (10_000, Err(RuleError::Count)),
        (9999, Ok(())),
    ] {
        assert_eq!(run(Frequency::Day, 1, RuleEnd::Count { count }), expected);
    }
    let until = |date| run(Frequency::Day, 1, RuleEnd::Until { date });
    assert_eq!(until(day(2026, 11, 30)), Err(RuleError::UntilBeforeStart));
    assert_eq!(until(day(2026, 12, 1)), Ok(()));
}

#[test]
fn words_carry_no_text() {
    let rule = weekly(&[Weekday::Sun, Weekday::Tue], 2, RuleEnd::Never);
    assert_eq!(
        rule.words(day(2026, 12, 1)),
        RuleWords::Weeks {
            interval: 2,
            days: vec![Weekday::Tue, Weekday::Sun]
        }
    );
    let last = RuleForm {
        frequency: Frequency::MonthDay { day: -1 },
        interval: 1,
        end: RuleEnd::Never,
    };
    assert_eq!(
        last.words(day(2026, 12, 1)),
        RuleWords::MonthsOnLastDay { interval: 1 }
    );
    let yearly = RuleForm {
        frequency: Frequency::Year,
        interval: 1,
        end: RuleEnd::Never,
    };
    assert_eq!(
        yearly.words(day(2026, 6, 21)),
        RuleWords::Years {
            interval: 1,
            month: 6,
            day: 21
        }
    );
}
