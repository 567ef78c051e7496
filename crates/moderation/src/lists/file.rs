//! The file in which Mastodon, and everybody after it, keeps blocked servers: `#domain,#severity,#reject_media,
//! #reject_reports,#public_comment,#obfuscate`. A file with one name a line is read as well.

use federation::normal_host;
use std::collections::HashSet;
use store::text_enum;

/// Longest file, in bytes.
pub const MOST_BYTES: usize = 2 * 1024 * 1024;
/// Lines read of one file.
const MOST_LINES: usize = 20_000;
/// Characters of a line's comment.
const LONGEST_REASON: usize = 500;
/// Lines that could not be read, of which so many are shown.
const MOST_UNREAD: usize = 50;

text_enum! {
    /// How far a line goes.
    pub enum Severity {
        /// No traffic, or on a site alone nothing of it shown.
        Suspend = "suspend",
        /// Not in lists.
        Silence = "silence",
        /// Nothing but what else the line says.
        Noop = "noop",
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The server, as `federation::normal_host` writes it; everything below it is meant too.
    pub host: String,
    /// How far it goes.
    pub severity: Severity,
    /// No pictures from there.
    pub reject_media: bool,
    /// Why, for everybody; may be empty.
    pub reason: String,
}

/// A line that says nothing to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its number in the file, from 1.
    pub line: u64,
    /// Its beginning.
    pub text: String,
    /// True when the name is hidden by asterisks, as Mastodon publishes some.
    pub hidden: bool,
}

/// A file, read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadFile {
    /// Each server once: its first line counts.
    pub lines: Vec<Line>,
    /// What could not be read, the first fifty.
    pub unread: Vec<Unread>,
    /// True when the file went on beyond 20,000 lines.
    pub cut: bool,
}

/// Where the columns are.
struct Columns {
    domain: usize,
    severity: Option<usize>,
    reject_media: Option<usize>,
    comment: Option<usize>,
}

impl Columns {
    /// From a heading; `None` when the line is none.
    fn named(record: &csv::StringRecord) -> Option<Self> {
        let names: Vec<String> = record
            .iter()
            .map(|cell| {
                cell.trim()
                    .trim_start_matches('#')
                    .trim()
                    .to_ascii_lowercase()
            })
            .collect();
        let at = |wanted: &[&str]| {
            names
                .iter()
                .position(|name| wanted.contains(&name.as_str()))
        };
        Some(Self {
            domain: at(&["domain", "host", "instance"])?,
            severity: at(&["severity"]),
            reject_media: at(&["reject_media"]),
            comment: at(&["public_comment", "comment", "reason"]),
        })
    }

    /// Mastodon's order, or a bare name.
    fn usual() -> Self {
        Self {
            domain: 0,
            severity: Some(1),
            reject_media: Some(2),
            comment: Some(4),
        }
    }
}

/// Reads a file; what is no line of a list is told, not dropped silently.
pub fn read(text: &str) -> ReadFile {
    // One kind of line ends: the reader counts the others one too few.
    let text = text
        .strip_prefix('\u{feff}')
        .unwrap_or(text)
        .replace("\r\n", "\n");
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let (mut read, mut seen) = (ReadFile::default(), HashSet::new());
    let mut columns: Option<Columns> = None;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                read.not(line, "", false);
                continue;
            }
        };
        if read.lines.len() >= MOST_LINES {
            read.cut = true;
            break;
        }
        if columns.is_none() {
            let named = Columns::named(&record);
            let heading = named.is_some();
            columns = Some(named.unwrap_or_else(Columns::usual));
            if heading {
                continue;
            }
        }
        let line = record.position().map_or(0, csv::Position::line);
        let Some(columns) = &columns else { continue };
        let cell = |at: Option<usize>| at.and_then(|at| record.get(at)).unwrap_or_default();
        let domain = plain(cell(Some(columns.domain)));
        if domain.is_empty() || (domain.starts_with('#') && record.len() == 1) {
            continue;
        }
        let host = normal_host(domain).filter(|host| host.contains('.') || host.starts_with('['));
        let severity = match cell(columns.severity).to_ascii_lowercase().as_str() {
            "" | "suspend" | "block" => Some(Severity::Suspend),
            "silence" | "limit" => Some(Severity::Silence),
            "noop" | "none" => Some(Severity::Noop),
            _ => None,
        };
        let (Some(host), Some(severity), false) = (host, severity, domain.contains('*')) else {
            read.not(line, domain, domain.contains('*'));
            continue;
        };
        let yes = ["true", "1", "yes"];
        let reject_media = yes.contains(&cell(columns.reject_media).to_ascii_lowercase().as_str());
        let shown = |c: &char| !c.is_control();
        let reason = plain(cell(columns.comment));
        let reason = reason.chars().filter(shown).take(LONGEST_REASON).collect();
        if seen.insert(host.clone()) {
            read.lines.push(Line {
                host,
                severity,
                reject_media,
                reason,
            });
        }
    }
    read
}

impl ReadFile {
    fn not(&mut self, line: u64, text: &str, hidden: bool) {
        if self.unread.len() < MOST_UNREAD {
            self.unread.push(Unread {
                line,
                text: text.chars().take(100).collect(),
                hidden,
            });
        }
    }
}

/// Characters with which a cell becomes a formula in a table program (INJ-02).
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// A cell as it was before [`guarded`].
fn plain(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(FORMULA) => rest,
        _ => cell,
    }
}

/// A cell that no table program takes for a formula (INJ-02).
fn guarded(cell: &str) -> String {
    match cell.starts_with(FORMULA) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

/// Writes the file as Mastodon does.
pub fn write(lines: &[Line]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heading = [
        "#domain",
        "#severity",
        "#reject_media",
        "#reject_reports",
        "#public_comment",
        "#obfuscate",
    ];
    // Into memory: it cannot fail.
    let _ = writer.write_record(heading);
    for line in lines {
        let media = if line.reject_media { "true" } else { "false" };
        let row = [
            guarded(&line.host),
            line.severity.as_str().to_owned(),
            media.to_owned(),
            "false".to_owned(),
            guarded(&line.reason),
            "false".to_owned(),
        ];
        let _ = writer.write_record(&row);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(host: &str, severity: Severity, media: bool, reason: &str) -> Line {
        Line {
            host: host.to_owned(),
            severity,
            reject_media: media,
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn a_file_of_mastodon_is_read() {
        let text = "\u{feff}#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\r\n\
                    evil.example,suspend,FALSE,false,\"spam, \"\"lots\"\" of it\",false\r\n\
                    Loud.Example.,silence,true,true,,false\r\n\
                    pics.example,noop,true,false,porn,false\r\n\
                    EVIL.example,silence,false,false,again,false\r\n\
                    bücher.example,suspend,,,,\r\n\
                    ex*mple.org,suspend,false,false,,true\r\n\
                    not a host,suspend,false,false,,false\r\n\
                    odd.example,maybe,false,false,,false\r\n\
                    com,suspend,false,false,,false\r\n";
        let read = read(text);
        let suspend = Severity::Suspend;
        assert_eq!(
            read.lines,
            [
                line("evil.example", suspend, false, "spam, \"lots\" of it"),
                line("loud.example", Severity::Silence, true, ""),
                line("pics.example", Severity::Noop, true, "porn"),
                line("xn--bcher-kva.example", suspend, false, ""),
            ]
        );
        let unread: Vec<(u64, bool)> = read.unread.iter().map(|u| (u.line, u.hidden)).collect();
        assert_eq!(unread, [(7, true), (8, false), (9, false), (10, false)]);
    }

    #[test]
    fn bare_names_and_other_orders_are_read() {
        let bare = read("evil.example\n\n# comment\nworse.example\n");
        assert_eq!(bare.lines.len(), 2);
        let other = read("severity,domain\nsilence,evil.example\n");
        assert_eq!(
            other.lines,
            [line("evil.example", Severity::Silence, false, "")]
        );
        assert_eq!(read(""), ReadFile::default());
        assert_eq!(read("\"unclosed").lines, []);
    }

    #[test]
    fn inj_02_no_cell_is_a_formula_and_what_is_written_is_read_again() {
        let nasty = ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "a\"b,c\nd", "'=x"];
        let lines: Vec<Line> = nasty
            .iter()
            .enumerate()
            .map(|(n, reason)| line(&format!("h{n}.example"), Severity::Suspend, true, reason))
            .collect();
        let text = write(&lines);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for record in reader.records() {
            for cell in record.unwrap().iter() {
                assert!(!cell.starts_with(FORMULA), "{cell:?}");
            }
        }
        assert!(text.contains("\"a\"\"b,c"), "quotes are doubled");
        let again: Vec<String> = read(&text).lines.into_iter().map(|l| l.reason).collect();
        let kept = ["=1+1", "+1", "-1", "@x", "x", "x", "a\"b,cd", "=x"];
        assert_eq!(again, kept);
    }
}
