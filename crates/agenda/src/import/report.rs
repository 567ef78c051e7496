//! What an import did, for a page and for the command line.

use super::mapping::storable;
use calendar::ReadCalendar;
use serde::{Deserialize, Serialize};
use store::Ts;
use ui::Lang;

/// Remarks kept of each sort.
const REMARKS: usize = 200;

/// One line of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Remark {
    /// Line of the file, from 1; 0 when unknown.
    pub line: usize,
    /// Title of the event, as far as it could be read.
    pub title: String,
    /// Stable word of [`calendar::RefusalCode`] or [`calendar::WarningCode`].
    pub code: String,
    /// The words of the file, or what was chosen instead.
    pub detail: String,
    /// How many times.
    pub count: usize,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportReport {
    /// Name of the calendar; empty when it has none.
    pub name: String,
    /// Events in the file.
    pub seen: usize,
    /// New ones; each date of a series is one.
    pub created: usize,
    /// Changed ones.
    pub changed: usize,
    /// Same as before, or deleted here since.
    pub unchanged: usize,
    /// No longer in the calendar: cancelled here.
    pub cancelled: usize,
    /// Tasks and other things that are no events.
    pub skipped: usize,
    /// Not taken, with the reason; the first 200.
    pub refused: Vec<Remark>,
    /// Not taken, all.
    pub refused_total: usize,
    /// Taken with a guess or a repair; the first 200.
    pub warnings: Vec<Remark>,
    /// The file was read to its end; only then are missing events looked for.
    pub complete: bool,
    /// When the file was last read whole: series do not move on without it.
    pub read_at: Option<Ts>,
}

impl ImportReport {
    /// What reading alone tells; nothing is counted as taken yet.
    pub(super) fn of(read: &ReadCalendar, now: Ts) -> Self {
        let text = |text: &Option<String>| storable(text.as_deref().unwrap_or_default());
        let refused = read.refusals.iter().take(REMARKS).map(|refusal| Remark {
            line: refusal.line.unwrap_or(0),
            title: text(&refusal.title),
            code: refusal.code.code().to_owned(),
            detail: storable(&refusal.detail),
            count: 1,
        });
        let warnings = read.warnings.iter().take(REMARKS).map(|warning| Remark {
            line: warning.line.unwrap_or(0),
            title: text(&warning.title),
            code: warning.code.code().to_owned(),
            detail: storable(&warning.detail),
            count: warning.count,
        });
        Self {
            name: text(&read.name).chars().take(200).collect(),
            seen: read.events_seen,
            skipped: read.skipped_todos + read.skipped_others,
            refused: refused.collect(),
            refused_total: read.refusals_total,
            warnings: warnings.collect(),
            complete: read.complete,
            read_at: Some(now),
            ..Self::default()
        }
    }

    /// Why the whole file was refused, if it was.
    pub(super) fn whole_refusal(&self) -> Option<&Remark> {
        let whole = |remark: &&Remark| ["not_a_calendar", "too_large"].contains(&&*remark.code);
        self.refused.iter().find(whole)
    }

    /// The report in sentences.
    pub fn summary(&self, lang: Lang) -> Vec<String> {
        let count = |key: &str, n: usize| lang.ta(key, &[("n", n.into())]);
        let mut lines = vec![
            count("ics-seen", self.seen),
            count("ics-created", self.created),
        ];
        let rest = [
            ("ics-changed", self.changed),
            ("ics-unchanged", self.unchanged),
            ("ics-gone", self.cancelled),
            ("ics-refused", self.refused_total),
            ("ics-skipped", self.skipped),
        ];
        lines.extend(
            rest.iter()
                .filter(|(_, n)| *n > 0)
                .map(|(key, n)| count(key, *n)),
        );
        for remark in self.refused.iter().chain(&self.warnings) {
            lines.push(remark.words(lang));
        }
        lines
    }
}

impl Remark {
    /// The remark in one line: where, which event, what.
    pub fn words(&self, lang: Lang) -> String {
        let mut line = String::new();
        if self.line > 0 {
            line.push_str(&lang.ta("ics-line", &[("n", self.line.into())]));
        }
        if !self.title.is_empty() {
            line.push_str(&lang.ta("ics-title", &[("title", (&self.title).into())]));
        }
        line.push_str(&lang.t(&format!("ics-why-{}", self.code.replace('_', "-"))));
        if !self.detail.is_empty() {
            line.push_str(&format!(" ({})", self.detail));
        }
        if self.count > 1 {
            line.push_str(&format!(" ×{}", self.count));
        }
        line
    }
}
