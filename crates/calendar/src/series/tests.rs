use chrono::NaiveDate;

use super::*;

fn at(year: i32, month: u32, day: u32, hour: u32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, month, day)
        .and_then(|date| date.and_hms_opt(hour, 0, 0))
        .expect("a date")
}

fn run(rule: &str, start: NaiveDateTime, window: (NaiveDateTime, NaiveDateTime)) -> Unrolled {
    let rule = Rule::parse(rule).expect("a rule");
    unroll(&rule, start, None, window, 1000, &mut Budget::new()).expect("a valid rule")
}

#[test]
fn an_old_series_stays_in_step() {
    let window = (at(2026, 1, 1, 0), at(2026, 3, 1, 0));
    for rule in [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",
        "FREQ=WEEKLY;INTERVAL=5",
        "FREQ=HOURLY;INTERVAL=7",
    ] {
        let start = at(2019, 2, 20, 9);
        let near = run(rule, start, window).dates;
        let all: BTreeSet<_> = dates_of(&Rule::parse(rule).unwrap(), start)
            .unwrap()
            .take_while(|date| *date <= window.1)
            .filter(|date| *date >= window.0)
            .collect();
        assert!(!all.is_empty(), "{rule}");
        assert_eq!(near, all, "{rule}");
    }
}

#[test]
fn a_start_outside_the_rule_counts_as_the_first() {
    let window = (at(2026, 1, 1, 0), at(2027, 1, 1, 0));
    let found = run("FREQ=WEEKLY;BYDAY=TU;COUNT=3", at(2026, 11, 23, 9), window);
    assert!(!found.start_fits);
    assert_eq!(found.dates.len(), 2);
    let fits = run("FREQ=WEEKLY;BYDAY=TU;COUNT=3", at(2026, 11, 24, 9), window);
    assert!(fits.start_fits);
    assert_eq!(fits.dates.len(), 3);
}

#[test]
fn rules_are_salvaged_or_refused_never_bent() {
    assert!(
        Rule::parse("RRULE:AnythingRandom;FREQ=WEEKLY;BYDAY=MO")
            .unwrap()
            .salvaged
    );
    assert!(
        !Rule::parse("FREQ=WEEKLY;BYDAY=MO;WKST=SU")
            .unwrap()
            .salvaged
    );
    for (bad, fault) in [
        ("", RuleFault::Empty),
        ("RRULE:", RuleFault::Empty),
        ("FREQ=FORTNIGHTLY", RuleFault::Invalid),
        ("BYDAY=MO", RuleFault::Invalid),
        ("FREQ=DAILY;INTERVAL=0", RuleFault::Invalid),
        ("FREQ=DAILY;INTERVAL=70000", RuleFault::Invalid),
        ("FREQ=MONTHLY;BYMONTHDAY=300", RuleFault::Invalid),
        ("FREQ=DAILY;COUNT=0", RuleFault::Invalid),
        ("FREQ=DAILY;UNTIL=20261350", RuleFault::Invalid),
        ("FREQ=DAILY;BYDAY=XX", RuleFault::Invalid),
        ("FREQ=SECONDLY", RuleFault::TooFrequent),
        ("FREQ=MINUTELY;COUNT=3", RuleFault::TooFrequent),
    ] {
        assert_eq!(Rule::parse(bad).map(|_| ()), Err(fault), "{bad}");
    }
    let minutes: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let often = format!("FREQ=DAILY;BYHOUR=8,9;BYMINUTE={}", minutes.join(","));
    assert_eq!(Rule::parse(&often).map(|_| ()), Err(RuleFault::TooFrequent));
}

#[test]
fn dos_13_rules_without_date_end_soon() {
    let window = (at(2026, 1, 1, 0), at(2028, 1, 1, 0));
    let mut budget = Budget::new();
    let rule = Rule::parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30").unwrap();
    let mut runs = 0;
    while budget.left > 0 && runs < 100 {
        let found = unroll(&rule, at(2026, 1, 1, 9), None, window, 100, &mut budget).unwrap();
        assert!(found.dates.is_empty());
        runs += 1;
    }
    assert!(runs < 10, "{runs}");
    let live = Rule::parse("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28").unwrap();
    let found = unroll(
        &live,
        at(2026, 2, 28, 9),
        None,
        window,
        100,
        &mut Budget::new(),
    )
    .unwrap();
    assert_eq!(found.dates.len(), 2);
}
