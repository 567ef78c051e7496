//! From content lines to components: which lines belong to which event, zone or calendar.

use super::lines::{Line, Parts, excerpt, split};
use super::notes::Notes;
use super::{RefusalCode, WarningCode};

/// Deeper nesting is refused: nothing in a calendar needs more than four levels.
const MAX_DEPTH: usize = 16;

/// The lines of one component, those of nested ones aside.
#[derive(Debug, Default)]
pub(super) struct Block<'a> {
    /// Line of its BEGIN.
    pub(super) line: usize,
    /// Which VCALENDAR of the file, from 0.
    pub(super) calendar: usize,
    /// Its lines.
    pub(super) lines: Vec<Line<'a>>,
    /// STANDARD and DAYLIGHT of a VTIMEZONE.
    pub(super) children: Vec<Block<'a>>,
}

impl<'a> Block<'a> {
    /// The first line of that name.
    pub(super) fn first(&self, name: &str) -> Option<Parts<'_>> {
        self.lines
            .iter()
            .filter_map(|line| split(&line.text))
            .find(|parts| parts.name.eq_ignore_ascii_case(name))
    }

    /// Every line of that name, with its number.
    pub(super) fn all<'b>(
        &'b self,
        name: &'b str,
    ) -> impl Iterator<Item = (usize, Parts<'b>)> + use<'a, 'b> {
        self.lines.iter().filter_map(move |line| {
            split(&line.text)
                .filter(|parts| parts.name.eq_ignore_ascii_case(name))
                .map(|parts| (line.number, parts))
        })
    }
}

/// What the file is made of.
#[derive(Debug, Default)]
pub(super) struct Structure<'a> {
    /// The own lines of each VCALENDAR.
    pub(super) calendars: Vec<Block<'a>>,
    /// VTIMEZONE.
    pub(super) zones: Vec<Block<'a>>,
    /// VEVENT, at most as many as asked.
    pub(super) events: Vec<Block<'a>>,
    /// VEVENT, all.
    pub(super) events_seen: usize,
    /// VTODO.
    pub(super) todos: usize,
    /// VJOURNAL, VFREEBUSY.
    pub(super) others: usize,
    /// Something may be missing.
    pub(super) damaged: bool,
}

struct Open<'a> {
    kind: String,
    block: Block<'a>,
}

/// Sorts the lines. At most `max_events` events are kept, the others counted.
pub(super) fn structure<'a>(
    lines: Vec<Line<'a>>,
    max_events: usize,
    notes: &mut Notes,
) -> Structure<'a> {
    let mut found = Structure::default();
    let mut stack: Vec<Open<'a>> = Vec::new();
    let mut calendars_begun = 0usize;

    for line in lines {
        if line.too_long {
            notes.refuse_line(RefusalCode::LineTooLong, line.number, &line.text);
            continue;
        }
        let Some(parts) = split(&line.text) else {
            notes.refuse_line(RefusalCode::MalformedLine, line.number, &line.text);
            continue;
        };
        let kind = || parts.value.trim().to_ascii_uppercase();
        if parts.name.eq_ignore_ascii_case("BEGIN") {
            let kind = kind();
            if stack.len() >= MAX_DEPTH {
                notes.refuse_line(RefusalCode::BadNesting, line.number, &line.text);
                found.damaged = true;
                continue;
            }
            // These never stand inside another event: the one before was not closed.
            if matches!(
                kind.as_str(),
                "VEVENT" | "VTODO" | "VJOURNAL" | "VFREEBUSY" | "VTIMEZONE" | "VCALENDAR"
            ) {
                let keep = usize::from(
                    kind != "VCALENDAR" && stack.first().is_some_and(|o| o.kind == "VCALENDAR"),
                );
                while stack.len() > keep {
                    if let Some(open) = stack.pop() {
                        abandon(open, &mut found, notes);
                    }
                }
            }
            if kind == "VCALENDAR" {
                calendars_begun += 1;
            }
            stack.push(Open {
                kind,
                block: Block {
                    line: line.number,
                    calendar: calendars_begun.saturating_sub(1),
                    ..Block::default()
                },
            });
        } else if parts.name.eq_ignore_ascii_case("END") {
            let kind = kind();
            let Some(depth) = stack.iter().rposition(|open| open.kind == kind) else {
                notes.refuse_line(RefusalCode::BadNesting, line.number, &line.text);
                found.damaged = true;
                continue;
            };
            while stack.len() > depth + 1 {
                if let Some(open) = stack.pop() {
                    abandon(open, &mut found, notes);
                }
            }
            if let Some(open) = stack.pop() {
                close(open, &mut stack, &mut found, max_events);
            }
        } else if let Some(open) = stack.last_mut() {
            let wanted = match open.kind.as_str() {
                "VCALENDAR" | "VTIMEZONE" | "STANDARD" | "DAYLIGHT" => true,
                "VEVENT" => found.events_seen < max_events,
                _ => false,
            };
            if wanted {
                open.block.lines.push(line);
            }
        } else {
            notes.refuse_line(RefusalCode::MalformedLine, line.number, &line.text);
        }
    }

    if let Some(open) = stack.first() {
        notes.warn(
            WarningCode::UnterminatedCalendar,
            Some(open.block.line),
            None,
            "",
        );
    }
    while let Some(open) = stack.pop() {
        abandon(open, &mut found, notes);
    }
    found
}

fn close<'a>(open: Open<'a>, stack: &mut [Open<'a>], found: &mut Structure<'a>, max_events: usize) {
    match open.kind.as_str() {
        "VCALENDAR" => found.calendars.push(open.block),
        "VTIMEZONE" => found.zones.push(open.block),
        "VEVENT" => {
            found.events_seen += 1;
            if found.events.len() < max_events {
                found.events.push(open.block);
            }
        }
        "VTODO" => found.todos += 1,
        "VJOURNAL" | "VFREEBUSY" => found.others += 1,
        "STANDARD" | "DAYLIGHT" => {
            if let Some(parent) = stack.last_mut() {
                parent.block.children.push(open.block);
            }
        }
        _ => {}
    }
}

/// A component without its END.
fn abandon<'a>(open: Open<'a>, found: &mut Structure<'a>, notes: &mut Notes) {
    match open.kind.as_str() {
        "VCALENDAR" => {
            found.damaged = true;
            found.calendars.push(open.block);
        }
        "VEVENT" => {
            found.damaged = true;
            found.events_seen += 1;
            let title = open
                .block
                .first("SUMMARY")
                .map(|parts| excerpt(parts.value));
            let uid = open.block.first("UID").map(|parts| parts.value.to_owned());
            notes.refuse(
                RefusalCode::Truncated,
                Some(open.block.line),
                title,
                uid,
                "",
            );
        }
        "VTODO" => found.todos += 1,
        _ => {}
    }
}

/// The lines of a component as one text, unfolded, for the parser of values.
pub(super) fn text_of(kind: &str, block: &Block<'_>) -> String {
    let size: usize = block.lines.iter().map(|line| line.text.len() + 2).sum();
    let mut text = String::with_capacity(size + 32);
    text.push_str("BEGIN:");
    text.push_str(kind);
    text.push_str("\r\n");
    for line in &block.lines {
        text.push_str(&line.text);
        text.push_str("\r\n");
    }
    text.push_str("END:");
    text.push_str(kind);
    text.push_str("\r\n");
    text
}
