//! The figures of a year, as a page shows them.

use super::public::PATH;
use crate::letters::key_of;
use crate::markup::{nothing, paragraph, table};
use moderation::figures::{Count, Counts, FEW, Figures};
use pages::Frame;
use ui::{Lang, SafeHtml};

fn number(count: Count, lang: Lang) -> String {
    match count {
        Count::None => "0".to_owned(),
        Count::Few => lang.ta("log-few", &[("n", FEW.into())]),
        Count::About(n) => n.to_string(),
    }
}

/// A list of words with their numbers; nothing where there are none.
fn list(
    lang: Lang,
    heading: &str,
    counts: &Counts,
    said: impl Fn(&str) -> String,
) -> Option<SafeHtml> {
    if counts.is_empty() {
        return None;
    }
    let heading = lang.t(heading);
    let columns = [lang.t("queue-col-what"), lang.t("log-col-number")];
    let rows: Vec<Vec<SafeHtml>> = counts
        .iter()
        .map(|(word, count)| {
            vec![
                SafeHtml::text(&said(&key_of(word))),
                SafeHtml::text(&number(*count, lang)),
            ]
        })
        .collect();
    // A telephone shows no heads of columns: the heading stands before the table.
    Some(SafeHtml::trusted(format!(
        "<h3>{}</h3>{}",
        SafeHtml::text(&heading),
        table(&heading, &columns, &rows)
    )))
}

/// The other years.
fn chooser(frame: &Frame, figures: &Figures, years: &[i32]) -> String {
    if years.len() < 2 {
        return String::new();
    }
    let links: Vec<String> = years
        .iter()
        .map(|year| match *year == figures.year {
            true => format!("<strong aria-current=\"page\">{year}</strong>"),
            false => format!("<a href=\"{PATH}?year={year}#figures\">{year}</a>"),
        })
        .collect();
    format!(
        "<p>{} {}</p>",
        SafeHtml::text(&frame.lang.t("log-year-choose")),
        links.join(" ")
    )
}

/// The figures with the choice of years.
pub(super) fn body(frame: &Frame, figures: &Figures, years: &[i32]) -> SafeHtml {
    let lang = frame.lang;
    let reason = |word: &str| lang.t(&format!("report-reason-{word}"));
    let lists = [
        list(
            lang,
            "log-reports-by-source",
            &figures.reports_by_source,
            |w| lang.t(&format!("log-source-{w}")),
        ),
        list(
            lang,
            "log-reports-by-reason",
            &figures.reports_by_reason,
            reason,
        ),
        list(
            lang,
            "log-measures-by-kind",
            &figures.measures_by_kind,
            |w| lang.t(&format!("log-measure-{w}")),
        ),
        list(
            lang,
            "log-measures-by-reason",
            &figures.measures_by_reason,
            reason,
        ),
        list(lang, "log-appeals", &figures.appeals, |w| {
            lang.t(&format!("log-appeal-{w}"))
        }),
    ];
    let lists: Vec<SafeHtml> = lists.into_iter().flatten().collect();
    let year = [("year", figures.year.to_string().into())];
    let mut out = chooser(frame, figures, years);
    if lists.is_empty() && figures.decided == Count::None {
        out.push_str(nothing(&lang.ta("log-figures-none", &year)).as_str());
        return SafeHtml::trusted(out);
    }
    out.push_str(paragraph(&lang.ta("log-figures-intro", &year)).as_str());
    let median = match figures.median_hours {
        None => String::new(),
        Some(hours) if hours < 48 => lang.ta("log-median-hours", &[("n", hours.into())]),
        Some(hours) => lang.ta("log-median-days", &[("n", ((hours + 12) / 24).into())]),
    };
    let decided = number(figures.decided, lang);
    let mut sentence = lang.ta("log-decided", &[("n", decided.into())]);
    for more in [
        median,
        lang.ta("log-undone", &[("n", number(figures.undone, lang).into())]),
    ] {
        if !more.is_empty() {
            sentence = format!("{sentence} {more}");
        }
    }
    out.push_str(paragraph(&sentence).as_str());
    for list in &lists {
        out.push_str(list.as_str());
    }
    SafeHtml::trusted(out)
}
