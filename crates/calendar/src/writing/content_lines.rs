//! Content lines: escaping, quoting, folding (RFC 5545 sections 3.1 and 3.3.11, RFC 6868).

use std::borrow::Cow;

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use url::Url;

use crate::moment::When;

/// Octets of a line, its CRLF apart.
const FOLD: usize = 75;

/// The text being written.
#[derive(Debug, Default)]
pub(super) struct Lines {
    text: String,
}

impl Lines {
    /// All of it.
    pub(super) fn finish(self) -> String {
        self.text
    }

    /// A property whose value is ours.
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        self.property(name, &[], value);
    }

    /// A property whose value is anybody's.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.property(name, &[], &escape(value));
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, name: &str, values: &[&str]) {
        let list: Vec<Cow<'_, str>> = values.iter().map(|value| escape(value)).collect();
        self.property(name, &[], &list.join(","));
    }

    /// An address, only when it is http or https.
    pub(super) fn address(&mut self, name: &str, parameters: &[(&str, &str)], url: Option<&Url>) {
        if let Some(url) = url
            && matches!(url.scheme(), "http" | "https")
        {
            self.property(name, parameters, url.as_str());
        }
    }

    /// A start or an end.
    pub(super) fn moment(&mut self, name: &str, when: &When) {
        match when {
            When::Date { date } => {
                let value = date.format("%Y%m%d").to_string();
                self.property(name, &[("VALUE", "DATE")], &value);
            }
            // A wall time that comes twice would be read as the first: in UTC it is what it is.
            When::Time {
                wall,
                zone,
                instant,
            } => {
                let plain = When::local(*wall, *zone).instant(*zone) == *instant;
                if is_utc(*zone) || !plain || instant.year() > 9999 {
                    self.raw(name, &utc(*instant));
                } else {
                    let value = wall.format("%Y%m%dT%H%M%S").to_string();
                    self.property(name, &[("TZID", zone.name())], &value);
                }
            }
        }
    }

    /// Any property. `value` holds no line end.
    pub(super) fn property(&mut self, name: &str, parameters: &[(&str, &str)], value: &str) {
        let mut line = String::with_capacity(name.len() + value.len() + 40);
        line.push_str(name);
        for (key, parameter) in parameters {
            line.push(';');
            line.push_str(key);
            line.push('=');
            line.push_str(&quote(parameter));
        }
        line.push(':');
        line.extend(value.chars().filter(|c| !c.is_control() || *c == '\t'));
        self.fold(&line);
    }

    fn fold(&mut self, line: &str) {
        let mut room = FOLD;
        for c in line.chars() {
            if c.len_utf8() > room {
                self.text.push_str("\r\n ");
                // The blank is an octet of the new line.
                room = FOLD - 1;
            }
            room -= c.len_utf8();
            self.text.push(c);
        }
        self.text.push_str("\r\n");
    }
}

/// Whether times in this zone are written with Z.
pub(super) fn is_utc(zone: Tz) -> bool {
    matches!(zone, Tz::UTC | Tz::Etc__UTC)
}

/// `20261123T180000Z`.
pub(super) fn utc(instant: DateTime<Utc>) -> String {
    instant.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A text value. Every way to end a line becomes `\n`; other control characters go.
fn escape(text: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, '\\' | ';' | ',' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if !text.contains(|c: char| special(c) || c.is_control()) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut previous = '\0';
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            ';' => out.push_str("\\;"),
            ',' => out.push_str("\\,"),
            '\n' if previous == '\r' => {}
            '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push_str("\\n"),
            '\t' => out.push('\t'),
            c if c.is_control() => {}
            c => out.push(c),
        }
        previous = c;
    }
    Cow::Owned(out)
}

/// A parameter value: quoted when it holds a separator. It cannot hold a double quote or a
/// line end; they become an apostrophe and a blank.
fn quote(value: &str) -> String {
    let clean: String = value
        .chars()
        .map(|c| match c {
            '"' => '\'',
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => ' ',
            c => c,
        })
        .collect();
    if clean.contains([':', ';', ',']) {
        format!("\"{clean}\"")
    } else {
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, value: &str) -> String {
        let mut lines = Lines::default();
        lines.text(name, value);
        lines.finish()
    }

    #[test]
    fn texts_are_escaped() {
        assert_eq!(
            line("SUMMARY", "a;b,c\\d\r\ne\rf\ng"),
            "SUMMARY:a\\;b\\,c\\\\d\\ne\\nf\\ng\r\n"
        );
        assert_eq!(line("SUMMARY", "a\0\u{7}b\u{2028}c"), "SUMMARY:ab\\nc\r\n");
    }

    #[test]
    fn lines_of_75_octets_are_not_folded_and_of_76_are() {
        let exact = line("A", &"x".repeat(73));
        assert_eq!(exact.len(), 77);
        let long = line("A", &"x".repeat(74));
        assert_eq!(long, format!("A:{}\r\n x\r\n", "x".repeat(73)));
    }

    #[test]
    fn folding_never_cuts_a_character() {
        for shift in 0..8 {
            let text = format!("{}{}", "x".repeat(shift), "🎪é漢".repeat(40));
            let written = line("SUMMARY", &text);
            for physical in written.trim_end_matches("\r\n").split("\r\n") {
                assert!(physical.len() <= 75, "{}", physical.len());
            }
            assert_eq!(written.replace("\r\n ", ""), format!("SUMMARY:{text}\r\n"));
        }
    }

    #[test]
    fn parameters_cannot_leave_their_quotes() {
        assert_eq!(quote("Lili"), "Lili");
        assert_eq!(quote("Doe, John"), "\"Doe, John\"");
        assert_eq!(quote("a\":X\r\nBEGIN:VEVENT"), "\"a':X  BEGIN:VEVENT\"");
    }
}
