//! From bytes to content lines: encoding, unfolding, line numbers, syntax.

use std::borrow::Cow;

/// A longer content line is refused.
pub(super) const MAX_LINE_BYTES: usize = 256 * 1024;

/// One unfolded line, or the remains of one that is refused.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// Of its first physical line, from 1.
    pub(super) number: usize,
    /// Without line ends; cut when `too_long`.
    pub(super) text: Cow<'a, str>,
    /// The line passed [`MAX_LINE_BYTES`].
    pub(super) too_long: bool,
}

/// The text of the bytes, and whether it had to be read as Windows-1252.
pub(super) fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let [0xFE, 0xFF, rest @ ..] = bytes {
        return (Cow::Owned(utf16(rest, u16::from_be_bytes)), false);
    }
    if let [0xFF, 0xFE, rest @ ..] = bytes {
        return (Cow::Owned(utf16(rest, u16::from_le_bytes)), false);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (
            Cow::Owned(bytes.iter().map(|byte| windows_1252(*byte)).collect()),
            true,
        ),
    }
}

fn utf16(bytes: &[u8], join: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| match pair {
        [first, second] => join([*first, *second]),
        _ => 0xFFFD,
    });
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH
            .get(usize::from(byte - 0x80))
            .copied()
            .unwrap_or(char::REPLACEMENT_CHARACTER),
        other => char::from(other),
    }
}

/// Unfolds. A line that begins with a blank or a tab continues the one before, even across
/// empty lines, as some exports have it.
pub(super) fn unfold(text: &str) -> Vec<Line<'_>> {
    // Old Macintosh files end lines with CR alone.
    let separator = if text.contains('\n') { '\n' } else { '\r' };
    let mut lines: Vec<Line<'_>> = Vec::new();
    for (index, physical) in text.split(separator).enumerate() {
        let physical = physical.strip_suffix('\r').unwrap_or(physical);
        let continuation = physical.strip_prefix([' ', '\t']);
        match (continuation, lines.last_mut()) {
            (Some(more), Some(line)) => {
                if line.too_long || line.text.len() + more.len() > MAX_LINE_BYTES {
                    line.too_long = true;
                    shorten(&mut line.text);
                } else if !more.is_empty() {
                    line.text.to_mut().push_str(more);
                }
            }
            _ if physical.trim().is_empty() => {}
            _ => {
                let too_long = physical.len() > MAX_LINE_BYTES;
                let mut text = Cow::Borrowed(physical);
                if too_long {
                    shorten(&mut text);
                }
                lines.push(Line {
                    number: index + 1,
                    text,
                    too_long,
                });
            }
        }
    }
    for line in &mut lines {
        if line.text.contains(['\r', '\n', '\0']) {
            line.text
                .to_mut()
                .retain(|c| !matches!(c, '\r' | '\n' | '\0'));
        }
    }
    lines
}

fn shorten(text: &mut Cow<'_, str>) {
    if text.len() > 400 {
        *text = Cow::Owned(excerpt(text));
    }
}

/// At most 200 characters, for a message.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().take(200).collect()
}

/// The parts of a content line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parts<'a> {
    /// As written.
    pub(super) name: &'a str,
    /// Between the first `;` and the `:`; empty without parameter.
    pub(super) parameters: &'a str,
    /// After the first `:` outside quotes.
    pub(super) value: &'a str,
}

/// Splits `NAME;PARAM=value;PARAM="a:b":value`; none when it is not that.
pub(super) fn split(line: &str) -> Option<Parts<'_>> {
    let end_of_name = line.find([';', ':'])?;
    let (name, rest) = line.split_at_checked(end_of_name)?;
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(good) {
        return None;
    }
    let mut quoted = false;
    let mut empty_parameter = false;
    let mut previous = '\0';
    for (at, c) in rest.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted => {
                if previous == ';' || empty_parameter {
                    return None;
                }
                let (parameters, value) = rest.split_at_checked(at)?;
                return Some(Parts {
                    name,
                    parameters: parameters.strip_prefix(';').unwrap_or(parameters),
                    value: value.strip_prefix(':').unwrap_or(value),
                });
            }
            ';' if !quoted && previous == ';' => empty_parameter = true,
            _ => {}
        }
        previous = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(usize, String)> {
        unfold(text)
            .into_iter()
            .map(|line| (line.number, line.text.into_owned()))
            .collect()
    }

    #[test]
    fn folding_by_blank_tab_and_across_empty_lines_is_undone() {
        assert_eq!(
            texts("A:1\r\n 2\r\nB:3\n\t4\n\nC\n\n :5\n"),
            vec![
                (1, "A:12".to_owned()),
                (3, "B:34".to_owned()),
                (6, "C:5".to_owned())
            ]
        );
        assert_eq!(texts("A:1\rB:2\r").len(), 2);
    }

    #[test]
    fn a_line_is_split_outside_quotes() {
        let parts = split("DTSTART;TZID=\"a:b;;c\";X=1:2026").unwrap();
        assert_eq!(parts.name, "DTSTART");
        assert_eq!(parts.parameters, "TZID=\"a:b;;c\";X=1");
        assert_eq!(parts.value, "2026");
        assert_eq!(split("A:").map(|p| p.value), Some(""));
        for bad in [
            "X",
            "",
            ":a",
            "A;;B=1:c",
            "A;B=1;:c",
            "A;B=\"1:c",
            "é:1",
            "A B:1",
        ] {
            assert_eq!(split(bad), None, "{bad}");
        }
    }

    #[test]
    fn encodings() {
        assert_eq!(decode(b"\xEF\xBB\xBFa").0, "a");
        assert_eq!(decode(b"\xFF\xFEa\0\xE9\0").0, "aé");
        assert_eq!(decode(b"\xFE\xFF\0a").0, "a");
        let (text, guessed) = decode(b"caf\xE9 \x80");
        assert_eq!((text.as_ref(), guessed), ("café €", true));
        assert!(!decode("café".as_bytes()).1);
    }
}
