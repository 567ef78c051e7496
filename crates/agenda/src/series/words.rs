//! A rule in words: "Every Tuesday, until 30 June 2027, except on 25 December 2026".

use calendar::{Recurrence, RuleEnd, RuleWords};
use chrono::{NaiveDate, Weekday};
use ui::{Arg, Lang, dates};

/// Dates named one by one at most; more are counted.
const NAMED: usize = 5;

/// The rule, its end, what is left out and what is added, in one line that begins with a capital.
pub fn describe(recurrence: &Recurrence, lang: Lang) -> String {
    let mut line = rule(recurrence, lang);
    match recurrence.rule.end {
        RuleEnd::Never => {}
        RuleEnd::Until { date } => {
            let date = dates::long_date(date, lang);
            line.push_str(&lang.ta("repeat-until", &[("date", date.into())]));
        }
        RuleEnd::Count { count } => {
            line.push_str(&lang.ta("repeat-count", &[("n", count.into())]));
        }
    }
    let lists = [
        ("repeat-except", &recurrence.exclusions),
        ("repeat-extra", &recurrence.extra),
    ];
    for (key, days) in lists {
        let days: Vec<NaiveDate> = days.iter().copied().collect();
        if days.len() > NAMED {
            line.push_str(&lang.ta(&format!("{key}-many"), &[("n", days.len().into())]));
        } else if !days.is_empty() {
            let words = days.into_iter().map(|day| {
                let date = dates::long_date(day, lang);
                lang.ta("repeat-date", &[("date", date.into())])
            });
            let args = [("dates", listing(words.collect(), lang).into())];
            line.push_str(&lang.ta(key, &args));
        }
    }
    let mut letters = line.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => line,
    }
}

fn rule(recurrence: &Recurrence, lang: Lang) -> String {
    let say = |key: &str, n: u16, more: &[(&str, Arg)]| {
        let mut args = vec![("n", n.into())];
        args.extend_from_slice(more);
        lang.ta(key, &args)
    };
    let nth = |n: &str, day: Weekday| {
        let words = lang.t(&format!("series-nth-{n}"));
        [
            ("nth", words.into()),
            ("weekday", weekday(day, lang).into()),
        ]
    };
    match recurrence.rule.words(recurrence.start.date()) {
        RuleWords::Days { interval } => say("event-repeat-daily", interval, &[]),
        RuleWords::Weeks { interval: 1, days } => {
            // "tous les mardis et jeudis": the plural of every French day is an s.
            let plural = |day| match lang {
                Lang::Fr => format!("{}s", weekday(day, lang)),
                Lang::En => weekday(day, lang),
            };
            let days = listing(days.into_iter().map(plural).collect(), lang);
            lang.ta("repeat-weekdays", &[("days", days.into())])
        }
        RuleWords::Weeks { interval, days } => {
            let days = days.into_iter().map(|day| weekday(day, lang)).collect();
            let days = listing(days, lang);
            say("event-repeat-weekly", interval, &[("days", days.into())])
        }
        RuleWords::MonthsOnDay { interval, day } => {
            let day = match (lang, day) {
                (Lang::Fr, 1) => "1er".to_owned(),
                _ => day.to_string(),
            };
            say("series-repeat-month-day", interval, &[("day", day.into())])
        }
        RuleWords::MonthsOnLastDay { interval } => say("series-repeat-month-last", interval, &[]),
        RuleWords::MonthsOnWeekday {
            interval,
            nth: number,
            weekday,
        } => say(
            "series-repeat-month-weekday",
            interval,
            &nth(&number.to_string(), weekday),
        ),
        RuleWords::MonthsOnLastWeekday { interval, weekday } => say(
            "series-repeat-month-weekday",
            interval,
            &nth("last", weekday),
        ),
        RuleWords::Years { interval, .. } => say("event-repeat-yearly", interval, &[]),
    }
}

fn weekday(day: Weekday, lang: Lang) -> String {
    dates::weekday_name_from_monday(day.num_days_from_monday(), lang).to_owned()
}

/// "a", "a et b", "a, b et c".
fn listing(mut words: Vec<String>, lang: Lang) -> String {
    let Some(last) = words.pop() else {
        return String::new();
    };
    if words.is_empty() {
        return last;
    }
    format!("{} {} {last}", words.join(", "), lang.t("repeat-and"))
}
