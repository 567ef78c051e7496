//! What is said about a reading: refusals and warnings, counted and bounded.

use std::collections::HashMap;

use super::lines::excerpt;
use super::{Refusal, RefusalCode, Warning, WarningCode};

/// No list grows longer: a hostile file does not fill the memory with complaints.
const MAX_NOTES: usize = 1000;

#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) refusals: Vec<Refusal>,
    pub(super) refusals_total: usize,
    pub(super) warnings: Vec<Warning>,
    places: HashMap<(WarningCode, Option<String>, String), usize>,
}

impl Notes {
    /// Refuses a line.
    pub(super) fn refuse_line(&mut self, code: RefusalCode, line: usize, text: &str) {
        self.refuse(code, Some(line), None, None, text);
    }

    /// Refuses an event, or the file.
    pub(super) fn refuse(
        &mut self,
        code: RefusalCode,
        line: Option<usize>,
        title: Option<String>,
        uid: Option<String>,
        detail: &str,
    ) {
        self.refusals_total += 1;
        if self.refusals.len() < MAX_NOTES {
            self.refusals.push(Refusal {
                line,
                title: title.filter(|title| !title.is_empty()),
                uid,
                code,
                detail: excerpt(detail),
            });
        }
    }

    /// Warns; the same code, title and detail are one warning with a count.
    pub(super) fn warn(
        &mut self,
        code: WarningCode,
        line: Option<usize>,
        title: Option<&str>,
        detail: &str,
    ) {
        let title = title.filter(|title| !title.is_empty()).map(excerpt);
        let key = (code, title.clone(), excerpt(detail));
        if let Some(warning) = self
            .places
            .get(&key)
            .and_then(|place| self.warnings.get_mut(*place))
        {
            warning.count += 1;
            return;
        }
        if self.warnings.len() < MAX_NOTES {
            self.places.insert(key, self.warnings.len());
            self.warnings.push(Warning {
                line,
                title,
                code,
                detail: excerpt(detail),
                count: 1,
            });
        }
    }
}
