//! Texts of other people that are made to cost much to read (DOS-12).

use crate::table::Row;
use std::time::{Duration, Instant};

/// Bytes of each text; the longest that is read.
const LONG: usize = 100 * 1024;

/// What is repeated to fill one. Each cost some reader of text somewhere far more than its length.
const PIECES: [&str; 26] = [
    "&",
    "&amp;",
    "((((",
    "@a.a.a",
    "www.a.",
    "a@a.",
    "<a<a<a",
    "<a>",
    "<b>",
    "<i><p>",
    "<li>",
    "<ul><li>",
    "<ul><li><b>",
    "<div>",
    "<font><p>",
    "<table><tr>",
    "<svg><p>",
    "<br>",
    "<!--",
    "[[",
    "![](",
    "[a](",
    "**a",
    "_a_ ",
    "> ",
    "* a\n",
];

fn row(what: &str, read: impl Fn(&str) -> String) -> Row {
    let timed = PIECES.map(|piece| {
        let text = piece.repeat(LONG / piece.len());
        let begin = Instant::now();
        let _ = std::hint::black_box(read(&text));
        (begin.elapsed(), piece)
    });
    let (worst, piece) = timed.into_iter().max().unwrap_or((Duration::ZERO, ""));
    let what = format!(
        "100 KiB of {what} at worst (`{}`), ms",
        piece.escape_debug()
    );
    Row::new("none", &what, worst.as_secs_f64() * 1_000.0, "goal 50")
}

/// Runs it.
pub(crate) fn run() -> [Row; 3] {
    [
        row("HTML", text::clean_html),
        row("HTML, words alone", text::plain),
        row("Markdown", text::markdown),
    ]
}
