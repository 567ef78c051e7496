use super::*;

fn date(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).expect("a real date")
}

fn paris(y: i32, m: u32, d: u32, h: u32, min: u32) -> DateTime<Utc> {
    Tz::Europe__Paris
        .with_ymd_and_hms(y, m, d, h, min, 0)
        .single()
        .expect("a real instant")
        .with_timezone(&Utc)
}

/// Spaces of every kind made plain, so that expectations stay readable.
fn plain(text: String) -> String {
    text.replace([NNBSP, NBSP], " ")
}

#[test]
fn headings() {
    assert_eq!(
        plain(day_heading(date(2026, 7, 4), Lang::Fr)),
        "samedi 4 juillet 2026"
    );
    assert_eq!(
        plain(day_heading(date(2026, 8, 1), Lang::Fr)),
        "samedi 1er août 2026"
    );
    assert_eq!(
        plain(day_heading(date(2026, 8, 1), Lang::En)),
        "Saturday 1 August 2026"
    );
    assert_eq!(
        plain(short_date(date(2026, 7, 4), Lang::Fr)),
        "sam. 4 juil."
    );
    assert_eq!(plain(short_date(date(2026, 7, 4), Lang::En)), "Sat 4 July");
}

#[test]
fn the_first_of_the_month_is_raised_in_french_alone() {
    let html = |d, lang| day_parts(date(2026, 8, d), lang).day_html().into_string();
    assert_eq!(html(1, Lang::Fr), "1<sup>er</sup>");
    assert_eq!(html(1, Lang::En), "1");
    assert_eq!(html(21, Lang::Fr), "21");
}

#[test]
fn hours_use_narrow_no_break_spaces() {
    let half_past = NaiveTime::from_hms_opt(20, 30, 0).expect("time");
    assert_eq!(time(half_past, Lang::Fr), "20\u{202f}h\u{202f}30");
    assert_eq!(time(half_past, Lang::En), "20:30");
    let nine = NaiveTime::from_hms_opt(9, 0, 0).expect("time");
    assert_eq!(time(nine, Lang::Fr), "9\u{202f}h");
    assert_eq!(time(nine, Lang::En), "09:00");
}

#[test]
fn ranges() {
    let z = Tz::Europe__Paris;
    let cases = [
        (
            paris(2026, 7, 4, 20, 30),
            None,
            false,
            "samedi 4 juillet 2026 à 20 h 30",
            "Saturday 4 July 2026 at 20:30",
        ),
        (
            paris(2026, 7, 4, 14, 0),
            Some(paris(2026, 7, 4, 18, 0)),
            false,
            "samedi 4 juillet 2026 de 14 h à 18 h",
            "Saturday 4 July 2026 from 14:00 to 18:00",
        ),
        (
            paris(2026, 7, 4, 22, 0),
            Some(paris(2026, 7, 5, 2, 0)),
            false,
            "samedi 4 juillet 2026 de 22 h à 2 h",
            "Saturday 4 July 2026 from 22:00 to 02:00",
        ),
        (
            paris(2026, 7, 3, 18, 0),
            Some(paris(2026, 7, 5, 12, 0)),
            false,
            "du vendredi 3 juillet 2026 à 18 h au dimanche 5 juillet 2026 à 12 h",
            "from Friday 3 July 2026 at 18:00 to Sunday 5 July 2026 at 12:00",
        ),
        (
            paris(2026, 7, 4, 0, 0),
            Some(paris(2026, 7, 5, 0, 0)),
            true,
            "samedi 4 juillet 2026",
            "Saturday 4 July 2026",
        ),
        (
            paris(2026, 7, 3, 0, 0),
            Some(paris(2026, 7, 6, 0, 0)),
            true,
            "du 3 au 5 juillet 2026",
            "3 to 5 July 2026",
        ),
        (
            paris(2026, 6, 30, 0, 0),
            Some(paris(2026, 7, 1, 23, 59)),
            true,
            "du 30 juin au 1er juillet 2026",
            "30 June to 1 July 2026",
        ),
        (
            paris(2026, 12, 31, 0, 0),
            Some(paris(2027, 1, 2, 0, 0)),
            true,
            "du 31 décembre 2026 au 1er janvier 2027",
            "31 December 2026 to 1 January 2027",
        ),
        // An end before its start is somebody's mistake: only the start is said.
        (
            paris(2026, 7, 4, 20, 0),
            Some(paris(2026, 7, 4, 19, 0)),
            false,
            "samedi 4 juillet 2026 à 20 h",
            "Saturday 4 July 2026 at 20:00",
        ),
    ];
    for (start, end, all_day, fr, en) in cases {
        assert_eq!(plain(range(start, end, all_day, z, Lang::Fr)), fr);
        assert_eq!(plain(range(start, end, all_day, z, Lang::En)), en);
    }
}

#[test]
fn the_zone_changes_the_day() {
    let late = paris(2026, 7, 4, 1, 0);
    assert!(range(late, None, false, Tz::Europe__Paris, Lang::Fr).starts_with("samedi 4"));
    assert!(range(late, None, false, Tz::America__New_York, Lang::Fr).starts_with("vendredi 3"));
}

#[test]
fn days_near_today() {
    let today = date(2026, 7, 4);
    let say = |d, lang| relative_day(d, today, lang);
    assert_eq!(say(today, Lang::Fr).as_deref(), Some("aujourd’hui"));
    assert_eq!(say(date(2026, 7, 5), Lang::Fr).as_deref(), Some("demain"));
    assert_eq!(
        say(date(2026, 7, 3), Lang::En).as_deref(),
        Some("yesterday")
    );
    assert_eq!(
        say(date(2026, 7, 7), Lang::En).as_deref(),
        Some("in 3 days")
    );
    assert_eq!(
        say(date(2026, 6, 29), Lang::En).as_deref(),
        Some("5 days ago")
    );
    assert_eq!(say(date(2026, 7, 12), Lang::Fr), None);
}

#[test]
fn zones_in_words() {
    let summer = paris(2026, 7, 4, 12, 0);
    assert_eq!(
        plain(zone_label(summer, Tz::Europe__Paris, Lang::Fr)),
        "heure de Paris (UTC+2)"
    );
    let winter = paris(2026, 1, 4, 12, 0);
    assert_eq!(
        plain(zone_label(winter, Tz::Europe__Paris, Lang::En)),
        "Paris time (UTC+1)"
    );
    assert_eq!(
        plain(zone_label(summer, Tz::Asia__Kolkata, Lang::En)),
        "Kolkata time (UTC+5:30)"
    );
    assert_eq!(zone_label(summer, Tz::UTC, Lang::Fr), "UTC");
    assert_eq!(
        iso_moment(summer, Tz::Europe__Paris),
        "2026-07-04T12:00:00+02:00"
    );
}

#[test]
fn grids_of_a_month() {
    let july = month_weeks(2026, 7).expect("July exists");
    assert_eq!(july.len(), 5);
    assert_eq!(july[0][0], date(2026, 6, 29));
    assert_eq!(july[4][6], date(2026, 8, 2));
    // February 2027 starts on a Monday and fills four weeks exactly.
    assert_eq!(month_weeks(2027, 2).map(|w| w.len()), Some(4));
    assert_eq!(month_weeks(2026, 13), None);
    assert_eq!(months_around(2026, 1), ((2025, 12), (2026, 2)));
    assert_eq!(months_around(2026, 12), ((2026, 11), (2027, 1)));
}

#[test]
fn a_time_element_escapes() {
    assert_eq!(
        time_element("2026-07-04", "<4>").as_str(),
        "<time datetime=\"2026-07-04\">&lt;4&gt;</time>"
    );
}
